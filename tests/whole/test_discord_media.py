"""Pictures and voice messages through the whole process on Discord, with addresses that expire."""

from __future__ import annotations

import base64
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image

from tests.engine.media.pictures import made
from tests.rigs.app_rig import TOKEN, running
from tests.servers.discord import Channel, DiscordServer
from tests.servers.model import ModelServer, Reply
from tests.servers.model_faults import pictures_of
from tests.servers.telegram import TelegramServer

SECRET = "abc"

pytestmark = [
    pytest.mark.timeout(60),
    # huggingface_hub 2.4 passes the body in a way that its HTTP library calls outdated.
    pytest.mark.filterwarnings("ignore:Use 'content="),
]


@asynccontextmanager
async def a_server(file: Path, model: ModelServer) -> AsyncIterator[tuple[DiscordServer, Channel]]:
    """Run the process with the imitated Discord. Yield it with the channel of a guild."""
    async with TelegramServer(token=TOKEN) as telegram, DiscordServer(token=SECRET) as discord:
        channel = discord.add_channel(discord.add_guild("guild"), "general")
        async with connected(telegram, discord, model, file):
            yield discord, channel


@asynccontextmanager
async def connected(
    telegram: TelegramServer, discord: DiscordServer, model: ModelServer, file: Path
) -> AsyncIterator[None]:
    more = {
        "DISCORD_BOT_TOKEN": SECRET,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "SPEECH_BASE_URL": model.base_url,
    }
    discord.gateway.identifies.clear()
    async with running(telegram, model, file, **more):
        await discord.until(lambda: any(link.session for link in discord.gateway.connections), 30)
        yield


def contents(discord: DiscordServer, channel: Channel) -> list[str]:
    return [message.content for message in discord.answers(channel)]


async def answered(discord: DiscordServer, channel: Channel, text: str) -> None:
    await discord.until(lambda: any(text in said for said in contents(discord, channel)), 20)


def decoded(url: str) -> Image.Image:
    head, _, content = url.partition(",")
    picture = Image.open(io.BytesIO(base64.b64decode(content)))
    assert head == f"data:image/{(picture.format or '').lower()};base64"
    return picture


async def test_attachments_are_one_question_and_no_address_leaves(tmp_path: Path) -> None:
    async with ModelServer() as model, a_server(tmp_path / "a.db", model) as (discord, channel):
        model.queue.append(Reply("Two colours."))
        files = [
            (f"{colour}.png", made((1800, 1200), "PNG", colour=colour), "image/png")
            for colour in ("red", "blue")
        ]
        discord.say(channel, "compare them", attachments=files, mentions_bot=True)
        await answered(discord, channel, "Two colours.")
        pictures = [decoded(url) for url in pictures_of(model.requests[0].body)]
        assert len(pictures) == 2
        assert max(max(picture.size) for picture in pictures) <= 1280
        colours = [picture.convert("RGB").getpixel((9, 9)) for picture in pictures]
        assert [colour[0] > 200 for colour in colours] == [True, False]
        await model.call(1)
        for call in model.requests:
            assert "/attachments/" not in str(call.body)


async def test_a_reply_and_a_retry_fetch_the_picture_again(tmp_path: Path) -> None:
    async with ModelServer() as model, a_server(tmp_path / "a.db", model) as (discord, channel):
        model.queue += [Reply("A barn."), Reply("1. A barn."), Reply("It is red.")]
        barn = [("barn.jpg", made((900, 600)), "image/jpeg")]
        first = discord.say(channel, "look", attachments=barn, mentions_bot=True)
        await answered(discord, channel, "A barn.")
        await model.call(1)
        discord.say(channel, "which colour is it?", reply_to=first, mentions_bot=True)
        await answered(discord, channel, "It is red.")
        assert len(pictures_of(model.requests[2].body)) == 1


async def test_a_process_that_ended_leaves_the_picture_to_the_next_one(tmp_path: Path) -> None:
    async with ModelServer() as model, TelegramServer(token=TOKEN) as telegram:
        async with DiscordServer(token=SECRET) as discord:
            channel = discord.add_channel(discord.add_guild("guild"), "general")
            model.queue.append(Reply("A red barn, slowly", gate=model.gate()))
            async with connected(telegram, discord, model, tmp_path / "a.db"):
                barn = [("barn.jpg", made((900, 600)), "image/jpeg")]
                discord.say(channel, "what is this?", attachments=barn, mentions_bot=True)
                await model.call(0)
            model.queue.append(Reply("A red barn."))
            async with connected(telegram, discord, model, tmp_path / "a.db"):
                await answered(discord, channel, "A red barn.")
                assert len(pictures_of(model.requests[1].body)) == 1
                assert len(contents(discord, channel)) == 1


async def test_a_voice_message_in_a_direct_message_is_answered(tmp_path: Path) -> None:
    async with ModelServer() as model, a_server(tmp_path / "a.db", model) as (discord, _):
        model.transcripts.append("When is the maths exam?")
        model.queue.append(Reply("On Friday."))
        place = discord.add_dm()
        note = [("voice-message.ogg", b"OggS" + bytes(500), "audio/ogg")]
        discord.say(place, "", attachments=note, voice_seconds=2.0)
        await answered(discord, place, "On Friday.")
        assert "🎤 When is the maths exam?" in contents(discord, place)[0]
        (recording,) = model.recordings
        assert recording == ("voice.ogg", b"OggS" + bytes(500))
