"""The SQLite file, with one connection for all writes and one for reads, each on its own thread.

With WAL and ``synchronous=FULL``, a committed row survives a power cut
(https://sqlite.org/pragma.html#pragma_synchronous). FULL costs one fsync for each transaction, so
waiting writes share one transaction. A transaction or a query is one call on a thread, whatever the
number of its statements.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from engine.errors import StorageFault
from engine.storage.pulse import Pulse
from engine.storage.sql.database import Op as Coroutined
from engine.storage.sql.database import drive
from engine.storage.sqlite.connection import (
    BUSY_MILLISECONDS,
    PAGE_BYTES,
    Connection,
    Op,
    in_transaction,
    pragma,
)
from engine.storage.sqlite.dialect import SqliteDb
from engine.storage.sqlite.faults import cause_of, faults_of, is_full, is_of_the_file, translate
from engine.storage.sqlite.marks import check_log, marks_before, new_mark, note_marks
from engine.storage.sqlite.schema import STEPS
from engine.tasks import Tasks

log = logging.getLogger(__name__)
T = TypeVar("T")

# The limit on writes in one transaction. It also limits how long the first write waits for the last
# one.
BATCH = 256
# The write-ahead log is cut to this size once its content is in the file.
LOG_BYTES = 4_000_000
# These pages are available beyond the limit, because a start and deletions may need some.
SPARE_PAGES = 64
# Old data is deleted if more than this share of the limit is used. The writes of a busy minute then
# still fit.
FULL_SHARE = 0.9


class Store:
    """The database file. `write` and `read` take a function of the connection.

    `most_bytes` is the largest size of the file, or 0 if it is unlimited. `full` is set when the
    limit refused a write. `pressed` is set in the same case, and also when a commit left the file
    near the limit. The task that makes room clears both.
    """

    def __init__(
        self,
        path: Path,
        writer: Connection,
        reader: Connection,
        most_bytes: int = 0,
    ) -> None:
        self.path = path
        self.most_bytes = most_bytes
        self.full, self.pressed = asyncio.Event(), asyncio.Event()
        self.pulse = Pulse()
        self.writer = writer
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
        """Open or create the file, and migrate its tables to this version.

        `limit_bytes` is the limit on the file and the write-ahead log together. A write that would
        exceed it is refused. The log is checkpointed at an eighth of the limit, or at `LOG_BYTES`
        if that is less. One transaction can double the log. Raises `StorageFault` with a sentence
        for the operator: no folder, no right to write, locked, not a database, or written by a
        newer version.
        """
        opened: list[Connection] = []
        log_bytes = min(LOG_BYTES, limit_bytes // 8) if limit_bytes else LOG_BYTES
        most_bytes = limit_bytes - 2 * log_bytes if limit_bytes else 0
        with faults_of(path):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                _check_rights(path)
                _make_private(path)
                check_log(path)
                before = marks_before(path)
                opened.append(await Connection.open(path, log_bytes))
                await opened[0].run(lambda db: _mark_and_migrate(db, path, before))
                # If the limit was lowered below the present size, the process must still be able to
                # start.
                if most_bytes:
                    await opened[0].run(lambda db: _bound_with_room(db, most_bytes))
                opened.append(await Connection.open(path, log_bytes))
                await opened[1].run(lambda db: db.execute("PRAGMA query_only=1").fetchall())
            except BaseException:
                for connection in opened:
                    await connection.close()
                raise
        return cls(path, opened[0], opened[1], most_bytes)

    async def write(self, op: Op[T]) -> T:
        """Run `op` in the next transaction, and return its result once it is on disk.

        It runs on the writer's thread. Several ops share a transaction. If one of them fails, all
        of them run again, each in its own transaction, so an op must be repeatable. If the caller
        is cancelled, its op may still be committed. Raises `StorageFault`.
        """
        if self._closed:
            raise StorageFault(f"{self.path} is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((op, future))
        self._idle.clear()
        self._wake.set()
        return await future

    async def read(self, op: Op[T]) -> T:
        """Run `op` on the reader's thread. All its statements see one state of the file.

        Raises `StorageFault`.
        """
        if self._closed:
            raise StorageFault(f"{self.path} is closed")
        with faults_of(self.path):
            return await self._reader.run(partial(_read, op))

    async def transact(self, op: Coroutined[T], *, soft: bool = False) -> T:  # noqa: ARG002 - every commit is durable
        return await self.write(lambda db: drive(op(SqliteDb(db))))

    async def query(self, op: Coroutined[T]) -> T:
        return await self.read(lambda db: drive(op(SqliteDb(db))))

    async def hold_limit(self, spare_pages: int = 0) -> None:
        """Limit the file to its largest size plus `spare_pages` pages. Raises `StorageFault`."""
        if self.most_bytes:
            await self.write(lambda db: _bound(db, self.most_bytes // PAGE_BYTES + spare_pages))

    async def checkpoint(self) -> bool:
        """Checkpoint the log into the file and empty the log.

        Return False while a reader still needs the log. A log that is not empty has older pages,
        including those of deleted data (https://sqlite.org/pragma.html#pragma_wal_checkpoint).
        Raises `StorageFault`.
        """

        def op(db: sqlite3.Connection) -> bool:
            db.execute("PRAGMA busy_timeout=0")  # a wait here would delay all chats
            try:
                rows = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                db.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
            return bool(rows) and rows[0][0] == 0

        return await self._alone(op)

    async def compact(self) -> None:
        """Rewrite the file without the remains of deleted rows.

        ``secure_delete`` overwrites a row in place, but not the copies that SQLite left when it
        moved the row to another page. The rewrite takes about 20 ms per megabyte, and as much free
        disk space as the file. Other writes wait during the rewrite. Raises `StorageFault`.
        """
        await self._alone(_vacuum)

    async def _alone(self, op: Op[T]) -> T:
        """Run `op` on the writer connection between two transactions."""
        if self._closed:
            raise StorageFault(f"{self.path} is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._between.append((op, future))
        self._idle.clear()
        self._wake.set()
        return await future

    async def beat(self) -> None:
        """Rewrite a row without changing it, to learn whether writes succeed again.

        Raises `StorageFault`.
        """
        await self.write(
            lambda db: db.execute("UPDATE facts SET value = value WHERE name = 'erased'")
        )

    async def close(self) -> None:
        """Commit the waiting writes, then close. Idempotent."""
        if self._closed:
            return
        self._closed = True
        await self._idle.wait()
        await self._tasks.close()
        await self._reader.close()
        await self.writer.close()

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
        """Commit a batch in one transaction.

        If one op fails, each op is run alone, so that only the failing op reports an error.
        """
        try:
            work = [op for op, _ in batch]
            if self.most_bytes:
                work.append(_used_pages)  # measured here, which saves another call on the thread
            results = await self.writer.run(partial(_transact, work))
        except Exception as error:  # noqa: BLE001 - any error belongs to the op's caller, never to the commit loop
            # If the file is full, the write that makes room must not fail together with the others.
            if len(batch) > 1 and (
                is_full(error) or not (is_of_the_file(error) and cause_of(error))
            ):
                for one in batch:
                    await self._commit([one])
                return
            fault = await self._worded(error)
            self.pulse.fail(fault)
            for _, future in batch:
                _fail(future, fault)
            return
        self.pulse.commit()
        if self.most_bytes and results.pop() * PAGE_BYTES > self.most_bytes * FULL_SHARE:
            self.pressed.set()
        for (_, future), result in zip(batch, results):
            _settle(future, result)

    async def _run_alone(self, op: Op[Any], future: asyncio.Future[Any]) -> None:
        try:
            result = await self.writer.run(op)
        except Exception as error:  # noqa: BLE001 - as in `_commit`
            _fail(future, translate(error, self.path))
            return
        _settle(future, result)

    async def _worded(self, error: BaseException) -> BaseException:
        """Return the error for the caller. If the limit is reached, wake the task that makes room.

        SQLite has only one error (SQLITE_FULL) for a reached limit and for a full disk.
        """
        if not (self.most_bytes and is_full(error)):
            return translate(error, self.path)
        try:
            free = (await asyncio.to_thread(shutil.disk_usage, self.path.parent)).free
        except OSError:
            free = 0
        if free < LOG_BYTES:
            return translate(error, self.path)
        self.full.set()
        self.pressed.set()
        fault = StorageFault(
            f"{self.path}: STORAGE_LIMIT_MB is reached; the oldest data of the people who hold "
            f"most is deleted now"
        )
        fault.__cause__ = error
        return fault


def _settle(future: asyncio.Future[Any], result: object) -> None:
    if not future.done():  # the future of a cancelled caller is done already
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)


def _transact(ops: Sequence[Op[Any]], db: sqlite3.Connection) -> list[Any]:
    """Run the ops in one transaction. Cursors stay on this thread."""
    results = in_transaction(db, lambda: [op(db) for op in ops])
    return [None if isinstance(result, sqlite3.Cursor) else result for result in results]


def _read(op: Op[T], db: sqlite3.Connection) -> T:
    db.execute("BEGIN")
    try:
        return op(db)
    finally:
        if db.in_transaction:
            db.execute("COMMIT")


def _used_pages(db: sqlite3.Connection) -> int:
    return pragma(db, "page_count") - pragma(db, "freelist_count")


def _vacuum(db: sqlite3.Connection) -> None:
    db.execute("VACUUM")


def _check_rights(path: Path) -> None:
    """Refuse a read-only file before SQLite creates read-only files beside it.

    Those files would still be read-only after the operator has repaired the rights.
    """
    effective = os.access in os.supports_effective_ids
    if os.access(path, os.R_OK, effective_ids=effective) and not os.access(
        path, os.W_OK, effective_ids=effective
    ):
        raise PermissionError("permission denied")


def _make_private(path: Path) -> None:
    """Create a missing file that only its owner may access.

    SQLite gives its log the same rights as the file (os_unix.c).
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:
        return  # the file exists already, or SQLite will report the error


def _bound(db: sqlite3.Connection, pages: int) -> None:
    """Limit the number of the file's pages. SQLite never sets the limit below the present size."""
    db.execute(f"PRAGMA max_page_count={pages}").fetchall()


def _bound_with_room(db: sqlite3.Connection, most_bytes: int) -> None:
    _bound(db, max(most_bytes // PAGE_BYTES, pragma(db, "page_count") + SPARE_PAGES))


def _mark_and_migrate(db: sqlite3.Connection, path: Path, before: Sequence[int]) -> None:
    """Migrate the tables to this version, and mark the file (`engine.storage.sqlite.marks`).

    `before` holds the marks that the file may have had before it was opened.
    """
    mark = new_mark()
    note_marks(path, mark, *before)
    in_transaction(db, lambda: _migrate(db, path, mark))
    # The checkpoint writes the mark into the file, unless another process still reads the log.
    _, in_log, in_file = db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    if in_log == in_file:
        note_marks(path, mark)


def _migrate(db: sqlite3.Connection, path: Path, mark: int) -> None:
    version = pragma(db, "user_version")
    if version > len(STEPS):
        raise StorageFault(
            f"{path} comes from a newer Pipit (its version is {version}, this one knows up to "
            f"{len(STEPS)}); get the newer Pipit or set DATABASE_PATH to another file"
        )
    for step in STEPS[version:]:
        for statement in step:
            db.execute(statement)
    db.execute(f"PRAGMA user_version={len(STEPS)}")
    db.execute(f"PRAGMA application_id={mark}")
