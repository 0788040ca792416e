"""Tests of the order in which jobs are served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import pytest

from engine.contract import ChatKey
from engine.tasks import Tasks
from engine.turns.lanes import Lanes, Place
from tests.rigs.fakes import settle

A, B, C = ChatKey("fake", "a"), ChatKey("fake", "b"), ChatKey("fake", "c")


@dataclass(eq=False)
class Job:
    name: str
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False


@dataclass
class Rig:
    """Lanes whose jobs end when their gate is set. `log` records their beginnings and ends."""

    lanes: Lanes[Job]
    log: list[str]
    places: dict[str, Place[Job]]
    tasks: Tasks = field(default_factory=lambda: Tasks("test"))

    def put(self, key: ChatKey, name: str) -> Job:
        job = Job(name)
        self.lanes.put(key, job)
        return job

    def give_back_and_retake(self, name: str) -> asyncio.Task[None]:
        """Release a job's place, and wait in a task for a new one."""
        self.places[name].release()
        return self.tasks.spawn(self.places[name].retake(), "retake")


@asynccontextmanager
async def rig_of(places: int = 2, waiting: int = 100, per_chat: int = 50) -> AsyncIterator[Rig]:
    log: list[str] = []
    at: dict[str, Place[Job]] = {}

    async def work(place: Place[Job]) -> None:
        log.append(f"+{place.job.name}")
        at[place.job.name] = place
        try:
            await place.job.gate.wait()
            if place.job.fails:
                raise ValueError("a defect")
        finally:
            log.append(f"-{place.job.name}")

    lanes = Lanes(work, places=places, waiting=waiting, per_chat=per_chat)
    yield Rig(lanes, log, at)
    await lanes.close()


async def test_jobs_of_one_chat_run_one_after_the_other_in_order() -> None:
    async with rig_of(places=5) as rig:
        jobs = [rig.put(A, f"a{n}") for n in range(3)]
        for job in reversed(jobs):
            job.gate.set()
        await rig.lanes.join()
        assert rig.log == ["+a0", "-a0", "+a1", "-a1", "+a2", "-a2"]


async def test_chats_run_in_parallel_up_to_the_places() -> None:
    async with rig_of(places=2) as rig:
        for key in (A, B, C):
            rig.put(key, key.chat_id)
        await settle()
        assert rig.log == ["+a", "+b"]
        assert (rig.lanes.working, rig.lanes.waiting) == (2, 1)


async def test_a_free_place_goes_to_the_next_chat() -> None:
    async with rig_of(places=1) as rig:
        first, second = rig.put(A, "a"), rig.put(B, "b")
        first.gate.set()
        await settle()
        assert rig.log == ["+a", "-a", "+b"]
        assert rig.lanes.current(B) is second


async def test_a_chat_with_many_questions_delays_another_by_one_at_most() -> None:
    async with rig_of(places=1) as rig:
        for n in range(10):
            rig.put(A, f"a{n}").gate.set()
        rig.put(B, "b").gate.set()
        await rig.lanes.join()
        assert rig.log.index("+b") <= rig.log.index("-a1") + 1


async def test_a_place_given_back_early_serves_another_chat_and_not_the_same() -> None:
    async with rig_of(places=1) as rig:
        rig.put(A, "a0")
        rig.put(A, "a1")
        rig.put(B, "b")
        await settle()
        rig.places["a0"].release()
        await settle()
        assert rig.log == ["+a0", "+b"]
        assert rig.lanes.working == 2


async def test_a_place_is_given_back_once_only() -> None:
    async with rig_of(places=1) as rig:
        for key in (A, B, C):
            rig.put(key, key.chat_id)
        await settle()
        for _ in range(3):
            rig.places["a"].release()
        await settle()
        assert rig.log == ["+a", "+b"]
        rig.places["a"].job.gate.set()
        await settle()
        assert "+c" not in rig.log, "the end of a job gave its place back a second time"


async def test_a_place_wanted_again_is_waited_for_behind_the_chats_that_wait() -> None:
    async with rig_of(places=1) as rig:
        a, b, c = (rig.put(key, key.chat_id) for key in (A, B, C))
        await settle()
        back = rig.give_back_and_retake("a")
        later = rig.put(B, "later")
        for job in (b, c):
            await settle()
            assert not back.done()
            job.gate.set()
        await settle()
        assert back.done()
        assert rig.log == ["+a", "+b", "-b", "+c", "-c"]
        a.gate.set()
        await settle()
        assert rig.lanes.current(B) is later


async def test_a_place_that_is_held_or_free_is_had_at_once() -> None:
    async with rig_of(places=1) as rig:
        rig.put(A, "a")
        await settle()
        await rig.places["a"].retake()
        rig.places["a"].release()
        await rig.places["a"].retake()
        rig.put(B, "b")
        await settle()
        assert rig.log == ["+a"]


async def test_a_chat_whose_job_wants_its_place_again_begins_no_other_job() -> None:
    async with rig_of(places=1) as rig:
        a, b = rig.put(A, "a0"), rig.put(B, "b")
        rig.put(A, "a1")
        await settle()
        back = rig.give_back_and_retake("a0")
        await settle()
        b.gate.set()
        await asyncio.wait({back})
        assert rig.log == ["+a0", "+b", "-b"]
        a.gate.set()
        await settle()
        assert rig.log[3:] == ["-a0", "+a1"]


async def test_a_pause_gives_a_place_again_to_who_has_begun_and_to_nobody_else() -> None:
    async with rig_of(places=1) as rig:
        _, b = rig.put(A, "a"), rig.put(B, "b")
        rig.put(C, "c")
        await settle()
        back = rig.give_back_and_retake("a")
        await settle()
        rig.lanes.pause()
        b.gate.set()
        await asyncio.wait({back})
        assert rig.log == ["+a", "+b", "-b"]


async def test_who_is_cancelled_while_it_wants_its_place_again_leaves_it_to_others() -> None:
    async with rig_of(places=1) as rig:
        a, b = rig.put(A, "a0"), rig.put(B, "b")
        await settle()
        back = rig.give_back_and_retake("a0")
        await settle()
        back.cancel()
        await asyncio.wait({back})
        last = rig.put(A, "a1")
        for job in (a, last, b):
            job.gate.set()
        await rig.lanes.join()
        assert rig.log == ["+a0", "+b", "-a0", "-b", "+a1", "-a1"]


async def test_a_release_after_the_end_takes_no_place_from_the_next_job() -> None:
    async with rig_of(places=1) as rig:
        rig.put(A, "a0").gate.set()
        rig.put(A, "a1")
        await settle()
        rig.places["a0"].release()
        rig.put(B, "b")
        await settle()
        assert rig.log == ["+a0", "-a0", "+a1"]


async def test_a_job_that_fails_by_a_defect_frees_its_place_and_its_chat(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with rig_of(places=1) as rig:
        bad = rig.put(A, "bad")
        bad.fails = True
        rig.put(A, "good")
        bad.gate.set()
        await settle()
        assert rig.log == ["+bad", "-bad", "+good"]
        assert "ValueError" in caplog.text
        assert "a defect" not in caplog.text


async def test_a_job_put_while_its_chat_is_at_work_waits_for_it() -> None:
    async with rig_of(places=5) as rig:
        rig.put(A, "a0")
        await settle()
        second = rig.put(A, "a1")
        await settle()
        assert rig.lanes.queued(A) == (second,)
        assert rig.log == ["+a0"]


async def test_full_counts_waiting_jobs_of_the_chat_and_of_all() -> None:
    async with rig_of(places=1, waiting=3, per_chat=2) as rig:
        rig.put(A, "a0")
        assert not rig.lanes.full(A)
        rig.put(A, "a1")
        rig.put(A, "a2")
        assert rig.lanes.full(A)
        assert not rig.lanes.full(B)
        rig.put(B, "b")
        assert rig.lanes.full(C)


async def test_an_accepted_job_is_taken_even_above_the_bounds() -> None:
    async with rig_of(places=1, waiting=0, per_chat=0) as rig:
        for n in range(3):
            rig.put(A, f"a{n}").gate.set()
        await rig.lanes.join()
        assert rig.log[-1] == "-a2"


async def test_ahead_counts_the_own_chat() -> None:
    async with rig_of(places=5) as rig:
        rig.put(A, "a0")
        await settle()
        jobs = [rig.put(A, f"a{n}") for n in (1, 2)]
        assert [rig.lanes.ahead(A, job) for job in jobs] == [1, 2]


async def test_ahead_counts_other_chats_when_no_place_is_free() -> None:
    async with rig_of(places=1) as rig:
        rig.put(A, "a")
        second, third = rig.put(B, "b"), rig.put(C, "c")
        await settle()
        assert rig.lanes.ahead(B, second) == 1
        assert rig.lanes.ahead(C, third) == 2


async def test_nobody_is_ahead_of_a_job_at_work() -> None:
    async with rig_of() as rig:
        job = rig.put(A, "a")
        await settle()
        assert rig.lanes.ahead(A, job) == 0


async def test_a_pause_starts_nothing_new_and_lets_work_go_on() -> None:
    async with rig_of(places=1) as rig:
        first, second = rig.put(A, "a"), rig.put(B, "b")
        await settle()
        rig.lanes.pause()
        first.gate.set()
        await rig.lanes.join()
        assert rig.log == ["+a", "-a"]
        assert rig.lanes.queued(B) == (second,)


async def test_close_cancels_what_is_at_work_and_starts_nothing() -> None:
    async with rig_of(places=1) as rig:
        rig.put(A, "a")
        rig.put(B, "b")
        await settle()
        await rig.lanes.close()
        await rig.lanes.close()
        assert rig.log == ["+a", "-a"]
        assert rig.lanes.working == 0


async def test_the_jobs_at_work_can_be_listed() -> None:
    async with rig_of(places=2) as rig:
        a, b = rig.put(A, "a"), rig.put(B, "b")
        rig.put(C, "c")
        await settle()
        assert list(rig.lanes.jobs()) == [a, b]


async def test_what_has_not_ended_can_be_listed_after_the_end() -> None:
    async with rig_of(places=1) as rig:
        rig.put(A, "a")
        await settle()
        waiting = [rig.put(A, "a1"), rig.put(B, "b")]
        await rig.lanes.close()
        assert list(rig.lanes.left()) == waiting


async def test_a_job_cancelled_before_it_began_has_not_ended() -> None:
    async with rig_of(places=1) as rig:
        job = rig.put(A, "a")
        await rig.lanes.close()
        assert rig.log == []
        assert list(rig.lanes.left()) == [job]


async def test_a_chat_without_work_leaves_nothing_behind() -> None:
    async with rig_of() as rig:
        rig.put(A, "a").gate.set()
        await rig.lanes.join()
        assert (rig.lanes.current(A), rig.lanes.queued(A), rig.lanes._queues) == (None, (), {})


@pytest.mark.parametrize("seed", range(20))
async def test_every_job_runs_once_in_order_and_within_the_places(seed: int) -> None:
    chance = Random(seed)
    begun: set[ChatKey] = set()
    running: set[ChatKey] = set()
    most, done = 0, []

    async def use(key: ChatKey) -> None:
        nonlocal most
        running.add(key)
        most = max(most, len(running))
        await settle(chance.randint(0, 5))
        running.remove(key)

    async def work(place: Place[tuple[ChatKey, int]]) -> None:
        key, number = place.job
        assert key not in begun, "two jobs of one chat at once"
        begun.add(key)
        await use(key)
        while chance.random() < 0.3:
            place.release()
            await asyncio.sleep(0)
            if chance.random() < 0.7:
                await place.retake()
                await use(key)
        begun.remove(key)
        done.append((key, number))

    lanes: Lanes[tuple[ChatKey, int]] = Lanes(work, places=3, waiting=1000, per_chat=1000)
    put: dict[ChatKey, int] = {}
    for _ in range(200):
        key = ChatKey("fake", str(chance.randint(0, 6)))
        put[key] = put.get(key, -1) + 1
        lanes.put(key, (key, put[key]))
        if chance.random() < 0.5:
            await asyncio.sleep(0)
    await lanes.join()
    assert most == 3
    for key, last in put.items():
        assert [number for who, number in done if who == key] == list(range(last + 1))
