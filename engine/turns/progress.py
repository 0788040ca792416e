"""What the engine notes in the ledger while it works on a row; a disk that fails must not end a conversation."""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from engine.answering.answer import Job, Why
from engine.contract import SentId
from engine.delivery.reply import Record
from engine.errors import DeadlinePassed, StorageFault, Superseded
from engine.storage.sqlite.ledger import Entry, Ledger
from engine.storage.sqlite.processes import DIED
from engine.tasks import Clock, finish_by
from engine.turns.lanes import Place

log = logging.getLogger(__name__)
T = TypeVar("T")

PREVIOUS_OWNER_SECONDS = (
    30.0  # an answer takes 15 seconds at most; the process that gives it may hang
)
PREVIOUS_OWNER_LOOK_SECONDS = 0.25


class Bookkeeping:
    """Notes on rows. All but `Superseded` is logged and gone over: a row then says less than it could."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock

    def record(self, entry: Entry) -> Record:
        """Return what tells the ledger what there is of an answer."""

        async def sent(part: int, message: SentId) -> None:
            await _careful(self._ledger.bubble(entry, part, message), entry)

        async def gone(message: SentId) -> None:
            await _careful(self._ledger.unbubble(entry, message), entry)

        async def sure(found: bool) -> None:  # noqa: FBT001 - as `Record` has it
            await _careful(self._ledger.be_sure(entry, found), entry)

        return Record(
            sent,
            gone,
            lambda text: self._ledger.progress(entry, text),
            sure,
            lambda: self.holds(entry),
        )

    async def holds(self, entry: Entry) -> bool:
        """Say whether a row is still this run's; where the disk does not tell, it is."""
        try:
            await _careful(self._ledger.check(entry), entry)
        except Superseded:
            return False
        return True

    async def begin(self, place: Place[Job]) -> bool:
        """Make sure that a job may begin; return False where it may not: it is left to the next process.

        An attempt on a row that was taken up or opened again is counted, and what older runs left
        is adopted once they have ended; while that is waited for in another process, other chats
        have the place. Raises `Superseded`.
        """
        job = place.job
        if job.entry.begun:  # it may have waited in its queue for long
            await _careful(self._ledger.check(job.entry), job.entry)
            return job.why is not Why.SUPERSEDED
        for older in job.older:
            await older.ended.wait()
        left = any(older.reply.doubtful for older in job.older)
        if job.entry.previous_owner:
            place.release()
            left = await self._outlive(job) or left
            if job.why is not Why.PAUSED:
                await place.retake()
            if job.why is Why.PAUSED:
                return False
        job.entry = await _careful(self._ledger.begin(job.entry), job.entry) or job.entry
        job.reply.adopt(job.entry.bubbles, doubtful=left, sure=job.entry.sure)
        return True

    async def _outlive(self, job: Job) -> bool:
        """Wait for the older run elsewhere; say whether it may have left a message that nobody knows of."""
        limit = self._clock.now() + PREVIOUS_OWNER_SECONDS
        try:
            return await finish_by(self._clock, limit, self._handed_over(job), "older run")
        except DeadlinePassed as error:
            log.warning(
                "%s: an older run in another process is not waited for: %s",
                job.entry.inbound.key,
                error,
            )
            return True

    async def _handed_over(self, job: Job) -> bool:
        # Stop does not end the wait: the older run would write over what it leaves. Nor does a
        # failed look.
        while job.why is not Why.PAUSED:
            previous_owner = await _careful(self._ledger.previous_owner(job.entry), job.entry)
            if previous_owner is not None and previous_owner <= 0:
                return previous_owner == DIED
            await self._clock.sleep(PREVIOUS_OWNER_LOOK_SECONDS)
        return True

    async def hand_over(self, job: Job) -> None:
        """Tell a process that waits for it that this run has ended."""
        await _careful(self._ledger.hand_over(job.entry, doubtful=job.reply.doubtful), job.entry)

    async def enter_step(self, entry: Entry, step: str) -> None:
        """Note a heavy step, or its end (empty)."""
        await _careful(self._ledger.enter_step(entry, step), entry)

    async def close(self, entry: Entry, *, given_up: bool = False) -> None:
        """End a row that leaves no turn. Raises `Superseded`."""
        await _careful(self._ledger.close_row(entry, given_up=given_up), entry)


async def _careful(work: Coroutine[Any, Any, T], entry: Entry) -> T | None:
    try:
        return await work
    except StorageFault as error:
        log.error("%s: the ledger could not be used: %s", entry.inbound.key, error)
        return None
