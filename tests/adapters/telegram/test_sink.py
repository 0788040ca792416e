"""Tests of one answer on Telegram: its text, its failures, and its pace."""

from __future__ import annotations

import asyncio

import pytest

from adapters.telegram import TelegramAdapter
from adapters.telegram.styles import rendered
from engine.attachments import Attachment
from engine.contract import Action, Button, ChatKey
from engine.errors import KNOWN, UNKNOWN, ChatUnavailable, DeliveryFailed, MessageGone, RateLimited
from tests.rigs import telegram_rig
from tests.rigs.telegram_rig import AGAIN, FORUM, GROUP, MORE, QUICK, STOP, asked, settings, sink_of
from tests.servers.telegram import FloodModel, TelegramServer, Upload

server, adapter = telegram_rig.server, telegram_rig.adapter


# --- the shown text ---


async def test_text_is_sent_with_entities_and_without_parse_mode_or_preview(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    await sink_of(adapter).send("**Bold** and `code` at https://example.org", (), 0)
    (call,) = server.calls_of("sendMessage")
    assert "parse_mode" not in call.params
    assert '"is_disabled": true' in call.params["link_preview_options"]
    (message,) = server.sent(42)
    assert message.text == "Bold and code at https://example.org"
    assert [(e["type"], e["offset"], e["length"]) for e in message.shown.entities] == [
        ("bold", 0, 4),
        ("code", 9, 4),
        ("url", 17, 19),
    ]


async def test_an_edit_replaces_text_and_buttons(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    sink = sink_of(adapter)
    sent = await sink.send("Once", [STOP], 0)
    await sink.edit(sent, "Once upon a time", [MORE, AGAIN])
    (message,) = server.sent(42)
    assert message.texts == ["Once", "Once upon a time"]
    assert [label for label, _ in message.shown.buttons] == ["More", "Again"]


async def test_an_edit_that_changes_nothing_is_done(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    sink = sink_of(adapter)
    sent = await sink.send("Once", [STOP], 0)
    await sink.edit(sent, "Once", [STOP])
    assert server.calls[-1].status == 400
    assert server.sent(42)[0].texts == ["Once"]


async def test_button_data_is_short_and_names_action_and_question(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    handle = asked(server, adapter)
    await sink_of(adapter, handle=handle).send("x", [STOP, MORE, AGAIN], 0)
    assert [data for _, data in server.sent(42)[0].shown.buttons] == [
        "stop.1",
        "continue.1",
        "retry.1",
    ]


async def test_buttons_name_their_object_and_stand_in_their_lines(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    handle = asked(server, adapter)
    buttons = [
        Button(Action.APPROVE, "Yes", "17-0"),
        Button(Action.PEOPLE, "List", "page-0", 2),
        Button(Action.BLOCK, "No", "17-0"),
    ]
    await sink_of(adapter, handle=handle).send("x", buttons, 0)
    (message,) = server.sent(42)
    assert [data for _, data in message.shown.buttons] == [
        "approve:17-0.1",
        "block:17-0.1",
        "people:page-0.1",
    ]


async def test_only_a_hundred_entities_are_sent(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    await sink_of(adapter).send(" ".join("**a**" for _ in range(150)), (), 0)
    assert len(server.sent(42)[0].shown.entities) == 100


@pytest.mark.parametrize("text", ["", "  \n", "\u200b"])
def test_a_blank_text_is_shown_as_an_ellipsis(text: str) -> None:
    assert rendered(text) == ("…", [])


async def test_words_whose_style_is_refused_are_shown_without_it(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    why = "Bad Request: entity URL 'http://a.b' is invalid: Wrong HTTP URL"
    server.fault("refuse", method="sendMessage", description=why)
    await sink_of(adapter).send("**Bold**", (), 0)
    assert (server.sent(42)[0].text, server.sent(42)[0].shown.entities) == ("Bold", ())


async def test_a_text_of_full_length_fits_and_is_measured_as_telegram_shows_it(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    sink = sink_of(adapter)
    text = "**" + "x" * 4094 + "** y"
    assert sink.limits.measure(text) == sink.limits.max_units == 4096
    await sink.send(text, (), 0)
    assert len(server.sent(42)[0].text) == 4096


async def test_every_part_replies_to_the_question_even_if_that_is_gone(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    handle = asked(server, adapter)
    sink = sink_of(adapter, handle=handle)
    await sink.send("one", (), 0)
    await sink.send("two", (), 1)
    server.messages(42)[0].deleted = True
    await sink.send("three", (), 2)
    assert [message.reply_to and message.reply_to.text for message in server.sent(42)] == [
        "Why?",
        "Why?",
        None,
    ]


async def test_typing_shows_in_the_topic(server: TelegramServer, adapter: TelegramAdapter) -> None:
    server.say(FORUM, "hi", thread_id=7)
    await sink_of(adapter, ChatKey("telegram", str(FORUM), "7")).typing()
    assert [(chat, thread, action) for _, chat, thread, action in server.actions] == [
        (FORUM, 7, "typing")
    ]


async def test_a_deleted_message_is_gone_and_one_that_is_gone_counts_as_deleted(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    sink = sink_of(adapter)
    sent = await sink.send("x", (), 0)
    await sink.delete(sent)
    await sink.delete(sent)
    assert server.sent(42) == []
    with pytest.raises(MessageGone):
        await sink.edit(sent, "y", ())


async def test_a_file_is_sent_with_its_name_and_caption(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    await sink_of(adapter, handle=asked(server, adapter)).send_file(
        "all.json", b"{}", "yours" + "!" * 2000
    )
    (message,) = server.sent(42)
    assert (message.extra["document"]["file_name"], len(message.text)) == ("all.json", 1024)
    assert server.world.files[message.extra["document"]["file_id"]].content == b"{}"
    assert message.reply_to is not None


async def test_an_attachment_that_is_too_long_is_not_fetched(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    stored = server.put_file(Upload("a.txt", "text/plain", b"content"))
    for size in (7, 0):
        with pytest.raises(DeliveryFailed, match="too large"):
            await sink_of(adapter).fetch(Attachment("a.txt", "text/plain", size, stored.file_id), 6)
    assert not server.calls_of("file")


# --- failures ---


async def test_a_429_names_its_pause(server: TelegramServer, adapter: TelegramAdapter) -> None:
    server.fault("429", retry_after=7)
    with pytest.raises(RateLimited) as refused:
        await sink_of(adapter).send("x", (), 0)
    assert refused.value.retry_after == 7


@pytest.mark.parametrize(
    "why", ["bot was blocked by the user", "bot was kicked from the group chat"]
)
async def test_a_chat_that_takes_nothing_is_unavailable(
    server: TelegramServer, adapter: TelegramAdapter, why: str
) -> None:
    server.block(42, why)
    with pytest.raises(ChatUnavailable):
        await sink_of(adapter).send("x", (), 0)


async def test_a_topic_that_is_gone_is_an_unavailable_chat(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    server.chat(FORUM, "supergroup")
    with pytest.raises(ChatUnavailable):
        await sink_of(adapter, ChatKey("telegram", str(FORUM), "9")).send("x", (), 0)


@pytest.mark.parametrize("kind", ["reset", "lost_reply", "502", "garbage"])
async def test_a_call_without_an_answer_is_uncertain(
    server: TelegramServer, adapter: TelegramAdapter, kind: str
) -> None:
    server.fault(kind, method="sendMessage")
    with pytest.raises(DeliveryFailed) as failed:
        await sink_of(adapter).send("x", (), 0)
    assert (failed.value.retryable, failed.value.state) == (True, UNKNOWN)


async def test_a_call_that_found_no_server_is_certain_not_to_have_arrived(
    server: TelegramServer,
) -> None:
    adapter = TelegramAdapter(settings(server))
    await server.close()
    with pytest.raises(DeliveryFailed) as failed:
        await sink_of(adapter).send("x", (), 0)
    assert (failed.value.retryable, failed.value.state) == (True, KNOWN)
    await adapter.bot.shutdown()


# --- a group that moves ---


async def test_an_answer_follows_its_group_and_is_edited_where_it_is(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    sink = sink_of(adapter, ChatKey("telegram", str(GROUP)), asked(server, adapter, GROUP))
    old = await sink.send("before", (), 0)
    server.migrate(GROUP, FORUM)
    with pytest.raises(MessageGone):
        await sink.edit(old, "before it moved", ())
    new = await sink.send("after", (), 0)
    await sink.edit(new, "after it moved", ())
    assert [message.text for message in server.sent(FORUM)] == ["after it moved"]
    started_again = TelegramAdapter(settings(server))
    await started_again.bot.initialize()
    sink = sink_of(started_again, ChatKey("telegram", str(GROUP)), sink.handle)
    await sink.edit(new, "after a restart", ())
    assert [message.text for message in server.sent(FORUM)] == ["after a restart"]
    await started_again.close()


async def test_a_send_finds_out_by_itself_that_its_group_moved(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    server.chat(GROUP)
    server.migrate(GROUP, FORUM)
    sink = sink_of(adapter, ChatKey("telegram", str(GROUP)))
    await sink.typing()
    await sink.send("hi", (), 0)
    assert [message.text for message in server.sent(FORUM)] == ["hi"]


# --- the pace ---


async def test_several_chats_at_their_full_pace_draw_no_429() -> None:
    now = [1_700_000_000.0]
    async with TelegramServer(timing=QUICK, flood=FloodModel(), clock=lambda: now[0]) as server:
        adapter = TelegramAdapter(settings(server))
        chats = [42, 43, 44, 45, 46, GROUP, FORUM]
        for chat_id in chats:
            server.chat(chat_id)
        sinks = {chat_id: sink_of(adapter, ChatKey("telegram", str(chat_id))) for chat_id in chats}
        sent = {chat_id: await sink.send("0", (), 0) for chat_id, sink in sinks.items()}
        due = {
            chat_id: now[0] + sink.limits.pace.spacing_seconds for chat_id, sink in sinks.items()
        }
        end = now[0] + 60
        while now[0] < end:
            chat_id = min(due, key=lambda chat: due[chat])
            now[0] = max(now[0], due[chat_id])
            await sinks[chat_id].edit(sent[chat_id], f"{now[0]:.2f}", ())
            due[chat_id] = now[0] + sinks[chat_id].limits.pace.spacing_seconds
        assert not server.refused
        assert len(server.messages(42)[0].texts) > 35
        assert len(server.messages(GROUP)[0].texts) > 15
        await adapter.bot.initialize()
        await adapter.close()


async def test_a_pace_stays_below_what_telegram_documents() -> None:
    adapter = TelegramAdapter(settings(TelegramServer()))
    for chat_id in (42, GROUP):
        pace = sink_of(adapter, ChatKey("telegram", str(chat_id))).limits.pace
        model, at = FloodModel(), 0.0
        for _ in range(10):
            assert [
                model.retry_after("sendMessage", chat_id, at) for _ in range(pace.window_calls)
            ] == [0] * pace.window_calls
            at += pace.window_seconds
    await asyncio.sleep(0)
    await adapter.bot.shutdown()
