"""Tests of the notices of immediate commands and of refusals.

A notice is sent once, by the next process if this one ends.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.access import AccessSettings
from engine.attachments import Attachment
from engine.contract import Inbound
from engine.tasks import Tasks
from engine.wording import words_in
from tests.rigs.engine_rig import ANN, DM, a_house, full_disk
from tests.rigs.fakes import FakeChat
from tests.rigs.stores import rows_of

EN = words_in("en")


PHOTO = Attachment("photo.jpg", "image/jpeg", 10, "ref")


@pytest.mark.parametrize(
    ("text", "files", "said"), [("/start", (), EN.start), ("", (PHOTO,), EN.no_files)]
)
async def test_a_word_of_the_house_that_did_not_get_out_is_said_by_the_next_process(
    tmp_path: Path, text: str, files: tuple[Attachment, ...], said: str
) -> None:
    chats = {DM: FakeChat()}
    async with a_house(tmp_path, chats=chats) as house:
        inbound = Inbound(
            DM, "q", ANN, text, direct=True, addressed=True, sent_at=0, attachments=files
        )
        sink = house.sink(handle="q")
        sink.hold = asyncio.Event()
        await house.engine.submit(inbound, sink)
        await house.settle()
    assert chats[DM].texts == []
    async with a_house(tmp_path, chats=chats) as house:
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
        house.ledger.put(accept=full_disk)
        await house.ask("/start")
        assert house.chat().texts == [EN.start]


async def test_a_question_edited_into_a_command_shows_its_words_in_the_answers_place(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["An answer that goes on", asyncio.Event()]) as house:
        await house.say("halp", message_id="7")
        await house.advance(1)
        await house.say("/start", message_id="7", edited=True)
        await house.rest()
        assert house.chat().texts == [EN.start]


async def test_an_edit_that_is_refused_leaves_the_answer_where_it_is(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["answer"], access=AccessSettings(messages_per_minute=1)) as house:
        await house.ask("question", message_id="7")
        await house.ask("question?", message_id="7", edited=True)
        assert [text.split(" ")[0] for text in house.chat().texts] == ["answer", "That"]


async def test_nothing_is_kept_of_a_stranger(tmp_path: Path) -> None:
    async with a_house(tmp_path, access=AccessSettings(allowed=frozenset({"2"}))) as house:
        await house.ask("hi")
        assert house.chat().texts == [EN.not_allowed.format(user_id="1")]
        assert await rows_of(house.store, "SELECT 1 FROM ledger") == []


async def test_a_word_on_its_way_gives_way_to_the_edited_message(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Rome is a very old city in Italy."]) as house:
        sink = house.sink(handle="7")
        sink.hold = asyncio.Event()
        await house.engine.submit(
            Inbound(DM, "7", ANN, "/start", direct=True, addressed=True, sent_at=0), sink
        )
        await house.settle()
        await house.say("where is Rome?", message_id="7", edited=True)
        await house.advance(2)
        sink.hold.set()
        await house.rest()
        assert house.chat().texts == ["Rome is a very old city in Italy."]


@pytest.mark.parametrize("text", ["/start", "/persona pirate"])
async def test_an_edit_of_a_command_that_is_being_answered_outlives_the_process(
    tmp_path: Path, text: str
) -> None:
    chats = {DM: FakeChat()}
    async with a_house(tmp_path, [asyncio.Event()], chats=chats) as house:
        sink = house.sink(handle="7")
        sink.hold = asyncio.Event()
        await house.engine.submit(
            Inbound(DM, "7", ANN, text, direct=True, addressed=True, sent_at=0), sink
        )
        await house.settle()
        await house.say("where is Rome?", message_id="7", edited=True)
        await house.settle()
        stopping = Tasks("test").spawn(house.engine.stop(5), "stop")
        await house.settle()
        sink.hold.set()
        await house.advance(10)
        assert stopping.done()
    async with a_house(tmp_path, ["Rome is in Italy."], chats=chats) as house:
        assert await house.recover() == 1
        await house.rest()
        assert house.chat().texts == ["Rome is in Italy."]
