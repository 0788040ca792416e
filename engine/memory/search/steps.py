"""Run long computations in short steps, so that one thread serves all chats in turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

STEP_UNITS = 16_384
"""The work of one step, in the units of `units_of`. It takes 5 to 10 ms on one core of 2026."""

K = TypeVar("K")


def units_of(characters: int, words: int, postings: int) -> int:
    """Return the work of analysing and indexing a text, in units of about one character."""
    return 64 + characters + 4 * words + 2 * postings


async def run_in_steps(pool: Executor, work: Iterator[int]) -> None:
    """Run `work` to its end in a thread of `pool`. `work` yields the cost of each part in units.

    After each step, the rest waits behind the steps of other callers. Each of n callers therefore
    gets one n-th of the thread. If the caller is cancelled, the work ends after the present step.
    """
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(pool, _step, work):
        pass


def _step(work: Iterator[int]) -> bool:
    """Do one step of the work. Return whether there may be more."""
    left = STEP_UNITS
    for units in work:
        left -= units
        if left <= 0:
            return True
    return False


class KeyedLocks(Generic[K]):
    """One lock for each key. A lock exists while a task holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: dict[K, asyncio.Lock] = {}
        self._users: dict[K, int] = {}

    def __len__(self) -> int:
        return len(self._locks)

    @asynccontextmanager
    async def hold(self, key: K) -> AsyncIterator[None]:
        """Hold the lock of `key` within the context. A cancelled caller holds nothing."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._users[key] = self._users.get(key, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._users[key] -= 1
            if not self._users[key]:
                del self._users[key], self._locks[key]


class TwoThreads:
    """Two threads: one searches in indexes, and the other builds them.

    No search therefore waits for a build.
    """

    def __init__(self, name: str) -> None:
        self.search = ThreadPoolExecutor(1, name)
        self.build = ThreadPoolExecutor(1, f"{name}-build")

    def close(self) -> None:
        """Wait until the threads have ended. Idempotent."""
        self.search.shutdown(wait=True)
        self.build.shutdown(wait=True)
