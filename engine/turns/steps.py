"""Heavy steps: work that uses something all chats share, or that may cost much time or memory.

A heavy step follows two rules. First, it needs no worker place: while a job waits for the reader,
the embedder or an index, another chat uses its place. Second, the step is recorded in the job's row
while its work runs, but not while it waits for its turn (`Ledger.enter_step`). If the process ends
within the step, this counts as a death of the row. A row with three deaths is given up. Rows with
a death run their heavy steps one at a time, so that the cause of a further death is clear.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from engine.errors import DeadlinePassed, Interrupted
from engine.tasks import Tasks, end, finish_by
from engine.turns.jobs import NOTICE_SECONDS, Jobs, show_waiting

if TYPE_CHECKING:
    from engine.tasks import Clock
    from engine.turns.job import Job
    from engine.turns.lanes import Place

log = logging.getLogger(__name__)

# A step that is usually quick becomes a heavy step if it takes longer than this.
PATIENCE_SECONDS = 0.1
PLACE_SECONDS = 3600.0  # longer than any real wait for a place


class Steps:
    """The heavy steps of all jobs. Create it inside the event loop."""

    def __init__(self, jobs: Jobs, clock: Clock) -> None:
        self._jobs, self._clock = jobs, clock
        self._suspects = asyncio.Lock()
        self._tasks = Tasks("steps")

    @asynccontextmanager
    async def apart(self, place: Place[Job]) -> AsyncIterator[None]:
        """Run the block without a worker place.

        After the block, also after an error, wait for a place again.
        """
        place.release()
        try:
            yield
        except asyncio.CancelledError:
            raise  # the process ends, and nobody waits for a place any more
        except BaseException:
            await self.retake(place)
            raise
        await self.retake(place)

    @asynccontextmanager
    async def noted(self, job: Job, step: str) -> AsyncIterator[None]:
        """Record a heavy step in the row while the block runs."""
        if not job.entry.deaths:
            async with self._note(job, step):
                yield
            return
        async with self._suspects, self._note(job, step):
            yield

    @asynccontextmanager
    async def patient(self, place: Place[Job], step: str) -> AsyncIterator[None]:
        """Run a block that is usually quick. If it takes long, it continues as a heavy step."""
        if place.job.entry.deaths:
            async with self.apart(place), self.noted(place.job, step):
                yield
            return
        begun: list[str] = []

        async def lose_patience() -> None:
            await self._clock.sleep(PATIENCE_SECONDS)
            place.release()
            begun.append(step)
            await place.job.progress.enter_step(step)

        async def end_it() -> None:
            await end(timer)
            if begun:
                await place.job.progress.enter_step("")
                await self.retake(place)

        timer = self._tasks.spawn(lose_patience(), f"{step} of row {place.job.entry.row}")
        try:
            yield
        except asyncio.CancelledError:
            await end(timer)
            raise
        except BaseException:
            await end_it()
            raise
        await end_it()

    @asynccontextmanager
    async def _note(self, job: Job, step: str) -> AsyncIterator[None]:
        await job.progress.enter_step(step)
        try:
            yield
        except asyncio.CancelledError:
            raise  # the process ends, so the record stays (an orderly stop removes it)
        except BaseException:
            await job.progress.enter_step("")
            raise
        await job.progress.enter_step("")

    async def retake(self, place: Place[Job]) -> None:
        """Wait for a place again. A job that is told to end continues without a place."""
        job = place.job
        notice = self._tasks.spawn(self._tell_to_wait(job), "notice")
        limit = self._clock.now() + PLACE_SECONDS
        try:
            await finish_by(self._clock, limit, _done(place.retake()), "place", job.stop)
        except (Interrupted, DeadlinePassed):
            log.debug("%s: the job continues without a worker place", job.inbound.key)
        finally:
            await end(notice)

    async def _tell_to_wait(self, job: Job) -> None:
        await self._clock.sleep(NOTICE_SECONDS)
        show_waiting(job, self._jobs.ahead(job))

    async def close(self) -> None:
        """Cancel the running tasks. Idempotent."""
        await self._tasks.close()


async def _done(work: Awaitable[None]) -> None:
    await work
