"""Tests of questions that are edited or repeated while an answer is running."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from engine.contract import Action, ChatKey, Finish, Inbound, Turn, Usage
from engine.errors import DeliveryState, StorageFault, Superseded
from engine.storage.records import Entry
from engine.storage.sql.ledger import PARTIAL_EVERY_SECONDS
from engine.tasks import Tasks
from engine.turns.sessions import Session
from tests.rigs.engine_rig import ANN, DM, House, a_house, full_disk
from tests.rigs.fakes import FakeChat, SilentSink, settle
from tests.rigs.memory_rig import FakeEmbedder
from tests.rigs.stores import rows_of

PARIS = Inbound(DM, "q", ANN, "where is Paris?", direct=True, addressed=True, sent_at=1.0)
ROME = replace(PARIS, text="where is Rome?", edited=True)


async def prompts(house: House) -> list[str]:
    return [turn.prompt for turn in (await house.sessions.get(DM)).turns]


async def test_a_message_cut_off_by_an_edit_is_found_and_used_again(tmp_path: Path) -> None:
    script = ["Paris is a city in the north of ", asyncio.Event()]
    async with a_house(tmp_path, script, ["Rome is in Italy."]) as house:
        await house.engine.submit(PARIS, SilentSink(house.clock, handle="q", chat=house.chat()))
        await house.advance(1)
        assert len(house.chat().texts) == 1
        await house.engine.submit(ROME, house.sink(handle="q"))
        await house.rest()
        assert house.chat().texts == ["Rome is in Italy."]


async def test_an_edit_before_a_lost_message_was_looked_for_leaves_it_to_be_looked_for(
    tmp_path: Path,
) -> None:
    chats = {DM: FakeChat()}
    async with a_house(
        tmp_path, ["Paris is a city in the north of ", asyncio.Event()], chats=chats
    ) as house:
        await house.engine.submit(PARIS, SilentSink(house.clock, handle="q", chat=house.chat()))
        await house.advance(1)
    gate = asyncio.Event()
    async with a_house(tmp_path, [gate, "I do."], ["Rome is in Italy."], chats=chats) as house:
        house.own(1)
        await house.engine.submit(
            replace(PARIS, message_id="p", text="do you?"), house.sink(handle="p")
        )
        await house.recover()
        await house.engine.submit(ROME, house.sink(handle="q"))
        gate.set()
        await house.rest()
        assert sorted(house.chat().texts) == ["I do.", "Rome is in Italy."]


async def test_what_is_taken_up_gives_way_to_an_edit_of_the_same_moment(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ledger.accept(PARIS, "q")
        house.own(1)
        session_of = house.sessions.get_or_empty

        async def edited_meanwhile(key: ChatKey) -> Session:
            house.sessions.get_or_empty = session_of
            await house.engine.submit(ROME, house.sink(handle="q"))
            return await session_of(key)

        house.sessions.get_or_empty = edited_meanwhile
        await house.recover()
        await house.rest()
        assert house.chat().texts == ["You said: where is Rome?"]
        assert await prompts(house) == ["where is Rome?"]


async def test_a_search_that_ends_while_the_question_is_edited_does_not_hide_the_next_message(
    tmp_path: Path,
) -> None:
    gate = asyncio.Event()
    async with a_house(tmp_path, [gate, "I do."], ["Rome is in Italy."]) as house:
        await house.engine.submit(
            replace(PARIS, message_id="p", text="do you?"), house.sink(handle="p")
        )
        entry = await house.ledger.accept(PARIS, "q")
        assert entry is not None
        await house.engine.submit(ROME, house.sink(handle="q"))
        await house.ledger.note_state(entry, DeliveryState.KNOWN)
        gate.set()
        await house.rest()
        assert house.chat().texts == ["I do.", "Rome is in Italy."]
        assert await rows_of(house.store, "SELECT sure FROM ledger") == [
            (0,),
            (0,),
        ]


async def test_a_question_edited_while_a_known_answer_is_shown_is_answered_anew(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, embedder=FakeEmbedder()) as house:
        await house.ask("How long is the river Nile?")
        await house.ask("/new")
        asked = replace(PARIS, text="How long is the river Nile?")
        sink = house.sink(handle="q")
        sink.hold = asyncio.Event()
        await house.engine.submit(asked, sink)
        await house.advance(1)
        await house.engine.submit(ROME, house.sink(handle="q"))
        sink.hold.set()
        await house.rest()
        assert house.last().endswith("where is Rome?")
        assert await prompts(house) == ["where is Rome?"]


async def test_the_record_of_an_older_text_does_not_take_the_place_of_a_newer_one(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path) as house:
        old = await house.ledger.accept(PARIS, "q")
        new = await house.ledger.accept(ROME, "q")
        assert old is not None
        assert new is not None
        turn = Turn(ANN, PARIS.text, "In France.", Finish.STOP, 1.0)
        for void in (
            house.ledger.finish(old, turn, Usage()),
            house.ledger.close_row(old),
            house.ledger.begin(old),
        ):
            with pytest.raises(Superseded):
                await void
        begun = await house.ledger.begin(new)
        assert (begun.open, begun.inbound.text, begun.turn_id) == (True, ROME.text, 0)
        (taken_up,) = await house.ledger.unfinished([0], ["fake"])
        assert taken_up.inbound.text == ROME.text


async def test_a_record_that_the_disk_took_late_does_not_end_an_edited_question(
    tmp_path: Path,
) -> None:
    script = ["Rome is in ", asyncio.Event()]
    async with a_house(tmp_path, ["Paris is in France."], script) as house:
        finish, faults = house.ledger.finish, [StorageFault("the disk is full")]

        async def full_at_first(entry: Entry, turn: Turn, usage: Usage) -> int:
            if faults:
                raise faults.pop()
            return await finish(entry, turn, usage)

        house.ledger.finish = full_at_first
        await house.engine.submit(PARIS, house.sink(handle="q"))
        await house.settle()
        assert not faults
        await house.engine.submit(ROME, house.sink(handle="q"))
        await house.advance(3)
        (taken_up,) = await house.ledger.unfinished([0], ["fake"])
        assert (taken_up.inbound.text, taken_up.partial) == (ROME.text, "Rome is in ")


async def test_words_of_an_older_run_do_not_begin_the_answer_to_a_newer_text(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path) as house:
        old = await house.ledger.accept(PARIS, "q")
        new = await house.ledger.accept(ROME, "q")
        assert old is not None
        assert new is not None
        house.ledger.progress(old, "Paris is in", Finish.LENGTH)
        await house.advance(2 * PARTIAL_EVERY_SECONDS)
        begun = await house.ledger.begin(new)
        assert (begun.partial, begun.finish) == ("", None)
        house.ledger.progress(old, "Paris is in")
        assert (await house.ledger.begin(new)).partial == ""
        await house.advance(2 * PARTIAL_EVERY_SECONDS)


async def test_two_taps_on_retry_at_the_same_moment_are_one(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["One."], ["Two."]) as house:
        await house.ask("count")
        tasks = Tasks("test")
        taps = [tasks.spawn(house.press(Action.RETRY, "m1"), "tap") for _ in range(2)]
        await asyncio.wait(taps)
        await house.rest()
        assert len(house.model.prompts) == 2


@pytest.mark.usefixtures("a_file")
async def test_a_question_that_was_kept_is_answered_although_the_adapter_that_brought_it_ended(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path) as house:
        gate = threading.Event()
        tasks = Tasks("test")
        slow = tasks.spawn(house.store.write(lambda _: gate.wait()), "slow disk")
        session = await house.sessions.get(DM)
        taking = tasks.spawn(house.engine.submit(PARIS, house.sink(handle="q")), "adapter")
        while not any("message of" in task.get_name() for task in asyncio.all_tasks()):
            await settle()
        taking.cancel()
        assert not session.turns
        gate.set()
        await asyncio.wait({slow, taking})
        await house.rest()
        assert house.chat().texts == ["You said: where is Paris?"]


async def test_the_last_words_of_an_answer_that_is_cut_are_kept(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Paris is a city in ", asyncio.Event()]) as house:
        await house.say(PARIS.text)
        await house.settle()
        await house.engine.kill()
        (entry,) = await house.ledger.unfinished([0], ["fake"])
        assert entry.partial == "Paris is a city in "


async def test_an_edit_of_an_old_message_does_not_make_it_the_newest(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ledger.accept(replace(PARIS, message_id="1001"), "h")
        await house.ledger.accept(replace(ROME, message_id="999"), "h")
        assert await house.ledger.last_seen("fake") == {DM: "1001"}
        await house.ledger.accept(replace(PARIS, message_id="1002"), "h")
        assert await house.ledger.last_seen("fake") == {DM: "1002"}


async def test_the_end_of_an_older_run_leaves_what_the_newer_one_has_of_its_answer(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path) as house:
        old, new = await house.ledger.accept(PARIS, "q"), await house.ledger.accept(ROME, "q")
        assert old is not None
        assert new is not None
        house.ledger.progress(new, "Rome is in Italy.", Finish.STOP)
        with pytest.raises(Superseded):
            await house.ledger.finish(
                old, Turn(ANN, PARIS.text, "In France.", Finish.STOP, 1.0), Usage()
            )
        await house.clock.advance(PARTIAL_EVERY_SECONDS)
        await house.settle()
        kept = await house.ledger.load(new.row)
        assert kept is not None
        assert kept.partial == "Rome is in Italy."


async def test_an_answer_that_the_disk_did_not_take_does_not_come_back_once_it_was_erased(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["Secret answer."]) as house:
        house.ledger.put(finish=full_disk)
        for text in ("secret question", "/forget", "/forget yes"):
            await house.say(text)
            await house.advance(3)
        house.ledger.mend()
        await house.advance(100)
        assert await rows_of(house.store, "SELECT 1 FROM turns") == []
