"""The Discord adapter with the real library against the imitated Discord.

The tests cover messages and every way in which the adapter can end.
"""

from __future__ import annotations

import asyncio
import logging

import discord
import pytest

from adapters.discord import DiscordSettings, check_token
from adapters.discord.client import start_pause
from engine.contract import ChatKey
from engine.errors import ConnectionLost, LoginRejected, StorageFault
from tests.rigs import discord_desk
from tests.rigs.discord_desk import Desk, Station, asleep
from tests.rigs.fakes import FakeClock, settle
from tests.servers.discord import Channel, DiscordServer
from tests.servers.discord_gateway import PRIVILEGED

channel, clock, desk = discord_desk.channel, discord_desk.clock, discord_desk.desk
live, server, station = discord_desk.live, discord_desk.server, discord_desk.station


async def test_a_direct_message_comes_in_and_its_answer_goes_out(
    server: DiscordServer, live: Station, desk: Desk
) -> None:
    dm = server.add_dm()
    question = server.say(dm, "hello")
    inbound, sink = await desk.inbound()
    assert (inbound.key, inbound.message_id) == (ChatKey("discord", str(dm.id)), str(question.id))
    assert (inbound.text, inbound.direct, inbound.addressed, inbound.author.name) == (
        "hello",
        True,
        False,
        "Ada",
    )
    sent = await sink.send("Hi **there**", (), 0)
    answer = server.answers(dm)[0]
    assert (str(answer.id), answer.content, answer.reply_to) == (sent, "Hi **there**", None)


async def test_a_mention_is_stripped_and_answered_with_a_quiet_reply(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    question = server.say(channel, "who is @everyone?", mentions_bot=True)
    inbound, sink = await desk.inbound()
    assert (inbound.text, inbound.direct, inbound.addressed) == ("who is @everyone?", False, True)
    await sink.send(f"@everyone and {server.user.mention}", (), 0)
    answer = server.answers(channel)[0]
    assert (answer.reply_to, answer.pinged, answer.pinged_everyone) == (
        question.id,
        frozenset(),
        False,
    )


async def test_a_thread_is_a_chat_of_its_own(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    thread = server.add_thread(channel, "aside")
    server.say(thread, "in here", mentions_bot=True)
    inbound, sink = await desk.inbound()
    assert inbound.key == ChatKey("discord", str(thread.id))
    await sink.send("yes", (), 0)
    assert [len(server.answers(place)) for place in (channel, thread)] == [0, 1]


async def test_what_the_bot_may_not_read_and_what_bots_say_is_not_taken(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    server.say(channel, "not for you")
    server.say(channel, "beep", user=server.add_user("Other", bot=True), mentions_bot=True)
    server.say(channel, "for you", mentions_bot=True)
    assert (await desk.inbound())[0].text == "for you"
    assert desk.items.empty()


async def test_an_event_that_cannot_be_read_ends_no_session(
    server: DiscordServer,
    channel: Channel,
    live: Station,
    desk: Desk,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "adapters")
    for event in ("MESSAGE_CREATE", "MESSAGE_UPDATE", "INTERACTION_CREATE"):
        server.dispatch(
            event, {"id": "my secret", "channel_id": str(channel.id), "author": 7, "type": []}
        )
        server.dispatch(
            event, {"id": str(server.world.snowflake()), "channel_id": [], "user": {}, "type": 3}
        )
    server.say(channel, "readable", mentions_bot=True)
    assert (await desk.inbound())[0].text == "readable"
    assert len(server.gateway.identifies) == 1
    logged = [
        record.getMessage() for record in caplog.records if record.name == "adapters.discord.client"
    ]
    assert sum("skipped" in line for line in logged) >= 5
    assert not any("secret" in line for line in logged)


async def test_a_reply_carries_the_text_it_replies_to(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    server.say(channel, "first", mentions_bot=True)
    _, sink = await desk.inbound()
    await sink.send("the answer", (), 0)
    server.say(channel, "and then?", reply_to=server.answers(channel)[0])
    inbound, _ = await desk.inbound()
    assert (inbound.text, inbound.quoted, inbound.addressed) == ("and then?", "the answer", True)


async def test_an_edited_question_comes_again_and_a_link_preview_does_not(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk, clock: FakeClock
) -> None:
    question = server.say(channel, "2+2?", mentions_bot=True)
    await desk.inbound()
    server.gateway.announce_message(
        "MESSAGE_UPDATE", question
    )  # Discord added a preview, and nobody edited the text
    await clock.advance(1)
    server.edit(question, f"{server.bot.mention} 3+3?")
    inbound, _ = await desk.inbound()
    assert (inbound.text, inbound.edited, inbound.message_id) == ("3+3?", True, str(question.id))


async def test_attachments_are_handed_on_and_can_be_read(
    server: DiscordServer, live: Station, desk: Desk
) -> None:
    server.say(server.add_dm(), "", attachments=[("a.ogg", b"OggS", "audio/ogg; codecs=opus")])
    inbound, sink = await desk.inbound()
    file = inbound.attachments[0]
    assert (inbound.text, file.name, file.media_type, file.size_bytes) == (
        "",
        "a.ogg",
        "audio/ogg",
        4,
    )
    assert await sink.fetch(file, 10) == b"OggS"


async def test_no_privileged_intent_is_asked_for_and_nothing_is_cached(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    session = next(iter(server.gateway.sessions.values()))
    assert session.intents & sum(PRIVILEGED.values()) == 0
    server.say(channel, "x", mentions_bot=True)
    await desk.inbound()
    assert not live.client.cached_messages
    assert {member.id for guild in live.client.guilds for member in guild.members} <= {
        server.bot.id
    }


# Order and acceptance


async def test_messages_of_a_channel_come_in_order_and_no_channel_waits_for_another(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    dm = server.add_dm()
    door = desk.closed[str(channel.id)] = asyncio.Event()
    for text in ("one", "two", "three"):
        server.say(channel, text, mentions_bot=True)
    server.say(dm, "other")
    assert (await desk.inbound())[0].text == "other"
    del desk.closed[str(channel.id)]
    door.set()
    assert [(await desk.inbound())[0].text for _ in range(3)] == ["one", "two", "three"]


async def test_a_message_that_could_not_be_kept_is_offered_again(
    server: DiscordServer, live: Station, desk: Desk, clock: FakeClock
) -> None:
    desk.errors = [StorageFault("disk full"), StorageFault("disk full")]
    server.say(server.add_dm(), "keep me")
    while desk.errors:
        await asyncio.sleep(0)
        await clock.advance(2)
    await clock.advance(2)
    assert (await desk.inbound())[0].text == "keep me"


# Missed messages


async def test_messages_of_a_restart_are_taken_once_and_in_order(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    dm, silent = server.add_dm(), server.add_channel(server.add_guild("Quiet"), "quiet")
    server.say(silent, "long ago")
    for place in (channel, dm):
        server.say(place, "before", mentions_bot=True)
        await desk.inbound()
    await live.stop()
    await server.until(lambda: not server.gateway.connections)
    for text in ("missed 1", "missed 2"):
        server.say(channel, text, mentions_bot=True)
    server.say(dm, "missed 3")
    new = server.add_channel(server.add_guild("New"), "new")
    server.say(new, "missed 4", mentions_bot=True)
    await live.restart()
    taken = [(await desk.inbound())[0] for _ in range(4)]
    assert {(item.text, item.direct) for item in taken} == {
        ("missed 1", False), ("missed 2", False), ("missed 3", True), ("missed 4", False),
    }  # fmt: skip
    in_channel = [item.text for item in taken if item.key.chat_id == str(channel.id)]
    assert in_channel == ["missed 1", "missed 2"]
    assert server.calls_to("history", silent) == []
    server.say(channel, "live", mentions_bot=True)
    assert (await desk.inbound())[0].text == "live"


async def test_a_live_message_waits_until_the_missed_ones_of_its_channel_were_read(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    dm = server.add_dm()
    for place in (dm, channel):  # the channel is read first
        server.say(place, "before", mentions_bot=True)
        await desk.inbound()
    await live.stop()
    await server.until(lambda: not server.gateway.connections)
    for place in (dm, channel):
        server.say(place, "missed", mentions_bot=True)
    slow = server.fault("hold", route="history", place=channel)
    await live.restart()
    await server.until(lambda: server.calls_to("history", channel))
    server.say(dm, "live")
    in_dm = [(await desk.inbound())[0].text for _ in range(2)]
    slow.release()
    assert in_dm == ["missed", "live"]
    assert (await desk.inbound())[0].text == "missed"


async def test_messages_of_a_lost_session_are_taken_once(
    server: DiscordServer, live: Station, desk: Desk, clock: FakeClock
) -> None:
    dm = server.add_dm()
    server.say(dm, "before")
    await desk.inbound()
    server.drop(resumable=False)
    server.say(dm, "missed")
    await asleep(clock, 5.0, 5.0)
    await clock.advance(5)
    assert (await desk.inbound())[0].text == "missed"
    assert len(server.gateway.identifies) == 2


async def test_a_resumed_session_replays_and_reads_no_history(
    server: DiscordServer, live: Station, desk: Desk
) -> None:
    dm = server.add_dm()
    server.say(dm, "before")
    await desk.inbound()
    server.drop()
    server.say(dm, "replayed")
    assert (await desk.inbound())[0].text == "replayed"
    await server.until(lambda: server.gateway.resumes)
    assert server.calls_to("history") == []


async def test_a_channel_that_cannot_be_read_does_not_keep_the_others_from_it(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk
) -> None:
    dm = server.add_dm()
    for place in (dm, channel):
        server.say(place, "before", mentions_bot=True)
        await desk.inbound()
    await live.stop()
    for place in (dm, channel):
        server.say(place, "missed", mentions_bot=True)
    server.fault("status", route="history", place=channel, status=403, code=50001)
    await live.restart()
    assert (await desk.inbound())[0].key.chat_id == str(dm.id)


async def test_a_channel_refused_for_too_many_calls_is_read_after_the_pause(
    server: DiscordServer, channel: Channel, live: Station, desk: Desk, clock: FakeClock
) -> None:
    server.say(channel, "before", mentions_bot=True)
    await desk.inbound()
    await live.stop()
    server.say(channel, "missed", mentions_bot=True)
    server.fault("global", route="history", place=channel, retry_after=7.0)
    await live.restart()
    await asleep(clock, 7.0, 7.0)
    await clock.advance(7)
    assert (await desk.inbound())[0].text == "missed"


# Start and end of the adapter


async def test_a_wrong_token_is_the_operators_matter(
    server: DiscordServer, station: Station, desk: Desk
) -> None:
    with pytest.raises(LoginRejected, match="DISCORD_BOT_TOKEN"):
        await station.build(token="wrong").run(desk.submit)


async def test_a_token_is_checked_without_a_session(server: DiscordServer) -> None:
    assert await check_token(DiscordSettings(discord_desk.TOKEN, server.api_url)) == "pipit"
    with pytest.raises(LoginRejected):
        await check_token(DiscordSettings("wrong", server.api_url))
    assert not server.gateway.identifies


async def test_a_token_and_a_text_do_not_show_in_the_log(
    server: DiscordServer, station: Station, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await station.start()
    asked = server.slash("ask", {"question": "a private matter"}, place=server.add_dm())
    _, sink = await desk.inbound()
    await sink.send("a private answer", (), 0)
    shown = caplog.text
    assert "private" not in shown
    assert asked.token not in shown
    assert discord_desk.TOKEN not in repr(DiscordSettings(discord_desk.TOKEN))


async def test_a_token_that_the_gateway_refuses_is_the_operators_matter(
    server: DiscordServer, station: Station, desk: Desk
) -> None:
    server.gateway.token_valid = False
    with pytest.raises(LoginRejected, match="token"):
        await station.adapter.run(desk.submit)


async def test_a_forbidden_intent_is_said_in_a_clear_sentence(
    server: DiscordServer, station: Station, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRIVILEGED, "anything", 1 << 0)
    with pytest.raises(LoginRejected, match="developer portal"):
        await station.adapter.run(desk.submit)


async def test_a_discord_that_is_down_is_a_lost_connection(
    server: DiscordServer, station: Station, desk: Desk
) -> None:
    server.fault("503", route="me")
    with pytest.raises(ConnectionLost, match="HTTP 503"):
        await station.adapter.run(desk.submit)
    await station.start()
    server.say(server.add_dm(), "back")
    assert (await desk.inbound())[0].text == "back"


async def test_a_gateway_that_is_down_at_the_start_is_a_lost_connection(
    server: DiscordServer, station: Station, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.client.ExponentialBackoff, "delay", lambda _: 0)
    server.refuse_gateway(1)
    with pytest.raises(ConnectionLost, match="gateway"):
        await station.adapter.run(desk.submit)
    await station.start()


async def test_cancelling_stops_the_intake_and_sinks_work_until_close(
    server: DiscordServer, live: Station, desk: Desk
) -> None:
    dm = server.add_dm()
    server.say(dm, "before")
    _, sink = await desk.inbound()
    await live.stop()
    await server.until(lambda: not server.gateway.connections)
    assert (server.gateway.closed_with, server.gateway.sessions) == ([1000], {})
    await sink.send("after", (), 0)
    assert len(server.answers(dm)) == 1
    await live.adapter.close()
    await live.adapter.close()


async def test_a_sink_from_before_the_login_waits_for_it(
    server: DiscordServer, station: Station
) -> None:
    dm = server.add_dm()
    sending = station.tasks.spawn(station.sink(dm).send("taken up again", (), 0), "send")
    await settle()
    assert not sending.done()
    await station.start()
    await sending
    assert len(server.answers(dm)) == 1


def test_starts_are_free_until_there_are_many_and_then_never_use_up_the_day() -> None:
    def limit(used: int, left_seconds: float = 86_400) -> dict[str, float]:
        return {"total": 1000, "remaining": 1000 - used, "reset_after": left_seconds * 1000}

    assert [start_pause(limit(used)) for used in (0, 49)] == [0, 0]
    assert start_pause(limit(50)) >= 90
    assert start_pause(limit(60, left_seconds=10)) == 90
    day, used = 0.0, 50
    while day < 86_400:
        day += start_pause(limit(used, 86_400 - day))
        used += 1
    assert used <= 1000


async def test_a_process_that_crashes_at_every_start_waits_before_it_identifies(
    server: DiscordServer, station: Station, desk: Desk, clock: FakeClock
) -> None:
    server.gateway.identifies.extend([clock.time() - 40_000.0] * 60)
    running = station.tasks.spawn(station.adapter.run(desk.submit), "adapter")
    await asleep(clock, 90.0, 100.0)
    await clock.advance(89)
    assert not server.gateway.connections
    await clock.advance(2)
    await server.until(lambda: server.gateway.sessions)
    station.running = running


async def test_many_lost_sessions_end_the_run_instead_of_using_up_the_day(
    server: DiscordServer, live: Station, clock: FakeClock
) -> None:
    server.gateway.identifies.extend([clock.time()] * 60)
    server.invalidate_sessions()
    assert live.running is not None
    with pytest.raises(ConnectionLost, match="too many"):
        await live.running
    assert await server.until(
        lambda: not server.gateway.connections
    )  # also of the gateway whose session was refused
