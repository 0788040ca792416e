"""Tests of files on the platforms, through the whole process."""

from __future__ import annotations

import json
from pathlib import Path

from engine.wording import words_in
from tests.rigs.app_rig import TOKEN, running
from tests.servers.discord import DiscordServer
from tests.servers.model import ModelServer, Reply
from tests.servers.telegram import TelegramServer

EN = words_in("en")


async def test_on_telegram_an_export_arrives_as_a_document(tmp_path: Path) -> None:
    async with TelegramServer(token=TOKEN) as server, ModelServer() as model:
        async with running(server, model, tmp_path / "p.db"):
            server.say(7, "/export")
            await server.until(lambda s: len(s.sent(7)) == 1)
            (message,) = server.sent(7)
            told = json.loads(server.world.files[message.extra["document"]["file_id"]].content)
            assert [asked["question"] for asked in told["messages"]] == ["/export"]
            assert message.shown.text == EN.export_chat


async def test_on_discord_an_export_fills_the_deferred_answer(tmp_path: Path) -> None:
    discord = DiscordServer(token="abc")
    async with TelegramServer(token=TOKEN) as telegram, ModelServer() as model, discord:
        model.queue.append(Reply("I will remember that for you."))
        more = {
            "DISCORD_BOT_TOKEN": "abc",
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
        }
        channel = discord.add_channel(discord.add_guild("guild"), "general")
        async with running(telegram, model, tmp_path / "p.db", **more):
            await discord.until(lambda: any(link.session for link in discord.gateway.connections))
            discord.say(channel, "my number is 4711", mentions_bot=True)
            await discord.until(
                lambda: [m.content for m in discord.answers(channel)]
                == ["I will remember that for you."]
            )
            asked = discord.slash("export", {"text": "text"}, place=channel)
            await discord.until(
                lambda: asked.original is not None and bool(asked.original.now.files)
            )
            assert asked.original is not None
            assert asked.original.content == EN.export_own
            (file,) = asked.original.now.files
            assert "my number is 4711" in file.content.decode()
            assert len(discord.answers(channel)) == 2
