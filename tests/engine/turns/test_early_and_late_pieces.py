"""Pieces that come before the one that addresses the bot, and after the answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.access import AccessSettings
from engine.attachments import Attachment
from engine.contract import Author, Inbound
from tests.rigs.engine_rig import ANN, BOB, DM, GROUP, House, a_house
from tests.rigs.fakes import FakeChat, FakeClock, FakeSink
from tests.rigs.memory_rig import FakeEmbedder
from tests.rigs.stores import rows_of

RED = Attachment("red.md", "text/markdown", 40, "red")
BLUE = Attachment("blue.md", "text/markdown", 41, "blue")
CONTENTS = {"red": b"The red house has seven windows.", "blue": b"The blue house has nine windows."}
PIECE = Inbound(GROUP, "1", ANN, "", direct=False, addressed=False, sent_at=100.0)
ALBUM = replace(PIECE, group="77", attachments=(RED,))
ASKING = replace(
    PIECE,
    message_id="2",
    text="how many windows?",
    group="77",
    attachments=(BLUE,),
    addressed=True,
)
START = replace(PIECE, text="the first half of a long text", unfinished=True)
END = replace(PIECE, message_id="2", text="the second half", addressed=True)


def a_sink(house: House, piece: Inbound) -> FakeSink:
    sink = house.sink(piece.key, handle=piece.message_id)
    sink.attachments.update(CONTENTS)
    return sink


async def send(house: House, *pieces: Inbound) -> None:
    for piece in pieces:
        await house.engine.submit(piece, a_sink(house, piece))


def told(house: House) -> str:
    return house.model.prompts[-1][-1].content


async def rows(house: House) -> int:
    found = await rows_of(house.store, "SELECT row FROM ledger")
    return len(found)


async def test_a_file_of_an_album_before_the_one_that_asks_belongs_to_the_question(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["Sixteen."], embedder=FakeEmbedder()) as house:
        await send(house, ALBUM)
        assert await rows(house) == 0
        await send(house, ASKING)
        await house.rest()
        assert "seven windows" in told(house)
        assert "nine windows" in told(house)
        assert house.chat(GROUP).texts == ["Sixteen."]


async def test_a_text_before_the_part_that_mentions_the_bot_belongs_to_the_question(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["Both."]) as house:
        await send(house, START, END)
        await house.rest()
        assert told(house) == "Ann: the first half of a long text\n  the second half"
        assert len(house.model.prompts) == 1


async def test_a_command_takes_files_before_it_and_no_text(tmp_path: Path) -> None:
    asked = replace(ASKING, text="/ask how many windows?")
    async with a_house(tmp_path, ["Sixteen."], ["Hm."], embedder=FakeEmbedder()) as house:
        await send(house, ALBUM, asked)
        await house.rest()
        assert "seven windows" in told(house)
        await send(house, replace(START, message_id="8"), replace(END, message_id="9", text="/new"))
        await house.rest()
        assert len(house.model.prompts) == 1


async def test_an_early_piece_of_another_person_or_of_long_ago_stays_out(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["One."], ["Two."]) as house:
        await send(house, replace(START, author=BOB), END)
        await house.rest()
        assert told(house) == "Ann: the second half"
        await send(house, replace(START, message_id="5"))
        await house.clock.advance(10)
        await send(house, replace(END, message_id="6", sent_at=110.0))
        await house.rest()
        assert told(house) == "Ann: the second half"


async def test_a_stranger_leaves_no_early_piece(tmp_path: Path) -> None:
    access = AccessSettings(allowed=frozenset({BOB.user_id}))
    async with a_house(tmp_path, ["One."], access=access) as house:
        stranger = Author("66", "Mallory", "en")
        await send(house, replace(START, author=stranger), replace(END, author=BOB))
        await house.rest()
        assert told(house) == "Bob: the second half"


async def test_an_overheard_message_that_becomes_a_piece_is_overheard_no_more(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["Both."]) as house:
        await house.engine.listening.switch(GROUP, on=True)
        now = house.clock.time()
        await send(house, replace(START, sent_at=now))
        assert len(await house.engine.listening.messages(GROUP)) == 1
        await send(house, replace(END, sent_at=now))
        await house.rest()
        assert told(house) == "Ann: the first half of a long text\n  the second half"
        assert await house.engine.listening.messages(GROUP) == []


async def test_a_look_for_ended_processes_between_two_pieces_keeps_them_together(
    tmp_path: Path,
) -> None:
    start = replace(START, key=DM, direct=True, message_id="4")
    end = replace(END, key=DM, direct=True, message_id="5")
    async with a_house(tmp_path, ["Before."], ["Both."]) as house:
        await house.ask("an older question")
        await send(house, start)
        await house.engine.recover(house.make_sink, [0, 3], ["fake"])
        await send(house, end)
        await house.rest()
        assert told(house) == "the first half of a long text\nthe second half"
        assert house.chat().texts == ["Before.", "Both."]


async def test_a_forward_joins_the_comment_that_was_answered_before_a_slow_restart(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    chats = {DM: FakeChat()}
    start = replace(START, key=DM, direct=True, sent_at=clock.time(), unfinished=False)
    end = replace(
        END, key=DM, direct=True, sent_at=clock.time() + 0.5, text="", quoted="told", forwarded=True
    )
    async with a_house(tmp_path, ["Half."], clock=clock, chats=chats) as house:
        await send(house, start)
        await house.rest()
    await clock.advance(40)
    async with a_house(tmp_path, ["Both."], clock=clock, chats=chats) as house:
        house.own(1)
        await house.recover()
        await send(house, end)
        await house.rest()
        assert chats[DM].texts == ["Both."]


async def test_a_file_that_comes_after_the_answer_is_read_and_the_answer_written_anew(
    tmp_path: Path,
) -> None:
    asked = replace(ASKING, key=DM, direct=True)
    late = replace(ALBUM, key=DM, direct=True, addressed=True, message_id="3", sent_at=102.0)
    scripts = (["Nine."], ["Sixteen."])
    async with a_house(tmp_path, *scripts, embedder=FakeEmbedder()) as house:
        await send(house, asked)
        await house.rest()
        assert house.chat().texts == ["Nine."]
        await send(house, late)
        await house.rest()
        assert "seven windows" in told(house)
        assert "nine windows" in told(house)
        assert house.chat().texts == ["Sixteen."]
        kept = await rows_of(house.store, "SELECT name FROM documents")
        assert sorted(row[0] for row in kept) == ["blue.md", "red.md"]


async def test_a_file_that_was_read_for_an_answer_is_not_fetched_again(tmp_path: Path) -> None:
    asked = replace(ASKING, key=DM, direct=True, group="")
    async with a_house(tmp_path, ["Nine."], ["Still nine."], embedder=FakeEmbedder()) as house:
        await send(house, asked)
        await house.rest()
        edited = replace(asked, text="how many windows has it?", edited=True)
        await house.engine.submit(edited, house.sink(DM))  # this sink has no file to fetch
        await house.rest()
        assert house.chat().texts == ["Still nine."]
