"""A stranger, the admins and a group, through the whole process on Telegram."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine.wording import words_in
from engine.wording.access import access_in
from tests.rigs.app_rig import TOKEN, running, texts
from tests.rigs.crash import Rig
from tests.servers.model import ModelServer, Reply
from tests.servers.telegram import TelegramServer, Timing, User

EN, TOLD = words_in("en"), access_in("en")
GROUP, STRANGER, ADA, EVE = -1001234567890, 77, 1, 2
ZOE = User(STRANGER, "Zoe", language_code="en")
BOSSES = {ADA: User(ADA, "Ada", language_code="en"), EVE: User(EVE, "Eve", language_code="en")}
QUICK = Timing(repeated_poll_seconds=0, conflict_seconds=0, webhook_retry_seconds=0.01)
PEOPLE = {"APPROVAL": "ON", "ADMIN_USERS": f"{ADA},{EVE}"}
ASKS = "Zoe on Telegram would like to use this bot.\ntelegram:77"


@asynccontextmanager
async def telegram(file: Path) -> AsyncIterator[tuple[TelegramServer, ModelServer]]:
    async with TelegramServer(token=TOKEN, timing=QUICK) as server, ModelServer() as model:
        meet(server)
        async with running(server, model, file, **PEOPLE):
            yield server, model


def meet(server: TelegramServer) -> None:
    for boss in BOSSES.values():
        server.chat(boss.id).user = boss
    server.chat(STRANGER).user = ZOE


def labels(server: TelegramServer, chat: int) -> list[str]:
    return [label for label, _ in server.sent(chat)[-1].shown.buttons]


async def carded(server: TelegramServer, asks: str = ASKS) -> None:
    await server.until(lambda s: all(asks in texts(s, boss) for boss in BOSSES))


async def test_a_stranger_is_approved_by_a_button_and_gets_the_answer(tmp_path: Path) -> None:
    async with telegram(tmp_path / "p.db") as (server, model):
        server.say(STRANGER, "What does a heron do?", user=ZOE)
        await carded(server)
        assert texts(server, STRANGER) == [TOLD.asked]
        assert labels(server, ADA) == [TOLD.approve, TOLD.block]
        assert model.requests == []
        model.queue.append(Reply("It stands."))
        card = server.sent(ADA)[-1].message_id
        tap = server.press(ADA, card, TOLD.approve, user=BOSSES[ADA])
        await server.until(lambda s: texts(s, STRANGER) == [TOLD.asked, "It stands."])
        assert server.tap_answers[tap]["text"] == f"✅ {TOLD.approved}"
        await server.until(lambda s: all("Decided by" in texts(s, boss)[-1] for boss in BOSSES), 10)
        assert [len(texts(server, boss)) for boss in BOSSES] == [1, 1]


async def test_a_stranger_cannot_tap_the_buttons_of_a_card(tmp_path: Path) -> None:
    async with telegram(tmp_path / "p.db") as (server, _):
        server.say(STRANGER, "What does a heron do?", user=ZOE)
        await carded(server)
        card = server.sent(ADA)[-1].message_id
        tap = server.press(ADA, card, TOLD.approve, user=ZOE)
        await server.until(lambda s: tap in s.tap_answers)
        assert server.tap_answers[tap]["text"] == TOLD.only_admins
        assert texts(server, ADA) == [ASKS]


async def test_a_group_is_blocked_by_a_button_and_silent_from_then_on(tmp_path: Path) -> None:
    async with telegram(tmp_path / "p.db") as (server, _):
        server.chat(GROUP).title = "Birds"
        server.say(GROUP, "/ask what does a heron do?", user=ZOE)
        asks = f"The group Birds on Telegram would like to use this bot.\ntelegram:{GROUP}"
        await carded(server, asks)
        assert texts(server, GROUP) == [TOLD.asked_group]
        tap = server.press(EVE, server.sent(EVE)[-1].message_id, TOLD.block, user=BOSSES[EVE])
        await server.until(lambda s: tap in s.tap_answers)
        server.say(GROUP, "/ask and now?", user=ZOE)
        server.say(ADA, "/people", user=BOSSES[ADA])
        await server.until(lambda s: len(texts(s, ADA)) == 2 and not s.pending_updates)
        assert texts(server, GROUP) == [TOLD.asked_group]
        assert f"⛔ 👥 Birds · telegram:{GROUP}" in texts(server, ADA)[-1]


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", [3, 4])
async def test_after_kills_at_random_instants_each_card_is_there_once(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    async with Rig(tmp_path, seed) as rig:
        rig.settings = PEOPLE
        meet(rig.telegram)
        await rig.start()
        await rig.ready()
        rig.telegram.say(STRANGER, "Q1", user=ZOE)
        for _ in range(2):
            await asyncio.sleep(chance.random() * 0.3)
            await rig.kill(signal.SIGKILL)
            await rig.start()
        await carded(rig.telegram)
        card = rig.telegram.sent(ADA)[-1].message_id
        rig.telegram.press(ADA, card, TOLD.approve, user=BOSSES[ADA])
        for _ in range(2):
            await asyncio.sleep(chance.random() * 0.3)
            await rig.kill(signal.SIGKILL)
            await rig.start()
        await rig.telegram.until(lambda _: _answered_or_open(rig), 30)
        if "Decided by" not in rig.shown("telegram", ADA)[0]:
            rig.telegram.press(ADA, card, TOLD.approve, user=BOSSES[ADA])
        await rig.telegram.until(
            lambda s: len(texts(s, STRANGER)) == 2
            and all("Decided by" in texts(s, boss)[-1] for boss in BOSSES),
            30,
        )
        assert [len(rig.shown("telegram", chat)) for chat in (STRANGER, ADA, EVE)] == [2, 1, 1]


def _answered_or_open(rig: Rig) -> bool:
    """Return whether the decision is shown, or the tap was lost with the process."""
    return "Decided by" in rig.shown("telegram", ADA)[0] or not rig.telegram.pending_updates
