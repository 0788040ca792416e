"""A connection to the file on its own thread, with one hop to that thread per piece of work."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable, TypeVar

from engine.errors import StorageFault
from engine.storage.codec import unpacked_bytes

T = TypeVar("T")
Op = Callable[[sqlite3.Connection], T]
"""Work on a connection; it runs on the connection's thread, blocks, and touches no state of the
loop."""

PAGE_BYTES = 4096  # SQLite's default since 3.12
INCREMENTAL = 2  # auto_vacuum: pages are given back when the sweep asks for it
BUSY_MILLISECONDS = 2_000  # how long another process may hold the write lock


class Connection:
    """`run` does work on the thread, in the order of the calls.

    `close` waits for what is under way.
    """

    def __init__(self, db: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._db, self._thread = db, thread

    @classmethod
    async def open(cls, path: Path, log_bytes: int, name: str) -> Connection:
        """Open the file. Raises sqlite3.Error."""
        thread = ThreadPoolExecutor(1, f"sqlite {name}")
        loop = asyncio.get_running_loop()
        try:
            return cls(await loop.run_in_executor(thread, _connect, path, log_bytes), thread)
        except BaseException:
            thread.shutdown(wait=False)
            raise

    async def run(self, op: Op[T]) -> T:
        """Do the work. After a cancellation of the caller it still goes on to its end."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, op, self._db)

    async def close(self) -> None:
        """Close the connection and end the thread."""
        await self.run(lambda db: db.close())
        self._thread.shutdown()


def pragma(db: sqlite3.Connection, name: str) -> int:
    """Return the number that a pragma holds."""
    row = db.execute(f"PRAGMA {name}").fetchone()
    return int(row[0]) if row else 0


def in_transaction(db: sqlite3.Connection, work: Callable[[], T]) -> T:
    """Do work in one transaction; an error undoes all of it and goes on to the caller."""
    db.execute("BEGIN IMMEDIATE")
    try:
        result = work()
        db.execute("COMMIT")
    except BaseException:
        # SQLite may have rolled back by itself, as it does on a full disk.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return result


def _connect(path: Path, log_bytes: int) -> sqlite3.Connection:
    # The loop's thread never uses it; but a cursor may be freed there.
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db.create_function("unpacked_bytes", 1, _unpacked_bytes, deterministic=True)
        db.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        # Both must come before the first table: incremental vacuum gives space back, secure delete
        # overwrites text. To set auto_vacuum again would write to the file.
        if pragma(db, "auto_vacuum") != INCREMENTAL:
            db.execute(f"PRAGMA auto_vacuum={INCREMENTAL}")
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("PRAGMA secure_delete=ON")
        db.execute(f"PRAGMA journal_size_limit={log_bytes}")
        db.execute(f"PRAGMA wal_autocheckpoint={log_bytes // PAGE_BYTES}")
        db.execute("PRAGMA cache_size=-2000")  # KiB: bounds the page cache of each connection
    except BaseException:
        db.close()
        raise
    return db


def _unpacked_bytes(packed: bytes) -> int:
    """Measure a text for a statement; a damaged one, which nobody can read, by what is stored."""
    try:
        return unpacked_bytes(packed)
    except StorageFault:
        return len(packed)
