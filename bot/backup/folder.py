"""A folder beside the database, on the same disk, for the files of one push or restore.

It may hold a readable copy of the database for some seconds. The system releases the lock on its
file ``lock`` when the process ends in any way (flock(2)). The next process therefore knows which
folders are abandoned, and removes them.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

STALE_SECONDS = 3600.0  # a folder of this age without a lock counts as abandoned


@contextmanager
def lend_folder(path: Path) -> Iterator[Path]:
    """Provide a folder beside a database and remove it afterwards.

    Folders that ended processes left there are removed too.
    """
    remove_leftovers(path)
    # The folder is locked before it gets its name, so that no other process takes it for an
    # abandoned one.
    making = Path(tempfile.mkdtemp(prefix=f".{path.name}-making-", dir=path.parent))
    lock = os.open(making / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    _lock(lock)
    folder = making.rename(path.parent / f"{_prefix(path)}{secrets.token_hex(6)}")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def remove_leftovers(path: Path) -> None:
    """Remove the folders of processes that have ended."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in path.parent.glob(_prefix(path) + "*"):
        if _is_left(folder):
            shutil.rmtree(folder, ignore_errors=True)
    for folder in path.parent.glob(f".{path.name}-making-*"):
        if _is_old(folder):
            shutil.rmtree(folder, ignore_errors=True)


def open_private(path: Path) -> BinaryIO:
    """Create a file that only its owner may read, and open it for writing."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _prefix(path: Path) -> str:
    return f".{path.name}-backup-"


def _is_left(folder: Path) -> bool:
    if sys.platform == "win32":
        return _is_old(folder)
    try:
        lock = os.open(folder / "lock", os.O_RDWR)
    except OSError:  # an older version made the folder, or its process has just removed it
        return _is_old(folder)
    try:
        return _lock(lock)
    finally:
        os.close(lock)


def _is_old(folder: Path) -> bool:
    try:
        return time.time() - folder.stat().st_mtime > STALE_SECONDS
    except OSError:
        return False  # the folder no longer exists


if sys.platform == "win32":

    def _lock(descriptor: int) -> bool:  # noqa: ARG001 - only the age shows an abandoned folder here
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False  # another process holds the lock
        return True
