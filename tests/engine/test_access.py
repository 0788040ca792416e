"""Tests of access: who may ask, and how much."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timezone
from pathlib import Path

import pytest

from engine.access import Access, AccessSettings
from engine.caps import Caps, SpendingSettings
from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sql.spending import SqlSpending
from engine.storage.sqlite.database import Store
from engine.wording import words_in
from engine.wording.service import SERVICE
from tests.rigs.engine_rig import a_house
from tests.rigs.fakes import FakeClock

ANN, BOB = Author("1", "Ann"), Author("2", "Bob")
HERE, ELSEWHERE = ChatKey("fake", "10"), ChatKey("other", "10")
EN = words_in("en")


class Town:
    """People with settings, over a real file."""

    def __init__(self, store: Store) -> None:
        self.clock = FakeClock()
        self.spending = SqlSpending(store, self.clock)
        self.ledger = SqlLedger(store, self.clock)

    def people(
        self,
        allowed: tuple[str, ...] = (),
        admins: tuple[str, ...] = (),
        per_minute: int = 0,
        per_day: int = 0,
    ) -> Access:
        settings = AccessSettings(frozenset(allowed), frozenset(admins), per_minute, per_day)
        caps = Caps(SpendingSettings(), self.spending, self.clock)
        return Access(settings, caps, self.clock)

    async def use(
        self, tokens: int, author: Author = ANN, key: ChatKey = HERE, at: float | None = None
    ) -> None:
        at = self.clock.time() if at is None else at
        asked = Inbound(
            key, f"m{tokens}{author}{at}", author, "hi", direct=True, addressed=True, sent_at=at
        )
        entry = await self.ledger.accept(asked, "h")
        assert entry is not None
        await self.ledger.finish(
            entry, Turn(author, "hi", "ho", Finish.STOP, at), Usage(tokens - 1, 1)
        )


async def spent(people: Access, key: ChatKey, author: Author) -> bool:
    return (await people.verdict(key, author)).stop is not None


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    store = await Store.open(tmp_path / "pipit.sqlite")
    yield Town(store)
    await store.close()


async def test_an_empty_list_lets_everybody_in(town: Town) -> None:
    assert (await town.people().person(HERE, ANN)).allowed


async def test_a_list_lets_in_who_stands_on_it(town: Town) -> None:
    people = town.people(allowed=("1",))
    assert (await people.person(HERE, ANN)).allowed
    assert not (await people.person(HERE, BOB)).allowed


async def test_a_number_with_its_platform_means_one_person(town: Town) -> None:
    people = town.people(allowed=("fake:1",))
    assert (await people.person(HERE, ANN)).allowed
    assert not (await people.person(ELSEWHERE, ANN)).allowed


async def test_an_admin_is_let_in_without_standing_on_the_list(town: Town) -> None:
    people = town.people(allowed=("1",), admins=("2",))
    assert (await people.person(HERE, BOB)).allowed
    assert people.admin(HERE, BOB)
    assert not people.admin(HERE, ANN)


async def test_so_many_messages_a_minute_and_no_more(town: Town) -> None:
    people = town.people(per_minute=3)
    for _ in range(3):
        assert people.pause_seconds(HERE, ANN) == 0
        await town.clock.advance(10)
    assert people.pause_seconds(HERE, ANN) == 30
    await town.clock.advance(30)
    assert people.pause_seconds(HERE, ANN) == 0
    assert people.pause_seconds(HERE, ANN) == 10


async def test_a_message_that_is_not_taken_does_not_lengthen_the_wait(town: Town) -> None:
    people = town.people(per_minute=1)
    people.pause_seconds(HERE, ANN)
    for _ in range(10):
        people.pause_seconds(HERE, ANN)
    await town.clock.advance(60)
    assert people.pause_seconds(HERE, ANN) == 0


async def test_the_rate_is_counted_over_all_chats_of_a_person(town: Town) -> None:
    people = town.people(per_minute=1)
    people.pause_seconds(HERE, ANN)
    assert people.pause_seconds(ChatKey("fake", "99"), ANN) > 0
    assert people.pause_seconds(HERE, BOB) == 0
    assert people.pause_seconds(ELSEWHERE, ANN) == 0


async def test_admins_and_a_limit_of_zero_know_no_rate(town: Town) -> None:
    for people in (town.people(per_minute=0), town.people(per_minute=1, admins=("1",))):
        assert [people.pause_seconds(HERE, ANN) for _ in range(50)] == [0] * 50


async def test_nobody_is_remembered_for_longer_than_two_minutes(town: Town) -> None:
    people = town.people(per_minute=1)
    people.pause_seconds(HERE, ANN)
    await town.clock.advance(121)
    people.pause_seconds(HERE, BOB)
    assert len(people._recent) == 1


async def test_an_allowance_is_used_up_by_its_tokens_of_the_day(town: Town) -> None:
    people = town.people(per_day=100)
    await town.use(99)
    assert not await spent(people, HERE, ANN)
    await town.use(1)
    assert await spent(people, HERE, ANN)
    assert not await spent(people, HERE, BOB)


async def test_an_allowance_counts_all_chats_of_a_platform(town: Town) -> None:
    people = town.people(per_day=100)
    await town.use(100, key=ChatKey("fake", "11"))
    assert await spent(people, HERE, ANN)
    assert not await spent(people, ELSEWHERE, ANN)


async def test_an_allowance_begins_anew_at_midnight(town: Town) -> None:
    people = town.people(per_day=100)
    await town.use(100)
    await town.clock.advance(24 * 3600)
    assert not await spent(people, HERE, ANN)


async def test_admins_and_a_limit_of_zero_know_no_allowance(town: Town) -> None:
    await town.use(10_000)
    assert not await spent(town.people(per_day=0), HERE, ANN)
    assert not await spent(town.people(per_day=1, admins=("1",)), HERE, ANN)


async def test_who_is_taken_hears_nothing(town: Town) -> None:
    assert await town.people(per_minute=1, per_day=1).refusal(HERE, ANN, EN) == ""


async def test_a_stranger_hears_the_number_that_the_operator_needs(town: Town) -> None:
    assert "2" in await town.people(allowed=("1",)).refusal(HERE, BOB, EN)


async def test_a_stranger_is_not_counted(town: Town) -> None:
    people = town.people(allowed=("1",), per_minute=1)
    await people.refusal(HERE, BOB, EN)
    assert people.pause_seconds(HERE, BOB) == 0


async def test_who_is_too_fast_hears_a_wait_that_is_long_enough(town: Town) -> None:
    people = town.people(per_minute=1)
    await people.refusal(HERE, ANN, EN)
    await town.clock.advance(18.6)
    assert await people.refusal(HERE, ANN, EN) == EN.too_fast.format(seconds=42)
    await town.clock.advance(42)
    assert await people.refusal(HERE, ANN, EN) == ""


async def test_who_has_no_tokens_left_hears_so(town: Town) -> None:
    await town.use(100)
    said = await town.people(per_day=100).refusal(HERE, ANN, EN, zone=timezone.utc)
    assert said == SERVICE["en"].stop_person.format(time="2023-11-15 00:00 UTC")


async def test_a_refusal_that_the_chat_does_not_show_is_returned(tmp_path: Path) -> None:
    people = AccessSettings(messages_per_minute=1)
    async with a_house(tmp_path, ["hello"], access=people) as house:
        said = []
        for number in range(3):
            inbound = Inbound(HERE, f"q{number}", ANN, "hi", True, True, 0)
            said.append(await house.engine.submit(inbound, house.sink(HERE)))
        await house.rest()
        assert sorted(house.chat(HERE).texts) == sorted(["hello", EN.too_fast.format(seconds=60)])
        assert said == ["", "", EN.too_fast.format(seconds=60)]


async def test_the_terminals_own_user_is_let_in_and_knows_no_limit(town: Town) -> None:
    people = town.people(allowed=("2",), per_minute=1, per_day=1)
    me = Author("me", operator=True)
    await town.use(100, me)
    assert [await people.refusal(HERE, me, EN) for _ in range(30)] == [""] * 30
