"""Tests that a chat whose key changes keeps all its data, including an open question."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.contract import ChatKey, Inbound, Moved
from tests.rigs.engine_rig import ANN, GROUP, House, a_house
from tests.rigs.fakes import FakeChat
from tests.rigs.stores import rows_of

NEW = ChatKey("fake", "2000")
MOVED = Moved(NEW, GROUP)


async def move(house: House) -> None:
    await house.engine.submit(MOVED, house.sink(NEW))


async def test_history_and_choices_move_along(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["It is red."], ["Still red."]) as house:
        await house.ask("/persona a painter", key=GROUP)
        await house.ask("what colour is it?", key=GROUP)
        await move(house)
        session = await house.sessions.get(NEW)
        assert session.persona == "a painter"
        assert [turn.answer for turn in session.turns] == ["It is red."]
        assert (await house.sessions.get(GROUP)).turns == []


@pytest.mark.parametrize("times", [1, 2])
async def test_a_message_in_the_new_chat_may_come_before_the_news(
    tmp_path: Path, times: int
) -> None:
    async with a_house(tmp_path, ["Before."], ["After."]) as house:
        await house.ask("one", key=GROUP, message_id="1")
        await house.ask("two", key=NEW, message_id="1")
        for _ in range(times):  # Telegram reports the move in both chats
            await move(house)
        turns = (await house.sessions.get(NEW)).turns
        assert [turn.prompt for turn in turns] == ["one", "two"]


async def test_ids_that_begin_anew_are_not_taken_for_known_messages(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Before."], ["After."]) as house:
        await house.ask("one", key=GROUP, message_id="1")
        await move(house)
        await house.ask("two", key=NEW, message_id="1")
        assert house.last(NEW) == "After."


async def test_an_answer_under_way_is_recorded_in_the_new_chat(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with a_house(tmp_path, [gate, "Done."]) as house:
        await house.say("one", key=GROUP)
        await house.settle()
        await move(house)
        gate.set()
        await house.rest()
        assert [turn.answer for turn in (await house.sessions.get(NEW)).turns] == ["Done."]


async def test_an_open_question_is_answered_in_the_new_chat_after_a_restart(
    tmp_path: Path,
) -> None:
    chats = {GROUP: FakeChat(), NEW: FakeChat()}
    question = Inbound(GROUP, "7", ANN, "one", direct=False, addressed=True, sent_at=1.0)
    async with a_house(tmp_path, ["Half an answer that ", asyncio.Event()], chats=chats) as house:
        await house.engine.submit(question, house.sink(GROUP, handle="7"))
        await house.advance(2)
        await move(house)
    async with a_house(tmp_path, ["goes on."], chats=chats) as house:
        house.ledger.owner = 1
        await house.recover()
        await house.rest()
        assert house.chat(NEW).texts == ["Half an answer that goes on."]


async def test_forget_in_the_new_chat_erases_what_came_from_the_former_one(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Before."]) as house:
        await house.ask("one", key=GROUP)
        await move(house)
        await house.ask("/forget", key=NEW)
        await house.ask("/forget yes", key=NEW)
        left = await rows_of(house.store, "SELECT 1 FROM turns")
        assert left == []
