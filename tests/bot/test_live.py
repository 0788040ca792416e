"""Tests of settings that change while the process runs: by SIGHUP, and by /set in the chat."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot import app, probes
from bot.live import AT_ONCE, FROM_CHAT, Live
from bot.settings import load
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.storage import SqliteStorage
from engine.tasks import Tasks
from engine.wording.service import SERVICE
from tests.rigs.app_rig import TOKEN, texts, variables
from tests.rigs.fakes import FakeClock
from tests.servers.model import ModelServer
from tests.servers.telegram import TelegramServer

ROOT = Path(__file__).resolve().parents[2]
EN = SERVICE["en"]
SECRETS = ("TOKEN", "KEY", "PASSWORD", "SECRET", "_URL")


@asynccontextmanager
async def served(
    folder: Path, server: TelegramServer | None = None
) -> AsyncIterator[TelegramServer]:
    """Run the process with the settings file of a folder. The admin is user 7."""
    async with AsyncExitStack() as stack:
        server = server or await stack.enter_async_context(TelegramServer(token=TOKEN))
        model = await stack.enter_async_context(ModelServer())
        stop, tasks = asyncio.Event(), Tasks("test")
        chosen = {**variables(server, model, folder / "p.db"), "ADMIN_USERS": "7"}
        settings = load(chosen, folder / ".env")
        task = tasks.spawn(app.run(settings, stop=stop), "app")
        try:
            yield server
        finally:
            stop.set()
            await asyncio.wait({task}, timeout=10)
            await tasks.close()


async def said(server: TelegramServer, text: str, chat: int = 7) -> str:
    """Send a message and return the answer to it."""
    before = len(texts(server, chat))
    server.say(chat, text)
    await server.until(lambda s: len(texts(s, chat)) > before)
    return texts(server, chat)[-1]


async def test_an_admin_lists_and_changes_a_setting_and_it_survives_a_restart(
    tmp_path: Path,
) -> None:
    async with TelegramServer(token=TOKEN) as server, AsyncExitStack() as stack:
        await stack.enter_async_context(served(tmp_path, server))
        listed = await said(server, "/set")
        assert listed.startswith(EN.set_head)
        assert "CAP_TOTAL_DAY = –" in listed
        assert "ANSWER_TIMEOUT_SECONDS = 15\n" in listed  # the default is in force
        told = EN.set_done.format(name="CAP_TOTAL_DAY", value="1 tokens")
        assert await said(server, "/set cap_total_day 1 tokens") == told
        await said(server, "hi")
        assert (await said(server, "hi again")).startswith("This bot has used up")
        await stack.aclose()
        await stack.enter_async_context(served(tmp_path, server))
        assert "▸ CAP_TOTAL_DAY = 1 tokens" in await said(server, "/set")
        assert (await said(server, "hi")).startswith("This bot has used up")
        back = EN.set_back.format(name="CAP_TOTAL_DAY", value="–")
        assert await said(server, "/set CAP_TOTAL_DAY -") == back
        assert "used up" not in await said(server, "hi")


async def test_a_wrong_value_changes_nothing_and_is_explained(tmp_path: Path) -> None:
    async with served(tmp_path) as server:
        assert "a whole number of tokens" in await said(server, "/set MAX_TOKENS many")
        assert "set PRICES" in await said(server, "/set CAP_CHAT_DAY 5")
        assert await said(server, "/set MAX_TOKENS") == "MAX_TOKENS = 800"


async def test_only_admins_change_settings_and_never_a_secret(tmp_path: Path) -> None:
    async with served(tmp_path) as server:
        assert await said(server, "/set MAX_TOKENS 100", 8) == EN.only_admins
        told = EN.set_unknown.format(name="TELEGRAM_BOT_TOKEN")
        assert await said(server, "/set TELEGRAM_BOT_TOKEN 1:x") == told


def test_no_secret_can_be_set_in_the_chat() -> None:
    assert [name for name in FROM_CHAT if name.endswith(SECRETS)] == []


class LogLine(logging.Handler):
    """Wait for a log line that contains a text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text, self._seen = text, asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if self._text in record.getMessage():
            self._seen.set()

    async def __aenter__(self) -> None:
        logging.getLogger().addHandler(self)

    async def __aexit__(self, failed: type[BaseException] | None, *_: object) -> None:
        try:
            if failed is None:
                await self._seen.wait()
        finally:
            logging.getLogger().removeHandler(self)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")
async def test_sighup_reads_the_file_again_and_names_what_needs_a_restart(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / ".env"
    file.write_text("MAX_WORKERS=4\n")
    async with served(tmp_path) as server:
        await said(server, "hi", 8)
        file.write_text("MAX_WORKERS=5\nALLOWED_USERS=7\n")
        async with LogLine("need a restart: MAX_WORKERS"):
            os.kill(os.getpid(), signal.SIGHUP)
        assert "changed at once: ALLOWED_USERS" in caplog.text
        assert "private" in await said(server, "hi", 8)
        file.write_text("ALLOWED_USERS=\nMAX_WAITING=none\n")
        async with LogLine("stay as they were: MAX_WAITING"):
            os.kill(os.getpid(), signal.SIGHUP)
        assert texts(server, 8)[-1].startswith("This bot is private")
        assert not texts(server, 9)


async def test_the_choice_of_another_process_is_followed(tmp_path: Path) -> None:
    clock, tasks = FakeClock(), Tasks("test")
    store = await Store.open(tmp_path / "p.db")
    chosen = SqliteStorage(store, clock).chosen
    live = Live(load({}, tmp_path / ".env"))
    seen: list[int] = []
    live.applied = [lambda settings: seen.append(settings.engine.answers.max_tokens)]
    await live.open(chosen)
    assert seen == []
    tasks.spawn(live.run(clock), "live")
    await chosen.put("MAX_TOKENS", "123")
    await chosen.put("TELEGRAM_BOT_TOKEN", "1:ignored")
    for _ in range(40):
        await clock.advance(1.0)
        await store.read(lambda db: db.execute("SELECT 1"))
    assert seen == [123]
    assert [one.value for one in live.listed() if one.chosen] == ["123"]
    await tasks.close()
    await store.close()


async def test_check_shows_what_was_chosen(tmp_path: Path) -> None:
    settings = load({"DATABASE_PATH": str(tmp_path / "p.db")}, tmp_path / ".env")
    assert (await probes.chosen(settings)).startswith("none")
    store = await Store.open(tmp_path / "p.db")
    await SqliteStorage(store, FakeClock()).chosen.put("CURRENCY", "EUR")
    await store.close()
    assert await probes.chosen(settings) == "CURRENCY=EUR"


def test_the_settings_page_names_what_changes_at_once() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    when = {row[1].strip().strip("`"): row[-2].strip() for row in rows}
    at_once = {name for name, told in when.items() if told.startswith("at once")}
    assert at_once == AT_ONCE & set(when)
    assert all(told.startswith(("at once", "restart")) for told in when.values())
