"""A broadcast through the whole process on Telegram, killed in the middle."""

from __future__ import annotations

import asyncio
import random
import signal
from pathlib import Path

import pytest

from engine.wording.service import service_in
from tests.rigs.app_rig import TOKEN, running, texts
from tests.rigs.crash import Rig
from tests.servers.model import ModelServer
from tests.servers.telegram import TelegramServer, Timing, User

TOLD = service_in("en")
ADA = 1
BOSS = User(ADA, "Ada", language_code="en")
READERS = [User(200 + number, f"Reader {number}", language_code="en") for number in range(40)]
QUICK = Timing(repeated_poll_seconds=0, conflict_seconds=0, webhook_retry_seconds=0.01)
SETTINGS = {"ADMIN_USERS": str(ADA)}
TEXT = "The bot sleeps tonight."
NEWS = f"{TEXT}\n\n{TOLD.news_on}"


def meet(server: TelegramServer) -> None:
    for one in (BOSS, *READERS):
        server.chat(one.id).user = one


async def subscribe(server: TelegramServer, readers: list[User]) -> None:
    for one in readers:
        server.say(one.id, "/news on", user=one)
    await server.until(lambda s: all(texts(s, one.id) == [TOLD.news_on] for one in readers), 60)


async def begin(server: TelegramServer, readers: int) -> int:
    """Let the admin write and tap Send. Return the id of the card."""
    server.say(ADA, f"/broadcast {TEXT}", user=BOSS)
    preview = f"{TEXT}\n\n{TOLD.broadcast_preview.format(chats=readers)}"
    await server.until(lambda s: texts(s, ADA) == [preview], 20)
    card = server.sent(ADA)[-1].message_id
    server.press(ADA, card, TOLD.broadcast_send, user=BOSS)
    return card


def done(server: TelegramServer, chats: int, gone: int = 0) -> bool:
    counts = {"chats": chats, "sent": chats - gone, "gone": gone}
    return texts(server, ADA) == [f"{TEXT}\n\n{TOLD.broadcast_done.format(**counts)}"]


async def test_a_broadcast_reaches_those_who_agreed_and_its_end_is_shown(tmp_path: Path) -> None:
    async with TelegramServer(token=TOKEN, timing=QUICK) as server, ModelServer() as model:
        meet(server)
        async with running(server, model, tmp_path / "p.db", **SETTINGS):
            await subscribe(server, READERS[:3])
            server.block(READERS[2].id)
            await begin(server, 3)
            await server.until(lambda s: done(s, 3, gone=1), 20)
            shown = [texts(server, one.id)[1:] for one in READERS[:4]]
            assert shown == [[NEWS], [NEWS], [], []]


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_after_kills_at_random_instants_every_chat_has_the_message_once(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    async with Rig(tmp_path, seed) as rig:
        rig.settings = SETTINGS
        meet(rig.telegram)
        await rig.start()
        await rig.ready()
        await subscribe(rig.telegram, READERS)
        await begin(rig.telegram, len(READERS))
        await rig.telegram.until(lambda s: any(len(texts(s, one.id)) > 1 for one in READERS), 20)
        left = [0]
        for _ in range(4):
            await asyncio.sleep(chance.random() * 0.5)
            await rig.kill(signal.SIGKILL)
            left.append(sum(len(texts(rig.telegram, one.id)) == 1 for one in READERS))
            await rig.start()
            await rig.ready()
        assert left[1] > 0, "the first kill came too late"
        await rig.telegram.until(lambda s: done(s, len(READERS)), 60)
        shown = [texts(rig.telegram, one.id) for one in READERS]
        assert shown == [[TOLD.news_on, NEWS]] * len(READERS)


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_a_broadcast_reaches_a_direct_chat_on_discord_and_replies_to_nothing(
    tmp_path: Path,
) -> None:
    async with Rig(tmp_path, 1) as rig:
        rig.settings = SETTINGS
        meet(rig.telegram)
        await rig.start()
        await rig.ready()
        reader, other = rig.discord_places[1:]
        for place in (reader, other):
            rig.discord.say(place, "/news on" if place is reader else "/news")
        await rig.discord.until(lambda: all(map(rig.discord.answers, (reader, other))), 20)
        await begin(rig.telegram, 1)
        await rig.telegram.until(lambda s: done(s, 1), 20)
        assert rig.shown("discord", reader) == [TOLD.news_on, NEWS]
        assert rig.shown("discord", other) == [TOLD.news_off]
        assert rig.discord.answers(reader)[-1].reply_to is None
