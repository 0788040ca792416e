"""Copy the database while others write to it, and restore such copies.

All functions block, so they are called from threads and commands.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from engine.errors import StorageFault
from engine.storage.sqlite.faults import translate
from engine.storage.sqlite.marks import (
    beside,
    check_log,
    has_log,
    is_open_here,
    new_mark,
    read_header,
)
from engine.storage.sqlite.processes import anyone_lives
from engine.storage.sqlite.schema import STEPS

BUSY_SECONDS = 30.0
_ENDS = ("-wal", "-shm", "-mark")  # files that belong to exactly one database file


@dataclass(frozen=True)
class Inspected:
    """The facts that can be read from a database file without changing it.

    `store` is its identity. `chats` is the number of its chats.
    """

    version: int
    store: str
    chats: int


@dataclass(frozen=True)
class Counts:
    """The numbers of items in a database."""

    chats: int
    turns: int
    documents: int
    open_questions: int


def verify(path: Path) -> Counts:
    """Read a whole database file without changing it, and count its items.

    If its log has content, both files are copied to a temporary folder and read there. No process
    may write to the file meanwhile. Raises `StorageFault` if the file is damaged.
    """
    if inspect(path) is None:
        raise StorageFault(f"{path}: there is no database")
    try:
        if not has_log(path):
            return _counted(_unchanged(path), path)
        with tempfile.TemporaryDirectory(prefix="pipit-verify-") as folder:
            copy = Path(folder) / "copy.db"
            shutil.copyfile(path, copy)
            shutil.copyfile(beside(path, "-wal"), beside(copy, "-wal"))
            return _counted(sqlite3.connect(copy), path)
    except (sqlite3.Error, OSError) as error:
        raise StorageFault(f"{path}: the file is not sound ({_reason(error)})") from error


def _counted(db: sqlite3.Connection, path: Path) -> Counts:
    """Check every page and index, count the items, and close the connection."""
    try:
        (found,) = db.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise StorageFault(f"{path}: the file is damaged; restore a backup")
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master LIMIT 100")}
        counts = [
            db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - constants
            if table in tables
            else 0
            for table in ("chats", "turns", "documents")
        ]
        waiting = "SELECT count(*) FROM ledger WHERE state = 0"
        counts.append(db.execute(waiting).fetchone()[0] if "ledger" in tables else 0)
    finally:
        db.close()
    return Counts(*counts)


def inspect(path: Path) -> Inspected | None:
    """Inspect a database file without changing it. Return None if it is missing or empty.

    Content that is only in the log is not read. Raises `StorageFault` if the file is not a Pipit
    database, is damaged, comes from a newer version or has the log of another file beside it.
    """
    try:
        if not path.exists() or path.stat().st_size == 0:
            return None
        if not is_open_here(path) and read_header(path) is None:
            raise StorageFault(f"{path}: the file is not a Pipit database")
        check_log(path)
        found = _look(path)
    except (sqlite3.Error, OSError) as error:
        raise translate(error, path) from error
    if found.version > len(STEPS):
        raise StorageFault(
            f"{path} comes from a newer Pipit (its version is {found.version}, this one knows up "
            f"to {len(STEPS)})"
        )
    return found


def chosen_in(path: Path) -> dict[str, str]:
    """Return the settings that admins chose in the chat, without changing the file.

    Content that is only in the log is not read. Raises `StorageFault`.
    """
    if inspect(path) is None:
        return {}
    db = _unchanged(path)
    try:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master LIMIT 100")}
        rows = db.execute("SELECT name, value FROM chosen") if "chosen" in tables else ()
        return {str(name): str(value) for name, value in rows}
    except sqlite3.Error as error:
        raise translate(error, path) from error
    finally:
        db.close()


def _look(path: Path) -> Inspected:
    db = _unchanged(path)
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master LIMIT 100")}
        store = (
            db.execute("SELECT value FROM facts WHERE name = 'store'") if "facts" in tables else ()
        )
        names = [str(value) for (value,) in store]
        chats = db.execute("SELECT count(*) FROM chats").fetchone()[0] if "chats" in tables else 0
    finally:
        db.close()
    return Inspected(version, "".join(names), chats)


def _unchanged(path: Path) -> sqlite3.Connection:
    """Open a file without its log. Nothing is written, not even another file beside it."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)


def copy_database(path: Path, target: Path) -> None:
    """Write the database as of one instant, without free pages, to a new file of mode 0600.

    Others can write to the database meanwhile, because ``VACUUM INTO`` reads in one transaction
    (https://sqlite.org/lang_vacuum.html). The target gets its name once it is complete. Raises
    `StorageFault`.
    """
    if not path.is_file():
        raise StorageFault(f"{path}: there is no database")
    check_log(path)
    partial = beside(target, ".part")
    try:
        if target.exists():
            raise StorageFault(f"{target}: exists already and is not overwritten")
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None), partial)
        os.replace(partial, target)  # noqa: PTH105 - the same call, and `place_database` needs os.link beside it
    except (sqlite3.Error, OSError) as error:
        raise StorageFault(f"{target}: the copy failed ({_reason(error)})") from error
    finally:
        partial.unlink(missing_ok=True)


def copy_before_migration(path: Path) -> Path | None:
    """Keep a verified copy of a database before this version migrates it. Return the copy's path.

    Return None if no migration is needed, or if such a copy already exists. Raises `StorageFault`
    if the copy cannot be made. The database is then not migrated.
    """
    found = inspect(path)
    if found is None or not 0 < found.version < len(STEPS):
        return None
    target = beside(path, f".before-v{len(STEPS)}")
    if target.exists():
        return None
    try:
        copy_database(path, target)
        verify(target)
    except StorageFault as error:
        target.unlink(missing_ok=True)
        raise StorageFault(
            f"{path} comes from an older Pipit and is not changed, because no copy could be made "
            f"before: {error}"
        ) from error
    for old in path.parent.glob(f"{path.name}.before-v*"):
        if old != target and old.suffix[len(".before-v") :].isdigit():
            old.unlink(missing_ok=True)
    return target


def place_database(restored: Path, path: Path) -> None:
    """Move a restored file to the database's path. An existing file is never overwritten.

    Raises `StorageFault`.
    """
    try:
        _check(restored)
        # SQLite would otherwise use the log of a former database for the new one.
        if not path.exists():
            _remove_ends(path)
        # This fails if a file exists, even one that was created at the same moment.
        os.link(restored, path)
        restored.unlink()
    except FileExistsError as error:
        raise StorageFault(f"{path}: exists already and is not overwritten") from error
    except (sqlite3.Error, OSError) as error:
        raise StorageFault(f"{path}: could not be restored ({_reason(error)})") from error


def restore_database(source: Path, path: Path, stamp: str) -> Path | None:
    """Put a copy in the database's place. Return the new path of the former file, or None.

    The copy is checked first and is not changed. `source` may be `path` itself, if a person has put
    a copy there beside the former file's log. The former file and its log get a new name that ends
    in ``.before-STAMP``. A kill at any instant leaves either the former database or the restored
    one. Raises `StorageFault`, also while a process uses this database.
    """
    same = source.exists() and path.exists() and source.samefile(path)
    _check_source(source, same=same)
    if anyone_lives(path):
        raise StorageFault(f"{path}: Pipit is running with this database; stop it first")
    partial, kept = beside(path, ".restoring"), beside(path, f".before-{stamp}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        alone = same or not has_log(source)
        _copy(_unchanged(source) if alone else sqlite3.connect(source), partial)
        found = set_aside(path, kept) if path.exists() or has_log(path) else None
        os.replace(partial, path)  # noqa: PTH105 - as above
        _sync_folder(path.parent)
    except (sqlite3.Error, OSError) as error:
        raise StorageFault(f"{path}: could not be restored ({_reason(error)})") from error
    finally:
        partial.unlink(missing_ok=True)
    return found


def set_aside(path: Path, kept: Path) -> Path:
    """Give a database a second name, and move its log to the matching name.

    The file itself also stays at its path until it is overwritten. Raises OSError.
    """
    if kept.exists():
        raise FileExistsError(17, "File exists", str(kept))
    if path.exists():
        try:
            os.link(path, kept)
        except OSError:  # some file systems have no hard links
            shutil.copy2(path, kept)
    for end in ("-wal", "-mark"):
        if beside(path, end).exists():
            os.replace(beside(path, end), beside(kept, end))  # noqa: PTH105 - as above
    beside(path, "-shm").unlink(missing_ok=True)
    return kept


def _check_source(source: Path, *, same: bool) -> None:
    if not source.is_file():
        raise StorageFault(f"{source}: there is no such file")
    if not same:
        found = inspect(source)
        if found is None or not found.version:
            raise StorageFault(f"{source}: the file is not a Pipit database")
    try:
        if not has_log(source) or same:
            _check(source)
    except sqlite3.Error as error:
        raise StorageFault(f"{source}: the file is not a sound database") from error


def _remove_ends(path: Path) -> None:
    for end in _ENDS:
        beside(path, end).unlink(missing_ok=True)


def _copy(db: sqlite3.Connection, target: Path) -> None:
    """Write a copy with its own mark, and close the connection."""
    try:
        target.unlink(missing_ok=True)
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        db.isolation_level = None
        db.execute("VACUUM INTO ?", (str(target),))
    finally:
        db.close()
    copy = sqlite3.connect(target, isolation_level=None)
    try:
        copy.execute("PRAGMA journal_mode=MEMORY")  # no other program uses the copy yet
        copy.execute(f"PRAGMA application_id={new_mark()}")
    finally:
        copy.close()
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows cannot open a folder
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check(path: Path) -> None:
    db = _unchanged(path)
    try:
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        db.close()
    if found != "ok":
        raise StorageFault(f"{path}: the file is not a sound database")


def _reason(error: BaseException) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
