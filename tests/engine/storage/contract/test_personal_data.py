"""Tests of the personal data of any store: measured, exported, erased, expired, over the limit."""

from __future__ import annotations

from random import Random

import pytest

from engine.errors import ExportTooLong
from engine.storage.ports import Storage
from engine.storage.records import DAY_SECONDS, SECTIONS, Lifetimes, Scope
from tests.engine.storage.contract.filling import (
    ANN,
    BOB,
    HERE,
    THERE,
    accepted,
    all_of,
    answered,
    asked,
    given,
)
from tests.rigs.fakes import FakeClock

HOUR_SECONDS = 3600.0


async def test_a_scope_is_measured_with_what_waits(store: Storage) -> None:
    await answered(store, asked(message_id="1"))
    await answered(store, asked(message_id="2", author=BOB))
    await given(store, HERE, ANN)
    await accepted(store, asked(message_id="3"))
    whole = await store.personal_data.measure(Scope(HERE))
    mine = await store.personal_data.measure(Scope(HERE, ANN.user_id))
    assert (whole.turns, whole.documents, whole.waiting) == (2, 1, 1)
    assert (mine.turns, mine.documents, mine.waiting) == (1, 1, 1)
    assert (await store.personal_data.measure(Scope(THERE))).nothing


async def test_an_export_has_all_sections_in_order_and_nothing_of_others(store: Storage) -> None:
    number = await answered(store, asked("my secret"))
    await store.memories.answers.put(HERE, "s", "e", number, "my secret", "x", b"v", 1.0)
    await given(store, HERE, ANN, "a page")
    await store.conversations.choose(HERE, persona="a miller", by=ANN)
    await answered(store, asked("of Bob", message_id="2", author=BOB))
    sections = [one.section async for one in store.personal_data.export(Scope(HERE))]
    assert sections == sorted(sections, key=SECTIONS.index)
    mine = await all_of(store.personal_data, Scope(HERE, ANN.user_id))
    assert mine["turns"][0]["question"] == mine["cached_answers"][0]["question"] == "my secret"
    assert mine["documents"][0]["passages"][0]["text"] == "a page"
    assert mine["settings"][0]["persona"] == "a miller"
    assert mine["usage"][0]["answers"] == 1
    assert "Bob" not in str(mine)


async def test_an_export_ends_before_its_texts_pass_the_bound(store: Storage) -> None:
    await given(store, HERE, ANN, "so it goes on and on " * 1000)
    with pytest.raises(ExportTooLong):
        [one async for one in store.personal_data.export(Scope(HERE), most_bytes=20_000)]
    assert [one async for one in store.personal_data.export(Scope(HERE), most_bytes=21_000)]


async def test_what_is_erased_is_gone_with_all_that_was_made_of_it(store: Storage) -> None:
    number = await answered(store, asked())
    await store.memories.turns.put_vectors(number, b"p", b"a")
    await store.memories.answers.put(HERE, "s", "e", number, "q", "x", b"v", 1.0)
    await given(store, HERE, ANN)
    kept = await answered(store, asked(key=THERE))
    before = (await store.personal_data.facts()).erased
    erased = await store.personal_data.erase(Scope(HERE))
    assert (erased.turns, erased.documents) == (1, 1)
    assert not any((await all_of(store.personal_data, Scope(HERE))).values())
    assert await store.memories.answers.newest(HERE, "s", 0.0, 9) == []
    assert [turn.turn_id for turn in await store.memories.turns.newest(THERE, 9)] == [kept]
    assert (await store.personal_data.facts()).erased == before + 1
    assert await store.personal_data.scrub()


async def test_a_persons_part_is_erased_without_the_others(store: Storage) -> None:
    await answered(store, asked("of Ann", message_id="1"))
    await answered(store, asked("of Bob", message_id="2", author=BOB))
    await given(store, HERE, BOB)
    await store.personal_data.erase(Scope(HERE, ANN.user_id))
    left = await all_of(store.personal_data, Scope(HERE))
    assert [turn["question"] for turn in left["turns"]] == ["of Bob"]
    assert len(left["documents"]) == 1


async def test_a_question_asked_after_the_request_is_still_answered(store: Storage) -> None:
    request = await accepted(store, asked("/forget yes", message_id="1"))
    later = await accepted(store, asked("and now?", message_id="2"))
    await store.personal_data.erase(Scope(HERE), upto=request.row)
    assert await store.ledger.load(later.row) is not None


@pytest.mark.parametrize("what", ["turn", "document"])
async def test_one_thing_is_removed_by_its_number_chat_and_author(
    store: Storage, what: str
) -> None:
    data = store.personal_data
    remove = data.remove_turn if what == "turn" else data.remove_document
    number = await answered(store, asked()) if what == "turn" else await given(store, HERE, ANN)
    before = (await data.facts()).erased
    assert not await remove(THERE, number)
    assert not await remove(HERE, number, BOB)
    assert not await remove(HERE, 0)
    assert (await data.facts()).erased == before
    assert await remove(HERE, number, ANN)
    assert not await remove(HERE, number)
    assert (await data.facts()).erased == before + 1


async def test_what_is_past_its_time_goes_and_the_chats_that_changed_are_named(
    store: Storage, clock: FakeClock
) -> None:
    now = clock.time()
    await answered(store, asked(message_id="1"), at=now - 11 * DAY_SECONDS)
    await answered(store, asked(message_id="2"), at=now)
    await given(store, THERE, ANN, now=now - 2 * DAY_SECONDS)
    lifetimes = Lifetimes(turn_days=10, document_seconds=DAY_SECONDS)
    removed = await store.personal_data.expire(lifetimes)
    assert removed.changed >= {HERE, THERE}
    assert (await store.personal_data.measure(Scope(HERE))).turns == 1
    assert not (await store.personal_data.measure(Scope(THERE))).documents
    assert not (await store.personal_data.expire(lifetimes)).changed & {HERE}


async def test_turns_may_be_kept_without_an_end(store: Storage, clock: FakeClock) -> None:
    await answered(store, asked(), at=clock.time() - 5000 * DAY_SECONDS)
    await store.personal_data.expire(Lifetimes(turn_days=0))
    assert (await store.personal_data.measure(Scope(HERE))).turns == 1


async def test_a_chat_without_an_answer_leaves_nothing(store: Storage, clock: FakeClock) -> None:
    entry = await accepted(store, asked("/help"))
    await store.ledger.close_row(entry)
    open_one = await accepted(store, asked(key=THERE))
    await clock.advance(2 * HOUR_SECONDS)
    removed = await store.personal_data.expire(Lifetimes())
    assert (removed.chats, removed.changed) == (1, {HERE})
    assert await store.ledger.load(open_one.row) is not None


async def test_who_holds_most_makes_room_and_is_told_once(store: Storage) -> None:
    chance = Random(1)
    await answered(store, asked("small", key=THERE, author=BOB), chance.randbytes(20_000).hex())
    for number in range(20):
        inbound = asked(message_id=str(number))
        await answered(store, inbound, chance.randbytes(20_000).hex())
    used = (await store.personal_data.size()).used_bytes
    assert not await store.personal_data.crowded(used * 2)
    assert await store.personal_data.crowded(used)
    removed = await store.personal_data.make_room(used)
    assert removed.changed == {HERE}
    assert (await store.personal_data.size()).used_bytes < used * 0.85
    assert (await store.personal_data.measure(Scope(THERE))).turns == 1
    assert (await store.conversations.load(HERE)).evicted
    await answered(store, asked(message_id="next"))
    assert not (await store.conversations.load(HERE)).evicted


async def test_every_change_changes_the_version(store: Storage, clock: FakeClock) -> None:
    before = await store.personal_data.version()
    assert await store.personal_data.version() == before
    await answered(store, asked())
    assert await store.personal_data.version() != before
