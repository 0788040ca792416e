"""Tests of the Discord sink: each part once, the newest text last, and refusals as Pipit errors."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable
from dataclasses import replace
from typing import Callable

import pytest

from adapters.discord.handle import Handle
from engine.attachments import Made, MediaKind
from engine.contract import Action, Button, ChatKey, SentId
from engine.delivery.pacing import Pacer, Urgency
from engine.errors import KNOWN, UNKNOWN, ChatUnavailable, DeliveryFailed, MessageGone, RateLimited
from engine.tasks import Tasks
from tests.rigs import discord_desk
from tests.rigs.discord_desk import Desk, Station, asleep
from tests.rigs.fakes import FakeClock, settle
from tests.servers.discord import Channel, DiscordServer
from tests.servers.discord_world import VOICE_MESSAGE

channel, clock, desk = discord_desk.channel, discord_desk.clock, discord_desk.desk
live, server, station = discord_desk.live, discord_desk.server, discord_desk.station

STOP, RETRY = Button(Action.STOP, "Stop"), Button(Action.RETRY, "Again")


def test_a_handle_is_read_back_as_it_was_written_and_does_not_show_its_token() -> None:
    handle = Handle(123, replies=True, here=False, fills=True, token="se.cr.et")
    assert Handle.parse(str(handle)) == handle
    assert "se.cr.et" not in repr(handle)
    with pytest.raises(ValueError, match="unpack"):
        Handle.parse("nonsense")


# Each part is shown once


async def test_the_same_part_sent_again_is_one_message_with_the_newer_text(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    question = server.say(channel, "?", mentions_bot=True)
    first = await live.sink(channel, question).send("one", (), 0)
    again = await live.sink(channel, question).send("one two", (), 0)
    other = await live.sink(channel, question).send("part two", (), 1)
    assert first == again != other
    assert [message.content for message in server.answers(channel)] == ["one two", "part two"]


async def test_a_nonce_fits_even_for_the_largest_id_and_a_high_part(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    sink = live.adapter.sink(ChatKey("discord", str(channel.id)), str(Handle(2**63 - 1)))
    await sink.send("x", (), 999)
    assert len(server.answers(channel)[0].nonce or "") == 23


@pytest.mark.parametrize("kind", ["lost_reply", "reset"])
async def test_a_send_without_an_answer_is_uncertain_and_located_without_a_second_message(
    server: DiscordServer, channel: Channel, live: Station, kind: str
) -> None:
    sink = live.sink(channel, server.say(channel, "?", mentions_bot=True))
    server.fault(kind, route="create")
    with pytest.raises(DeliveryFailed) as failed:
        await sink.send("one", (), 0)
    assert (failed.value.retryable, failed.value.state) == (True, UNKNOWN)
    sent = await sink.locate("one two", (RETRY,), 0)
    assert [(str(m.id), m.content, len(m.buttons)) for m in server.answers(channel)] == [
        (sent, "one two", 1)
    ]


async def test_after_the_nonce_is_forgotten_a_message_is_found_in_the_history(
    server: DiscordServer, channel: Channel, live: Station, clock: FakeClock
) -> None:
    question = server.say(channel, "?", mentions_bot=True)
    sink = live.sink(channel, question, replies=True)
    first, second = await sink.send("one", (), 0), await sink.send("two, and so on", (), 1)
    server.say(channel, "one", user=server.add_user("Eve"))
    await clock.advance(3600)
    assert await sink.locate("quite other words", (), 0) == first
    assert await sink.locate("two, and so on for long", (), 1) == second
    assert await sink.locate("three", (), 2) is None
    assert [m.content for m in server.answers(channel)] == ["one", "two, and so on"]


async def test_a_filled_command_cannot_happen_twice(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    server.slash("ask", {"question": "why"}, place=channel)
    _, sink = await desk.inbound()
    server.fault("lost_reply", route="edit_answer")
    with pytest.raises(DeliveryFailed):
        await sink.send("one", (), 0)
    assert await sink.locate("one two", (), 0)
    assert [m.content for m in server.answers(channel)] == ["one two"]


async def test_a_deferred_answer_that_somebody_removed_is_sent_as_a_message(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    asked = server.slash("ask", {"question": "why"}, place=channel)
    _, sink = await desk.inbound()
    await server.until(lambda: asked.original)
    assert asked.original is not None
    server.delete(asked.original)
    await sink.send("still", (), 0)
    assert [m.content for m in server.answers(channel)] == ["still"]


async def test_a_later_process_fills_a_deferred_answer_whose_id_nobody_wrote_down(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    asked = server.slash("ask", {"question": "why"}, place=channel)
    _, sink = await desk.inbound()
    await server.until(lambda: asked.acknowledged)
    await live.restart()
    later = live.adapter.sink(ChatKey("discord", str(channel.id)), sink.handle)
    sent = await later.send("because", (), 0)
    assert asked.original is not None
    assert (sent, asked.original.content) == (str(asked.original.id), "because")
    await later.edit(sent, "because of that", ())
    assert [m.content for m in server.answers(channel)] == ["because of that"]
    found = await live.adapter.sink(ChatKey("discord", str(channel.id)), sink.handle).locate(
        "because", (), 0
    )
    assert (found, len(server.answers(channel))) == (sent, 1)


async def test_a_later_process_answers_an_interaction_that_nobody_acknowledged_in_the_channel(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    held = server.fault("hold", route="callback")
    server.slash("ask", {"question": "why"}, place=channel)
    _, sink = await desk.inbound()
    await server.until(lambda: held.used)
    await live.restart()
    later = live.adapter.sink(ChatKey("discord", str(channel.id)), sink.handle)
    sent = await later.send("because", (), 0)
    await later.edit(sent, "because of that", ())
    assert await later.locate("because", (), 0) == sent
    assert [m.content for m in server.answers(channel)] == ["because"]


async def test_an_acknowledgement_whose_answer_was_lost_is_found(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    server.fault("lost_reply", route="callback")
    asked = server.slash("ask", {"question": "why"}, place=channel)
    _, sink = await desk.inbound()
    await server.until(lambda: asked.acknowledged)
    assert await sink.send("because", (), 0) == str(asked.original and asked.original.id)
    assert [m.content for m in server.answers(channel)] == ["because"]


async def test_a_command_whose_acknowledgement_failed_is_answered_after_a_reconnect(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    fault = server.fault("500", route="callback")
    server.slash("ask", {"question": "why"}, place=channel)
    _, sink = await desk.inbound()
    await server.until(lambda: fault.used)
    await live.stop()
    await live.start()
    await sink.send("because", (), 0)
    assert [m.content for m in server.answers(channel)] == ["because"]


async def test_an_acknowledgement_that_failed_is_given_again_in_time(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk, clock: FakeClock
) -> None:
    fault = server.fault("500", route="callback")
    await live.sink(channel).send("x", (RETRY,), 0)
    pressed = server.press(server.answers(channel)[0], "pipit:retry")
    await desk.press()
    await server.until(lambda: fault.used)
    await asleep(clock, 0.1, 1.0)
    await clock.advance(0.5)
    await server.until(lambda: pressed.acknowledged)


async def test_an_interaction_that_discord_ended_early_goes_on_in_the_channel(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    server.slash("ask", {"question": "why"}, place=channel)
    _, sink = await desk.inbound()
    sent = await sink.send("one", (), 0)
    server.fault("status", route="edit_answer", status=401, code=50027)
    await sink.edit(sent, "two", ())
    assert [m.content for m in server.answers(channel)] == ["two"]


# The newest text is shown last


async def test_of_edits_that_overlap_the_newest_is_what_remains(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    sink, tasks = live.sink(channel), Tasks("edits")
    sent = await sink.send("0", (), 0)
    slow = server.fault("hold", route="edit")
    edits = [tasks.spawn(sink.edit(sent, str(n), ()), str(n)) for n in range(1, 20)]
    await server.until(lambda: slow.used)
    slow.release()
    await asyncio.gather(*edits)
    assert server.answers(channel)[0].contents == ["0", "1", "19"]


async def test_a_cancelled_edit_does_not_block_the_next_one(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    sink, tasks = live.sink(channel), Tasks("edits")
    sent = await sink.send("0", (), 0)
    slow = server.fault("hold", route="edit")
    tasks.spawn(sink.edit(sent, "1", ()), "1")
    await server.until(lambda: slow.used)
    await tasks.close()
    slow.release()
    await sink.edit(sent, "2", ())
    assert server.answers(channel)[0].content == "2"


async def test_buttons_carry_their_action_and_go_with_an_edit(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    sink = live.sink(channel)
    sent = await sink.send("x", (STOP, RETRY), 0)
    shown = [
        (button["custom_id"], button["label"]) for button in server.answers(channel)[0].buttons
    ]
    assert shown == [("pipit:stop", "Stop"), ("pipit:retry", "Again")]
    await sink.edit(sent, "x", ())
    assert server.answers(channel)[0].buttons == []


async def test_buttons_name_their_object_and_stand_in_their_lines(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    buttons = (
        Button(Action.APPROVE, "Yes", "17-0"),
        Button(Action.BLOCK, "No", "17-0"),
        Button(Action.PEOPLE, "List", "page-0", 2),
    )
    await live.sink(channel).send("x", buttons, 0)
    shown = [button["custom_id"] for button in server.answers(channel)[0].buttons]
    assert shown == ["pipit:approve:17-0", "pipit:block:17-0", "pipit:people:page-0"]
    assert len(server.answers(channel)[0].now.components) == 2


async def test_two_thousand_code_points_fit(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    sink, text = live.sink(channel), "\U0001f600" * 2000
    assert sink.limits.measure(text) == sink.limits.max_units
    await sink.send(text, (), 0)
    assert server.answers(channel)[0].content == text


async def test_a_reply_without_the_right_to_read_the_history_is_a_plain_message(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    channel.can_read_history = False
    question = server.say(channel, "?", mentions_bot=True)
    await live.sink(channel, question, replies=True).send("x", (), 0)
    assert [(m.content, m.reply_to) for m in server.answers(channel)] == [("x", None)]


async def test_a_reply_to_a_question_that_is_gone_is_a_plain_message(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    question = server.say(channel, "?", mentions_bot=True)
    server.delete(question)
    await live.sink(channel, question, replies=True).send("x", (), 0)
    assert [(m.content, m.reply_to) for m in server.answers(channel)] == [("x", None)]


# Refusals


async def test_a_429_is_told_at_once_and_delays_no_other_channel(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    sink, other = live.sink(channel), live.sink(server.add_dm())
    sent = await sink.send("0", (), 0)
    server.fault("429", route="edit", retry_after=7.5)
    began = time.monotonic()
    with pytest.raises(RateLimited) as limited:
        await sink.edit(sent, "1", ())
    assert limited.value.retry_after == 7.5
    await other.send("not delayed", (), 0)
    await sink.edit(sent, "2", ())  # the library itself keeps no ban
    assert time.monotonic() - began < 2
    assert [call.status for call in server.calls_to("edit")] == [429, 200]


@pytest.mark.parametrize("kind", ["global", "cloudflare", "shared"])
async def test_every_429_names_its_time(
    server: DiscordServer, channel: Channel, live: Station, kind: str
) -> None:
    server.fault(kind, retry_after=30)
    with pytest.raises(RateLimited) as limited:
        await live.sink(channel).send("x", (), 0)
    assert limited.value.retry_after == 30
    assert await live.sink(channel).send("y", (), 0)


async def test_a_5xx_is_told_at_once_and_may_have_been_carried_out(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    server.fault("502", route="create")
    with pytest.raises(DeliveryFailed) as failed:
        await live.sink(channel).send("x", (), 0)
    assert (failed.value.retryable, failed.value.state) == (True, UNKNOWN)
    assert len(server.calls_to("create")) == 1


async def test_an_answer_that_does_not_come_is_given_up_by_our_clock(
    server: DiscordServer, channel: Channel, live: Station, clock: FakeClock
) -> None:
    tasks, held = Tasks("held"), server.fault("hold", route="create")
    sending = tasks.spawn(live.sink(channel).send("x", (), 0), "send")
    await server.until(lambda: held.used)
    await clock.advance(31)
    with pytest.raises(DeliveryFailed, match="in time") as failed:
        await sending
    assert failed.value.state is UNKNOWN


async def test_a_message_that_is_gone_is_said_to_be_gone(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    sink = live.sink(channel)
    sent = await sink.send("x", (), 0)
    server.delete(server.answers(channel)[0])
    with pytest.raises(MessageGone):
        await sink.edit(sent, "y", ())
    await sink.delete(sent)


async def test_a_chat_that_cannot_be_written_to_is_unavailable(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    blocked, mute = (
        server.add_dm(),
        server.add_channel(server.add_guild("Mute"), "rules", can_send=False),
    )
    blocked.can_send = False
    server.delete_channel(channel)
    for place in (blocked, mute, channel):
        with pytest.raises(ChatUnavailable):
            await live.sink(place).send("x", (), 0)


async def test_a_text_that_discord_refuses_is_not_worth_another_try(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await live.sink(channel).send("x" * 2001, (), 0)
    assert (failed.value.retryable, failed.value.state) == (False, KNOWN)
    assert "x" * 10 not in str(failed.value)


async def test_at_our_pace_discord_never_says_429_and_the_library_never_waits(
    server: DiscordServer,
    channel: Channel,
    live: Station,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "discord.http")
    sink, pacer, key = live.sink(channel), Pacer(clock), ChatKey("discord", str(channel.id))

    async def paced(call: Callable[[int], Awaitable[object]]) -> None:
        for n in range(12):
            while not pacer.try_permit(key, sink.limits, Urgency.EDIT):
                await clock.advance(0.1)
            await call(n)

    await paced(lambda n: sink.send(f"part {n}", (), n))
    await paced(lambda n: sink.edit(SentId(str(server.answers(channel)[0].id)), f"edit {n}", ()))
    await pacer.close()
    assert {call.status for call in server.calls if call.channel_id == channel.id} == {200}
    # the library logs this when it begins to wait inside a call
    assert "has been exhausted" not in caplog.text


# Typing and files


async def test_typing_is_shown_where_the_bot_is(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    await live.sink(channel).typing()
    assert [place for _, place in server.typing] == [channel.id]
    assert live.sink(channel).limits.typing_seconds == 10


async def test_a_file_is_sent_once(server: DiscordServer, channel: Channel, live: Station) -> None:
    sink = live.sink(channel)
    for _ in range(2):
        await sink.send_file("chat.md", b"# all", "Here it is")
    message = server.answers(channel)[0]
    assert (message.content, message.now.files[0].name, message.now.files[0].content) == (
        "Here it is", "chat.md", b"# all",
    )  # fmt: skip
    assert len(server.answers(channel)) == 1


async def test_a_file_fills_the_deferred_answer(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    server.slash("help", place=channel)
    _, sink = await desk.inbound()
    await sink.send_file("chat.md", b"# all", "Here it is")
    assert [(m.content, len(m.now.files)) for m in server.answers(channel)] == [("Here it is", 1)]


PICTURE = Made(MediaKind.PICTURE, "image/png", b"one", "a barn")
OTHER_PICTURE = Made(MediaKind.PICTURE, "image/jpeg", b"two", "a barn")


@pytest.mark.parametrize("kind", ["lost_reply", "reset"])
async def test_a_picture_is_sent_once_as_a_described_attachment_and_replaced_in_place(
    server: DiscordServer, channel: Channel, live: Station, kind: str
) -> None:
    sink = live.sink(channel, server.say(channel, "?", mentions_bot=True), replies=True)
    server.fault(kind, route="create")
    with pytest.raises(DeliveryFailed):
        await sink.send("a barn", (RETRY,), 90, PICTURE)
    sent = await sink.locate("a barn", (RETRY,), 90, made=PICTURE)
    (message,) = server.answers(channel)
    assert (str(message.id), message.content, len(message.buttons)) == (sent, "a barn", 1)
    assert [(f.name, f.content) for f in message.now.files] == [("picture.png", b"one")]
    assert sent is not None
    await sink.edit(sent, "a barn", (RETRY,), OTHER_PICTURE)
    assert [(f.name, f.content) for f in message.now.files] == [("picture.jpg", b"two")]


async def test_a_picture_is_found_in_the_history_and_a_text_is_not_taken_for_it(
    server: DiscordServer, channel: Channel, live: Station, clock: FakeClock
) -> None:
    sink = live.sink(channel, server.say(channel, "?", mentions_bot=True), replies=True)
    await sink.send("words", (), 0)
    sent = await sink.send("a barn", (), 90, PICTURE)
    await clock.advance(1000)
    assert await sink.locate("a barn", (), 90, made=PICTURE) == sent


async def test_a_picture_fills_the_deferred_answer(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    server.slash("help", place=channel)
    _, sink = await desk.inbound()
    await sink.send("a barn", (RETRY,), 90, PICTURE)
    assert [(m.content, len(m.now.files)) for m in server.answers(channel)] == [("a barn", 1)]


async def test_a_picture_after_a_text_does_not_fill_the_answer_to_a_command(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    server.slash("help", place=channel)
    _, sink = await desk.inbound()
    await sink.send("words", (), 0)
    await sink.send("a barn", (RETRY,), 90, PICTURE)
    assert [m.content for m in server.answers(channel)] == ["words", "a barn"]


async def test_an_attachment_is_read_within_its_limit(
    server: DiscordServer, live: Station, desk: Desk
) -> None:
    server.say(server.add_dm(), "", attachments=[("a.txt", b"12345", "text/plain")])
    inbound, sink = await desk.inbound()
    file = inbound.attachments[0]
    with pytest.raises(DeliveryFailed, match="longer"):
        await sink.fetch(file, 4)
    with pytest.raises(DeliveryFailed, match="longer"):
        await sink.fetch(replace(file, size_bytes=1), 4)
    assert await sink.fetch(file, 5) == b"12345"


async def test_an_attachment_whose_address_has_expired_is_found_through_its_message(
    server: DiscordServer, live: Station, desk: Desk, clock: FakeClock
) -> None:
    message = server.say(server.add_dm(), "", attachments=[("a.png", b"12345", "image/png")])
    inbound, sink = await desk.inbound()
    (file,) = inbound.attachments
    await clock.advance(100_000)
    assert await sink.fetch(file, 5) == b"12345"
    assert await sink.fetch(file.recorded, 5) == b"12345"
    server.delete(message)
    with pytest.raises(MessageGone):
        await sink.fetch(file.recorded, 5)


async def test_sinks_of_a_replaced_connection_use_the_new_one(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    sink = live.sink(channel)
    await sink.send("before", (), 0)
    await live.stop()
    await live.start()
    await sink.send("after", (), 1)
    await settle()
    assert [m.content for m in server.answers(channel)] == ["before", "after"]


VOICE = Made(MediaKind.VOICE, "audio/ogg", b"OggS", "Hello.", 2.5, bytes([0, 128, 255]))


@pytest.mark.parametrize("kind", ["lost_reply", "reset"])
async def test_a_recording_is_sent_once_as_a_voice_message(
    server: DiscordServer, channel: Channel, live: Station, kind: str
) -> None:
    question = server.say(channel, "?", mentions_bot=True)
    sink = live.sink(channel, question, replies=True)
    await sink.send("Hello.", (RETRY,), 0)
    server.fault(kind, route="create")
    with pytest.raises(DeliveryFailed):
        await sink.send("", (), 90, VOICE)
    sent = await sink.locate("", (), 90, made=VOICE)
    text, voice = server.answers(channel)
    assert (text.content, str(voice.id), voice.content) == ("Hello.", sent, "")
    assert voice.now.flags & VOICE_MESSAGE
    (file,) = voice.now.files
    assert (file.content, file.facts) == (b"OggS", {"duration_secs": 2.5, "waveform": "AID/"})


async def test_a_channel_without_voice_messages_gets_the_file(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    channel.takes_voice = False
    sink = live.sink(channel, server.say(channel, "?", mentions_bot=True), replies=True)
    await sink.send("", (), 90, VOICE)
    (message,) = server.answers(channel)
    assert not message.now.flags & VOICE_MESSAGE
    assert [file.name for file in message.now.files] == ["voice.ogg"]


async def test_a_recording_of_another_format_is_sent_as_a_file(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    sink = live.sink(channel, server.say(channel, "?", mentions_bot=True), replies=True)
    await sink.send("", (), 90, Made(MediaKind.VOICE, "audio/mpeg", b"ID3", "Hello."))
    (message,) = server.answers(channel)
    assert [file.name for file in message.now.files] == ["voice.mp3"]


async def test_the_voice_message_of_a_command_follows_its_deferred_answer(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    server.slash("help", place=channel)
    _, sink = await desk.inbound()
    await sink.send("words", (), 0)
    await sink.send("", (), 90, VOICE)
    assert [(m.content, len(m.now.files)) for m in server.answers(channel)] == [
        ("words", 0),
        ("", 1),
    ]
