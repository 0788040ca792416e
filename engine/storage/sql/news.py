"""The chats that want news, and the broadcasts to them (`engine.storage.news.News`)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.contract import ChatKey, SentId
from engine.storage.codec import pack, unpack
from engine.storage.news import (
    PREVIEW_SECONDS,
    Begun,
    Broadcast,
    Draft,
    Outcome,
    Receiver,
    Stage,
    Tally,
)
from engine.storage.sql.database import Database, Db
from engine.storage.sql.numbers import chat_number, enter_chat
from engine.storage.sql.rows import OPEN
from engine.tasks import Clock

_WANT = "INSERT INTO news(chat, handle) VALUES(?, '') ON CONFLICT(chat) DO NOTHING"
_UNWANT = "DELETE FROM news WHERE chat = ?"
_SKIP = f"DELETE FROM receivers WHERE chat = ? AND state = {Outcome.DUE.value}"  # noqa: S608 - a constant
_FIND = "SELECT broadcast FROM broadcasts WHERE key = ? AND message_id = ?"
_PREPARE = """INSERT INTO broadcasts(key, message_id, user_id, handle, language, card, state, at,
    body) VALUES(?, ?, ?, ?, ?, '', ?, ?, ?)"""
# All rows are locked, so that two processes do not begin two broadcasts at the same time.
_STAGES = "SELECT broadcast, state FROM broadcasts ORDER BY broadcast LIMIT 1000 FOR_UPDATE()"
_BEGIN = "UPDATE broadcasts SET state = ?, card = ?, at = ? WHERE broadcast = ?"
_RECEIVERS = f"""INSERT INTO receivers(broadcast, chat, state)
    SELECT CAST(? AS BIGINT), chat, {Outcome.DUE.value} FROM news"""  # noqa: S608 - as above
_CURRENT = """SELECT broadcast, key, message_id, user_id, handle, language, body, state, card
    FROM broadcasts WHERE state <> ? ORDER BY broadcast LIMIT 1"""
_STOP = "UPDATE broadcasts SET state = ? WHERE state = ?"
_DUE = f"""SELECT r.chat, c.key, c.language FROM receivers r JOIN chats c USING(chat)
    WHERE r.broadcast = ? AND r.state = {Outcome.DUE.value} AND r.chat > ?
    ORDER BY r.chat LIMIT ?"""  # noqa: S608 - as above
_RESULT = """SELECT state, EXISTS(SELECT 1 FROM bubbles b WHERE b.row = ledger.row) FROM ledger
    WHERE chat = ? AND message_id = ?"""
_SETTLE = "UPDATE receivers SET state = ? WHERE broadcast = ? AND chat = ?"
_TALLY = "SELECT state, count(*) FROM receivers WHERE broadcast = ? GROUP BY state LIMIT 9"
_DELETE = "DELETE FROM broadcasts WHERE broadcast = ?"

# This statement is used by the sweep.
OLD_PREVIEW = f"state = {Stage.PREVIEW.value} AND at < :previewed"
# These statements are used by `PersonalData` for a whole chat. If an admin is sending a broadcast
# from this chat, it ends.
ERASE_CHAT = (
    "DELETE FROM news WHERE chat = :chat",
    "DELETE FROM receivers WHERE chat = :chat",
    "DELETE FROM broadcasts WHERE key = :key",
)


class SqlNews:
    """Implements `engine.storage.news.News`. Every method raises `StorageFault`."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def wanted(self, key: ChatKey) -> bool:
        async def op(db: Db) -> bool:
            chat = await chat_number(db, key)
            return await db.one("SELECT 1 FROM news WHERE chat = ?", chat) is not None

        return await self._store.query(op)

    async def switch(self, key: ChatKey, *, on: bool) -> None:
        now = self._clock.time()

        async def op(db: Db) -> None:
            if on:
                await db.run(_WANT, await enter_chat(db, key, now))
                return
            chat = await chat_number(db, key)
            await db.run(_UNWANT, chat)
            await db.run(_SKIP, chat)

        await self._store.transact(op)

    async def audience(self) -> int:
        row = await self._store.query(lambda db: db.one("SELECT count(*) FROM news"))
        return int(row[0]) if row else 0

    async def prepare(self, draft: Draft) -> int:
        now = int(self._clock.time())

        async def op(db: Db) -> int:
            found = await db.one(_FIND, str(draft.key), draft.message_id)
            if found is not None:
                return int(found[0])
            return await db.insert(
                "broadcast", _PREPARE, str(draft.key), draft.message_id, draft.user_id,
                draft.handle, draft.language, Stage.PREVIEW.value, now, pack(draft.text),
            )  # fmt: skip

        return await self._store.transact(op)

    async def begin(self, number: int, card: SentId) -> Begun:
        now = int(self._clock.time())

        async def op(db: Db) -> Begun:
            stages = {int(row[0]): Stage(row[1]) for row in await db.all(_STAGES)}
            if stages.get(number) is not Stage.PREVIEW:
                return Begun.UNKNOWN
            if any(stage is not Stage.PREVIEW for stage in stages.values()):
                return Begun.BUSY
            await db.run(_BEGIN, Stage.SENDING.value, card, now, number)
            await db.run(_RECEIVERS, number)
            return Begun.BEGUN

        return await self._store.transact(op)

    async def drop(self, number: int) -> Stage | None:
        async def op(db: Db) -> Stage | None:
            stages = {int(row[0]): Stage(row[1]) for row in await db.all(_STAGES)}
            stage = stages.get(number)
            if stage is Stage.PREVIEW:
                await db.run(_DELETE, number)
            elif stage is Stage.SENDING:
                await db.run(_STOP, Stage.STOPPING.value, Stage.SENDING.value)
            return stage

        return await self._store.transact(op)

    async def stop(self) -> bool:
        values = Stage.STOPPING.value, Stage.SENDING.value
        return await self._store.transact(lambda db: db.run(_STOP, *values)) > 0

    async def current(self) -> Broadcast | None:
        row = await self._store.query(lambda db: db.one(_CURRENT, Stage.PREVIEW.value))
        if row is None:
            return None
        number, key, message_id, user_id, handle, language, body, stage, card = row
        text = unpack(body)
        draft = Draft(ChatKey.parse(key), message_id, user_id, handle, language, text)
        return Broadcast(int(number), draft, Stage(stage), SentId(card))

    async def due(self, number: int, after: int, most: int) -> Sequence[Receiver]:
        rows = await self._store.query(lambda db: db.all(_DUE, number, after, most))
        return [Receiver(int(chat), ChatKey.parse(key), tag) for chat, key, tag in rows]

    async def settle(self, number: int, chat: int, message_id: str) -> bool:
        async def op(db: Db) -> bool:
            row = await db.one(_RESULT, chat, message_id)
            if row is not None and row[0] == OPEN:
                return False
            outcome = Outcome.SENT if row is not None and row[1] else Outcome.GONE
            await db.run(_SETTLE, outcome.value, number, chat)
            if outcome is Outcome.GONE:
                await db.run(_UNWANT, chat)
            return True

        return await self._store.transact(op)

    async def tally(self, number: int) -> Tally:
        rows = await self._store.query(lambda db: db.all(_TALLY, number))
        counts = {Outcome(state): int(count) for state, count in rows}
        sent, gone = counts.get(Outcome.SENT, 0), counts.get(Outcome.GONE, 0)
        return Tally(sum(counts.values()), sent, gone)

    async def end(self, number: int) -> None:
        await self._store.transact(lambda db: db.run(_DELETE, number))


def previewed_before(now: float) -> int:
    """Return the Unix time before which a preview is too old (`OLD_PREVIEW`)."""
    return int(now - PREVIEW_SECONDS)
