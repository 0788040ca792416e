"""The questions of `pipit setup`, against the platforms' servers."""

from __future__ import annotations

import asyncio
import re
import stat
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.setup import Setup, write_dotenv
from engine.tasks import Clock, SystemClock, Tasks
from tests.rigs.app_rig import TOKEN, texts
from tests.rigs.fakes import FakeClock
from tests.servers.discord import DiscordServer
from tests.servers.model import ModelServer
from tests.servers.telegram import TelegramServer


@dataclass
class Operator:
    """Answers the questions in order; `said` is what was printed."""

    answers: deque[str]
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def ask(self, question: str, *, secret: bool = False) -> str:
        self.asked.append(question)
        if not self.answers:
            raise EOFError
        return self.answers.popleft()

    def say(self, text: str) -> None:
        self.said.append(text)

    @property
    def text(self) -> str:
        return "\n".join(self.said)


def setup(
    folder: Path, *answers: str, clock: Clock | None = None, **environment: str
) -> tuple[Setup, Operator]:
    operator = Operator(deque(answers))
    return Setup(operator, clock or SystemClock(), folder / ".env", environment), operator


async def until_code(operator: Operator) -> str:
    while True:
        found = re.search(r"minutes: (\d{8})", operator.text)
        if found:
            return found.group(1)
        await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.setup.find_spec", lambda _: None)


async def test_each_token_is_tried_and_who_writes_the_code_becomes_admin(tmp_path: Path) -> None:
    async with TelegramServer(token=TOKEN) as server, ModelServer() as model:
        made, operator = setup(
            tmp_path, "", model.base_url, "test", "123:wrong-token", TOKEN, "",
            TELEGRAM_API_URL=server.base_url,
        )  # fmt: skip
        tasks = Tasks("test")
        running = tasks.spawn(made.run(), "setup")
        code = await until_code(operator)
        await server.until(lambda s: s.polled)
        server.say(7, "hello")
        server.say(8, code)
        assert await running == 0
        await tasks.close()
        assert texts(server, 8) == ["✓"]
        assert texts(server, 7) == []
    file = tmp_path / ".env"
    assert file.read_text() == (
        f"HF_BASE_URL={model.base_url}\nHF_MODEL=test\nTELEGRAM_BOT_TOKEN={TOKEN}\n"
        "ADMIN_USERS=telegram:8\n"
    )
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "that does not work" in operator.text
    assert TOKEN not in operator.text


async def test_who_writes_the_code_on_discord_becomes_admin(tmp_path: Path) -> None:
    async with DiscordServer() as server, ModelServer() as model:
        made, operator = setup(
            tmp_path,
            "",
            server.token,
            HF_BASE_URL=model.base_url,
            HF_MODEL="test",
            DISCORD_API_URL=server.api_url,
            DISCORD_GATEWAY_URL=server.gateway_url,
        )
        tasks = Tasks("test")
        running = tasks.spawn(made.run(), "setup")
        code = await until_code(operator)
        dm = server.add_dm()
        await server.until(lambda: made.answers and server.gateway.sessions)
        server.say(dm, code)
        assert await running == 0
        await tasks.close()
        assert made.answers["ADMIN_USERS"].startswith("discord:")


async def test_nobody_is_waited_for_longer_than_ten_minutes(tmp_path: Path) -> None:
    clock = FakeClock()
    async with TelegramServer(token=TOKEN) as server, ModelServer() as model:
        more = {"HF_BASE_URL": model.base_url, "TELEGRAM_API_URL": server.base_url}
        made, operator = setup(tmp_path, TOKEN, "", clock=clock, HF_MODEL="test", **more)
        tasks = Tasks("test")
        running = tasks.spawn(made.run(), "setup")
        await until_code(operator)
        while not running.done():
            await clock.advance(60)
        await tasks.close()
        assert "Nobody wrote it" in operator.text
        assert "ADMIN_USERS" not in made.answers


async def test_an_end_of_the_answers_writes_nothing(tmp_path: Path) -> None:
    made, operator = setup(tmp_path)
    assert await made.run() == 1
    assert list(tmp_path.iterdir()) == []
    assert "Nothing was written" in operator.text


async def test_skipped_questions_write_nothing_and_say_so(tmp_path: Path) -> None:
    # The answers are: no token, an address without a model, no Telegram, no Discord, no page.
    ready, operator = setup(tmp_path, "", "http://127.0.0.1:9/v1", "", "", "", "")
    assert await ready.run() == 0
    assert "The address was left out, because it needs a model." in operator.text
    assert operator.said[-1] == "There is no new setting, so nothing was written."
    assert not (tmp_path / ".env").exists()


async def test_a_token_without_the_form_of_one_is_told_before_it_is_tried(tmp_path: Path) -> None:
    made, operator = setup(tmp_path, "not a token", "", "", HF_BASE_URL="http://127.0.0.1:9/v1")
    assert await made.run() == 0
    assert "TELEGRAM_BOT_TOKEN: takes the token that BotFather gave" in operator.text
    assert not (tmp_path / ".env").exists()


def test_lines_that_are_there_stay_and_a_value_is_quoted_only_if_it_needs_it(
    tmp_path: Path,
) -> None:
    file = tmp_path / ".env"
    file.write_text("# mine\nMAX_TOKENS=100\nHF_TOKEN=\n")
    write_dotenv(file, {"HF_TOKEN": "hf_abc", "WEB_PASSWORD": "it's # long"})
    assert file.read_text() == (
        "# mine\nMAX_TOKENS=100\nHF_TOKEN=hf_abc\nWEB_PASSWORD='it\\'s # long'\n"
    )
    from bot.env_reader import dotenv_of

    assert dotenv_of(file)["WEB_PASSWORD"] == "it's # long"
