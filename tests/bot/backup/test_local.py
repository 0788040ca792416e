"""Copies in a folder, the drill, and the copy before a migration."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from bot.backup.local import LocalCopies, LocalSettings, copies_in
from bot.operator import Wish, run
from bot.settings import Settings, load
from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.errors import StorageFault
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.schema import STEPS
from engine.storage.sqlite.snapshot import copy_before_migration, inspect, verify
from engine.tasks import Tasks
from tests.rigs.app_rig import TOKEN, running
from tests.rigs.fakes import FakeClock
from tests.servers.model import ModelServer
from tests.servers.telegram import TelegramServer

ANN, DM = Author("1", "Ann"), ChatKey("telegram", "42")
HOUR = 3600.0


async def made(file: Path, clock: FakeClock, *texts: str) -> None:
    store = await Store.open(file)
    ledger = SqlLedger(store, clock)
    for text in texts:
        inbound = Inbound(DM, text, ANN, text, direct=True, addressed=True, sent_at=1.0)
        entry = await ledger.accept(inbound, "h")
        assert entry is not None
        await ledger.finish(entry, Turn(ANN, text, "answer", Finish.STOP, 1.0), Usage(1, 1))
    await store.close()


def settings(file: Path, **more: str) -> Settings:
    return load({"DATABASE_PATH": str(file), **more}, Path("no such file"))


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    path = tmp_path / "p.db"
    await made(path, FakeClock(), "one", "two")
    return path


async def test_copies_are_made_on_a_schedule_and_the_newest_stay(
    file: Path, tmp_path: Path
) -> None:
    folder, clock, tasks = tmp_path / "copies", FakeClock(unix=1_700_000_000.0), Tasks("test")
    copies = LocalCopies(LocalSettings(folder, hours=1, keep=2), file, clock)
    tasks.spawn(copies.run(), "copies")
    for expected in (1, 2, 2):
        before = copies.made_at
        while copies.made_at == before:
            await clock.advance(60)
        assert len(copies_in(folder)) == expected
    await tasks.close()
    times = [at for at, _ in copies_in(folder)]
    assert times[-1] == int(copies.made_at)
    assert times[1] - times[0] >= HOUR - 1
    assert verify(copies_in(folder)[0][1]).turns == 2


async def test_a_start_goes_on_with_the_schedule_of_the_copies_that_are_there(
    file: Path, tmp_path: Path
) -> None:
    folder, clock = tmp_path / "copies", FakeClock(unix=1_700_000_000.0)
    await LocalCopies(LocalSettings(folder), file, clock).make()
    assert int(LocalCopies(LocalSettings(folder), file, clock).made_at) == 1_700_000_000


async def test_a_copy_that_cannot_be_made_is_told_once_it_is_overdue(tmp_path: Path) -> None:
    clock = FakeClock(unix=1_700_000_000.0)
    copies = LocalCopies(LocalSettings(tmp_path, hours=1), tmp_path / "none.db", clock)
    with pytest.raises(StorageFault):
        await copies.make()
    assert copies.overdue(clock.time() + 2 * HOUR) == ""
    assert copies.overdue(clock.time() + 4 * HOUR).startswith("no copy was made in")


async def test_backup_with_verify_reads_the_copy_whole(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.db"
    wish = Wish("backup", file=str(copy), verify=True)
    assert await run(settings(file), wish) == 0
    assert "It is sound: 1 chats, 2 turns, 0 documents" in capsys.readouterr().out
    assert await run(settings(file), wish) == 0  # it is only read now
    raw = bytearray(copy.read_bytes())
    raw[4096 * 3 : 4096 * 6] = bytes(4096 * 3)
    copy.write_bytes(raw)
    assert await run(settings(file), wish) == 74


# --- the drill ---


async def test_a_drill_restores_elsewhere_and_compares(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.db"
    assert await run(settings(file), Wish("backup", file=str(copy))) == 0
    await made(file, FakeClock(), "three")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert await run(settings(file), Wish("restore", file=str(copy), drill=True)) == 0
    said = capsys.readouterr().out
    assert "turns                      2           3" in said
    assert "The copy can be restored. Nothing was changed." in said
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert after["p.db"] == before["p.db"]
    assert after.keys() == before.keys()


async def test_a_drill_without_a_file_takes_the_newest_copy(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "copies"
    wish = Wish("restore", drill=True)
    assert await run(settings(file), wish) == 1
    assert "there is no copy" in capsys.readouterr().err
    await LocalCopies(LocalSettings(folder), file, FakeClock()).make()
    assert await run(settings(file, BACKUP_FOLDER=str(folder)), wish) == 0


async def test_a_drill_tells_a_copy_of_another_database(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.db"
    await made(other, FakeClock(), "one")
    assert await run(settings(file), Wish("restore", file=str(other), drill=True)) == 1
    assert "a copy of another database" in capsys.readouterr().out


async def test_a_restore_without_a_file_is_a_wrong_call(file: Path) -> None:
    assert await run(settings(file), Wish("restore")) == 64


# --- before a migration ---


def age(file: Path) -> None:
    """Give the file the version before the newest."""
    db = sqlite3.connect(file)
    db.execute(f"PRAGMA user_version={len(STEPS) - 1}")
    db.close()


async def test_a_database_of_an_older_version_is_copied_before_it_is_migrated(file: Path) -> None:
    assert copy_before_migration(file) is None  # it is of this version
    age(file)
    kept = copy_before_migration(file)
    assert kept == file.with_name(f"p.db.before-v{len(STEPS)}")
    found = inspect(kept)
    assert found is not None
    assert found.version == len(STEPS) - 1
    assert verify(kept).turns == 2
    assert copy_before_migration(file) is None  # the first copy stays


async def test_without_room_for_the_copy_the_database_is_not_migrated(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(file)

    def full(path: Path, target: Path) -> None:
        raise StorageFault("the disk is full")

    monkeypatch.setattr("engine.storage.sqlite.snapshot.copy_database", full)
    with pytest.raises(StorageFault, match="is not changed, because no copy could be made"):
        copy_before_migration(file)


async def test_a_running_bot_makes_copies(tmp_path: Path) -> None:
    folder, clock = tmp_path / "copies", FakeClock(unix=1_700_000_000.0)
    async with TelegramServer(token=TOKEN) as server, ModelServer() as model:
        more = {"BACKUP_FOLDER": str(folder)}
        async with running(server, model, tmp_path / "p.db", clock, **more):
            while not copies_in(folder):
                await clock.advance(1)
    shutil.rmtree(folder)
