"""Track which processes share a database file, and which of them have ended.

A host may start the new process while the old one is still finishing its answers. Each process has
a number in the database, and locks the byte with that number in a file beside it. The system
releases such a lock when its process ends for any reason (fcntl(2), "record locks"). A killed
process therefore counts as ended at once, and a live process never counts as ended.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

from engine.errors import StorageFault
from engine.storage.records import DIED, RELEASED
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.numbers import all_of


class Owners:
    """This process among those that share the file.

    `enter` takes a number for the process and creates the object. `leave` releases the number.
    """

    def __init__(self, store: Store, number: int, descriptor: int) -> None:
        self._store, self.number, self._descriptor = store, number, descriptor

    @classmethod
    async def enter(cls, store: Store) -> Owners:
        """Take a number and lock its byte. Raises `StorageFault`."""

        def op(db: sqlite3.Connection) -> int:
            cursor = db.execute("INSERT INTO owners DEFAULT VALUES")
            return int(cursor.lastrowid or 0)

        number = await store.write(op)
        path = store.path.with_name(store.path.name + "-owners")
        try:
            # This descriptor stays open, because closing any descriptor of the file would release
            # all locks of this process.
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            raise StorageFault(
                f"{path}: cannot be written; check the owner and rights of its folder"
            ) from error
        if not _lock(descriptor, number):
            raise StorageFault(f"{path}: byte {number} is locked by another process")
        return cls(store, number, descriptor)

    async def gone(self) -> list[int]:
        """Return the numbers of ended processes, and `RELEASED`. Raises `StorageFault`."""
        rows = await self._store.read(lambda db: all_of(db, "SELECT owner FROM owners LIMIT 10000"))
        others = [int(row[0]) for row in rows if row[0] != self.number]
        return [RELEASED, *(number for number in others if self._is_gone(number))]

    async def strike(self, gone: list[int]) -> None:
        numbers = [number for number in gone if number != RELEASED]

        def op(db: sqlite3.Connection) -> None:
            for number in numbers:
                _release(db, number, died=True)

        if numbers:
            await self._store.write(op)

    async def leave(self) -> None:
        """Release this process's number, lock and open rows. Any process may then claim the rows.

        Raises `StorageFault`. Idempotent.
        """
        if self._descriptor < 0:
            return
        try:
            await self._store.write(lambda db: _release(db, self.number, died=False))
        finally:
            os.close(self._descriptor)
            self._descriptor = -1

    def _is_gone(self, number: int) -> bool:
        if not _lock(self._descriptor, number):
            return False
        _unlock(self._descriptor, number)
        return True


def anyone_lives(path: Path) -> bool:
    """Return whether another process uses this database. This function blocks."""
    try:
        descriptor = os.open(path.with_name(path.name + "-owners"), os.O_RDWR)
    except OSError:
        return False  # no process has used this database yet
    try:
        return not _lock(descriptor, 0, 0)
    finally:
        os.close(descriptor)


def _release(db: sqlite3.Connection, number: int, *, died: bool) -> None:
    db.execute(
        "UPDATE ledger SET owner = ?, deaths = deaths + (? AND step <> ''), step = '' "
        "WHERE owner = ? AND state = 0",
        (RELEASED, died, number),
    )
    db.execute(
        "UPDATE ledger SET previous_owner = ? WHERE previous_owner = ? AND state = 0",
        (DIED, number),
    )
    db.execute("DELETE FROM owners WHERE owner = ?", (number,))


if sys.platform == "win32":

    def _lock(descriptor: int, byte: int, count: int = 1) -> bool:  # noqa: ARG001 - no record locks: one process at a time is assumed
        return True

    def _unlock(descriptor: int, byte: int) -> None:
        """Do nothing."""

else:
    import fcntl

    def _lock(descriptor: int, byte: int, count: int = 1) -> bool:
        try:  # with a count of 0, lockf would lock all bytes from `byte` on
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, count, byte)
        except OSError:
            return False  # another process holds the lock
        return True

    def _unlock(descriptor: int, byte: int) -> None:
        fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, byte)
