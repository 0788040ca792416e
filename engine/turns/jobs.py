"""The register of jobs: which are at work in this process, which wait, and how to find them.

    by row      `of_row`: at most one job of a row counts, the newest; earlier ones end for it
    by bubble   `of_bubble`: the job that grows this message
    by chat     `current`: the job at work in the chat's lane

Jobs that answer wait in their chat's lane (`engine.turns.lanes`). A notice that is known already
does not wait behind a running answer: it goes out aside.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Callable

from engine.answering.answer import settled
from engine.contract import Action, Button, ChatKey, ReplySink, SentId
from engine.delivery.pacing import Pacer
from engine.delivery.reply import Reply
from engine.delivery.screen import KNOWN, UNKNOWN
from engine.storage.ports import Ledger
from engine.storage.records import Entry
from engine.tasks import Clock, Tasks
from engine.turns.job import EndReason, Job, Request
from engine.turns.lanes import Lanes, Place
from engine.turns.progress import JobProgress
from engine.wording import Words

NOTICE_SECONDS = 3.0  # a person who waits longer than this is told so

Work = Callable[[Place[Job]], Awaitable[None]]


@dataclass(frozen=True)
class Bounds:
    """How much is done at once: `workers` places, `waiting` jobs, `per_chat` of one chat."""

    workers: int = 8
    waiting: int = 200
    per_chat: int = 10


class Jobs:
    """All jobs of this process; `work` brings one to its end."""

    def __init__(
        self, work: Work, ledger: Ledger, pacer: Pacer, clock: Clock, bounds: Bounds
    ) -> None:
        self._work, self._ledger, self._pacer, self._clock = work, ledger, pacer, clock
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
    ) -> Job:
        """Make the job of a row; a `recovered` row was begun by a process that has ended."""
        progress = JobProgress(self._ledger, entry, lambda: self._supersede(job))
        reply = Reply(
            sink,
            entry.inbound.key,
            self._pacer,
            self._clock,
            streaming_buttons=(Button(Action.STOP, words.stop),),
            bubbles=entry.bubbles,
            text=entry.partial if entry.finish else settled(entry.partial),
            state=UNKNOWN if recovered and not entry.sure else KNOWN,
            recorded=KNOWN if entry.sure else UNKNOWN,
            progress=progress,
        )
        request = request or Request.of(entry.inbound)
        job = Job(entry, request, sink, reply, words, progress, earlier)
        return job

    def enqueue(self, job: Job) -> None:
        """Put a job into its chat's lane; a person who waits long is told so."""
        key = job.inbound.key
        self._lanes.put(key, job)
        if job in self._lanes.queued(key):
            self._tasks.spawn(self._tell_to_wait(job), f"notice in {key}")

    def start_aside(self, job: Job) -> None:
        """Start a job that waits for no running answer."""
        self._aside.add(job)
        self._tasks.spawn(self._run(Place(job)), f"notice in {job.inbound.key}")

    def supersede(self, entry: Entry) -> list[Job]:
        """End the jobs on older revisions of a row and return them."""
        earlier = self.of_row(entry)
        for job in earlier:
            self._supersede(job)
        return earlier

    def _supersede(self, job: Job) -> None:
        job.end(EndReason.SUPERSEDED)
        # In the background: closing may have to wait out a ban.
        self._tasks.spawn(job.reply.close(), f"end of an older answer in {job.inbound.key}")

    # Finding

    def of_row(self, entry: Entry) -> list[Job]:
        """Return the jobs on a row, of whatever revision, the oldest first."""
        jobs = (*self._lanes.of(entry.inbound.key), *self._aside)
        return [job for job in jobs if job.entry.row == entry.row]

    def of_chat(self, key: ChatKey) -> tuple[Job, ...]:
        """Return the jobs in a chat's lane, the one at work first."""
        return self._lanes.of(key)

    def of_bubble(self, key: ChatKey, sent: SentId) -> Job | None:
        """Return the job that grows this message of a chat."""
        return next(
            (job for job in self._lanes.of(key) if not job.superseded and job.reply.owns(sent)),
            None,
        )

    def current(self, key: ChatKey) -> Job | None:
        """Return the job that answers in a chat now, or the one that is about to take its place."""
        job = self._lanes.current(key)
        if job is None or not job.superseded:
            return job
        row = job.entry.row
        return next((other for other in self._lanes.queued(key) if other.entry.row == row), None)

    def ahead(self, job: Job) -> int:
        """Return how many jobs go before this one."""
        return self._lanes.ahead(job.inbound.key, job)

    def full(self, key: ChatKey) -> bool:
        """Return whether a new question in this chat must be refused."""
        return self._lanes.full(key)

    @property
    def counts(self) -> tuple[int, int]:
        """Return how many chats have a job at work, and how many jobs wait."""
        return self._lanes.working, self._lanes.waiting

    @property
    def busy(self) -> bool:
        """Return whether anything is under way."""
        return any(self.counts) or bool(len(self._tasks))

    # Ending

    def pause(self) -> None:
        """Start no more jobs; what is at work goes on."""
        self._lanes.pause()

    async def join(self) -> None:
        """Wait until nothing is at work, in the lanes and aside."""
        await self._lanes.join()
        for job in tuple(self._aside):
            await job.ended.wait()

    def cut(self) -> int:
        """Tell all jobs at work to end with their text marked; return how many these are."""
        jobs = list(self._lanes.jobs())
        for job in jobs:
            job.end(EndReason.PAUSED)
        return len(jobs)

    async def close(self) -> None:
        """Cancel what is at work; rows that are still open stay in the ledger. Idempotent."""
        await self._lanes.close()
        await self._tasks.close()
        for job in self._lanes.left():  # a waiting job may have shown a notice
            await job.reply.close()

    async def _run(self, place: Place[Job]) -> None:
        """Do a job; then tell a process that waits for it that nothing more comes."""
        job = place.job
        try:
            await self._work(place)
        finally:
            await job.reply.close()
            self._aside.discard(job)
            job.ended.set()
            if job.superseded and all(other.ended.is_set() for other in self.of_row(job.entry)):
                await job.progress.release(doubtful=job.reply.state is UNKNOWN)

    async def _tell_to_wait(self, job: Job) -> None:
        await self._clock.sleep(NOTICE_SECONDS)
        ahead = self.ahead(job)
        waits = job in self._lanes.queued(job.inbound.key) and not job.stop.is_set()
        if waits and await job.progress.holds():
            show_waiting(job, ahead)


def show_waiting(job: Job, ahead: int) -> None:
    """Show in an answer's place how many are ahead of it."""
    job.reply.start()
    job.reply.notice(job.words.waiting.format(ahead=max(1, ahead)))
