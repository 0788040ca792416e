"""Tests of commands and buttons on Discord: they are acknowledged after they are stored."""

from __future__ import annotations

import asyncio

import pytest

from engine.contract import Action, Button, ChatKey, CommandInfo
from engine.errors import ChatUnavailable
from tests.rigs import discord_desk
from tests.rigs.discord_desk import Desk, Station
from tests.rigs.fakes import FakeClock
from tests.servers.discord import Channel, DiscordServer

channel, clock, desk = discord_desk.channel, discord_desk.clock, discord_desk.desk
live, server, station = discord_desk.live, discord_desk.server, discord_desk.station

RETRY = (Button(Action.RETRY, "Again"),)


# Commands


async def test_commands_are_registered_everywhere_and_written_only_when_they_changed(
    server: DiscordServer, live: Station
) -> None:
    shown = {command["name"]: command for command in server.commands}
    assert shown["help"]["description_localizations"] == {"de": "Was ich kann"}
    assert (shown["ask"]["integration_types"], shown["ask"]["contexts"]) == ([0, 1], [0, 1, 2])
    assert [(option["name"], option["required"]) for option in shown["ask"]["options"]] == [
        ("question", False)
    ]
    await live.restart()
    assert len(server.calls_to("write_commands")) == 1
    await live.stop()
    await live.adapter.close()
    live.adapter = live.build(commands=[CommandInfo("help", {"en": "Something else"})])
    await live.start()
    assert (len(server.calls_to("write_commands")), len(server.commands)) == (2, 1)


async def test_the_bot_works_when_its_commands_cannot_be_registered(
    server: DiscordServer, station: Station, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    server.fault("500", route="write_commands")
    await station.start()
    server.say(server.add_dm(), "hello")
    assert (await desk.inbound())[0].text == "hello"
    assert "commands were not registered" in caplog.text


async def test_a_command_is_deferred_and_its_answer_filled_in(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    german = server.add_user("Bob", locale="de")
    asked = server.slash("ask", {"question": "why"}, place=channel, user=german)
    inbound, sink = await desk.inbound()
    assert (inbound.text, inbound.addressed, inbound.direct) == ("/ask why", True, False)
    assert (inbound.author.name, inbound.author.language) == ("Bob", "de")
    assert inbound.message_id == f"menu {asked.id}"  # no number: see `note_last`
    sent = await sink.send("because", RETRY, 0)
    assert asked.original is not None
    assert asked.response_type == 5
    assert (str(asked.original.id), asked.original.content, len(asked.original.buttons)) == (
        sent,
        "because",
        1,
    )
    await sink.edit(sent, "because of that", ())
    second = await sink.send("and more", (), 1)
    assert [message.content for message in server.answers(channel)] == [
        "because of that",
        "and more",
    ]
    assert second == str(server.answers(channel)[1].id)
    assert sink.limits.typing_seconds == 0


async def test_a_command_that_the_chat_shows_no_answer_to_ends_with_its_word(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    desk.word = "Stopping."
    server.slash("help", place=channel)
    await desk.inbound()
    await server.until(
        lambda: [message.content for message in server.answers(channel)] == ["Stopping."]
    )
    assert server.answers(channel)[0].ephemeral


async def test_a_command_is_not_acknowledged_before_the_engine_has_it(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    desk.closed[str(channel.id)] = asyncio.Event()
    asked = server.slash("ask", {"question": "why"}, place=channel)
    server.say(server.add_dm(), "after")
    await desk.inbound()
    assert not asked.acknowledged
    desk.closed[str(channel.id)].set()
    await server.until(lambda: asked.acknowledged)
    assert asked.response_type == 5


async def test_a_command_that_could_not_be_kept_says_so_in_its_own_place(
    server: DiscordServer, channel: Channel, live: Station
) -> None:
    live.desk.notice = "I cannot save this."
    asked = server.slash("ask", {"question": "why"}, place=channel)
    await server.until(lambda: asked.original_filled)
    assert [message.content for message in server.answers(channel)] == ["I cannot save this."]


async def test_a_command_goes_on_as_a_normal_message_after_fifteen_minutes(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk, clock: FakeClock
) -> None:
    server.slash("ask", {"question": "why"}, place=channel)
    _, sink = await desk.inbound()
    sent = await sink.send("because", (), 0)
    await clock.advance(895)
    await sink.edit(sent, "because of that", ())
    assert (server.answers(channel)[0].content, server.calls[-1].name) == (
        "because of that",
        "edit",
    )


async def test_a_user_installed_command_is_answered_where_the_bot_is_not_while_its_token_lasts(
    server: DiscordServer, live: Station, desk: Desk, clock: FakeClock
) -> None:
    outside = server.add_channel(server.add_guild("Elsewhere", joined=False), "general")
    server.slash("ask", {"question": "why"}, place=outside)
    inbound, sink = await desk.inbound()
    assert inbound.key == ChatKey("discord", str(outside.id))
    first, second = await sink.send("one", (), 0), await sink.send("two", RETRY, 1)
    await sink.edit(second, "two!", RETRY)
    await sink.typing()
    assert [message.content for message in server.answers(outside)] == ["one", "two!"]
    assert {call.name for call in server.calls if call.channel_id == outside.id} == set()
    server.press(server.answers(outside)[1], "pipit:retry")
    _, again = await desk.press()
    await again.edit(second, "three", ())
    assert server.answers(outside)[1].content == "three"
    await again.delete(second)
    await clock.advance(895)
    with pytest.raises(ChatUnavailable):
        await sink.edit(first, "late", ())
    with pytest.raises(ChatUnavailable):
        await sink.send("late", (), 2)


async def test_a_command_in_the_bots_dm_is_direct_and_one_in_a_group_is_not(
    server: DiscordServer, live: Station, desk: Desk
) -> None:
    for place, direct in (
        (server.add_dm(), True),
        (server.add_group_dm(server.user, server.add_user("Bob")), False),
    ):
        server.slash("help", place=place)
        inbound, _ = await desk.inbound()
        assert (inbound.text, inbound.direct) == ("/help", direct)


async def test_a_command_that_was_heard_too_late_is_answered_as_a_message(
    server: DiscordServer, live: Station, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    dm = server.add_dm()
    server.fault("status", route="callback", status=404, code=10062)
    server.slash("help", place=dm)
    _, sink = await desk.inbound()
    await server.until(lambda: server.calls_to("callback"))
    await sink.send("late, but here", (), 0)
    assert [message.content for message in server.answers(dm)] == ["late, but here"]
    assert "an interaction was not acknowledged" in caplog.text


# Buttons


async def test_a_button_survives_a_restart_and_its_word_is_shown_to_who_pressed_it(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    server.say(channel, "go", mentions_bot=True)
    _, sink = await desk.inbound()
    sent = await sink.send("answer", RETRY, 0)
    assert live.client.persistent_views == []
    await live.restart()
    desk.word = "on it"
    pressed = server.press(server.answers(channel)[0], "pipit:retry", user=server.add_user("Eve"))
    press, again = await desk.press()
    assert (press.action, press.sent, press.author.name, press.press_id) == (
        Action.RETRY,
        sent,
        "Eve",
        str(pressed.id),
    )
    await server.until(lambda: pressed.acknowledged)
    assert pressed.original is not None
    assert (pressed.original.content, pressed.original.ephemeral) == ("on it", True)
    await again.edit(sent, "another answer", ())
    assert (server.answers(channel)[0].content, server.answers(channel)[0].buttons) == (
        "another answer",
        [],
    )


async def test_a_button_is_acknowledged_once_the_engine_has_taken_it(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    sink = live.sink(channel)
    await sink.send("answer", (Button(Action.STOP, "Stop"),), 0)
    desk.closed[str(channel.id)] = asyncio.Event()
    pressed = server.press(server.answers(channel)[0], "pipit:stop")
    server.say(server.add_dm(), "after")
    await desk.inbound()
    assert not pressed.acknowledged
    desk.closed[str(channel.id)].set()
    assert (await desk.press())[0].action is Action.STOP
    await server.until(lambda: pressed.acknowledged)
    assert pressed.response_type == 6


async def test_somebody_elses_button_is_left_alone(
    server: DiscordServer, live: Station, desk: Desk
) -> None:
    dm = server.add_dm()
    await live.sink(dm).send("answer", RETRY, 0)
    server.answers(dm)[0].now.components[0]["components"][0]["custom_id"] = "other:retry"
    pressed = server.press(server.answers(dm)[0], "other:retry")
    server.say(dm, "after")
    await desk.inbound()
    assert (pressed.acknowledged, desk.items.empty()) == (False, True)
