"""Tests that messages which a person sends at once are one question with one answer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from engine.attachments import Attachment
from engine.contract import Finish, Inbound
from engine.turns.pieces import (
    FORWARD_SECONDS,
    GROUP_SECONDS,
    MOST_PIECES,
    PASTE_SECONDS,
    belongs,
    combine,
    settle_seconds,
)
from tests.rigs.engine_rig import ANN, BOB, DM, GROUP, House, a_house
from tests.rigs.fakes import FakeChat, FakeClock
from tests.rigs.stores import rows_of

FIRST = Inbound(
    DM, "1", ANN, "the first half", direct=True, addressed=True, sent_at=100.0, unfinished=True
)
SECOND = replace(FIRST, message_id="2", text="the second half", unfinished=False)
COMMENT = replace(FIRST, text="what does this mean?", unfinished=False)
FORWARD = replace(
    SECOND, text="", quoted="The bridge is shut.", quoted_from="Mia", forwarded=True, sent_at=100.2
)
FILE = Attachment("a.txt", "text/plain", 3, "a")
ALBUM = replace(COMMENT, text="compare these", group="77", attachments=(FILE,))


def asked(house: House, prompt: int = -1) -> str:
    return house.model.prompts[prompt][-1].content


async def send(house: House, *pieces: Inbound) -> None:
    for piece in pieces:
        await house.engine.submit(piece, house.sink(piece.key, handle=piece.message_id))


# The rules, without an engine


@pytest.mark.parametrize(
    ("newest", "seconds"),
    [(COMMENT, 0), (FIRST, PASTE_SECONDS), (ALBUM, GROUP_SECONDS), (FORWARD, FORWARD_SECONDS)],
)
def test_a_question_waits_only_where_a_further_piece_is_likely(
    newest: Inbound, seconds: float
) -> None:
    assert settle_seconds(newest) == seconds


@pytest.mark.parametrize(
    ("newest", "piece", "together"),
    [
        (FIRST, SECOND, True),
        (FIRST, replace(SECOND, sent_at=160.0), False),
        (COMMENT, FORWARD, True),
        (COMMENT, replace(FORWARD, sent_at=160.0), False),
        (COMMENT, SECOND, False),
        (FORWARD, replace(COMMENT, sent_at=101.0), True),
        (FORWARD, replace(COMMENT, sent_at=103.0), False),
        (ALBUM, replace(ALBUM, message_id="2", text=""), True),
        (ALBUM, replace(ALBUM, message_id="2", group="78"), False),
        (ALBUM, SECOND, False),
    ],
)
def test_marked_pieces_belong_together_if_they_were_sent_together(
    newest: Inbound, piece: Inbound, together: bool
) -> None:
    assert belongs(newest, piece) is together


def test_a_combined_question_has_every_part_of_its_pieces() -> None:
    other = replace(FORWARD, message_id="3", quoted="It opens on Monday.", quoted_from="Noa")
    whole = combine([COMMENT, FORWARD, other, replace(ALBUM, text="", message_id="4")])
    assert (whole.message_id, whole.text) == ("1", "what does this mean?")
    assert whole.quoted == "Mia: The bridge is shut.\n\nNoa: It opens on Monday."
    assert (whole.forwarded, whole.attachments, whole.group) == (True, (FILE,), "77")


# Through the engine


async def test_the_two_halves_of_a_paste_are_one_question(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await send(house, FIRST)
        await house.clock.advance(0.3)
        await send(house, SECOND)
        await house.rest()
        assert [asked(house)] == ["the first half\nthe second half"]
        assert len(house.model.prompts) == len(house.chat().texts) == 1


async def test_a_half_that_comes_when_the_answer_has_begun_is_answered_in_the_same_place(
    tmp_path: Path,
) -> None:
    script = ["A first answer that is long enough to stand. ", asyncio.Event()]
    async with a_house(tmp_path, script, ["The whole answer."]) as house:
        await send(house, FIRST)
        await house.advance(3)
        assert "A first answer" in house.last()
        await send(house, SECOND)
        await house.rest()
        assert house.chat().texts == ["The whole answer."]


async def test_a_forward_joins_the_comment_before_it(tmp_path: Path) -> None:
    async with a_house(tmp_path, [asyncio.Event()], ["It is closed."]) as house:
        await send(house, COMMENT)
        await house.settle()  # the model has been asked
        await send(house, FORWARD)
        await house.rest()
        assert asked(house).endswith("> The bridge is shut.\n\nwhat does this mean?")
        assert house.chat().texts == ["It is closed."]


async def test_a_comment_joins_the_forward_before_it(tmp_path: Path) -> None:
    forward = replace(FORWARD, message_id="1", sent_at=100.0)
    comment = replace(COMMENT, message_id="2", sent_at=100.0)
    async with a_house(tmp_path, ["It is closed."]) as house:
        await send(house, forward, comment)
        await house.rest()
        assert asked(house).endswith("> The bridge is shut.\n\nwhat does this mean?")
        assert len(house.model.prompts) == 1
        assert house.chat().texts == ["It is closed."]


async def test_a_text_after_the_answer_to_a_forward_is_a_new_question(tmp_path: Path) -> None:
    forward = replace(FORWARD, message_id="1", sent_at=100.0)
    text = replace(COMMENT, message_id="2", sent_at=101.0)
    async with a_house(tmp_path, ["It is closed."], ["Ask the town."]) as house:
        await send(house, forward)
        await house.advance(1.5)
        assert house.chat().texts == ["It is closed."]
        await send(house, text)
        await house.rest()
        assert house.chat().texts == ["It is closed.", "Ask the town."]


async def test_a_short_message_does_not_wait(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await send(house, COMMENT)
        await house.settle()
        assert len(house.model.prompts) == 1


async def test_what_is_typed_before_the_first_word_of_the_answer_adds_to_the_question(
    tmp_path: Path,
) -> None:
    typed = replace(COMMENT, message_id="2", text="I mean the second word", sent_at=101.0)
    async with a_house(tmp_path, [asyncio.Event()], ["One answer."]) as house:
        await send(house, COMMENT)
        await house.clock.advance(1.0)
        await send(house, typed)
        await house.rest()
        assert asked(house) == "what does this mean?\nI mean the second word"
        assert house.chat().texts == ["One answer."]


async def test_what_was_sent_at_the_same_instant_stays_apart_however_late_it_arrives(
    tmp_path: Path,
) -> None:
    late = replace(
        COMMENT, message_id="2", text="another question", sent_at=COMMENT.sent_at + 0.501
    )
    first = replace(COMMENT, sent_at=COMMENT.sent_at + 0.5)
    gate = asyncio.Event()
    async with a_house(tmp_path, [gate, "one"], ["two"]) as house:
        await send(house, first)
        await house.clock.advance(1.0)
        await send(house, late)
        gate.set()
        await house.rest()
        asked = [prompt[-1].content for prompt in house.model.prompts]
        assert asked == [first.text, late.text]


async def test_what_is_typed_after_the_first_word_is_a_question_of_its_own(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with a_house(tmp_path, ["It means a great deal. ", gate], ["Two."]) as house:
        await send(house, COMMENT)
        await house.advance(1.0)
        await send(house, replace(COMMENT, message_id="2", text="and now?", sent_at=101.0))
        gate.set()
        await house.rest()
        assert [asked(house, 0), asked(house, 1)] == ["what does this mean?", "and now?"]


async def test_messages_of_one_instant_are_questions_of_their_own(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await send(house, COMMENT, replace(COMMENT, message_id="2", text="and this?"))
        await house.rest()
        assert len(house.chat().texts) == 2


async def test_a_piece_of_an_addressed_message_counts_as_addressed(tmp_path: Path) -> None:
    first = replace(FIRST, key=GROUP, direct=False)
    second = replace(SECOND, key=GROUP, direct=False, addressed=False)
    stranger = replace(second, author=BOB, message_id="3", text="something else")
    async with a_house(tmp_path) as house:
        await send(house, first, stranger, second)
        await house.rest()
        assert asked(house) == "Ann: the first half\n  the second half"
        assert len(house.chat(GROUP).texts) == 1


async def test_a_command_is_never_a_piece(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await send(house, FIRST, replace(SECOND, text="/help"))
        await house.rest()
        assert asked(house) == "the first half"


async def test_a_piece_that_comes_again_changes_nothing(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await send(house, FIRST, SECOND, SECOND, FIRST)
        await house.rest()
        await send(house, SECOND)
        await house.rest()
        assert len(house.model.prompts) == len(house.chat().texts) == 1


async def test_an_edited_piece_changes_its_part_of_the_question(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await send(house, FIRST, SECOND)
        await house.rest()
        await send(house, replace(SECOND, text="another half", edited=True))
        await house.rest()
        assert asked(house) == "the first half\nanother half"
        assert len(house.chat().texts) == 1


async def test_a_kill_between_two_pieces_loses_nothing_and_answers_once(tmp_path: Path) -> None:
    chats = {DM: FakeChat()}
    async with a_house(tmp_path, chats=chats) as house:
        await send(house, FIRST)
        await house.clock.advance(0.2)
    async with a_house(tmp_path, chats=chats) as house:
        house.own(1)
        await house.recover()
        await send(house, FIRST, SECOND)  # Telegram offers unconfirmed updates again
        await house.rest()
        assert asked(house) == "the first half\nthe second half"
        assert len(chats[DM].texts) == 1


async def test_a_forward_joins_a_comment_that_was_answered_before_a_kill(tmp_path: Path) -> None:
    clock, chats = FakeClock(), {DM: FakeChat()}
    comment = replace(COMMENT, sent_at=clock.time())
    async with a_house(tmp_path, clock=clock, chats=chats) as house:
        await send(house, comment)
        await house.rest()
    async with a_house(tmp_path, ["It is closed."], clock=clock, chats=chats) as house:
        house.ledger.owner = 1
        await house.recover()
        await send(house, replace(FORWARD, sent_at=clock.time()))
        await house.rest()
        assert chats[DM].texts == ["It is closed."]


async def test_a_text_is_a_new_question_if_the_forward_was_answered_before_a_kill(
    tmp_path: Path,
) -> None:
    clock, chats = FakeClock(), {DM: FakeChat()}
    forward = replace(FORWARD, message_id="1", sent_at=clock.time())
    async with a_house(tmp_path, ["It is closed."], clock=clock, chats=chats) as house:
        await send(house, forward)
        await house.rest()
    text = replace(COMMENT, message_id="2", sent_at=forward.sent_at + 1)
    async with a_house(tmp_path, ["Ask the town."], clock=clock, chats=chats) as house:
        house.ledger.owner = 1
        await house.recover()
        await send(house, text)
        await house.rest()
        assert chats[DM].texts == ["It is closed.", "Ask the town."]


async def test_a_restart_waits_for_the_rest_of_the_time(tmp_path: Path) -> None:
    chats = {DM: FakeChat()}
    async with a_house(tmp_path, chats=chats) as house:
        await send(house, FIRST)
        clock = house.clock
    async with a_house(tmp_path, chats=chats, clock=clock) as house:
        house.own(1)
        await house.recover()
        await house.settle()
        assert house.model.prompts == []
        await house.rest()
        assert len(house.model.prompts) == 1


async def test_a_question_of_many_pieces_ends_at_a_bound_and_loses_none(tmp_path: Path) -> None:
    pieces = [replace(FIRST, message_id=str(n), text=f"part {n}") for n in range(MOST_PIECES + 2)]
    async with a_house(tmp_path) as house:
        await send(house, *pieces)
        await house.rest()
        lines = [line for prompt in house.model.prompts for line in prompt[-1].content.split("\n")]
        assert lines == [piece.text for piece in pieces]


async def test_erasing_a_turn_erases_the_pieces_of_its_question(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await send(house, FIRST, SECOND)
        await house.rest()
        turn = (await house.sessions.get(DM)).turns[-1]
        assert turn.finish is Finish.STOP
        await house.store.transact(lambda db: db.run("DELETE FROM turns"))
        assert await rows_of(house.store, "SELECT 1 FROM pieces") == []


async def test_a_pasted_file_is_the_text_of_the_question_also_when_it_is_asked_again(
    tmp_path: Path,
) -> None:
    paste = Attachment("message.txt", "text/plain", 9, "p", pasted=True)
    async with a_house(tmp_path) as house:
        sink = house.sink(handle="1")
        sink.attachments["p"] = b"a long text"
        await house.engine.submit(replace(COMMENT, text="", attachments=(paste,)), sink)
        await house.rest()
        assert asked(house) == "a long text"
        await house.say("/retry")
        await house.rest()
        assert asked(house) == "a long text"
