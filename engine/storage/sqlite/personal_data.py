"""The size of a file, its limit, and the removal of copies of erased data from its bytes.

Erasing has two steps. `erase` deletes the rows, and ``secure_delete`` overwrites their bytes.
`scrub` then rewrites the file and empties the log. This is needed because SQLite leaves copies when
it moves a row from one page to another, and the log contains the former pages. Without the second
step, about one text in a hundred was found again in a measurement.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from pathlib import Path

from engine.storage.records import Facts, Removed, Size
from engine.storage.sql.housekeeping import PAUSE_SECONDS
from engine.storage.sql.personal_data import SqlPersonalData
from engine.storage.sqlite.connection import pragma
from engine.storage.sqlite.database import FULL_SHARE, SPARE_PAGES, Store
from engine.storage.sqlite.marks import beside
from engine.tasks import Clock

BATCH_PAGES = 200
# A file of this size can be rewritten in some tenths of a second. A larger file is rewritten later,
# when there is little work.
SCRUB_AT_ONCE_BYTES = 16 * 1024 * 1024
FRESH_NANOSECONDS = 100_000_000
# The number of attempts to empty the log while a reader uses it, such as a backup, and the pause
# between two attempts.
LOG_TRIES, LOG_PAUSE_SECONDS = 20, 0.5


Stamp = tuple[tuple[int, int, int], ...]


def stamp_of(path: Path) -> Stamp | None:
    """Return a value that differs after each commit of any process, or None if it is unreliable.

    If a file was changed very recently, a second change could get the same time. Windows sets the
    time of a change only when the file is closed.
    """
    if sys.platform == "win32":
        return None
    found = []
    for file in (path, beside(path, "-wal")):
        try:
            facts = file.stat()
        except OSError:
            return None
        if facts.st_mtime_ns > time.time_ns() - FRESH_NANOSECONDS:
            return None
        found.append((facts.st_ino, facts.st_size, facts.st_mtime_ns))
    return tuple(found)


class SqlitePersonalData(SqlPersonalData):
    """Measure, export and erase data. Every method raises `StorageFault`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self._file = store
        self._seen: tuple[Stamp, Facts] | None = None

    async def facts(self) -> Facts:
        """Read the store's identity and the number of its erasures.

        An idle process asks every two seconds, so the database is not read if the files are
        unchanged.
        """
        stamp = stamp_of(self._file.path)
        if self._seen is not None and stamp is not None and self._seen[0] == stamp:
            return self._seen[1]
        found = await super().facts()
        self._seen = (stamp, found) if stamp is not None else None
        return found

    async def make_room(self, limit_bytes: int) -> Removed:
        if not await self.crowded(limit_bytes):
            self._file.pressed.clear()
            return Removed()
        self._file.full.clear()
        self._file.pressed.clear()
        await self._file.hold_limit(SPARE_PAGES)
        removed = await self._make_room(limit_bytes)
        await self._file.hold_limit()
        return removed

    async def size(self) -> Size:
        """Measure the file (https://sqlite.org/pragma.html#pragma_freelist_count)."""

        def op(db: sqlite3.Connection) -> Size:
            page, count = pragma(db, "page_size"), pragma(db, "page_count")
            return Size(page * count, page * (count - pragma(db, "freelist_count")))

        return await self._file.read(op)

    async def crowded(self, limit_bytes: int) -> bool:
        """Return whether the file is near its limit, or the limit has made it refuse a write."""
        return self._file.full.is_set() or (await self.size()).used_bytes > limit_bytes * FULL_SHARE

    async def wait_until_full(self) -> None:
        await self._file.pressed.wait()

    async def version(self) -> int:
        """Return a number that differs after every change.

        See https://sqlite.org/pragma.html#pragma_data_version.
        """
        return await self._file.read(lambda db: pragma(db, "data_version"))

    async def small(self) -> bool:
        """Return whether the file is so small that it can be rewritten at once."""
        return (await self.size()).file_bytes <= SCRUB_AT_ONCE_BYTES

    async def scrub(self) -> bool:
        """Remove every copy of erased data from the file and the log.

        Return False if a reader still needs the log.
        """
        facts = await self.facts()
        if facts.scrubbed < facts.erased:
            await self._file.compact()
        if not await self.empty_log():
            return False
        if facts.scrubbed < facts.erased:
            await self._rewritten(facts.erased)
        return True

    async def empty_log(self) -> bool:
        """Empty the log. If it has readers, wait some seconds for them.

        Return whether the log is empty.
        """
        for _ in range(LOG_TRIES):
            if await self._file.checkpoint():
                return True
            await self._clock.sleep(LOG_PAUSE_SECONDS)
        return False

    async def _return_space(self) -> None:
        """Shorten the file by its free pages.

        Each statement is read to its end, because SQLite would otherwise return only one page.
        """

        def op(db: sqlite3.Connection) -> int:
            db.execute(f"PRAGMA incremental_vacuum({BATCH_PAGES})").fetchall()
            return pragma(db, "freelist_count")

        before = -1
        while (free := await self._file.write(op)) > 0 and free != before:
            before = free
            await self._clock.sleep(PAUSE_SECONDS)
