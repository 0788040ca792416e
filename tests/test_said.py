"""Words of the house, of immediate commands and of refusals: said once, and by the next process if this one ends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.contract import Button, Inbound, SentId
from engine.errors import StorageFault
from engine.people import PeopleSettings
from engine.wording import words_in
from tests.fakes import FakeChat, FakeSink
from tests.house import ANN, DM, a_house

EN = words_in("en")


class DeadSink(FakeSink):
    """A platform that is not reached before the process ends."""

    async def send(self, text: str, buttons: Sequence[Button], part: int) -> SentId:
        await asyncio.Event().wait()
        raise AssertionError("nothing sets that event")


@pytest.mark.parametrize(
    ("text", "limits", "said"),
    [
        ("/start", {}, EN.start),
        ("hi", {"allowed": frozenset({"2"})}, EN.not_allowed.format(user_id="1")),
    ],
)
async def test_a_word_of_the_house_that_did_not_get_out_is_said_by_the_next_process(
    tmp_path: Path, text: str, limits: dict[str, Any], said: str
) -> None:
    people, chats = PeopleSettings(**limits), {DM: FakeChat()}
    async with a_house(tmp_path, people=people, chats=chats) as house:
        inbound = Inbound(DM, "q", ANN, text, direct=True, addressed=True, sent_at=0)
        await house.engine.submit(inbound, DeadSink(house.clock, handle="q", chat=house.chat()))
        await house.settle()
    assert chats[DM].texts == []
    async with a_house(tmp_path, people=people, chats=chats) as house:
        assert await house.recover() == 1
        await house.rest()
        assert house.chat().texts == [said]
        assert (await house.recover(), house.model.prompts) == (0, [])


async def test_a_command_that_a_platform_delivers_twice_is_answered_once(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        for _ in range(2):
            await house.ask("/start", message_id="7")
        assert len(house.chat().texts) == 1


async def test_a_greeting_is_there_when_the_disk_is_not(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:

        async def broken(*_: object) -> None:
            raise StorageFault("the disk is full")

        house.ledger.accept = broken  # type: ignore[method-assign, assignment]
        await house.ask("/start")
        assert house.chat().texts == [EN.start]


async def test_a_question_edited_into_a_command_shows_its_words_in_the_answers_place(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["An answer that goes on", asyncio.Event()]) as house:
        await house.say("halp", message_id="7")
        await house.advance(1)
        await house.say("/start", message_id="7", edited=True)
        await house.rest()
        assert house.chat().texts == [EN.start]


async def test_an_edit_that_is_refused_leaves_the_answer_where_it_is(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["answer"], people=PeopleSettings(messages_per_minute=1)) as house:
        await house.ask("question", message_id="7")
        await house.ask("question?", message_id="7", edited=True)
        assert [text.split(" ")[0] for text in house.chat().texts] == ["answer", "That"]
