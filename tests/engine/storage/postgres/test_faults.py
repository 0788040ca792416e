"""Processes whose clocks disagree, that end in the middle of a duty, or that collide."""

from __future__ import annotations

import asyncio

import pytest

from engine.errors import Superseded
from engine.storage.postgres import owners as owners_module
from engine.storage.records import RELEASED, Lifetimes
from engine.tasks import SystemClock, Tasks
from tests.rigs.members import ANN, CHAT, Member, members, question, until

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owners_module, "GRACE_SECONDS", 0.0)


class WrongClock(SystemClock):
    """A machine's clock that is wrong by some seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def time(self) -> float:
        return super().time() + self._seconds

    def now(self) -> float:
        return super().now() + self._seconds


async def test_processes_whose_clocks_are_hours_apart_share_the_work(postgres_url: str) -> None:
    clocks = (WrongClock(-7200.0), WrongClock(7200.0))
    async with members(postgres_url, 2, clocks) as (behind, ahead):
        for asked_by, answered_by in ((behind, ahead), (ahead, behind)):
            await asked_by.ask("hello")
            entry = await answered_by.claim_soon()
            assert answered_by.queue.permission()()
            assert await answered_by.answer(entry)
        await behind.owners.beat()
        await ahead.owners.beat()
        assert await behind.owners.gone() == await ahead.owners.gone() == [RELEASED]


async def test_calls_of_processes_whose_clocks_are_apart_count_together(postgres_url: str) -> None:
    clocks = (WrongClock(-7200.0), WrongClock(7200.0))
    async with members(postgres_url, 2, clocks) as (behind, ahead):
        scope = [("fake:10", 1, 600.0)]

        async def allowed() -> bool:  # a new budget begins closed
            return await behind.budgets.spend([("fake:20", 1, 0.1)]) == 0

        await until(allowed)
        await behind.budgets.message("1", 5, 600.0)
        first = await behind.budgets.message("2", 1, 600.0)
        second = await ahead.budgets.message("2", 1, 600.0)
        assert first == 0
        assert 590 < second <= 600
        await ahead.budgets.ban("fake:10", 60.0)
        assert 50 < await behind.budgets.spend(scope) <= 660


async def test_a_sweep_whose_process_is_killed_is_done_by_another(postgres_url: str) -> None:
    async with members(postgres_url, 3) as (one, two, asker):
        await asker.ask("old")
        entry = await asker.claim_soon()
        await asker.answer(entry)
        lock = await asker.database.direct()
        tasks, swept = Tasks("keepers"), list[str]()

        def sweep(member: Member, name: str) -> object:
            async def run() -> None:
                swept.append(f"{name} begins")
                await member.store.personal_data.expire(Lifetimes(turn_days=1))
                swept.append(f"{name} ends")
                await asyncio.Event().wait()

            return run

        async def begun() -> bool:
            return "one begins" in swept

        async def ended() -> bool:
            return "two ends" in swept

        try:
            await lock.execute("UPDATE turns SET at = 0")
            await lock.execute("BEGIN; LOCK TABLE turns IN ACCESS EXCLUSIVE MODE")
            tasks.spawn(one.owners.lead("keeper", sweep(one, "one")), "one")  # type: ignore[arg-type]
            await until(begun)
            tasks.spawn(two.owners.lead("keeper", sweep(two, "two")), "two")  # type: ignore[arg-type]
            await one.die()
            await lock.execute("ROLLBACK")
            await until(ended)
            assert swept[0] == "one begins"
            assert await lock.fetchval("SELECT count(*) FROM turns") == 0
        finally:
            await tasks.close()
            await lock.close()


async def test_a_stop_before_the_record_of_the_turn_neither_stops_nor_opens_the_row(
    postgres_url: str,
) -> None:
    async with members(postgres_url, 2) as (receiver, worker):
        await receiver.ask("hello")
        entry = await worker.claim_soon()
        stops, number = await asyncio.gather(receiver.queue.stop(entry), worker.answer(entry))
        now = await receiver.ledger.load(entry.row)
        assert now is not None
        assert (now.open, now.turn_id) == (False, number)
        assert stops in (True, False)
        assert not await receiver.queue.stop(entry)
        assert await worker.claim() is None


async def test_two_edits_and_a_kill_leave_the_newest_text_to_answer(postgres_url: str) -> None:
    async with members(postgres_url, 3) as (one, two, receiver):
        await receiver.ask("first", message_id="7")
        old = await one.claim_soon()
        await receiver.ledger.accept(question("second", message_id="7", edited=True), "handle")
        await two.ledger.accept(question("third", message_id="7", edited=True), "handle")
        await one.die()
        new = await two.claim_soon()
        assert (new.inbound.text, new.revision, new.row) == ("third", 2, old.row)
        with pytest.raises(Superseded):
            await one.ledger.check(old)
        assert await two.answer(new)
        assert await receiver.claim() is None


async def test_a_stop_that_came_before_a_kill_reaches_the_next_process(postgres_url: str) -> None:
    async with members(postgres_url, 3) as (one, two, receiver):
        await receiver.ask("hello")
        entry = await one.claim_soon()
        assert await receiver.queue.stop(entry)
        await one.die()
        again = await two.claim_soon()
        (state,) = [one for one in await two.queue.claimed([again.row]) if one.row == again.row]
        assert state.stop
        assert again.inbound.author == ANN
        assert again.inbound.key == CHAT
