"""The flood control and the faults of the Telegram test server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import (
    Bot,
)
from telegram.error import (
    Forbidden,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from tests.rigs.telegram_client import QUICK, Hand, client
from tests.servers.telegram import FloodModel, TelegramServer


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
async def server(clock: Hand) -> AsyncIterator[TelegramServer]:
    async with TelegramServer(clock=clock, timing=QUICK) as running:
        running.chat(42)
        yield running


@pytest.fixture
async def bot(server: TelegramServer) -> AsyncIterator[Bot]:
    async with client(server) as ready:
        yield ready


@pytest.fixture
async def in_background() -> AsyncIterator[Any]:
    started: list[asyncio.Task[Any]] = []

    def start(work: Any) -> asyncio.Task[Any]:
        started.append(asyncio.get_running_loop().create_task(work))
        return started[-1]

    yield start
    for task in started:
        task.cancel()
    await asyncio.gather(*started, return_exceptions=True)


# --- faults and flood control ---


async def test_an_injected_429_names_its_pause_and_does_nothing(
    server: TelegramServer, bot: Bot
) -> None:
    server.fault("429", method="sendMessage", chat_id=42, retry_after=7)
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(42, "x")
    assert refused.value.retry_after == 7
    assert server.messages(42) == []
    await bot.send_message(42, "x")


async def test_a_502_comes_as_an_html_page(server: TelegramServer, bot: Bot) -> None:
    server.fault("502")
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.get_me()


async def test_a_reset_does_nothing_and_a_lost_reply_does_it(
    server: TelegramServer, bot: Bot
) -> None:
    server.fault("reset", method="sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(42, "never")
    server.fault("lost_reply", method="sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(42, "there")
    assert [message.text for message in server.messages(42)] == ["there"]
    assert [call.fault for call in server.calls][-2:] == ["reset", "lost_reply"]


async def test_silence_does_the_work_and_lets_the_client_time_out(server: TelegramServer) -> None:
    async with client(server, read_timeout=0.05) as bot:
        fault = server.fault("silence", method="sendMessage")
        with pytest.raises(TimedOut):
            await bot.send_message(42, "there")
        fault.release()
    assert [message.text for message in server.messages(42)] == ["there"]


async def test_a_held_call_is_done_only_when_released(
    server: TelegramServer, bot: Bot, in_background: Any
) -> None:
    fault = server.fault("hold", method="sendMessage")
    call = in_background(bot.send_message(42, "x"))
    await server.until(lambda s: s.calls_of("sendMessage"))
    assert server.messages(42) == []
    fault.release()
    await call
    assert len(server.messages(42)) == 1


async def test_any_refusal_can_be_injected(server: TelegramServer, bot: Bot) -> None:
    server.fault("refuse", code=403, description="Forbidden: user is deactivated")
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(42, "x")


def refusals(
    model: FloodModel, chat_id: int, times: list[float], method: str = "editMessageText"
) -> list[int]:
    return [model.retry_after(method, chat_id, at) for at in times]


def test_a_private_chat_takes_a_short_burst_and_then_one_call_a_second() -> None:
    assert refusals(FloodModel(), 42, [0, 0, 0, 3, 4, 5, 6, 7]) == [0] * 8
    assert refusals(FloodModel(), 42, [0, 0, 0, 0.5]) == [0, 0, 0, 5]
    assert refusals(FloodModel(), 42, [n * 1.2 for n in range(500)]) == [0] * 500


def test_a_group_takes_twenty_calls_a_minute_edits_included() -> None:
    model = FloodModel()
    passed = [
        model.retry_after("sendMessage" if n % 2 else "editMessageText", -5, n * 2.0)
        for n in range(20)
    ]
    assert passed == [0] * 20
    assert model.retry_after("editMessageText", -5, 40.0) == 20


def test_all_chats_together_take_thirty_calls_a_second() -> None:
    model = FloodModel()
    assert [model.retry_after("sendMessage", chat, 0.0) for chat in range(1, 31)] == [0] * 30
    assert model.retry_after("sendMessage", 31, 0.5) == 5
    assert model.retry_after("sendMessage", 32, 0.5) == 10, "the ban holds for every chat"


def test_a_call_inside_a_ban_makes_it_longer_and_a_wait_ends_it() -> None:
    model = FloodModel()
    refusals(model, 42, [0, 0, 0])
    assert refusals(model, 42, [0.1, 1, 2, 3]) == [5, 10, 20, 40]
    assert refusals(model, 42, [43.0, 43.1, 43.2, 43.3]) == [0, 0, 0, 80], (
        "a second ban soon after is longer"
    )
    assert refusals(model, 43, [0.0]) == [0], "another chat is not concerned"


def test_chat_actions_have_a_budget_of_their_own() -> None:
    model = FloodModel()
    assert refusals(model, 42, [n * 0.01 for n in range(20)], "sendChatAction") == [0] * 20
    assert refusals(model, 42, [0.3], "sendChatAction") == [5]
    assert refusals(model, 42, [0.3], "sendMessage") == [0]


async def test_the_flood_model_refuses_with_429_and_the_moved_clock_lifts_it(clock: Hand) -> None:
    async with TelegramServer(clock=clock, flood=FloodModel()) as server, client(server) as bot:
        server.chat(42)
        for text in "abc":
            await bot.send_message(42, text)
        with pytest.raises(RetryAfter) as refused:
            await bot.send_message(42, "d")
        assert refused.value.retry_after == 5
        clock.at += 5
        await bot.send_message(42, "d")
        assert [message.text for message in server.sent(42)] == ["a", "b", "c", "d"]
        assert len(server.refused) == 1


async def test_until_gives_up_with_the_last_calls(server: TelegramServer, bot: Bot) -> None:
    await bot.get_me()
    with pytest.raises(TimeoutError, match="getMe None -> 200"):
        await server.until(lambda _: False, seconds=0.01)
