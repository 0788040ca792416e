"""The register of the jobs in this process, running or waiting, with lookups.

    by row      `of_row`: all jobs of a row; the newest job supersedes the earlier ones
    by bubble   `of_bubble`: the job that writes this message
    by chat     `current`: the running job in the chat's lane

Jobs that answer wait in their chat's lane (`engine.turns.lanes`). A notice that is already known
need not wait behind a running answer. Its job runs outside the lane.

If several processes share the store, questions wait in the store's queue. `engine.turns.claims`
claims a question when a place is free, and `_run` gives its chat back to the queue.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Callable

from engine.answering.streaming import settled
from engine.contract import Action, Button, ChatKey, ReplySink, SentId
from engine.delivery.pacing import Pacer
from engine.delivery.reply import Reply
from engine.errors import KNOWN, StorageFault, Superseded
from engine.media.naming import may_call
from engine.storage.ports import Ledger
from engine.storage.records import Entry
from engine.storage.shared_ports import Queue
from engine.tasks import Clock, Tasks
from engine.turns.job import EndReason, Job, Request
from engine.turns.lanes import Lanes, Place
from engine.turns.progress import JobProgress
from engine.wording import Words

log = logging.getLogger(__name__)

NOTICE_SECONDS = 3.0  # a person who waits longer than this sees a notice

Work = Callable[[Place[Job]], Awaitable[None]]


@dataclass(frozen=True)
class Bounds:
    """The limits on jobs.

    At most `workers` jobs run at once, `waiting` jobs wait in all chats together, and `per_chat`
    jobs wait in one chat.
    """

    workers: int = 8
    waiting: int = 200
    per_chat: int = 10


class Jobs:
    """All jobs of this process. `work` brings one job to its end.

    `queue` is the store's queue if several processes share the store, else None.
    """

    def __init__(
        self,
        work: Work,
        ledger: Ledger,
        pacer: Pacer,
        clock: Clock,
        bounds: Bounds,
        queue: Queue | None = None,
    ) -> None:
        self._work, self._ledger, self._pacer, self._clock = work, ledger, pacer, clock
        self._queue = queue
        self._lanes: Lanes[Job] = Lanes(
            self._run, places=bounds.workers, waiting=bounds.waiting, per_chat=bounds.per_chat
        )
        self._aside: set[Job] = set()
        self._tasks = Tasks("jobs")

    # Making and starting

    def make(
        self,
        entry: Entry,
        sink: ReplySink,
        words: Words,
        *,
        request: Request | None = None,
        recovered: bool = False,
        earlier: Sequence[Job] = (),
        patient: bool = False,
    ) -> Job:
        """Create the job of a row.

        `recovered` is true if a process that has ended began the row. The calls of a `patient` job
        wait behind all others.
        """
        progress = JobProgress(self._ledger, entry, lambda: self._supersede(job), self._queue)
        reply = Reply(
            sink,
            entry.inbound.key,
            self._pacer,
            self._clock,
            streaming_buttons=(Button(Action.STOP, words.stop),),
            bubbles=entry.bubbles,
            media=entry.media,
            text=entry.partial if entry.finish else settled(entry.partial),
            state=entry.state if recovered else KNOWN,
            recorded=entry.state,
            progress=progress,
            patient=patient,
        )
        request = request or Request.of(entry.inbound)
        job = Job(entry, request, sink, reply, words, progress, earlier)
        return job

    def enqueue(self, job: Job) -> None:
        """Put a job into its chat's lane. The person sees a notice if the wait is long."""
        key = job.inbound.key
        self._lanes.put(key, job)
        if job in self._lanes.queued(key):
            self._tasks.spawn(self._tell_to_wait(job), f"notice in {key}")

    def start_aside(self, job: Job) -> None:
        """Start a job outside the lanes, so that it does not wait for a running answer."""
        self._aside.add(job)
        self._tasks.spawn(self._run(Place(job)), f"notice in {job.inbound.key}")

    def supersede(self, entry: Entry) -> list[Job]:
        """Tell the jobs on older revisions of a row to end, and return them."""
        earlier = self.of_row(entry)
        for job in earlier:
            self._supersede(job)
        return earlier

    def take_away(self, job: Job) -> None:
        """End a job, because another process answers its row."""
        self._supersede(job)

    def _supersede(self, job: Job) -> None:
        job.end(EndReason.SUPERSEDED)
        # This runs in the background, because `close` may have to wait for the end of a rate limit.
        self._tasks.spawn(job.reply.close(), f"end of an older answer in {job.inbound.key}")

    # Finding

    def of_row(self, entry: Entry) -> list[Job]:
        """Return the jobs on all revisions of a row, oldest first."""
        jobs = (*self._lanes.of(entry.inbound.key), *self._aside)
        return [job for job in jobs if job.entry.row == entry.row]

    def of_chat(self, key: ChatKey) -> tuple[Job, ...]:
        """Return the jobs in a chat's lane. The running job comes first."""
        return self._lanes.of(key)

    def of_bubble(self, key: ChatKey, sent: SentId) -> Job | None:
        """Return the job that writes this message of a chat, or None."""
        return next(
            (job for job in self._lanes.of(key) if not job.superseded and job.reply.owns(sent)),
            None,
        )

    def current(self, key: ChatKey) -> Job | None:
        """Return the running job of a chat, or the queued job that supersedes it, or None."""
        job = self._lanes.current(key)
        if job is None or not job.superseded:
            return job
        row = job.entry.row
        return next((other for other in self._lanes.queued(key) if other.entry.row == row), None)

    def ahead(self, job: Job) -> int:
        """Return how many jobs will run before this job."""
        return self._lanes.ahead(job.inbound.key, job)

    def full(self, key: ChatKey) -> bool:
        """Return whether a new question in this chat must be refused."""
        return self._lanes.full(key)

    def all(self) -> list[Job]:
        """Return the jobs in all lanes."""
        return list(self._lanes.left())

    @property
    def room(self) -> bool:
        """Return whether a job that is added now would start at once."""
        return self._lanes.room

    def call_on_room(self, tell: Callable[[], None]) -> None:
        """Call `tell` whenever a place is free and no job waits for it."""
        self._lanes.on_room = tell

    @property
    def counts(self) -> tuple[int, int]:
        """Return the number of chats with a running job, and the number of waiting jobs."""
        return self._lanes.working, self._lanes.waiting

    @property
    def busy(self) -> bool:
        """Return whether any job runs or waits."""
        return any(self.counts) or bool(len(self._tasks))

    # Ending

    def pause(self) -> None:
        """Start no more jobs. Running jobs continue."""
        self._lanes.pause()

    async def join(self) -> None:
        """Wait until no job is running, inside or outside the lanes."""
        await self._lanes.join()
        for job in tuple(self._aside):
            await job.ended.wait()

    def cut(self) -> int:
        """Tell all running jobs to end and to mark their text as cut. Return their number."""
        jobs = list(self._lanes.jobs())
        for job in jobs:
            job.end(EndReason.PAUSED)
        return len(jobs)

    async def close(self) -> None:
        """Cancel the running jobs. Their open rows stay in the ledger. Idempotent."""
        await self._lanes.close()
        await self._tasks.close()
        for job in self._lanes.left():
            # A waiting job may have shown a notice. If it has not, the next process need not search
            # for a message that was never sent.
            if not await job.reply.close() and job.entry.begun:
                with suppress(Superseded):  # another process answers the row
                    await job.progress.note_state(KNOWN)

    async def _run(self, place: Place[Job]) -> None:
        """Run a job.

        At the end, the chat goes back to the shared queue. Without a queue, the row of a superseded
        job is released, because another process may be waiting for the row.
        """
        job = place.job
        try:
            await self._work(place)
        finally:
            await job.reply.close()
            self._aside.discard(job)
            job.ended.set()
            if self._queue is not None:
                await self._hand_back(self._queue, job)
            elif job.superseded and all(other.ended.is_set() for other in self.of_row(job.entry)):
                await job.progress.release(state=job.reply.state)

    async def _hand_back(self, queue: Queue, job: Job) -> None:
        try:
            await queue.hand_back(job.entry.row)
        except StorageFault as error:  # `engine.turns.claims` will try again
            log.warning("%s: the chat's lane is returned later: %s", job.inbound.key, error)

    async def _tell_to_wait(self, job: Job) -> None:
        await self._clock.sleep(NOTICE_SECONDS)
        ahead = self.ahead(job)
        waits = job in self._lanes.queued(job.inbound.key) and not job.stop.is_set()
        if waits and await job.progress.holds():
            show_waiting(job, ahead)


def show_waiting(job: Job, ahead: int) -> None:
    """In the place of the answer, show how many jobs will run before this job.

    Nothing is shown as long as the message may not be for the bot.
    """
    if may_call(job.inbound):
        return
    job.reply.start()
    job.reply.notice(job.words.waiting.format(ahead=max(1, ahead)))
