"""Tests of the ledger's record of a running answer: messages, progress, unknown sends."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from engine.contract import Finish, SentId
from engine.errors import KNOWN, UNKNOWN, StorageFault
from engine.storage.records import Entry
from engine.storage.sql.ledger import PARTIAL_EVERY_SECONDS
from engine.tasks import Tasks
from tests.rigs import ledger_rig
from tests.rigs.engine_rig import full_disk
from tests.rigs.ledger_rig import ANSWER, ASKED, HERE, THERE, USED, Rig

rig = ledger_rig.rig


# Attempts and bubbles


async def test_beginning_counts_attempts_on_disk(rig: Rig) -> None:
    entry = await rig.accept()
    assert (entry.attempts, entry.begun, (await rig.now(entry)).attempts) == (1, True, 1)
    assert (await rig.ledger.begin(entry)).attempts == 2
    assert (await rig.ledger.begin(entry)).attempts == 3
    assert (await rig.now(entry)).attempts == 3


async def test_beginning_gives_the_row_as_it_is_now(rig: Rig) -> None:
    entry = await rig.accept()
    await rig.ledger.bubble(entry, 0, SentId("b0"))
    assert (await rig.ledger.begin(entry)).bubbles == ("b0",)


async def test_bubbles_come_in_the_order_of_the_answer(rig: Rig) -> None:
    entry = await rig.accept()
    for part, sent in ((1, "9"), (0, "10"), (2, "8")):
        await rig.ledger.bubble(entry, part, SentId(sent))
    assert (await rig.now(entry)).bubbles == ("10", "9", "8")


async def test_a_bubble_that_is_noted_twice_counts_once(rig: Rig) -> None:
    entry = await rig.accept()
    await rig.ledger.bubble(entry, 0, SentId("b0"))
    await rig.ledger.bubble(entry, 1, SentId("b0"))
    assert (await rig.now(entry)).bubbles == ("b0",)


async def test_a_bubble_that_is_gone_leaves_the_row(rig: Rig) -> None:
    entry = await rig.accept()
    await rig.ledger.bubble(entry, 0, SentId("b0"))
    await rig.ledger.bubble(entry, 1, SentId("b1"))
    await rig.ledger.unbubble(entry, SentId("b0"))
    assert (await rig.now(entry)).bubbles == ("b1",)
    assert await rig.ledger.of_bubble(HERE, SentId("b0")) is None


async def test_a_bubble_leads_to_its_question(rig: Rig) -> None:
    entry = await rig.accept()
    await rig.ledger.bubble(entry, 0, SentId("b0"))
    found = await rig.ledger.of_bubble(HERE, SentId("b0"))
    assert found is not None
    assert found.inbound == ASKED


async def test_a_bubble_of_another_chat_or_none_leads_nowhere(rig: Rig) -> None:
    entry = await rig.accept()
    await rig.ledger.bubble(entry, 0, SentId("b0"))
    assert await rig.ledger.of_bubble(THERE, SentId("b0")) is None
    assert await rig.ledger.of_bubble(HERE, SentId("b1")) is None


# The progress of an answer


async def test_what_was_written_is_on_disk_soon(rig: Rig) -> None:
    entry = await rig.accept()
    rig.ledger.progress(entry, "A bi")
    rig.ledger.progress(entry, "A bird is")
    assert (await rig.now(entry)).partial == ""
    await rig.written()
    assert (await rig.now(entry)).partial == "A bird is"


async def test_what_was_written_while_the_disk_writes_is_not_forgotten(rig: Rig) -> None:
    entry = await rig.accept()
    gate = threading.Event()
    slow = Tasks("test").spawn(rig.store.write(lambda _: gate.wait()), "slow disk")
    rig.ledger.progress(entry, "A bi")
    await rig.clock.advance(PARTIAL_EVERY_SECONDS)
    rig.ledger.progress(entry, "A bird is")
    gate.set()
    await slow
    await rig.written(0)
    await rig.written()
    assert (await rig.now(entry)).partial == "A bird is"


async def test_what_was_written_of_many_answers_is_one_write(rig: Rig) -> None:
    entries = [await rig.accept(replace(ASKED, message_id=str(n))) for n in range(10)]
    for entry in entries:
        rig.ledger.progress(entry, f"answer {entry.row}")
    await rig.written()
    assert [(await rig.now(entry)).partial for entry in entries] == [
        f"answer {entry.row}" for entry in entries
    ]
    assert len(rig.ledger.tasks) <= 1


async def test_nothing_is_shown_of_a_finished_row(rig: Rig) -> None:
    entry = await rig.accept()
    rig.ledger.progress(entry, "A bird is")
    await rig.ledger.finish(entry, ANSWER, USED)
    await rig.written()
    assert await rig.rows("SELECT shown FROM ledger") == [(None,)]


async def test_an_answer_that_grew_begins_its_attempts_anew(rig: Rig) -> None:
    entry = await rig.ledger.begin(await rig.accept())
    rig.ledger.progress(entry, "A bird is")
    await rig.written()
    assert (await rig.now(entry)).attempts == 0


async def test_closing_ends_the_background_write(rig: Rig) -> None:
    rig.ledger.progress(await rig.accept(), "A bird is")
    await rig.ledger.close()
    await rig.ledger.close()
    assert len(rig.ledger.tasks) == 0


async def test_how_the_model_ended_an_answer_is_kept_until_it_is_asked_anew(rig: Rig) -> None:
    entry = await rig.accept()
    rig.ledger.progress(entry, "A bird is")
    rig.ledger.progress(entry, "A bird is a bird", Finish.LENGTH)
    await rig.written()
    assert ((await rig.now(entry)).partial, (await rig.now(entry)).finish) == (
        "A bird is a bird",
        Finish.LENGTH,
    )
    again = await rig.ledger.accept(
        replace(entry.inbound, text="What is a robin?", edited=True), "h"
    )
    assert again is not None
    assert (again.partial, again.finish) == ("", None)


# Whether one more message may exist


async def test_the_delivery_state_of_a_row_is_kept(rig: Rig) -> None:
    entry = await rig.accept()
    assert (await rig.now(entry)).state is UNKNOWN
    await rig.ledger.note_state(entry, KNOWN)
    assert (await rig.now(entry)).state is KNOWN
    await rig.ledger.note_state(entry, UNKNOWN)
    assert (await rig.now(entry)).state is UNKNOWN


async def doubted_on_a_full_disk(rig: Rig) -> Entry:
    """Return a row in the state `KNOWN`, for which the full disk refused the change to `UNKNOWN`."""
    entry = await rig.accept()
    await rig.ledger.note_state(entry, KNOWN)
    rig.store.put(transact=full_disk)
    with pytest.raises(StorageFault):
        await rig.ledger.note_state(entry, UNKNOWN)
    rig.store.mend()
    assert (await rig.now(entry)).state is KNOWN
    return entry


async def test_a_doubt_that_the_disk_did_not_take_goes_with_the_next_words_of_the_answer(
    rig: Rig,
) -> None:
    entry = await doubted_on_a_full_disk(rig)
    rig.ledger.progress(entry, "A bird")
    await rig.written()
    assert (await rig.now(entry)).state is UNKNOWN


async def test_a_doubt_that_the_disk_did_not_take_is_told_to_who_begins_the_row_anew(
    rig: Rig,
) -> None:
    assert (await rig.ledger.begin(await doubted_on_a_full_disk(rig))).state is UNKNOWN


async def test_a_doubt_that_the_disk_did_not_take_is_written_down_at_the_end(rig: Rig) -> None:
    entry = await doubted_on_a_full_disk(rig)
    await rig.ledger.close()
    assert (await rig.now(entry)).state is UNKNOWN


async def test_a_doubt_stays_until_a_change_is_taken_and_is_gone_once_a_search_has_ended_it(
    rig: Rig,
) -> None:
    entry = await doubted_on_a_full_disk(rig)
    rig.store.put(transact=full_disk)
    with pytest.raises(StorageFault):
        await rig.ledger.bubble(entry, 0, SentId("m1"))
    rig.store.mend()
    await rig.ledger.bubble(entry, 0, SentId("m1"))
    assert (await rig.now(entry)).state is UNKNOWN
    await rig.ledger.note_state(entry, KNOWN)
    await rig.ledger.bubble(entry, 1, SentId("m2"))
    assert (await rig.now(entry)).state is KNOWN


async def test_a_search_ends_a_doubt_that_the_disk_never_took(rig: Rig) -> None:
    entry = await doubted_on_a_full_disk(rig)
    await rig.ledger.note_state(entry, KNOWN)
    await rig.ledger.bubble(entry, 0, SentId("m1"))
    assert (await rig.now(entry)).state is KNOWN
