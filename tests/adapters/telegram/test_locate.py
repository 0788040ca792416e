"""Tests that a message whose send got no response is found and not sent again.

It is found even if others write in the meantime.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from adapters.telegram import TelegramAdapter
from adapters.telegram.known import KnownIds
from adapters.telegram.sink import TelegramSink
from engine.contract import Button, ChatKey, SentId
from engine.errors import DeliveryFailed, RateLimited, StorageFault
from engine.tasks import Tasks
from tests.rigs import telegram_rig
from tests.rigs.telegram_rig import AGAIN, DM, FORUM, MORE, STOP, asked, settings, sink_of
from tests.servers.telegram import TelegramServer, User

server, adapter = telegram_rig.server, telegram_rig.adapter


async def show(
    sink: TelegramSink, text: str, buttons: Sequence[Button], part: int = 0
) -> SentId | None:
    """Find the message and show the text in it, as a reply does after a restart."""
    found = await sink.locate(text, buttons, part)
    if found is not None:
        await sink.edit(found, text, buttons)
    return found


async def lose(
    server: TelegramServer, sink: TelegramSink, text: str, buttons: list[Button], part: int
) -> None:
    """Send a message whose response is lost."""
    server.fault("lost_reply", method="sendMessage")
    with pytest.raises(DeliveryFailed):
        await sink.send(text, buttons, part)


async def test_a_cancelled_call_can_be_located(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    sink, tasks = sink_of(adapter, handle=asked(server, adapter)), Tasks("test")
    fault = server.fault("silence", method="sendMessage")
    tasks.spawn(sink.send("one", [STOP], 0), "send")
    await server.until(lambda s: s.sent(42))
    await tasks.close()
    fault.release()
    assert await sink.locate("one two", [STOP], 0) == SentId("2")
    assert [message.text for message in server.sent(42)] == ["one two"]


@pytest.mark.parametrize("buttons", [[STOP], []], ids=["with buttons", "without"])
@pytest.mark.parametrize(
    "now", [[STOP], [MORE, AGAIN], []], ids=["then the same", "then others", "then none"]
)
async def test_a_message_whose_answer_was_lost_is_found_and_not_sent_again(
    server: TelegramServer, adapter: TelegramAdapter, buttons: list[Button], now: list[Button]
) -> None:
    sink = sink_of(adapter, handle=asked(server, adapter))
    await lose(server, sink, "Once", buttons, 0)
    sent = await sink.locate("Once upon a time", now, 0)
    assert sent is not None
    (message,) = server.sent(42)
    assert (message.text, [label for label, _ in message.shown.buttons]) == (
        "Once upon a time",
        [b.label for b in now],
    )
    await sink.edit(sent, "The end", ())
    assert message.text == "The end"


async def test_finding_it_costs_one_call(server: TelegramServer, adapter: TelegramAdapter) -> None:
    sink = sink_of(adapter, handle=asked(server, adapter))
    await lose(server, sink, "Once", [STOP], 0)
    before = len(server.calls)
    assert await sink.locate("Once upon", [STOP], 0)
    assert len(server.calls) - before == 1


async def test_a_message_that_was_never_sent_is_not_found(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
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


async def test_messages_of_others_in_between_do_not_hide_it(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    server.chat(43)
    sink, other = (
        sink_of(adapter, handle=asked(server, adapter)),
        sink_of(adapter, ChatKey("telegram", "43")),
    )
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


async def test_the_bots_other_messages_are_left_as_they_are(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    first, second = asked(server, adapter), asked(server, adapter, text="And?")
    sink, other = sink_of(adapter, handle=first), sink_of(adapter, handle=second)
    sink._floors[0] = 0
    other.known = KnownIds()  # as if another process had sent it
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
    await started_again.bot.initialize()
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
    await started_again.bot.initialize()
    sink = sink_of(started_again, handle=handle)
    if known:
        await sink.edit(first, "part one", [STOP])
    assert await show(sink, "part two and on", [STOP], 1) is not None
    assert [message.text for message in server.sent(42)] == ["part one", "part two and on"]
    await started_again.close()


async def test_two_lost_answers_in_one_chat_are_told_apart(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    first = sink_of(adapter, handle=asked(server, adapter))
    second = sink_of(adapter, handle=asked(server, adapter, text="And?"))
    await lose(server, second, "to the second", [STOP], 0)
    await lose(server, first, "to the first", [STOP], 0)
    assert await show(first, "to the first!", [STOP]) is not None
    assert await show(second, "to the second!", [STOP]) is not None
    shown = {message.reply_to.text: message.text for message in server.sent(42) if message.reply_to}
    assert shown == {"Why?": "to the first!", "And?": "to the second!"}


async def test_a_lost_file_is_not_taken_for_an_answer(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    sink = sink_of(adapter, handle=asked(server, adapter))
    server.fault("lost_reply", method="sendDocument")
    with pytest.raises(DeliveryFailed):
        await sink.send_file("all.json", b"{}", "yours")
    await lose(server, sink, "Once", [STOP], 0)
    assert await show(sink, "Once upon", [STOP]) is not None
    assert [message.text for message in server.sent(42)] == ["yours", "Once upon"]


async def test_a_refused_search_goes_on_where_it_ended(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
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
    await started_again.bot.initialize()
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
    await started_again.bot.initialize()
    sink = sink_of(started_again, handle=handle)
    with pytest.raises(DeliveryFailed) as failed:
        await sink.locate("Once upon", [STOP], 0)
    assert failed.value.retryable
    assert await sink.locate("Once upon", [STOP], 0) == SentId("2")
    await started_again.close()


async def test_after_a_restart_a_message_that_answers_nothing_is_found_by_its_text(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    asked(server, adapter)
    opened = await adapter.opening_sink(DM)
    assert opened.handle == "+1"
    await lose(server, opened, "other news", (), 0)
    await lose(server, await adapter.opening_sink(DM), "**news**", (), 0)

    async def taken(_: str) -> Sequence[tuple[ChatKey, str]]:
        return [(DM, "1")]

    started_again = TelegramAdapter(settings(server), taken=taken)
    await started_again.bot.initialize()
    assert await show(sink_of(started_again, handle=opened.handle), "**news**", ()) == SentId("3")
    assert [message.text for message in server.sent(42)] == ["other news", "news"]
    await started_again.close()


async def test_a_message_that_answers_nothing_is_not_taken_for_one_with_another_text(
    server: TelegramServer, adapter: TelegramAdapter
) -> None:
    asked(server, adapter)
    await lose(server, await adapter.opening_sink(DM), "other news", (), 0)
    started_again = TelegramAdapter(settings(server))
    await started_again.bot.initialize()
    assert await sink_of(started_again, handle="+1").locate("news", (), 0) is None
    (message,) = server.sent(42)
    assert (message.text, message.shown.buttons) == ("other news", [])
    await started_again.close()
