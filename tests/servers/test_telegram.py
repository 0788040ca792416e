"""The Telegram test server against the real python-telegram-bot, and bare HTTP where that hides a fact."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    ReplyParameters,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
)

from tests.rigs.telegram_client import FORUM, KEYS, QUICK, Hand, client
from tests.servers.telegram import TelegramServer, Upload
from tests.servers.telegram_console import add_driver


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
    fields = {
        "chat_id": "42",
        "text": "Hi",
        "entities": json.dumps([{"type": "bold", "offset": 0, "length": 2}]),
    }
    url = f"{server.base_url}/bot{server.token}/SENDmessage"
    if form == "multipart":
        body = aiohttp.FormData(fields, default_to_multipart=True)
        answer = await http.post(url, data=body)
    elif form == "json":
        answer = await http.post(
            url, json={**fields, "chat_id": 42, "entities": json.loads(fields["entities"])}
        )
    else:
        answer = await http.request(
            "GET" if form == "query" else "POST",
            url,
            **{"params" if form == "query" else "data": fields},
        )
    body = await answer.json()
    assert (answer.status, body["ok"]) == (200, True)
    assert body["result"]["text"] == "Hi"
    assert body["result"]["entities"] == [{"type": "bold", "offset": 0, "length": 2}]


async def test_an_error_answer_has_its_code_as_http_status(
    server: TelegramServer, http: aiohttp.ClientSession
) -> None:
    answer = await http.post(
        f"{server.base_url}/bot{server.token}/sendMessage", data={"chat_id": "7", "text": "x"}
    )
    assert answer.status == 400
    assert await answer.json() == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: chat not found",
    }


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


async def test_every_revision_of_a_message_is_kept(
    server: TelegramServer, bot: Bot, clock: Hand
) -> None:
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
        "Message is not modified: specified new message content and reply markup are exactly the "
        "same as a current "
        "content and reply markup of the message"
    )
    await bot.edit_message_text("one", 42, sent.message_id)
    assert server.messages(42)[0].shown.buttons == []


@pytest.mark.parametrize(
    ("text", "entities", "refusal"),
    [
        ("x" * 4097, [], "Message is too long"),
        ("  \n ", [], "Text must be non-empty"),
        (
            "hello",
            [("bold", 100, 1)],
            "Entity begins after the end of the text at UTF-16 offset 100",
        ),
        (
            "hello",
            [("bold", 0, 6)],
            "Entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 6",
        ),
        ("hello", [("bold", -1, 1)], "Receive an entity with incorrect offset -1"),
        (
            "👉 👉",
            [("bold", 1, 1)],
            "Entity begins in a middle of a UTF-16 symbol at byte offset 4",
        ),
        (
            "👉",
            [("bold", 0, 1)],
            "Entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte "
            "offset 4",
        ),
        ("hello", [("shout", 0, 1)], "Can't parse MessageEntity: Unsupported type specified"),
    ],
)
async def test_texts_that_telegram_refuses_are_refused_in_its_words(
    bot: Bot, text: str, entities: list[tuple[str, int, int]], refusal: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(42, text, entities=[MessageEntity(*entity) for entity in entities])
    assert refused.value.message.lower() == refusal.lower(), (
        "the library lowers all but the first letter"
    )


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
    sent = await bot.send_message(
        42, "a" * 150, entities=[MessageEntity("bold", n, 1) for n in range(150)]
    )
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
    assert refused.value.message.lower() == refusal.lower(), (
        "the library lowers all but the first letter"
    )


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
async def test_parse_modes_give_entities(
    bot: Bot, mode: str, text: str, shown: str, types: list[str]
) -> None:
    sent = await bot.send_message(42, text, parse_mode=mode)
    assert sent.text == shown
    assert [entity.type for entity in sent.entities] == types


@pytest.mark.parametrize(
    ("mode", "text", "refusal"),
    [
        (
            "HTML",
            "<b>x",
            "Can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ("HTML", "<x>", 'Can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
        (
            "MarkdownV2",
            "*x",
            "Can't parse entities: Can't find end of Bold entity at byte offset 0",
        ),
        (
            "MarkdownV2",
            "a.b",
            "Can't parse entities: Character '.' is reserved and must be escaped with the "
            "preceding '\\'",
        ),
        (
            "Markdown",
            "_x",
            "Can't parse entities: Can't find end of the entity starting at byte offset 0",
        ),
        ("Shout", "x", "Unsupported parse_mode"),
    ],
)
async def test_broken_markup_is_refused_in_telegrams_words(
    bot: Bot, mode: str, text: str, refusal: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(42, text, parse_mode=mode)
    assert refused.value.message.lower() == refusal.lower(), (
        "the library lowers all but the first letter"
    )


async def test_only_the_bots_own_messages_that_exist_can_be_edited(
    server: TelegramServer, bot: Bot
) -> None:
    theirs = server.say(42, "mine")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", 42, theirs.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", 42, 99)


async def test_a_deleted_message_is_gone_for_edit_and_delete(
    server: TelegramServer, bot: Bot
) -> None:
    sent = await bot.send_message(42, "x")
    await bot.delete_message(42, sent.message_id)
    assert server.messages(42) == []
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("y", 42, sent.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(42, sent.message_id)


async def test_a_reply_shows_its_message_and_one_to_nothing_is_refused(
    server: TelegramServer, bot: Bot
) -> None:
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


async def test_a_group_that_became_a_supergroup_names_its_new_id(
    server: TelegramServer, bot: Bot
) -> None:
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


async def test_chat_actions_are_logged_and_checked(
    server: TelegramServer, bot: Bot, clock: Hand
) -> None:
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
    big = server.put_file(
        Upload("big.bin", "application/octet-stream", bytes(20 * 1024 * 1024 + 1))
    )
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(big.file_id)


async def test_another_process_can_drive_the_server_over_http(
    clock: Hand, http: aiohttp.ClientSession
) -> None:
    server = TelegramServer(clock=clock, timing=QUICK)
    add_driver(server)
    async with server, client(server) as bot:
        root = f"{server.base_url}/driver"
        said = await (
            await http.post(f"{root}/say", json={"chat_id": 42, "text": "Hi", "user": {"id": 42}})
        ).json()
        assert said["from"]["id"] == 42
        await bot.send_message(42, "Hello", reply_markup=KEYS)
        await http.post(f"{root}/press", json={"chat_id": 42, "message_id": 2, "button": "Stop"})
        assert [bool(u.message) for u in await bot.get_updates()] == [True, False]
        shown = await (await http.get(f"{root}/messages/42")).json()
        assert [revision["text"] for message in shown for revision in message["revisions"]] == [
            "Hi",
            "Hello",
        ]
        calls = await (await http.get(f"{root}/calls")).json()
        assert [call["method"] for call in calls] == ["getMe", "sendMessage", "getUpdates"]
        await http.post(f"{root}/fault", json={"kind": "429", "retry_after": 9})
        with pytest.raises(RetryAfter):
            await bot.get_me()
        assert (await http.post(f"{root}/close", json={})).status == 404
