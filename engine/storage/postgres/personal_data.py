"""The personal data of a database on a server: its size, and copies of erased data in its files.

After a delete, PostgreSQL keeps the row's bytes in the table's file. They stay until VACUUM has
freed the space and another row is written there. VACUUM FULL writes a new file without them, but
nobody can use the table during that time. `scrub` therefore rewrites the tables of a small database
at once. In a large database it only frees the space for other rows. The server's log (WAL) keeps a
copy until the server reuses the log's file. Every standby server and every backup also keeps one.
docs/privacy.md says so.
"""

from __future__ import annotations

import asyncio
import logging

import asyncpg

from engine.storage.postgres.connection import Postgres
from engine.storage.records import Removed, Size
from engine.storage.sql.database import Db
from engine.storage.sql.personal_data import SqlPersonalData
from engine.tasks import Clock

log = logging.getLogger(__name__)

# Old data is deleted if more than this share of the limit is used. The writes of a busy hour then
# still fit.
FULL_SHARE = 0.9
# All tables that hold texts of people, or numbers made from such texts. The table that grows
# fastest comes first.
WITH_TEXTS = (
    *("turns", "turn_vectors", "ledger", "pieces", "made", "passages", "documents", "answers"),
    *("overheard", "chats", "authors", "people", "held"),
)
# Tables of this total size can be rewritten in some tenths of a second.
REWRITE_BYTES = 64 * 1024 * 1024
# If a table is in use for longer than this, it is rewritten by the next sweep instead. All other
# statements on the table wait during this time.
LOCK_MILLISECONDS = 300
VACUUM_SECONDS = 3600.0
_ROW_BYTES = 200  # the size of a row without its texts: keys, indexes, header
_DATABASE = "SELECT pg_database_size(current_database())"
# The server stores a large text outside the row, but its length inside the row. This query
# therefore does not read the texts.
_USED = f"""SELECT
    (SELECT coalesce(sum(length(prompt) + length(answer) + {_ROW_BYTES}), 0) FROM turns)
    + (SELECT coalesce(sum(length(prompt) + length(answer)), 0) FROM turn_vectors)
    + (SELECT coalesce(sum(bytes + {_ROW_BYTES}), 0) FROM documents)
    + (SELECT coalesce(sum(length(question) + length(text) + length(vector)), 0) FROM answers)
    + (SELECT coalesce(sum(coalesce(length(body), 0) + {_ROW_BYTES}), 0) FROM ledger)
    + (SELECT coalesce(sum(length(body)), 0) FROM overheard)
    + (SELECT coalesce(sum(length(body)), 0) FROM made)"""  # noqa: S608 - a constant of this module
_TABLES = (
    "SELECT sum(pg_total_relation_size(CAST(name AS regclass))) FROM unnest(CAST(? AS text[])) name"
)
_CHANGES = "SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)"


class PostgresPersonalData(SqlPersonalData):
    """Measure, export and erase data. Every method raises `StorageFault`.

    `limited` is true if the database has a size limit. Each sweep then adds up the size of the
    data.
    """

    def __init__(self, database: Postgres, clock: Clock, *, limited: bool = False) -> None:
        super().__init__(database, clock)
        self._database, self._limited = database, limited

    async def make_room(self, limit_bytes: int) -> Removed:
        if not await self.crowded(limit_bytes):
            return Removed()
        return await self._make_room(limit_bytes)

    async def size(self) -> Size:
        """Measure the database. The part in use is measured only if there is a limit."""
        whole = await self._number(_DATABASE)
        return Size(whole, await self._number(_USED) if self._limited else whole)

    async def crowded(self, limit_bytes: int) -> bool:
        return self._limited and (await self.size()).used_bytes > limit_bytes * FULL_SHARE

    async def wait_until_full(self) -> None:
        """Wait until the caller is cancelled. The limit never makes a server refuse writes."""
        await asyncio.get_running_loop().create_future()

    async def version(self) -> int:
        """Return a number that changes with every change in any database on the server."""
        return await self._number(_CHANGES)

    async def small(self) -> bool:
        """Return whether the tables are so small that they can be rewritten while others wait."""
        return await self._number(_TABLES, list(WITH_TEXTS)) <= REWRITE_BYTES

    async def scrub(self) -> bool:
        """Remove copies of erased data from the tables' files, if nobody has to wait long for it.

        Return False if a table was in use for too long.
        """
        facts = await self.facts()
        if facts.scrubbed >= facts.erased:
            return True
        full = "(FULL)" if await self.small() else "(ANALYZE)"

        async def vacuum(link: asyncpg.Connection) -> bool:
            try:
                await link.execute(f"SET lock_timeout TO {LOCK_MILLISECONDS}")
                for table in WITH_TEXTS:
                    await link.execute(f"VACUUM {full} {table}", timeout=VACUUM_SECONDS)
            except asyncpg.exceptions.LockNotAvailableError:
                log.info("a table is in use, so erased data stays in its file until the next sweep")
                return False
            return True

        if not await self._database.apart(vacuum):
            return False
        await self._rewritten(facts.erased)
        return True

    async def empty_log(self) -> bool:
        """Return True. Only the server can empty its log, and it does so by itself."""
        return True

    async def _number(self, sql: str, *values: object) -> int:
        async def op(db: Db) -> int:
            row = await db.one(sql, *values)
            return int(row[0]) if row else 0

        return await self._database.single(op)
