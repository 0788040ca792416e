"""Tests of the people of any store: who asks, who decides, and what is kept meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from engine.contract import ChatKey, Inbound
from engine.people import Person, Role, State, Subject
from engine.storage.people import (
    ASKING_DAYS,
    HELD_BYTES,
    HELD_MESSAGES,
    LOG_ROWS,
    MOST_ASKING,
    Due,
)
from engine.storage.ports import Storage
from engine.storage.records import DAY_SECONDS, Lifetimes, Scope
from tests.engine.storage.contract.filling import BOB, HERE, THERE, all_of, asked
from tests.rigs.fakes import FakeClock

BOSS = "fake:9"
ANN = Person(Subject("fake", "1"), role=Role.GUEST, name="Ann", language="pt-BR")


def approved(person: Person = ANN, role: Role = Role.GUEST) -> Person:
    return replace(person, state=State.APPROVED, role=role)


def blocked(person: Person = ANN) -> Person:
    return replace(person, state=State.BLOCKED)


async def kept(store: Storage, number: int) -> list[str]:
    return [one.inbound.text for one in await store.people.held(number, ["fake"])]


async def test_a_person_who_asks_is_stored_with_the_message(store: Storage) -> None:
    result = await store.people.ask(ANN, asked("hello"), "h")
    assert result.kept
    assert result.person == replace(
        ANN, state=State.ASKING, number=result.person.number, chat=HERE, handle="h"
    )
    assert await store.people.find(ANN.subject) == result.person
    assert await store.people.load(result.person.number) == result.person
    (held,) = await store.people.held(result.person.number, ["fake"])
    assert held.inbound == asked("hello")
    assert held.handle == "h"
    assert await store.people.held(result.person.number, ["other"]) == []
    assert [one.number for one in await store.people.due(Due.TELL, 9)] == [result.person.number]


async def test_a_repeated_message_is_kept_once_and_its_edit_replaces_it(store: Storage) -> None:
    number = (await store.people.ask(ANN, asked("hello"), "h")).person.number
    await store.people.ask(ANN, asked("hello"), "h")
    await store.people.ask(ANN, asked("hello, dear", edited=True), "h")
    assert await kept(store, number) == ["hello, dear"]


async def test_only_some_messages_of_one_person_are_kept(store: Storage) -> None:
    taken = [
        (await store.people.ask(ANN, asked(f"{n}", message_id=f"{n}"), "h")).kept
        for n in range(HELD_MESSAGES + 2)
    ]
    assert taken == [True] * HELD_MESSAGES + [False] * 2


async def test_a_message_that_is_too_large_is_not_kept(store: Storage) -> None:
    noise = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(HELD_BYTES))
    assert not (await store.people.ask(ANN, asked(noise), "h")).kept


async def test_only_so_many_people_may_wait_at_once(store: Storage) -> None:
    for n in range(MOST_ASKING):
        await store.people.ask(replace(ANN, subject=Subject("fake", f"s{n}")), asked(), "h")
    late = await store.people.ask(ANN, asked(), "h")
    assert late.full
    assert await store.people.find(ANN.subject) is None
    assert await store.people.count(State.ASKING) == MOST_ASKING


async def test_a_decision_is_stored_with_its_admin_and_logged(
    store: Storage, clock: FakeClock
) -> None:
    person = (await store.people.ask(ANN, asked(), "h")).person
    await clock.advance(5)
    decided, won = await store.people.decide(approved(person), BOSS, version=0)
    assert won
    assert (decided.state, decided.role, decided.decided_by) == (State.APPROVED, Role.GUEST, BOSS)
    assert (decided.decided_at, decided.version) == (int(clock.time()), 1)
    assert await kept(store, person.number) == ["What is a pipit?"]
    (line,) = await store.people.log(0, 9)
    assert (line.by, line.subject, line.what) == (BOSS, "fake:1", "approved guest")
    assert [one.number for one in await store.people.due(Due.SETTLE, 9)] == [person.number]
    await store.people.done(decided)
    assert await store.people.due(Due.SETTLE, 9) == []


async def test_the_first_of_two_decisions_counts(store: Storage) -> None:
    person = (await store.people.ask(ANN, asked(), "h")).person
    results = await asyncio.gather(
        store.people.decide(approved(person), "fake:8", version=0),
        store.people.decide(blocked(person), "fake:9", version=0),
    )
    assert sorted(won for _, won in results) == [False, True]
    assert results[0][0] == results[1][0] == await store.people.load(person.number)
    assert len(await store.people.log(0, 9)) == 1


async def test_a_block_deletes_the_kept_messages(store: Storage) -> None:
    person = (await store.people.ask(ANN, asked(), "h")).person
    await store.people.decide(blocked(person), BOSS)
    assert await kept(store, person.number) == []
    again = await store.people.ask(person, asked("please", message_id="2"), "h")
    assert (again.person.state, again.kept) == (State.BLOCKED, False)
    assert await kept(store, person.number) == []


async def test_a_decision_about_a_person_who_never_wrote_makes_a_row(store: Storage) -> None:
    person, won = await store.people.decide(approved(role=Role.CHILD), BOSS)
    assert won
    assert person.number
    assert (await store.people.find(ANN.subject)) == person
    changed, _ = await store.people.decide(approved(person, Role.MEMBER), BOSS)
    assert changed.role is Role.MEMBER
    assert [line.what for line in await store.people.log(0, 9)] == [
        "approved member",
        "approved child",
    ]


async def test_a_button_of_a_removed_person_decides_nothing(store: Storage) -> None:
    person = (await store.people.ask(ANN, asked(), "h")).person
    assert await store.people.remove(person.subject, BOSS)
    assert not await store.people.remove(person.subject, BOSS)
    assert await kept(store, person.number) == []
    assert (await store.people.decide(approved(person), BOSS, version=0))[1] is False
    assert await store.people.find(ANN.subject) is None
    assert [line.what for line in await store.people.log(0, 9)] == ["removed"]


async def test_the_list_begins_with_those_who_ask(store: Storage, clock: FakeClock) -> None:
    for n in range(3):
        await clock.advance(1)
        person = replace(ANN, subject=Subject("fake", f"{n}"))
        await store.people.ask(person, asked(message_id=f"{n}"), "h")
        if n == 1:
            await clock.advance(9)
            await store.people.decide(approved(person), BOSS)
    page = await store.people.listed(0, 2)
    assert ([one.subject.subject_id for one in page.people], page.total) == (["2", "0"], 3)
    page = await store.people.listed(2, 2)
    assert [one.subject.subject_id for one in page.people] == ["1"]


async def test_the_log_is_bounded(store: Storage) -> None:
    person, _ = await store.people.decide(approved(), BOSS)
    for n in range(LOG_ROWS + 5):
        await store.people.decide(approved(person, (Role.CHILD, Role.GUEST)[n % 2]), BOSS)
    assert len(await store.people.log(0, LOG_ROWS * 2)) == LOG_ROWS


async def test_people_beyond_the_cards_are_announced_by_one_summary(store: Storage) -> None:
    numbers = [
        (await store.people.ask(replace(ANN, subject=Subject("fake", f"{n}")), asked(), "h"))
        for n in range(4)
    ]
    told = [await store.people.announce(one.person.number, 2) for one in numbers]
    assert told == [True, True, False, None]
    assert [await store.people.announce(one.person.number, 2) for one in numbers] == told
    assert await store.people.announce(999, 2) is None


async def test_an_admins_private_chat_is_stored_once(store: Storage) -> None:
    boss = Person(
        Subject("fake", "9"), State.APPROVED, Role.ADMIN, name="Boss", chat=HERE, language="en"
    )
    assert await store.people.meet(boss)
    assert not await store.people.meet(boss)
    assert await store.people.meet(replace(boss, chat=ChatKey("fake", "77")))
    found = await store.people.find(boss.subject)
    assert found is not None
    assert (found.chat, found.role) == (ChatKey("fake", "77"), Role.ADMIN)


async def test_a_new_name_replaces_the_old_one(store: Storage) -> None:
    await store.people.ask(ANN, asked(), "h")
    await store.people.rename(ANN.subject, "Anna")
    found = await store.people.find(ANN.subject)
    assert found is not None
    assert found.name == "Anna"


async def test_a_kept_message_is_deleted_after_its_release(store: Storage) -> None:
    number = (await store.people.ask(ANN, asked(), "h")).person.number
    (held,) = await store.people.held(number, ["fake"])
    await store.people.release(held.number)
    assert await kept(store, number) == []


async def test_a_question_without_a_decision_expires(store: Storage, clock: FakeClock) -> None:
    number = (await store.people.ask(ANN, asked(), "h")).person.number
    await store.people.decide(blocked(replace(ANN, subject=Subject("fake", "2"))), BOSS)
    await clock.advance(ASKING_DAYS * DAY_SECONDS + 1)
    await store.personal_data.expire(Lifetimes())
    assert await store.people.find(ANN.subject) is None
    assert await kept(store, number) == []
    assert await store.people.count(State.BLOCKED) == 1


@pytest.mark.parametrize("merged", [False, True])
async def test_a_decision_follows_a_group_to_its_new_key(store: Storage, *, merged: bool) -> None:
    group = Person(Subject("fake", "10"), group=True, name="Family")
    former, key = HERE, ChatKey("fake", "-100")
    inbound: Inbound = asked()
    await store.ledger.accept(inbound, "h")
    number = (await store.people.ask(group, inbound, "h")).person.number
    if merged:
        await store.ledger.accept(asked(key=key), "h")
    assert await store.conversations.move(former, key)
    found = await store.people.find(Subject("fake", "-100"))
    assert found is not None
    assert (found.number, found.chat) == (number, key)
    (held,) = await store.people.held(number, ["fake"])
    assert held.inbound.key == key


async def test_an_export_shows_the_decision_and_the_kept_messages(store: Storage) -> None:
    number = (await store.people.ask(ANN, asked("hello"), "h")).person.number
    told = await all_of(store.personal_data, Scope(HERE))
    assert [one["question"] for one in told["waiting"]] == ["hello"]
    (access,) = told["access"]
    assert (access["id"], access["name"], access["state"]) == ("1", "Ann", "asking")
    assert (await store.personal_data.measure(Scope(HERE))).waiting == 1
    mine = await all_of(store.personal_data, Scope(THERE, "1"))
    assert [one["name"] for one in mine["access"]] == ["Ann"]
    assert (await all_of(store.personal_data, Scope(THERE, "2")))["access"] == []
    assert number


@pytest.mark.parametrize("scope", [Scope(HERE), Scope(HERE, "1")], ids=["chat", "person"])
async def test_erasing_takes_a_question_for_approval_with_its_messages(
    store: Storage, scope: Scope
) -> None:
    number = (await store.people.ask(ANN, asked(), "h")).person.number
    await store.personal_data.erase(scope)
    assert await store.people.find(ANN.subject) is None
    assert await kept(store, number) == []


@pytest.mark.parametrize("scope", [Scope(HERE), Scope(HERE, "1")], ids=["chat", "person"])
async def test_erasing_leaves_a_decision_without_the_name(store: Storage, scope: Scope) -> None:
    person = (await store.people.ask(ANN, asked(), "h")).person
    decided, _ = await store.people.decide(blocked(person), BOSS)
    await store.personal_data.erase(scope)
    found = await store.people.find(ANN.subject)
    assert found == replace(decided, name="", language="", chat=None, handle="")


async def test_erasing_a_member_of_a_group_leaves_the_groups_question(store: Storage) -> None:
    group = Person(Subject("fake", "10"), group=True, name="Family")
    number = (await store.people.ask(group, asked(), "h")).person.number
    await store.people.ask(group, asked("me too", message_id="2", author=BOB), "h")
    await store.personal_data.erase(Scope(HERE, "1"))
    assert await kept(store, number) == ["me too"]
