"""Tests of the news of any store: who wants them, and to whom a broadcast must still go."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from engine.contract import ChatKey, SentId
from engine.people import Person, State, Subject
from engine.storage.news import PREVIEW_SECONDS, Begun, Draft, Receiver, Stage, Tally
from engine.storage.ports import Storage
from engine.storage.records import DAY_SECONDS, Lifetimes, Scope
from tests.engine.storage.contract.filling import HERE, THERE, accepted, all_of, asked
from tests.rigs.fakes import FakeClock

BOSS = ChatKey("fake", "9")
DRAFT = Draft(BOSS, "55", "9", "h", "en", "The bot sleeps tonight.")
OTHER = ChatKey("fake", "30")


async def wanting(store: Storage, *keys: ChatKey) -> None:
    for key in keys:
        await store.news.switch(key, on=True)


async def sending(store: Storage, *keys: ChatKey) -> int:
    await wanting(store, *keys)
    number = await store.news.prepare(DRAFT)
    assert await store.news.begin(number, SentId("7")) is Begun.BEGUN
    return number


async def due(store: Storage, number: int) -> list[ChatKey]:
    return [one.key for one in await store.news.due(number, 0, 99)]


async def delivered(store: Storage, number: int, key: ChatKey, *, reached: bool = True) -> None:
    """Deliver to a chat, as the sender does."""
    receiver = next(one for one in await store.news.due(number, 0, 99) if one.key == key)
    entry = await accepted(store, asked("", key=key, message_id=f"news {number}"))
    if reached:
        await store.ledger.bubble(entry, 0, SentId(f"sent {number}"))
    assert not await store.news.settle(number, receiver.chat, f"news {number}")
    await store.ledger.close_row(entry)
    assert await store.news.settle(number, receiver.chat, f"news {number}")


async def test_a_chat_wants_no_news_until_it_says_so(store: Storage) -> None:
    await accepted(store, asked())
    assert not await store.news.wanted(HERE)
    await wanting(store, HERE, HERE)
    assert await store.news.wanted(HERE)
    assert not await store.news.wanted(THERE)
    assert await store.news.audience() == 1
    await store.news.switch(HERE, on=False)
    await store.news.switch(THERE, on=False)
    assert not await store.news.wanted(HERE)
    assert await store.news.audience() == 0


async def test_a_draft_is_stored_once_for_a_message(store: Storage) -> None:
    number = await store.news.prepare(DRAFT)
    assert await store.news.prepare(DRAFT) == number
    assert await store.news.prepare(replace(DRAFT, message_id="56")) != number
    assert await store.news.current() is None


async def test_a_broadcast_goes_to_the_chats_that_want_news_when_it_begins(store: Storage) -> None:
    await store.conversations.choose(THERE, language="de")
    number = await sending(store, HERE, THERE)
    await wanting(store, OTHER)
    first, second = await store.news.due(number, 0, 99)
    assert (first.key, second) == (THERE, Receiver(second.chat, HERE, "")) or (
        second.key,
        first,
    ) == (THERE, Receiver(first.chat, HERE, ""))
    assert {first.language, second.language} == {"", "de"}
    assert await store.news.due(number, first.chat, 99) == [second]
    assert await store.news.due(number, 0, 1) == [first]
    cast = await store.news.current()
    assert cast is not None
    assert (cast.number, cast.draft, cast.stage, cast.card) == (number, DRAFT, Stage.SENDING, "7")


async def test_only_one_broadcast_is_sent_at_a_time(store: Storage) -> None:
    await wanting(store, HERE)
    numbers = [await store.news.prepare(replace(DRAFT, message_id=text)) for text in ("1", "2")]
    begun = await asyncio.gather(*(store.news.begin(one, SentId("7")) for one in numbers))
    assert sorted(begun) == [Begun.BEGUN, Begun.BUSY]
    first = numbers[begun.index(Begun.BEGUN)]
    assert await store.news.begin(first, SentId("7")) is Begun.UNKNOWN
    await store.news.end(first)
    assert await store.news.current() is None
    assert await store.news.begin(first, SentId("7")) is Begun.UNKNOWN
    assert await store.news.begin(sum(numbers) - first, SentId("7")) is Begun.BEGUN


async def test_the_outcome_is_that_of_the_row_in_the_ledger(store: Storage) -> None:
    number = await sending(store, HERE, THERE, OTHER)
    assert await store.news.tally(number) == Tally(3, 0, 0)
    await delivered(store, number, HERE)
    await delivered(store, number, THERE, reached=False)
    assert await due(store, number) == [OTHER]
    tally = await store.news.tally(number)
    assert (tally, tally.due) == (Tally(3, 1, 1), 1)


async def test_a_chat_that_was_not_reached_wants_no_news_any_more(store: Storage) -> None:
    number = await sending(store, HERE, THERE)
    await delivered(store, number, HERE, reached=False)
    await delivered(store, number, THERE)
    assert not await store.news.wanted(HERE)
    assert await store.news.wanted(THERE)


async def test_a_preview_is_deleted_and_a_broadcast_is_stopped(store: Storage) -> None:
    preview = await store.news.prepare(DRAFT)
    assert await store.news.drop(preview) is Stage.PREVIEW
    assert await store.news.drop(preview) is None
    assert not await store.news.stop()
    number = await sending(store, HERE)
    assert await store.news.drop(number) is Stage.SENDING
    assert not await store.news.stop()
    cast = await store.news.current()
    assert cast is not None
    assert cast.stage is Stage.STOPPING


async def test_the_running_broadcast_can_be_stopped_without_its_number(store: Storage) -> None:
    await sending(store, HERE)
    assert await store.news.stop()
    cast = await store.news.current()
    assert cast is not None
    assert cast.stage is Stage.STOPPING


async def test_a_running_broadcast_skips_a_chat_that_wants_no_news_any_more(
    store: Storage,
) -> None:
    number = await sending(store, HERE, THERE)
    await store.news.switch(HERE, on=False)
    assert await due(store, number) == [THERE]
    assert await store.news.tally(number) == Tally(1, 0, 0)


async def test_an_export_shows_that_a_chat_wants_news(store: Storage) -> None:
    await wanting(store, HERE)
    await accepted(store, asked(key=THERE))
    shown = [await all_of(store.personal_data, Scope(key)) for key in (HERE, THERE)]
    assert [one["settings"][0]["news"] for one in shown] == [True, False]


async def test_erasing_a_chat_takes_its_wish_and_its_delivery(store: Storage) -> None:
    number = await sending(store, HERE, THERE)
    await store.personal_data.erase(Scope(HERE))
    assert not await store.news.wanted(HERE)
    assert await due(store, number) == [THERE]


async def test_erasing_one_person_of_a_chat_keeps_the_wish_of_the_chat(store: Storage) -> None:
    await wanting(store, HERE)
    await store.personal_data.erase(Scope(HERE, "1"))
    assert await store.news.wanted(HERE)


async def test_erasing_a_chat_with_a_later_question_takes_its_wish_too(store: Storage) -> None:
    first = await accepted(store, asked())
    await accepted(store, asked(message_id="101"))
    await wanting(store, HERE)
    await store.personal_data.erase(Scope(HERE), upto=first.row)
    assert not await store.news.wanted(HERE)


async def test_erasing_an_admins_chat_ends_the_broadcast_from_there(store: Storage) -> None:
    await accepted(store, asked(key=BOSS))
    await sending(store, HERE)
    await store.personal_data.erase(Scope(BOSS))
    assert await store.news.current() is None
    assert await store.news.wanted(HERE)


@pytest.mark.parametrize("merged", [False, True])
async def test_the_wish_and_the_delivery_follow_a_chat_to_its_new_key(
    store: Storage, *, merged: bool
) -> None:
    number, key = await sending(store, HERE), ChatKey("fake", "-100")
    if merged:
        await accepted(store, asked(key=key))
    assert await store.conversations.move(HERE, key)
    assert await store.news.wanted(key)
    assert await due(store, number) == [key]


async def test_a_blocked_person_gets_no_news_any_more(store: Storage) -> None:
    group, topic = ChatKey("fake", "10"), ChatKey("fake", "10", "3")
    await wanting(store, group, topic, OTHER, ChatKey("fake", "100"))
    await store.people.decide(Person(Subject("fake", "10"), State.BLOCKED), "fake:9")
    wanted = [await store.news.wanted(key) for key in (group, topic, OTHER)]
    assert wanted == [False, False, True]
    assert await store.news.audience() == 2


async def test_a_chat_that_wants_news_is_not_deleted_for_its_silence(
    store: Storage, clock: FakeClock
) -> None:
    await wanting(store, HERE)
    await accepted(store, asked(key=THERE))
    await clock.advance(100 * DAY_SECONDS)
    await store.personal_data.expire(Lifetimes())
    assert await store.news.wanted(HERE)


async def test_an_old_preview_expires_and_a_broadcast_does_not(
    store: Storage, clock: FakeClock
) -> None:
    number = await sending(store, HERE)
    preview = await store.news.prepare(replace(DRAFT, message_id="56"))
    await clock.advance(PREVIEW_SECONDS + 1)
    await store.personal_data.expire(Lifetimes())
    assert await store.news.drop(preview) is None
    cast = await store.news.current()
    assert cast is not None
    assert cast.number == number
