"""A group that listens, through the whole process on both platforms."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine.contract import Action
from engine.wording import words_in
from tests.rigs.app_rig import TOKEN, running, texts
from tests.servers.discord import DiscordServer
from tests.servers.model import ModelServer, Reply
from tests.servers.telegram import TelegramServer, Timing, Upload, User

EN = words_in("en")
GROUP = -1001234567890
ADA, BOB = User(1, "Ada", language_code="en"), User(2, "Bob", language_code="en")
QUICK = Timing(repeated_poll_seconds=0, conflict_seconds=0, webhook_retry_seconds=0.01)


def kept(file: Path) -> int:
    """Return how many messages the database file keeps that were not addressed to the bot."""
    with sqlite3.connect(file) as database:
        return int(database.execute("SELECT count(*) FROM overheard").fetchone()[0])


async def until_kept(file: Path, count: int) -> None:
    """Look into the file until it keeps so many."""
    for _ in range(500):
        if kept(file) == count:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{kept(file)} messages are kept instead of {count}")


def prompt(model: ModelServer, which: int = -1) -> str:
    """Return the last message of a prompt."""
    return str(model.requests[which].body["messages"][-1]["content"])


@asynccontextmanager
async def telegram_group(
    file: Path, *, hears: bool = False
) -> AsyncIterator[tuple[TelegramServer, ModelServer]]:
    async with TelegramServer(token=TOKEN, timing=QUICK) as server, ModelServer() as model:
        server.world.reads_all = True
        server.chat(GROUP).admins = (ADA,)
        more = {"SPEECH_BASE_URL": model.base_url} if hears else {}
        async with running(server, model, file, **more):
            yield server, model


async def shown(server: TelegramServer, count: int) -> str:
    """Wait for so many messages of the bot; return the newest."""
    await server.until(lambda s: len(s.sent(GROUP)) == count and not s.pending_updates)
    return texts(server, GROUP)[-1]


@pytest.mark.filterwarnings("ignore:Use 'content=")  # as in tests/whole/test_voice.py
async def test_on_telegram_a_voice_message_that_names_the_bot_is_answered(tmp_path: Path) -> None:
    note = Upload("voice.ogg", "audio/ogg", b"OggS" + bytes(500), "voice")
    async with telegram_group(tmp_path / "p.db", hears=True) as (server, model):
        server.say(GROUP, "/listen on", user=ADA)
        assert EN.listen_voice in await shown(server, 1)
        model.transcripts.extend(["See you at six.", "Pipit, when is high tide?"])
        model.queue.append(Reply("At noon."))
        server.say(GROUP, user=BOB, file=note)
        server.say(GROUP, user=BOB, file=note)
        await server.until(lambda now: "At noon." in texts(now, GROUP)[-1])
        answer = await shown(server, 2)
        assert "🎤 Pipit, when is high tide?" in answer
        assert "six" not in str(model.requests)


async def test_on_telegram_an_administrator_switches_it_and_the_next_question_knows_the_talk(
    tmp_path: Path,
) -> None:
    file = tmp_path / "p.db"
    async with telegram_group(file) as (server, model):
        server.say(GROUP, "before anybody agreed", user=BOB)
        server.say(GROUP, "/listen on", user=BOB)
        assert await shown(server, 1) == EN.listen_admins
        server.say(GROUP, "/listen on", user=ADA)
        card = await shown(server, 2)
        assert card.startswith("👂 I listen in this chat.")
        assert [label for label, _ in server.sent(GROUP)[-1].shown.buttons] == [
            EN.listen_object,
            EN.listen_allow,
            EN.listen_end,
        ]
        server.say(GROUP, "the boat leaves at six", user=BOB)
        server.say(GROUP, "from pier four", user=ADA)
        await until_kept(file, 2)
        model.queue.append(Reply("At six."))
        server.say(GROUP, "/ask when does it leave?", user=ADA)
        await shown(server, 3)
        assert "Bob: the boat leaves at six" in prompt(model)
        assert "Ada: from pier four" in prompt(model)
        assert "before anybody agreed" not in prompt(model)


async def test_on_telegram_a_tap_objects_and_an_edit_replaces(tmp_path: Path) -> None:
    file = tmp_path / "p.db"
    async with telegram_group(file) as (server, model):
        server.say(GROUP, "/listen on", user=ADA)
        await shown(server, 1)
        card = server.sent(GROUP)[0]
        mine = server.say(GROUP, "of Bob", user=BOB)
        hers = server.say(GROUP, "of Ada", user=ADA)
        await until_kept(file, 2)
        tap = server.press(GROUP, card.message_id, EN.listen_object, user=BOB)
        await server.until(lambda s: tap in s.tap_answers)
        assert server.tap_answers[tap]["text"] == EN.listen_objected
        server.edit(GROUP, hers.message_id, "of Ada, edited")
        server.edit(GROUP, mine.message_id, "of Bob, edited")
        model.queue.append(Reply("Well."))
        server.say(GROUP, "/ask and?", user=ADA)
        await shown(server, 2)
        assert "Ada: of Ada, edited" in prompt(model)
        assert "of Bob" not in prompt(model)
        tap = server.press(GROUP, card.message_id, EN.listen_end, user=ADA)
        await server.until(lambda s: s.sent(GROUP)[0].shown.text == EN.listen_stopped)
        await until_kept(file, 0)


async def test_on_telegram_the_card_tells_of_privacy_mode(tmp_path: Path) -> None:
    async with telegram_group(tmp_path / "p.db") as (server, _):
        server.world.reads_all = False
        server.say(GROUP, "/listen on", user=ADA)
        assert (await shown(server, 1)).endswith(EN.listen_as_admin)
        server.chat(GROUP).admins = (ADA, server.world.bot)
        server.say(GROUP, "/listen", user=BOB)
        assert EN.listen_as_admin not in await shown(server, 2)


async def test_on_telegram_an_album_whose_second_file_asks_is_one_question(tmp_path: Path) -> None:
    async with telegram_group(tmp_path / "p.db") as (server, model):
        first = "a" * 3900 + " and the first part ends here"
        server.say(GROUP, first, user=BOB)
        model.queue.append(Reply("Both."))
        server.say(GROUP, "the second part, @loopback_bot", user=BOB)
        await shown(server, 1)
        assert len(model.requests) == 1
        assert "the first part ends here" in prompt(model)
        assert "the second part" in prompt(model)


@asynccontextmanager
async def discord_server(
    file: Path, *privileged: str
) -> AsyncIterator[tuple[DiscordServer, ModelServer]]:
    discord = DiscordServer(token="abc", privileged=privileged)
    async with TelegramServer(token=TOKEN) as telegram, ModelServer() as model, discord:
        more = {
            "DISCORD_BOT_TOKEN": "abc",
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
        }
        discord.add_channel(discord.add_guild("guild"), "general")
        async with running(telegram, model, file, **more):
            await discord.until(lambda: any(link.session for link in discord.gateway.connections))
            yield discord, model


async def test_on_discord_a_manager_switches_it_and_members_object(tmp_path: Path) -> None:
    file = tmp_path / "p.db"
    async with discord_server(file, "message_content") as (discord, model):
        (channel,) = [one for one in discord.world.channels.values() if one.name == "general"]
        (guild,) = discord.world.guilds.values()
        bob, eve = discord.add_user("Bob"), discord.add_user("Eve")
        guild.managers.add(eve.id)
        refused = discord.slash("listen", {"switch": "on"}, place=channel, user=bob)
        await discord.until(
            lambda: refused.original is not None and refused.original.content == EN.listen_admins
        )
        asked = discord.slash("listen", {"switch": "on"}, place=channel, user=eve)
        await discord.until(
            lambda: asked.original is not None and "I listen in this chat" in asked.original.content
        )
        card = asked.original
        assert card is not None
        assert EN.listen_by_owner not in card.content
        boat = discord.say(channel, "the boat leaves at six", user=bob)
        lost = discord.say(channel, "oh no", user=bob)
        discord.say(channel, "from pier four", user=eve)
        await until_kept(file, 3)
        discord.edit(boat, "the boat leaves at seven")
        discord.delete(lost)
        await until_kept(file, 2)
        model.queue.append(Reply("At seven."))
        discord.say(channel, "when?", mentions_bot=True)
        await discord.until(lambda: len(model.requests) == 1)
        told = prompt(model)
        assert "Bob: the boat leaves at seven" in told
        assert "Eve: from pier four" in told
        assert "oh no" not in told
        discord.press(card, "pipit:" + Action.OBJECT.value, user=bob)
        await until_kept(file, 1)


async def test_on_discord_the_card_tells_of_the_missing_intent(tmp_path: Path) -> None:
    file = tmp_path / "p.db"
    async with discord_server(file) as (discord, model):
        (channel,) = [one for one in discord.world.channels.values() if one.name == "general"]
        asked = discord.slash("listen", {"switch": "on"}, place=channel)
        await discord.until(
            lambda: asked.original is not None and EN.listen_by_owner in asked.original.content
        )
        discord.say(channel, "nobody hears this")
        model.queue.append(Reply("Nothing."))
        discord.say(channel, "what did I say?", mentions_bot=True)
        await discord.until(lambda: len(model.requests) == 1)
        assert prompt(model) == "Ada: what did I say?"
        assert kept(file) == 0
