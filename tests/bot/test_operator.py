"""Tests of the operator's commands on the file, and of their effect on a running bot."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.maintenance import LOOK_SECONDS, QUIET_SECONDS, follow_erasures
from bot.operator import EXIT_DISK, EXIT_NOT_DONE, EXIT_OK, EXIT_USAGE, Wish, run
from bot.settings import Settings, load
from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.errors import StorageFault
from engine.storage.records import Scope
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.personal_data import SqlitePersonalData
from engine.storage.sqlite.storage import SqliteStorage
from engine.tasks import SystemClock, Tasks
from tests.rigs.engine_rig import DM, House, a_house
from tests.rigs.fakes import FakeClock

ROOT = Path(__file__).resolve().parents[2]
ANN, BOB, KEY = Author("1", "Ann"), Author("2", "Bob"), ChatKey("telegram", "42")


def settings(file: Path) -> Settings:
    return load({"DATABASE_PATH": str(file)}, Path("no such file"))


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """Create a database with one question of Ann and one of Bob in one chat."""
    path = tmp_path / "p.db"
    store = await Store.open(path)
    ledger = SqlLedger(store, SystemClock())
    for author in (ANN, BOB):
        inbound = Inbound(KEY, author.name, author, f"asked by {author.name}", True, True, 1.0)
        entry = await ledger.accept(inbound, "h")
        assert entry is not None
        await ledger.finish(
            entry, Turn(author, inbound.text, "an answer", Finish.STOP, 1.0), Usage(1, 1)
        )
    await store.close()
    return path


async def test_export_prints_all_that_is_kept_of_a_chat(
    file: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert await run(settings(file), Wish("export", str(KEY))) == EXIT_OK
    told = json.loads(capsysbinary.readouterr().out)
    assert [turn["question"] for turn in told["turns"]] == ["asked by Ann", "asked by Bob"]


async def test_export_of_one_person_as_text(
    file: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert await run(settings(file), Wish("export", str(KEY), user="1", text=True)) == EXIT_OK
    out = capsysbinary.readouterr().out.decode()
    assert "Ann (1): asked by Ann\nPipit: an answer" in out
    assert "Bob" not in out


async def test_forget_erases_only_once_it_is_confirmed(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(settings(file), Wish("forget", str(KEY))) == EXIT_NOT_DONE
    assert b"asked by Ann" in file.read_bytes()
    assert await run(settings(file), Wish("forget", str(KEY), yes=True)) == EXIT_OK
    raw = b"".join(path.read_bytes() for path in file.parent.iterdir())
    assert [
        text for text in (b"asked by", b"an answer", b"Ann", b"telegram:42") if text in raw
    ] == []
    assert "2 answers" in capsys.readouterr().out


async def test_forget_of_one_person_leaves_the_others(file: Path) -> None:
    assert await run(settings(file), Wish("forget", str(KEY), user="1", yes=True)) == EXIT_OK
    raw = file.read_bytes()
    assert b"asked by Ann" not in raw
    assert b"asked by Bob" in raw


async def test_backup_copies_the_database_and_never_over_a_file(file: Path, tmp_path: Path) -> None:
    wish = Wish("backup", file=str(tmp_path / "copy.db"))
    assert await run(settings(file), wish) == EXIT_OK
    assert await run(settings(file), wish) == EXIT_DISK
    store = await Store.open(tmp_path / "copy.db")
    assert (await SqlitePersonalData(store, SystemClock()).measure(Scope(KEY))).turns == 2
    await store.close()


async def test_verify_of_a_copy_that_is_there_says_that_no_copy_was_made(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wish = Wish("backup", file=str(tmp_path / "copy.db"), verify=True)
    assert await run(settings(file), wish) == EXIT_OK
    assert "exists already" not in capsys.readouterr().out
    assert await run(settings(file), wish) == EXIT_OK
    told = capsys.readouterr().out
    assert "exists already" in told
    assert "No new copy was made." in told
    assert "It is sound" in told


async def test_restore_puts_a_copy_in_place_and_says_what_became_of_the_rest(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.db"
    assert await run(settings(file), Wish("backup", file=str(copy))) == EXIT_OK
    assert await run(settings(file), Wish("forget", str(KEY), yes=True)) == EXIT_OK
    assert await run(settings(file), Wish("restore", file=str(copy))) == EXIT_OK
    assert "1 chats" in (told := capsys.readouterr().out)
    assert "p.db.before-" in told
    assert await run(settings(file), Wish("restore", file=str(tmp_path / "none.db"))) == EXIT_DISK
    store = await Store.open(file)
    assert (await SqlitePersonalData(store, SystemClock()).measure(Scope(KEY))).turns == 2
    await store.close()


async def test_sweep_says_what_it_gave_back(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(settings(file), Wish("sweep")) == EXIT_OK
    assert "2 old rows and 1 chats removed" in capsys.readouterr().out


async def test_chats_are_listed_with_their_counts(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(settings(file), Wish("chats")) == EXIT_OK
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["chat", "last", "used", "(UTC)", "answers", "documents", "model"]
    assert line.split()[0] == "telegram:42"
    assert line.split()[3:] == ["2", "0", "-"]


@pytest.mark.parametrize(
    ("by", "names"),
    [("chat", {"telegram:42"}), ("person", {"telegram:1", "telegram:2"}), ("day", None),
     ("month", None), ("model", {"-"})],
)  # fmt: skip
async def test_usage_is_listed_by_what_is_asked(
    file: Path, capsys: pytest.CaptureFixture[str], by: str, names: set[str] | None
) -> None:
    assert await run(settings(file), Wish("usage", by=by, days=40_000)) == EXIT_OK
    head, *lines, total = capsys.readouterr().out.splitlines()
    assert head.split()[0] == by
    if names:
        assert {line.split()[0] for line in lines} == names
    assert total.endswith("2 answers, 2 + 2 tokens")


async def test_usage_has_its_cost_as_a_table_and_as_json(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = await Store.open(file)
    storage = SqliteStorage(store, FakeClock())
    asked = Inbound(KEY, "9", Author("1"), "q", direct=True, addressed=True, sent_at=1.0)
    entry = await storage.ledger.accept(asked, "h")
    assert entry is not None
    used = Usage(1000, 500, estimated=True, model="org/one", cost=300_000_000)
    turn = Turn(Author("1"), "q", "a", Finish.STOP, 1_700_000_000.0)
    await storage.ledger.finish(entry, turn, used)
    await store.close()
    prices = {"PRICES": "org/one=0.1/0.4", "CURRENCY": "EUR"}
    chosen = load({"DATABASE_PATH": str(file), **prices}, Path("no such file"))
    assert await run(chosen, Wish("usage", by="model", month="2023-11")) == EXIT_OK
    head, line, total = capsys.readouterr().out.splitlines()
    assert head.endswith("of them estimated  cost in EUR")
    assert line.split() == ["org/one", "1", "1000", "500", "1500", "0.3000"]
    assert total.endswith("0.3000 EUR")
    assert await run(chosen, Wish("usage", by="model", month="2023-11", json=True)) == EXIT_OK
    told = json.loads(capsys.readouterr().out)
    assert (told["currency"], told["usage"][0]["cost"]) == ("EUR", 0.3)
    assert await run(chosen, Wish("usage", month="2023-10")) == EXIT_OK
    assert capsys.readouterr().out.splitlines()[-1] == "0 lines, 0 answers, 0 + 0 tokens"
    assert await run(chosen, Wish("usage", month="last")) == EXIT_USAGE


async def test_usage_of_no_days_is_a_wrong_call(file: Path) -> None:
    assert await run(settings(file), Wish("usage", days=0)) == EXIT_USAGE


@pytest.mark.parametrize("command", ["export", "forget", "sweep", "backup", "chats", "usage"])
async def test_without_a_database_none_is_made(tmp_path: Path, command: str) -> None:
    wish = Wish(command, str(KEY), yes=True, file=str(tmp_path / "copy.db"))
    assert await run(settings(tmp_path / "p.db"), wish) == EXIT_DISK
    assert list(tmp_path.iterdir()) == []


async def test_a_key_that_is_none_is_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(settings(file), Wish("export", "telegram")) == EXIT_USAGE
    assert "telegram:42" in capsys.readouterr().err


def test_the_commands_are_reached_from_the_command_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "forget", "telegram:42", "--user", "7", "--yes"],
        env={"PYTHONPATH": str(ROOT), "DATABASE_PATH": str(tmp_path / "none.db")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (EXIT_DISK, "")
    assert "there is no database" in done.stderr


# --- their effect on a running bot ---


async def test_an_export_that_its_reader_leaves_ends_with_a_line_and_no_traceback(
    file: Path,
) -> None:
    read, write = os.pipe()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "export",
        str(KEY),
        stdout=write,
        stderr=subprocess.PIPE,
        cwd=file.parent,
        env={"PYTHONPATH": str(ROOT), "DATABASE_PATH": str(file)},
    )
    os.close(write)
    os.close(read)
    _, err = await process.communicate()
    assert (process.returncode, err) == (
        EXIT_DISK,
        b"the export was not written completely (Broken pipe)\n",
    )


async def erase_elsewhere(house: House) -> None:
    """Erase a chat in the way that another process does."""
    await run(settings(house.store.path), Wish("forget", str(DM), yes=True))


async def test_a_running_bot_leaves_its_cache_of_a_chat_that_was_erased_elsewhere(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["an answer"], ["another"]) as house:
        await house.ask("a secret")
        tasks = Tasks("test")
        tasks.spawn(follow_erasures(house.engine, house.clock), "erasures")
        await house.advance(LOOK_SECONDS)
        await erase_elsewhere(house)
        await house.advance(2 * LOOK_SECONDS)
        await house.ask("what did I say?")
        await tasks.close()
        assert "secret" not in str(house.model.prompts[1])


async def test_a_bots_own_erasing_leaves_the_sessions_of_others(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["an answer"]) as house:
        await house.ask("a secret")
        tasks = Tasks("test")
        tasks.spawn(follow_erasures(house.engine, house.clock), "erasures")
        await house.ask("/forget")
        await house.sessions.get(ChatKey("fake", "other"))
        await house.ask("/forget yes")
        await house.advance(2 * LOOK_SECONDS)
        await tasks.close()
        assert len(house.sessions) == 1


async def test_a_large_file_is_written_anew_when_nothing_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.storage.sqlite.personal_data.SCRUB_AT_ONCE_BYTES", 0)
    async with a_house(tmp_path, ["an answer"], [float(QUIET_SECONDS * 2), "long"]) as house:
        holdings = house.engine.own_data.personal_data
        await house.ask("a secret")
        await house.ask("/forget")
        await house.ask("/forget yes")
        assert (await holdings.facts()).scrubbed == 0
        tasks = Tasks("test")
        tasks.spawn(follow_erasures(house.engine, house.clock), "erasures")
        await house.advance(LOOK_SECONDS)
        assert (await holdings.facts()).scrubbed == 1
        await tasks.close()


async def test_what_was_erased_by_its_number_is_scrubbed_soon(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["an answer"]) as house:
        holdings = house.engine.own_data.personal_data
        await house.ask("a secret")
        tasks = Tasks("test")
        tasks.spawn(follow_erasures(house.engine, house.clock), "erasures")
        await holdings.remove_turn(DM, 1)
        await house.advance(2 * LOOK_SECONDS)
        assert (await holdings.facts()).scrubbed == 1
        await tasks.close()


async def test_a_fault_is_told_once_a_minute_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_house(tmp_path, ["an answer"]) as house:
        holdings = house.engine.own_data.personal_data

        async def fail() -> None:
            raise StorageFault("the disk is full")

        with monkeypatch.context() as patched:
            patched.setattr(house.store, "compact", fail)
            await house.ask("a secret")
            await holdings.remove_turn(DM, 1)
            tasks = Tasks("test")
            tasks.spawn(follow_erasures(house.engine, house.clock), "erasures")
            await house.advance(30)
            assert caplog.text.count("the disk is full") == 1
        await house.advance(60)
        assert (await holdings.facts()).scrubbed == 1
        await tasks.close()
