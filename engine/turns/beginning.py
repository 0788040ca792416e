"""Before a job works: wait for older jobs on its row and adopt what they left.

They may run here or in another process.
"""

from __future__ import annotations

import logging

from engine.delivery.screen import KNOWN, UNKNOWN
from engine.errors import DeadlinePassed
from engine.storage.records import DIED
from engine.tasks import Clock, finish_by
from engine.turns.job import EndReason, Job
from engine.turns.lanes import Place

log = logging.getLogger(__name__)

PREVIOUS_OWNER_SECONDS = 30.0  # an answer takes 15 seconds; the process that gives it may hang
PREVIOUS_OWNER_LOOK_SECONDS = 0.25


async def begin(place: Place[Job], clock: Clock) -> bool:
    """Make sure that a job may begin; False if it may not: it is left to the next process.

    An attempt on a row that was taken up or opened again is counted, and what earlier jobs left on
    screen is adopted once they have ended. While a job in another process is waited for, other
    chats have the place. Raises `Superseded`.
    """
    job = place.job
    if job.entry.begun:  # it may have waited in its lane for long
        await job.progress.check()
        return not job.superseded
    for earlier in job.earlier:
        await earlier.ended.wait()
    left = any(earlier.reply.state is UNKNOWN for earlier in job.earlier)
    if job.entry.previous_owner:
        place.release()
        left = await _outlive(job, clock) or left
        if job.end_reason is not EndReason.PAUSED:
            await place.retake()
        if job.end_reason is EndReason.PAUSED:
            return False
    job.entry = await job.progress.begin() or job.entry
    job.reply.adopt(
        job.entry.bubbles,
        state=UNKNOWN if left else KNOWN,
        recorded=KNOWN if job.entry.sure else UNKNOWN,
    )
    return True


async def _outlive(job: Job, clock: Clock) -> bool:
    """Wait for the previous owner; say whether it may have left a message that nobody knows of."""
    limit = clock.now() + PREVIOUS_OWNER_SECONDS
    try:
        return await finish_by(clock, limit, _released(job, clock), "previous owner")
    except DeadlinePassed as error:
        log.warning("%s: the previous owner is not waited for: %s", job.inbound.key, error)
        return True


async def _released(job: Job, clock: Clock) -> bool:
    # Stop does not end the wait: the older answer would write over what this one leaves. Nor does a
    # failed look.
    while job.end_reason is not EndReason.PAUSED:
        owner = await job.progress.previous_owner()
        if owner is not None and owner <= 0:
            return owner == DIED
        await clock.sleep(PREVIOUS_OWNER_LOOK_SECONDS)
    return True
