"""The step that compares the spending with the caps before a question is answered."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.errors import StorageFault

if TYPE_CHECKING:
    from datetime import tzinfo

    from engine.access import Access
    from engine.answering.plan import Plan
    from engine.turns.job import Job

log = logging.getLogger(__name__)


async def within_caps(job: Job, plan: Plan, access: Access, zone: tzinfo | None) -> Plan | str:
    """Return the plan, with the cheaper model near a cap, or the notice that a cap is reached.

    The question may have waited since it was accepted. An answer that an earlier process began is
    always completed. Warnings are shown under the answer. If the store fails, there is no cap.
    """
    if job.entry.finish or job.entry.partial:
        return plan
    key, asker = job.inbound.key, job.entry.asked_by or job.inbound.author
    try:
        verdict = await access.verdict(key, asker)
    except StorageFault as error:
        log.error("%s: the caps could not be compared: %s", key, error)
        return plan
    notice = await access.stopped(verdict, job.words, zone)
    if notice:
        return notice
    warnings, cheaper = await access.near(verdict, key, asker, job.words, zone)
    for warning in warnings:
        job.note(warning)
    return replace(plan, model=cheaper) if cheaper else plan
