"""Which processes live, and what becomes of the questions of the others."""

from __future__ import annotations

import asyncio

import pytest

from engine.errors import DeliveryState, StorageFault, Superseded
from engine.storage.postgres import owners as owners_module
from engine.tasks import Tasks
from tests.rigs.members import Member, members, question, until

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owners_module, "GRACE_SECONDS", 0.0)


async def cut(victim: Member, by: Member) -> None:
    """End the session of a process on the server."""
    sql = "SELECT pg_terminate_backend($1)"
    pid = victim.owners.session.link.get_server_pid()  # type: ignore[union-attr]
    await by.owners.session.run(lambda link: link.execute(sql, pid))


async def test_the_questions_of_a_killed_process_go_on_in_another(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (one, two):
        await one.ask("hello")
        lost = await one.claim_soon()
        await one.die()
        taken = await two.claim_soon()
        assert (taken.row, taken.attempts) == (lost.row, 2)
        with pytest.raises(Superseded):
            await one.answer(lost)


async def test_a_notice_of_a_killed_process_is_shown_by_another(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (one, two):
        await one.ledger.accept(question("/help"), "handle", "the help")
        await one.die()
        assert (await two.claim_soon()).notice == "the help"


async def test_a_process_keeps_its_number_and_its_questions_if_its_session_is_cut(
    postgres_url: str,
) -> None:
    async with members(postgres_url, 2) as (one, two):
        await one.ask("hello")
        entry = await one.claim_soon()
        number, link = one.owners.number, one.owners.session.link
        await cut(one, two)

        async def reconnected() -> bool:
            return one.owners.session.link not in (None, link)

        await until(reconnected)
        assert one.owners.number == number
        assert await one.answer(entry)


async def test_a_process_that_was_judged_gets_a_new_number(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (one, two):
        await one.ask("hello")
        entry = await one.claim_soon()
        number = one.owners.number
        await one.die()
        await two.claim_soon()
        await one.owners.enter()
        assert one.owners.number != number
        with pytest.raises(Superseded):
            await one.ledger.check(entry)


async def test_an_answer_that_a_process_began_under_its_old_number_makes_no_more_calls(
    postgres_url: str,
) -> None:
    async with members(postgres_url, 2) as (one, two):
        await one.ask("hello")
        entry, may_call = await one.claim_soon(), one.queue.permission()
        assert may_call()
        await one.die()
        assert (await two.claim_soon()).row == entry.row
        await one.owners.enter()
        assert one.owners.fresh
        assert not may_call()


async def test_a_process_without_a_session_stops_its_calls_before_it_can_be_judged(
    postgres_url: str,
) -> None:
    async with members(postgres_url, 1) as (one,):
        await one.ask("hello")
        await one.claim_soon()
        may_call = one.queue.permission()
        await one.owners.beat()
        one.owners._contact_at -= owners_module.UNLOCKED_SECONDS
        assert may_call()
        one.owners.session._break(one.owners.session.link)  # type: ignore[arg-type]
        assert not may_call()


async def test_a_process_that_was_judged_does_not_settle_a_doubt_of_the_next_owner(
    postgres_url: str,
) -> None:
    async with members(postgres_url, 2) as (one, two):
        await one.ask("hello")
        before = await one.claim_soon()
        await one.die()
        entry = await two.claim_soon()
        await two.ledger.note_state(entry, DeliveryState.UNKNOWN)
        await one.owners.enter()
        await one.ledger.note_state(before, DeliveryState.KNOWN)
        now = await two.ledger.load(entry.row)
        assert now is not None
        assert now.state is DeliveryState.UNKNOWN


async def test_the_session_of_a_silent_process_is_ended(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (one, two):
        await one.ask("hello")
        await one.claim_soon()
        await one.owners._tasks.close()  # it does nothing more, and its session stays
        await one.owners.session._tasks.close()
        assert (await two.claim_soon()).attempts == 2


async def test_a_process_that_leaves_gives_its_questions_back_at_once(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (one, two):
        await one.ask("hello")
        await one.claim_soon()
        await one.owners.leave()
        assert await two.claim() is not None


async def test_one_process_has_a_duty_and_another_takes_it_over(postgres_url: str) -> None:
    held: list[str] = []

    def work(name: str) -> object:
        async def hold() -> None:
            held.append(name)
            await asyncio.Event().wait()

        return hold

    async with members(postgres_url, 2) as (one, two):
        tasks = Tasks("duties")
        tasks.spawn(one.owners.lead("poll", work("one")), "one")  # type: ignore[arg-type]

        async def first() -> bool:
            return held == ["one"]

        await until(first)
        tasks.spawn(two.owners.lead("poll", work("two")), "two")  # type: ignore[arg-type]
        await one.die()

        async def second() -> bool:
            return held == ["one", "two"]

        await until(second)
        await tasks.close()


async def test_without_contact_no_call_is_allowed(postgres_url: str) -> None:
    async with members(postgres_url, 1) as (one,):
        await one.owners.beat()

        async def allowed() -> bool:  # a budget begins closed if the server has just restarted
            return await one.budgets.spend([("fake:10", 1, 1.0)]) == 0

        await until(allowed)
        await one.owners._tasks.close()
        one.owners._contact_at -= owners_module.FENCE_SECONDS
        with pytest.raises(StorageFault):
            await one.budgets.spend([("fake:20", 1, 1.0)])


async def test_nobody_judges_soon_after_its_own_session_began(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owners_module, "GRACE_SECONDS", 3600.0)
    async with members(postgres_url, 2) as (one, two):
        await one.ask("hello")
        await one.claim_soon()
        await one.die()

        async def gone() -> bool:
            return one.owners.number in await two.owners.gone()

        await until(gone)
        assert await two.claim() is None
