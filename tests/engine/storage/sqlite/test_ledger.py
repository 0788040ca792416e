"""Tests of the ledger: accepted questions, their ends and their recovery."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from engine.contract import Author, Finish, SentId
from engine.errors import StorageFault, Superseded
from engine.storage.records import DAY_SECONDS
from engine.storage.sql.ledger import ANSWERED, GIVEN_UP, OPEN, SqlLedger
from engine.storage.sqlite.database import Store
from engine.tasks import Tasks
from tests.rigs import ledger_rig
from tests.rigs.ledger_rig import ANN, ANSWER, APART, ASKED, HERE, THERE, USED, Rig

rig = ledger_rig.rig


# Accepting


async def test_an_accepted_message_comes_back_as_it_was(rig: Rig) -> None:
    entry = await rig.accept()
    assert entry.inbound == ASKED
    assert await rig.now(entry) == replace(entry, begun=False)


async def test_accepting_twice_makes_one_row(rig: Rig) -> None:
    await rig.accept()
    assert await rig.ledger.accept(ASKED, "other handle") is None
    assert await rig.rows("SELECT count(*) FROM ledger") == [(1,)]


async def test_accepting_twice_at_once_makes_one_row(rig: Rig) -> None:
    tasks = Tasks("test")
    both = [tasks.spawn(rig.ledger.accept(ASKED, "h"), "accept") for _ in range(8)]
    await asyncio.wait(set(both))
    assert [task.result() is not None for task in both].count(True) == 1
    assert await rig.rows("SELECT count(*) FROM ledger") == [(1,)]


async def test_a_message_is_known_again_after_its_answer(rig: Rig) -> None:
    await rig.answered()
    assert await rig.ledger.accept(ASKED, "h") is None


async def test_equal_ids_in_different_chats_are_different_messages(rig: Rig) -> None:
    for key in (HERE, THERE, APART):
        await rig.accept(replace(ASKED, key=key))
    assert await rig.rows("SELECT count(*) FROM ledger") == [(3,)]


async def test_what_is_accepted_is_there_for_the_next_process(rig: Rig, tmp_path: Path) -> None:
    await rig.accept()
    other = await Store.open(tmp_path / "pipit.sqlite")
    (entry,) = await SqlLedger(other, rig.clock).unfinished([5], ["fake"])
    assert entry.inbound == ASKED
    await other.close()


@pytest.mark.parametrize("text", ["half a pair \ud83d", "\x00", "", "日本語 " * 5000])
async def test_any_text_can_be_accepted(rig: Rig, text: str) -> None:
    entry = await rig.accept(replace(ASKED, text=text, quoted=text, author=replace(ANN, name=text)))
    assert (await rig.now(entry)).inbound.text == text
    await rig.ledger.finish(
        entry, replace(ANSWER, author=entry.inbound.author, prompt=text, answer=text), USED
    )


# Edits and repetitions


async def test_an_edited_text_reopens_its_row(rig: Rig) -> None:
    entry, number = await rig.answered()
    await rig.ledger.bubble(entry, 0, SentId("b0"))
    edited = replace(ASKED, text="What is a robin?", edited=True)
    again = await rig.ledger.accept(edited, "new handle")
    assert again is not None
    assert (again.row, again.inbound, again.handle) == (entry.row, edited, "new handle")
    assert (again.open, again.attempts, again.partial, again.turn_id) == (True, 0, "", number)
    assert again.bubbles == ("b0",)


async def test_an_edit_that_leaves_the_text_as_it_was_reopens_nothing(rig: Rig) -> None:
    edited = replace(ASKED, edited=True)
    entry = await rig.accept()
    assert await rig.ledger.accept(edited, "h") is None
    await rig.ledger.finish(entry, ANSWER, USED)
    assert await rig.ledger.accept(edited, "h") is None
    assert not (await rig.now(entry)).open


async def test_an_edit_of_an_open_question_changes_it(rig: Rig) -> None:
    entry = await rig.accept()
    again = await rig.ledger.accept(replace(ASKED, text="What is a robin?", edited=True), "h")
    assert again is not None
    assert again.row == entry.row
    assert (await rig.now(entry)).inbound.text == "What is a robin?"


async def test_an_edit_of_an_unknown_message_is_a_new_question(rig: Rig) -> None:
    assert await rig.ledger.accept(replace(ASKED, edited=True), "h") is not None


async def test_an_edited_command_is_opened_again(rig: Rig) -> None:
    entry = await rig.accept(replace(ASKED, text="/hlep"))
    await rig.ledger.close_row(entry)
    again = await rig.ledger.accept(replace(ASKED, text="/help", edited=True), "h")
    assert again is not None
    assert again.row == entry.row
    assert again.inbound.text == "/help"
    assert (await rig.now(entry)).open


async def test_an_edit_forgets_what_was_written_of_the_old_answer(rig: Rig) -> None:
    entry = await rig.accept()
    rig.ledger.progress(entry, "An old answer")
    await rig.ledger.accept(replace(ASKED, text="What is a robin?", edited=True), "h")
    await rig.written()
    assert (await rig.now(entry)).partial == ""


async def test_reopening_gives_the_question_its_bubbles_and_its_turn(rig: Rig) -> None:
    entry, number = await rig.answered()
    await rig.ledger.bubble(entry, 0, SentId("b0"))
    bob = replace(ASKED, author=Author("2", "Bob"))
    again = await rig.ledger.reopen(entry, bob, "new handle")
    assert again is not None
    assert (again.row, again.inbound, again.handle, again.open) == (
        entry.row,
        bob,
        "new handle",
        True,
    )
    assert (again.bubbles, again.turn_id) == (("b0",), number)


async def test_a_reopened_answer_replaces_its_turn(rig: Rig) -> None:
    entry, number = await rig.answered()
    again = await rig.ledger.reopen(entry, ASKED, "h")
    assert again is not None
    assert await rig.ledger.finish(again, replace(ANSWER, answer="A songbird."), USED) == number
    assert await rig.rows("SELECT count(*) FROM turns") == [(1,)]


# Finishing


async def test_finishing_records_turn_usage_and_end_together(rig: Rig) -> None:
    _, number = await rig.answered()
    assert await rig.rows("SELECT state, turn, body, shown FROM ledger") == [
        (ANSWERED, number, None, None)
    ]
    assert await rig.rows("SELECT turn, at, finish FROM turns") == [
        (number, int(ANSWER.at), "stop")
    ]
    assert await rig.rows("SELECT day, finish, turns, prompt_tokens, answer_tokens FROM usage") == [
        (int(ANSWER.at // DAY_SECONDS), "stop", 1, 30, 7)
    ]


@pytest.mark.parametrize("table", ["turns", "ledger", "usage"])
async def test_finishing_is_all_or_nothing(rig: Rig, table: str) -> None:
    entry = await rig.accept()
    event = "UPDATE" if table == "ledger" else "INSERT"
    stop = (
        f"CREATE TRIGGER stop BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, 'database or "
        f"disk is full'); END"
    )
    await rig.store.write(lambda db: db.execute(stop))
    with pytest.raises(Exception, match="full"):
        await rig.ledger.finish(entry, ANSWER, USED)
    assert await rig.rows("SELECT state, turn FROM ledger") == [(OPEN, 0)]
    assert await rig.rows("SELECT 1 FROM turns UNION ALL SELECT 1 FROM usage") == []
    await rig.store.write(lambda db: db.execute("DROP TRIGGER stop"))
    assert await rig.ledger.finish(entry, ANSWER, USED) > 0


async def test_usage_adds_up_by_person_day_and_end(rig: Rig) -> None:
    await rig.answered(replace(ASKED, message_id="1"))
    await rig.answered(replace(ASKED, message_id="2"))
    await rig.answered(replace(ASKED, message_id="3"), replace(ANSWER, finish=Finish.LENGTH))
    await rig.answered(replace(ASKED, message_id="4"), replace(ANSWER, at=ANSWER.at + DAY_SECONDS))
    rows = await rig.rows(
        "SELECT finish, turns, prompt_tokens, answer_tokens FROM usage ORDER BY day, finish"
    )
    assert rows == [("length", 1, 30, 7), ("stop", 2, 60, 14), ("stop", 1, 30, 7)]


async def test_a_turn_that_names_its_number_is_written_there(rig: Rig) -> None:
    _, number = await rig.answered()
    retry = await rig.accept(replace(ASKED, message_id="101", text="/retry"))
    assert (
        await rig.ledger.finish(retry, replace(ANSWER, answer="A songbird.", turn_id=number), USED)
        == number
    )
    assert await rig.rows("SELECT count(*) FROM turns") == [(1,)]


async def test_a_closed_row_keeps_no_text(rig: Rig) -> None:
    entry = await rig.accept(replace(ASKED, text="/help"))
    await rig.ledger.close_row(entry)
    assert await rig.rows("SELECT state, body, shown FROM ledger") == [(ANSWERED, None, None)]
    assert await rig.ledger.load(entry.row) is None


async def test_a_question_that_was_given_up_keeps_its_text_for_another_try(rig: Rig) -> None:
    entry = await rig.accept()
    await rig.ledger.close_row(entry, given_up=True)
    loaded = await rig.now(entry)
    assert loaded.inbound == ASKED
    assert not loaded.open
    assert await rig.rows("SELECT state FROM ledger") == [(GIVEN_UP,)]


async def test_an_answered_question_is_rebuilt_from_its_turn(rig: Rig) -> None:
    entry, number = await rig.answered()
    loaded = await rig.now(entry)
    assert loaded.inbound.text == ANSWER.prompt
    assert loaded.inbound.author == Author("1", "Ann")
    assert (loaded.inbound.direct, loaded.inbound.message_id, loaded.turn_id) == (
        False,
        "100",
        number,
    )
    assert not loaded.open


async def test_a_turn_leads_to_the_row_of_its_question(rig: Rig) -> None:
    entry, number = await rig.answered()
    found = await rig.ledger.of_turn(number)
    assert found is not None
    assert found.row == entry.row
    assert await rig.ledger.of_turn(number + 1) is None


# After a crash


async def test_open_rows_of_gone_owners_are_claimed_oldest_first(rig: Rig) -> None:
    for n in range(3):
        await rig.accept(replace(ASKED, message_id=str(n)))
    await rig.answered(replace(ASKED, message_id="9"))
    heir = SqlLedger(rig.store, rig.clock, owner=6)
    assert [entry.inbound.message_id for entry in await heir.unfinished([5], ["fake"])] == [
        "0",
        "1",
        "2",
    ]
    assert await SqlLedger(rig.store, rig.clock, owner=7).unfinished([5], ["fake"]) == []


async def test_rows_of_living_owners_and_other_platforms_are_left(rig: Rig) -> None:
    await rig.accept()
    await rig.accept(replace(ASKED, key=APART))
    heir = SqlLedger(rig.store, rig.clock, owner=6)
    assert await heir.unfinished([4], ["fake", "other"]) == []
    assert await heir.unfinished([], ["fake"]) == []
    assert [entry.inbound.key for entry in await heir.unfinished([5], ["other"])] == [APART]


async def test_a_row_is_taken_up_with_all_that_is_known_of_its_answer(rig: Rig) -> None:
    entry = await rig.ledger.begin(await rig.accept(handle="the handle"))
    await rig.ledger.bubble(entry, 0, SentId("b0"))
    rig.ledger.progress(entry, "A bird")
    await rig.written()
    (found,) = await SqlLedger(rig.store, rig.clock, owner=6).unfinished([5], ["fake"])
    assert (found.inbound, found.handle, found.bubbles, found.partial) == (
        ASKED,
        "the handle",
        ("b0",),
        "A bird",
    )


async def test_no_more_rows_than_asked_for_are_claimed(rig: Rig) -> None:
    for n in range(5):
        await rig.accept(replace(ASKED, message_id=str(n)))
    heir = SqlLedger(rig.store, rig.clock, owner=6)
    assert len(await heir.unfinished([5], ["fake"], limit=3)) == 3
    assert len(await heir.unfinished([5], ["fake"], limit=3)) == 2


async def test_a_damaged_row_does_not_keep_others_from_their_answers(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    for n in range(3):
        await rig.accept(replace(ASKED, message_id=str(n)))
    damage = "UPDATE ledger SET body = x'01ffff' WHERE message_id = '1'"
    await rig.store.write(lambda db: db.execute(damage))
    found = await SqlLedger(rig.store, rig.clock, owner=6).unfinished([5], ["fake"])
    assert [entry.inbound.message_id for entry in found] == ["0", "2"]
    assert "cannot be resumed" in caplog.text


@pytest.mark.parametrize("body", [b"\x00no json", b"\x07", b"\x01\x00\x00"])
async def test_a_damaged_question_is_a_storage_fault(rig: Rig, body: bytes) -> None:
    entry = await rig.accept()
    await rig.store.write(lambda db: db.execute("UPDATE ledger SET body = ?", (body,)))
    with pytest.raises(StorageFault):
        await rig.ledger.load(entry.row)


# Numbers are never used twice


async def test_a_row_whose_turn_was_deleted_never_shows_another_chats_turn(rig: Rig) -> None:
    entry, number = await rig.answered()
    await rig.ledger.bubble(entry, 0, SentId("b0"))
    await rig.store.write(lambda db: db.execute("DELETE FROM turns"))
    _, later = await rig.answered(
        replace(ASKED, key=THERE), replace(ANSWER, prompt="a secret of another chat")
    )
    assert later != number
    assert await rig.ledger.of_bubble(HERE, SentId("b0")) is None


async def test_a_turn_of_another_chat_is_not_read_even_under_the_same_number(rig: Rig) -> None:
    entry, number = await rig.answered()
    await rig.store.write(lambda db: db.execute("UPDATE turns SET chat = chat + 1"))
    assert await rig.ledger.load(entry.row) is None
    assert await rig.rows("SELECT turn FROM turns") == [(number,)]


async def test_the_end_of_a_deleted_row_closes_no_other(rig: Rig) -> None:
    forgotten = await rig.accept()
    await rig.store.write(lambda db: db.execute("DELETE FROM ledger"))
    later = await rig.accept(replace(ASKED, key=THERE))
    with pytest.raises(Superseded, match="erased"):
        await rig.ledger.finish(forgotten, ANSWER, USED)
    assert (await rig.now(later)).open


# The newest message


async def test_the_newest_message_of_each_chat_of_a_platform_is_known(rig: Rig) -> None:
    for key, number in ((HERE, "1"), (HERE, "2"), (THERE, "5"), (APART, "9")):
        await rig.accept(replace(ASKED, key=key, message_id=number))
    assert await rig.ledger.last_seen("fake") == {HERE: "2", THERE: "5"}
    assert await rig.ledger.last_seen("nowhere") == {}


async def test_a_repeated_message_is_not_the_newest(rig: Rig) -> None:
    await rig.accept(replace(ASKED, message_id="1"))
    await rig.accept(replace(ASKED, message_id="2"))
    await rig.ledger.accept(replace(ASKED, message_id="1"), "h")
    assert await rig.ledger.last_seen("fake") == {HERE: "2"}


async def test_a_continuation_is_no_message_of_the_platform(rig: Rig) -> None:
    await rig.accept(replace(ASKED, message_id="1"))
    await rig.accept(replace(ASKED, message_id="continue 12"))
    assert await rig.ledger.last_seen("fake") == {HERE: "1"}


async def test_the_newest_messages_of_a_platform_are_told_by_the_order_of_questions(
    rig: Rig,
) -> None:
    first, second = [await rig.accept(replace(ASKED, message_id=number)) for number in "12"]
    await rig.ledger.bubble(second, 0, SentId("3"))
    await rig.ledger.bubble(first, 0, SentId("4"))
    await rig.ledger.bubble(first, 1, SentId("5"))
    ids = [number for _, number in await rig.ledger.taken(first.inbound.key.platform)]
    assert ids == ["1", "4", "5", "2", "3"]
    assert await rig.ledger.taken("elsewhere") == []
