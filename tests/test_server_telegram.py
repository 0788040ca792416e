"""The Telegram test server against the real python-telegram-bot, and bare HTTP where that hides a fact."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.request import HTTPXRequest
from typing_extensions import Self

from tests.servers.telegram import FloodModel, TelegramServer, Timing, Upload, User

FORUM = -1001234567890
QUICK = Timing(repeated_poll_seconds=0, conflict_seconds=0, webhook_retry_seconds=0.01)
KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="stop")]])


class Hand:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.at = 1_700_000_000.0

    def __call__(self) -> float:
        return self.at


@asynccontextmanager
async def client(server: TelegramServer, **settings: Any) -> AsyncIterator[Bot]:
    request, polling = HTTPXRequest(**settings), HTTPXRequest(**settings)
    root = server.base_url
    bot = Bot(server.token, f"{root}/bot", f"{root}/file/bot", request=request, get_updates_request=polling)
    async with bot:
        yield bot


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


# --- calls and answers ---


async def test_get_me_tells_what_a_bot_is(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.is_bot, me.username, me.first_name) == (True, "loopback_bot", "Loopback")
    assert me.can_join_groups
    assert me.can_read_all_group_messages is False


@pytest.mark.parametrize("form", ["query", "urlencoded", "multipart", "json"])
async def test_a_call_may_come_in_any_of_four_forms_and_in_any_case(
    server: TelegramServer, http: aiohttp.ClientSession, form: str
) -> None:
    fields = {"chat_id": "42", "text": "Hi", "entities": json.dumps([{"type": "bold", "offset": 0, "length": 2}])}
    url = f"{server.base_url}/bot{server.token}/SENDmessage"
    if form == "multipart":
        body = aiohttp.FormData(fields, default_to_multipart=True)
        answer = await http.post(url, data=body)
    elif form == "json":
        answer = await http.post(url, json={**fields, "chat_id": 42, "entities": json.loads(fields["entities"])})
    else:
        answer = await http.request(
            "GET" if form == "query" else "POST", url, **{"params" if form == "query" else "data": fields}
        )
    body = await answer.json()
    assert (answer.status, body["ok"]) == (200, True)
    assert body["result"]["text"] == "Hi"
    assert body["result"]["entities"] == [{"type": "bold", "offset": 0, "length": 2}]


async def test_an_error_answer_has_its_code_as_http_status(server: TelegramServer, http: aiohttp.ClientSession) -> None:
    answer = await http.post(f"{server.base_url}/bot{server.token}/sendMessage", data={"chat_id": "7", "text": "x"})
    assert answer.status == 400
    assert await answer.json() == {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}


async def test_a_wrong_token_is_401_and_an_unknown_method_404(
    server: TelegramServer, bot: Bot, http: aiohttp.ClientSession
) -> None:
    answer = await http.get(f"{server.base_url}/bot1:wrong/getMe")
    assert (answer.status, (await answer.json())["description"]) == (401, "Unauthorized")
    server.fault("refuse", code=401, description="Unauthorized")
    with pytest.raises(InvalidToken):
        await bot.get_me()
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendRichMessage", {"chat_id": 42})


async def test_every_call_is_logged_with_time_arguments_and_answer(
    server: TelegramServer, bot: Bot, clock: Hand
) -> None:
    clock.at += 5
    await bot.send_message(42, "Hi")
    (call,) = server.calls_of("sendMessage", 42)
    assert (call.at, call.params["text"], call.status) == (clock.at, "Hi", 200)
    assert call.answer is not None
    assert call.answer["result"]["text"] == "Hi"


# --- sending, editing, deleting ---


async def test_message_ids_are_one_sequence_for_private_chats_and_groups_and_one_per_supergroup(
    server: TelegramServer, bot: Bot
) -> None:
    server.chat(43)
    server.chat(-5)
    server.chat(FORUM)
    ids = [(await bot.send_message(chat, "x")).message_id for chat in (42, 43, -5, FORUM, 42)]
    assert ids == [1, 2, 3, 1, 4]


async def test_every_revision_of_a_message_is_kept(server: TelegramServer, bot: Bot, clock: Hand) -> None:
    sent = await bot.send_message(42, "one", reply_markup=KEYS)
    clock.at += 2
    edited = await bot.edit_message_text("one two", 42, sent.message_id)
    (message,) = server.messages(42)
    assert message.texts == ["one", "one two"]
    assert [revision.buttons for revision in message.revisions] == [[("Stop", "stop")], []]
    assert isinstance(edited, type(sent))
    assert edited.edit_date is not None
    assert edited.edit_date.timestamp() == clock.at


async def test_an_edit_that_changes_nothing_is_refused_and_one_of_the_keyboard_is_not(
    server: TelegramServer, bot: Bot
) -> None:
    sent = await bot.send_message(42, "one", reply_markup=KEYS)
    with pytest.raises(BadRequest) as refusal:
        await bot.edit_message_text("one  \n", 42, sent.message_id, reply_markup=KEYS)
    assert refusal.value.message == (
        "Message is not modified: specified new message content and reply markup are exactly the same as a current "
        "content and reply markup of the message"
    )
    await bot.edit_message_text("one", 42, sent.message_id)
    assert server.messages(42)[0].shown.buttons == []


@pytest.mark.parametrize(
    ("text", "entities", "refusal"),
    [
        ("x" * 4097, [], "Message is too long"),
        ("  \n ", [], "Text must be non-empty"),
        ("hello", [("bold", 100, 1)], "Entity begins after the end of the text at UTF-16 offset 100"),
        (
            "hello",
            [("bold", 0, 6)],
            "Entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 6",
        ),
        ("hello", [("bold", -1, 1)], "Receive an entity with incorrect offset -1"),
        ("👉 👉", [("bold", 1, 1)], "Entity begins in a middle of a UTF-16 symbol at byte offset 4"),
        (
            "👉",
            [("bold", 0, 1)],
            "Entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4",
        ),
        ("hello", [("shout", 0, 1)], "Can't parse MessageEntity: Unsupported type specified"),
    ],
)
async def test_texts_that_telegram_refuses_are_refused_in_its_words(
    bot: Bot, text: str, entities: list[tuple[str, int, int]], refusal: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(42, text, entities=[MessageEntity(*entity) for entity in entities])
    assert refused.value.message.lower() == refusal.lower(), "the library lowers all but the first letter"


async def test_length_is_counted_in_code_points_after_trimming(bot: Bot) -> None:
    sent = await bot.send_message(42, "  " + "😀" * 4096 + "\n")
    assert sent.text == "😀" * 4096
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.edit_message_text("x" * 4097, 42, sent.message_id)


async def test_trimming_moves_entities_and_never_cuts_before_one(bot: Bot) -> None:
    moved = await bot.send_message(42, " a b ", entities=[MessageEntity("bold", 3, 2)])
    kept = await bot.send_message(42, " a", entities=[MessageEntity("code", 0, 2)])
    assert (moved.text, moved.entities[0].offset, moved.entities[0].length) == ("a b", 2, 1)
    assert kept.text == " a"


async def test_only_the_first_hundred_entities_are_shown(bot: Bot) -> None:
    sent = await bot.send_message(42, "a" * 150, entities=[MessageEntity("bold", n, 1) for n in range(150)])
    assert [entity.offset for entity in sent.entities] == list(range(100))


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("not-a-url", "Entity URL 'not-a-url' is invalid: Wrong HTTP URL"),
        ("", "Entity URL '' is invalid: URL host is empty"),
        ("file://a.b/c", "Entity URL 'file://a.b/c' is invalid: Unsupported URL protocol"),
    ],
)
async def test_a_link_that_is_none_is_refused(bot: Bot, url: str, refusal: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(42, "click", entities=[MessageEntity("text_link", 0, 5, url=url)])
    assert refused.value.message.lower() == refusal.lower(), "the library lowers all but the first letter"


async def test_callback_data_over_64_bytes_is_refused(bot: Bot) -> None:
    for size, fits in ((64, True), (65, False)):
        keys = InlineKeyboardMarkup([[InlineKeyboardButton("b", callback_data="x" * size)]])
        if fits:
            await bot.send_message(42, "x", reply_markup=keys)
        else:
            with pytest.raises(BadRequest, match="Button_data_invalid"):
                await bot.send_message(42, "x", reply_markup=keys)


@pytest.mark.parametrize(
    ("mode", "text", "shown", "types"),
    [
        ("HTML", "a <b>b <i>c</i></b> &lt;", "a b c <", ["bold", "italic"]),
        (
            "MarkdownV2",
            "*a* __b__ `c.d` [e](https://x.org/)\\.",
            "a b c.d e.",
            ["bold", "underline", "code", "text_link"],
        ),
        ("Markdown", "*a* b. _c_", "a b. c", ["bold", "italic"]),
    ],
)
async def test_parse_modes_give_entities(bot: Bot, mode: str, text: str, shown: str, types: list[str]) -> None:
    sent = await bot.send_message(42, text, parse_mode=mode)
    assert sent.text == shown
    assert [entity.type for entity in sent.entities] == types


@pytest.mark.parametrize(
    ("mode", "text", "refusal"),
    [
        ("HTML", "<b>x", "Can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("HTML", "<x>", 'Can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
        ("MarkdownV2", "*x", "Can't parse entities: Can't find end of Bold entity at byte offset 0"),
        (
            "MarkdownV2",
            "a.b",
            "Can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
        ),
        ("Markdown", "_x", "Can't parse entities: Can't find end of the entity starting at byte offset 0"),
        ("Shout", "x", "Unsupported parse_mode"),
    ],
)
async def test_broken_markup_is_refused_in_telegrams_words(bot: Bot, mode: str, text: str, refusal: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(42, text, parse_mode=mode)
    assert refused.value.message.lower() == refusal.lower(), "the library lowers all but the first letter"


async def test_only_the_bots_own_messages_that_exist_can_be_edited(server: TelegramServer, bot: Bot) -> None:
    theirs = server.say(42, "mine")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", 42, theirs.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", 42, 99)


async def test_a_deleted_message_is_gone_for_edit_and_delete(server: TelegramServer, bot: Bot) -> None:
    sent = await bot.send_message(42, "x")
    await bot.delete_message(42, sent.message_id)
    assert server.messages(42) == []
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("y", 42, sent.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(42, sent.message_id)


async def test_a_reply_shows_its_message_and_one_to_nothing_is_refused(server: TelegramServer, bot: Bot) -> None:
    asked = server.say(42, "why?")
    sent = await bot.send_message(42, "so", reply_parameters=ReplyParameters(asked.message_id))
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "why?"
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(42, "so", reply_parameters=ReplyParameters(99))
    lenient = ReplyParameters(99, allow_sending_without_reply=True)
    assert (await bot.send_message(42, "so", reply_parameters=lenient)).reply_to_message is None


async def test_a_blocked_bot_is_forbidden(server: TelegramServer, bot: Bot) -> None:
    server.block(42)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(42, "x")


async def test_a_group_that_became_a_supergroup_names_its_new_id(server: TelegramServer, bot: Bot) -> None:
    server.chat(-5)
    server.migrate(-5, FORUM)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(-5, "x")
    assert moved.value.new_chat_id == FORUM
    left, came = await bot.get_updates()
    assert left.message is not None
    assert left.message.migrate_to_chat_id == FORUM
    assert came.message is not None
    assert came.message.migrate_from_chat_id == -5


async def test_chat_actions_are_logged_and_checked(server: TelegramServer, bot: Bot, clock: Hand) -> None:
    await bot.send_chat_action(42, "typing")
    assert server.actions == [(clock.at, 42, 0, "typing")]
    with pytest.raises(BadRequest, match="Wrong parameter action in request"):
        await bot.send_chat_action(42, "thinking")


async def test_command_lists_are_kept_by_language(server: TelegramServer, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("new", "Start over")])
    await bot.set_my_commands([BotCommand("new", "Neu beginnen")], language_code="de")
    assert server.commands["default", "de"] == [{"command": "new", "description": "Neu beginnen"}]
    assert [command.description for command in await bot.get_my_commands()] == ["Start over"]
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("New", "x")])


async def test_files_go_both_ways(server: TelegramServer, bot: Bot) -> None:
    server.say(42, "look", file=Upload("a.txt", "text/plain", b"content"))
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.caption == "look"
    assert update.message.document is not None
    fetched = await update.message.document.get_file()
    assert bytes(await fetched.download_as_bytearray()) == b"content"
    sent = await bot.send_document(42, b"export", filename="all.json", caption="yours")
    assert sent.document is not None
    assert server.world.files[sent.document.file_id].content == b"export"


async def test_a_file_over_20_megabytes_cannot_be_fetched(server: TelegramServer, bot: Bot) -> None:
    big = server.put_file(Upload("big.bin", "application/octet-stream", bytes(20 * 1024 * 1024 + 1)))
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(big.file_id)


# --- updates ---


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(server: TelegramServer, bot: Bot) -> None:
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


async def test_a_held_poll_is_woken_by_an_update(server: TelegramServer, bot: Bot, in_background: Any) -> None:
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
        with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure that only one bot"):
            await first
        server.say(42, "x")
        assert len(await second) == 1


async def test_a_webhook_shuts_out_polling(server: TelegramServer, bot: Bot, in_background: Any) -> None:
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
        server._http.queue.confirm(2**60)
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
    assert (update.edited_message.message_id, update.edited_message.text) == (said.message_id, "what?")


async def test_commands_and_mentions_come_as_entities_in_utf16_units(server: TelegramServer, bot: Bot) -> None:
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
    assert (message.message_thread_id, message.is_topic_message, message.chat.is_forum) == (7, True, True)
    assert message.reply_to_message is not None
    assert message.reply_to_message.forum_topic_created is not None
    assert (await bot.send_message(FORUM, "there", message_thread_id=7)).message_thread_id == 7
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(FORUM, "nowhere", message_thread_id=8)


async def test_a_reply_in_a_plain_supergroup_has_a_thread_id_that_is_no_topic(server: TelegramServer, bot: Bot) -> None:
    first = server.say(FORUM, "hi")
    server.say(FORUM, "re", reply_to=first.message_id)
    (_, update) = await bot.get_updates()
    assert update.message is not None
    assert (update.message.message_thread_id, update.message.is_topic_message) == (first.message_id, None)


async def test_a_topic_in_a_private_chat_is_a_topic_message(server: TelegramServer, bot: Bot) -> None:
    server.say(42, "hi", thread_id=9)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert (update.message.message_thread_id, update.message.is_topic_message) == (9, True)


async def test_a_tap_is_answered_once_and_in_time(server: TelegramServer, bot: Bot, clock: Hand) -> None:
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


async def test_a_button_that_is_not_there_cannot_be_tapped(server: TelegramServer, bot: Bot) -> None:
    sent = await bot.send_message(42, "x", reply_markup=KEYS)
    await bot.edit_message_text("y", 42, sent.message_id)
    with pytest.raises(ValueError, match="has no button"):
        server.press(42, sent.message_id, "Stop")
    assert server.press(42, sent.message_id, "Stop", stale=True)


async def test_any_raw_update_can_be_injected(server: TelegramServer, http: aiohttp.ClientSession) -> None:
    server.inject({"message": {"nonsense": True}})
    answer = await http.get(f"{server.base_url}/bot{server.token}/getUpdates")
    (update,) = (await answer.json())["result"]
    assert update["message"] == {"nonsense": True}


# --- webhook ---


class Hook:
    """A webhook that gives these answers in turn, then 200; with a gate it answers nothing until that is open."""

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
        self.seen.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), await request.json()))
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


async def test_a_webhook_gets_the_secret_and_an_update_again_until_2xx(server: TelegramServer, bot: Bot) -> None:
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


async def test_what_waits_is_delivered_when_a_webhook_is_set(server: TelegramServer, bot: Bot) -> None:
    server.say(42, "before")
    async with Hook() as hook:
        await bot.set_webhook(hook.url)
        await server.until(lambda s: s.pending_updates == 0)
        assert hook.texts == ["before"]


async def test_a_method_in_the_answer_to_a_delivery_is_carried_out(server: TelegramServer, bot: Bot) -> None:
    async with Hook(web.json_response({"method": "sendMessage", "chat_id": 42, "text": "at once"})) as hook:
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


# --- faults and flood control ---


async def test_an_injected_429_names_its_pause_and_does_nothing(server: TelegramServer, bot: Bot) -> None:
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


async def test_a_reset_does_nothing_and_a_lost_reply_does_it(server: TelegramServer, bot: Bot) -> None:
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


async def test_a_held_call_is_done_only_when_released(server: TelegramServer, bot: Bot, in_background: Any) -> None:
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


def refusals(model: FloodModel, chat_id: int, times: list[float], method: str = "editMessageText") -> list[int]:
    return [model.retry_after(method, chat_id, at) for at in times]


def test_a_private_chat_takes_a_short_burst_and_then_one_call_a_second() -> None:
    assert refusals(FloodModel(), 42, [0, 0, 0, 3, 4, 5, 6, 7]) == [0] * 8
    assert refusals(FloodModel(), 42, [0, 0, 0, 0.5]) == [0, 0, 0, 5]
    assert refusals(FloodModel(), 42, [n * 1.2 for n in range(500)]) == [0] * 500


def test_a_group_takes_twenty_calls_a_minute_edits_included() -> None:
    model = FloodModel()
    passed = [model.retry_after("sendMessage" if n % 2 else "editMessageText", -5, n * 2.0) for n in range(20)]
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
    assert refusals(model, 42, [43.0, 43.1, 43.2, 43.3]) == [0, 0, 0, 80], "a second ban soon after is longer"
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
