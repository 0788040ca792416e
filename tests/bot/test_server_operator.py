"""The operator's commands on a database on a server."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import EXIT_DISK, EXIT_OK
from bot import operator as upkeep
from bot.backup.backup import Backup
from bot.backup.hub_repo import BackupSettings, HubFault
from bot.backup.local import LocalCopies, LocalSettings, copies_in
from bot.settings import Settings, load
from engine.errors import StorageFault
from engine.storage.postgres.address import Address
from engine.tasks import SystemClock
from tests.engine.storage.contract.filling import HERE, THERE, answered, asked
from tests.rigs.fakes import FakeClock
from tests.rigs.postgres import Server, drop_database, fresh_database
from tests.servers.hub import HubServer

pytest.importorskip("asyncpg")
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.single import SinglePostgres
from engine.storage.postgres.snapshot import verify_dump

# huggingface_hub 1.x and 2.x pass the upload to httpx under a deprecated name.
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.filterwarnings("ignore:Use 'content=<...>' to upload:DeprecationWarning"),
]


@pytest.fixture
async def settings(
    postgres_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Settings]:
    """Make a database with one turn in each of two chats."""
    # An older pg_dump refuses a newer server.
    monkeypatch.setenv("PATH", f"{postgres_server.bin}{os.pathsep}{os.environ['PATH']}")
    name = await fresh_database(postgres_server)
    address = Address(postgres_server.url(name))
    database = await Postgres.open(address)
    store = SinglePostgres(database, SystemClock())
    now = SystemClock().time()
    for key in (HERE, THERE):
        await answered(store, asked(key=key), f"of {key}", at=now)
    await store.ledger.close()
    await database.close()
    found = load({"RETENTION_DAYS": "1"}, tmp_path / "none")
    yield replace(found, store=replace(found.store, server=address, limit_bytes=0))
    await drop_database(postgres_server, name)


async def run(settings: Settings, command: str, **details: object) -> int:
    return await upkeep.run(settings, upkeep.Wish(command, **details))  # type: ignore[arg-type]


async def test_chats_and_usage_are_listed(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for command, by in (
        ("chats", ""),
        *(("usage", by) for by in ("day", "month", "chat", "person")),
    ):
        assert await run(settings, command, **({"by": by} if by else {})) == EXIT_OK
    said = capsys.readouterr().out
    assert str(HERE) in said
    assert "fake:1" in said


async def test_a_chat_is_exported_and_forgotten(
    settings: Settings, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert await run(settings, "export", key=str(HERE)) == EXIT_OK
    said = capsysbinary.readouterr().out
    assert b"of fake:10" in said
    assert b"of fake:20" not in said
    assert await run(settings, "forget", key=str(HERE), yes=True) == EXIT_OK
    assert b"backups keep copies" in capsysbinary.readouterr().out
    assert await run(settings, "export", key=str(HERE)) == EXIT_OK
    assert b"of fake:10" not in capsysbinary.readouterr().out


async def test_a_sweep_names_the_server_without_its_password(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(settings, "sweep") == EXIT_OK
    said = capsys.readouterr().out
    assert settings.store.server is not None
    assert f"{settings.store.server.place}: " in said


async def test_a_copy_is_made_and_restored(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "copy.dump"
    assert await run(settings, "backup", file=str(target)) == EXIT_OK
    assert target.stat().st_mode & 0o777 == 0o600
    assert await run(settings, "forget", key=str(HERE), yes=True) == EXIT_OK
    assert await run(settings, "restore", file=str(target)) == EXIT_OK
    capsys.readouterr()
    assert await run(settings, "chats") == EXIT_OK
    assert str(HERE) in capsys.readouterr().out
    assert await run(settings, "backup", file=str(target)) == EXIT_DISK
    (tmp_path / "other").write_text("no copy")
    assert await run(settings, "restore", file=str(tmp_path / "other")) == EXIT_DISK


async def test_a_restore_is_refused_while_a_process_runs(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settings.store.server is not None
    database = await Postgres.open(settings.store.server)
    session = await database.direct()
    assert await run(settings, "restore", file=str(tmp_path / "copy.dump")) == EXIT_DISK
    assert "Pipit is running with this database" in capsys.readouterr().err
    await session.close()
    await database.close()


async def test_the_keeper_copies_a_server_to_a_folder_and_keeps_the_newest(
    settings: Settings, tmp_path: Path
) -> None:
    clock, folder = FakeClock(), tmp_path / "copies"
    plan = LocalSettings(folder, hours=1, keep=2)
    copies = LocalCopies(plan, tmp_path / "no.db", clock, settings.store.server)
    made = []
    for _ in range(3):
        made.append(await copies.make())
        await clock.advance(3600)
    assert [path for _, path in copies_in(folder, "dump")] == made[1:]
    assert copies_in(folder) == []
    whole = made[2].read_bytes()
    made[2].write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StorageFault, match="pg_restore failed"):
        verify_dump(made[2])


@pytest.fixture
async def hub() -> AsyncIterator[HubServer]:
    async with HubServer(token="hf_test") as server:
        yield server


async def pushed(settings: Settings, clock: FakeClock, path: Path) -> Backup:
    """Push a snapshot of the server's database as a new keeper does."""
    assert settings.backup is not None
    assert settings.store.server is not None
    database = await Postgres.open(settings.store.server)
    try:
        keeper = Backup(settings.backup, path, clock, server=settings.store.server)
        await keeper.push(SinglePostgres(database, clock).personal_data)
    finally:
        await database.close()
    return keeper


async def test_the_snapshot_that_the_keeper_pushed_is_restored(
    settings: Settings, hub: HubServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = BackupSettings("me/kept", "the operator's own long key", "hf_test", hub.url)
    settings, clock = replace(settings, backup=kept), FakeClock(unix=1_700_000_000.0)
    assert await run(settings, "restore") == EXIT_DISK
    first = await pushed(settings, clock, tmp_path / "pipit.db")
    assert await run(settings, "forget", key=str(HERE), yes=True) == EXIT_OK
    assert await run(settings, "restore") == EXIT_OK
    capsys.readouterr()
    assert await run(settings, "chats") == EXIT_OK
    assert str(HERE) in capsys.readouterr().out
    # The next keeper replaces the snapshot, and the former one does not come back.
    await clock.advance(60.0)
    await run(settings, "forget", key=str(HERE), yes=True)
    await pushed(settings, clock, tmp_path / "pipit.db")
    before = first.made_at
    await pushed_by(first, settings, clock)
    assert first.made_at == before
    assert await run(settings, "restore") == EXIT_OK
    capsys.readouterr()
    assert await run(settings, "chats") == EXIT_OK
    assert str(HERE) not in capsys.readouterr().out
    other = replace(settings, backup=replace(kept, key="another key that does not fit"))
    assert await run(other, "restore") == EXIT_DISK
    assert not list(tmp_path.glob("**/plain.db"))


async def pushed_by(keeper: Backup, settings: Settings, clock: FakeClock) -> None:
    """Let a keeper try to push once more."""
    assert settings.store.server is not None
    database = await Postgres.open(settings.store.server)
    try:
        store = SinglePostgres(database, clock)
        await answered(store, asked(key=THERE, message_id="101"), "later", at=clock.time())
        await keeper.push(store.personal_data)
    finally:
        await database.close()


async def test_a_dataset_of_another_database_is_left_alone(
    settings: Settings, hub: HubServer, postgres_server: Server, tmp_path: Path
) -> None:
    kept = BackupSettings("me/kept", "the operator's own long key", "hf_test", hub.url)
    clock = FakeClock(unix=1_700_000_000.0)
    await pushed(replace(settings, backup=kept), clock, tmp_path / "pipit.db")
    name = await fresh_database(postgres_server, empty=True)  # with an identity of its own
    address = Address(postgres_server.url(name))
    other = replace(settings, backup=kept, store=replace(settings.store, server=address))
    with pytest.raises(HubFault, match="the snapshot of another database"):
        await pushed(other, clock, tmp_path / "other.db")
