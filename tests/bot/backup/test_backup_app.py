"""Tests of the backup in the process: it restores before everything, and leaves after it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from bot import app, check
from bot.settings import load
from engine.contract import ChatKey
from engine.errors import SettingsError
from engine.storage.records import Scope
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.personal_data import SqlitePersonalData
from engine.tasks import SystemClock, Tasks
from tests.rigs.app_rig import running, texts, variables
from tests.rigs.exports import held
from tests.rigs.fakes import FakeClock
from tests.servers.hub import HubServer
from tests.servers.model import ModelServer, Reply
from tests.servers.telegram import TelegramServer

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>' to upload:DeprecationWarning")

ROOT = Path(__file__).resolve().parents[3]
TOKEN, REPO = "hf_test", "me/kept"
KEY = "the operator's own long key"
BOT = "123456:test"


def backed_up(hub: HubServer) -> dict[str, str]:
    return {"BACKUP_REPO": REPO, "BACKUP_KEY": KEY, "BACKUP_TOKEN": TOKEN, "HF_ENDPOINT": hub.url}


async def questions(file: Path) -> list[str]:
    store = await Store.open(file)
    found = await held(SqlitePersonalData(store, SystemClock()), Scope(ChatKey("telegram", "7")))
    await store.close()
    return [turn["question"] for turn in found["turns"]]


async def test_a_process_leaves_its_last_word_and_the_next_one_goes_on_from_it(
    tmp_path: Path,
) -> None:
    async with (
        TelegramServer(token=BOT) as server,
        ModelServer() as model,
        HubServer(token=TOKEN) as hub,
    ):
        model.queue.append(Reply("I will remember that for you."))
        async with running(server, model, tmp_path / "one" / "p.db", **backed_up(hub)) as first:
            await hub.commits(1)
            server.say(7, "my number is 4711")
            await server.until(lambda s: texts(s) == ["I will remember that for you."])
        assert first.result() == 0
        assert b'"left": true' in hub.datasets[REPO].read("pipit.json")
        async with running(server, model, tmp_path / "two" / "p.db", **backed_up(hub)):
            await hub.commits(3)
            assert await questions(tmp_path / "two" / "p.db") == ["my number is 4711"]


async def test_a_key_that_does_not_open_the_snapshot_ends_the_process_with_code_78(
    tmp_path: Path,
) -> None:
    async with (
        TelegramServer(token=BOT) as server,
        ModelServer() as model,
        HubServer(token=TOKEN) as hub,
    ):
        async with running(server, model, tmp_path / "one" / "p.db", **backed_up(hub)):
            await hub.commits(1)
        found = hub.datasets[REPO].head
        environment = {
            **variables(server, model, tmp_path / "two" / "p.db"),
            **backed_up(hub),
            "PYTHONPATH": str(ROOT),
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            env={**environment, "BACKUP_KEY": "another key, just as long"},
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        _, told = await process.communicate()
        assert process.returncode == 78
        assert b"BACKUP_KEY: the snapshot in me/kept cannot be opened" in told
        assert b"another key" not in told
        assert b"Traceback" not in told
        assert not (tmp_path / "two" / "p.db").exists()
        assert hub.datasets[REPO].head == found


async def test_a_stop_ends_the_wait_for_a_snapshot(tmp_path: Path) -> None:
    async with (
        TelegramServer(token=BOT) as server,
        ModelServer() as model,
        HubServer(token=TOKEN) as hub,
    ):
        hub.hold("GET /api/datasets")
        settings = load(
            {**variables(server, model, tmp_path / "p.db"), **backed_up(hub)}, Path("none")
        )
        stop, tasks = asyncio.Event(), Tasks("test")
        task = tasks.spawn(app.run(settings, stop=stop, clock=FakeClock()), "app")
        await hub.asked("GET /api/datasets")
        stop.set()
        assert await task == 0
        assert not (tmp_path / "p.db").exists()


async def test_check_says_whether_the_dataset_can_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with (
        TelegramServer(token=BOT) as server,
        ModelServer() as model,
        HubServer(token=TOKEN) as hub,
    ):
        given = {**variables(server, model, tmp_path / "p.db"), **backed_up(hub)}
        assert await check.run(load(given, Path("none"))) == 0
        assert (
            "ok    backup: me/kept does not exist yet; it is made at the first run"
            in capsys.readouterr().out
        )
        assert await check.run(load({**given, "BACKUP_TOKEN": "hf_wrong"}, Path("none"))) == 77
        out = capsys.readouterr().out
        assert "FAIL  backup: BACKUP_TOKEN" in out
        assert KEY not in out


def test_a_backup_is_set_whole_or_not_at_all() -> None:
    with pytest.raises(SettingsError) as caught:
        load({"BACKUP_REPO": "no name", "BACKUP_KEY": "short secret"}, Path("none"))
    told = str(caught.value)
    assert all(
        name in told
        for name in ("BACKUP_REPO='no name'", "BACKUP_KEY: takes", "BACKUP_TOKEN: must be set")
    )
    assert "short secret" not in told


def test_the_token_for_the_model_serves_where_the_backup_has_none() -> None:
    found = load({"BACKUP_REPO": REPO, "BACKUP_KEY": KEY, "HF_TOKEN": "hf_abc"}, Path("none"))
    assert found.backup is not None
    assert found.backup.token == "hf_abc"
    assert KEY in found.secrets
    assert KEY not in repr(found)
