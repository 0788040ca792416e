"""The delivery of updates by the Telegram test server: long polling and webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot, MessageOriginHiddenUser, Update
from telegram.error import (
    BadRequest,
    Conflict,
    TimedOut,
)
from typing_extensions import Self

from tests.rigs.telegram_client import FORUM, KEYS, QUICK, Hand, client
from tests.servers.telegram import TelegramServer, Upload, User


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
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


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


# --- updates ---


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(
    server: TelegramServer, bot: Bot
) -> None:
    server.say(42, "one")
    server.say(42, "two")
    first = await bot.get_updates()
    assert [u.message.text for u in first if u.message] == ["one", "two"]
    assert await bot.get_updates() == first
    assert await bot.get_updates(offset=first[0].update_id + 1) == first[1:]
    assert server.pending_updates == 1


async def test_limit_and_negative_offset_choose_updates(server: TelegramServer, bot: Bot) -> None:
    for text in ("a", "b", "c"):
        server.say(42, text)
    assert [u.message.text for u in await bot.get_updates(limit=2) if u.message] == ["a", "b"]
    assert [u.message.text for u in await bot.get_updates(offset=-1) if u.message] == ["c"]
    assert server.pending_updates == 1


async def test_a_held_poll_is_woken_by_an_update(
    server: TelegramServer, bot: Bot, in_background: Any
) -> None:
    poll = in_background(bot.get_updates(timeout=50))
    await server.until(lambda s: s.polled)
    server.say(42, "hello")
    (update,) = await poll
    assert update.message is not None
    assert update.message.text == "hello"


async def test_a_second_poller_ends_the_first_with_a_conflict(
    server: TelegramServer, bot: Bot, in_background: Any
) -> None:
    first = in_background(bot.get_updates(timeout=50))
    await server.until(lambda s: s.polled)
    async with client(server) as other:
        second = in_background(other.get_updates(timeout=50))
        with pytest.raises(
            Conflict, match="terminated by other getUpdates request; make sure that only one bot"
        ):
            await first
        server.say(42, "x")
        assert len(await second) == 1


async def test_a_webhook_shuts_out_polling(
    server: TelegramServer, bot: Bot, in_background: Any
) -> None:
    poll = in_background(bot.get_updates(timeout=50))
    await server.until(lambda s: s.polled)
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_tight_polling_with_one_offset_is_slowed_to_three_seconds(clock: Hand) -> None:
    async with TelegramServer(clock=clock) as server, client(server, read_timeout=0.05) as bot:
        server.say(42, "a")
        server.say(42, "b")
        assert len(await bot.get_updates()) == 2
        clock.at += 0.4
        assert len(await bot.get_updates()) == 1
        server.http.queue.confirm(2**60)
        with pytest.raises(TimedOut):
            await bot.get_updates(timeout=0)


async def test_allowed_updates_hold_until_changed(server: TelegramServer, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=[Update.MESSAGE])
    sent = await bot.send_message(42, "x", reply_markup=KEYS)
    server.press(42, sent.message_id, "Stop")
    assert await bot.get_updates() == ()
    await bot.get_updates(allowed_updates=[])
    server.press(42, sent.message_id, "Stop")
    assert len(await bot.get_updates()) == 1


async def test_updates_are_kept_for_a_day(server: TelegramServer, bot: Bot, clock: Hand) -> None:
    server.say(42, "old")
    clock.at += 86_401
    assert await bot.get_updates() == ()


async def test_an_edit_by_a_person_is_an_edited_message(server: TelegramServer, bot: Bot) -> None:
    said = server.say(42, "wht?")
    server.edit(42, said.message_id, "what?")
    (_, update) = await bot.get_updates()
    assert update.edited_message is not None
    assert (update.edited_message.message_id, update.edited_message.text) == (
        said.message_id,
        "what?",
    )


async def test_commands_and_mentions_come_as_entities_in_utf16_units(
    server: TelegramServer, bot: Bot
) -> None:
    server.say(-5, "😀 /ask@loopback_bot what @ann", user=User(7, "Ann", "ann"))
    (update,) = await bot.get_updates()
    assert update.message is not None
    found = update.message.parse_entities()
    assert [(entity.type, text) for entity, text in found.items()] == [
        ("bot_command", "/ask@loopback_bot"),
        ("mention", "@ann"),
    ]


async def test_a_forum_message_replies_to_the_service_message_that_made_its_topic(
    server: TelegramServer, bot: Bot
) -> None:
    server.say(FORUM, "hi", thread_id=7)
    (update,) = await bot.get_updates()
    message = update.message
    assert message is not None
    assert (message.message_thread_id, message.is_topic_message, message.chat.is_forum) == (
        7,
        True,
        True,
    )
    assert message.reply_to_message is not None
    assert message.reply_to_message.forum_topic_created is not None
    assert (await bot.send_message(FORUM, "there", message_thread_id=7)).message_thread_id == 7
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(FORUM, "nowhere", message_thread_id=8)


async def test_a_reply_in_a_plain_supergroup_has_a_thread_id_that_is_no_topic(
    server: TelegramServer, bot: Bot
) -> None:
    first = server.say(FORUM, "hi")
    server.say(FORUM, "re", reply_to=first.message_id)
    (_, update) = await bot.get_updates()
    assert update.message is not None
    assert (update.message.message_thread_id, update.message.is_topic_message) == (
        first.message_id,
        None,
    )


async def test_a_topic_in_a_private_chat_is_a_topic_message(
    server: TelegramServer, bot: Bot
) -> None:
    server.say(42, "hi", thread_id=9)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert (update.message.message_thread_id, update.message.is_topic_message) == (9, True)


async def test_a_tap_is_answered_once_and_in_time(
    server: TelegramServer, bot: Bot, clock: Hand
) -> None:
    sent = await bot.send_message(42, "x", reply_markup=KEYS)
    tap = server.press(42, sent.message_id, "Stop")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert (update.callback_query.id, update.callback_query.data) == (tap, "stop")
    await update.callback_query.answer("Stopped")
    assert server.tap_answers[tap]["text"] == "Stopped"
    too_old = "Query is too old and response timeout expired or query id is invalid"
    with pytest.raises(BadRequest, match=too_old):
        await update.callback_query.answer()
    late = server.press(42, sent.message_id, "Stop")
    clock.at += 3600
    with pytest.raises(BadRequest, match=too_old):
        await bot.answer_callback_query(late)


async def test_a_button_that_is_not_there_cannot_be_tapped(
    server: TelegramServer, bot: Bot
) -> None:
    sent = await bot.send_message(42, "x", reply_markup=KEYS)
    await bot.edit_message_text("y", 42, sent.message_id)
    with pytest.raises(ValueError, match="has no button"):
        server.press(42, sent.message_id, "Stop")
    assert server.press(42, sent.message_id, "Stop", stale=True)


async def test_any_raw_update_can_be_injected(
    server: TelegramServer, http: aiohttp.ClientSession
) -> None:
    server.inject({"message": {"nonsense": True}})
    answer = await http.get(f"{server.base_url}/bot{server.token}/getUpdates")
    (update,) = (await answer.json())["result"]
    assert update["message"] == {"nonsense": True}


# --- webhook ---


class Hook:
    """A webhook that gives these responses in turn, then 200. A gate delays its responses."""

    def __init__(self, *answers: web.Response, gate: asyncio.Event | None = None) -> None:
        self.seen: list[tuple[str, Any]] = []
        self._answers = list(answers)
        self._gate = gate
        self._came = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/hook", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.seen.append(
            (request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), await request.json())
        )
        self._came.set()
        if self._gate is not None:
            await self._gate.wait()
        return self._answers.pop(0) if self._answers else web.Response()

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for _, update in self.seen]

    async def got(self, number: int) -> None:
        while len(self.seen) < number:
            self._came.clear()
            await self._came.wait()


async def test_a_webhook_gets_the_secret_and_an_update_again_until_2xx(
    server: TelegramServer, bot: Bot
) -> None:
    async with Hook(web.Response(status=500), web.Response(status=403)) as hook:
        await bot.set_webhook(hook.url, secret_token="s3cret")
        server.say(42, "hello")
        await server.until(lambda s: s.pending_updates == 0)
        assert [secret for secret, _ in hook.seen] == ["s3cret"] * 3
        await server.until(lambda s: len(s.deliveries) == 3)
        assert [delivery.status for delivery in server.deliveries] == [500, 403, 200]
        assert hook.texts == ["hello"] * 3


async def test_a_webhook_gets_one_update_of_a_chat_at_a_time_and_other_chats_beside_it(
    server: TelegramServer, bot: Bot
) -> None:
    gate = asyncio.Event()
    async with Hook(gate=gate) as hook:
        await bot.set_webhook(hook.url)
        for chat, text in ((42, "a1"), (42, "a2"), (43, "b1")):
            server.say(chat, text)
        await hook.got(2)
        assert sorted(hook.texts) == ["a1", "b1"]
        gate.set()
        await server.until(lambda s: s.pending_updates == 0)
        assert hook.texts[2:] == ["a2"]


async def test_what_waits_is_delivered_when_a_webhook_is_set(
    server: TelegramServer, bot: Bot
) -> None:
    server.say(42, "before")
    async with Hook() as hook:
        await bot.set_webhook(hook.url)
        await server.until(lambda s: s.pending_updates == 0)
        assert hook.texts == ["before"]


async def test_a_method_in_the_answer_to_a_delivery_is_carried_out(
    server: TelegramServer, bot: Bot
) -> None:
    async with Hook(
        web.json_response({"method": "sendMessage", "chat_id": 42, "text": "at once"})
    ) as hook:
        await bot.set_webhook(hook.url)
        server.say(42, "hello")
        sent = await server.until(lambda s: s.sent(42))
        assert sent[0].text == "at once"


async def test_webhook_info_tells_what_went_wrong(server: TelegramServer, bot: Bot) -> None:
    async with Hook(web.Response(status=500)) as hook:
        await bot.set_webhook(hook.url)
        server.say(42, "x")
        await server.until(lambda s: s.deliveries)
        info = await bot.get_webhook_info()
        assert info.url == hook.url
        assert info.last_error_message == "Wrong response from the webhook: 500"
        await server.until(lambda s: s.pending_updates == 0)


async def test_an_album_is_one_update_a_file_with_the_same_group_id(
    server: TelegramServer, bot: Bot
) -> None:
    for name, caption in (("a.txt", "compare these"), ("b.txt", "")):
        server.say(42, caption, file=Upload(name, "text/plain", b"x"), album="77")
    first, second = await bot.get_updates()
    assert first.message is not None
    assert second.message is not None
    assert first.message.media_group_id == second.message.media_group_id == "77"
    assert (first.message.caption, second.message.caption) == ("compare these", None)


async def test_a_forward_names_its_origin(server: TelegramServer, bot: Bot) -> None:
    server.say(42, "the bridge is shut", forwarded_from="Ann")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert isinstance(update.message.forward_origin, MessageOriginHiddenUser)
    assert update.message.forward_origin.sender_user_name == "Ann"


async def test_a_long_paste_arrives_in_messages_of_at_most_4096_characters(
    server: TelegramServer, bot: Bot
) -> None:
    server.paste(42, "word " * 2000)
    texts = [update.message.text for update in await bot.get_updates() if update.message]
    assert [len(text or "") for text in texts] == [4094, 4094, 1809]
