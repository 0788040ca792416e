"""The conversations of any store: choices, the newest turns, what was used."""

from __future__ import annotations

from engine.storage.ports import Storage
from engine.storage.records import DAY_SECONDS, WINDOW_TURNS, ChatState
from tests.engine.storage.contract.filling import ANN, BOB, HERE, THERE, answered, asked
from tests.rigs.fakes import FakeClock


async def test_a_chat_that_is_not_known_is_empty(store: Storage) -> None:
    assert await store.conversations.load(HERE) == ChatState()


async def test_choices_are_kept_one_by_one(store: Storage) -> None:
    await store.conversations.choose(HERE, model="m", persona="a miller", by=ANN)
    await store.conversations.choose(HERE, language="de", time_zone="Europe/Rome")
    await store.conversations.choose(HERE, persona="")
    found = await store.conversations.load(HERE)
    assert (found.model, found.persona, found.language) == ("m", "", "de")
    assert found.time_zone == "Europe/Rome"
    assert await store.conversations.load(THERE) == ChatState()


async def test_the_newest_turns_come_oldest_first(store: Storage) -> None:
    for number in range(WINDOW_TURNS + 3):
        await answered(store, asked(f"question {number}", message_id=str(number)))
    turns = (await store.conversations.load(HERE)).turns
    assert len(turns) == WINDOW_TURNS
    assert [turns[0].prompt, turns[-1].prompt] == ["question 3", f"question {WINDOW_TURNS + 2}"]


async def test_a_new_conversation_leaves_earlier_turns_out(store: Storage) -> None:
    await answered(store, asked("old", message_id="1"))
    await store.conversations.begin_anew(HERE)
    await answered(store, asked("new", message_id="2"))
    assert [turn.prompt for turn in (await store.conversations.load(HERE)).turns] == ["new"]


async def test_what_was_used_is_added_up_by_chat_and_by_person(
    store: Storage, clock: FakeClock
) -> None:
    now = clock.time()
    await answered(store, asked(message_id="1"), at=now)
    await answered(store, asked(message_id="2", author=BOB), at=now)
    await answered(store, asked(message_id="3", key=THERE), at=now - DAY_SECONDS)
    here, there = await store.conversations.usage(HERE), await store.conversations.usage(THERE)
    assert (here.turns, here.tokens, here.turns_today, here.tokens_today) == (2, 74, 2, 74)
    assert (there.turns, there.turns_today) == (1, 0)
    assert await store.conversations.tokens_today("fake", ANN.user_id) == 37
    assert await store.conversations.tokens_today("other", ANN.user_id) == 0
