"""The imitated Discord's messages, interactions and commands keep to Discord's rules."""

from __future__ import annotations

import io
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from tests.rigs import discord_rig
from tests.rigs.discord_rig import Bot, HandClock, create
from tests.servers.discord import DiscordServer

bot, channel, clock = discord_rig.bot, discord_rig.channel, discord_rig.clock
http, server, tasks = discord_rig.http, discord_rig.server, discord_rig.tasks

# Messages


async def test_a_repeated_nonce_gives_the_first_message_again_for_some_minutes(
    server: DiscordServer, channel: Any, http: aiohttp.ClientSession, clock: HandClock
) -> None:
    body = {"content": "once", "nonce": "question-1", "enforce_nonce": True}
    _, first, _ = await create(http, channel, **body)
    clock.now += 60
    _, again, _ = await create(http, channel, **{**body, "content": "twice"})
    assert (first["id"], again["content"]) == (again["id"], "once")
    clock.now += 600
    _, later, _ = await create(http, channel, **body)
    assert later["id"] != first["id"]
    assert len(server.messages(channel)) == 2


async def test_the_same_nonce_in_another_channel_is_another_message(
    server: DiscordServer, channel: Any, http: aiohttp.ClientSession
) -> None:
    thread = server.add_thread(channel, "aside")
    for place in (channel, thread):
        await create(http, place, content="x", nonce="1", enforce_nonce=True)
    assert [len(server.messages(place)) for place in (channel, thread)] == [1, 1]


async def test_a_lost_reply_was_carried_out_and_the_nonce_keeps_the_retry_from_doubling_it(
    server: DiscordServer, channel: Any, bot: Bot
) -> None:
    server.fault("lost_reply", route="create")
    place = bot.get_channel(channel.id)
    with pytest.raises(aiohttp.ClientError):
        await place.send("once", nonce="q1")
    sent = await place.send("once", nonce="q1")
    assert [message.id for message in server.messages(channel)] == [sent.id]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"content": "x" * 2001}, 400, 50035),
        ({"content": " \n "}, 400, 50006),
        ({"content": "x", "nonce": "n" * 26}, 400, 50035),
        ({"content": "x", "message_reference": {"message_id": "1"}}, 400, 50035),
        ({"content": "x", "components": [{"type": 1, "components": []}] * 6}, 400, 50035),
        (
            {
                "content": "x",
                "components": [{"type": 1, "components": [{"type": 2, "custom_id": "a"}]}],
            },
            400,
            50035,
        ),
        ({"content": "x", "flags": 1 << 15}, 400, 50035),
    ],
)
async def test_a_message_that_discord_would_refuse_is_refused(
    server: DiscordServer,
    channel: Any,
    http: aiohttp.ClientSession,
    body: dict[str, Any],
    status: int,
    code: int,
) -> None:
    answered, shown, _ = await create(http, channel, **body)
    assert (answered, shown["code"], server.messages(channel)) == (status, code, [])


async def test_the_length_is_counted_in_code_points(
    server: DiscordServer, channel: Any, http: aiohttp.ClientSession
) -> None:
    status, shown, _ = await create(http, channel, content="\U0001f600" * 2000)
    assert (status, len(shown["content"])) == (200, 2000)


async def test_edits_keep_every_revision_and_are_announced(
    server: DiscordServer, channel: Any, bot: Bot
) -> None:
    sent = await bot.get_channel(channel.id).send("one")
    await sent.edit(content="two ")
    assert (await bot.queue("raw_message_edit").get()).data["content"] == "two"
    await sent.delete()
    assert (await bot.queue("raw_message_delete").get()).message_id == sent.id
    kept = server.messages(channel, deleted=True)[0]
    assert (kept.contents, server.messages(channel)) == (["one", "two"], [])


async def test_a_message_that_is_gone_or_anothers_cannot_be_edited(
    server: DiscordServer, channel: Any, bot: Bot
) -> None:
    theirs = server.say(channel, "theirs")
    place = bot.get_channel(channel.id)
    with pytest.raises(discord.Forbidden):
        await place.get_partial_message(theirs.id).edit(content="mine")
    server.delete(theirs)
    with pytest.raises(discord.NotFound) as gone:
        await place.get_partial_message(theirs.id).edit(content="mine")
    assert gone.value.code == 10008


async def test_an_edited_question_is_announced_with_its_new_text(
    server: DiscordServer, channel: Any, bot: Bot
) -> None:
    question = server.say(channel, "2+2?", mentions_bot=True)
    server.edit(question, f"{server.bot.mention} 3+3?")
    assert (await bot.queue("raw_message_edit").get()).data["content"].endswith("3+3?")


async def test_history_is_paged_from_either_end(
    server: DiscordServer, channel: Any, bot: Bot
) -> None:
    ids = [server.say(channel, str(n)).id for n in range(120)]
    place = bot.get_channel(channel.id)
    after = [
        one.id
        async for one in place.history(after=discord.Object(ids[4]), oldest_first=True, limit=110)
    ]
    before = [one.id async for one in place.history(before=discord.Object(ids[9]), limit=3)]
    assert (after, before) == (ids[5:115], [ids[8], ids[7], ids[6]])


async def test_mentions_notify_nobody_when_the_call_allows_none(
    server: DiscordServer, channel: Any, bot: Bot
) -> None:
    question = server.say(channel, "who?", mentions_bot=True)
    place, text = bot.get_channel(channel.id), f"@everyone {server.user.mention}"
    await place.send(
        text, reference=discord.MessageReference(message_id=question.id, channel_id=channel.id)
    )
    await place.send(text, allowed_mentions=discord.AllowedMentions.none())
    loud, quiet = server.answers(channel)
    assert (loud.pinged, loud.pinged_everyone, loud.reply_to) == (
        {server.user.id},
        True,
        question.id,
    )
    assert (quiet.pinged, quiet.pinged_everyone) == (frozenset(), False)
    assert quiet.now.allowed_mentions == {"parse": []}


async def test_files_go_up_and_come_down_until_their_address_expires(
    server: DiscordServer, channel: Any, bot: Bot, clock: HandClock
) -> None:
    sent = await bot.get_channel(channel.id).send(
        "see", file=discord.File(io.BytesIO(b"# hi"), "notes.md")
    )
    assert server.messages(channel)[0].now.files[0].content == b"# hi"
    assert await sent.attachments[0].read() == b"# hi"
    server.say(server.add_dm(), "look", attachments=[("cat.png", b"PNG", "image/png")])
    await bot.queue("message").get()
    received = (await bot.queue("message").get()).attachments[0]
    assert (received.content_type, received.size, await received.read()) == ("image/png", 3, b"PNG")
    clock.now += 100_000
    with pytest.raises(discord.NotFound):
        await received.read()


async def test_a_dm_is_opened_by_user_and_closed_by_a_block(
    server: DiscordServer, bot: Bot
) -> None:
    person = await bot.fetch_user(server.user.id)
    await person.send("hello")
    dm = server.add_dm()
    assert [message.content for message in server.messages(dm)] == ["hello"]
    dm.can_send = False
    with pytest.raises(discord.Forbidden) as blocked:
        await person.send("again")
    assert blocked.value.code == 50007


async def test_where_the_bot_is_not_or_may_not_write_it_is_forbidden(
    server: DiscordServer, bot: Bot, http: aiohttp.ClientSession
) -> None:
    outside = server.add_channel(server.add_guild("Elsewhere", joined=False), "general")
    mute = server.add_channel(server.add_guild("Home"), "rules", can_send=False)
    gone = server.add_channel(server.add_guild("Old"), "gone")
    server.delete_channel(gone)
    codes = [(await create(http, place, content="x"))[1]["code"] for place in (outside, mute, gone)]
    assert codes == [50001, 50013, 10003]


async def test_typing_is_noted(
    server: DiscordServer, channel: Any, bot: Bot, clock: HandClock
) -> None:
    await bot.get_channel(channel.id).typing()
    assert server.typing == [(clock.now, channel.id)]


async def test_a_thread_opened_on_a_message_is_a_channel_of_its_own(
    server: DiscordServer, channel: Any, bot: Bot
) -> None:
    sent = await bot.get_channel(channel.id).send("start")
    thread = await sent.create_thread(name="aside")
    await thread.send("inside")
    assert [message.content for message in server.messages(thread.id)] == ["inside"]


# Interactions


async def synced(bot: Bot) -> None:
    @bot.tree.command(name="ask", description="Ask something")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def ask(interaction: discord.Interaction, text: str) -> None:
        bot.queue("asked").put_nowait((interaction, text))

    await bot.tree.sync()


async def test_commands_are_replaced_as_a_whole_and_keep_their_ids(
    server: DiscordServer, bot: Bot
) -> None:
    await synced(bot)
    first = server.commands[0]
    assert (first["integration_types"], first["contexts"]) == ([0, 1], [0, 1, 2])
    await bot.tree.sync()
    assert [(one["id"], one["name"]) for one in server.commands] == [(first["id"], "ask")]
    assert (await bot.tree.fetch_commands())[0].id == int(first["id"])
    bot.tree.clear_commands(guild=None)
    await bot.tree.sync()
    assert server.commands == []


async def test_a_deferred_command_is_filled_in_and_followed_up(
    server: DiscordServer, channel: Any, bot: Bot
) -> None:
    await synced(bot)
    asked = server.slash("ask", {"text": "why"}, place=channel)
    interaction, text = await bot.queue("asked").get()
    assert (text, interaction.channel_id, interaction.user.id) == (
        "why",
        channel.id,
        server.user.id,
    )
    await interaction.response.defer()
    assert (asked.response_type, asked.original and asked.original.now.flags) == (5, 1 << 7)
    await interaction.edit_original_response(content="because")
    await interaction.followup.send("and so on")
    assert [message.content for message in server.messages(channel)] == ["because", "and so on"]
    assert (await interaction.original_response()).content == "because"
    await interaction.delete_original_response()
    assert [message.content for message in server.messages(channel)] == ["and so on"]


async def test_an_interaction_is_answered_within_three_seconds_and_once(
    server: DiscordServer, channel: Any, bot: Bot, clock: HandClock, http: aiohttp.ClientSession
) -> None:
    await synced(bot)
    first = server.slash("ask", {"text": "1"}, place=channel)
    path = f"interactions/{first.id}/{first.token}/callback"
    async with (
        http.post(path, json={"type": 5}) as taken,
        http.post(path, json={"type": 5}) as repeated,
    ):
        assert (taken.status, (await repeated.json())["code"]) == (204, 40060)
    await bot.queue("asked").get()
    server.slash("ask", {"text": "2"}, place=channel)
    second, _ = await bot.queue("asked").get()
    clock.now += 3.1
    with pytest.raises(discord.NotFound) as late:
        await second.response.defer()
    assert late.value.code == 10062


async def test_the_token_of_an_interaction_works_for_fifteen_minutes(
    server: DiscordServer, channel: Any, bot: Bot, clock: HandClock
) -> None:
    await synced(bot)
    server.slash("ask", {"text": "1"}, place=channel)
    interaction, _ = await bot.queue("asked").get()
    await interaction.response.defer()
    clock.now += 899
    await interaction.edit_original_response(content="in time")
    clock.now += 2
    with pytest.raises(discord.HTTPException) as late:
        await interaction.edit_original_response(content="late")
    assert (late.value.status, late.value.code) == (401, 50027)


async def test_a_pressed_button_can_update_its_message_or_answer_for_one_person(
    server: DiscordServer, channel: Any, bot: Bot
) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Stop", custom_id="stop"))
    await bot.get_channel(channel.id).send("working", view=view)
    message = server.answers(channel)[0]
    with pytest.raises(LookupError):
        server.press(message, "other")
    pressed = server.press(message, "stop")
    interaction = await bot.queue("interaction").get()
    await interaction.response.edit_message(content="stopped", view=None)
    assert (message.content, message.buttons, pressed.response_type) == ("stopped", [], 7)
    await interaction.followup.send("only you", ephemeral=True)
    assert pressed.followups[0].ephemeral
    heard = [await bot.queue("message").get()]
    assert (heard[0].content, bot.queue("message").empty()) == ("working", True)


async def test_a_user_installed_app_answers_where_the_bot_is_not_with_five_followups(
    server: DiscordServer, bot: Bot, clock: HandClock
) -> None:
    await synced(bot)
    elsewhere = server.add_channel(server.add_guild("Elsewhere", joined=False), "general")
    server.slash("ask", {"text": "1"}, place=elsewhere)
    interaction, _ = await bot.queue("asked").get()
    assert interaction.is_user_integration()
    assert not interaction.is_guild_integration()
    await interaction.response.send_message("first")
    for n in range(5):
        clock.now += 1
        await interaction.followup.send(str(n))
    with pytest.raises(discord.HTTPException) as most:
        await interaction.followup.send("too many")
    assert most.value.code == 40094
    with pytest.raises(discord.Forbidden):
        await bot.get_partial_messageable(elsewhere.id).send("x")


async def test_a_group_of_people_is_a_private_context(server: DiscordServer, bot: Bot) -> None:
    await synced(bot)
    server.slash(
        "ask", {"text": "1"}, place=server.add_group_dm(server.user, server.add_user("Bob"))
    )
    interaction, _ = await bot.queue("asked").get()
    assert interaction.context.private_channel
    server.slash("ask", {"text": "1"}, place=server.add_dm())
    interaction, _ = await bot.queue("asked").get()
    assert (interaction.context.dm_channel, interaction.guild) == (True, None)


async def test_two_hundred_new_commands_a_day_are_the_most(
    server: DiscordServer, http: aiohttp.ClientSession, clock: HandClock
) -> None:
    path = f"applications/{server.bot.id}/commands"
    for start in (0, 100):
        clock.now += 10
        body = [{"name": f"c{n}", "description": "x"} for n in range(start, start + 100)]
        async with http.put(path, json=body) as response:
            assert response.status == 200
    async with http.put(path, json=[{"name": "one-more", "description": "x"}]) as response:
        assert (await response.json())["code"] == 30034


async def test_a_forward_has_no_text_of_its_own_but_a_snapshot(
    server: DiscordServer, bot: Bot
) -> None:
    place = server.add_dm()
    said = server.say(place, "the bridge is shut")
    server.say(place, "", forwards=said)
    _, forward = [await bot.queue("message").get() for _ in range(2)]
    assert (forward.content, forward.message_snapshots[0].content) == ("", "the bridge is shut")
