"""Tests of the file: acknowledged data stays, failures are isolated, each fault has a sentence."""

from __future__ import annotations

import asyncio
import concurrent.futures.thread  # noqa: F401 - is loaded late, which somebody else may have no right to do
import os
import sqlite3
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest

from engine.errors import StorageFault
from engine.storage.sqlite import database as store_module
from engine.storage.sqlite.database import BATCH, Store
from engine.storage.sqlite.numbers import all_of, one
from engine.storage.sqlite.schema import STEPS
from engine.tasks import Tasks


def make_table(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE notes(n INTEGER PRIMARY KEY, text TEXT NOT NULL)")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pipit.sqlite"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(path)
    await opened.write(make_table)
    yield opened
    await opened.close()


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    owner = Tasks("test")
    yield owner
    await owner.close()


def note(n: int, text: str = "x"):
    def op(db: sqlite3.Connection) -> int:
        db.execute("INSERT INTO notes VALUES(?, ?)", (n, text))
        return n

    return op


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such rights")
async def test_a_new_file_and_its_log_are_for_their_owner_alone(path: Path) -> None:
    before = os.umask(0o022)
    try:
        opened = await Store.open(path)
        await opened.write(make_table)
        assert {
            file.name[len(path.name) :]: file.stat().st_mode & 0o777
            for file in path.parent.iterdir()
        } == {
            "": 0o600,
            "-wal": 0o600,
            "-shm": 0o600,
            "-mark": 0o600,
        }
        await opened.close()
    finally:
        os.umask(before)


def many_notes(count: int, text: str):
    def op(db: sqlite3.Connection) -> None:
        db.executemany("INSERT INTO notes VALUES(?, ?)", [(n, text) for n in range(count)])

    return op


async def notes(store: Store) -> list[int]:
    return [
        row[0] for row in await store.read(lambda db: all_of(db, "SELECT n FROM notes ORDER BY n"))
    ]


async def pragma(store: Store, name: str) -> object:
    row = await store.write(lambda db: one(db, f"PRAGMA {name}"))
    return row[0] if row else None


class Begins:
    """Count the transactions of the writing connection."""

    def __init__(self, store: Store) -> None:
        self.count = 0
        self._store = store

    async def __aenter__(self) -> Begins:
        await self._store.writer.run(lambda db: db.set_trace_callback(self._traced))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._store.writer.run(lambda db: db.set_trace_callback(None))

    def _traced(self, statement: str) -> None:
        self.count += statement.startswith("BEGIN")


# Writing and reading


async def test_a_write_returns_the_result_of_its_op(store: Store) -> None:
    assert await store.write(note(7)) == 7


async def test_what_is_written_can_be_read_at_once(store: Store) -> None:
    await store.write(note(1))
    assert await notes(store) == [1]


async def test_an_op_sees_what_ops_before_it_wrote(store: Store, tasks: Tasks) -> None:
    def count(db: sqlite3.Connection) -> int:
        row = one(db, "SELECT count(*) FROM notes")
        return int(row[0]) if row else -1

    first = tasks.spawn(store.write(note(1)), "first")
    second = tasks.spawn(store.write(count), "second")
    await asyncio.wait({first, second})
    assert second.result() == 1


async def test_writes_that_wait_share_a_transaction(store: Store, tasks: Tasks) -> None:
    async with Begins(store) as begins:
        writes = {tasks.spawn(store.write(note(n)), "write") for n in range(100)}
        await asyncio.wait(writes)
    assert begins.count <= 2
    assert await notes(store) == list(range(100))


async def test_a_transaction_takes_no_more_than_its_bound(store: Store, tasks: Tasks) -> None:
    async with Begins(store) as begins:
        writes = {tasks.spawn(store.write(note(n)), "write") for n in range(3 * BATCH)}
        await asyncio.wait(writes)
    assert begins.count >= 3
    assert len(await notes(store)) == 3 * BATCH


async def test_the_reader_cannot_write(store: Store) -> None:
    with pytest.raises(StorageFault, match="may not be written"):
        await store.read(note(1))


async def test_a_reader_sees_nothing_of_a_transaction_that_is_under_way(
    store: Store, tasks: Tasks
) -> None:
    begun, gate = threading.Event(), threading.Event()

    def slow(db: sqlite3.Connection) -> None:
        note(1)(db)
        begun.set()
        gate.wait()

    writing = tasks.spawn(store.write(slow), "slow")
    await asyncio.to_thread(begun.wait)
    assert await notes(store) == []
    gate.set()
    await writing
    assert await notes(store) == [1]


# Isolated failures


async def test_an_op_that_fails_fails_alone(store: Store, tasks: Tasks) -> None:
    def defect(db: sqlite3.Connection) -> None:
        note(500)(db)
        raise KeyError("a defect")

    good = [tasks.spawn(store.write(note(n)), "good") for n in range(5)]
    bad = tasks.spawn(store.write(defect), "bad")
    twice = tasks.spawn(store.write(note(3)), "twice")
    good += [tasks.spawn(store.write(note(n)), "good") for n in range(5, 10)]
    await asyncio.wait({*good, bad, twice})
    assert [task.result() for task in good] == list(range(10))
    assert isinstance(bad.exception(), KeyError)
    assert isinstance(twice.exception(), sqlite3.IntegrityError)
    assert await notes(store) == list(range(10)), "the failed op left something behind"


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("INSERT INTO nowhere VALUES(1)", ()),
        ("INSERT INTO notes VALUES(?, ?)", (1,)),
        ("INSERT INTO notes VALUES(?, ?)", (1, object())),
        ("INSERT INTO notes VALUES(?, ?)", (1 << 70, "x")),
        ("INSERT INTO notes VALUES(?, ?)", (1, "\ud83d")),
    ],
    ids=["no table", "too few values", "no column's type", "too large", "half a character pair"],
)
async def test_a_bad_statement_fails_alone(
    store: Store, tasks: Tasks, statement: str, values: tuple[object, ...]
) -> None:
    good = tasks.spawn(store.write(note(1)), "good")
    bad = tasks.spawn(store.write(lambda db: db.execute(statement, values)), "bad")
    await asyncio.wait({good, bad})
    assert bad.exception() is not None
    assert good.result() == 1


async def test_the_store_goes_on_after_a_failure(store: Store) -> None:
    with pytest.raises(StorageFault):
        await store.write(lambda db: db.execute("INSERT INTO nowhere VALUES(1)"))
    assert await store.write(note(1)) == 1


async def test_a_cancelled_caller_disturbs_nobody(store: Store, tasks: Tasks) -> None:
    cancelled = tasks.spawn(store.write(note(1)), "cancelled")
    other = tasks.spawn(store.write(note(2)), "other")
    await asyncio.sleep(0)
    cancelled.cancel()
    await asyncio.wait({cancelled, other})
    assert other.result() == 2


# Opening and closing


async def test_a_file_and_its_folder_are_made(tmp_path: Path) -> None:
    path = tmp_path / "some" / "where" / "pipit.sqlite"
    await (await Store.open(path)).close()
    assert path.exists()


async def test_a_committed_row_survives_a_power_cut_by_the_settings(store: Store) -> None:
    assert await pragma(store, "journal_mode") == "wal"
    assert await pragma(store, "synchronous") == 2  # FULL


async def test_space_can_be_given_back_and_deleted_text_is_overwritten(store: Store) -> None:
    assert await pragma(store, "auto_vacuum") == 2  # INCREMENTAL
    assert await pragma(store, "secure_delete") == 1


async def test_a_file_is_brought_to_the_newest_version_once(path: Path) -> None:
    for _ in range(2):
        store = await Store.open(path)
        assert await pragma(store, "user_version") == len(STEPS)
        await store.close()


async def test_an_older_file_gets_the_steps_it_lacks(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await (await Store.open(path)).close()
    monkeypatch.setattr(store_module, "STEPS", (*STEPS, ("CREATE TABLE later(x)",)))
    store = await Store.open(path)
    assert await store.read(lambda db: all_of(db, "SELECT x FROM later")) == []
    await store.close()


async def test_a_step_that_fails_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await (await Store.open(path)).close()
    monkeypatch.setattr(store_module, "STEPS", (*STEPS, ("CREATE TABLE later(x)", "no statement")))
    with pytest.raises(StorageFault):
        await Store.open(path)
    monkeypatch.setattr(store_module, "STEPS", STEPS)
    store = await Store.open(path)
    assert (
        await store.read(
            lambda db: all_of(db, "SELECT name FROM sqlite_master WHERE name = 'later'")
        )
        == []
    )
    await store.close()


async def test_close_commits_what_waits(path: Path, tasks: Tasks) -> None:
    store = await Store.open(path)
    await store.write(make_table)
    writes = [tasks.spawn(store.write(note(n)), "write") for n in range(20)]
    await asyncio.sleep(0)
    await store.close()
    assert [task.result() for task in writes] == list(range(20))
    again = await Store.open(path)
    assert await notes(again) == list(range(20))
    await again.close()


async def test_close_is_idempotent_and_then_all_is_refused(path: Path) -> None:
    store = await Store.open(path)
    await store.close()
    await store.close()
    with pytest.raises(StorageFault, match="is closed"):
        await store.write(note(1))
    with pytest.raises(StorageFault, match="is closed"):
        await store.read(lambda db: one(db, "SELECT 1"))


async def test_two_processes_may_hold_the_file_at_once(path: Path, store: Store) -> None:
    other = await Store.open(path)
    await other.write(note(1))
    await store.write(note(2))
    assert await notes(other) == await notes(store) == [1, 2]
    await other.close()


# Faults, each with a sentence for the operator


async def test_a_full_disk_is_a_fault_with_a_sentence_and_passes(store: Store) -> None:
    pages = await pragma(store, "page_count")
    await pragma(store, f"max_page_count={pages}")
    with pytest.raises(StorageFault, match=r"pipit\.sqlite: the disk is full; free some space"):
        await store.write(note(1, "x" * 100_000))
    assert await notes(store) == []
    await pragma(store, "max_page_count=100000")
    assert await store.write(note(1, "x" * 100_000)) == 1


async def test_on_a_full_disk_all_that_wait_are_refused(store: Store, tasks: Tasks) -> None:
    pages = await pragma(store, "page_count")
    await pragma(store, f"max_page_count={pages}")
    writes = [tasks.spawn(store.write(note(n, "x" * 50_000)), "write") for n in range(10)]
    await asyncio.wait(set(writes))
    assert {type(task.exception()) for task in writes} == {StorageFault}
    assert await notes(store) == []


async def test_the_cause_is_kept_for_the_log(store: Store) -> None:
    await pragma(store, f"max_page_count={await pragma(store, 'page_count')}")
    with pytest.raises(StorageFault) as caught:
        await store.write(note(1, "x" * 100_000))
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)


async def test_a_locked_file_is_a_fault_with_a_sentence_and_passes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.storage.sqlite.connection.BUSY_MILLISECONDS", 20)
    store = await Store.open(path)
    await store.write(make_table)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageFault, match="another program holds the file locked"):
        await store.write(note(1))
    with pytest.raises(StorageFault, match="another program holds the file locked"):
        await Store.open(path)
    other.execute("ROLLBACK")
    other.close()
    assert await store.write(note(1)) == 1
    await store.close()


async def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    await (await Store.open(path)).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    before = path.read_bytes()
    with pytest.raises(StorageFault, match=r"comes from a newer Pipit.*99.*DATABASE_PATH"):
        await Store.open(path)
    assert path.read_bytes() == before


async def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.write_bytes(b"my holiday diary\n" * 500)
    with pytest.raises(StorageFault, match="not a Pipit database"):
        await Store.open(path)
    assert path.read_bytes() == b"my holiday diary\n" * 500


async def test_a_damaged_file_is_a_fault_with_a_sentence(path: Path) -> None:
    store = await Store.open(path)
    await store.write(make_table)
    await store.write(many_notes(20, "x" * 3000))
    await store.close()
    raw = bytearray(path.read_bytes())
    raw[4096 * 3 :] = bytes(255 for _ in range(len(raw) - 4096 * 3))
    path.write_bytes(raw)
    with pytest.raises(StorageFault, match="damaged"):
        await _open_and_read_all(path)


async def _open_and_read_all(path: Path) -> None:
    store = await Store.open(path)
    try:
        await store.read(lambda db: all_of(db, "SELECT * FROM notes"))
    finally:
        await store.close()


@pytest.mark.parametrize("seed", range(15, 40))
async def test_whatever_is_damaged_only_a_storage_fault_comes(path: Path, seed: int) -> None:
    store = await Store.open(path)
    await store.write(make_table)
    await store.write(many_notes(30, "x" * 1000))
    await store.close()
    chance, raw = Random(seed), bytearray(path.read_bytes())
    for _ in range(20):
        at = chance.randrange(len(raw) - 64)
        raw[at : at + 64] = chance.randbytes(64)
    path.write_bytes(raw)
    with suppress(StorageFault):
        await _open_and_read_all(path)


async def test_a_folder_that_is_a_file_is_a_fault_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    for below in ("pipit.sqlite", "deeper/pipit.sqlite"):
        with pytest.raises(StorageFault, match="its folder cannot be made"):
            await Store.open(tmp_path / "data" / below)


async def test_a_folder_in_the_files_place_is_a_fault_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "pipit.sqlite").mkdir()
    with pytest.raises(StorageFault, match="the file cannot be opened"):
        await Store.open(tmp_path / "pipit.sqlite")


@contextmanager
def as_somebody_else(*owned: Path) -> Iterator[None]:
    """Run as another user than root, because root can write every file."""
    if os.geteuid() != 0:
        yield
        return
    nobody = 65534
    for path in owned:
        os.chown(path, nobody, nobody)
    os.seteuid(nobody)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Create a folder that everybody may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are POSIX")
async def test_a_read_only_file_is_a_fault_with_a_sentence(open_folder: Path) -> None:
    path = open_folder / "pipit.sqlite"
    await (await Store.open(path)).close()
    path.chmod(0o444)
    with (
        as_somebody_else(open_folder, path),
        pytest.raises(StorageFault, match="may not be written"),
    ):
        await Store.open(path)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are POSIX")
async def test_a_folder_without_rights_is_a_fault_with_a_sentence(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    for path in (open_folder / "pipit.sqlite", open_folder / "data" / "pipit.sqlite"):
        with (
            as_somebody_else(open_folder),
            pytest.raises(StorageFault, match=r"may (not )?be written"),
        ):
            await Store.open(path)
    open_folder.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are POSIX")
async def test_a_file_that_may_not_be_read_is_a_fault_with_a_sentence(open_folder: Path) -> None:
    path = open_folder / "pipit.sqlite"
    await (await Store.open(path)).close()
    path.chmod(0o000)
    with as_somebody_else(open_folder), pytest.raises(StorageFault, match="cannot be opened"):
        await Store.open(path)


async def test_no_connection_is_left_open_by_a_failed_start(path: Path) -> None:
    before = set(threading.enumerate())
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StorageFault):
        await Store.open(path)
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive()
