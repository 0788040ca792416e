"""What the engine notes in the ledger while it works on a row; a disk that fails must not end a conversation."""

from __future__ import annotations

import logging
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from engine.answering.answer import Job
from engine.contract import SentId
from engine.delivery.reply import Record, Reply
from engine.errors import DeadlinePassed, Interrupted, StorageFault
from engine.storage.ledger import Entry, Ledger
from engine.storage.owners import DIED
from engine.tasks import Clock, finish_by

log = logging.getLogger(__name__)
T = TypeVar("T")

ELDER_SECONDS = 30.0  # an answer takes 15 seconds at most; the process that gives it may hang
ELDER_LOOK_SECONDS = 0.25


class Bookkeeping:
    """Notes on rows. All but `TakenOver` is logged and gone over: a row then says less than it could."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock
        self._taken: set[int] = set()

    def record(self, entry: Entry) -> Record:
        """Return what tells the ledger what there is of an answer."""

        async def sent(part: int, message: SentId) -> None:
            await _careful(self._ledger.bubble(entry, part, message), entry)

        async def gone(message: SentId) -> None:
            await _careful(self._ledger.unbubble(entry, message), entry)

        async def sure(found: bool) -> None:  # noqa: FBT001 - as `Record` has it
            await _careful(self._ledger.be_sure(entry, found), entry)

        return Record(sent, gone, lambda text: self._ledger.progress(entry, text), sure)

    async def begin(self, job: Job) -> None:
        """Count an attempt on a row that was taken up or opened again, and adopt what older runs have left.

        One in another process that still answers an older text is waited for.
        """
        if job.entry.begun:
            return
        left = doubtful(job.older)
        if job.entry.elder:
            left = await self._outlive(job) or left
        job.entry = await _careful(self._ledger.begin(job.entry), job.entry) or job.entry
        job.reply.adopt(job.entry.bubbles, doubtful=left, sure=job.entry.sure)

    async def _outlive(self, job: Job) -> bool:
        """Wait for the older run; say whether it may have left a message that nobody knows of."""
        limit = self._clock.now() + ELDER_SECONDS
        try:
            return await finish_by(self._clock, limit, self._handed_over(job.entry), "older run", job.stop)
        except (DeadlinePassed, Interrupted, StorageFault) as error:
            log.info("%s: an older run in another process was not waited for: %s", job.entry.inbound.key, error)
            return True

    async def _handed_over(self, entry: Entry) -> bool:
        while (elder := await self._ledger.elder(entry)) > 0:
            await self._clock.sleep(ELDER_LOOK_SECONDS)
        return elder == DIED

    def taken(self, row: int) -> None:
        """Note that another process has taken a row over; `end` tells it once this one does no more for it."""
        self._taken.add(row)

    async def end(self, job: Job) -> None:
        """Hand a row over that another process has taken."""
        if job.entry.row in self._taken:
            self._taken.remove(job.entry.row)
            await _careful(self._ledger.hand_over(job.entry, doubtful=job.reply.doubtful), job.entry)

    async def close(self, entry: Entry, *, given_up: bool = False) -> None:
        """End a row that leaves no turn. Raises `TakenOver`."""
        await _careful(self._ledger.close_row(entry, given_up=given_up), entry)


def doubtful(replies: Sequence[Reply]) -> bool:
    """Say whether one of them may have sent a message that is not known."""
    return any(reply.doubtful for reply in replies)


async def _careful(work: Coroutine[Any, Any, T], entry: Entry) -> T | None:
    try:
        return await work
    except StorageFault as error:
        log.error("%s: the ledger could not be written: %s", entry.inbound.key, error)
        return None
