"""Who is served when: one job at a time per chat, chats in parallel, fairly, within bounds.

Chats with work wait in a ring. A free place takes the next chat's oldest job, and the chat goes to the ring's end for
its next one, so a chat with many questions delays another by one question at most.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from typing import Callable, Generic, TypeVar

from engine.contract import ChatKey
from engine.tasks import Tasks

J = TypeVar("J")


@dataclass(eq=False)
class Place(Generic[J]):
    """A job at work; `release` gives its place to another chat early, while this chat still waits for its end."""

    job: J
    release: Callable[[], None]


class Lanes(Generic[J]):
    """Run jobs; `work` gets the job and its place, and must not raise but for a defect, which is logged."""

    def __init__(
        self, work: Callable[[Place[J]], Awaitable[None]], *, places: int, waiting: int, per_chat: int
    ) -> None:
        self._work = work
        self._free = places
        self._most_waiting, self._most_per_chat = waiting, per_chat
        self._queues: dict[ChatKey, deque[J]] = {}
        self._at_work: dict[ChatKey, J] = {}
        self._ring: deque[ChatKey] = deque()
        self._tasks = Tasks("lanes")
        self._paused = False

    @property
    def waiting(self) -> int:
        """Return how many jobs wait."""
        return sum(map(len, self._queues.values()))

    @property
    def working(self) -> int:
        """Return how many chats have a job at work."""
        return len(self._at_work)

    def full(self, key: ChatKey) -> bool:
        """Say whether a job for this chat has to be refused."""
        return self.waiting >= self._most_waiting or len(self._queues.get(key, ())) >= self._most_per_chat

    def put(self, key: ChatKey, job: J) -> None:
        """Add a job; bounds are the caller's to ask (`full`), since an accepted job must never be dropped."""
        if key not in self._queues:
            self._queues[key] = deque()
            if key not in self._at_work:
                self._ring.append(key)
        self._queues[key].append(job)
        self._fill()

    def current(self, key: ChatKey) -> J | None:
        """Return the chat's job at work."""
        return self._at_work.get(key)

    def queued(self, key: ChatKey) -> tuple[J, ...]:
        """Return the chat's waiting jobs, oldest first."""
        return tuple(self._queues.get(key, ()))

    def of(self, key: ChatKey) -> tuple[J, ...]:
        """Return the chat's jobs, the one at work first."""
        return (*([self._at_work[key]] if key in self._at_work else []), *self.queued(key))

    def ahead(self, key: ChatKey, job: J) -> int:
        """Return how many jobs go before this one: its own chat's, and other chats' if those keep the places full."""
        own = self.queued(key)
        before = own.index(job) + (key in self._at_work) if job in own else 0
        if self._free > 0 or key not in self._ring:
            return before
        return before + self._ring.index(key) + 1

    def jobs(self) -> Iterator[J]:
        """Yield the jobs at work."""
        yield from tuple(self._at_work.values())

    def left(self) -> Iterator[J]:
        """Yield what has not ended: after `close` that is what waited, and what was cancelled before it began."""
        yield from tuple(self._at_work.values())
        for queue in tuple(self._queues.values()):
            yield from tuple(queue)

    def pause(self) -> None:
        """Start no more jobs; what is at work goes on."""
        self._paused = True

    async def join(self) -> None:
        """Wait until nothing is at work."""
        await self._tasks.join()

    async def close(self) -> None:
        """Cancel what is at work; what waits is left to the ledger. Idempotent."""
        self._paused = True
        await self._tasks.close()

    def _fill(self) -> None:
        while self._free > 0 and self._ring and not self._paused:
            key = self._ring.popleft()
            queue = self._queues[key]
            job = queue.popleft()
            if not queue:
                del self._queues[key]
            self._at_work[key] = job
            self._free -= 1
            self._tasks.spawn(self._run(key, job), f"answer in {key}")

    async def _run(self, key: ChatKey, job: J) -> None:
        given_back = False

        def release() -> None:
            nonlocal given_back
            if not given_back:
                given_back = True
                self._free += 1
                self._fill()

        try:
            await self._work(Place(job, release))
        finally:
            del self._at_work[key]
            if key in self._queues:
                self._ring.append(key)
            release()
            self._fill()
