"""Tests of the caps on spending: warned once, the cheaper model, and a stop that names its end."""

from __future__ import annotations

from datetime import timezone
from pathlib import Path

import pytest

from engine.access import AccessSettings
from engine.caps import Cap, SpendingSettings, told_time
from engine.contract import Action, Delta, Finish, Usage
from engine.prices import Price, Prices
from engine.storage.records import DAY_SECONDS
from engine.storage.spending import CHAT, DAY, MONTH, PERSON, TOTAL
from engine.wording.service import SERVICE
from tests.rigs.engine_rig import ADA, BOB, GROUP, a_house
from tests.rigs.fakes import Cue, FakeClock

EN = SERVICE["en"]
ADMINS = AccessSettings(admins=frozenset({ADA.user_id}))
TOMORROW, NEXT_MONTH = "2023-11-15 00:00 UTC", "2023-12-01 00:00 UTC"


def answer(tokens: int, text: str = "an answer", model: str = "main") -> list[Cue]:
    return [text, Delta(finish=Finish.STOP, usage=Usage(tokens - 1, 1), model=model)]


def capped(*caps: Cap, cheaper: str = "", prices: Prices | None = None) -> SpendingSettings:
    return SpendingSettings(prices or Prices(), caps, cheaper)


@pytest.fixture
def zone() -> dict[str, str]:
    return {"time_zone": "UTC"}


async def test_a_person_is_warned_once_and_then_stopped_with_the_time(
    tmp_path: Path, zone: dict[str, str]
) -> None:
    caps = capped(Cap(PERSON, DAY, tokens=100))
    scripts = [answer(70), answer(15), answer(5), answer(20)]
    async with a_house(tmp_path, *scripts, spending=caps, **zone) as house:
        await house.ask("one")
        await house.ask("two")  # 70 % are spent before it
        assert "allowance" not in house.last()
        await house.ask("three")
        assert house.last().endswith(EN.near_person.format(percent=85, time=TOMORROW))
        await house.ask("four")
        assert "allowance" not in house.last()
        await house.ask("five")
        assert house.last() == EN.stop_person.format(time=TOMORROW)
        assert len(house.model.prompts) == 4
        await house.ask("from another person", author=BOB, key=GROUP)
        assert "You said" in house.last(GROUP)
        await house.clock.advance(DAY_SECONDS)
        await house.ask("the next day")
        assert "You said: the next day" in house.last()


async def test_near_a_cap_the_cheaper_model_answers(tmp_path: Path, zone: dict[str, str]) -> None:
    caps = capped(Cap(CHAT, MONTH, tokens=100), cheaper="small")
    async with a_house(tmp_path, answer(80), answer(1), spending=caps, **zone) as house:
        await house.ask("one")
        await house.ask("two")
        await house.ask("three")
        assert house.model.models == ["", "small", "small"]
        texts = "\n".join(house.chat().texts)
        assert texts.count(EN.near_chat.format(percent=80, time=NEXT_MONTH)) == 1
        assert texts.count(EN.cheaper.format(model="small")) == 1


async def test_a_cap_in_money_counts_by_the_price_of_the_model(tmp_path: Path) -> None:
    prices = Prices({"main": Price(1.0, 1.0)})
    caps = capped(Cap(PERSON, DAY, cost=100_000), prices=prices)  # 100 tokens of this model
    async with a_house(tmp_path, answer(500, model="free"), answer(100), spending=caps) as house:
        await house.ask("one")
        await house.ask("two")
        await house.ask("three")
        assert len(house.model.prompts) == 2
        assert house.last().startswith("You have used up")


async def test_an_admin_is_stopped_by_the_cap_of_everybody_alone(tmp_path: Path) -> None:
    caps = capped(Cap(PERSON, DAY, tokens=1), Cap(CHAT, DAY, tokens=1), Cap(TOTAL, DAY, tokens=100))
    scripts = [answer(50), answer(60)]
    async with a_house(tmp_path, *scripts, spending=caps, access=ADMINS) as house:
        await house.ask("one", author=ADA)
        await house.ask("two", author=ADA)
        await house.ask("three", author=ADA)
        assert len(house.model.prompts) == 2
        assert house.last().startswith("This bot has used up its allowance")


async def test_the_admins_are_told_once_of_everybodys_caps(tmp_path: Path) -> None:
    caps = capped(Cap(TOTAL, MONTH, tokens=100))
    async with a_house(tmp_path, answer(85), answer(30), spending=caps) as house:
        await house.ask("one")
        assert house.engine.caps.current_alerts() == []
        await house.ask("two")
        await house.ask("three")
        await house.ask("four")
        assert [alert.reached for alert in house.engine.caps.current_alerts()] == [False, True]
        assert "allowance" not in house.chat().texts[1]
        await house.clock.advance(40 * DAY_SECONDS)
        assert house.engine.caps.current_alerts() == []


async def test_a_question_that_waited_while_the_cap_was_reached_gets_the_sentence(
    tmp_path: Path,
) -> None:
    caps = capped(Cap(PERSON, DAY, tokens=100))
    slow: list[Cue] = ["a", 3.0, *answer(200)]
    async with a_house(tmp_path, slow, answer(5, "later"), spending=caps) as house:
        await house.say("first")
        await house.settle()
        await house.say("second")  # it waits in the chat's lane
        await house.rest()
        assert house.last().startswith("You have used up")
        assert house.buttons() == [Action.RETRY]
        await house.clock.advance(DAY_SECONDS)
        await house.press(Action.RETRY, list(house.chat().messages)[-1])
        await house.rest()
        assert house.last() == "later"


async def test_at_a_cap_commands_that_ask_no_model_still_work(tmp_path: Path) -> None:
    caps = capped(Cap(PERSON, DAY, tokens=10))
    async with a_house(tmp_path, answer(20), spending=caps) as house:
        await house.ask("one")
        await house.ask("/persona a miller")
        assert "role" in house.last()
        await house.ask("/retry")
        assert house.last().startswith("You have used up")


async def test_usage_shows_a_person_their_own(tmp_path: Path, zone: dict[str, str]) -> None:
    prices = Prices({"main": Price(10.0, 10.0)})
    caps = capped(Cap(PERSON, MONTH, tokens=1000), prices=prices)
    async with a_house(tmp_path, answer(500), answer(100), spending=caps, **zone) as house:
        await house.ask("one")
        await house.ask("two", author=BOB, key=GROUP)
        await house.ask("/usage")
        today, month, share = house.last().split("\n\n")
        assert today == "**Today (UTC)**\nAnswers: 1, tokens: 500, 0.0050 USD"
        assert month.endswith("tokens: 500, 0.0050 USD")
        assert share == EN.usage_allowance.format(percent=50, time=NEXT_MONTH)


async def test_usage_shows_an_admin_everybody_in_private_alone(tmp_path: Path) -> None:
    async with a_house(tmp_path, answer(2500), ["no usage"], access=ADMINS) as house:
        await house.ask("one")
        await house.ask("two", author=BOB, key=GROUP)
        await house.ask("/usage", author=ADA, key=GROUP)
        assert "People" not in house.last(GROUP)
        await house.ask("/usage", author=ADA)
        said = "\n".join(house.chat().texts)
        assert "1. Ann (fake:1): 2\u202f500" in said
        assert "1. fake:10: 2\u202f500" in said
        assert "1. main: 2\u202f500" in said
        assert "did not report" in said
        assert "Answers: 2" in said


def test_a_time_has_its_zone() -> None:
    assert told_time(1_700_006_400.0, timezone.utc) == TOMORROW


async def test_a_cap_survives_another_process(tmp_path: Path) -> None:
    caps, clock = capped(Cap(TOTAL, DAY, tokens=100)), FakeClock()
    async with a_house(tmp_path, answer(100), spending=caps, clock=clock) as house:
        await house.ask("one")
    async with a_house(tmp_path, spending=caps, clock=clock) as house:
        await house.ask("two", message_id="another")
        assert house.last().startswith("This bot has used up")
