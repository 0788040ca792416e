"""Read and claim the ledger's rows (`engine.storage.ports.Ledger`)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from engine.contract import Author, ChatKey, Finish, SentId
from engine.errors import DeliveryState, StorageFault
from engine.storage.codec import unpack
from engine.storage.records import MADE_PARTS, Entry
from engine.storage.sql.database import Database, Db
from engine.storage.sql.numbers import chat_number
from engine.storage.sql.questions import question_of

log = logging.getLogger(__name__)

OPEN, ANSWERED, GIVEN_UP = 0, 1, 2
RECENT_ROWS = 200
TAKEN_ROWS = 256  # `taken` returns the message ids of this many of a platform's newest rows

_CLAIMABLE = (
    "SELECT l.row FROM ledger l JOIN chats c USING(chat) WHERE l.state = 0 AND l.owner IN "
    "NUMBERS(?) AND PLATFORM(c.key) IN TEXTS(?) ORDER BY l.row LIMIT ? FOR_UPDATE(OF l SKIP LOCKED)"
)
_CLAIM = (
    "UPDATE ledger SET owner = ?, deaths = CASE WHEN step = '' THEN deaths ELSE deaths + 1 END, "
    "step = '' WHERE row = ?"
)


class LedgerRows:
    """The methods of the ledger that only read."""

    def __init__(self, store: Database) -> None:
        self._store = store

    async def load(self, row: int) -> Entry | None:
        return await self._store.query(lambda db: load_row(db, row))

    async def recent(self, platforms: Sequence[str], since: float) -> list[Entry]:
        async def op(db: Db) -> list[Entry]:
            rows = await db.all(
                "SELECT l.row FROM ledger l JOIN chats c USING(chat) "
                "WHERE l.at >= ? AND l.state <> 0 "
                "AND PLATFORM(c.key) IN TEXTS(?) "
                "ORDER BY l.row DESC LIMIT ?",
                int(since),
                list(platforms),
                RECENT_ROWS,
            )
            entries = [await load_if_sound(db, int(row[0])) for row in reversed(rows)]
            return [entry for entry in entries if entry is not None]

        return await self._store.query(op)

    async def of_bubble(self, key: ChatKey, sent: SentId) -> Entry | None:
        async def op(db: Db) -> Entry | None:
            chat = await chat_number(db, key)
            row = await db.one("SELECT row FROM bubbles WHERE chat = ? AND sent = ?", chat, sent)
            return await load_row(db, int(row[0])) if row else None

        return await self._store.query(op)

    async def of_turn(self, turn_id: int) -> Entry | None:
        """Return the newest row of a turn, or None if there is no such row."""

        async def op(db: Db) -> Entry | None:
            row = await db.one(
                "SELECT row FROM ledger WHERE turn = ? ORDER BY row DESC LIMIT 1", turn_id
            )
            return await load_row(db, int(row[0])) if row else None

        return await self._store.query(op)

    async def last_seen(self, platform: str) -> dict[ChatKey, str]:
        async def op(db: Db) -> dict[ChatKey, str]:
            rows = await db.all(
                "SELECT key, last_message FROM chats WHERE key LIKE ? AND last_message <> '' "
                "ORDER BY used_at DESC LIMIT 1000",
                platform + ":%",
            )
            return {ChatKey.parse(key): message for key, message in rows}

        return await self._store.query(op)

    async def taken(self, platform: str) -> list[tuple[ChatKey, str]]:
        async def op(db: Db) -> list[tuple[ChatKey, str]]:
            rows = await db.all(
                # SQLite never changes the order of a cross join. It therefore reads the newest rows
                # first and stops at the limit.
                "SELECT l.key, l.message_id, b.sent FROM (SELECT row, key, message_id FROM ledger "
                "CROSS JOIN chats WHERE chats.chat = ledger.chat AND key LIKE ? ORDER BY row DESC "
                "LIMIT ?) l LEFT JOIN bubbles b USING(row) ORDER BY l.row, b.part",
                platform + ":%",
                TAKEN_ROWS,
            )
            ids = [(ChatKey.parse(key), number) for key, *pair in rows for number in pair if number]
            return list(dict.fromkeys(ids))

        return await self._store.query(op)


async def load_row(db: Db, row: int) -> Entry | None:
    """Return a row as it is now, or None if it or its question is no longer stored."""
    found = await db.one(
        "SELECT l.chat, c.key, l.message_id, l.direct, l.handle, l.state, l.attempts, l.turn, "
        "l.body, l.shown, l.sure, l.finish, l.revision, l.previous_owner, l.deaths, l.settles_at, "
        "a.user_id, a.name FROM ledger l JOIN chats c USING(chat) LEFT JOIN authors a ON a.author "
        "= l.asked_by WHERE l.row = ?",
        row,
    )
    if found is None:
        return None
    (
        chat, key, message_id, direct, handle, state, attempts, turn, body, shown, sure, finish,
        revision, previous_owner, deaths, settles_at, *asked_by,
    ) = found  # fmt: skip
    question = await question_of(db, chat, ChatKey.parse(key), message_id, turn, body)
    if question is None:
        return None
    inbound, notice = replace(question[0], direct=bool(direct)), question[1]
    sql = "SELECT sent, part FROM bubbles WHERE row = ? ORDER BY part, sent"
    bubbles: list[SentId] = []
    media: list[SentId] = []
    for sent, part in await db.all(sql, row):
        (media if part >= MADE_PARTS else bubbles).append(SentId(sent))
    return Entry(
        row, inbound, handle, attempts, tuple(bubbles),
        unpack(shown) if shown else "", turn, state == OPEN,
        state=DeliveryState.KNOWN if sure else DeliveryState.UNKNOWN,
        finish=Finish(finish) if finish else None, notice=notice, revision=revision,
        previous_owner=previous_owner,
        asked_by=Author(*asked_by) if asked_by[0] else None, deaths=deaths, settles_at=settles_at,
        media=tuple(media),
    )  # fmt: skip


async def load_if_sound(db: Db, row: int) -> Entry | None:
    """Return a row, or None if it is damaged, so that one damaged row does not stop the others."""
    try:
        return await load_row(db, row)
    except StorageFault as error:
        log.error("row %d of the ledger cannot be resumed: %s", row, error)
        return None


async def any_open(db: Db, owners: Sequence[int]) -> bool:
    """Return whether any of these owners has an open row."""
    sql = "SELECT 1 FROM ledger WHERE state = 0 AND owner IN NUMBERS(?) LIMIT 1"
    return await db.one(sql, list(owners)) is not None


async def claim_rows(
    db: Db, owner: int, gone: Sequence[int], platforms: Sequence[str], limit: int
) -> list[Entry]:
    """Claim the oldest open rows of the owners in `gone`, and return those that are sound."""
    rows = await db.all(_CLAIMABLE, list(gone), list(platforms), limit)
    await db.many(_CLAIM, [(owner, row[0]) for row in rows])
    entries = [await load_if_sound(db, int(row[0])) for row in rows]
    return [entry for entry in entries if entry is not None]
