"""Tests that long computations are split into steps that alternate."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.memory.search.steps import STEP_UNITS, KeyedLocks, run_in_steps


async def test_a_short_work_ends_while_a_long_one_goes_on() -> None:
    done: list[str] = []

    def work(name: str, parts: int) -> Iterator[int]:
        for _ in range(parts):
            done.append(name)
            yield STEP_UNITS

    pool = ThreadPoolExecutor(1)
    long = asyncio.get_running_loop().create_task(run_in_steps(pool, work("long", 2000)))
    for _ in range(3):
        await asyncio.sleep(0)
    begun = len(done)
    await run_in_steps(pool, work("short", 3))
    assert "short" in done
    # the long work ran once for each step of the short work, and no more
    assert len(done) - begun < 40
    await long
    assert done.count("long") == 2000
    pool.shutdown()


async def test_small_parts_share_a_step() -> None:
    steps = []

    class Counting(ThreadPoolExecutor):
        def submit(self, *given, **named):  # type: ignore[no-untyped-def]
            steps.append(1)
            return super().submit(*given, **named)

    pool = Counting(1)
    await run_in_steps(pool, iter([STEP_UNITS // 8] * 32))
    assert len(steps) in (4, 5)
    pool.shutdown()


async def test_a_fault_in_a_part_reaches_the_caller() -> None:
    def work() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    pool = ThreadPoolExecutor(1)
    with pytest.raises(ValueError, match="broken"):
        await run_in_steps(pool, work())
    pool.shutdown()


async def test_locks_of_different_keys_do_not_wait_for_each_other_and_none_is_left() -> None:
    locks: KeyedLocks[str] = KeyedLocks()
    order = []

    async def enter(key: str, gate: asyncio.Event) -> None:
        async with locks.hold(key):
            await gate.wait()
            order.append(key)

    closed, open_ = asyncio.Event(), asyncio.Event()
    open_.set()
    loop = asyncio.get_running_loop()
    first = loop.create_task(enter("a", closed))
    second = loop.create_task(enter("a", open_))
    await enter("b", open_)
    assert order == ["b"]
    closed.set()
    await asyncio.gather(first, second)
    assert order == ["b", "a", "a"]
    assert len(locks) == 0
