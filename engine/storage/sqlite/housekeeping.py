"""Give back what time has passed by: idle sessions, old rows, the chats that rested longest, free pages.

All in small steps with pauses between them, each in a transaction among the chats' writes, so that
no write waits long behind it. Whole chats go first when the file nears its limit; one with an open
question is never touched.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import aiosqlite

from engine.contract import ChatKey
from engine.storage.sqlite.conversations import Sessions
from engine.storage.sqlite.database import SPARE_PAGES, Store
from engine.storage.sqlite.ledger import DAY_SECONDS, OPEN
from engine.storage.sqlite.numbers import all_of, one
from engine.tasks import Clock

BATCH_ROWS = 200
BATCH_PAGES = 200
BATCH_CHATS = 50
PAUSE_SECONDS = 0.01
LEDGER_DAYS = 30  # how long buttons work and a repeated message is known again
USAGE_DAYS = 400
# Eviction begins before the limit and makes room, so that it is rare and the writes of a busy
# minute still fit.
FULL_SHARE, ROOM_SHARE = 0.9, 0.8
_OLD = (
    ("turns", "turn", "at < :old"),
    ("documents", "document", "used_at < :old"),
    ("answers", "answer", "at < :old"),
    ("ledger", "row", f"at < :done AND state <> {OPEN}"),
)
_IDLE_CHATS = (
    "SELECT chat, key FROM chats c WHERE NOT EXISTS (SELECT 1 FROM ledger l WHERE l.chat = c.chat AND l.state = 0) "
    "ORDER BY used_at LIMIT ?"
)
# A question may have come since a chat was found to be idle.
_STILL_IDLE = (
    "(SELECT value FROM json_each(:chats) "
    "WHERE NOT EXISTS (SELECT 1 FROM ledger o WHERE o.chat = value AND o.state = 0))"
)
_OF_CHATS = tuple(
    f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE chat IN {_STILL_IDLE} LIMIT :most)"  # noqa: S608 - constants
    for table, key in (("turns", "turn"), ("ledger", "row"), ("chats", "chat"))
)


class Indexes(Protocol):
    """What memory holds of chats beside the file (`engine.memory.memory.Memory`)."""

    def drop(self, key: ChatKey) -> None:
        """Leave what is held of a chat."""

    async def sweep(self) -> int:
        """Delete documents past their lifetime. Raises `StorageFault`."""


@dataclass(frozen=True)
class Size:
    """The file in bytes: as long as it is, and the part of it that holds something."""

    file_bytes: int
    used_bytes: int


@dataclass(frozen=True)
class Swept:
    """What one sweep gave back."""

    sessions: int
    rows: int
    chats: int
    size: Size


class Sweep:
    """Sweep a store; `run` may be cancelled between any two steps."""

    def __init__(
        self,
        store: Store,
        sessions: Sessions,
        clock: Clock,
        *,
        retention_days: int,
        limit_bytes: int,
        memory: Indexes | None = None,
    ) -> None:
        self._store, self._sessions, self._clock, self._memory = store, sessions, clock, memory
        self._retention_days, self._limit_bytes = retention_days, limit_bytes

    async def run(self) -> Swept:
        """Sweep once. Raises `StorageFault`."""
        sessions = self._sessions.expire()
        if self._memory is not None:
            await self._memory.sweep()
        rows = await self._delete_old()
        chats = await self._make_room()
        await self._return_pages()
        await self._store.hold_limit()
        return Swept(sessions, rows, chats, await self.size())

    async def size(self) -> Size:
        """Measure the file (https://sqlite.org/pragma.html#pragma_freelist_count). Raises `StorageFault`."""

        async def op(db: aiosqlite.Connection) -> Size:
            page, count, free = [
                int((await one(db, f"PRAGMA {name}"))[0])  # type: ignore[index]  # a pragma always has a value
                for name in ("page_size", "page_count", "freelist_count")
            ]
            return Size(page * count, page * (count - free))

        return await self._store.read(op)

    async def crowded(self) -> bool:
        """Say whether the file is near its limit, or a write was refused for it. Raises `StorageFault`."""
        return (
            self._store.full.is_set()
            or (await self.size()).used_bytes > self._limit_bytes * FULL_SHARE
        )

    async def wait_until_full(self) -> None:
        """Wait until a write was refused because the file has reached its limit."""
        await self._store.full.wait()

    async def _delete_old(self) -> int:
        now = self._clock.time()
        days = self._retention_days or 100 * 365
        bounds = {
            "old": int(now - days * DAY_SECONDS),
            "done": int(now - min(days, LEDGER_DAYS) * DAY_SECONDS),
        }
        deleted = 0
        for table, key, condition in _OLD:
            statement = f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {condition} LIMIT :most)"  # noqa: S608 - constants of this module
            deleted += await self._in_batches(statement, {**bounds, "most": BATCH_ROWS})
        last_day = int(now // DAY_SECONDS) - USAGE_DAYS
        await self._store.write(
            lambda db: db.execute("DELETE FROM usage WHERE day < ?", (last_day,))
        )
        return deleted

    async def _in_batches(self, statement: str, values: Mapping[str, object]) -> int:
        async def op(db: aiosqlite.Connection) -> int:
            return (await db.execute(statement, values)).rowcount

        total = 0
        while (count := await self._store.write(op)) > 0:
            total += count
            await self._clock.sleep(PAUSE_SECONDS)
        return total

    async def _make_room(self) -> int:
        """Let the chats that rested longest go until there is room again; return how many went."""
        if not await self.crowded():
            return 0
        self._store.full.clear()
        await self._store.hold_limit(SPARE_PAGES)
        gone = 0
        while (excess := (await self.size()).used_bytes - self._limit_bytes * ROOM_SHARE) > 0:
            idle = await self._store.read(lambda db: all_of(db, _IDLE_CHATS, BATCH_CHATS))
            if not idle:
                break
            idle = idle[: await self._chats_in(excess)]
            await self._let_go(idle)
            gone += len(idle)
        return gone

    async def _chats_in(self, excess_bytes: float) -> int:
        """Return how many chats make up so many bytes if all are alike; at least one."""
        row = await self._store.read(lambda db: one(db, "SELECT count(*) FROM chats"))
        used = (await self.size()).used_bytes
        return max(1, math.floor(excess_bytes / used * int(row[0]))) if row else 1

    async def _let_go(self, idle: list[tuple[int, str]]) -> None:
        """Remove chats: their many rows in batches, what else hangs on them with their own."""
        values = {"chats": json.dumps([number for number, _ in idle]), "most": BATCH_ROWS}
        for statement in _OF_CHATS:
            await self._in_batches(statement, values)
        for _, key in idle:
            self._sessions.drop(ChatKey.parse(key))
            if self._memory is not None:
                self._memory.drop(ChatKey.parse(key))

    async def _return_pages(self) -> None:
        """Shorten the file by its free pages; each step is asked to its end, or SQLite returns a page only."""

        async def op(db: aiosqlite.Connection) -> int:
            await db.execute_fetchall(f"PRAGMA incremental_vacuum({BATCH_PAGES})")
            row = await one(db, "PRAGMA freelist_count")
            return int(row[0]) if row else 0

        before = -1
        while (free := await self._store.write(op)) > 0 and free != before:
            before = free
            await self._clock.sleep(PAUSE_SECONDS)
