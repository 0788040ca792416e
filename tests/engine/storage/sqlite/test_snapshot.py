"""Tests of copies of the database on disk, and of their restore."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from engine.contract import ChatKey
from engine.errors import StorageFault
from engine.storage.sql.numbers import enter_chat
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.numbers import all_of
from engine.storage.sqlite.snapshot import copy_database, inspect, place_database, restore_database


def test_a_copy_is_for_its_owner_alone_and_never_over_a_file(tmp_path: Path) -> None:
    source, target = tmp_path / "p.db", tmp_path / "copy.db"
    sqlite3.connect(source).execute("CREATE TABLE t(x)").connection.close()
    copy_database(source, target)
    assert target.stat().st_mode & 0o777 == 0o600
    before = target.read_bytes()
    with pytest.raises(StorageFault, match="not overwritten"):
        copy_database(source, target)
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "p.db"]


@pytest.mark.parametrize("target", [".", "/"])
def test_a_copy_to_a_folder_is_refused(tmp_path: Path, target: str) -> None:
    source = tmp_path / "p.db"
    sqlite3.connect(source).execute("CREATE TABLE t(x)").connection.close()
    with pytest.raises(StorageFault, match="exists already"):
        copy_database(source, Path(target))


def test_a_copy_of_nothing_is_refused_and_makes_no_database(tmp_path: Path) -> None:
    with pytest.raises(StorageFault, match="no database"):
        copy_database(tmp_path / "p.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_a_restored_file_is_never_put_over_a_database(tmp_path: Path) -> None:
    source, target = tmp_path / "restored.db", tmp_path / "p.db"
    sqlite3.connect(source).execute("CREATE TABLE t(x)").connection.close()
    target.write_bytes(b"mine")
    with pytest.raises(StorageFault, match="not overwritten"):
        place_database(source, target)
    assert target.read_bytes() == b"mine"


# --- a copy beside another file's log, and the command for a correct copy ---


async def keep(path: Path, *chats: str) -> Store:
    """Open a database and add chats to it, which stay in its log."""
    store = await Store.open(path)
    for chat in chats:
        await store.transact(lambda db, chat=chat: enter_chat(db, ChatKey("fake", chat), 1.0))
    return store


async def chats(path: Path) -> list[str]:
    store = await Store.open(path)
    rows = await store.read(lambda db: all_of(db, "SELECT key FROM chats ORDER BY chat"))
    await store.close()
    return [row[0] for row in rows]


def as_after_a_kill(path: Path, folder: Path) -> Path:
    """Copy an open database with the files beside it, as a killed process leaves them."""
    folder.mkdir()
    for file in path.parent.glob(f"{path.name}*"):
        shutil.copy2(file, folder / file.name)
    return folder / path.name


async def killed(folder: Path, *names: str, before: str = "") -> tuple[Path, Path]:
    """Return the database of a killed process with a log, and an earlier copy that had `before`."""
    path, copy = folder / "live" / "p.db", folder / "copy.db"
    await (await keep(path, before)).close()
    copy_database(path, copy)
    store = await keep(path, *names)
    left = as_after_a_kill(path, folder / "left")
    await store.close()
    return left, copy


async def test_a_log_is_taken_up_after_a_kill(tmp_path: Path) -> None:
    left, _ = await killed(tmp_path, "in the log", before="old")
    assert await chats(left) == ["fake:old", "fake:in the log"]


@pytest.mark.parametrize("plain", [False, True], ids=["made by backup", "made by cp"])
async def test_a_copy_beside_the_log_of_the_former_file_is_told_and_left_alone(
    tmp_path: Path, plain: bool
) -> None:
    left, copy = await killed(tmp_path, "in the log", before="old")
    if plain:
        shutil.copy(tmp_path / "copy.db", tmp_path / "start.db")
        await (await keep(tmp_path / "start.db")).close()
        copy = tmp_path / "start.db"
    shutil.copyfile(copy, left)
    before = {file.name: file.read_bytes() for file in left.parent.iterdir()}
    with pytest.raises(StorageFault, match="pipit restore"):
        await Store.open(left)
    with pytest.raises(StorageFault, match="the log of the former file"):
        copy_database(left, tmp_path / "other.db")
    with pytest.raises(StorageFault, match="the log of the former file"):
        inspect(left)
    assert {file.name: file.read_bytes() for file in left.parent.iterdir()} == before


async def test_a_restore_puts_the_copy_there_and_keeps_what_was_there(tmp_path: Path) -> None:
    left, copy = await killed(tmp_path, "in the log", before="old")
    before = copy.read_bytes()
    kept = restore_database(copy, left, "now")
    assert kept == left.with_name("p.db.before-now")
    assert await chats(left) == ["fake:old"]
    assert await chats(kept) == ["fake:old", "fake:in the log"]
    assert copy.read_bytes() == before


async def test_a_copy_that_was_put_there_by_hand_is_restored_in_place(tmp_path: Path) -> None:
    left, copy = await killed(tmp_path, "in the log", before="old")
    shutil.copyfile(copy, left)
    kept = restore_database(left, left, "now")
    assert kept is not None
    assert await chats(left) == ["fake:old"]
    assert kept.read_bytes() == copy.read_bytes()


async def test_a_restore_to_where_nothing_is_keeps_nothing(tmp_path: Path) -> None:
    _, copy = await killed(tmp_path, before="old")
    target = tmp_path / "new" / "p.db"
    assert restore_database(copy, target, "now") is None
    assert await chats(target) == ["fake:old"]
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("harm", ["cut", "other", "nothing", "newer", "no file"])
async def test_a_file_that_is_no_sound_database_is_not_restored(tmp_path: Path, harm: str) -> None:
    left, copy = await killed(tmp_path, "in the log", before="old")
    if harm == "newer":
        db = sqlite3.connect(copy)
        db.execute("PRAGMA user_version=999")
        db.close()
    elif harm == "no file":
        copy.unlink()
    else:
        raw = copy.read_bytes()
        copy.write_bytes({"cut": raw[:20_000], "other": b"x" * 9000, "nothing": b""}[harm])
    before = {file.name: file.read_bytes() for file in left.parent.iterdir()}
    with pytest.raises(StorageFault):
        restore_database(copy, left, "now")
    assert {file.name: file.read_bytes() for file in left.parent.iterdir()} == before


async def test_nothing_is_restored_while_a_process_runs(tmp_path: Path) -> None:
    left, copy = await killed(tmp_path, before="old")
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from engine.storage.sqlite.database import Store\n"
        "from engine.storage.sqlite.processes import Owners\n"
        "async def main():\n"
        "    owners = await Owners.enter(await Store.open(Path(sys.argv[1])))\n"
        "    print('ready', flush=True)\n"
        "    await asyncio.to_thread(sys.stdin.read)\n"
        "asyncio.run(main())"
    )
    process = subprocess.Popen(  # noqa: ASYNC220 - it is waited for here, and nothing else runs
        [sys.executable, "-c", program, str(left)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        with pytest.raises(StorageFault, match="Pipit is running with this database"):
            restore_database(copy, left, "now")
    finally:
        process.kill()
        process.communicate()
    assert restore_database(copy, left, "now") is not None
