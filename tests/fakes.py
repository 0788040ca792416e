"""Small real doubles at the seams: a clock moved by hand, a model that speaks on cue, a sink that remembers."""

from __future__ import annotations

import asyncio
import heapq
from itertools import count


async def settle(rounds: int = 50) -> None:
    """Let every task that can run do so; no time passes."""
    for _ in range(rounds):
        await asyncio.sleep(0)


class FakeClock:
    """A clock that stands still until `advance` moves it."""

    def __init__(self, now: float = 1000.0, unix: float = 1_700_000_000.0) -> None:
        self._now = now
        self._offset = unix - now
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> float:
        return self._now

    def time(self) -> float:
        return self._now + self._offset

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Move time forward, waking each sleeper at its own instant and letting it run before time goes on."""
        target = self._now + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= target:
            at, _, future = heapq.heappop(self._sleepers)
            self._now = max(self._now, at)
            if not future.done():
                future.set_result(None)
            await settle()
        self._now = target
        await settle()
