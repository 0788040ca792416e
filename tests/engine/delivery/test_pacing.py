"""Tests of the budget of calls: the platform's limits are kept, and urgent calls go first."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field, replace
from random import Random

import pytest

from engine.contract import ChatKey, Limits, Pace
from engine.delivery.pacing import (
    BAN_MARGIN_SECONDS,
    CALM_SECONDS,
    WIDEN,
    WIDEST,
    WINDOW_MARGIN,
    Pacer,
    Urgency,
)
from engine.tasks import Tasks
from tests.rigs.fakes import FakeClock, settle

PACE = Pace(
    spacing_seconds=1.0,
    window_calls=10,
    window_seconds=20.0,
    reserve_calls=4,
    overall_calls=5,
    overall_seconds=1.0,
)
LIMITS = Limits(max_units=100, measure=len, pace=PACE)
ROOMY = Limits(
    max_units=100,
    measure=len,
    pace=replace(PACE, window_calls=1000, overall_calls=1000, reserve_calls=0),
)
A, B = ChatKey("fake", "1"), ChatKey("fake", "2")


@dataclass
class Calls:
    """A caller that asks for permits in tasks and records when each was given."""

    clock: FakeClock
    pacer: Pacer
    tasks: Tasks
    given: dict[ChatKey, list[float]] = field(default_factory=lambda: defaultdict(list))
    order: list[str] = field(default_factory=list)

    def ask(
        self,
        key: ChatKey,
        urgency: Urgency,
        limits: Limits = LIMITS,
        slower: float = 1.0,
        name: str = "",
    ) -> asyncio.Task[None]:
        async def call() -> None:
            await self.pacer.permit(key, limits, urgency, slower)
            self.given[key].append(self.clock.now())
            self.order.append(name or urgency.name)

        return self.tasks.spawn(call(), name or urgency.name)

    def since(self, key: ChatKey, start: float) -> list[float]:
        return [round(at - start, 6) for at in self.given[key]]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def calls(clock: FakeClock):
    made = Calls(clock, Pacer(clock), Tasks("test"))
    yield made
    await made.tasks.close()
    await made.pacer.close()


def most_within(times: list[float], seconds: float) -> int:
    """Return the largest number of times that lie in any window of this length."""
    times = sorted(times)
    return max(
        (sum(1 for at in times if start <= at < start + seconds) for start in times), default=0
    )


async def wander(calls: Calls, seed: int, *, chats: int, seconds: float, limits: Limits) -> None:
    """Ask at random times in many chats with random urgencies; sometimes cancel or ban."""
    chance = Random(seed)
    keys = [ChatKey("fake", str(n)) for n in range(chats)]
    for _ in range(int(seconds * 4)):
        for _ in range(chance.randint(0, 4)):
            task = calls.ask(
                chance.choice(keys), chance.choice(list(Urgency)), limits, chance.uniform(1, 3)
            )
            if chance.random() < 0.1:
                await settle(chance.randint(0, 3))
                task.cancel()
        if chance.random() < 0.3:
            key = chance.choice(keys)
            if calls.pacer.try_permit(key, limits, Urgency.TYPING):
                calls.given[key].append(calls.clock.now())
        if chance.random() < 0.02:
            calls.pacer.penalize(chance.choice(keys), limits, chance.uniform(0, 10))
        await calls.clock.advance(chance.choice([0.01, 0.1, 0.25, 0.5]))


@pytest.mark.parametrize("seed", range(6))
async def test_no_schedule_ever_exceeds_a_window(calls: Calls, seed: int) -> None:
    await wander(calls, seed, chats=4, seconds=60, limits=LIMITS)
    assert sum(map(len, calls.given.values())) > 60, "the schedule was too thin to prove anything"
    for key, times in calls.given.items():
        assert most_within(times, PACE.window_seconds) <= PACE.window_calls, key
    every = [at for times in calls.given.values() for at in times]
    assert most_within(every, PACE.overall_seconds) <= PACE.overall_calls


@pytest.mark.parametrize("seed", range(3))
async def test_each_platform_has_a_budget_of_its_own(calls: Calls, seed: int) -> None:
    chance = Random(seed)
    for n in range(40):
        calls.ask(ChatKey(chance.choice(["one", "two"]), str(n)), Urgency.FINAL)
    await calls.clock.advance(PACE.overall_seconds / 2)
    for platform in ("one", "two"):
        assert (
            sum(len(times) for key, times in calls.given.items() if key.platform == platform)
            == PACE.overall_calls
        )


async def test_a_free_budget_gives_a_permit_at_once(clock: FakeClock, calls: Calls) -> None:
    calls.ask(A, Urgency.EDIT)
    await settle()
    assert calls.given[A] == [clock.now()]


async def test_edits_of_one_chat_keep_their_spacing(clock: FakeClock, calls: Calls) -> None:
    start = clock.now()
    for _ in range(3):
        calls.ask(A, Urgency.EDIT, ROOMY)
    await clock.advance(10)
    assert calls.since(A, start) == [0.0, 1.0, 2.0]


async def test_a_growing_answer_is_edited_more_slowly(clock: FakeClock, calls: Calls) -> None:
    start = clock.now()
    calls.ask(A, Urgency.FIRST, ROOMY)
    calls.ask(A, Urgency.EDIT, ROOMY, slower=2.5)
    await clock.advance(10)
    assert calls.since(A, start) == [0.0, 2.5]


async def test_last_words_do_not_wait_for_the_spacing(clock: FakeClock, calls: Calls) -> None:
    start = clock.now()
    for urgency in (Urgency.EDIT, Urgency.FINAL, Urgency.FIRST):
        calls.ask(A, urgency, ROOMY)
    await clock.advance(0)
    assert calls.since(A, start) == [0.0, 0.0, 0.0]


async def test_edits_leave_the_reserve_to_final_texts(clock: FakeClock, calls: Calls) -> None:
    start = clock.now()
    for _ in range(20):
        calls.ask(A, Urgency.EDIT)
    await clock.advance(15)
    assert len(calls.given[A]) == PACE.window_calls - PACE.reserve_calls
    for _ in range(PACE.reserve_calls):
        calls.ask(A, Urgency.FINAL, name="final")
    await clock.advance(0)
    assert calls.since(A, start)[-PACE.reserve_calls :] == [15.0] * PACE.reserve_calls


async def test_typing_leaves_the_reserve_too(clock: FakeClock, calls: Calls) -> None:
    signs = 0
    for _ in range(19):
        signs += calls.pacer.try_permit(A, LIMITS, Urgency.TYPING) is not None
        await clock.advance(1)
    assert signs == PACE.window_calls - PACE.reserve_calls


async def test_first_words_may_use_half_of_the_reserve(clock: FakeClock, calls: Calls) -> None:
    wide = replace(LIMITS, pace=replace(PACE, overall_calls=100))
    for _ in range(20):
        calls.ask(A, Urgency.FIRST, wide)
    await clock.advance(1)
    assert len(calls.given[A]) == PACE.window_calls - PACE.reserve_calls // 2


async def test_a_full_window_opens_when_its_oldest_call_has_left_it(
    clock: FakeClock, calls: Calls
) -> None:
    wide = replace(LIMITS, pace=replace(PACE, overall_calls=100))
    start = clock.now()
    for _ in range(11):
        calls.ask(A, Urgency.FINAL, wide)
    await clock.advance(60)
    assert calls.since(A, start)[-1] == round(PACE.window_seconds * (1 + WINDOW_MARGIN), 6)


async def test_a_final_text_goes_before_every_edit_that_waits_longer(
    clock: FakeClock, calls: Calls
) -> None:
    for n in range(30):
        calls.ask(ChatKey("fake", f"edit {n}"), Urgency.EDIT)
    await settle()
    calls.order.clear()
    for n in range(5):
        calls.ask(ChatKey("fake", f"final {n}"), Urgency.FINAL)
    await clock.advance(PACE.overall_seconds * (1 + WINDOW_MARGIN))
    assert calls.order == ["FINAL"] * 5


async def test_final_texts_never_starve_under_a_storm_of_edits(
    clock: FakeClock, calls: Calls
) -> None:
    chance = Random(1)
    asked: dict[asyncio.Task[None], float] = {}
    longest = 0.0
    for n in range(100):
        for _ in range(4):  # sixteen edits a second, while five calls are allowed
            calls.ask(ChatKey("fake", str(chance.randint(0, 40))), Urgency.EDIT)
        if n % 4 == 0:
            asked[calls.ask(ChatKey("fake", f"f{n % 24}"), Urgency.FINAL, name="final")] = (
                clock.now()
            )
        await clock.advance(0.25)
        for task in [task for task in asked if task.done()]:
            longest = max(longest, clock.now() - asked.pop(task))
    assert not asked or clock.now() - min(asked.values()) <= 1.5
    assert longest <= 1.5


async def test_equally_urgent_calls_are_served_in_the_order_they_came(
    clock: FakeClock, calls: Calls
) -> None:
    for n in range(15):
        calls.ask(ChatKey("fake", str(n)), Urgency.FINAL, name=str(n))
    await clock.advance(10)
    assert calls.order == [str(n) for n in range(15)]


async def test_of_calls_alike_urgent_that_of_the_chat_with_fewer_goes_first(
    clock: FakeClock, calls: Calls
) -> None:
    limits = replace(LIMITS, pace=replace(PACE, overall_calls=4))
    for number in range(12):
        calls.ask(A, Urgency.FINAL, limits, name=f"a{number}")
    await clock.advance(0.5)
    calls.ask(B, Urgency.FINAL, limits, name="b")
    await clock.advance(PACE.overall_seconds)
    assert calls.order.index("b") == 4


async def test_a_busy_chat_leaves_calls_to_one_that_had_none(
    clock: FakeClock, calls: Calls
) -> None:
    limits = replace(ROOMY, pace=replace(ROOMY.pace, overall_calls=16))
    for number in range(40):
        calls.ask(A, Urgency.FINAL, limits, name=f"a{number}")
    await settle()
    assert len(calls.order) == 14
    calls.ask(B, Urgency.FINAL, limits, name="b")
    await settle()
    assert calls.order[-1] == "b"


async def test_no_call_goes_out_during_a_ban_whatever_its_urgency(
    clock: FakeClock, calls: Calls
) -> None:
    start = clock.now()
    calls.pacer.penalize(A, LIMITS, 30.0)
    for urgency in Urgency:
        calls.ask(A, urgency)
    await clock.advance(30)
    assert calls.given[A] == []
    assert not calls.pacer.try_permit(A, LIMITS, Urgency.TYPING)
    await clock.advance(BAN_MARGIN_SECONDS)
    assert calls.since(A, start)[0] == 30 + BAN_MARGIN_SECONDS


async def test_a_ban_delays_calls_that_wait_already(clock: FakeClock, calls: Calls) -> None:
    calls.ask(A, Urgency.EDIT, ROOMY)
    calls.ask(A, Urgency.EDIT, ROOMY)
    await settle()
    start = clock.now()
    calls.pacer.penalize(A, ROOMY, 10.0)
    await clock.advance(20)
    assert calls.since(A, start) == [0.0, 10 + BAN_MARGIN_SECONDS]


async def test_a_shorter_ban_does_not_shorten_a_longer_one(clock: FakeClock, calls: Calls) -> None:
    start = clock.now()
    calls.pacer.penalize(A, LIMITS, 30.0)
    calls.pacer.penalize(A, LIMITS, 1.0)
    calls.ask(A, Urgency.FINAL)
    await clock.advance(60)
    assert calls.since(A, start) == [30 + BAN_MARGIN_SECONDS]


async def test_a_ban_in_one_chat_adds_no_delay_to_others(clock: FakeClock) -> None:
    async def served(*, banned: bool) -> list[list[float]]:
        own = FakeClock()
        calls = Calls(own, Pacer(own), Tasks("test"))
        if banned:
            calls.pacer.penalize(A, LIMITS, 300.0)
            for urgency in Urgency:  # these wait, and must not delay others
                calls.ask(A, urgency)
        for _ in range(6):
            for n in range(3):
                calls.ask(ChatKey("fake", f"other {n}"), Urgency.EDIT)
        await own.advance(60)
        await calls.tasks.close()
        await calls.pacer.close()
        return [calls.since(ChatKey("fake", f"other {n}"), 1000.0) for n in range(3)]

    assert await served(banned=True) == await served(banned=False)


async def test_the_pace_is_wider_after_a_ban_and_calms_down(clock: FakeClock, calls: Calls) -> None:
    calls.pacer.penalize(A, ROOMY, 0.0)
    await clock.advance(1)
    start = clock.now()
    calls.ask(A, Urgency.EDIT, ROOMY)
    calls.ask(A, Urgency.EDIT, ROOMY)
    await clock.advance(CALM_SECONDS)
    assert calls.since(A, start) == [0.0, WIDEN]
    calls.given.clear()
    start = clock.now()
    calls.ask(A, Urgency.EDIT, ROOMY)
    calls.ask(A, Urgency.EDIT, ROOMY)
    await clock.advance(5)
    assert calls.since(A, start) == [0.0, 1.0]


async def test_repeated_bans_widen_the_pace_up_to_a_bound(clock: FakeClock, calls: Calls) -> None:
    for _ in range(20):
        calls.pacer.penalize(A, ROOMY, 0.0)
    await clock.advance(1)
    start = clock.now()
    calls.ask(A, Urgency.EDIT, ROOMY)
    calls.ask(A, Urgency.EDIT, ROOMY)
    await clock.advance(10)
    assert calls.since(A, start) == [0.0, WIDEST]


async def test_chats_of_one_scope_share_a_budget(clock: FakeClock, calls: Calls) -> None:
    group = replace(ROOMY, scope="group 7")
    topic, other = ChatKey("fake", "7", "1"), ChatKey("fake", "7", "2")
    start = clock.now()
    calls.ask(topic, Urgency.EDIT, group)
    calls.ask(other, Urgency.EDIT, group)
    await clock.advance(5)
    assert [calls.since(topic, start), calls.since(other, start)] == [[0.0], [1.0]]


async def test_a_cancelled_permit_spends_nothing(clock: FakeClock, calls: Calls) -> None:
    calls.pacer.penalize(A, LIMITS, 5.0)
    waiting = [calls.ask(A, Urgency.FINAL) for _ in range(50)]
    await settle()
    for task in waiting:
        task.cancel()
    await clock.advance(10)
    start = clock.now()
    for _ in range(PACE.overall_calls):
        calls.ask(A, Urgency.FINAL)
    await clock.advance(0)
    assert calls.since(A, start) == [0.0] * PACE.overall_calls


async def test_a_permit_cancelled_in_the_moment_it_is_granted_spends_nothing(
    clock: FakeClock, calls: Calls
) -> None:
    one = replace(LIMITS, pace=replace(PACE, overall_calls=1))
    calls.ask(A, Urgency.FINAL, one)
    await settle()
    start = clock.now()
    task = calls.ask(A, Urgency.FINAL, one)
    calls.ask(B, Urgency.FINAL, one)
    await settle()
    clock.jump(2 * PACE.overall_seconds)
    calls.pacer._dispatch()  # this gives a permit to the first caller, which has not run since
    task.cancel()
    await settle()
    assert calls.since(A, start) == [0.0]
    assert calls.since(B, start) == [2 * PACE.overall_seconds]


async def test_typing_gives_way_to_who_waits_in_its_chat(clock: FakeClock, calls: Calls) -> None:
    calls.ask(A, Urgency.EDIT, ROOMY)
    calls.ask(A, Urgency.EDIT, ROOMY)
    await settle()
    assert not calls.pacer.try_permit(A, ROOMY, Urgency.TYPING)
    assert calls.pacer.try_permit(B, ROOMY, Urgency.TYPING)


async def test_a_sign_that_was_given_counts_like_any_call(clock: FakeClock, calls: Calls) -> None:
    start = clock.now()
    assert calls.pacer.try_permit(A, ROOMY, Urgency.TYPING)
    calls.ask(A, Urgency.EDIT, ROOMY)
    await clock.advance(5)
    assert calls.since(A, start) == [1.0]


async def test_a_reserve_as_large_as_the_window_still_lets_edits_through(
    clock: FakeClock, calls: Calls
) -> None:
    narrow = replace(LIMITS, pace=replace(PACE, window_calls=3, reserve_calls=3))
    calls.ask(A, Urgency.EDIT, narrow)
    await settle()
    assert len(calls.given[A]) == 1


async def test_nothing_runs_on_while_nobody_waits(clock: FakeClock, calls: Calls) -> None:
    for _ in range(5):
        calls.ask(A, Urgency.EDIT)
    await clock.advance(100)
    assert len(calls.given[A]) == 5
    assert not calls.pacer.busy


async def test_a_call_under_way_keeps_its_place_however_long_it_takes(
    clock: FakeClock, calls: Calls
) -> None:
    one = replace(LIMITS, pace=replace(PACE, overall_calls=1))
    permit = await calls.pacer.permit(A, one, Urgency.FINAL)
    with calls.pacer.under_way(permit):
        calls.ask(B, Urgency.FINAL, one)
        await clock.advance(60)
        assert calls.given[B] == []
    ended = clock.now()
    await clock.advance(5)
    assert calls.since(B, ended) == [round(PACE.overall_seconds * (1 + WINDOW_MARGIN), 6)]


async def test_a_call_that_fails_ends_like_any_other(clock: FakeClock, calls: Calls) -> None:
    one = replace(LIMITS, pace=replace(PACE, overall_calls=1))
    with (
        pytest.raises(ValueError, match="any"),
        calls.pacer.under_way(await calls.pacer.permit(A, one, Urgency.FINAL)),
    ):
        raise ValueError("any")
    calls.ask(B, Urgency.FINAL, one)
    await clock.advance(5)
    assert len(calls.given[B]) == 1


async def test_a_limit_on_all_chats_is_seen_as_one(clock: FakeClock, calls: Calls) -> None:
    for n in range(3):
        calls.pacer.penalize(ChatKey("fake", f"refused {n}"), ROOMY, 10.0)
    start = clock.now()
    calls.ask(A, Urgency.FINAL, ROOMY)
    calls.ask(ChatKey("other", "1"), Urgency.FINAL, ROOMY)
    await clock.advance(60)
    assert calls.since(A, start) == [10 + BAN_MARGIN_SECONDS]
    assert calls.since(ChatKey("other", "1"), start) == [0.0]


@pytest.mark.parametrize("proof", ["a call that succeeds", "a long time"])
async def test_bans_of_single_chats_are_not_taken_for_a_limit_on_all(
    clock: FakeClock, calls: Calls, proof: str
) -> None:
    for n in range(3):
        calls.pacer.penalize(ChatKey("fake", f"refused {n}"), ROOMY, 10.0)
        if proof == "a long time":
            await clock.advance(3)
        else:
            with calls.pacer.under_way(await calls.pacer.permit(B, ROOMY, Urgency.FINAL)):
                pass
    start = clock.now()
    calls.ask(A, Urgency.FINAL, ROOMY)
    await clock.advance(0)
    assert calls.since(A, start) == [0.0]


async def test_signs_leave_most_of_the_platforms_calls_to_words(
    clock: FakeClock, calls: Calls
) -> None:
    busy = replace(ROOMY, pace=replace(PACE, overall_calls=20))
    signs = sum(
        calls.pacer.try_permit(ChatKey("fake", str(n)), busy, Urgency.TYPING) is not None
        for n in range(100)
    )
    for n in range(100):
        calls.ask(ChatKey("fake", f"first {n}"), Urgency.FIRST, busy)
    await clock.advance(0)
    assert (signs, sum(map(len, calls.given.values()))) == (5, 15)


APART = replace(ROOMY, typing_pace=replace(ROOMY.pace, spacing_seconds=0.0, window_calls=2))


async def test_typing_that_is_counted_apart_delays_no_words(clock: FakeClock, calls: Calls) -> None:
    start = clock.now()
    assert calls.pacer.try_permit(A, APART, Urgency.TYPING)
    calls.ask(A, Urgency.EDIT, APART)
    await settle()
    assert calls.since(A, start) == [0.0]
    assert calls.pacer.try_permit(A, APART, Urgency.TYPING)


async def test_typing_that_is_counted_apart_keeps_its_own_window(calls: Calls) -> None:
    signs = [calls.pacer.try_permit(A, APART, Urgency.TYPING) for _ in range(3)]
    assert [sign is not None for sign in signs] == [True, True, False]
    assert calls.pacer.try_permit(B, APART, Urgency.TYPING)


async def test_a_ban_of_the_chat_holds_back_typing_that_is_counted_apart(
    clock: FakeClock, calls: Calls
) -> None:
    calls.pacer.penalize(A, APART, 5)
    assert not calls.pacer.try_permit(A, APART, Urgency.TYPING)
    await clock.advance(6)
    assert calls.pacer.try_permit(A, APART, Urgency.TYPING)
