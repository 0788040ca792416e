"""Delete data past its lifetime or to make room.

All work is done in small steps with pauses. Each step has a transaction of its own, so that no
chat's write waits long. When the store nears its limit, the people who hold most lose their oldest
turns and documents (`engine.storage.sql.eviction`). A chat with an open question is never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.contract import ChatKey
from engine.storage.people import ASKING_DAYS
from engine.storage.records import DAY_SECONDS, Lifetimes, Removed, Size
from engine.storage.sql.database import Database, Db
from engine.storage.sql.eviction import Person, next_to_lose, oldest, people, share_to_lose
from engine.storage.sql.news import OLD_PREVIEW, previewed_before
from engine.storage.sql.overheard import OLDEST
from engine.storage.sql.people import OLD_ASKING
from engine.storage.sql.rows import OPEN
from engine.storage.sql.spending import OLD_WARNINGS, fold_old
from engine.tasks import Clock

BATCH_ROWS = 200
BATCH_CHATS = 50
PAUSE_SECONDS = 0.01
LEDGER_DAYS = 30  # for this long, buttons work and repeated messages are recognised
USAGE_DAYS = 400  # 13 months
# The lifetimes of a chat without any answer. The first is the time in which a platform may send a
# message again. The second is for a chat with a setting, such as a language, because its person may
# return.
ANSWERLESS_SECONDS, CHOSEN_SECONDS = 3600.0, 7 * 86_400.0
SILENT_SECONDS = 30 * 86_400.0  # the lifetime of a chat that listens but in which nobody writes
# The limit on the list of chats that lost data and have not been told so yet.
EVICTIONS = 5000
# Eviction continues until the data takes only this share of the limit, so that it is rarely needed.
ROOM_SHARE = 0.8
_OLD = (
    ("turns", "turn", "at < :old"),
    ("documents", "document", "used_at < :unused"),
    ("answers", "answer", "at < :stale"),
    ("ledger", "row", f"at < :done AND state <> {OPEN}"),
    ("overheard", "line", "at < :heard"),
    ("people", "person", OLD_ASKING),
    ("broadcasts", "broadcast", OLD_PREVIEW),
)
# Chats in which no message was ever answered, for example after a stranger's command.
_WITHOUT_AN_ANSWER = """SELECT chat, key FROM chats c
    WHERE used_at <= CASE WHEN model || persona || language = '' THEN CAST(:before AS BIGINT)
    ELSE :chosen END
    AND NOT EXISTS (SELECT 1 FROM listening h WHERE h.chat = c.chat AND c.used_at > :silent)
    AND NOT EXISTS (SELECT 1 FROM news n WHERE n.chat = c.chat)
    AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.chat = c.chat AND l.state <> 1)
    AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.chat = c.chat)
    AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.chat = c.chat)
    AND NOT EXISTS (SELECT 1 FROM usage u WHERE u.chat = c.chat) LIMIT :most"""
_EMPTY = """SELECT chat, key FROM chats c WHERE chat IN NUMBERS(:chats)
    AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.chat = c.chat AND l.state = 0)
    AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.chat = c.chat)
    AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.chat = c.chat)
    AND NOT EXISTS (SELECT 1 FROM listening h WHERE h.chat = c.chat)
    AND NOT EXISTS (SELECT 1 FROM news n WHERE n.chat = c.chat)"""
_NOTE_EVICTED = (
    "INSERT INTO evictions(key, at) SELECT key, :now FROM chats WHERE chat IN NUMBERS(:chats) "
    "ON CONFLICT(key) DO UPDATE SET at = excluded.at"
)
_OLD_EVICTIONS = (
    "DELETE FROM evictions WHERE at < :done "
    "OR key NOT IN (SELECT key FROM evictions ORDER BY at DESC LIMIT :most)"
)
# The lock lasts until the transaction ends. No process can accept a question in these chats during
# that time.
_LOCK_CHATS = "SELECT chat FROM chats WHERE chat IN NUMBERS(:chats) ORDER BY chat FOR_UPDATE()"
# This is checked again, since a question may have arrived after the chat was found idle.
_STILL_IDLE = (
    "(SELECT i.chat FROM chats i WHERE i.chat IN NUMBERS(:chats) "
    "AND NOT EXISTS (SELECT 1 FROM ledger o WHERE o.chat = i.chat AND o.state = 0))"
)
_OF_CHATS = tuple(
    f"DELETE FROM {table} WHERE {key} IN "  # noqa: S608 - constants
    f"(SELECT {key} FROM {table} WHERE chat IN {_STILL_IDLE} LIMIT :most)"
    for table, key in (("turns", "turn"), ("ledger", "row"), ("chats", "chat"))
)
_CHANGED = (
    "SELECT DISTINCT key FROM chats JOIN turns USING(chat) WHERE at < :old UNION "
    "SELECT DISTINCT key FROM chats JOIN documents USING(chat) WHERE documents.used_at < :unused"
)


class SqlHousekeeping:
    """The part of `PersonalData` that works without a request: lifetimes and size.

    Every method raises `StorageFault`.
    """

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def expire(self, lifetimes: Lifetimes) -> Removed:
        rows, changed = await self._delete_old(lifetimes)
        gone = await self._delete_answerless(ANSWERLESS_SECONDS, CHOSEN_SECONDS)
        await self._return_space()
        return Removed(rows, len(gone), changed | gone)

    async def size(self) -> Size:
        raise NotImplementedError

    async def _return_space(self) -> None:
        """Return the space of deleted rows to the operating system, if the store needs this."""

    async def _make_room(self, limit_bytes: float) -> Removed:
        """Delete the oldest data of the people who hold most, down to a share of the limit."""
        await self._drop_overheard(limit_bytes)
        gone = set(await self._delete_answerless(0, 0))
        changed = set(gone)
        everybody, now = await self._store.query(people), self._clock.time()
        while (excess := (await self.size()).used_bytes - limit_bytes * ROOM_SHARE) > 0:
            person = next_to_lose(everybody, now)
            if person is None:
                break
            lost, touched, emptied = await self._take(
                person, share_to_lose(person, everybody, excess)
            )
            changed |= touched
            gone |= emptied
            person.held_bytes -= lost
            # All other data of this person is in chats with open questions.
            if not lost or person.held_bytes <= 0:
                everybody.remove(person)
        await self._return_space()
        return Removed(0, len(gone), frozenset(changed))

    async def _drop_overheard(self, limit_bytes: float) -> None:
        """Delete the oldest overheard messages.

        They are deleted first, because they are kept for only a day anyway.
        """
        while (await self.size()).used_bytes > limit_bytes * ROOM_SHARE:
            values = {"most": BATCH_ROWS}
            if not await self._changed(OLDEST, values):
                return
            await self._clock.sleep(PAUSE_SECONDS)

    async def _delete_old(self, lifetimes: Lifetimes) -> tuple[int, frozenset[ChatKey]]:
        """Delete rows past their lifetime.

        Return their number, and the keys of the chats that lost turns or documents.
        """
        now = self._clock.time()
        days = lifetimes.turn_days or 100 * 365
        old = int(now - days * DAY_SECONDS)
        bounds = {
            "old": old,
            "done": int(now - min(days, LEDGER_DAYS) * DAY_SECONDS),
            "unused": max(old, int(now - lifetimes.document_seconds)),
            "heard": int(now - lifetimes.overheard_seconds),
            "asked": int(now - ASKING_DAYS * DAY_SECONDS),
            "previewed": previewed_before(now),
            "stale": max(old, int(now - lifetimes.answer_seconds)),
            "most": BATCH_ROWS,
        }
        keys = await self._store.query(lambda db: db.all(_CHANGED, bounds))
        deleted = 0
        for table, key, condition in _OLD:
            chosen = f"SELECT {key} FROM {table} WHERE {condition} LIMIT :most"  # noqa: S608 - constants of this module
            statement = f"DELETE FROM {table} WHERE {key} IN ({chosen})"  # noqa: S608 - as above
            deleted += await self._in_batches(statement, bounds)
        last_day = int(now // DAY_SECONDS) - USAGE_DAYS
        for table in ("usage", "spending"):
            await self._changed(f"DELETE FROM {table} WHERE day < :day", {"day": last_day})  # noqa: S608 - as above
        await self._store.transact(lambda db: fold_old(db, now))
        await self._changed(OLD_WARNINGS, {"now": int(now)})
        await self._changed(_OLD_EVICTIONS, {"done": bounds["done"], "most": EVICTIONS})
        return deleted, _keys(row[0] for row in keys)

    async def _changed(self, statement: str, values: Mapping[str, object]) -> int:
        """Run one statement in a transaction. Return the number of rows that it changed."""
        return await self._store.transact(lambda db: db.run(statement, values))

    async def _in_batches(
        self, statement: str, values: Mapping[str, object], before: str = ""
    ) -> int:
        """Run a statement until it changes nothing. Return the number of rows that it changed.

        `before` is a query that locks rows in the same transaction.
        """

        async def op(db: Db) -> int:
            if before:
                await db.all(before, values)
            return await db.run(statement, values)

        total = 0
        while (count := await self._store.transact(op)) > 0:
            total += count
            await self._clock.sleep(PAUSE_SECONDS)
        return total

    async def _delete_answerless(
        self, age_seconds: float, chosen_seconds: float
    ) -> frozenset[ChatKey]:
        """Delete chats in which no message was ever answered. Return their keys."""
        now = self._clock.time()
        gone: frozenset[ChatKey] = frozenset()
        values = {
            "before": int(now - age_seconds),
            "chosen": int(now - chosen_seconds),
            "silent": int(now - SILENT_SECONDS),
            "most": BATCH_CHATS,
        }
        while found := await self._store.query(lambda db: _named(db, _WITHOUT_AN_ANSWER, values)):
            gone |= await self._let_go(found)
        return frozenset(gone)

    async def _take(
        self, person: Person, share_bytes: float
    ) -> tuple[int, frozenset[ChatKey], frozenset[ChatKey]]:
        """Delete a person's oldest turns and documents.

        Return the number of freed bytes, the keys of the changed chats and those of the deleted
        chats.
        """
        items = await self._store.query(lambda db: oldest(db, person, BATCH_ROWS))
        chosen, lost = [], 0
        for item in items:
            if lost >= share_bytes:
                break
            chosen.append(item)
            lost += item.size_bytes
        turns = [item.number for item in chosen if not item.document]
        await self._delete("turns", "turn", turns)
        for item in chosen:
            # Documents are deleted one at a time, because each has hundreds of passages.
            if item.document:
                await self._delete("documents", "document", [item.number])
        return (lost, *await self._note_evicted({item.chat for item in chosen}))

    async def _delete(self, table: str, key: str, numbers: list[int]) -> None:
        statement = f"DELETE FROM {table} WHERE {key} IN NUMBERS(:numbers)"  # noqa: S608 - constants of this module
        if numbers:
            await self._changed(statement, {"numbers": numbers})
            await self._clock.sleep(PAUSE_SECONDS)

    async def _note_evicted(self, chats: set[int]) -> tuple[frozenset[ChatKey], frozenset[ChatKey]]:
        """Record that chats lost data, and delete the chats that are now empty.

        Return the keys of the changed chats and of the deleted chats.
        """
        values = {"chats": sorted(chats), "now": int(self._clock.time())}
        await self._changed(_NOTE_EVICTED, values)
        sql = "SELECT chat, key FROM chats WHERE chat IN NUMBERS(:chats)"
        touched = await self._store.query(lambda db: _named(db, sql, values))
        empty = await self._store.query(lambda db: _named(db, _EMPTY, values))
        return _keys(key for _, key in touched), await self._let_go(empty)

    async def _let_go(self, idle: list[tuple[int, str]]) -> frozenset[ChatKey]:
        """Delete chats: first their many rows in batches, then the rows of the chats themselves.

        Return the keys of the deleted chats.
        """
        values = {"chats": [number for number, _ in idle], "most": BATCH_ROWS}
        for statement in _OF_CHATS:
            await self._in_batches(statement, values, _LOCK_CHATS)
        return _keys(key for _, key in idle)


async def _named(db: Db, sql: str, values: Mapping[str, object]) -> list[tuple[int, str]]:
    return [(int(row[0]), str(row[1])) for row in await db.all(sql, values)]


def _keys(texts: Iterable[str]) -> frozenset[ChatKey]:
    return frozenset(ChatKey.parse(text) for text in texts)
