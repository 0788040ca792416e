"""The imitated Discord's gateway, rate limits, faults and command line keep to Discord's rules."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
import yarl

from tests.rigs import discord_rig
from tests.rigs.discord_rig import TOKEN, Bot, HandClock, RawGateway, create, modest
from tests.servers.discord import DiscordServer
from tests.servers.owned_tasks import OwnedTasks

bot, channel, clock = discord_rig.bot, discord_rig.channel, discord_rig.clock
http, server, tasks = discord_rig.http, discord_rig.server, discord_rig.tasks

# Gateway


async def test_a_client_learns_itself_its_guilds_and_their_channels(
    server: DiscordServer, bot: Bot
) -> None:
    guild = server.add_guild("Home")
    assert await bot.queue("guild_join").get() == discord.Object(guild.id, type=discord.Guild)
    channel = server.add_channel(guild, "general")
    assert (await bot.queue("guild_channel_create").get()).name == "general"
    thread = server.add_thread(channel, "aside")
    assert (await bot.queue("thread_create").get()).parent_id == channel.id
    assert isinstance(bot.get_channel(thread.id), discord.Thread)
    assert (bot.user and bot.user.id) == bot.application_id == server.bot.id


async def test_text_is_shown_only_in_dms_mentions_and_replies_to_the_bot(
    server: DiscordServer, channel: Any, bot: Bot
) -> None:
    own = await bot.get_channel(channel.id).send("mine")
    answered = server.messages(channel)[0]
    server.say(channel, "hidden")
    server.say(channel, "shown", mentions_bot=True)
    server.say(channel, "a reply", reply_to=answered)
    server.say(channel, "a quiet reply", reply_to=answered, ping=False)
    server.say(server.add_dm(), "private")
    heard = [(await bot.queue("message").get()).content for _ in range(6)]
    assert heard == ["mine", "", f"<@{server.bot.id}> shown", "a reply", "", "private"]
    assert own.content == "mine"


async def test_the_message_content_intent_shows_every_text_where_the_portal_allows_it(
    clock: HandClock, tasks: OwnedTasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with DiscordServer(token=TOKEN, clock=clock, privileged=["message_content"]) as server:
        monkeypatch.setattr(discord.http.Route, "BASE", server.api_url)
        monkeypatch.setattr(
            discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway_url)
        )
        channel = server.add_channel(server.add_guild("Home"), "general")
        intents = modest()
        intents.message_content = True
        client = Bot(intents)
        tasks.spawn(client.live(), "bot")
        await client.queue("ready").get()
        server.say(channel, "open")
        assert (await client.queue("message").get()).content == "open"
        await client.close()


async def test_an_intent_that_the_portal_does_not_allow_closes_with_4014(
    server: DiscordServer, tasks: OwnedTasks
) -> None:
    intents = modest()
    intents.message_content = True
    client = Bot(intents)
    tasks.spawn(client.live(), "bot")
    assert isinstance(await client.queue("failed").get(), discord.PrivilegedIntentsRequired)
    await client.close()


async def test_a_wrong_token_is_refused_by_rest_and_by_the_gateway(server: DiscordServer) -> None:
    async with Bot(modest()) as client:
        with pytest.raises(discord.LoginFailure):
            await client.login("wrong")
    async with RawGateway(server) as raw:
        await raw.identify(token="wrong")
        assert await raw.close_code() == 4004


async def test_a_dropped_connection_is_resumed_and_misses_nothing(
    server: DiscordServer, channel: Any, bot: Bot
) -> None:
    server.drop()
    server.say(channel, "meanwhile", mentions_bot=True)
    assert (await bot.queue("message").get()).content.endswith("meanwhile")
    await bot.queue("resumed").get()
    assert (len(server.gateway.identifies), len(server.gateway.resumes)) == (1, 1)
    await server.until(
        lambda: server.gateway.connections
        and server.gateway.connections[0].path.endswith("/resume")
    )


async def test_what_happens_without_a_session_is_never_delivered_but_stands_in_the_history(
    server: DiscordServer, channel: Any, bot: Bot
) -> None:
    before = server.say(channel, "before", mentions_bot=True)
    await bot.queue("message").get()
    server.drop(resumable=False)
    missed = server.say(channel, "missed", mentions_bot=True)
    await server.until(lambda: len(server.gateway.identifies) == 2)
    server.say(channel, "after", mentions_bot=True)
    assert (await bot.queue("message").get()).content.endswith("after")
    after = discord.Object(before.id)
    found = [
        one.id async for one in bot.get_channel(channel.id).history(after=after, oldest_first=True)
    ]
    assert found[0] == missed.id


async def test_a_session_dies_when_it_stays_away_too_long(
    server: DiscordServer, clock: HandClock
) -> None:
    async with RawGateway(server) as raw:
        session = (await raw.identify())["session_id"]
    await server.until(lambda: not server.gateway.connections)
    clock.now += 600
    async with RawGateway(server) as raw:
        await raw.send(6, {"token": TOKEN, "session_id": session, "seq": 1})
        assert (await raw.receive(9))["d"] is False


async def test_a_clean_close_ends_the_session_and_an_unclean_one_does_not(
    server: DiscordServer,
) -> None:
    for code, kept in ((1000, 0), (4000, 1)):
        async with RawGateway(server) as raw:
            await raw.identify()
            await raw.socket.close(code=code)
        await server.until(lambda: not server.gateway.connections)
        assert len(server.gateway.sessions) == kept


@pytest.mark.parametrize("resumable", [True, False])
async def test_an_invalid_session_is_resumed_only_when_discord_says_so(
    server: DiscordServer, bot: Bot, *, resumable: bool
) -> None:
    server.invalidate_sessions(resumable=resumable)
    await bot.queue("resumed" if resumable else "ready").get()
    assert len(server.gateway.identifies) == (1 if resumable else 2)


async def test_a_request_to_reconnect_is_followed_by_a_resume(
    server: DiscordServer, bot: Bot
) -> None:
    server.ask_to_reconnect()
    await bot.queue("resumed").get()
    assert len(server.gateway.identifies) == 1


async def test_a_refused_handshake_is_tried_again_by_the_client(
    server: DiscordServer, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.client.ExponentialBackoff, "delay", lambda _: 0)
    server.refuse_gateway(2)
    server.drop()
    await bot.queue("resumed").get()
    assert server.gateway.refusing == 0


async def test_too_many_identifies_in_a_day_reset_the_token(
    server: DiscordServer, clock: HandClock
) -> None:
    server.gateway.identifies.extend([clock.now - 90_000] * 500 + [clock.now - 60] * 1000)
    async with RawGateway(server) as raw:
        await raw.identify()
        assert await raw.close_code() == 4004
    async with RawGateway(server) as raw:
        await raw.identify()
        assert await raw.close_code() == 4004


@pytest.mark.parametrize(
    ("packet", "code"),
    [
        ("nonsense", 4002),
        ('{"op": 99}', 4001),
        ('{"op": 8, "d": {}}', 4003),
        ('{"op": 1, "d": null}', None),
    ],
)
async def test_packets_out_of_order_close_with_their_code(
    server: DiscordServer, packet: str, code: int | None
) -> None:
    async with RawGateway(server) as raw:
        await raw.socket.send_str(packet)
        if code is None:
            assert await raw.receive(11)
        else:
            assert await raw.close_code() == code


async def test_a_second_identify_and_a_sequence_from_the_future_are_refused(
    server: DiscordServer,
) -> None:
    async with RawGateway(server) as raw:
        session = (await raw.identify())["session_id"]
        await raw.send(2, {"token": TOKEN, "intents": 0})
        assert await raw.close_code() == 4005
    async with RawGateway(server) as raw:
        await raw.send(6, {"token": TOKEN, "session_id": session, "seq": 99})
        assert await raw.close_code() == 4007


async def test_more_than_120_packets_in_a_minute_close_with_4008(server: DiscordServer) -> None:
    async with RawGateway(server) as raw:
        for _ in range(121):
            await raw.send(1, None)
        assert await raw.close_code() == 4008


@pytest.mark.parametrize("compress", ["", "zlib-stream", "zstd-stream"])
async def test_every_transport_compression_carries_the_same_events(
    server: DiscordServer, compress: str
) -> None:
    server.add_guild("Home")
    async with RawGateway(server, compress) as raw:
        assert (await raw.identify(intents=1))["user"]["id"] == str(server.bot.id)
        assert (await raw.receive(0))["d"]["name"] == "Home"


async def test_the_client_beats_and_is_answered(server: DiscordServer, bot: Bot) -> None:
    assert await server.until(lambda: server.gateway.heartbeats)
    assert bot.latency >= 0


# Rate limits and faults


async def test_the_sixth_create_in_five_seconds_is_refused_with_its_headers(
    server: DiscordServer, channel: Any, http: aiohttp.ClientSession, clock: HandClock
) -> None:
    answers = [await create(http, channel, content=str(n)) for n in range(6)]
    assert [status for status, _, _ in answers] == [200] * 5 + [429]
    _, body, headers = answers[-1]
    assert (body["retry_after"], body["global"], headers["X-RateLimit-Scope"]) == (
        5.0,
        False,
        "user",
    )
    assert headers["Via"]
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("5", "0")
    assert float(headers["X-RateLimit-Reset-After"]) == 5.0
    clock.now += 5.0
    assert (await create(http, channel, content="later"))[0] == 200
    assert server.limits.invalid_calls == 1


async def test_edits_and_other_channels_have_buckets_of_their_own(
    server: DiscordServer, channel: Any, http: aiohttp.ClientSession
) -> None:
    thread = server.add_thread(channel, "aside")
    first = (await create(http, channel, content="0"))[1]["id"]
    for n in range(5):
        await create(http, channel, content=str(n))
        async with http.patch(
            f"channels/{channel.id}/messages/{first}", json={"content": f"edit {n}"}
        ) as edited:
            assert edited.status == 200
    assert (await create(http, thread, content="x"))[0] == 200
    buckets = {call.name: call.status for call in server.calls}
    assert buckets == {"create": 200, "edit": 200}
    assert [call.status for call in server.calls_to("create", channel)][-1] == 429


async def test_more_than_fifty_calls_a_second_are_refused_globally(
    server: DiscordServer, http: aiohttp.ClientSession
) -> None:
    for _ in range(50):
        await (await http.get("users/@me")).read()
    async with http.get("users/@me") as response:
        assert (response.status, response.headers["X-RateLimit-Global"]) == (429, "true")
        assert (await response.json())["global"] is True


async def test_ten_thousand_invalid_calls_shut_the_door(
    server: DiscordServer, http: aiohttp.ClientSession, clock: HandClock
) -> None:
    refused = server.fault("429", times=1)
    async with http.get("users/@me") as response:
        assert response.status == 429
    server.limits.invalid.extend([clock.now] * 9_999)
    async with http.get("users/@me") as response:
        assert (response.status, "Via" in response.headers) == (429, False)
    assert refused.used == 1
    clock.now += 601
    async with http.get("users/@me") as response:
        assert response.status == 200


async def test_without_flood_nothing_is_refused(clock: HandClock) -> None:
    async with DiscordServer(token=TOKEN, flood=False, clock=clock) as server:
        place = server.add_dm()
        headers = {"Authorization": f"Bot {TOKEN}"}
        async with aiohttp.ClientSession(server.api_url + "/", headers=headers) as http:
            assert {(await create(http, place, content=str(n)))[0] for n in range(60)} == {200}


async def test_a_real_429_is_waited_out_by_the_client_and_cloudflares_is_not(
    server: DiscordServer, channel: Any, bot: Bot
) -> None:
    place = bot.get_channel(channel.id)
    server.fault("429", route="create", retry_after=0.01)
    await place.send("patient")
    assert [call.status for call in server.calls_to("create")] == [429, 200]
    server.fault("cloudflare", route="create", retry_after=60)
    with pytest.raises(discord.HTTPException) as refused:
        await place.send("banned")
    assert (refused.value.status, server.calls[-1].fault) == (429, "cloudflare")


@pytest.mark.parametrize(("kind", "applied"), [("reset", 0), ("lost_reply", 1)])
async def test_a_cut_connection_comes_before_or_after_the_call_is_carried_out(
    server: DiscordServer, channel: Any, http: aiohttp.ClientSession, kind: str, applied: int
) -> None:
    server.fault(kind, route="create")
    with pytest.raises(aiohttp.ClientError):
        await create(http, channel, content="x")
    assert (len(server.messages(channel)), server.calls[-1].status) == (applied, 0)


async def test_a_held_call_is_carried_out_when_released(
    server: DiscordServer, channel: Any, http: aiohttp.ClientSession, tasks: OwnedTasks
) -> None:
    fault = server.fault("hold", route="create", place=channel)

    async def late() -> None:
        await create(http, channel, content="late")

    tasks.spawn(late(), "late")
    await server.until(lambda: fault.used)
    assert server.messages(channel) == []
    fault.release()
    await server.until(lambda: server.messages(channel))


async def test_a_delayed_call_and_a_502_are_answered_as_asked(
    server: DiscordServer, channel: Any, http: aiohttp.ClientSession
) -> None:
    server.fault("delay", route="create", seconds=0.01)
    assert (await create(http, channel, content="x"))[0] == 200
    server.fault("502", route="create")
    async with http.post(f"channels/{channel.id}/messages", json={"content": "x"}) as response:
        assert (response.status, response.content_type) == (502, "text/html")
    server.fault("status", route="create", status=403, code=50013, message="Missing Permissions")
    assert (await create(http, channel, content="x"))[1]["code"] == 50013


async def test_an_unknown_fault_is_an_error_of_the_test(server: DiscordServer) -> None:
    with pytest.raises(ValueError, match="no fault"):
        server.fault("403")


async def test_waiting_in_vain_names_the_last_calls(
    server: DiscordServer, http: aiohttp.ClientSession
) -> None:
    await (await http.get("users/@me")).read()
    with pytest.raises(AssertionError, match="users/@me 200"):
        await server.until(lambda: False, within_seconds=0.01)


# The command line


async def test_the_command_line_serves_and_says_what_is_typed() -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "tests.servers.discord", "--port", "0", "--token", TOKEN]
    pipe = asyncio.subprocess.PIPE
    served = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, cwd=root, env=dict(os.environ)
    )
    assert served.stdout
    assert served.stdin
    told = dict([(await served.stdout.readline()).decode().strip().split("=", 1) for _ in range(3)])
    place = (await served.stdout.readline()).decode().split()[-1]
    served.stdin.write(b"hello\n")
    headers = {"Authorization": f"Bot {TOKEN}"}
    async with aiohttp.ClientSession(told["DISCORD_API_URL"] + "/", headers=headers) as http:
        async with http.post(f"channels/{place}/messages", json={"content": "hi"}) as response:
            assert response.status == 200
        assert (await served.stdout.readline()).decode().strip().endswith("#1: hi")
        async with http.get(f"channels/{place}/messages") as response:
            assert {message["content"] for message in await response.json()} == {"hello", "hi"}
    served.terminate()
    await served.wait()
