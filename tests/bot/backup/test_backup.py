"""Tests of the snapshot on the Hub: pushed, restored, protected from older ones and other keys."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable

import pytest

from bot.backup.backup import LEAVING_SECONDS, PATIENCE_SECONDS, STOP_SECONDS, Backup
from bot.backup.hub_repo import NOTE, SNAPSHOT, BackupSettings, HubFault, Note
from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.errors import SettingsError, StorageFault
from engine.storage.records import Scope
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.numbers import all_of
from engine.storage.sqlite.personal_data import SqlitePersonalData
from engine.storage.sqlite.snapshot import copy_database
from engine.tasks import Tasks
from tests.rigs.exports import held
from tests.rigs.fakes import FakeClock, settle
from tests.servers.hub import Dataset, HubServer, Stored

# huggingface_hub 1.x and 2.x pass the upload to httpx under a deprecated name.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>' to upload:DeprecationWarning")

REPO, KEY, TOKEN = "me/kept", "the operator's own long key", "hf_test"
ANN, DM = Author("1", "Ann"), ChatKey("fake", "10")


@dataclass
class Host:
    """A machine with a disk of its own and one process."""

    hub: HubServer
    path: Path
    clock: FakeClock
    settings: BackupSettings

    def backup(self, **changed: Any) -> Backup:
        return Backup(replace(self.settings, **changed), self.path, self.clock)


@dataclass
class Running:
    """An open database with its backup."""

    store: Store
    holdings: SqlitePersonalData
    backup: Backup
    ledger: SqlLedger
    clock: FakeClock

    async def say(self, text: str) -> None:
        inbound = Inbound(DM, f"m {text}", ANN, text, direct=True, addressed=True, sent_at=1.0)
        entry = await self.ledger.accept(inbound, "h")
        assert entry is not None
        await self.ledger.finish(
            entry, Turn(ANN, text, "answer", Finish.STOP, self.clock.time()), Usage()
        )

    async def said(self) -> list[str]:
        return [turn["question"] for turn in (await held(self.holdings, Scope(DM)))["turns"]]

    async def push(self, *, left: bool = False) -> None:
        await self.backup.push(self.holdings, left=left)


@pytest.fixture
async def hub() -> AsyncIterator[HubServer]:
    async with HubServer(token=TOKEN) as server:
        yield server


def host(hub: HubServer, folder: Path, *, unix: float = 1_700_000_000.0) -> Host:
    settings = BackupSettings(REPO, KEY, TOKEN, hub.url)
    return Host(hub, folder / "pipit.db", FakeClock(unix=unix), settings)


@asynccontextmanager
async def started(on: Host, **settings: Any) -> AsyncIterator[Running]:
    """Restore and open the database, as a process does at its start."""
    backup = on.backup(**settings)
    await backup.restore()
    async with opened(on, backup) as running:
        yield running


@asynccontextmanager
async def opened(on: Host, backup: Backup) -> AsyncIterator[Running]:
    store = await Store.open(on.path)
    try:
        yield Running(
            store,
            SqlitePersonalData(store, on.clock),
            backup,
            SqlLedger(store, on.clock),
            on.clock,
        )
    finally:
        await store.close()


async def quiet(store: Store | None) -> None:
    """Wait until no thread of the backup or the store is working, and let the loop handle their results."""
    for _ in range(5):
        for thread in threading.enumerate():
            if thread.name.startswith("backup: "):
                await asyncio.to_thread(thread.join)
        if store is not None:
            await store.read(lambda db: all_of(db, "SELECT 1"))
        await settle()


async def pass_time(
    clock: FakeClock,
    until: Callable[[], bool],
    store: Store | None = None,
    *,
    most: float = 10_000.0,
) -> float:
    """Move the clock whenever no thread is working, until a condition is true.

    Returns how many seconds that took. The function does not see a thread that a busy machine has
    not started yet, so the result may be too high but never too low.
    """
    began = clock.now()
    await quiet(store)
    while not until():
        assert clock.now() - began < most, "it does not happen"
        await clock.advance(1.0)
        await quiet(store)
    return clock.now() - began


def lines(hub: HubServer, part: str) -> int:
    return sum(part in line for line in hub.requests)


async def test_a_copy_is_made_while_the_bot_runs(hub: HubServer, tmp_path: Path) -> None:
    async with opened(host(hub, tmp_path), host(hub, tmp_path).backup()) as running:
        await running.say("before")
        await asyncio.to_thread(copy_database, running.store.path, tmp_path / "copy.db")
        await running.say("after")
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy.db").rename(tmp_path / "copy" / "pipit.db")
    async with opened(host(hub, tmp_path / "copy"), host(hub, tmp_path).backup()) as copy:
        assert await copy.said() == ["before"]


# --- push and restore ---


async def test_a_host_that_forgets_its_files_gets_the_snapshot_back(
    hub: HubServer, tmp_path: Path
) -> None:
    async with started(host(hub, tmp_path / "first")) as running:
        await running.say("remember this")
        await running.push(left=True)
    async with started(host(hub, tmp_path / "second")) as running:
        assert await running.said() == ["remember this"]
    assert (tmp_path / "second" / "pipit.db").stat().st_mode & 0o777 == 0o600


async def test_the_dataset_is_made_private_and_shows_nothing_of_the_chats(
    hub: HubServer, tmp_path: Path
) -> None:
    async with started(host(hub, tmp_path)) as running:
        await running.say("remember this")
        await running.push()
    dataset = hub.datasets[REPO]
    assert dataset.private
    stored = b"".join(dataset.read(path) for path in dataset.head.files)
    assert not [
        text for text in (b"remember", b"Ann", b"fake", KEY.encode(), b"SQLite") if text in stored
    ]


async def test_a_public_dataset_is_refused(hub: HubServer, tmp_path: Path) -> None:
    hub.add(REPO, private=False)
    with pytest.raises(SettingsError, match="public"):
        await host(hub, tmp_path).backup().restore()


async def test_a_token_that_may_not_write_is_the_operators_to_mend(
    hub: HubServer, tmp_path: Path
) -> None:
    hub.may_write = False
    with pytest.raises(SettingsError, match="BACKUP_TOKEN"):
        await host(hub, tmp_path).backup().restore()
    with pytest.raises(SettingsError, match="BACKUP_TOKEN"):
        await host(hub, tmp_path).backup(token="hf_wrong").restore()


async def test_a_restore_never_writes_over_a_database(hub: HubServer, tmp_path: Path) -> None:
    async with started(host(hub, tmp_path / "first")) as running:
        await running.say("from the hub")
        await running.push(left=True)
    (tmp_path / "second").mkdir()
    async with opened(host(hub, tmp_path / "second"), host(hub, tmp_path).backup()) as running:
        await running.say("from the disk")
    async with started(host(hub, tmp_path / "second")) as running:
        assert await running.said() == ["from the disk"]


async def test_a_snapshot_that_the_key_does_not_open_is_told_and_nothing_is_written_over(
    hub: HubServer, tmp_path: Path
) -> None:
    async with started(host(hub, tmp_path / "first")) as running:
        await running.say("remember this")
        await running.push(left=True)
    before = hub.datasets[REPO].read(SNAPSHOT)
    with pytest.raises(
        SettingsError, match="BACKUP_KEY: the snapshot in me/kept cannot be opened"
    ) as caught:
        await host(hub, tmp_path / "second").backup(key="not the key it was made with").restore()
    assert "not the key" not in str(caught.value).replace("Nothing", "")
    assert not (tmp_path / "second" / "pipit.db").exists()
    assert hub.datasets[REPO].read(SNAPSHOT) == before


async def test_a_damaged_snapshot_is_told(hub: HubServer, tmp_path: Path) -> None:
    async with started(host(hub, tmp_path / "first")) as running:
        await running.push(left=True)
    dataset = hub.datasets[REPO]
    oid = dataset.head.files[SNAPSHOT].oid
    *whole, last = dataset.objects[oid]
    dataset.objects[oid] = bytes([*whole, last ^ 1])
    with pytest.raises((SettingsError, HubFault)):
        await host(hub, tmp_path / "second").backup().restore()
    assert not (tmp_path / "second" / "pipit.db").exists()


async def test_nothing_readable_stays_beside_the_database(hub: HubServer, tmp_path: Path) -> None:
    async with started(host(hub, tmp_path)) as running:
        await running.say("remember this")
        await running.push()
        assert {path.name for path in tmp_path.iterdir()} <= {
            "pipit.db",
            "pipit.db-wal",
            "pipit.db-shm",
            "pipit.db-mark",
        }


async def test_a_start_without_a_database_does_not_begin_empty_while_the_hub_is_away(
    hub: HubServer, tmp_path: Path
) -> None:
    on = host(hub, tmp_path)
    hub.fail("GET /api/datasets", *[507] * 1000)
    tasks = Tasks("test")
    restoring = tasks.spawn(on.backup().restore(), "restore")
    took = await pass_time(on.clock, restoring.done)
    assert took >= PATIENCE_SECONDS
    assert isinstance(restoring.exception(), StorageFault)
    assert not on.path.exists()


async def test_with_a_database_the_hub_may_be_away_at_the_start(
    hub: HubServer, tmp_path: Path
) -> None:
    on = host(hub, tmp_path)
    async with opened(on, on.backup()):
        pass
    hub.fail("GET /api/datasets", 507)
    assert not await on.backup().restore()


# --- two processes ---


async def test_a_restore_waits_for_the_last_push_of_the_process_before(
    hub: HubServer, tmp_path: Path
) -> None:
    old, new = host(hub, tmp_path / "old"), host(hub, tmp_path / "new", unix=1_700_000_100.0)
    async with started(old) as running:
        await running.say("early")
        await running.push()
        tasks = Tasks("test")
        restoring = tasks.spawn(new.backup().restore(), "restore")
        await pass_time(new.clock, lambda: new.clock.now() >= 1005)
        assert not restoring.done()
        await running.say("in the last second")
        await running.push(left=True)
        await pass_time(new.clock, restoring.done, most=20)
        assert restoring.result()
    async with opened(new, new.backup()) as running:
        assert await running.said() == ["early", "in the last second"]


async def test_a_restore_does_not_wait_for_ever_for_a_process_that_was_killed(
    hub: HubServer, tmp_path: Path
) -> None:
    old, new = host(hub, tmp_path / "old"), host(hub, tmp_path / "new")
    async with started(old) as running:
        await running.say("early")
        await running.push()
    tasks = Tasks("test")
    restoring = tasks.spawn(new.backup().restore(), "restore")
    took = await pass_time(new.clock, restoring.done)
    assert restoring.result()
    assert LEAVING_SECONDS <= took < 10 * LEAVING_SECONDS


async def test_an_older_process_does_not_write_over_what_a_newer_one_pushed(
    hub: HubServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old, new = host(hub, tmp_path / "old"), host(hub, tmp_path / "new", unix=1_700_000_100.0)
    async with started(old) as first:
        await first.push(left=True)
        async with started(new) as second:
            await second.say("newer")
            await second.push()
            await first.say("older")
            with caplog.at_level(logging.WARNING):
                await first.push(left=True)
            assert "started later" in caplog.text
            await second.say("newest")
            await second.push(left=True)
    async with started(host(hub, tmp_path / "third")) as third:
        assert await third.said() == ["newer", "newest"]


async def test_a_newer_process_writes_over_what_an_older_one_pushed_late(
    hub: HubServer, tmp_path: Path
) -> None:
    old, new = host(hub, tmp_path / "old"), host(hub, tmp_path / "new", unix=1_700_000_100.0)
    async with started(old) as first:
        await first.push(left=True)
        async with started(new) as second:
            await first.say("too late")
            await first.push(left=True)
            await second.say("newer")
            await second.push(left=True)
    async with started(host(hub, tmp_path / "third")) as third:
        assert await third.said() == ["newer"]


async def test_a_clock_that_was_set_back_does_not_end_the_backup(
    hub: HubServer, tmp_path: Path
) -> None:
    on = host(hub, tmp_path / "first")
    async with started(on) as first:
        await first.push(left=True)
    async with started(host(hub, tmp_path / "first", unix=1_600_000_000.0)) as second:
        await second.say("newer")
        await second.push(left=True)
    async with started(host(hub, tmp_path / "third")) as third:
        assert await third.said() == ["newer"]


# --- a person who may write to the dataset but does not know the key ---


async def erase(running: Running) -> None:
    tasks = Tasks("test")
    erasing = tasks.spawn(running.holdings.erase(Scope(DM)), "erase")
    await pass_time(running.clock, erasing.done, running.store)


def forged(hub: HubServer, **changed: object) -> None:
    """Overwrite the dataset's note, as anybody with its token can."""
    dataset = hub.datasets[REPO]
    note = {**json.loads(dataset.read(NOTE)), **changed}
    content = json.dumps(note).encode()
    dataset.head.files[NOTE] = Stored(content, size=len(content))


async def test_an_older_snapshot_under_the_newer_note_is_refused(
    hub: HubServer, tmp_path: Path
) -> None:
    async with started(host(hub, tmp_path / "first")) as running:
        await running.say("to be forgotten")
        await running.push()
        dataset = hub.datasets[REPO]
        older = dataset.head.files[SNAPSHOT]
        content = dataset.objects[older.oid]
        await erase(running)
        await running.push(left=True)
    dataset.objects[older.oid] = content
    dataset.head.files[SNAPSHOT] = older
    forged(hub, sha256=older.oid, size_bytes=len(content))
    with pytest.raises(SettingsError, match="somebody put another snapshot there"):
        await host(hub, tmp_path / "second").backup().restore()
    assert not (tmp_path / "second" / "pipit.db").exists()


async def test_a_note_from_the_future_is_refused_at_a_start(hub: HubServer, tmp_path: Path) -> None:
    async with started(host(hub, tmp_path / "first", unix=1_800_000_000.0)) as running:
        await running.push(left=True)
    with pytest.raises(SettingsError, match="in the future"):
        await host(hub, tmp_path / "second").backup().restore()


async def test_a_forged_note_does_not_end_the_pushes(
    hub: HubServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with started(host(hub, tmp_path / "first")) as running:
        await running.push()
        forged(hub, process="another", started=running.clock.time() + 600)
        await running.say("newer")
        await running.push(left=True)
    assert "is not signed with BACKUP_KEY" in caplog.text
    async with started(host(hub, tmp_path / "second")) as second:
        assert await second.said() == ["newer"]


async def test_a_dataset_that_went_back_is_told_and_written_over(
    hub: HubServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with started(host(hub, tmp_path / "first")) as running:
        await running.push()
        dataset = hub.datasets[REPO]
        files, objects = dict(dataset.head.files), dict(dataset.objects)
        for text in ("second", "third"):
            await running.say(text)
            await running.push()
        dataset.head.files.clear()
        dataset.head.files.update(files)
        dataset.objects.update(objects)
        await running.say("fourth")
        await running.push(left=True)
    assert "went back from snapshot 3 to 1" in caplog.text
    async with started(host(hub, tmp_path / "second")) as second:
        assert await second.said() == ["second", "third", "fourth"]


# --- a local database without a fitting snapshot ---


async def test_an_empty_database_does_not_keep_a_snapshot_out(
    hub: HubServer, tmp_path: Path
) -> None:
    async with started(host(hub, tmp_path / "first")) as running:
        await running.say("remember this")
        await running.push(left=True)
    on = host(hub, tmp_path / "second")
    on.path.parent.mkdir()
    async with opened(on, on.backup()):
        pass  # this creates only empty tables, as `check` did
    async with started(on) as running:
        assert await running.said() == ["remember this"]
        await running.say("and this")
        await running.push()
    # together with the note of its mark
    assert len(list(on.path.parent.glob("pipit.db.before-*"))) == 2


async def test_nobody_is_told_to_empty_a_dataset_that_holds_another_database(
    hub: HubServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with started(host(hub, tmp_path / "first")) as running:
        await running.push(left=True)
    other = host(hub, tmp_path / "other")
    other.path.parent.mkdir()
    async with opened(other, other.backup()) as running:
        await running.say("mine")
    async with started(other) as running:
        assert "holds the snapshot of another database" in caplog.text
        with pytest.raises(HubFault, match=r"move .* to another folder and start again") as caught:
            await running.push()
    assert "empty it" not in str(caught.value) + caplog.text


async def test_what_was_erased_here_is_not_restored_from_the_databases_own_snapshot(
    hub: HubServer, tmp_path: Path
) -> None:
    on = host(hub, tmp_path)
    async with started(on) as running:
        await running.say("forget this")
        await running.push(left=True)
        await erase(running)
    assert not await on.backup().restore()


async def test_a_changed_key_opens_with_the_old_one(hub: HubServer, tmp_path: Path) -> None:
    async with started(host(hub, tmp_path / "first")) as running:
        await running.say("remember this")
        await running.push(left=True)
    new = {"key": "a new key of the operator, long", "old_key": KEY}
    async with started(host(hub, tmp_path / "second"), **new) as running:
        assert await running.said() == ["remember this"]
        await running.say("more")
        await running.push(left=True)
    only_new = {"key": new["key"]}
    async with started(host(hub, tmp_path / "third"), **only_new) as running:
        assert await running.said() == ["remember this", "more"]


async def test_check_makes_no_dataset(hub: HubServer, tmp_path: Path) -> None:
    assert "does not exist yet" in await host(hub, tmp_path).backup().check()
    assert REPO not in hub.datasets
    assert list(tmp_path.iterdir()) == []


async def test_check_tells_a_wrong_key_and_one_that_opens(hub: HubServer, tmp_path: Path) -> None:
    async with started(host(hub, tmp_path / "first")) as running:
        await running.say("remember this")
        await running.push(left=True)
    (tmp_path / "empty").mkdir()
    empty = host(hub, tmp_path / "empty")
    assert "BACKUP_KEY opens it" in await empty.backup().check()
    new = "a new key of the operator, long"
    with pytest.raises(SettingsError, match="it is not the key of the snapshot"):
        await empty.backup(key=new).check()
    assert "BACKUP_OLD_KEY opens it" in await empty.backup(key=new, old_key=KEY).check()
    assert list((tmp_path / "empty").iterdir()) == []


async def test_check_tells_that_the_snapshot_is_another_databases(
    hub: HubServer, tmp_path: Path
) -> None:
    async with started(host(hub, tmp_path / "first")) as running:
        await running.push(left=True)
    (tmp_path / "other").mkdir()
    async with opened(host(hub, tmp_path / "other"), host(hub, tmp_path).backup()) as other:
        await other.say("hello")
    with pytest.raises(HubFault, match="snapshot of another database") as caught:
        await host(hub, tmp_path / "other").backup().check()
    assert "empty" not in str(caught.value)


async def test_the_snapshot_of_another_database_is_never_written_over(
    hub: HubServer, tmp_path: Path
) -> None:
    async with started(host(hub, tmp_path / "first")) as running:
        await running.push(left=True)
    before = hub.datasets[REPO].head
    (tmp_path / "other").mkdir()
    async with opened(host(hub, tmp_path / "other"), host(hub, tmp_path).backup()) as other:
        await other.say("mine")
    async with started(host(hub, tmp_path / "other")) as other:
        with pytest.raises(HubFault, match="another database"):
            await other.push()
    assert hub.datasets[REPO].head == before


async def test_a_commit_that_slips_in_between_is_noticed(hub: HubServer, tmp_path: Path) -> None:
    async with started(host(hub, tmp_path)) as running:
        hub.fail("/commit/", 412, 412)
        await running.push()
        assert lines(hub, "/commit/") == 3
        assert len(hub.datasets[REPO].objects) == 1


# --- the schedule ---


async def test_only_changes_are_pushed(hub: HubServer, tmp_path: Path) -> None:
    async with started(host(hub, tmp_path)) as running:
        await running.push()
        await running.push()
        assert lines(hub, "/commit/") == 1
        await running.say("something")
        await running.push()
        assert lines(hub, "/commit/") == 2


async def test_to_leave_without_a_change_pushes_the_note_alone(
    hub: HubServer, tmp_path: Path
) -> None:
    async with started(host(hub, tmp_path)) as running:
        await running.push()
        uploads = lines(hub, "PUT /lfs/")
        await running.push(left=True)
        assert lines(hub, "PUT /lfs/") == uploads
        assert b'"left": true' in hub.datasets[REPO].read("pipit.json")


async def test_it_is_pushed_at_once_and_then_on_a_schedule(hub: HubServer, tmp_path: Path) -> None:
    async with started(host(hub, tmp_path), minutes=10) as running:
        tasks = Tasks("test")
        tasks.spawn(running.backup.run(running.holdings), "backup")
        await pass_time(running.clock, lambda: lines(hub, "/commit/") == 1, running.store, most=20)
        await running.say("something")
        took = await pass_time(running.clock, lambda: lines(hub, "/commit/") == 2, running.store)
        assert 590 <= took <= 1190  # it is not the following push yet
        await tasks.close()


async def test_what_was_forgotten_leaves_the_hub_soon_and_for_good(
    hub: HubServer, tmp_path: Path
) -> None:
    async with started(host(hub, tmp_path), minutes=600) as running:
        await running.say("forget this")
        tasks = Tasks("test")
        tasks.spawn(running.backup.run(running.holdings), "backup")
        await pass_time(running.clock, lambda: lines(hub, "/lfs-files") >= 1, running.store)
        before = set(hub.datasets[REPO].objects)
        erasing = tasks.spawn(running.holdings.erase(Scope(DM)), "erase")
        took = await pass_time(
            running.clock, lambda: lines(hub, "/commit/") == 2 and erasing.done(), running.store
        )
        assert took < 3600  # the schedule alone would take ten hours
        await tasks.close()
    dataset = hub.datasets[REPO]
    assert len(dataset.history) == 1
    assert not before & set(dataset.objects)


async def test_a_push_that_fails_is_logged_and_tried_again(
    hub: HubServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with started(host(hub, tmp_path)) as running:
        hub.fail("/commit/", 507)
        tasks = Tasks("test")
        tasks.spawn(running.backup.run(running.holdings), "backup")
        took = await pass_time(running.clock, lambda: lines(hub, "/commit/") == 2, running.store)
        assert 20 <= took <= 400
        await tasks.close()
    assert "was not pushed: the hub answered with status 507" in caplog.text
    assert KEY not in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.slow  # it waits for threads, which takes long on a busy machine
@pytest.mark.timeout(120)
async def test_a_push_that_hangs_keeps_no_chat_waiting_and_the_stop_in_bounds(
    hub: HubServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with started(host(hub, tmp_path)) as running:
        hold = hub.hold("/preupload/")
        tasks = Tasks("test")
        tasks.spawn(running.backup.run(running.holdings), "backup")
        await hub.asked("/preupload/")
        await running.say("meanwhile")
        assert await running.said() == ["meanwhile"]
        await tasks.close()
        send, begun = running.backup._send, threading.Event()

        def last(note: Note, *, changed: bool) -> bool:
            begun.set()
            return send(note, changed=changed)

        running.backup._send = last  # type: ignore[method-assign]
        leaving = tasks.spawn(running.backup.leave(running.holdings), "leave")
        await asyncio.to_thread(begun.wait)
        await running.clock.advance(STOP_SECONDS + 1)
        await leaving
        assert "the last snapshot was not pushed" in caplog.text
        hold.set()
        await hub.commits(2)


async def test_a_failed_clean_up_of_old_snapshots_does_not_fail_the_push(
    hub: HubServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with started(host(hub, tmp_path)) as running:
        hub.fail("super-squash", 403)
        await running.push()
        assert "older snapshots were not removed" in caplog.text
        await running.say("more")
        await running.push()
        assert len(hub.datasets[REPO].history) == 1
        assert len(hub.datasets[REPO].objects) == 1


async def test_an_upload_that_another_process_has_just_begun_is_left_alone(
    hub: HubServer, tmp_path: Path
) -> None:
    async with started(host(hub, tmp_path)) as running:
        await running.push()
        dataset: Dataset = hub.datasets[REPO]
        dataset.objects["ab" * 32], dataset.pushed_at["ab" * 32] = (
            b"new",
            datetime.now(timezone.utc),
        )
        dataset.objects["cd" * 32], dataset.pushed_at["cd" * 32] = (
            b"old",
            datetime(2023, 1, 1, tzinfo=timezone.utc),
        )
        await running.say("more")
        await running.push()
        assert "ab" * 32 in dataset.objects
        assert "cd" * 32 not in dataset.objects


async def test_the_key_is_in_no_repr(hub: HubServer) -> None:
    assert KEY not in repr(host(hub, Path("x")).settings)
    assert TOKEN not in repr(host(hub, Path("x")).settings)


async def test_a_snapshot_holds_what_was_committed_and_opens_as_a_database(
    hub: HubServer, tmp_path: Path
) -> None:
    async with started(host(hub, tmp_path / "first")) as running:
        await running.say("one")
        await running.push(left=True)
    on = host(hub, tmp_path / "second")
    async with started(on) as running:
        rows = await running.store.read(lambda db: all_of(db, "SELECT count(*) FROM ledger"))
        assert rows[0][0] == 1
        assert (await running.holdings.facts()).store
