"""Tests that a question still belongs to its author if somebody else has it answered again.

A group's name belongs to no person.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.access import AccessSettings
from engine.contract import Action, Author
from engine.storage.records import Scope
from engine.storage.spending import PERSON
from engine.wording import words_in
from tests.rigs.engine_rig import ADA, ANN, BOB, GROUP, House, a_house
from tests.rigs.stores import rows_of, storage_of

EN = words_in("en")
ADMINS = AccessSettings(admins=frozenset({ADA.user_id}), messages_per_minute=0)
NUMBER = "my number is 555"
NOBODY = Author("20", "The group", "en", anonymous=True)


async def forget(house: House, author: Author) -> str:
    await house.ask("/forget", key=GROUP, author=author)
    await house.ask("/forget yes", key=GROUP, author=author)
    return house.last(GROUP)


async def exported(house: House, author: Author) -> dict[str, Any]:
    sink = await house.ask("/export", key=GROUP, author=author)
    ((_, content, _),) = sink.files
    told: dict[str, Any] = json.loads(content)
    return told


async def again_by_button(house: House) -> None:
    assert await house.press(Action.RETRY, "m1", key=GROUP, author=ADA) == ""
    await house.rest()


async def again_by_command(house: House) -> None:
    await house.ask("/retry", key=GROUP, author=ADA)


async def continued(house: House) -> None:
    await house.ask("/continue", key=GROUP, author=ADA)


@pytest.mark.parametrize("again", [again_by_button, again_by_command, continued])
async def test_what_an_admin_has_answered_again_is_forgotten_with_its_author(
    tmp_path: Path, again: Any
) -> None:
    async with a_house(tmp_path, ["noted 555"], ["noted again 555"], access=ADMINS) as house:
        await house.ask(f"/ask {NUMBER}", key=GROUP, author=ANN)
        await again(house)
        assert await forget(house, ANN) == EN.forgotten
        assert await rows_of(house.store, "SELECT turn FROM turns") == []


async def test_a_repeated_question_stands_in_its_authors_export_and_the_fact_in_the_repeaters(
    tmp_path: Path,
) -> None:
    eve = Author("3", "Eve", "en")
    people = replace(ADMINS, admins=frozenset({eve.user_id}))
    async with a_house(tmp_path, ["noted"], ["noted again"], access=people) as house:
        await house.ask(f"/ask {NUMBER}", key=GROUP, author=ANN)
        assert await house.press(Action.RETRY, "m1", key=GROUP, author=eve) == ""
        await house.rest()
        (turn,) = (await exported(house, ANN))["turns"]
        assert (turn["author"]["id"], turn["answer"]) == (ANN.user_id, "noted again")
        assert turn["repeated_by"] == {"id": eve.user_id, "name": eve.name}


async def test_who_repeated_is_forgotten_with_that_person_and_the_turn_stays(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["noted"], ["noted again"], access=ADMINS) as house:
        await house.ask(f"/ask {NUMBER}", key=GROUP, author=ANN)
        await again_by_button(house)
        await house.engine.own_data.personal_data.erase(Scope(GROUP, ADA.user_id))
        rows = await rows_of(house.store, "SELECT author <> 0, repeated_by FROM turns")
        assert [tuple(row) for row in rows] == [(1, 0)]


async def test_the_tokens_of_a_repetition_are_those_of_who_asked_for_it(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["noted"], ["noted again"], access=ADMINS) as house:
        await house.ask(f"/ask {NUMBER}", key=GROUP, author=ANN)
        spending = storage_of(house.store, house.clock).spending
        spent = await spending.spent(PERSON, GROUP, ANN.user_id)
        await again_by_button(house)
        assert await spending.spent(PERSON, GROUP, ANN.user_id) == spent
        assert (await spending.spent(PERSON, GROUP, ADA.user_id)).day_tokens > 0


async def test_in_a_group_the_model_is_told_the_authors_name_when_an_admin_repeats(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["noted"], ["noted again"], access=ADMINS) as house:
        await house.ask("one", key=GROUP, author=ANN)
        await again_by_command(house)
        assert house.model.prompts[1][-1].content == "Ann: one"


async def test_a_persona_is_forgotten_with_the_person_who_set_it(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/persona a miller called Marker", key=GROUP, author=ANN)
        await forget(house, BOB)
        assert (await house.sessions.get(GROUP)).persona == "a miller called Marker"
        assert (await exported(house, ANN))["settings"] == [
            {
                "model": "",
                "persona": "a miller called Marker",
                "language": "",
                "time_zone": "",
                "voice": False,
                "listening": False,
                "news": False,
            }
        ]
        await forget(house, ANN)
        assert (await house.sessions.get(GROUP)).persona == ""


async def test_who_writes_in_the_groups_name_can_neither_export_nor_erase_others_words(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["noted"]) as house:
        await house.ask(f"/ask {NUMBER}", key=GROUP, author=NOBODY)
        sink = await house.ask("/export", key=GROUP, author=NOBODY)
        assert (house.last(GROUP), sink.files) == (EN.anonymous, [])
        assert await forget(house, NOBODY) == EN.anonymous
        assert len(await rows_of(house.store, "SELECT turn FROM turns")) == 1


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("/persona a secret miller", "persona"),
        ("/model other", "model"),
        ("/language de", "language"),
        ("/new", "conversation"),
    ],
)
async def test_the_log_says_who_changes_what_a_group_shares_and_not_to_what(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, command: str, what: str
) -> None:
    caplog.set_level(logging.INFO)
    async with a_house(tmp_path) as house:
        await house.ask(command, key=GROUP, author=BOB)
        assert f"fake:20: user {BOB.user_id} changes the {what}" in caplog.text
        assert "secret miller" not in caplog.text
