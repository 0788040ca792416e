"""Tests of the budgets that the processes of one account share."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.contract import ChatKey, Limits, Pace
from engine.delivery.calls import Calls
from engine.delivery.pacing import Pacer, Urgency
from engine.delivery.sharing import AGAIN_SECONDS, ARRIVAL_SECONDS, SharedGate
from engine.errors import StorageFault
from engine.tasks import Tasks
from tests.rigs.fakes import FakeClock, settle

PACE = Pace(
    spacing_seconds=1.0, window_calls=3, window_seconds=3.0, reserve_calls=0, overall_calls=28,
    overall_seconds=1.0,
)  # fmt: skip
SCOPE = ("fake", "10")


class Budgets:
    """Shared budgets that answer with a script: seconds to wait, or a failure of the store."""

    def __init__(self, *answers: float | StorageFault) -> None:
        self.answers = list(answers)
        self.asked: list[Sequence[tuple[str, int, float]]] = []
        self.bans: list[tuple[str, float]] = []
        self.late: list[tuple[str, float]] = []

    async def spend(self, scopes: Sequence[tuple[str, int, float]]) -> float:
        self.asked.append(scopes)
        answer = self.answers.pop(0) if self.answers else 0.0
        if isinstance(answer, StorageFault):
            raise answer
        return answer

    async def postpone(self, scope: str, seconds: float) -> None:
        self.late.append((scope, seconds))

    async def ban(self, scope: str, seconds: float) -> None:
        self.bans.append((scope, seconds))

    async def message(self, person: str, most: int, seconds: float) -> float:
        raise AssertionError("calls only")

    async def note_request(self, request: str, seconds: float) -> None:
        raise AssertionError("calls only")

    async def take_request(self, request: str) -> bool:
        raise AssertionError("calls only")


async def test_a_window_of_a_chat_allows_for_a_call_that_arrives_later_than_the_next() -> None:
    budgets = Budgets()
    gate = SharedGate(budgets, FakeClock())
    assert await gate.allows(SCOPE, PACE, 3, 28)
    ((chat, calls, seconds), (platform, all_calls, all_seconds)) = budgets.asked[0]
    assert (chat, calls, platform, all_calls) == ("fake:10", 3, "fake", 28)
    assert seconds - PACE.window_seconds > 0.4
    assert PACE.overall_seconds < all_seconds < 1.1


async def test_while_the_store_fails_a_call_waits_and_tries_again() -> None:
    clock, tasks = FakeClock(), Tasks("test")
    budgets = Budgets(StorageFault("away"), 0.2)
    gate = SharedGate(budgets, clock)
    passing = tasks.spawn(gate.pass_through(SCOPE, PACE, 3, 28), "call")
    await settle()
    assert (len(budgets.asked), passing.done()) == (1, False)
    await clock.advance(AGAIN_SECONDS)
    assert (len(budgets.asked), passing.done()) == (2, False)
    await clock.advance(0.2)
    assert passing.done()


async def test_a_ban_is_told_to_all_processes() -> None:
    budgets = Budgets()
    gate = SharedGate(budgets, FakeClock())
    gate.ban(SCOPE, 7.0)
    gate.ban("fake", 9.0)
    await settle()
    assert budgets.bans == [("fake:10", 7.0), ("fake", 9.0)]
    await gate.close()


async def test_a_call_that_ends_late_is_counted_at_its_end() -> None:
    clock, budgets = FakeClock(), Budgets()
    gate = SharedGate(budgets, clock)
    counted_at = await gate.pass_through(SCOPE, PACE, 3, 28)
    await clock.advance(ARRIVAL_SECONDS)
    gate.ended(SCOPE, counted_at)
    await settle()
    assert budgets.late == []  # the windows of the shared budgets are longer by this time
    await clock.advance(0.5)
    gate.ended(SCOPE, counted_at)
    await settle()
    assert budgets.late == [("fake:10", pytest.approx(ARRIVAL_SECONDS + 0.5))]
    await gate.close()


async def test_every_call_of_a_search_that_takes_long_is_counted_at_its_end() -> None:
    clock, budgets, tasks = FakeClock(), Budgets(), Tasks("test")
    pacer = Pacer(clock, budgets=budgets)
    calls = Calls(ChatKey("fake", "10"), Limits(100, len, PACE), pacer, tasks)
    permit = await calls.permitted(Urgency.FIRST)
    assert permit is not None
    with calls.searching(permit):
        await clock.advance(1.0)
        await calls.one_more(Urgency.FIRST)
        await clock.advance(2.0)
    await settle()
    assert budgets.late == [
        ("fake:10", pytest.approx(1.0)),
        ("fake:10", pytest.approx(2.0)),
    ]
    await pacer.close()
