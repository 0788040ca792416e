"""The queue of questions on a PostgreSQL server (`engine.storage.shared_ports.Queue`).

A chat's lane is a row of the table `lanes`. Free lanes are claimed in the order of `since`. SKIP
LOCKED is used, so two claims never wait for each other. The first question of a lane is the one
with the smallest message id. As in `engine.turns.lanes`, the lane goes back to the end of the queue
after each question, so a chat with many questions delays another chat by at most one question.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Callable

from engine.contract import ChatKey
from engine.errors import DeadlinePassed
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.owners import Owners
from engine.storage.postgres.session import CONTROL, WORK
from engine.storage.records import Entry
from engine.storage.shared_ports import Claimed, Version
from engine.storage.sql.database import Db
from engine.storage.sql.rows import load_if_sound
from engine.tasks import Clock, finish_by

log = logging.getLogger(__name__)

# For this time, a free lane is reserved for the process that had it last, because that process has
# the chat in memory.
AFFINITY_SECONDS = 0.2
_CLAIM = """UPDATE lanes SET owner = ?, epoch = epoch + 1, last_worker = ? WHERE chat = (
    SELECT l.chat FROM lanes l WHERE l.owner = 0 AND l.waiting AND l.pin IN (0, ?)
    AND l.platform = ANY(CAST(? AS text[]))
    AND (l.last_worker IN (0, ?)
        OR l.since < clock_timestamp() - make_interval(secs => CAST(? AS float8))
        OR NOT EXISTS (SELECT 1 FROM owners o WHERE o.owner = l.last_worker))
    ORDER BY l.since LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING chat"""
# A platform's message ids are sorted as numbers. Ids of other forms, such as ``continue 12``, come
# after them.
_FIRST = """UPDATE ledger SET owner = ?, attempts = attempts + 1 WHERE row = (
    SELECT l.row FROM ledger l WHERE l.chat = ? AND l.state = 0 AND l.owner = 0
    ORDER BY CASE WHEN l.message_id ~ '^[0-9]{1,18}$' THEN CAST(l.message_id AS bigint) END, l.row
    LIMIT 1) RETURNING row"""
_LANE_OF = "SELECT chat FROM lanes WHERE row = ? AND owner = ? FOR UPDATE"
_RELEASE_ROW = "UPDATE ledger SET owner = 0 WHERE row = ? AND owner = ? AND state = 0"
_RELEASE_LANE = """UPDATE lanes SET owner = 0, row = 0, since = clock_timestamp(), waiting = EXISTS(
    SELECT 1 FROM ledger l WHERE l.chat = lanes.chat AND l.state = 0 AND l.owner = 0)
    WHERE chat = ? RETURNING waiting"""
_CLAIMED = """SELECT row, revision, wanted = 'stop', owner = CAST(? AS bigint), false FROM ledger
    WHERE row = ANY(CAST(? AS bigint[]))
    UNION ALL SELECT row, 0, false, true, true FROM lanes WHERE owner = ? AND row <> 0"""
_ANSWERING = """SELECT n.row FROM lanes n JOIN chats c USING(chat) WHERE n.owner <> 0 AND n.row <> 0
    AND c.key = coalesce((SELECT m.key FROM moves m WHERE m.former = ?), ?)"""
_RECENT = """SELECT l.row FROM ledger l JOIN chats c USING(chat) WHERE l.at >= ?
    AND c.key = coalesce((SELECT m.key FROM moves m WHERE m.former = ?), ?) ORDER BY l.row"""
_VERSION = """SELECT chat, version FROM chats
    WHERE key = coalesce((SELECT m.key FROM moves m WHERE m.former = ?), ?)"""
_COUNTS = """SELECT (SELECT count(*) FROM lanes WHERE owner <> 0),
    (SELECT count(*) FROM ledger WHERE state = 0 AND owner = 0)"""


class PostgresQueue:
    """The waiting questions of all processes that share a database.

    For `affinity_seconds`, a free lane is reserved for the process that had it last.
    """

    def __init__(
        self,
        database: Postgres,
        owners: Owners,
        clock: Clock,
        affinity_seconds: float = AFFINITY_SECONDS,
    ) -> None:
        self._database, self._owners, self._clock = database, owners, clock
        self._affinity_seconds = float(affinity_seconds)
        self._news = asyncio.Event()
        owners.session.heard = self._hear
        owners.freed = self.announce

    async def claim(self, platforms: Sequence[str]) -> Entry | None:
        me = self._owners.number

        async def op(db: Db) -> tuple[bool, Entry | None]:
            apart = self._affinity_seconds
            lane = await db.one(_CLAIM, me, me, me, list(platforms), me, apart)
            if lane is None:
                return False, None
            row = await db.one(_FIRST, me, lane[0])
            if row is None:
                await db.run(_RELEASE_LANE, lane[0])
                return True, None
            await db.run("UPDATE lanes SET row = ? WHERE chat = ?", row[0], lane[0])
            return True, await load_if_sound(db, int(row[0]))

        found = True
        while found and self._owners.fresh:
            found, entry = await self._database.transact(op)
            if entry is not None:
                return entry
        return None

    async def hand_back(self, row: int) -> None:
        me = self._owners.number

        async def op(db: Db) -> bool:
            lane = await db.one(_LANE_OF, row, me)
            if lane is None:
                return False
            # If the question was edited while it was answered, its row is open again.
            await db.run(_RELEASE_ROW, row, me)
            waiting = await db.one(_RELEASE_LANE, lane[0])
            return waiting is not None and bool(waiting[0])

        if await self._database.transact(op):
            self.announce()

    async def claimed(self, rows: Sequence[int]) -> Sequence[Claimed]:
        me = self._owners.number
        found = await self._database.single(lambda db: db.all(_CLAIMED, me, list(rows), me))
        lanes = {int(row) for row, *_, lane in found if lane}
        known = [
            Claimed(int(row), int(revision), bool(stop), bool(mine), row in lanes)
            for row, revision, stop, mine, lane in found
            if not lane
        ]
        others = lanes - {one.row for one in known}
        return [*known, *(Claimed(row, 0, stop=False, mine=True, lane=True) for row in others)]

    async def recent(self, key: ChatKey, seconds: float) -> list[Entry]:
        since = int(self._clock.time() - seconds)

        async def op(db: Db) -> list[Entry]:
            rows = await db.all(_RECENT, since, str(key), str(key))
            entries = [await load_if_sound(db, int(row[0])) for row in rows]
            return [entry for entry in entries if entry is not None]

        return await self._database.query(op)

    def permission(self) -> Callable[[], bool]:
        owners, number = self._owners, self._owners.number
        return lambda: owners.number == number and owners.fresh

    async def stop(self, entry: Entry) -> bool:
        sql = "UPDATE ledger SET wanted = 'stop' WHERE row = ? AND revision = ? AND state = 0"
        stops = await self._database.single(lambda db: db.run(sql, entry.row, entry.revision))
        if stops:
            self._owners.session.tell(CONTROL)
        return bool(stops)

    async def answering(self, key: ChatKey) -> Entry | None:
        async def op(db: Db) -> Entry | None:
            row = await db.one(_ANSWERING, str(key), str(key))
            return await load_if_sound(db, int(row[0])) if row else None

        return await self._database.query(op)

    async def counts(self) -> tuple[int, int]:
        row = await self._database.single(lambda db: db.one(_COUNTS))
        return (int(row[0]), int(row[1])) if row else (0, 0)

    async def of_chat(self, key: ChatKey) -> Version:
        row = await self._database.single(lambda db: db.one(_VERSION, str(key), str(key)))
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def announce(self) -> None:
        self._owners.session.tell(WORK)
        self.announce_here()

    def announce_here(self) -> None:
        self._news.set()

    async def news(self, seconds: float) -> bool:
        try:
            until = self._clock.now() + seconds
            await finish_by(self._clock, until, _wait(self._news), "news")
        except DeadlinePassed:
            return False
        self._news.clear()
        return True

    def _hear(self, _: str) -> None:
        self._news.set()


async def _wait(event: asyncio.Event) -> None:
    await event.wait()
