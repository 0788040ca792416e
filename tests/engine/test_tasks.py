"""Tests of time and tasks: owners, deadlines, cancellation, backoff."""

from __future__ import annotations

import asyncio
import gc
import logging
from itertools import islice
from random import Random

import pytest

from engine.errors import DeadlinePassed, Interrupted, ModelGarbled
from engine.tasks import SystemClock, Tasks, backoff, describe, end, finish_by
from tests.rigs.fakes import FakeClock, settle


async def for_ever() -> None:
    await asyncio.Event().wait()


async def stubborn(result: str) -> str:
    """Return a result even if cancelled."""
    try:
        await for_ever()
    except asyncio.CancelledError:
        await asyncio.sleep(0)
    return result


@pytest.fixture
async def tasks():
    owner = Tasks("test")
    yield owner
    await owner.close()


# Owned tasks


async def test_a_task_bears_its_owner_and_its_name(tasks: Tasks) -> None:
    assert tasks.spawn(for_ever(), "wait").get_name() == "test: wait"


async def test_an_owner_counts_what_runs(tasks: Tasks) -> None:
    gate = asyncio.Event()
    tasks.spawn(gate.wait(), "one")
    tasks.spawn(gate.wait(), "two")
    assert len(tasks) == 2
    gate.set()
    await tasks.join()
    assert len(tasks) == 0


async def test_a_task_gives_its_result(tasks: Tasks) -> None:
    assert await tasks.spawn(asyncio.sleep(0, "done"), "work") == "done"


async def test_a_crash_is_logged_by_class_and_place_and_not_by_its_text(
    tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    async def crash() -> None:
        raise ValueError("what a user wrote")

    caplog.set_level(logging.INFO)
    tasks.spawn(crash(), "work")
    await settle()
    assert "'test: work' ended with ValueError at test_tasks.py:" in caplog.text
    assert "what a user wrote" not in caplog.text


async def test_a_cancelled_task_is_no_crash(tasks: Tasks, caplog: pytest.LogCaptureFixture) -> None:
    tasks.spawn(for_ever(), "work").cancel()
    await settle()
    assert caplog.text == ""


async def test_join_waits_for_tasks_that_start_meanwhile(tasks: Tasks) -> None:
    done: list[str] = []

    async def second() -> None:
        await asyncio.sleep(0)
        done.append("second")

    async def first() -> None:
        await asyncio.sleep(0)
        tasks.spawn(second(), "second")
        done.append("first")

    tasks.spawn(first(), "first")
    await tasks.join()
    assert done == ["first", "second"]


async def test_join_returns_at_once_when_nothing_runs(tasks: Tasks) -> None:
    await tasks.join()


async def test_close_cancels_every_task_and_waits_for_its_end(tasks: Tasks) -> None:
    ended: list[str] = []

    async def work(name: str) -> None:
        try:
            await for_ever()
        finally:
            await asyncio.sleep(0)
            ended.append(name)

    for name in "abc":
        tasks.spawn(work(name), name)
    await settle()
    await tasks.close()
    assert sorted(ended) == ["a", "b", "c"]
    assert len(tasks) == 0


async def test_close_ends_what_others_start_as_they_end(tasks: Tasks) -> None:
    async def work() -> None:
        try:
            await for_ever()
        finally:
            tasks.spawn(for_ever(), "heir")

    tasks.spawn(work(), "work")
    await settle()
    await tasks.close()
    assert len(tasks) == 0


async def test_close_is_idempotent(tasks: Tasks) -> None:
    tasks.spawn(for_ever(), "work")
    await tasks.close()
    await tasks.close()


async def test_close_ends_a_task_that_never_ran(tasks: Tasks) -> None:
    task = tasks.spawn(for_ever(), "work")
    await tasks.close()
    assert task.cancelled()


async def test_end_leaves_errors_in_the_tasks(
    tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    async def work() -> None:
        try:
            await for_ever()
        finally:
            raise ModelGarbled("broken")

    task = tasks.spawn(work(), "work")
    await settle()
    await end(task)
    assert isinstance(task.exception(), ModelGarbled)


async def test_a_cancellation_during_end_goes_on_to_the_caller(tasks: Tasks) -> None:
    async def slow() -> None:
        try:
            await for_ever()
        finally:
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    inner = tasks.spawn(slow(), "inner")
    await settle()
    ending = tasks.spawn(end(inner), "ending")
    await asyncio.sleep(0)
    ending.cancel()
    await settle()
    assert ending.cancelled()
    assert inner.cancelled()


async def test_describe_names_class_and_innermost_place() -> None:
    def raise_it() -> None:
        raise KeyError("secret")

    with pytest.raises(KeyError) as caught:
        raise_it()
    said = describe(caught.value)
    assert said.startswith("KeyError at test_tasks.py:")
    assert "secret" not in said
    assert describe(KeyError("secret")) == "KeyError"


# Deadlines


async def test_work_that_ends_in_time_gives_its_result() -> None:
    assert await finish_by(FakeClock(), 2000.0, asyncio.sleep(0, "done")) == "done"


async def test_work_that_fails_raises_its_error() -> None:
    async def fail() -> None:
        raise ModelGarbled("broken")

    with pytest.raises(ModelGarbled):
        await finish_by(FakeClock(), 2000.0, fail())


async def test_work_past_its_deadline_is_cancelled_and_awaited(tasks: Tasks) -> None:
    clock, ended = FakeClock(), asyncio.Event()

    async def work() -> None:
        try:
            await for_ever()
        finally:
            await asyncio.sleep(0)
            ended.set()

    waiting = tasks.spawn(finish_by(clock, clock.now() + 15.0, work(), "answer"), "waiting")
    await clock.advance(14.9)
    assert not waiting.done()
    await clock.advance(0.1)
    assert ended.is_set()
    assert isinstance(waiting.exception(), DeadlinePassed)


async def test_a_deadline_in_the_past_ends_work_that_waits() -> None:
    clock = FakeClock()
    with pytest.raises(DeadlinePassed):
        await finish_by(clock, clock.now() - 1, for_ever())


async def test_work_is_ended_on_request(tasks: Tasks) -> None:
    clock, stop = FakeClock(), asyncio.Event()
    waiting = tasks.spawn(finish_by(clock, clock.now() + 15.0, for_ever(), stop=stop), "waiting")
    await settle()
    stop.set()
    await settle()
    assert isinstance(waiting.exception(), Interrupted)


async def test_a_request_made_before_the_start_ends_the_work() -> None:
    clock, stop = FakeClock(), asyncio.Event()
    stop.set()
    with pytest.raises(Interrupted):
        await finish_by(clock, clock.now() + 15.0, for_ever(), stop=stop)


async def test_work_that_has_a_result_at_its_deadline_gives_it(tasks: Tasks) -> None:
    clock = FakeClock()
    waiting = tasks.spawn(finish_by(clock, clock.now() + 1.0, stubborn("done")), "waiting")
    await clock.advance(1.0)
    assert waiting.result() == "done"


async def test_cancelling_the_caller_cancels_the_work_and_waits_for_its_end(tasks: Tasks) -> None:
    clock, ended = FakeClock(), asyncio.Event()

    async def work() -> None:
        try:
            await for_ever()
        finally:
            await asyncio.sleep(0)
            ended.set()

    waiting = tasks.spawn(finish_by(clock, clock.now() + 15.0, work()), "waiting")
    await settle()
    await end(waiting)
    assert waiting.cancelled()
    assert ended.is_set()


async def test_a_cancellation_that_comes_together_with_the_result_is_not_swallowed(
    tasks: Tasks,
) -> None:
    clock, gate = FakeClock(), asyncio.Event()
    waiting = tasks.spawn(finish_by(clock, clock.now() + 15.0, gate.wait()), "waiting")
    await settle()
    gate.set()
    waiting.cancel()
    await settle()
    assert waiting.cancelled()


async def test_an_error_that_nobody_takes_is_not_logged_with_its_text(
    tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    async def work() -> None:
        try:
            await for_ever()
        finally:
            raise ValueError("what a user wrote")

    clock = FakeClock()
    waiting = tasks.spawn(finish_by(clock, clock.now() + 15.0, work()), "waiting")
    await settle()
    await end(waiting)
    gc.collect()
    await settle()
    assert "what a user wrote" not in caplog.text


async def test_no_task_is_left_behind(tasks: Tasks) -> None:
    before = asyncio.all_tasks()
    clock, stop = FakeClock(), asyncio.Event()
    await finish_by(clock, clock.now() + 15.0, asyncio.sleep(0), stop=stop)
    assert asyncio.all_tasks() == before


# Backoff and clocks


def test_pauses_double_up_to_their_bound() -> None:
    class Most(Random):
        def uniform(self, a: float, b: float) -> float:
            return b

    assert list(islice(backoff(0.5, 30.0, Most()), 9)) == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_each_pause_is_shortened_by_up_to_a_quarter() -> None:
    pauses = list(islice(backoff(1.0, 1.0, Random(1)), 500))
    assert 0.75 <= min(pauses) < 0.76
    assert 0.99 < max(pauses) <= 1.0


def test_two_backoffs_do_not_go_in_step() -> None:
    assert next(backoff(10.0, 10.0)) != next(backoff(10.0, 10.0))


async def test_the_real_clock_does_not_wait_for_the_past() -> None:
    clock = SystemClock()
    await clock.sleep(-5)
    assert clock.now() <= clock.now()
    assert clock.time() > 1_700_000_000


async def test_the_hand_moved_clock_wakes_sleepers_in_their_order(tasks: Tasks) -> None:
    clock, woken = FakeClock(), []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((seconds, clock.now()))

    for seconds in (3.0, 1.0, 2.0):
        tasks.spawn(sleeper(seconds), "sleeper")
    await clock.advance(2.5)
    assert woken == [(1.0, 1001.0), (2.0, 1002.0)]
    assert clock.now() == 1002.5
