"""One answer on Telegram: what is shown, what went wrong, and where a message without an answer is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from adapters.telegram import TelegramAdapter
from adapters.telegram.known import KnownIds
from adapters.telegram.sink import TelegramSink, rendered
from engine.contract import Action, Attachment, Button, ChatKey, SentId
from engine.errors import ChatUnavailable, DeliveryFailed, MessageGone, RateLimited, StorageFault
from engine.tasks import Tasks
from tests.servers.telegram import FloodModel, TelegramServer, Upload, User
from tests.telegram_rig import FORUM, GROUP, QUICK, settings

DM = ChatKey("telegram", "42")
STOP, MORE, AGAIN = Button(Action.STOP, "Stop"), Button(Action.CONTINUE, "More"), Button(Action.RETRY, "Again")


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(timing=QUICK) as running:
        running.chat(42)
        yield running


@pytest.fixture
async def adapter(server: TelegramServer) -> AsyncIterator[TelegramAdapter]:
    made = TelegramAdapter(settings(server))
    await made._bot.initialize()
    yield made
    await made.close()


def sink_of(adapter: TelegramAdapter, key: ChatKey = DM, handle: str = "") -> TelegramSink:
    sink = adapter.sink(key, handle)
    assert isinstance(sink, TelegramSink)
    return sink


def asked(server: TelegramServer, adapter: TelegramAdapter, chat_id: int = 42, text: str = "Why?") -> str:
    """Let a person ask, let the adapter know of it, and return the handle."""
    message = server.say(chat_id, text, user=User(abs(chat_id) % 1000))
    adapter._known.note(chat_id, message.message_id)
    return str(message.message_id)


# --- what is shown ---


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


async def test_an_edit_replaces_text_and_buttons(server: TelegramServer, adapter: TelegramAdapter) -> None:
    sink = sink_of(adapter)
    sent = await sink.send("Once", [STOP], 0)
    await sink.edit(sent, "Once upon a time", [MORE, AGAIN])
    (message,) = server.sent(42)
    assert message.texts == ["Once", "Once upon a time"]
    assert [label for label, _ in message.shown.buttons] == ["More", "Again"]


async def test_an_edit_that_changes_nothing_is_done(server: TelegramServer, adapter: TelegramAdapter) -> None:
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
    assert [data for _, data in server.sent(42)[0].shown.buttons] == ["stop.1", "continue.1", "retry.1"]


async def test_only_a_hundred_entities_are_sent(server: TelegramServer, adapter: TelegramAdapter) -> None:
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
    assert [message.reply_to and message.reply_to.text for message in server.sent(42)] == ["Why?", "Why?", None]


async def test_typing_shows_in_the_topic(server: TelegramServer, adapter: TelegramAdapter) -> None:
    server.say(FORUM, "hi", thread_id=7)
    await sink_of(adapter, ChatKey("telegram", str(FORUM), "7")).typing()
    assert [(chat, thread, action) for _, chat, thread, action in server.actions] == [(FORUM, 7, "typing")]


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


async def test_a_file_is_sent_with_its_name_and_caption(server: TelegramServer, adapter: TelegramAdapter) -> None:
    await sink_of(adapter, handle=asked(server, adapter)).send_file("all.json", b"{}", "yours" + "!" * 2000)
    (message,) = server.sent(42)
    assert (message.extra["document"]["file_name"], len(message.text)) == ("all.json", 1024)
    assert server.world.files[message.extra["document"]["file_id"]].content == b"{}"
    assert message.reply_to is not None


async def test_an_attachment_that_is_too_long_is_not_fetched(server: TelegramServer, adapter: TelegramAdapter) -> None:
    stored = server.put_file(Upload("a.txt", "text/plain", b"content"))
    for size in (7, 0):
        with pytest.raises(DeliveryFailed, match="too large"):
            await sink_of(adapter).fetch(Attachment("a.txt", "text/plain", size, stored.file_id), 6)
    assert not server.calls_of("file")


# --- what went wrong ---


async def test_a_429_names_its_pause(server: TelegramServer, adapter: TelegramAdapter) -> None:
    server.fault("429", retry_after=7)
    with pytest.raises(RateLimited) as refused:
        await sink_of(adapter).send("x", (), 0)
    assert refused.value.retry_after == 7


@pytest.mark.parametrize("why", ["bot was blocked by the user", "bot was kicked from the group chat"])
async def test_a_chat_that_takes_nothing_is_unavailable(
    server: TelegramServer, adapter: TelegramAdapter, why: str
) -> None:
    server.block(42, why)
    with pytest.raises(ChatUnavailable):
        await sink_of(adapter).send("x", (), 0)


async def test_a_topic_that_is_gone_is_an_unavailable_chat(server: TelegramServer, adapter: TelegramAdapter) -> None:
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
    assert (failed.value.retryable, failed.value.uncertain) == (True, True)


async def test_a_call_that_found_no_server_is_certain_not_to_have_arrived(server: TelegramServer) -> None:
    adapter = TelegramAdapter(settings(server))
    await server.close()
    with pytest.raises(DeliveryFailed) as failed:
        await sink_of(adapter).send("x", (), 0)
    assert (failed.value.retryable, failed.value.uncertain) == (True, False)
    await adapter._bot.shutdown()


async def test_a_cancelled_call_can_be_located(server: TelegramServer, adapter: TelegramAdapter) -> None:
    sink, tasks = sink_of(adapter, handle=asked(server, adapter)), Tasks("test")
    fault = server.fault("silence", method="sendMessage")
    tasks.spawn(sink.send("one", [STOP], 0), "send")
    await server.until(lambda s: s.sent(42))
    await tasks.close()
    fault.release()
    assert await sink.locate("one two", [STOP], 0) == SentId("2")
    assert [message.text for message in server.sent(42)] == ["one two"]


# --- where a message without an answer is ---


async def show(sink: TelegramSink, text: str, buttons: Sequence[Button], part: int = 0) -> SentId | None:
    """Do what a reply does after a restart: find the message, then show the text in it."""
    found = await sink.locate(text, buttons, part)
    if found is not None:
        await sink.edit(found, text, buttons)
    return found


async def lose(server: TelegramServer, sink: TelegramSink, text: str, buttons: list[Button], part: int) -> None:
    """Send a message whose answer is lost."""
    server.fault("lost_reply", method="sendMessage")
    with pytest.raises(DeliveryFailed):
        await sink.send(text, buttons, part)


@pytest.mark.parametrize("buttons", [[STOP], []], ids=["with buttons", "without"])
@pytest.mark.parametrize("now", [[STOP], [MORE, AGAIN], []], ids=["then the same", "then others", "then none"])
async def test_a_message_whose_answer_was_lost_is_found_and_not_sent_again(
    server: TelegramServer, adapter: TelegramAdapter, buttons: list[Button], now: list[Button]
) -> None:
    sink = sink_of(adapter, handle=asked(server, adapter))
    await lose(server, sink, "Once", buttons, 0)
    sent = await sink.locate("Once upon a time", now, 0)
    assert sent is not None
    (message,) = server.sent(42)
    assert (message.text, [label for label, _ in message.shown.buttons]) == ("Once upon a time", [b.label for b in now])
    await sink.edit(sent, "The end", ())
    assert message.text == "The end"


async def test_finding_it_costs_one_call(server: TelegramServer, adapter: TelegramAdapter) -> None:
    sink = sink_of(adapter, handle=asked(server, adapter))
    await lose(server, sink, "Once", [STOP], 0)
    before = len(server.calls)
    assert await sink.locate("Once upon", [STOP], 0)
    assert len(server.calls) - before == 1


async def test_a_message_that_was_never_sent_is_not_found(server: TelegramServer, adapter: TelegramAdapter) -> None:
    sink = sink_of(adapter, handle=asked(server, adapter))
    server.fault("reset", method="sendMessage")
    with pytest.raises(DeliveryFailed):
        await sink.send("Once", [STOP], 0)
    assert await sink.locate("Once upon", [STOP], 0) is None
    assert [call.params["message_id"] for call in server.calls_of("editMessageText")] == ["2", "3"]


async def test_after_a_second_loss_every_id_is_looked_at_again(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    sink = sink_of(adapter, handle=asked(server, adapter))
    server.fault("reset", method="sendMessage")
    with pytest.raises(DeliveryFailed):
        await sink.send("Once", [STOP], 0)
    assert await sink.locate("Once", [STOP], 0) is None
    await lose(server, sink, "Once", [STOP], 0)
    assert await sink.locate("Once upon", [STOP], 0) is not None
    assert [message.text for message in server.sent(42)] == ["Once upon"]


async def test_messages_of_others_in_between_do_not_hide_it(server: TelegramServer, adapter: TelegramAdapter) -> None:
    server.chat(43)
    sink, other = sink_of(adapter, handle=asked(server, adapter)), sink_of(adapter, ChatKey("telegram", "43"))
    await other.send("elsewhere", (), 0)
    asked(server, adapter, text="meanwhile")
    await lose(server, sink, "Once", [STOP], 0)
    asked(server, adapter, text="hello?")
    await other.send("elsewhere too", (), 1)
    assert await sink.locate("Once upon", [STOP], 0) is not None
    assert [message.text for message in server.sent(42)] == ["Once upon"]
    assert [message.text for message in server.sent(43)] == ["elsewhere", "elsewhere too"]


async def test_messages_that_a_bot_in_privacy_mode_did_not_see_do_not_hide_it(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    group = ChatKey("telegram", str(FORUM))
    sink = sink_of(adapter, group, asked(server, adapter, FORUM))
    for _ in range(3):
        server.say(FORUM, "unseen", user=User(8))
    await lose(server, sink, "Once", [STOP], 0)
    server.say(FORUM, "unseen", user=User(8))
    assert await sink.locate("Once upon", [STOP], 0) is not None
    assert [message.text for message in server.sent(FORUM)] == ["Once upon"]


async def test_the_bots_other_messages_are_left_as_they_are(server: TelegramServer, adapter: TelegramAdapter) -> None:
    first, second = asked(server, adapter), asked(server, adapter, text="And?")
    sink, other = sink_of(adapter, handle=first), sink_of(adapter, handle=second)
    sink._floors[0] = 0
    other._known = KnownIds()  # as if another process had sent it
    await other.send("answer to another question", (), 0)
    assert await sink.locate("mine", [STOP], 0) is None
    (message,) = server.sent(42)
    assert (message.text, message.shown.buttons) == ("answer to another question", [])


async def test_after_a_restart_it_is_found_from_the_handle_alone(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    handle = asked(server, adapter)
    await lose(server, sink_of(adapter, handle=handle), "Once", [STOP], 0)
    started_again = TelegramAdapter(settings(server))
    sent = await show(sink_of(started_again, handle=handle), "Once upon", [STOP])
    assert sent is not None
    assert [message.text for message in server.sent(42)] == ["Once upon"]
    await started_again._bot.initialize()
    await started_again.close()


@pytest.mark.parametrize("known", [True, False], ids=["first part edited before", "nothing known"])
async def test_after_a_restart_a_later_part_is_not_taken_for_the_first(
    server: TelegramServer, adapter: TelegramAdapter, known: bool
) -> None:
    handle = asked(server, adapter)
    sink = sink_of(adapter, handle=handle)
    first = await sink.send("part one", [STOP], 0)
    await lose(server, sink, "part two", [STOP], 1)
    started_again = TelegramAdapter(settings(server))
    await started_again._bot.initialize()
    sink = sink_of(started_again, handle=handle)
    if known:
        await sink.edit(first, "part one", [STOP])
    assert await show(sink, "part two and on", [STOP], 1) is not None
    assert [message.text for message in server.sent(42)] == ["part one", "part two and on"]
    await started_again.close()


async def test_two_lost_answers_in_one_chat_are_told_apart(server: TelegramServer, adapter: TelegramAdapter) -> None:
    first = sink_of(adapter, handle=asked(server, adapter))
    second = sink_of(adapter, handle=asked(server, adapter, text="And?"))
    await lose(server, second, "to the second", [STOP], 0)
    await lose(server, first, "to the first", [STOP], 0)
    assert await show(first, "to the first!", [STOP]) is not None
    assert await show(second, "to the second!", [STOP]) is not None
    shown = {message.reply_to.text: message.text for message in server.sent(42) if message.reply_to}
    assert shown == {"Why?": "to the first!", "And?": "to the second!"}


async def test_a_lost_file_is_not_taken_for_an_answer(server: TelegramServer, adapter: TelegramAdapter) -> None:
    sink = sink_of(adapter, handle=asked(server, adapter))
    server.fault("lost_reply", method="sendDocument")
    with pytest.raises(DeliveryFailed):
        await sink.send_file("all.json", b"{}", "yours")
    await lose(server, sink, "Once", [STOP], 0)
    assert await show(sink, "Once upon", [STOP]) is not None
    assert [message.text for message in server.sent(42)] == ["yours", "Once upon"]


async def test_a_refused_search_goes_on_where_it_ended(server: TelegramServer, adapter: TelegramAdapter) -> None:
    group = ChatKey("telegram", str(FORUM))
    sink = sink_of(adapter, group, asked(server, adapter, FORUM))
    for _ in range(2):
        server.say(FORUM, "unseen", user=User(8))
    await lose(server, sink, "Once", [STOP], 0)
    calm = server.fault("delay", method="editMessageText")
    server.fault("429", method="editMessageText", retry_after=3)
    with pytest.raises(RateLimited):
        await sink.locate("Once upon", [STOP], 0)
    assert calm.used == 1
    assert await sink.locate("Once upon", [STOP], 0) is not None
    probed = [call.params["message_id"] for call in server.calls_of("editMessageText")]
    assert probed == ["2", "3", "3", "4"]


async def test_after_a_restart_a_message_is_found_at_once_among_all_that_were_known(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    handle = asked(server, adapter)
    others = [asked(server, adapter, text=f"And {number}?") for number in range(5)]
    await lose(server, sink_of(adapter, handle=handle), "Once", [STOP], 0)

    async def taken(_: str) -> Sequence[tuple[ChatKey, str]]:
        return [(DM, number) for number in others]

    started_again = TelegramAdapter(settings(server), taken=taken)
    await started_again._bot.initialize()
    before = len(server.calls)
    assert await sink_of(started_again, handle=handle).locate("Once upon", [STOP], 0) == SentId("7")
    assert len(server.calls) - before == 1
    await started_again.close()


async def test_what_was_known_cannot_be_read_and_is_read_later(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    handle = asked(server, adapter)
    await lose(server, sink_of(adapter, handle=handle), "Once", [STOP], 0)
    faults = [StorageFault("locked")]

    async def taken(_: str) -> Sequence[tuple[ChatKey, str]]:
        if faults:
            raise faults.pop()
        return ()

    started_again = TelegramAdapter(settings(server), taken=taken)
    await started_again._bot.initialize()
    sink = sink_of(started_again, handle=handle)
    with pytest.raises(DeliveryFailed) as failed:
        await sink.locate("Once upon", [STOP], 0)
    assert failed.value.retryable
    assert await sink.locate("Once upon", [STOP], 0) == SentId("2")
    await started_again.close()


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
    await started_again._bot.initialize()
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
        due = {chat_id: now[0] + sink.limits.pace.spacing_seconds for chat_id, sink in sinks.items()}
        end = now[0] + 60
        while now[0] < end:
            chat_id = min(due, key=lambda chat: due[chat])
            now[0] = max(now[0], due[chat_id])
            await sinks[chat_id].edit(sent[chat_id], f"{now[0]:.2f}", ())
            due[chat_id] = now[0] + sinks[chat_id].limits.pace.spacing_seconds
        assert not server.refused
        assert len(server.messages(42)[0].texts) > 45
        assert len(server.messages(GROUP)[0].texts) > 15
        await adapter._bot.initialize()
        await adapter.close()


async def test_a_pace_stays_below_what_telegram_documents() -> None:
    adapter = TelegramAdapter(settings(TelegramServer()))
    for chat_id in (42, GROUP):
        pace = sink_of(adapter, ChatKey("telegram", str(chat_id))).limits.pace
        model, at = FloodModel(), 0.0
        for _ in range(10):
            assert [model.retry_after("sendMessage", chat_id, at) for _ in range(pace.window_calls)] == [
                0
            ] * pace.window_calls
            at += pace.window_seconds
    await asyncio.sleep(0)
    await adapter._bot.shutdown()
