"""Prepare a job: wait for older jobs on its row, and take over their bubbles.

The older jobs may run in this process or in another one.
"""

from __future__ import annotations

import logging

from engine.errors import KNOWN, UNKNOWN, DeadlinePassed
from engine.storage.records import DIED
from engine.tasks import Clock, finish_by
from engine.turns.job import EndReason, Job
from engine.turns.lanes import Place

log = logging.getLogger(__name__)

# The limit on the wait for the previous owner. An answer takes up to 15 seconds by default, and the
# owner may be stuck for a while.
PREVIOUS_OWNER_SECONDS = 30.0
PREVIOUS_OWNER_LOOK_SECONDS = 0.25


async def begin(place: Place[Job], clock: Clock) -> bool:
    """Prepare a job. Return False if the job may not begin. Its row then stays open.

    If the row is not new, this function waits for the end of the earlier jobs, counts the new
    attempt and takes over their bubbles. While it waits for a job of another process, other chats
    use the worker place. Raises `Superseded`.
    """
    job = place.job
    if job.entry.begun:  # the job may have waited long in its lane, so the row is read again
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
        job.entry.media,
        state=UNKNOWN if left else KNOWN,
        recorded=job.entry.state,
    )
    return True


async def _outlive(job: Job, clock: Clock) -> bool:
    """Wait until the previous owner has ended its job.

    Return whether it may have sent a message whose id is not recorded.
    """
    limit = clock.now() + PREVIOUS_OWNER_SECONDS
    try:
        return await finish_by(clock, limit, _released(job, clock), "previous owner")
    except DeadlinePassed as error:
        log.warning("%s: the wait for the previous owner ended: %s", job.inbound.key, error)
        return True


async def _released(job: Job, clock: Clock) -> bool:
    # Stop does not end this wait, because the older answer would then overwrite the text of this
    # job. A failed read of the ledger does not end the wait either.
    while job.end_reason is not EndReason.PAUSED:
        owner = await job.progress.previous_owner()
        if owner is not None and owner <= 0:
            return owner == DIED
        await clock.sleep(PREVIOUS_OWNER_LOOK_SECONDS)
    return True
