"""Tests of the overheard messages of any store: whose, for how long, and how they are erased."""

from __future__ import annotations

from dataclasses import replace

from engine.contract import Author, ChatKey, Inbound
from engine.storage.ports import Storage
from engine.storage.records import DAY_SECONDS, Lifetimes, OverheardBounds, Scope
from tests.engine.storage.contract.filling import (
    ANN,
    BOB,
    HERE,
    THERE,
    accepted,
    all_of,
    answered,
    asked,
)
from tests.rigs.fakes import FakeClock

GROUP, TOPIC = ChatKey("fake", "20"), THERE  # a group, and a topic of it
BOUNDS = OverheardBounds()


def said(
    text: str, clock: FakeClock, *, key: ChatKey = HERE, author: Author = ANN, message_id: str = ""
) -> Inbound:
    return Inbound(
        key, message_id or text, author, text, direct=False, addressed=False, sent_at=clock.time()
    )


async def kept(store: Storage, key: ChatKey = HERE, since: float = 0.0) -> list[str]:
    return [f"{one.author.name}: {one.text}" for one in await store.overheard.newest(key, since, 9)]


async def test_nothing_is_kept_in_a_chat_that_does_not_listen(
    store: Storage, clock: FakeClock
) -> None:
    assert not await store.overheard.keep(said("tea?", clock), BOUNDS)
    await answered(store, asked())
    assert not await store.overheard.keep(said("tea?", clock), BOUNDS)
    assert await kept(store) == []
    assert await store.overheard.listening() == frozenset()


async def test_the_newest_messages_of_a_chat_that_listens_come_oldest_first(
    store: Storage, clock: FakeClock
) -> None:
    await store.overheard.listen(HERE)
    await store.overheard.listen(HERE)
    assert await store.overheard.listening() == {HERE}
    for number in range(11):
        assert await store.overheard.keep(said(f"{number}", clock, author=BOB), BOUNDS)
        await clock.advance(1)
    assert await kept(store) == [f"Bob: {number}" for number in range(2, 11)]
    assert await kept(store, since=clock.time() - 2) == ["Bob: 9", "Bob: 10"]
    assert await kept(store, THERE) == []


async def test_a_message_is_kept_once_and_its_edit_replaces_it(
    store: Storage, clock: FakeClock
) -> None:
    await store.overheard.listen(HERE)
    first = said("tea at four", clock)
    assert await store.overheard.keep(first, BOUNDS)
    assert not await store.overheard.keep(first, BOUNDS)
    assert await store.overheard.amend(replace(first, text="tea at five"))
    assert not await store.overheard.amend(replace(first, author=BOB, text="no tea"))
    assert not await store.overheard.amend(said("unknown", clock))
    assert await kept(store) == ["Ann: tea at five"]


async def test_the_oldest_messages_beyond_number_bytes_and_age_are_deleted(
    store: Storage, clock: FakeClock
) -> None:
    await store.overheard.listen(HERE)
    for number in range(4):
        await store.overheard.keep(said(f"{number}", clock), replace(BOUNDS, messages=3))
        await clock.advance(1)
    assert await kept(store) == ["Ann: 1", "Ann: 2", "Ann: 3"]
    await store.overheard.keep(said("ten bytes.", clock), replace(BOUNDS, most_bytes=11))
    assert await kept(store) == ["Ann: 3", "Ann: ten bytes."]
    await clock.advance(100)
    await store.overheard.keep(said("new", clock), replace(BOUNDS, seconds=50))
    assert await kept(store) == ["Ann: new"]


async def test_nothing_is_kept_of_a_member_who_objects_in_any_topic(
    store: Storage, clock: FakeClock
) -> None:
    for key in (GROUP, TOPIC, HERE):
        await store.overheard.listen(key)
        await store.overheard.keep(said("tea?", clock, key=key), BOUNDS)
    await store.overheard.keep(said("coffee", clock, key=TOPIC, author=BOB), BOUNDS)
    await store.overheard.object(TOPIC, ANN.user_id)
    assert await store.overheard.objects(GROUP, ANN.user_id)
    assert not await store.overheard.objects(HERE, ANN.user_id)
    assert not await store.overheard.keep(said("again", clock, key=GROUP), BOUNDS)
    assert (await kept(store, GROUP), await kept(store, TOPIC)) == ([], ["Bob: coffee"])
    assert await kept(store, HERE) == ["Ann: tea?"]
    await store.overheard.allow(GROUP, ANN.user_id)
    assert await store.overheard.keep(said("again", clock, key=TOPIC), BOUNDS)


async def test_a_chat_that_stops_listening_keeps_nothing(store: Storage, clock: FakeClock) -> None:
    await store.overheard.listen(HERE)
    await store.overheard.keep(said("tea?", clock), BOUNDS)
    before = (await store.personal_data.facts()).erased
    await store.overheard.stop(HERE)
    await store.overheard.stop(THERE)
    assert (await kept(store), await store.overheard.listening()) == ([], frozenset())
    assert (await store.personal_data.facts()).erased == before + 1


async def test_messages_that_the_platform_reports_deleted_are_erased(
    store: Storage, clock: FakeClock
) -> None:
    await store.overheard.listen(HERE)
    for text in ("one", "two", "three"):
        await store.overheard.keep(said(text, clock), BOUNDS)
    assert await store.overheard.drop(HERE, ["one", "three", "unknown"]) == 2
    assert await store.overheard.drop(THERE, ["two"]) == 0
    assert await kept(store) == ["Ann: two"]


async def test_a_persons_messages_are_measured_exported_and_erased_with_their_data(
    store: Storage, clock: FakeClock
) -> None:
    await store.overheard.listen(HERE)
    await store.overheard.keep(said("of Ann", clock), BOUNDS)
    await store.overheard.keep(said("of Bob", clock, author=BOB), BOUNDS)
    mine = Scope(HERE, ANN.user_id)
    assert (await store.personal_data.measure(mine)).overheard == 1
    assert (await store.personal_data.measure(Scope(HERE))).overheard == 2
    told = await all_of(store.personal_data, mine)
    assert [one["text"] for one in told["overheard"]] == ["of Ann"]
    assert told["overheard"][0]["author"] == {"id": ANN.user_id, "name": "Ann"}
    whole = await all_of(store.personal_data, Scope(HERE))
    assert [one["text"] for one in whole["overheard"]] == ["of Ann", "of Bob"]
    assert whole["settings"][0]["listening"] is True
    await store.personal_data.erase(mine)
    assert await kept(store) == ["Bob: of Bob"]
    assert await store.overheard.listening() == {HERE}


async def test_an_objection_outlives_what_is_erased_of_a_person(
    store: Storage, clock: FakeClock
) -> None:
    await store.overheard.listen(HERE)
    await store.overheard.object(HERE, ANN.user_id)
    mine = Scope(HERE, ANN.user_id)
    assert (await all_of(store.personal_data, mine))["objections"] == [{"id": ANN.user_id}]
    assert not (await all_of(store.personal_data, Scope(HERE, BOB.user_id)))["objections"]
    await store.personal_data.erase(mine)
    assert not await store.overheard.keep(said("tea?", clock), BOUNDS)


async def test_a_chat_that_is_erased_listens_no_longer(store: Storage, clock: FakeClock) -> None:
    await store.overheard.listen(HERE)
    await store.overheard.keep(said("tea?", clock), BOUNDS)
    await store.overheard.object(HERE, BOB.user_id)
    request = await accepted(store, asked("/forget yes"))
    later = await accepted(store, asked("and now?", message_id="2"))
    await store.personal_data.erase(Scope(HERE), upto=request.row)
    assert await store.ledger.load(later.row) is not None
    assert (await kept(store), await store.overheard.listening()) == ([], frozenset())
    assert not await store.overheard.objects(HERE, BOB.user_id)


async def test_objections_in_a_group_stay_if_only_a_topic_is_erased(
    store: Storage, clock: FakeClock
) -> None:
    await store.overheard.listen(TOPIC)
    await store.overheard.object(TOPIC, BOB.user_id)
    await store.personal_data.erase(Scope(TOPIC))
    assert await store.overheard.objects(GROUP, BOB.user_id)
    await store.personal_data.erase(Scope(GROUP))
    assert not await store.overheard.objects(GROUP, BOB.user_id)


async def test_a_sweep_deletes_what_is_older_than_a_day_and_keeps_the_choice(
    store: Storage, clock: FakeClock
) -> None:
    await store.overheard.listen(HERE)
    await store.overheard.keep(said("old", clock), BOUNDS)
    await clock.advance(DAY_SECONDS - 10)
    await store.overheard.keep(said("new", clock), BOUNDS)
    await clock.advance(20)
    await store.personal_data.expire(Lifetimes())
    assert await kept(store) == ["Ann: new"]
    await clock.advance(10 * DAY_SECONDS)
    await store.personal_data.expire(Lifetimes())
    assert (await kept(store), await store.overheard.listening()) == ([], {HERE})


async def test_a_chat_in_which_nobody_wrote_for_a_month_listens_no_longer(
    store: Storage, clock: FakeClock
) -> None:
    await store.overheard.listen(HERE)
    await clock.advance(31 * DAY_SECONDS)
    await store.personal_data.expire(Lifetimes())
    assert await store.overheard.listening() == frozenset()


async def test_overheard_messages_make_room_before_anything_else(
    store: Storage, clock: FakeClock
) -> None:
    await answered(store, asked(key=THERE))
    await store.overheard.listen(HERE)
    wide = replace(BOUNDS, most_bytes=10**9)
    for number in range(60):
        text = "".join(chr(0x4E00 + (number * 7919 + i * 104_729) % 20_000) for i in range(6000))
        await store.overheard.keep(said(text, clock, message_id=str(number)), wide)
    used = (await store.personal_data.size()).used_bytes
    await store.personal_data.make_room(used)
    assert (await store.personal_data.measure(Scope(HERE))).overheard < 60
    assert (await store.personal_data.measure(Scope(THERE))).turns == 1


async def test_a_chat_that_gets_another_key_keeps_choice_messages_and_objections(
    store: Storage, clock: FakeClock
) -> None:
    await store.overheard.listen(HERE)
    await store.overheard.keep(said("before", clock, message_id="1"), BOUNDS)
    await store.overheard.object(HERE, BOB.user_id)
    new = ChatKey("fake", "1000")
    assert await store.conversations.move(HERE, new)
    assert await store.overheard.listening() == {new}
    assert await store.overheard.keep(said("after", clock, key=new, message_id="1"), BOUNDS)
    assert await kept(store, new) == ["Ann: before", "Ann: after"]
    assert not await store.overheard.keep(said("of Bob", clock, key=new, author=BOB), BOUNDS)
    assert await store.overheard.objects(HERE, BOB.user_id)
