"""Tests of the whole process in one event loop, with the platforms' test servers."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from bot import app
from bot.settings import load
from engine.wording import words_in
from tests.rigs.app_rig import TOKEN, running, texts, variables
from tests.rigs.fakes import FakeClock
from tests.servers.model import ModelServer, Reply
from tests.servers.telegram import TelegramServer

ROOT = Path(__file__).resolve().parents[2]
EN = words_in("en")


async def test_a_message_is_answered_from_platform_to_model_and_back(tmp_path: Path) -> None:
    async with TelegramServer(token=TOKEN) as server, ModelServer() as model:
        model.queue.append(Reply("Hello from the model, nice to meet you."))
        async with running(server, model, tmp_path / "p.db") as task:
            server.say(7, "hi")
            await server.until(lambda s: texts(s) == ["Hello from the model, nice to meet you."])
        assert task.result() == 0


async def test_while_the_database_cannot_be_opened_everybody_is_told_and_then_served(
    tmp_path: Path,
) -> None:
    file, clock = tmp_path / "p.db", FakeClock()
    file.write_text("this is no database, and so it must stay as it is")
    async with TelegramServer(token=TOKEN) as server, ModelServer() as model:
        model.queue.append(Reply("Here I am again, all is well."))
        async with running(server, model, file, clock):
            server.say(7, "hi")
            await server.until(lambda s: texts(s) == [EN.cannot_save])
            assert file.read_text().startswith("this is no database")
            file.unlink()
            polls = len(server.calls_of("getMe"))
            await clock.advance(6)
            await server.until(lambda s: len(s.calls_of("getMe")) > polls and s.polled)
            server.say(7, "and now?")
            await server.until(lambda s: texts(s)[-1].startswith("Here I am again"))


async def test_a_rejected_token_ends_the_process_with_its_code(tmp_path: Path) -> None:
    async with TelegramServer(token=TOKEN) as server, ModelServer() as model:
        settings = load(
            {**variables(server, model, tmp_path / "p.db"), "TELEGRAM_BOT_TOKEN": "123456:wrong"},
            Path("none"),
        )
        assert await app.run(settings) == 77


async def test_check_says_what_works_and_what_does_not(tmp_path: Path) -> None:
    async with TelegramServer(token=TOKEN) as server, ModelServer() as model:
        environment = {**variables(server, model, tmp_path / "p.db"), "PYTHONPATH": str(ROOT)}
        for token, code in ((TOKEN, 0), ("123456:wrong", 77)):
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "check", env={**environment, "TELEGRAM_BOT_TOKEN": token}, cwd=tmp_path,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
            said = (await process.communicate())[0].decode()
            assert process.returncode == code, said
            assert "ok    model: test answered" in said
            assert ("ok" if code == 0 else "FAIL") in said.split("telegram:")[0].splitlines()[-1]
            assert token not in said


async def test_no_secret_and_no_text_stand_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with TelegramServer(token=TOKEN) as server, ModelServer() as model:
        async with running(server, model, tmp_path / "p.db"):
            server.say(7, "a very private question")
            await server.until(texts)
            server.inject({"message": {"text": "a very private oddity", "chat": 5}})
            await server.until(lambda s: s.pending_updates == 0)
    assert "private" not in caplog.text
    assert TOKEN not in caplog.text
