"""One budget of calls and of messages over several processes."""

from __future__ import annotations

import pytest

from tests.rigs.members import members

pytestmark = pytest.mark.postgres
CALL = [("fake:10", 3, 60.0), ("fake", 100, 1.0)]


async def test_the_calls_of_all_processes_count_together(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (one, two):
        assert [await each.budgets.spend(CALL) for each in (one, two, one)] == [0, 0, 0]
        assert 50 < await two.budgets.spend(CALL) <= 60


async def test_a_refused_call_is_counted_nowhere(postgres_url: str) -> None:
    async with members(postgres_url, 1) as (one,):
        full, free = ("fake:10", 1, 60.0), ("fake", 2, 60.0)
        assert await one.budgets.spend([full, free]) == 0
        assert await one.budgets.spend([full, free]) > 0
        assert await one.budgets.spend([("fake:20", 1, 60.0), free]) == 0


async def test_a_call_that_ended_late_counts_from_its_end(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (one, two):
        assert [await one.budgets.spend(CALL) for _ in range(3)] == [0, 0, 0]
        sql = (
            "UPDATE budgets SET calls = ARRAY[clock_timestamp() - interval '50 s', "
            "clock_timestamp() - interval '30 s', clock_timestamp() - interval '10 s'] "
            "WHERE scope = 'fake:10'"
        )
        await one.database.single(lambda db: db.run(sql))
        await two.budgets.postpone("fake:20", 49.0)
        assert 9 < await two.budgets.spend(CALL) <= 10
        await one.budgets.postpone("fake:10", 49.0)
        assert 29 < await two.budgets.spend(CALL) <= 30


async def test_every_process_obeys_a_ban_that_one_has_seen(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (one, two):
        await one.budgets.ban("fake:10", 30.0)
        assert 25 < await two.budgets.spend(CALL) <= 30
        assert await two.budgets.spend([("fake:20", 3, 60.0), CALL[1]]) == 0


async def test_budgets_that_a_crash_of_the_server_has_emptied_begin_closed(
    postgres_url: str,
) -> None:
    async with members(postgres_url, 1) as (one,):
        await one.database.single(lambda db: db.run("TRUNCATE budgets"))
        assert 55 < await one.budgets.spend([("fake:10", 3, 60.0)]) <= 60
        assert await one.budgets.message("fake:1", 1, 60.0) == 0


async def test_a_persons_messages_count_over_all_processes(postgres_url: str) -> None:
    async with members(postgres_url, 2) as (one, two):
        assert await one.budgets.message("fake:1", 2, 60.0) == 0
        assert await two.budgets.message("fake:1", 2, 60.0) == 0
        assert await one.budgets.message("fake:1", 2, 60.0) > 0
        assert await one.budgets.message("fake:2", 2, 60.0) == 0


async def test_budgets_that_nobody_uses_are_deleted(postgres_url: str) -> None:
    async with members(postgres_url, 1) as (one,):
        await one.budgets.spend(CALL)
        assert await one.budgets.forget_old() == 0
        sql = "UPDATE budgets SET calls = ARRAY[clock_timestamp() - interval '2 hours']"
        await one.database.single(lambda db: db.run(sql))
        assert await one.budgets.forget_old() == 2


async def test_a_request_is_confirmed_once_at_any_process_and_within_its_time(
    postgres_url: str,
) -> None:
    async with members(postgres_url, 2) as (one, two):
        assert not await two.budgets.take_request("forget fake:10 1")
        await one.budgets.note_request("forget fake:10 1", 60.0)
        assert not await two.budgets.take_request("forget fake:10 2")
        assert await two.budgets.take_request("forget fake:10 1")
        assert not await one.budgets.take_request("forget fake:10 1")
        await one.budgets.note_request("forget fake:10 1", 0.0)
        assert not await two.budgets.take_request("forget fake:10 1")
        assert await one.budgets.forget_old() == 1
