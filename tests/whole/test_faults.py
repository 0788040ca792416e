"""Test the whole process with each fault of the table in docs/operating.md.

No accepted message is lost, and the person who must act is told. `test_crash` tests processes that
are killed or stopped.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from engine.storage.codec import unpack
from engine.storage.sqlite import database as store_module
from engine.storage.sqlite.database import Store
from engine.wording import words_in
from tests.rigs.app_rig import TOKEN, running, texts
from tests.rigs.crash import Rig
from tests.rigs.fakes import FakeClock
from tests.rigs.ports import free_port
from tests.servers.model import ModelServer, Reply
from tests.servers.telegram import TelegramServer

# Each test starts the whole process and waits as a user would. Together they take two and a half
# minutes.
pytestmark = pytest.mark.slow

EN = words_in("en")
FINE = "All is well again, and this is the answer."


@asynccontextmanager
async def servers() -> AsyncIterator[tuple[TelegramServer, ModelServer]]:
    async with TelegramServer(token=TOKEN) as server, ModelServer() as model:
        model.answer = lambda _: FINE
        yield server, model


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> list[Store]:
    """Record every store that the process opens."""
    opened: list[Store] = []
    real = Store.open

    async def note(path: Path, limit_bytes: int = 0) -> Store:
        store = await real(path, limit_bytes)
        opened.append(store)
        return store

    monkeypatch.setattr(Store, "open", note)
    return opened


def recorded(file: Path) -> list[tuple[str, str]]:
    """Return the turns of a file as another program reads them."""
    with sqlite3.connect(file) as db:
        rows = db.execute("SELECT prompt, answer FROM turns ORDER BY turn").fetchall()
    db.close()
    return [(unpack(prompt), unpack(answer)) for prompt, answer in rows]


async def eventually(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for a condition that no server shows, such as a row in the file or a line in the log."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not true():
        assert loop.time() < end, "what was awaited did not happen"
        await asyncio.sleep(0.02)


# The disk


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """Mount a disk of 4 MB, if that is allowed."""
    folder = Path(tempfile.mkdtemp())
    made = (
        sys.platform == "linux"
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m", "pipit-test", str(folder)],
            check=False,
            capture_output=True,
        ).returncode
    )
    if not made:
        shutil.rmtree(folder)
        pytest.skip("no disk may be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Fill a disk completely."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096) == 4096:
                pass
        except OSError:
            pass  # the disk is full now, as intended
    yield
    filler.unlink()


@asynccontextmanager
async def full(disk: Path) -> AsyncIterator[None]:
    with filled(disk):
        yield


@asynccontextmanager
async def refusing_pages(store: Store) -> AsyncIterator[None]:
    """Allow the file no more pages, which SQLite reports like a full disk. Needs no privileges."""
    pages = await store.write(lambda db: db.execute("PRAGMA page_count").fetchall())
    await store.write(
        lambda db: db.execute(f"PRAGMA max_page_count={next(iter(pages))[0]}").fetchall()
    )
    yield
    await store.write(lambda db: db.execute("PRAGMA max_page_count=100000").fetchall())


@asynccontextmanager
async def read_only(store: Store) -> AsyncIterator[None]:
    """Make the file read-only, as after a remount."""
    await store.writer.execute("PRAGMA query_only=1")
    yield
    await store.writer.execute("PRAGMA query_only=0")


@asynccontextmanager
async def locked(file: Path) -> AsyncIterator[None]:
    """Lock the file as another program would."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


LONG = " ".join(f"word{number * 7919 % 100_000}" for number in range(400))
HEAVY = "".join(
    chr(0x4E00 + number * number * 7919 % 20_000) for number in range(4000)
)  # this needs new pages


@pytest.mark.parametrize(
    ("kind", "operator"),
    [
        ("full", "the disk is full; free some space"),
        ("no pages", "STORAGE_LIMIT_MB is reached"),
        ("read only", "the file or its folder may not be written"),
        ("locked", "another program holds the file locked"),
    ],
)
async def test_a_disk_that_fails_refuses_the_message_and_then_takes_it(
    kind: str, operator: str, tmp_path: Path, stores: list[Store], request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(store_module, "BUSY_MILLISECONDS", 50)
    folder = request.getfixturevalue("small_disk") if kind == "full" else tmp_path
    file = folder / "p.db"
    async with servers() as (server, model), running(server, model, file):
        server.say(7, "hi")
        await server.until(lambda s: texts(s) == [FINE])
        await eventually(lambda: len(recorded(file)) == 1)
        faults = {"full": lambda: full(folder), "no pages": lambda: refusing_pages(stores[0]),
                  "read only": lambda: read_only(stores[0]), "locked": lambda: locked(file)}  # fmt: skip
        async with faults[kind]():
            server.say(7, HEAVY)
            await server.until(lambda s: texts(s) == [FINE, EN.cannot_save])
            assert operator in caplog.text
            assert len(model.requests) == 1
        server.say(7, "and now?")
        await server.until(lambda s: texts(s) == [FINE, EN.cannot_save, FINE])
        await eventually(lambda: [prompt for prompt, _ in recorded(file)] == ["hi", "and now?"])


async def test_an_answer_that_ends_on_a_full_disk_is_shown_whole_and_recorded_once_there_is_room(
    small_disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = small_disk / "p.db"
    async with servers() as (server, model), running(server, model, file):
        gate = model.gate()
        model.queue.append(Reply(LONG, gate=gate))
        server.say(7, "hi")
        gate.release(3)
        await server.until(lambda s: s.sent(7))
        with filled(small_disk):
            gate.open()
            await server.until(lambda s: texts(s)[0] == LONG)
            await eventually(lambda: "could not be recorded and will be tried again" in caplog.text)
        await eventually(lambda: recorded(file) == [("hi", LONG)])
    assert len(server.sent(7)) == 1


def of_a_newer_pipit(file: Path) -> None:
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA user_version=99")
    db.close()


def damaged(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[100:4096] = b"\xa5" * 3996  # this overwrites the list of tables
    file.write_bytes(raw)


def no_database(file: Path) -> None:
    file.write_bytes(b"my holiday diary\n" * 500)


@pytest.mark.parametrize(
    ("spoil", "operator"),
    [
        (of_a_newer_pipit, "comes from a newer Pipit"),
        (damaged, "the file is damaged; move it away, or restore a backup"),
        (no_database, "the file is not a Pipit database"),
    ],
)
async def test_a_file_that_cannot_be_used_is_left_alone_and_everybody_is_told(
    spoil: Callable[[Path], None], operator: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file, clock = tmp_path / "p.db", FakeClock()
    await (await Store.open(file)).close()
    sound = file.read_bytes()
    spoil(file)
    spoilt = file.read_bytes()
    async with servers() as (server, model), running(server, model, file, clock):
        server.say(7, "hi")
        await server.until(lambda s: texts(s) == [EN.cannot_save])
        assert operator in caplog.text
        assert file.read_bytes() == spoilt
        file.write_bytes(sound)
        polls = len(server.calls_of("getMe"))
        await clock.advance(6)
        await server.until(lambda s: len(s.calls_of("getMe")) > polls and s.polled)
        server.say(7, "and now?")
        await server.until(lambda s: texts(s) == [EN.cannot_save, FINE])


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="needs to give up the rights of root"
)
async def test_a_read_only_file_is_told_at_the_start_and_used_once_it_may_be_written(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with tempfile.TemporaryDirectory() as name:
        file, clock = Path(name) / "p.db", FakeClock()
        await (await Store.open(file)).close()
        file.chmod(0o444)
        for path in (Path(name), file):
            os.chown(path, 65534, 65534)
        os.seteuid(65534)
        try:
            async with servers() as (server, model), running(server, model, file, clock):
                server.say(7, "hi")
                await server.until(lambda s: texts(s) == [EN.cannot_save])
                assert "may not be written; check its owner and rights" in caplog.text
                file.chmod(0o644)
                polls = len(server.calls_of("getMe"))
                await clock.advance(6)
                await server.until(lambda s: len(s.calls_of("getMe")) > polls and s.polled)
                server.say(7, "and now?")
                await server.until(lambda s: texts(s) == [EN.cannot_save, FINE])
        finally:
            os.seteuid(0)


async def test_a_damaged_row_costs_its_chat_the_history_and_no_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "p.db"
    async with servers() as (server, model):
        async with running(server, model, file):
            server.say(7, "hi")
            await server.until(lambda s: texts(s) == [FINE])
            await eventually(lambda: len(recorded(file)) == 1)
        with sqlite3.connect(file) as db:
            db.execute("UPDATE turns SET answer = x'02ffffff'")
        db.close()
        async with running(server, model, file):
            server.say(7, "and now?")
            await server.until(lambda s: texts(s) == [FINE, FINE])
    assert "history could not be read: a stored text is damaged" in caplog.text


# The language model


@pytest.mark.parametrize(
    ("fault", "user", "operator"),
    [
        ("401", EN.not_accepted, "ModelRefused"),
        ("402", EN.out_of_credit, "OutOfCredit"),
        ("429", EN.model_unavailable, "ModelUnavailable"),
        ("502", EN.model_unavailable, "ModelUnavailable"),
        ("cut-headers", EN.model_unavailable, "ModelUnavailable"),
        ("empty", EN.model_unavailable, "ModelGarbled"),
        ("cut", f"One two\n\n{EN.cut_failed}", "ModelGarbled"),
    ],
)
async def test_a_model_that_fails_is_worded_and_retry_answers_in_the_same_bubble(
    fault: str, user: str, operator: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with servers() as (server, model), running(server, model, tmp_path / "p.db"):
        server.say(7, "hi")
        model.queue.extend([Reply.faulty(fault)] * 4)
        await server.until(lambda s: texts(s) == [user])
        await eventually(lambda: len(recorded(tmp_path / "p.db")) == 1)
        assert operator in caplog.text
        model.queue.clear()
        server.press(7, server.sent(7)[0].message_id, EN.retry)
        await server.until(lambda s: texts(s) == [FINE])


async def test_an_endpoint_that_is_down_is_worded_and_retry_answers_once_it_is_up(
    tmp_path: Path,
) -> None:
    port = free_port()
    async with TelegramServer(token=TOKEN) as server, ModelServer(port=port) as gone:
        await gone.__aexit__()
        async with running(server, gone, tmp_path / "p.db"):
            server.say(7, "hi")
            await server.until(lambda s: texts(s) == [EN.model_unavailable])
            await eventually(lambda: len(recorded(tmp_path / "p.db")) == 1)
            async with ModelServer(port=port) as model:
                model.answer = lambda _: FINE
                server.press(7, server.sent(7)[0].message_id, EN.retry)
                await server.until(lambda s: texts(s) == [FINE])


# The platform


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
@pytest.mark.parametrize("kind", ["429", "502", "reset", "lost_reply", "garbage"])
async def test_a_platform_that_fails_shows_the_answer_once(
    kind: str, method: str, tmp_path: Path
) -> None:
    async with servers() as (server, model), running(server, model, tmp_path / "p.db"):
        gate = model.gate()
        model.queue.append(Reply(LONG, gate=gate))
        fault = server.fault(kind, method=method, retry_after=1, times=2)
        server.say(7, "hi")
        gate.release(5)
        await server.until(lambda s: len(s.calls_of(method)) >= (method == "sendMessage"))
        gate.open()
        await server.until(lambda s: LONG in texts(s) and fault.used, 20)
        await eventually(lambda: len(recorded(tmp_path / "p.db")) == 1)
    assert texts(server) == [LONG]


@pytest.mark.parametrize("kind", ["429", "502", "reset", "lost_reply", "garbage"])
async def test_a_platform_that_fails_to_hand_over_messages_loses_none(
    kind: str, tmp_path: Path
) -> None:
    async with servers() as (server, model), running(server, model, tmp_path / "p.db"):
        await server.until(lambda s: s.polled)
        server.fault(kind, method="getUpdates", retry_after=1)
        server.say(7, "hi")
        await server.until(lambda s: texts(s) == [FINE], 20)
        await server.until(lambda s: s.pending_updates == 0, 20)
    assert texts(server) == [FINE]


# More than one process


@pytest.mark.timeout(90)
async def test_two_processes_on_one_disk_answer_each_message_once(tmp_path: Path) -> None:
    async with Rig(tmp_path, 3) as rig:
        await rig.start()
        await rig.ready()
        rig.greet()
        await rig.telegram.until(lambda server: server.sent(101), 20)
        second = (
            await rig.start_beside()
        )  # as on a host that starts the new process before it stops the old one
        await eventually(
            lambda: b"409" in rig.log.read_bytes()
            or b"another process polls" in rig.log.read_bytes(),
            30,
        )
        await rig.discord.until(
            lambda: sum(bool(c.session) for c in rig.discord.gateway.connections) == 2, 30
        )
        for number in range(6):
            rig.ask(f"Q{number}")
        assert await rig.kill(signal.SIGTERM) == 0
        for number in range(6, 9):
            rig.ask(f"Q{number}")
        assert await rig.until_done(40)
        await asyncio.sleep(1.0)  # a duplicate would arrive late
        report = rig.report(0)
        assert second.returncode is None
    assert (report.lost, report.twice, report.half_written) == ([], [], [])
    assert sum(report.orphans.values()) == 0


@pytest.mark.timeout(90)
async def test_a_question_edited_while_two_processes_share_a_disk_has_one_answer(
    tmp_path: Path,
) -> None:
    async with Rig(tmp_path, 5) as rig:
        await rig.start()
        await rig.ready()
        (_, *dms) = rig.discord_places
        asked = [rig.discord.say(dm, f"Q{number}") for number, dm in enumerate(dms)]
        await rig.discord.until(lambda: all(rig.shown("discord", dm) for dm in dms), 20)
        await rig.start_beside(TELEGRAM_BOT_TOKEN=None)
        await rig.discord.until(
            lambda: sum(bool(c.session) for c in rig.discord.gateway.connections) == 2, 30
        )
        for number, (dm, message) in enumerate(zip(dms, asked)):
            rig.discord.edit(message, f"Q5{number}")
            rig.asked.append(("discord", dm, f"Q5{number}"))
        assert await rig.until_done(40)
        await asyncio.sleep(1.0)  # a duplicate would arrive late
        assert [len(rig.shown("discord", dm)) for dm in dms] == [1, 1]
    with closing(sqlite3.connect(tmp_path / "pipit.db")) as db:
        assert db.execute("SELECT count(*), count(DISTINCT chat) FROM turns").fetchone() == (2, 2)


@pytest.mark.timeout(90)
async def test_on_discord_the_nonce_drops_the_second_answer_of_a_process_with_a_disk_of_its_own(
    tmp_path: Path,
) -> None:
    async with Rig(tmp_path, 4) as rig:
        await rig.start()
        await rig.ready()
        await rig.start_beside(TELEGRAM_BOT_TOKEN=None, DATABASE_PATH=str(tmp_path / "other.db"))
        await rig.discord.until(
            lambda: sum(bool(c.session) for c in rig.discord.gateway.connections) == 2, 30
        )
        for number, place in enumerate(rig.discord_places):
            rig.discord.say(place, f"Q{number}", mentions_bot=number == 0)
            rig.asked.append(("discord", place, f"Q{number}"))
        assert await rig.until_done(30)
        await asyncio.sleep(1.0)  # a duplicate would arrive late
        report = rig.report(0)
        assert len(rig.model.requests) == 2 * len(
            rig.asked
        )  # both processes answered, and one answer is shown
    assert (report.lost, report.twice, report.half_written) == ([], [], [])
    assert sum(report.orphans.values()) == 0
