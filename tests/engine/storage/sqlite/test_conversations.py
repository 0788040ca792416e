"""Tests of sessions: the live state of chats over the data of the file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.errors import StorageFault
from engine.storage.records import DAY_SECONDS, WINDOW_TURNS, ChatUsage
from engine.storage.sql.conversations import SqlConversations
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sqlite.database import Store
from engine.tasks import Tasks
from engine.turns.sessions import Session, Sessions
from tests.rigs.fakes import FakeClock

HERE, THERE = ChatKey("fake", "10"), ChatKey("fake", "20")
ANN = Author("1", "Ann")
TTL = 3600.0


@dataclass
class Rig:
    store: Store
    clock: FakeClock
    sessions: Sessions

    async def record(
        self,
        answer: str,
        key: ChatKey = HERE,
        *,
        at: float = 0.0,
        turn_id: int = 0,
        tokens: tuple[int, int] = (30, 7),
    ) -> Turn:
        """Record a turn in the file only, as an answered question does."""
        at = at or self.clock.time()
        ledger = SqlLedger(self.store, self.clock)
        asked = Inbound(key, f"{answer} {at}", ANN, answer, direct=True, addressed=True, sent_at=at)
        entry = await ledger.accept(asked, "h")
        assert entry is not None
        turn = Turn(ANN, f"question of {answer}", answer, Finish.STOP, float(int(at)), turn_id)
        number = await ledger.finish(entry, turn, Usage(*tokens))
        return Turn(ANN, turn.prompt, answer, Finish.STOP, turn.at, number)

    def anew(self, entries: int = 256) -> Sessions:
        """Return the sessions of the next process."""
        return Sessions(SqlConversations(self.store, self.clock), self.clock, TTL, entries)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    store, clock = await Store.open(tmp_path / "pipit.sqlite"), FakeClock()
    yield Rig(store, clock, Sessions(SqlConversations(store, clock), clock, TTL))
    await store.close()


# The cache


async def test_a_chat_that_is_not_known_begins_empty(rig: Rig) -> None:
    assert await rig.sessions.get(HERE) == Session(HERE)


async def test_a_session_is_read_once_and_then_live(rig: Rig) -> None:
    assert await rig.sessions.get(HERE) is await rig.sessions.get(HERE)
    assert (rig.sessions.hits, rig.sessions.misses) == (1, 1)


async def test_a_session_holds_the_turns_of_the_file_oldest_first(rig: Rig) -> None:
    turns = [await rig.record(f"answer {n}") for n in range(3)]
    assert (await rig.sessions.get(HERE)).turns == turns


async def test_a_session_holds_no_more_turns_than_its_window(rig: Rig) -> None:
    turns = [await rig.record(f"answer {n}") for n in range(WINDOW_TURNS + 5)]
    assert (await rig.sessions.get(HERE)).turns == turns[5:]


async def test_chats_do_not_see_one_anothers_turns(rig: Rig) -> None:
    await rig.record("a secret", THERE)
    assert (await rig.sessions.get(HERE)).turns == []


async def test_two_readers_at_once_hold_one_session(rig: Rig) -> None:
    await rig.record("answer")
    tasks = Tasks("test")
    readers = [tasks.spawn(rig.sessions.get(HERE), "get") for _ in range(5)]
    await asyncio.wait(set(readers))
    assert len({id(task.result()) for task in readers}) == 1


async def test_a_session_past_its_lifetime_leaves_the_cache(rig: Rig) -> None:
    await rig.sessions.get(HERE)
    await rig.clock.advance(TTL + 1)
    assert rig.sessions.expire() == 1
    assert len(rig.sessions) == 0


async def test_each_use_begins_the_lifetime_anew(rig: Rig) -> None:
    await rig.sessions.get(HERE)
    for _ in range(5):
        await rig.clock.advance(TTL * 0.8)
        await rig.sessions.get(HERE)
    assert rig.sessions.misses == 1


async def test_the_least_used_session_leaves_a_full_cache(rig: Rig) -> None:
    sessions = rig.anew(entries=2)
    await sessions.get(HERE)
    await sessions.get(THERE)
    await sessions.get(HERE)
    await sessions.get(ChatKey("fake", "30"))
    assert len(sessions) == 2
    await sessions.get(HERE)
    assert sessions.misses == 3


async def test_to_leave_the_cache_forgets_nothing(rig: Rig) -> None:
    turn = await rig.record("answer")
    await rig.sessions.get(HERE)
    await rig.clock.advance(TTL + 1)
    assert (await rig.sessions.get(HERE)).turns == [turn]


async def test_a_session_that_an_answer_still_holds_is_not_read_a_second_time(rig: Rig) -> None:
    held = await rig.sessions.get(HERE)
    await rig.clock.advance(TTL + 1)
    rig.sessions.expire()
    again = await rig.sessions.get(HERE)
    turn = await rig.record("answer")
    held.record(turn)
    assert again.turns == [turn], "the answer was recorded in a session that nobody reads"


async def test_a_dropped_session_is_read_anew_even_while_it_is_held(rig: Rig) -> None:
    held = await rig.sessions.get(HERE)
    rig.sessions.drop(HERE)
    assert await rig.sessions.get(HERE) is not held
    rig.sessions.drop(THERE)


LONG = "x" * 100_000


async def test_chats_with_long_turns_leave_before_there_are_too_many_bytes(rig: Rig) -> None:
    keys = [ChatKey("fake", str(number)) for number in range(12)]
    sessions = Sessions(
        SqlConversations(rig.store, rig.clock), rig.clock, TTL, most_bytes=1_000_000
    )
    for key in keys:
        await rig.record(LONG, key)  # as long as the question once more
        await sessions.get(key)
    assert len(sessions) == 4
    assert 800_000 < sessions.size_bytes <= 1_000_000
    await sessions.get(keys[-1])
    assert sessions.hits == 1, "the chat used last must stay"


async def test_what_answers_add_counts_at_once(rig: Rig) -> None:
    keys = [ChatKey("fake", str(number)) for number in range(12)]
    sessions = Sessions(SqlConversations(rig.store, rig.clock), rig.clock, TTL, most_bytes=500_000)
    held = [await sessions.get(key) for key in keys]
    assert len(sessions) == 12
    for session in held:
        session.record(a_turn(1, LONG))
    assert sessions.size_bytes <= 500_000


async def test_a_session_too_large_for_the_cache_is_held_alone(rig: Rig) -> None:
    sessions = Sessions(SqlConversations(rig.store, rig.clock), rig.clock, TTL, most_bytes=50_000)
    await sessions.get(THERE)
    await rig.record(LONG)
    assert (await sessions.get(HERE)) is (await sessions.get(HERE))
    assert len(sessions) == 1


async def test_a_chat_that_is_answered_keeps_its_session_however_full_the_cache_is(
    rig: Rig,
) -> None:
    sessions = Sessions(SqlConversations(rig.store, rig.clock), rig.clock, TTL, most_bytes=50_000)
    held = await sessions.get(HERE)
    await rig.record(LONG, THERE)
    await sessions.get(THERE)
    assert len(sessions) == 1, "the chat must have left the cache, or nothing is tested"
    again = await sessions.get(HERE)
    held.record(a_turn(1))
    assert again is held
    assert again.turns == [a_turn(1)]


async def test_an_answer_does_not_bring_a_dropped_session_back(rig: Rig) -> None:
    held = await rig.sessions.get(HERE)
    rig.sessions.drop(HERE)
    held.record(a_turn(1))
    assert len(rig.sessions) == 0


async def test_as_many_sessions_as_are_allowed_fit_when_they_are_small(rig: Rig) -> None:
    sessions = rig.anew(entries=100)
    for number in range(101):
        await sessions.get(ChatKey("fake", str(number)))
    assert len(sessions) == 100


# Turns


def a_turn(number: int, answer: str = "answer") -> Turn:
    return Turn(ANN, "question", answer, Finish.STOP, 0.0, number)


def test_a_new_turn_comes_last() -> None:
    session = Session(HERE, [a_turn(1)])
    session.record(a_turn(2))
    assert [turn.turn_id for turn in session.turns] == [1, 2]


def test_a_turn_that_is_answered_again_keeps_its_place() -> None:
    session = Session(HERE, [a_turn(1), a_turn(2)])
    session.record(a_turn(1, "another answer"))
    assert [(turn.turn_id, turn.answer) for turn in session.turns] == [
        (1, "another answer"),
        (2, "answer"),
    ]


def test_turns_that_are_not_written_yet_are_not_taken_for_one_another() -> None:
    session = Session(HERE)
    session.record(a_turn(0, "one"))
    session.record(a_turn(0, "two"))
    assert [turn.answer for turn in session.turns] == ["one", "two"]


def test_the_oldest_turn_leaves_a_full_window() -> None:
    session = Session(HERE)
    for number in range(1, WINDOW_TURNS + 3):
        session.record(a_turn(number))
    assert [turn.turn_id for turn in session.turns] == list(range(3, WINDOW_TURNS + 3))


async def test_a_new_conversation_begins_without_the_turns_before(rig: Rig) -> None:
    await rig.record("before")
    session = await rig.sessions.get(HERE)
    await rig.sessions.begin_anew(session)
    assert session.turns == []
    after = await rig.record("after")
    assert (await rig.anew().get(HERE)).turns == [after]


async def test_a_new_conversation_in_one_chat_changes_no_other(rig: Rig) -> None:
    await rig.record("here")
    there = await rig.record("there", THERE)
    await rig.sessions.begin_anew(await rig.sessions.get(HERE))
    assert (await rig.anew().get(THERE)).turns == [there]


# Choices


async def test_a_choice_is_live_and_kept(rig: Rig) -> None:
    session = await rig.sessions.get(HERE)
    await rig.sessions.choose(session, model="m", persona="a pirate", language="de")
    for chosen in (session, await rig.anew().get(HERE)):
        assert (chosen.model, chosen.persona, chosen.language) == ("m", "a pirate", "de")


async def test_a_choice_leaves_the_others_as_they_are(rig: Rig) -> None:
    session = await rig.sessions.get(HERE)
    await rig.sessions.choose(session, model="m", persona="a pirate")
    await rig.sessions.choose(session, persona="")
    chosen = await rig.anew().get(HERE)
    assert (chosen.model, chosen.persona) == ("m", "")


async def test_two_choices_at_once_both_hold(rig: Rig) -> None:
    session = await rig.sessions.get(HERE)
    tasks = Tasks("test")
    await asyncio.wait(
        {
            tasks.spawn(rig.sessions.choose(session, model="m"), "model"),
            tasks.spawn(rig.sessions.choose(session, persona="a pirate"), "persona"),
        }
    )
    for chosen in (session, await rig.anew().get(HERE)):
        assert (chosen.model, chosen.persona) == ("m", "a pirate")


async def test_half_a_character_pair_in_a_choice_is_no_fault(rig: Rig) -> None:
    session = await rig.sessions.get(HERE)
    await rig.sessions.choose(session, persona="a pirate \ud83d")
    assert session.persona == (await rig.anew().get(HERE)).persona == "a pirate \ufffd"


async def test_a_choice_that_the_disk_did_not_take_is_not_live(rig: Rig) -> None:
    session = await rig.sessions.get(HERE)
    await rig.store.close()
    with pytest.raises(StorageFault):
        await rig.sessions.choose(session, model="m")
    assert session.model == ""


async def test_a_session_that_cannot_be_read_is_a_fault_and_not_an_empty_one(rig: Rig) -> None:
    await rig.record("answer")
    await rig.store.write(lambda db: db.execute("UPDATE turns SET answer = x'01ff'"))
    with pytest.raises(StorageFault, match="damaged"):
        await rig.sessions.get(HERE)
    assert len(rig.sessions) == 0


# Usage


async def test_usage_is_counted_by_chat_and_day(rig: Rig) -> None:
    now = rig.clock.time()
    await rig.record("today", tokens=(30, 7))
    await rig.record("yesterday", at=now - DAY_SECONDS, tokens=(100, 10))
    await rig.record("elsewhere", THERE, tokens=(1000, 0))
    assert await rig.sessions.usage(HERE) == ChatUsage(
        turns=2, tokens=147, turns_today=1, tokens_today=37
    )


async def test_a_chat_without_turns_has_used_nothing(rig: Rig) -> None:
    assert await rig.sessions.usage(HERE) == ChatUsage(0, 0, 0, 0)
