"""Turn errors of SQLite and the file system into sentences for the operator."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from engine.errors import StorageFault


class faults_of:  # noqa: N801 - reads as a statement: with faults_of(path)
    """Turn errors of SQLite and the file system into `StorageFault`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None and is_of_the_file(error):
            raise translate(error, self._path) from error


# These errors concern one statement and its values, not the file.
_OWN = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.DataError,
    sqlite3.NotSupportedError,
)


def is_full(error: BaseException) -> bool:
    """Return whether a write failed because the disk is full or the limit is reached."""
    return isinstance(error, sqlite3.OperationalError) and "disk is full" in str(error)


def is_of_the_file(error: BaseException) -> bool:
    """Return whether an error concerns the file rather than one statement or a defect."""
    # For some damaged files, SQLite's message cannot be decoded by Python.
    return isinstance(
        error, (sqlite3.DatabaseError, OSError, UnicodeDecodeError)
    ) and not isinstance(error, _OWN)


_DAMAGED = "the file is damaged; move it away, or restore a backup: pipit restore FILE"
_NO_RIGHT = "the file or its folder may not be written; check its owner and rights"
_CAUSES = (
    ("disk is full", "the disk is full; free some space"),
    ("no space", "the disk is full; free some space"),
    ("readonly", _NO_RIGHT),
    ("read-only", _NO_RIGHT),
    ("permission denied", _NO_RIGHT),
    ("file exists", "its folder cannot be made, because a file has that name"),
    ("not a directory", "its folder cannot be made, because a file has that name"),
    (
        "unable to open",
        "the file cannot be opened; check that its folder exists and may be written",
    ),
    ("locked", "another program holds the file locked"),
    (
        "not a database",
        "the file is not a Pipit database; move it away or set DATABASE_PATH to another file",
    ),
    ("malformed", _DAMAGED),
    ("codec can't decode", _DAMAGED),
    ("disk i/o", "the disk reports an input/output error"),
)


def translate(error: BaseException, path: Path) -> BaseException:
    """Return a `StorageFault` for the operator.

    An error that does not concern the file stays unchanged.
    """
    if isinstance(error, StorageFault) or not is_of_the_file(error):
        return error
    fault = StorageFault(f"{path}: {cause_of(error) or f'SQLite says: {type(error).__name__}'}")
    fault.__cause__ = error
    return fault


def cause_of(error: BaseException) -> str:
    """Return a sentence that says what is wrong with the file, or "" if the error is unknown."""
    said = str(error).lower()
    return next((words for sign, words in _CAUSES if sign in said), "")
