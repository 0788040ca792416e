"""A connection to the file, on a thread of its own.

Each piece of work needs one call on this thread.
"""

from __future__ import annotations

import asyncio
import sqlite3
from functools import partial
from pathlib import Path
from typing import Callable, TypeVar

import aiosqlite

from engine.errors import StorageFault
from engine.storage.codec import unpacked_bytes
from engine.storage.sqlite.marks import closed_here, opened_here

T = TypeVar("T")
Op = Callable[[sqlite3.Connection], T]
"""Work on a connection.

It runs on the connection's thread, so it may block and must not touch any state of the event loop.
"""

# SQLite's default page size since 3.12.
PAGE_BYTES = 4096
# The auto_vacuum mode in which free pages are returned only when the sweep asks for it.
INCREMENTAL = 2
BUSY_MILLISECONDS = 2_000  # the limit on the wait for another process that holds the write lock


class Connection:
    """Run work on the connection's thread, in the order of the calls.

    aiosqlite owns the thread. Each of its public methods makes one call on the thread for each
    statement. This class therefore calls `_execute`, which all of them use (aiosqlite 0.22), with a
    whole piece of work.
    """

    def __init__(self, db: aiosqlite.Connection, path: Path) -> None:
        self._db, self._path = db, path
        self._closed = False

    @classmethod
    async def open(cls, path: Path, log_bytes: int) -> Connection:
        """Open the file. Raises sqlite3.Error."""
        # The event loop's thread never uses the connection, but it may free a cursor.
        connector = partial(sqlite3.connect, path, isolation_level=None, check_same_thread=False)
        db = aiosqlite.Connection(connector, 64)
        opened_here(path)
        try:
            await db
        except BaseException:
            closed_here(path)
            # aiosqlite 0.22 stops the thread here without waiting for it. The thread could then
            # find the event loop closed.
            await asyncio.to_thread(db._thread.join)  # noqa: SLF001 - see above
            raise
        connection = cls(db, path)
        try:
            await connection.run(lambda opened: _prepare(opened, log_bytes))
        except BaseException:
            await connection.close()
            raise
        return connection

    async def run(self, op: Op[T]) -> T:
        """Run `op` on the thread. It runs to its end even if the caller is cancelled."""
        work = partial(op, self._db._conn)  # noqa: SLF001 - see above
        result: T = await self._db._execute(work)  # type: ignore[no-untyped-call]  # noqa: SLF001
        return result

    async def close(self) -> None:
        """Wait for the running work, close the connection and end the thread. Idempotent."""
        await self._db.close()
        if not self._closed:
            self._closed = True
            closed_here(self._path)


def pragma(db: sqlite3.Connection, name: str) -> int:
    """Return the value of a numeric pragma."""
    row = db.execute(f"PRAGMA {name}").fetchone()
    return int(row[0]) if row else 0


def in_transaction(db: sqlite3.Connection, work: Callable[[], T]) -> T:
    """Do work in one transaction. An error rolls it back and is raised to the caller."""
    db.execute("BEGIN IMMEDIATE")
    try:
        result = work()
        db.execute("COMMIT")
    except BaseException:
        # SQLite may already have rolled back, as it does on a full disk.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return result


def _prepare(db: sqlite3.Connection, log_bytes: int) -> None:
    db.create_function("unpacked_bytes", 1, _unpacked_bytes, deterministic=True)
    db.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    # Both settings must be made before the first table. Incremental vacuum returns space, and
    # secure delete overwrites text. Setting auto_vacuum again would write to the file.
    if pragma(db, "auto_vacuum") != INCREMENTAL:
        db.execute(f"PRAGMA auto_vacuum={INCREMENTAL}")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA secure_delete=ON")
    db.execute(f"PRAGMA journal_size_limit={log_bytes}")
    db.execute(f"PRAGMA wal_autocheckpoint={log_bytes // PAGE_BYTES}")
    # The limit on the page cache of each connection (a negative number is in KiB).
    db.execute("PRAGMA cache_size=-2000")


def _unpacked_bytes(packed: bytes) -> int:
    """Return a text's unpacked length, for use in a statement.

    If the text is damaged, return its stored length.
    """
    try:
        return unpacked_bytes(packed)
    except StorageFault:
        return len(packed)
