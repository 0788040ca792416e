"""Turn a question's recordings into its text (`engine.media.hearing`)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.attachments import HEARD
from engine.errors import Interrupted
from engine.media.hearing import Hearing, shown
from engine.media.naming import may_call
from engine.turns.job import EndReason, Job, Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.contract import Inbound
    from engine.turns.lanes import Place
    from engine.turns.steps import Steps


async def hear(place: Place[Job], hearing: Hearing, steps: Steps) -> str | None:
    """Transcribe the recordings of a question, show the transcript, and store it with the question.

    Return None if the question still needs an answer. Otherwise return the notice that ends the
    job, or "" if the job has ended already.
    """
    job = place.job
    if not (job.request.is_question and hearing.wanted(job.inbound)):
        return None
    if may_call(job.inbound):
        return await _hear_a_call(place, hearing, steps)
    job.reply.start()
    job.reply.notice(job.words.voice_listening)
    try:
        inbound, notices = await _listen(place, hearing, steps)
    except Interrupted:
        return await leave(job)
    return await _take(job, inbound, notices)


async def _listen(
    place: Place[Job], hearing: Hearing, steps: Steps
) -> tuple[Inbound, Sequence[str]]:
    noted = partial(steps.noted, place.job, "voice")
    async with steps.apart(place):
        return await hearing.listen(place.job, noted)


async def _hear_a_call(place: Place[Job], hearing: Hearing, steps: Steps) -> str | None:
    """Transcribe a recording that may not be for the bot. If it is not, the job ends silently."""
    job, inbound = place.job, place.job.inbound
    with suppress(Interrupted):
        inbound, _ = await _listen(place, hearing, steps)
    if hearing.calls(inbound) and job.end_reason is None:
        return await _take(job, replace(inbound, addressed=True), ())
    if job.end_reason not in (EndReason.PAUSED, EndReason.SUPERSEDED):
        await job.progress.close()
    return ""


async def _take(job: Job, inbound: Inbound, notices: Sequence[str]) -> str | None:
    """Store the question with its transcript, and show the transcript. Return as `hear` does."""
    if inbound != job.inbound:
        job.recordings = sum(
            file.kind in HEARD and file not in job.inbound.attachments
            for file in inbound.attachments
        )
        job.entry = replace(job.entry, inbound=inbound)
        job.request = Request.of(inbound)
        await job.progress.amend(inbound)
    if notices and not _answerable(inbound):
        return "\n".join(notices)
    quote = shown(inbound)
    if quote:
        job.reply.notice(quote)
    for notice in filter(None, (quote, *notices)):
        job.note(notice)
    return None


async def leave(job: Job) -> str:
    """End a job that was told to end before its answer began.

    Return the notice that ends the job, or "" if there is none.
    """
    if job.end_reason is EndReason.PAUSED:
        await job.reply.finish(job.words.paused)
    return job.words.stopped_empty if job.end_reason is EndReason.STOPPED else ""


def _answerable(inbound: Inbound) -> bool:
    """Return whether a question has anything except recordings that were not transcribed."""
    others = any(file.kind not in HEARD for file in inbound.attachments)
    return bool(inbound.text.strip() or inbound.quoted.strip() or others)
