"""The queue of questions over several processes on one PostgreSQL database."""

from __future__ import annotations

import pytest

from engine.contract import ChatKey
from engine.errors import QueueFull, Superseded
from tests.rigs.members import CHAT, members, question

pytestmark = pytest.mark.postgres
OTHER = ChatKey("fake", "20")


async def test_a_question_of_one_process_is_claimed_by_another(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (receiver, worker):
        accepted = await receiver.ask("hello")
        assert not accepted.begun
        claimed = await worker.claim()
        assert claimed is not None
        assert (claimed.row, claimed.inbound.text, claimed.attempts) == (accepted.row, "hello", 1)


async def test_a_chat_has_one_answer_at_a_time(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (one, two):
        await one.ask("first")
        await one.ask("second")
        first = await one.claim()
        assert first is not None
        assert await two.claim() is None
        await one.answer(first)
        assert (await two.claim_soon()).inbound.text == "second"


async def test_questions_are_answered_in_the_order_of_their_ids(postgres_url: str) -> None:
    async with members(postgres_url, 1) as (one,):
        for number in ("12", "9", "10"):
            await one.ask(number, message_id=number)
        seen = []
        while entry := await one.claim():
            seen.append(entry.inbound.text)
            await one.answer(entry)
        assert seen == ["9", "10", "12"]


async def test_a_chat_with_many_questions_delays_another_by_one(postgres_url: str) -> None:
    async with members(postgres_url, 1) as (one,):
        for number in range(5):
            await one.ask(f"flood {number}")
        await one.ask("quiet", OTHER)
        seen = []
        while entry := await one.claim():
            seen.append(entry.inbound.text)
            await one.answer(entry)
        assert seen.index("quiet") == 1


async def test_a_chat_is_left_to_the_process_that_had_it_last(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (one, two):
        await one.ask("first")
        await one.answer(await one.claim_soon())
        await two.ask("second")
        assert await two.claim() is None
        assert await one.claim() is not None


async def test_an_edit_is_answered_anew_after_the_old_answer_has_ended(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (receiver, worker):
        accepted = await receiver.ask("old", message_id="7")
        old = await worker.claim()
        assert old is not None
        edit = question("new", message_id="7", edited=True)
        assert await receiver.ledger.accept(edit, "handle") is not None
        (state,) = await worker.queue.claimed([accepted.row])
        assert (state.revision, state.mine) == (1, True)
        with pytest.raises(Superseded):
            await worker.ledger.check(old)
        assert await receiver.claim() is None
        await worker.queue.hand_back(accepted.row)
        new = await worker.claim()
        assert new is not None
        assert (new.inbound.text, new.revision) == ("new", 1)


async def test_stop_reaches_the_process_that_answers(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (receiver, worker):
        await receiver.ask("hello")
        entry = await worker.claim()
        assert entry is not None
        found = await receiver.queue.answering(CHAT)
        assert found is not None
        assert await receiver.queue.stop(found)
        (state,) = await worker.queue.claimed([entry.row])
        assert state.stop
        await worker.answer(entry)
        assert not await receiver.queue.stop(found)


async def test_a_message_ends_the_wait_of_another_process(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (receiver, worker):
        receiver.queue.announce()
        assert await worker.queue.news(5.0)


async def test_a_full_chat_refuses_and_nothing_of_the_message_is_stored(postgres_url: str) -> None:
    async with members(postgres_url, 1, per_chat=2) as (one,):
        await one.ask("one")
        await one.ask("two")
        with pytest.raises(QueueFull):
            await one.ask("three", message_id="900")
        assert await one.queue.counts() == (0, 2)
        assert await one.ledger.accept(question("three", message_id="900"), "", "busy") is not None


async def test_the_whole_queue_has_a_limit(postgres_url: str) -> None:
    async with members(postgres_url, 1, waiting=1) as (one,):
        await one.ask("one")
        with pytest.raises(QueueFull):
            await one.ask("two", OTHER)


async def test_a_notice_belongs_to_the_process_that_accepted_it(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (receiver, worker):
        entry = await receiver.ledger.accept(question("/help"), "handle", "the help")
        assert entry is not None
        assert entry.begun
        assert await worker.claim() is None
        await receiver.ledger.close_row(entry)


async def test_every_change_of_a_chat_gives_it_a_new_version(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (one, two):
        assert await two.shared.versions.of_chat(CHAT) == (0, 0)
        await one.ask("hello")
        before = await two.shared.versions.of_chat(CHAT)
        await one.answer(await one.claim_soon())
        answered = await two.shared.versions.of_chat(CHAT)
        await one.store.conversations.choose(CHAT, persona="a pirate")
        chosen = await two.shared.versions.of_chat(CHAT)
        await one.store.conversations.begin_anew(CHAT)
        anew = await two.shared.versions.of_chat(CHAT)
        assert answered == (before[0], before[1] + 1)
        assert len({before, answered, chosen, anew}) == 4
