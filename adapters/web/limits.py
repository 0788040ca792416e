"""Limit how often one address may ask, and how fast passwords may be tried."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from cachetools import TTLCache

from adapters.edge.seldom import Seldom

if TYPE_CHECKING:
    from adapters.web.door import Password
    from engine.tasks import Clock, Tasks

log = logging.getLogger(__name__)

MINUTE_SECONDS, HOUR_SECONDS = 60.0, 3600.0
FREE_GUESSES = 10  # up to this number of wrong passwords in an hour cause no pause
GUESSES_PER_PAUSE_SECOND = 20.0
MOST_PAUSE_SECONDS = 10.0
WAITING, WAITING_PER_ADDRESS = 64, 4


class Turnstile:
    """A limit on the requests of one address in a minute. 0 means no limit."""

    def __init__(self, most: int, clock: Clock) -> None:
        self._most, self._clock = most, clock
        self._recent: TTLCache[str, deque[float]] = TTLCache(
            4096, 2 * MINUTE_SECONDS, timer=clock.now
        )

    def passes(self, address: str) -> bool:
        """Return whether one more request is within the limit, and count it if so."""
        if self._most <= 0:
            return True
        times, now = self._recent.get(address) or deque(), self._clock.now()
        while times and times[0] <= now - MINUTE_SECONDS:
            times.popleft()
        if len(times) >= self._most:
            return False
        times.append(now)
        self._recent[address] = times
        return True


class Verdict(Enum):
    """The result of checking a password."""

    RIGHT = "right"
    WRONG = "wrong"
    BUSY = "busy"  # too many passwords wait to be checked, so this one was not checked


@dataclass(eq=False)
class _Try:
    """A password that waits to be checked.

    `wrong` is the number of wrong passwords from its address in the last hour.
    """

    address: str
    wrong: int
    turn: asyncio.Event = field(default_factory=asyncio.Event)
    dropped: bool = False


class Logins:
    """Check passwords. Many wrong passwords from any visitors slow down all checks.

    Passwords are checked one after the other. After `FREE_GUESSES` wrong passwords in an hour there
    is a pause before each check, of at most `MOST_PAUSE_SECONDS`. Other people's guesses never make
    the right password fail. They only make it wait for its turn, and addresses with fewer wrong
    passwords go first. Create the object inside a coroutine. Closing `tasks` ends the waiting.
    """

    def __init__(self, password: Password, clock: Clock, tasks: Tasks) -> None:
        self._password, self._clock, self._tasks = password, clock, tasks
        self._wrong: deque[tuple[float, str]] = deque(maxlen=4096)
        self._waiting: list[_Try] = []
        self._giver: asyncio.Task[None] | None = None
        self._told = Seldom(log, clock)

    async def check(self, address: str, given: str) -> Verdict:
        """Wait for a turn, then check a password."""
        if not await self._wait(address):
            return Verdict.BUSY
        if self._password.right(given):
            return Verdict.RIGHT
        self._wrong.append((self._clock.now(), address))
        if len(self._wrong) > FREE_GUESSES:
            own = sum(one == address for _, one in self._wrong)
            self._told.warning(
                "web: %d wrong passwords within an hour, %d of them from %s",
                len(self._wrong),
                own,
                address,
            )
        return Verdict.WRONG

    def pause_seconds(self) -> float:
        """Return the pause before the next check, in seconds."""
        while self._wrong and self._wrong[0][0] <= self._clock.now() - HOUR_SECONDS:
            self._wrong.popleft()
        wrong = len(self._wrong)
        if wrong < FREE_GUESSES:
            return 0.0
        return min(MOST_PAUSE_SECONDS, wrong / GUESSES_PER_PAUSE_SECOND)

    async def _wait(self, address: str) -> bool:
        """Wait for a turn. Return False if too many passwords are waiting."""
        if not self.pause_seconds() and not self._waiting:
            return True
        mine = _Try(address, Counter(one for _, one in self._wrong)[address])
        if not self._makes_room(mine):
            return False
        self._waiting.append(mine)
        if self._giver is None or self._giver.done():
            self._giver = self._tasks.spawn(self._give_turns(), "passwords")
        await mine.turn.wait()
        return not mine.dropped

    def _makes_room(self, mine: _Try) -> bool:
        own = [one for one in self._waiting if one.address == mine.address]
        if len(own) >= WAITING_PER_ADDRESS:
            return False
        if len(self._waiting) < WAITING:
            return True
        worst = max(self._waiting, key=lambda one: one.wrong)
        if worst.wrong <= mine.wrong:
            return False
        self._waiting.remove(worst)
        worst.dropped = True
        worst.turn.set()
        return True

    async def _give_turns(self) -> None:
        while self._waiting:
            await self._clock.sleep(self.pause_seconds())
            following = min(self._waiting, key=lambda one: one.wrong)
            self._waiting.remove(following)
            following.turn.set()
            # This lets the password be checked before the next pause is computed.
            await asyncio.sleep(0)
