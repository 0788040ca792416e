"""Admins are told once when something is wrong, and once when it is over."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.alerts import CALM_SECONDS, Alerts, webhook_request
from bot.health import Health, Problem
from bot.health_settings import AlertSettings
from engine.contract import ChatKey
from engine.counters import Counters
from engine.errors import ChatUnavailable, DeliveryFailed
from engine.wording import LANGUAGES
from engine.wording.alerts import ALERTS, alerts_in
from tests.rigs.app_rig import TOKEN, running, texts
from tests.rigs.fakes import FakeChat, FakeClock, FakeSink
from tests.servers.model import ModelServer
from tests.servers.telegram import TelegramServer

EN = alerts_in("en")
CREDIT = Problem("credit", "the model's account has no credit left")


@dataclass
class Post:
    """A platform that can write to people; `refuses` is raised instead."""

    clock: FakeClock
    chats: dict[str, FakeChat] = field(default_factory=dict)
    refuses: Exception | None = None

    async def private_sink(self, user_id: str) -> tuple[ChatKey, FakeSink]:
        if self.refuses is not None:
            raise self.refuses
        chat = self.chats.setdefault(user_id, FakeChat())
        return ChatKey("telegram", user_id), FakeSink(self.clock, handle="", chat=chat)

    def said(self, user_id: str) -> list[str]:
        chat = self.chats.get(user_id, FakeChat())
        return [message.text for message in chat.messages.values()]


@dataclass
class Desk:
    clock: FakeClock
    post: Post
    alerts: Alerts

    async def look(self, *problems: Problem, seconds: float = 0.0) -> None:
        await self.clock.advance(seconds)
        await self.alerts.take(problems)


def a_desk(post: Post, memory: Path | None = None) -> Desk:
    clock = post.clock
    health = Health(clock, Counters(clock))
    health.adapters = {"telegram": post}  # type: ignore[dict-item]
    return Desk(clock, post, Alerts(health, {"1", "telegram:2"}, AlertSettings(), clock, memory))


@pytest.fixture
def desk() -> Desk:
    return a_desk(Post(FakeClock()))


async def test_a_restart_repeats_no_message_and_still_tells_the_end(tmp_path: Path) -> None:
    memory, post = tmp_path / "p.db-told", Post(FakeClock())
    await a_desk(post, memory).look(CREDIT)
    assert memory.stat().st_mode & 0o777 == 0o600
    after = a_desk(post, memory)
    await after.look(CREDIT)
    assert post.said("1") == [EN.credit]
    last = a_desk(post, memory)
    await last.look()
    await last.look(seconds=CALM_SECONDS)
    assert post.said("1") == [EN.credit, EN.over.format(said=EN.credit)]
    assert not memory.exists()


@pytest.mark.parametrize("damaged", ["", "[1]", '[{"cause": "x"}]', "\x00"])
async def test_a_damaged_file_of_reported_problems_counts_as_empty(
    tmp_path: Path, damaged: str
) -> None:
    memory, post = tmp_path / "p.db-told", Post(FakeClock())
    memory.write_text(damaged)
    await a_desk(post, memory).look(CREDIT)
    assert post.said("1") == [EN.credit]


async def test_each_admin_is_told_once_however_long_it_lasts(desk: Desk) -> None:
    for _ in range(5):
        await desk.look(CREDIT, seconds=10)
    assert desk.post.said("1") == desk.post.said("2") == [EN.credit]


async def test_and_once_when_it_is_over(desk: Desk) -> None:
    await desk.look(CREDIT)
    await desk.look(seconds=10)
    assert desk.post.said("1") == [EN.credit]
    for _ in range(3):
        await desk.look(seconds=CALM_SECONDS)
    assert desk.post.said("1") == [EN.credit, EN.over.format(said=EN.credit)]
    await desk.look(CREDIT)  # a new case
    assert desk.post.said("1")[2:] == [EN.credit]


async def test_a_problem_that_comes_and_goes_is_one_case(desk: Desk) -> None:
    for _ in range(4):
        await desk.look(CREDIT, seconds=10)
        await desk.look(seconds=10)
    assert desk.post.said("1") == [EN.credit]


async def test_each_cause_has_messages_of_its_own(desk: Desk) -> None:
    await desk.look(
        Problem("deaf discord", ""), Problem("token model", ""), Problem("model a/b", "")
    )
    assert desk.post.said("1") == [
        EN.deaf.format(about="discord"),
        EN.model_login,
        EN.model.format(about="a/b"),
    ]


async def test_what_cannot_be_delivered_yet_is_tried_again(desk: Desk) -> None:
    desk.post.refuses = DeliveryFailed("no connection")
    await desk.look(CREDIT)
    desk.post.refuses = None
    await desk.look(CREDIT, seconds=10)
    await desk.look(CREDIT, seconds=10)
    assert desk.post.said("1") == [EN.credit]


async def test_an_admin_who_cannot_be_written_to_is_not_tried_again(desk: Desk) -> None:
    desk.post.refuses = ChatUnavailable("blocked")
    await desk.look(CREDIT)
    desk.post.refuses = None
    await desk.look(CREDIT, seconds=10)
    assert desk.post.said("1") == []


async def test_who_was_not_told_of_a_problem_is_not_told_that_it_is_over(desk: Desk) -> None:
    desk.post.refuses = DeliveryFailed("no connection")
    await desk.look(CREDIT)
    desk.post.refuses = None
    for _ in range(3):
        await desk.look(seconds=CALM_SECONDS)
    assert desk.post.said("1") == []


def test_every_language_has_the_messages_and_their_blanks() -> None:
    assert ALERTS.keys() == LANGUAGES.keys()
    for words in ALERTS.values():
        for name in ("login", "deaf", "model"):
            assert "{about}" in getattr(words, name)
        assert "{said}" in words.over


# --- the webhook ---


def test_the_form_of_ntfy() -> None:
    request = webhook_request(AlertSettings("https://ntfy.sh/topic"), CREDIT, over=False)
    assert request.data == b"the model's account has no credit left"
    assert request.get_header("Title") == "Pipit needs help"
    assert request.get_header("Priority") == "high"


def test_the_forms_of_gotify_and_json() -> None:
    gotify = webhook_request(AlertSettings("https://g/message", "GOTIFY"), CREDIT, over=True)
    assert json.loads(gotify.data or b"") == {  # type: ignore[arg-type]
        "title": "Pipit works again",
        "message": "over: the model's account has no credit left",
        "priority": 4,
    }
    plain = webhook_request(AlertSettings("https://h", "JSON"), CREDIT, over=False)
    told = json.loads(plain.data or b"")  # type: ignore[arg-type]
    assert (told["cause"], told["over"], told["stops"]) == ("credit", False, True)


async def test_a_webhook_is_told_once_and_again_after_a_failure() -> None:
    got: list[str] = []
    statuses = [503, 200]

    async def take(request: web.Request) -> web.Response:
        got.append(await request.text())
        return web.Response(status=statuses[min(len(got), 2) - 1])

    app = web.Application()
    app.router.add_post("/topic", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = runner.addresses[0]
    clock = FakeClock()
    alerts = Alerts(
        Health(clock, Counters(clock)),
        (),
        AlertSettings(f"http://127.0.0.1:{address[1]}/topic"),
        clock,
    )
    for _ in range(4):
        await alerts.take([CREDIT])
    await runner.cleanup()
    assert got == [CREDIT.text, CREDIT.text]


# --- the whole process ---


async def test_an_admin_of_a_running_bot_is_told_that_the_credit_is_gone(tmp_path: Path) -> None:
    clock = FakeClock()
    more: dict[str, Any] = {"ADMIN_USERS": "99", "HF_MODEL": "fault:402"}
    async with TelegramServer(token=TOKEN) as server, ModelServer() as model:
        async with running(server, model, tmp_path / "p.db", clock, **more):
            await server.until(lambda s: s.polled)
            server.say(7, "hi")
            await server.until(lambda s: bool(texts(s)))
            server.say(99, "/help")
            await server.until(lambda s: bool(texts(s, 99)))
            while EN.credit not in texts(server, 99):
                await clock.advance(5)
                await asyncio.sleep(0)
        assert texts(server, 99).count(EN.credit) == 1
