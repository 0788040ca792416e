"""Recognise whether a write-ahead log belongs to the database file beside it.

SQLite assumes that a ``-wal`` file belongs to the database beside it, and writes its pages into the
database. After ``cp copy.db pipit.db`` beside the log of the former file, this mixes two databases
(https://sqlite.org/howtocorrupt.html, section 1.4). Each opening therefore writes a random mark
into the header of the file (``application_id``), and records it in a file beside it, ``-mark``. If
the file has another mark than the recorded one, the log belongs to a file that no longer exists.
"""

from __future__ import annotations

import os
import secrets
import struct
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from engine.errors import StorageFault

# How often each database is open in this process (`opened_here`).
_here: Counter[Path] = Counter()
HEADER_BYTES = 100  # https://sqlite.org/fileformat2.html#the_database_header
_MAGIC = b"SQLite format 3\0"
_VERSION_AT, _MARK_AT = 60, 68


@dataclass(frozen=True)
class Header:
    """The first bytes of a database file. `version` is its ``user_version``."""

    version: int
    mark: int


def beside(path: Path, end: str) -> Path:
    """Return the path of a companion file: the database's name followed by `end`."""
    return Path(f"{path}{end}")  # `with_name` fails for "." and "/"


def new_mark() -> int:
    """Return a random number as a mark. No other file is likely to have the same mark."""
    return secrets.randbelow(2**31 - 1) + 1


def opened_here(path: Path) -> None:
    """Note that SQLite opens the file in this process. `closed_here` ends that."""
    _here[path.absolute()] += 1


def closed_here(path: Path) -> None:
    """Note that a connection of this process was closed."""
    _here[path.absolute()] -= 1


def is_open_here(path: Path) -> bool:
    """Return whether SQLite has the file open in this process."""
    return _here[path.absolute()] > 0


def read_header(path: Path) -> Header | None:
    """Read the header without opening the file as a database.

    Return None if the file is not a database. Raises OSError, and RuntimeError if SQLite has the
    file open in this process. In that case the end of this function would release SQLite's locks:
    POSIX drops all locks of a process on a file when it closes any descriptor of it
    (https://sqlite.org/howtocorrupt.html, section 2.2). Another process would then assume that it
    is the last one, and delete the log that this process still writes.
    """
    if is_open_here(path):
        raise RuntimeError(f"{path} is open in this process")
    with path.open("rb") as file:
        raw = file.read(HEADER_BYTES)
    if len(raw) < HEADER_BYTES or not raw.startswith(_MAGIC):
        return None
    (version,), (mark,) = (struct.unpack_from(">i", raw, at) for at in (_VERSION_AT, _MARK_AT))
    return Header(version, mark)


def marks_before(path: Path) -> tuple[int, ...]:
    """Return the marks that the file may have before this process marks it."""
    if is_open_here(path):
        return tuple(sorted(_noted(path)))
    try:
        header = read_header(path)
    except OSError:
        return ()  # the next step opens the file and will report this error
    return (header.mark,) if header else ()


def has_log(path: Path) -> bool:
    """Return whether a write-ahead log with content is beside the file."""
    try:
        return beside(path, "-wal").stat().st_size > 0
    except OSError:
        return False


def check_log(path: Path) -> None:
    """Raise `StorageFault` if the log beside the file belongs to a former file.

    A file that is open in this process was checked when it was opened.
    """
    noted = _noted(path)
    if not (noted and has_log(path)) or is_open_here(path):
        return
    try:
        header = read_header(path)
    except OSError:
        return  # the next step opens the file and will report this error
    if header is not None and header.mark not in noted:
        raise StorageFault(
            f"{path}: a copy was put in the place of this file, but the log of the former file, "
            f"{path.name}-wal, is still beside it, and SQLite would mix the two. Nothing was "
            f"changed. Put the copy in its place with: pipit restore {path}"
        )


def note_marks(path: Path, *marks: int) -> None:
    """Record the marks that the file may have.

    When this function returns, the record is on disk. Raises OSError.
    """
    target = beside(path, "-mark")
    partial = beside(path, f"-mark.{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, " ".join(map(str, marks)).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(partial, target)  # noqa: PTH105 - the whole package uses this call


def _noted(path: Path) -> set[int]:
    """Return the recorded marks, or an empty set if there is no readable record."""
    try:
        return {int(word) for word in beside(path, "-mark").read_text("ascii").split()}
    except (OSError, ValueError):
        return set()
