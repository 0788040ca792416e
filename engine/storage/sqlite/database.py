"""The SQLite file: one writer connection with group commit, one reader, both on their own threads.

WAL with ``synchronous=FULL``: a committed row survives a power cut
(https://sqlite.org/pragma.html#pragma_synchronous). The cost of FULL is one fsync a transaction, so
writes that are waiting are put into one transaction together. Only this package speaks SQL.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Callable, TypeVar

import aiosqlite

from engine.errors import StorageFault
from engine.storage.codec import unpacked_bytes
from engine.storage.sqlite.faults import cause_of, faults_of, is_full, is_of_the_file, translate
from engine.storage.sqlite.marks import check_log, new_mark, note_marks, read_header, settle_mark
from engine.storage.sqlite.schema import STEPS
from engine.tasks import Tasks

log = logging.getLogger(__name__)
T = TypeVar("T")
Op = Callable[[aiosqlite.Connection], Awaitable[T]]

BATCH = 256  # writes in one transaction; bounds how long the first of them waits for the last
LOG_BYTES = 4_000_000  # the write-ahead log is cut back to this once its content is in the file
SPARE_PAGES = (
    64  # beyond the limit: for a start, and for what makes room, which may need some itself
)
PAGE_BYTES = 4096  # SQLite's default since 3.12
INCREMENTAL = 2  # auto_vacuum: pages are given back when the sweep asks for it
BUSY_MILLISECONDS = (
    2_000  # how long another process may hold the write lock (a host overlaps old and new)
)


class Store:
    """A file of tables; `write` and `read` take a function of the connection.

    `most_bytes` is how long the file may become, 0 if nothing bounds it; `full` is set when a write
    was refused for it.
    """

    def __init__(
        self,
        path: Path,
        writer: aiosqlite.Connection,
        reader: aiosqlite.Connection,
        most_bytes: int = 0,
    ) -> None:
        self.path = path
        self.most_bytes = most_bytes
        self.full = asyncio.Event()
        self._writer = writer
        self._reader = reader
        self._waiting: list[tuple[Op[Any], asyncio.Future[Any]]] = []
        self._between: list[tuple[Op[Any], asyncio.Future[Any]]] = []
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._tasks = Tasks("store")
        self._tasks.spawn(self._commit_for_ever(), "group commit")
        self._closed = False

    @classmethod
    async def open(cls, path: Path, limit_bytes: int = 0) -> Store:
        """Open or create the file and bring its tables to this version.

        `limit_bytes` bounds file and write-ahead log together: a write that would pass it is
        refused. An eighth of it, or `LOG_BYTES` if that is less, is where the log is brought into
        the file; a transaction can double it. Raises `StorageFault` with a sentence for the
        operator: no folder, no right to write, locked, not a database, or written by a newer
        version.
        """
        opened: list[aiosqlite.Connection] = []
        log_bytes = min(LOG_BYTES, limit_bytes // 8) if limit_bytes else LOG_BYTES
        most_bytes = limit_bytes - 2 * log_bytes if limit_bytes else 0
        with faults_of(path):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                _check_rights(path)
                _make_private(path)
                check_log(path)
                opened.append(await _connect(path, log_bytes))
                await _mark_and_migrate(opened[0], path)
                if most_bytes:  # at a limit that was lowered below what there is, a start must still be possible
                    pages = await _number(opened[0], "page_count")
                    await _bound(opened[0], max(most_bytes // PAGE_BYTES, pages + SPARE_PAGES))
                opened.append(await _connect(path, log_bytes))
                await opened[1].execute("PRAGMA query_only=1")
            except BaseException:
                for connection in opened:
                    await connection.close()
                raise
        return cls(path, opened[0], opened[1], most_bytes)

    async def write(self, op: Op[T]) -> T:
        """Run `op` in the next transaction and return its result once that is on the disk.

        Several ops share a transaction, so an op must be repeatable: after a neighbour's error it
        runs again, alone. A cancelled caller's op may still be committed. Raises `StorageFault`.
        """
        if self._closed:
            raise StorageFault(f"{self.path} is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((op, future))
        self._idle.clear()
        self._wake.set()
        return await future

    async def read(self, op: Op[T]) -> T:
        """Run `op` on the reading connection, which sees all that is committed. Raises `StorageFault`."""
        if self._closed:
            raise StorageFault(f"{self.path} is closed")
        with faults_of(self.path):
            return await op(self._reader)

    async def hold_limit(self, spare_pages: int = 0) -> None:
        """Bound the file at its limit and so many pages more. Raises `StorageFault`."""
        if self.most_bytes:
            await self.write(lambda db: _bound(db, self.most_bytes // PAGE_BYTES + spare_pages))

    async def checkpoint(self) -> bool:
        """Bring what the log holds into the file and empty the log; return False while a reader still needs it.

        Until then the log has older pages, also of what was deleted since
        (https://sqlite.org/pragma.html#pragma_wal_checkpoint). Raises `StorageFault`.
        """

        async def op(db: aiosqlite.Connection) -> bool:
            await db.execute_fetchall(
                "PRAGMA busy_timeout=0"
            )  # to wait here would hold up every chat's writes
            try:
                rows = list(await db.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)"))
            finally:
                await db.execute_fetchall(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
            return bool(rows) and rows[0][0] == 0

        return await self._alone(op)

    async def compact(self) -> None:
        """Write the file anew, without what deleted rows left between others; writes wait meanwhile.

        ``secure_delete`` overwrites a row where it is, but not the copies that moving it to another page left behind.
        Takes some 20 ms for each megabyte and as much free disk as the file. Raises `StorageFault`.
        """
        await self._alone(lambda db: db.execute_fetchall("VACUUM"))

    async def _alone(self, op: Op[T]) -> T:
        """Run `op` on the writing connection between two transactions."""
        if self._closed:
            raise StorageFault(f"{self.path} is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._between.append((op, future))
        self._idle.clear()
        self._wake.set()
        return await future

    async def close(self) -> None:
        """Commit what is waiting, then close; idempotent."""
        if self._closed:
            return
        self._closed = True
        await self._idle.wait()
        await self._tasks.close()
        await self._reader.close()
        await self._writer.close()

    async def _commit_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting or self._between:
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                if batch:
                    await self._commit(batch)
                if self._between:
                    await self._run_alone(*self._between.pop(0))
            self._idle.set()

    async def _commit(self, batch: list[tuple[Op[Any], asyncio.Future[Any]]]) -> None:
        """Commit a batch in one transaction; if one of it fails, each alone, so that it fails alone."""
        try:
            async with _transaction(self._writer):
                results = [await op(self._writer) for op, _ in batch]
        except Exception as error:  # noqa: BLE001 - any error belongs to the op's caller, never to the commit loop
            # A full file must not refuse the very write that would make room.
            if len(batch) > 1 and (
                is_full(error) or not (is_of_the_file(error) and cause_of(error))
            ):
                for one in batch:
                    await self._commit([one])
                return
            fault = await self._worded(error)
            for _, future in batch:
                _fail(future, fault)
            return
        for (_, future), result in zip(batch, results):
            if not future.done():
                future.set_result(result)

    async def _run_alone(self, op: Op[Any], future: asyncio.Future[Any]) -> None:
        try:
            result = await op(self._writer)
        except Exception as error:  # noqa: BLE001 - as in `_commit`
            _fail(future, translate(error, self.path))
            return
        if not future.done():
            future.set_result(result)

    async def _worded(self, error: BaseException) -> BaseException:
        """Tell the limit from the disk, for which SQLite has one error (SQLITE_FULL), and wake who makes room."""
        if not (self.most_bytes and is_full(error)):
            return translate(error, self.path)
        try:
            free = (await asyncio.to_thread(shutil.disk_usage, self.path.parent)).free
        except OSError:
            free = 0
        if free < LOG_BYTES:
            return translate(error, self.path)
        self.full.set()
        fault = StorageFault(
            f"{self.path}: STORAGE_LIMIT_MB is reached; the people who hold most make room now"
        )
        fault.__cause__ = error
        return fault


def _fail(future: asyncio.Future[Any], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)


@asynccontextmanager
async def _transaction(db: aiosqlite.Connection) -> AsyncIterator[None]:
    await db.execute("BEGIN IMMEDIATE")
    try:
        yield
        await db.execute("COMMIT")
    except BaseException:
        # SQLite may have rolled back by itself (a full disk does that), and then there is nothing
        # to roll back.
        if db.in_transaction:
            await db.execute("ROLLBACK")
        raise


def _check_rights(path: Path) -> None:
    """Refuse a read-only file before SQLite lays read-only files beside it, which would outlast the mending."""
    effective = os.access in os.supports_effective_ids
    if os.access(path, os.R_OK, effective_ids=effective) and not os.access(
        path, os.W_OK, effective_ids=effective
    ):
        raise PermissionError("permission denied")


def _make_private(path: Path) -> None:
    """Make a file that is not there for its owner alone; SQLite gives its log the same rights (os_unix.c)."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:
        return  # it is there already, or SQLite will say what is wrong with the place


async def _connect(path: Path, log_bytes: int = LOG_BYTES) -> aiosqlite.Connection:
    connection = aiosqlite.connect(path, isolation_level=None)
    try:
        await connection
    except BaseException:
        # aiosqlite 0.22 does not wait for the thread that it stops here; it would find the loop
        # closed.
        await asyncio.to_thread(connection._thread.join)  # noqa: SLF001 - as above
        raise
    try:
        await connection.create_function("unpacked_bytes", 1, _unpacked_bytes, deterministic=True)
        await connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        # Both must come before the first table: incremental vacuum gives space back, secure delete
        # overwrites text.
        if (
            await _number(connection, "auto_vacuum") != INCREMENTAL
        ):  # to set it again would write to the file
            await connection.execute(f"PRAGMA auto_vacuum={INCREMENTAL}")
        await connection.execute("PRAGMA journal_mode=WAL")
        await connection.execute("PRAGMA synchronous=FULL")
        await connection.execute("PRAGMA secure_delete=ON")
        await connection.execute(f"PRAGMA journal_size_limit={log_bytes}")
        await connection.execute(f"PRAGMA wal_autocheckpoint={log_bytes // PAGE_BYTES}")
        await connection.execute(
            "PRAGMA cache_size=-2000"
        )  # KiB: this bounds the page cache of each connection
    except BaseException:
        await connection.close()
        raise
    return connection


def _unpacked_bytes(packed: bytes) -> int:
    """Measure a text for a statement; a damaged one, which nobody can read, by what is stored."""
    try:
        return unpacked_bytes(packed)
    except StorageFault:
        return len(packed)


async def _bound(db: aiosqlite.Connection, pages: int) -> None:
    """Let the file have no more pages; SQLite never sets the bound below what there is."""
    await db.execute_fetchall(f"PRAGMA max_page_count={pages}")


async def _mark_and_migrate(db: aiosqlite.Connection, path: Path) -> None:
    """Bring the tables to this version, and mark the file (`engine.storage.sqlite.marks`)."""
    before, mark = read_header(path), new_mark()
    note_marks(path, mark, *([before.mark] if before else []))
    await _migrate(db, path, mark)
    await db.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")  # brings the mark into the file
    settle_mark(path, mark)


async def _migrate(db: aiosqlite.Connection, path: Path, mark: int) -> None:
    async with _transaction(db):
        version = await _number(db, "user_version")
        if version > len(STEPS):
            raise StorageFault(
                f"{path} comes from a newer Pipit (its version is {version}, this one knows up to {len(STEPS)}); "
                "get the newer Pipit or set DATABASE_PATH to another file"
            )
        for step in STEPS[version:]:
            for statement in step:
                await db.execute(statement)
        await db.execute(f"PRAGMA user_version={len(STEPS)}")
        await db.execute(f"PRAGMA application_id={mark}")


async def _number(db: aiosqlite.Connection, pragma: str) -> int:
    async with db.execute(f"PRAGMA {pragma}") as cursor:
        row = await cursor.fetchone()
    return int(row[0]) if row else 0
