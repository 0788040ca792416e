"""Tests of the limits on questions by address and on attempts at the password."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.web.door import Password
from adapters.web.limits import (
    FREE_GUESSES,
    HOUR_SECONDS,
    MOST_PAUSE_SECONDS,
    WAITING,
    WAITING_PER_ADDRESS,
    Logins,
    Turnstile,
    Verdict,
)
from engine.tasks import Tasks
from tests.rigs.fakes import FakeClock, settle

RIGHT = "open sesame"


class Desk:
    """A check of passwords with a fake clock."""

    def __init__(self) -> None:
        self.clock, self.tasks = FakeClock(), Tasks("test")
        self.logins = Logins(Password(RIGHT, self.clock), self.clock, self.tasks)

    def start(self, given: str, address: str = "192.0.2.1") -> asyncio.Task[Verdict]:
        return self.tasks.spawn(self.logins.check(address, given), "password")

    async def wrong(self, times: int, address: str = "192.0.2.1") -> None:
        for _ in range(times):
            tried = self.start("wrong", address)
            while not tried.done():
                await self.clock.advance(1)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    yield desk
    await desk.tasks.close()


async def test_a_turnstile_opens_again_after_a_minute() -> None:
    clock = FakeClock()
    turnstile = Turnstile(2, clock)
    assert [turnstile.passes("a") for _ in range(3)] == [True, True, False]
    assert turnstile.passes("b")
    await clock.advance(61)
    assert turnstile.passes("a")


async def test_a_few_wrong_passwords_cost_no_wait(desk: Desk) -> None:
    for _ in range(FREE_GUESSES):
        assert await desk.logins.check("192.0.2.1", "wrong") is Verdict.WRONG
    assert desk.logins.pause_seconds() > 0


async def test_the_right_password_comes_in_however_many_were_wrong(desk: Desk) -> None:
    await desk.wrong(300)
    tried = desk.start(RIGHT)
    await desk.clock.advance(MOST_PAUSE_SECONDS)
    assert tried.result() is Verdict.RIGHT


async def test_guesses_from_many_addresses_share_one_pace(desk: Desk) -> None:
    tried = [desk.start("wrong", f"192.0.2.{number}") for number in range(50)]
    await settle()
    assert sum(one.done() for one in tried) == FREE_GUESSES
    await desk.clock.advance(10)
    assert sum(one.done() for one in tried) < FREE_GUESSES + 20


async def test_in_an_hour_of_guessing_few_guesses_are_looked_at(desk: Desk) -> None:
    looked = 0
    waiting: list[asyncio.Task[Verdict]] = []
    for second in range(3600):
        waiting += [desk.start("wrong", f"192.0.2.{second % 30}") for _ in range(2)]
        await desk.clock.advance(1)
        looked += sum(one.done() and one.result() is Verdict.WRONG for one in waiting)
        waiting = [one for one in waiting if not one.done()]
    assert looked < 500


async def test_an_address_without_wrong_passwords_goes_before_one_with_many(desk: Desk) -> None:
    await desk.wrong(100)
    guesses = [desk.start("wrong") for _ in range(WAITING_PER_ADDRESS)]
    await settle()
    owner = desk.start(RIGHT, "192.0.2.9")
    await desk.clock.advance(MOST_PAUSE_SECONDS)
    assert owner.result() is Verdict.RIGHT
    assert not guesses[-1].done()


async def test_one_address_has_few_passwords_in_line(desk: Desk) -> None:
    await desk.wrong(20)
    tried = [desk.start("wrong") for _ in range(20)]
    await settle()
    assert [one.result() for one in tried if one.done()] == [Verdict.BUSY] * 16


async def test_a_full_line_makes_room_for_an_address_without_wrong_passwords(desk: Desk) -> None:
    for number in range(20):
        await desk.wrong(1, f"192.0.2.{number}")
    guesses = [
        desk.start("wrong", f"192.0.2.{number}")
        for number in range(20)
        for _ in range(WAITING_PER_ADDRESS)
    ]
    await settle()
    assert sum(not one.done() for one in guesses) == WAITING
    owner = desk.start(RIGHT, "198.51.100.1")
    await desk.clock.advance(MOST_PAUSE_SECONDS)
    assert owner.result() is Verdict.RIGHT


async def test_wrong_passwords_are_forgotten_after_an_hour(desk: Desk) -> None:
    await desk.wrong(100)
    await desk.clock.advance(HOUR_SECONDS + 1)
    assert desk.logins.pause_seconds() == 0
