"""Tests of the spending of any store: counted by day, person, chat and model, and made anonymous."""

from __future__ import annotations

from dataclasses import replace

from engine.contract import Author, ChatKey, Finish, Turn, Usage
from engine.storage.ports import Storage
from engine.storage.records import DAY_SECONDS, Lifetimes, Scope
from engine.storage.spending import (
    CHAT,
    DAY,
    MODEL,
    MONTH,
    PERSON,
    TOTAL,
    Spent,
    UsageLine,
    month_bounds,
    period_end,
)
from tests.engine.storage.contract.filling import ANN, BOB, HERE, THERE, accepted, all_of, asked
from tests.rigs.fakes import FakeClock

USED = Usage(30, 7, model="org/one", cost=500)
NOBODY_KEY = ChatKey("fake", "99")


async def spend(
    store: Storage,
    clock: FakeClock,
    usage: Usage = USED,
    *,
    author: Author = ANN,
    key: ChatKey = HERE,
    days_ago: float = 0.0,
) -> int:
    at = clock.time() - days_ago * DAY_SECONDS
    number = f"{at}{author}{key}{usage}{len(await store.ledger.taken('fake'))}"
    entry = await accepted(store, asked(key=key, author=author, message_id=number))
    return await store.ledger.finish(entry, Turn(author, "q", "a", Finish.STOP, at), usage)


async def names(store: Storage, by: str, since: float = 0.0) -> dict[str, tuple[int, int, int]]:
    lines = await store.spending.lines(by, since, 100)
    return {one.name: (one.answers, one.tokens, one.cost) for one in lines}


async def test_answers_are_counted_by_each_group(store: Storage, clock: FakeClock) -> None:
    await spend(store, clock)
    await spend(store, clock)
    await spend(store, clock, replace(USED, model="org/two", cost=9), author=BOB, key=THERE)
    assert await names(store, MODEL) == {"org/one": (2, 74, 1000), "org/two": (1, 37, 9)}
    assert await names(store, PERSON) == {"fake:1": (2, 74, 1000), "fake:2": (1, 37, 9)}
    assert await names(store, CHAT) == {str(HERE): (2, 74, 1000), str(THERE): (1, 37, 9)}
    assert list((await names(store, DAY)).values()) == [(3, 111, 1009)]
    assert list(await names(store, MONTH)) == ["2023-11"]


async def test_what_the_endpoint_did_not_report_is_marked(store: Storage, clock: FakeClock) -> None:
    await spend(store, clock)
    await spend(store, clock, replace(USED, estimated=True, pictures=2, recordings=1))
    (line,) = await store.spending.lines(MODEL, 0.0, 9)
    assert line == UsageLine("org/one", 2, 60, 14, 37, 2, 1, 1000)


async def test_a_person_sees_only_their_own_lines(store: Storage, clock: FakeClock) -> None:
    await spend(store, clock)
    await spend(store, clock, author=BOB)
    (line,) = await store.spending.lines(PERSON, 0.0, 9, platform="fake", user_id="1")
    assert (line.name, line.label, line.answers) == ("fake:1", "Ann", 1)


async def test_lines_are_sorted_by_cost_and_bounded_in_time(
    store: Storage, clock: FakeClock
) -> None:
    await spend(store, clock, replace(USED, cost=1))
    await spend(store, clock, replace(USED, cost=2), author=BOB)
    await spend(store, clock, replace(USED, cost=3), author=Author("3", "Cid"), days_ago=3)
    assert list(await names(store, PERSON)) == ["fake:3", "fake:2", "fake:1"]
    assert list(await names(store, PERSON, clock.time() - DAY_SECONDS)) == ["fake:2", "fake:1"]
    until = clock.time() - 2 * DAY_SECONDS
    lines = await store.spending.lines(PERSON, 0.0, 9, until=until)
    assert [one.name for one in lines] == ["fake:3"]


async def test_each_scope_has_its_sums_of_day_and_month(store: Storage, clock: FakeClock) -> None:
    await spend(store, clock)
    await spend(store, clock, days_ago=1)
    await spend(store, clock, days_ago=40)
    await spend(store, clock, author=BOB)
    await spend(store, clock, key=THERE)
    spending = store.spending
    assert await spending.spent(PERSON, HERE, "1") == Spent(74, 1000, 111, 1500)
    assert await spending.spent(CHAT, HERE, "1") == Spent(74, 1000, 111, 1500)
    assert await spending.spent(TOTAL, HERE, "1") == Spent(111, 1500, 148, 2000)
    assert await spending.spent(PERSON, HERE, "77") == Spent()
    assert await spending.spent(CHAT, NOBODY_KEY, "1") == Spent()


async def test_everybodys_sum_follows_new_answers_and_the_next_day(
    store: Storage, clock: FakeClock
) -> None:
    await spend(store, clock)
    assert (await store.spending.spent(TOTAL, HERE, "")).month_tokens == 37
    await spend(store, clock)
    assert await store.spending.spent(TOTAL, HERE, "") == Spent(74, 1000, 74, 1000)
    await clock.advance(DAY_SECONDS)
    assert await store.spending.spent(TOTAL, HERE, "") == Spent(0, 0, 74, 1000)


async def test_erased_spending_is_anonymous_and_still_counts_for_its_person(
    store: Storage, clock: FakeClock
) -> None:
    await spend(store, clock)
    await spend(store, clock, author=BOB)
    await store.personal_data.erase(Scope(HERE, "1"))
    assert await names(store, PERSON) == {"": (1, 37, 500), "fake:2": (1, 37, 500)}
    assert (await all_of(store.personal_data, Scope(HERE, "1")))["spending"] == []
    assert await store.spending.spent(PERSON, HERE, "1") == Spent(37, 500, 37, 500)
    await spend(store, clock)
    assert await store.spending.spent(PERSON, HERE, "1") == Spent(74, 1000, 74, 1000)
    assert await store.spending.spent(PERSON, HERE, "2") == Spent(37, 500, 37, 500)


async def test_after_the_month_erased_spending_is_nobodys(store: Storage, clock: FakeClock) -> None:
    for author in (ANN, BOB):
        await spend(store, clock, author=author)
    await store.personal_data.erase(Scope(HERE))
    assert len(await store.spending.lines(MODEL, 0.0, 9)) == 1
    await clock.advance(40 * DAY_SECONDS)
    await store.personal_data.expire(Lifetimes())
    assert await names(store, PERSON) == {"": (2, 74, 1000)}


async def test_a_chat_that_is_deleted_leaves_its_spending(store: Storage, clock: FakeClock) -> None:
    await spend(store, clock)
    await spend(store, clock, key=THERE)
    await clock.advance(60 * DAY_SECONDS)
    await store.personal_data.expire(Lifetimes(turn_days=30))
    for key in (HERE, THERE):
        await store.personal_data.erase(Scope(key))
    assert await names(store, CHAT) == {"": (2, 74, 1000)}
    assert await names(store, PERSON) == {"": (2, 74, 1000)}


async def test_a_moved_chat_keeps_its_spending(store: Storage, clock: FakeClock) -> None:
    await spend(store, clock)
    await store.conversations.move(HERE, THERE)
    assert await names(store, CHAT) == {str(THERE): (1, 37, 500)}


async def test_spending_is_kept_for_thirteen_months(store: Storage, clock: FakeClock) -> None:
    await spend(store, clock)
    await clock.advance(390 * DAY_SECONDS)
    await store.personal_data.expire(Lifetimes())
    assert len(await names(store, MODEL)) == 1
    await clock.advance(20 * DAY_SECONDS)
    await store.personal_data.expire(Lifetimes())
    assert await names(store, MODEL) == {}


async def test_an_export_has_the_spending_of_its_person(store: Storage, clock: FakeClock) -> None:
    await spend(store, clock, replace(USED, cost=250_000_000))
    (row,) = (await all_of(store.personal_data, Scope(HERE, "1")))["spending"]
    assert (row["model"], row["answers"], row["cost"]) == ("org/one", 1, 0.25)


async def test_a_warning_is_given_once_in_its_period(store: Storage, clock: FakeClock) -> None:
    until = period_end(DAY, clock.time())
    assert await store.spending.first_warning("person", until)
    assert not await store.spending.first_warning("person", until)
    assert await store.spending.first_warning("chat", until)
    await clock.advance(2 * DAY_SECONDS)
    await store.personal_data.expire(Lifetimes())
    assert await store.spending.first_warning("person", until)


def test_a_month_has_its_bounds() -> None:
    since, until = month_bounds("2026-12")
    assert (until - since) / DAY_SECONDS == 31
    assert period_end(MONTH, since) == period_end(MONTH, until - 1) == until
