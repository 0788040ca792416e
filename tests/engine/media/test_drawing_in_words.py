"""A request in words becomes the same job as /draw: counted, repeated by Retry, and paid for once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from engine.contract import Action, Delta, Finish, Usage
from engine.errors import DeliveryFailed, ModelUnavailable
from engine.storage.spending import DAY, PERSON
from engine.tools import ToolCall
from engine.wording import words_in
from tests.engine.media.test_drawing import Painter, pictures
from tests.rigs.engine_rig import ANN, DM, PICTURE_TOKENS, a_house
from tests.rigs.stores import storage_of

EN = words_in("en")
PLEASE = "Please draw me a barn."


def call(prompt: str = "a red barn") -> Delta:
    return Delta(finish=Finish.STOP, model="main", call=ToolCall("draw", {"prompt": prompt}))


async def test_a_call_of_the_model_is_drawn_with_retry(tmp_path: Path) -> None:
    painter = Painter()
    async with a_house(tmp_path, [call()], images=painter) as house:
        await house.ask(PLEASE)
        assert pictures(house.chat(DM)) == [(b"picture", "a red barn")]
        assert (house.buttons(), house.chat(DM).texts) == ([Action.RETRY], ["a red barn"])
        assert painter.wishes == ["a red barn"]
        assert house.model.tools == [["draw"]]
        (turn,) = (await house.sessions.get(DM)).turns
        assert (turn.prompt, turn.answer) == (PLEASE, "[picture: a red barn]")


async def test_words_before_the_call_stay_above_the_picture(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["With pleasure!", call()], images=Painter()) as house:
        await house.ask(PLEASE)
        assert house.chat(DM).texts == ["With pleasure!", "a red barn"]
        (turn,) = (await house.sessions.get(DM)).turns
        assert turn.answer == "With pleasure!\n\n[picture: a red barn]"
        await house.ask("/continue")
        assert house.last(DM) == EN.nothing_to_continue


async def test_without_a_drawing_model_no_tool_is_offered(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["No."]) as house:
        await house.ask(PLEASE)
        assert house.model.tools == [[]]


async def test_a_continuation_offers_no_tool(tmp_path: Path) -> None:
    cut = Delta("One two", finish=Finish.LENGTH)
    async with a_house(tmp_path, [cut], ["three."], images=Painter()) as house:
        await house.ask("Count.")
        await house.ask("/continue")
        assert house.model.tools == [["draw"], []]


async def test_retry_asks_the_model_again_and_replaces_the_picture(tmp_path: Path) -> None:
    painter = Painter(b"one", b"two")
    scripts = ([call()], [call("a blue barn")])
    async with a_house(tmp_path, *scripts, images=painter) as house:
        await house.ask(PLEASE)
        (sent,) = house.chat(DM).messages
        await house.press(Action.RETRY, sent)
        await house.rest()
        assert pictures(house.chat(DM)) == [(b"two", "a blue barn")]
        assert [turn.prompt for turn in (await house.sessions.get(DM)).turns] == [PLEASE]


async def test_the_call_and_the_picture_are_counted(tmp_path: Path) -> None:
    used = Delta(usage=Usage(30, 12))
    async with a_house(tmp_path, [call(), used], images=Painter()) as house:
        await house.ask(PLEASE)
        spending = storage_of(house.store, house.clock).spending
        assert (await spending.spent(PERSON, DM, ANN.user_id)).of(DAY)[0] == PICTURE_TOKENS + 42


async def test_a_call_without_a_wish_gets_a_word(tmp_path: Path) -> None:
    painter = Painter()
    async with a_house(tmp_path, [call(" ")], images=painter) as house:
        await house.ask(PLEASE)
        assert (house.last(DM), house.buttons()) == (EN.empty_answer, [Action.RETRY])
        assert not painter.wishes


async def test_a_failure_of_the_service_has_its_word(tmp_path: Path) -> None:
    async with a_house(tmp_path, [call()], images=Painter(ModelUnavailable("no"))) as house:
        await house.ask(PLEASE)
        assert (house.last(DM), house.buttons()) == (EN.draw_failed, [Action.RETRY])


async def test_the_next_process_sends_the_stored_picture(tmp_path: Path) -> None:
    first, second = Painter(), Painter()
    async with a_house(tmp_path, [call()], images=first) as house:
        sink = await house.say(PLEASE)
        sink.fail("send", *[DeliveryFailed("no", retryable=True)] * 50)
        await house.advance(20)
        assert first.wishes == ["a red barn"]
        chats = house.chats
    async with a_house(tmp_path, images=second, chats=chats) as house:
        await house.recover()
        await house.rest()
        assert pictures(house.chat(DM)) == [(b"picture", "a red barn")]
        assert (second.wishes, house.model.prompts) == ([], [])
        (turn,) = (await house.sessions.get(DM)).turns
        assert turn.prompt == PLEASE


async def test_the_next_process_repeats_a_request_without_a_response(tmp_path: Path) -> None:
    first, second = Painter(), Painter()
    first.gate = asyncio.Event()
    async with a_house(tmp_path, ["Here: ", call()], images=first) as house:
        await house.say(PLEASE)
        await house.advance(5)
        chats = house.chats
    async with a_house(tmp_path, images=second, chats=chats) as house:
        await house.recover()
        await house.rest()
        assert pictures(house.chat(DM)) == [(b"picture", "a red barn")]
        assert first.ids == second.ids
        assert not house.model.prompts


async def test_stop_ends_the_drawing(tmp_path: Path) -> None:
    painter = Painter()
    painter.gate = asyncio.Event()
    async with a_house(tmp_path, [call()], images=painter) as house:
        await house.say(PLEASE)
        await house.advance(5)
        await house.ask("/stop")
        assert EN.stopped_empty in house.chat(DM).texts
        assert pictures(house.chat(DM)) == []


async def test_an_edited_request_is_asked_anew(tmp_path: Path) -> None:
    painter = Painter()
    async with a_house(tmp_path, [call()], ["A barn is a building."], images=painter) as house:
        await house.ask(PLEASE, message_id="7")
        await house.ask("What is a barn?", message_id="7", edited=True)
        assert house.chat(DM).texts == ["A barn is a building."]
        assert painter.wishes == ["a red barn"]
