"""Decide which job runs next: one job at a time in each chat, and many chats in parallel.

At most `places` jobs run at once. Chats with waiting jobs stand in a ring. A free place takes the
oldest job of the first chat in the ring, and this chat goes to the end of the ring. A chat with
many questions therefore delays another chat by at most one question. A job may give its place back
while it runs. If it needs a place again later, its chat goes to the end of the ring too.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Callable, Generic, TypeVar

from engine.contract import ChatKey
from engine.tasks import Tasks

J = TypeVar("J")


async def _at_once() -> None:
    """Return at once."""


@dataclass(eq=False)
class Place(Generic[J]):
    """A running job with its worker place. With the default arguments it belongs to no lane.

    `release` gives the place to another chat before the job has ended. `retake` waits for a place
    again, behind the chats that are waiting at that time. Cancelling `retake` ends this wait.
    """

    job: J
    release: Callable[[], None] = lambda: None
    retake: Callable[[], Awaitable[None]] = _at_once


class Lanes(Generic[J]):
    """Run the jobs of all chats. `work` runs one job. It raises only on a defect, which is logged.

    A chat is in `_ring` while it waits for a place, in `_at_work` while its job runs, and in
    `_holders` while this job has a place. `_queues` holds the jobs that have not begun.
    `_returning` holds the chats whose running job waits for a place again.
    """

    def __init__(
        self,
        work: Callable[[Place[J]], Awaitable[None]],
        *,
        places: int,
        waiting: int,
        per_chat: int,
    ) -> None:
        self._work = work
        self._places = places
        self._most_waiting, self._most_per_chat = waiting, per_chat
        self._queues: dict[ChatKey, deque[J]] = {}
        self._at_work: dict[ChatKey, J] = {}
        self._holders: set[ChatKey] = set()
        self._returning: dict[ChatKey, asyncio.Event] = {}
        self._ring: deque[ChatKey] = deque()
        self._tasks = Tasks("lanes")
        self._paused = False
        self.on_room: Callable[[], None] = lambda: None
        """Called when a place is free and no job waits for it."""

    @property
    def room(self) -> bool:
        """Return whether a job that is added now would start at once."""
        return not self._paused and self._has_room and not self._ring

    @property
    def waiting(self) -> int:
        """Return the number of waiting jobs."""
        return sum(map(len, self._queues.values()))

    @property
    def working(self) -> int:
        """Return the number of chats with a running job."""
        return len(self._at_work)

    def full(self, key: ChatKey) -> bool:
        """Return whether a new job for this chat must be refused."""
        return (
            self.waiting >= self._most_waiting
            or len(self._queues.get(key, ())) >= self._most_per_chat
        )

    def put(self, key: ChatKey, job: J) -> None:
        """Add a job.

        Call `full` before a message is accepted, because an accepted job is never dropped.
        """
        if key not in self._queues:
            self._queues[key] = deque()
            if key not in self._at_work:
                self._ring.append(key)
        self._queues[key].append(job)
        self._fill()

    def current(self, key: ChatKey) -> J | None:
        """Return the chat's running job, or None."""
        return self._at_work.get(key)

    def queued(self, key: ChatKey) -> tuple[J, ...]:
        """Return the chat's waiting jobs, oldest first."""
        return tuple(self._queues.get(key, ()))

    def of(self, key: ChatKey) -> tuple[J, ...]:
        """Return the chat's jobs. The running job comes first."""
        return (*([self._at_work[key]] if key in self._at_work else []), *self.queued(key))

    def ahead(self, key: ChatKey, job: J) -> int:
        """Return how many jobs will run before this job.

        Jobs of the same chat count. Jobs of other chats count if no place is free.
        """
        own = self.queued(key)
        before = own.index(job) + (key in self._at_work) if job in own else 0
        if self._has_room or key not in self._ring:
            return before
        return before + self._ring.index(key) + 1

    def jobs(self) -> Iterator[J]:
        """Yield the running jobs."""
        yield from tuple(self._at_work.values())

    def left(self) -> Iterator[J]:
        """Yield all jobs that have not ended.

        After `close`, these are the jobs that had not begun.
        """
        yield from tuple(self._at_work.values())
        for queue in tuple(self._queues.values()):
            yield from tuple(queue)

    def pause(self) -> None:
        """Start no more jobs. Running jobs continue."""
        self._paused = True

    async def join(self) -> None:
        """Wait until no job is running."""
        await self._tasks.join()

    async def close(self) -> None:
        """Cancel the running jobs. Waiting jobs stay in the ledger. Idempotent."""
        self._paused = True
        await self._tasks.close()

    @property
    def _has_room(self) -> bool:
        return len(self._holders) < self._places

    def _fill(self) -> None:
        while self._has_room and (key := self._next()) is not None:
            self._holders.add(key)
            if key in self._returning:
                self._returning.pop(key).set()
            else:
                self._start(key)
        if self.room:
            self.on_room()

    def _next(self) -> ChatKey | None:
        """Remove the first chat from the ring and return it, or None.

        During a pause, only chats whose job has already begun are taken.
        """
        for key in self._ring:
            if key in self._returning or not self._paused:
                self._ring.remove(key)
                return key
        return None

    def _start(self, key: ChatKey) -> None:
        queue = self._queues[key]
        job = self._at_work[key] = queue.popleft()
        if not queue:
            del self._queues[key]
        self._tasks.spawn(self._run(key, job), f"answer in {key}")

    async def _run(self, key: ChatKey, job: J) -> None:
        try:
            await self._work(
                Place(job, partial(self._release, key, job), partial(self._retake, key))
            )
        finally:
            self._release(key, job)
            del self._at_work[key]
            if key in self._queues:
                self._ring.append(key)
                self._fill()

    def _release(self, key: ChatKey, job: J) -> None:
        # A job that has ended must not release the place of the chat's next job.
        if self._at_work.get(key) is job:
            self._holders.discard(key)
            self._fill()

    async def _retake(self, key: ChatKey) -> None:
        if key in self._holders:
            return
        taken = self._returning[key] = asyncio.Event()
        self._ring.append(key)
        self._fill()
        try:
            await taken.wait()
        finally:
            # The wait was cancelled before a place became free.
            if self._returning.pop(key, None) is not None:
                self._ring.remove(key)
