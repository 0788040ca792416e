"""A copy of the database while others write to it, and the way back. Blocking: for threads and for commands."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from engine.errors import StorageFault

BUSY_SECONDS = 30.0


def copy_database(path: Path, target: Path) -> None:
    """Write the database as it is at one instant, without its free pages, to a new file that its owner alone may read.

    Writers go on meanwhile (``VACUUM INTO`` reads in one transaction,
    https://sqlite.org/lang_vacuum.html). The target appears when it is whole. Raises
    `StorageFault`.
    """
    if not path.is_file():
        raise StorageFault(f"{path}: there is no database")
    partial = Path(f"{target}.part")  # `with_name` knows no way beside "." and "/"
    try:
        if target.exists():
            raise StorageFault(f"{target}: exists already and is not written over")
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _vacuum_into(path, partial)
        os.replace(partial, target)  # noqa: PTH105 - the same call, and `place_database` needs os.link beside it
    except (sqlite3.Error, OSError) as error:
        raise StorageFault(f"{target}: the copy failed ({_reason(error)})") from error
    finally:
        partial.unlink(missing_ok=True)


def place_database(restored: Path, path: Path) -> None:
    """Put a restored file in the database's place, never over one that exists. Raises `StorageFault`."""
    try:
        _check(restored)
        # What a database that is gone left of its log belongs to nothing; SQLite would take it for
        # the new one's.
        for end in ("-wal", "-shm"):
            if not path.exists():
                path.with_name(path.name + end).unlink(missing_ok=True)
        os.link(restored, path)  # fails where a file exists, however shortly before it was made
        restored.unlink()
    except FileExistsError as error:
        raise StorageFault(f"{path}: exists already and is not written over") from error
    except (sqlite3.Error, OSError) as error:
        raise StorageFault(f"{path}: could not be restored ({_reason(error)})") from error


def _vacuum_into(path: Path, target: Path) -> None:
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        db.execute("VACUUM INTO ?", (str(target),))
    finally:
        db.close()
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check(path: Path) -> None:
    db = sqlite3.connect(path)
    try:
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        db.close()
    if found != "ok":
        raise StorageFault(f"{path}: what was restored is not a sound database")


def _reason(error: BaseException) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
