"""A job is brought to its last word: a command is run, or a question is answered.

    begin     count the attempt; wait for earlier jobs on the row, here and in another process
    files     what came with the question is fetched, read and kept
    recall    what memory holds on it
    answer    the model, its stream on screen, the turn recorded (`engine.answering.answer`)

Every job ends in exactly one of: an answer with its turn; a notice; an open row, which the next
process or a newer revision takes up.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.answering.answer import GAP_SECONDS, Answerer, Plan
from engine.answering.prompt import spare_tokens, window
from engine.commands.call import Call, Command, Services, plan_question, with_shown
from engine.commands.table import COMMANDS
from engine.contract import Action, Button, Inbound, Turn
from engine.delivery.pacing import Pacer
from engine.delivery.uploads import send_file
from engine.errors import DeadlinePassed, Interrupted, StorageFault, Superseded
from engine.tasks import Clock, Tasks, describe, finish_by
from engine.turns.attachments import keep_files, read_pasted
from engine.turns.beginning import begin
from engine.turns.job import EndReason, Job, Request
from engine.turns.lanes import Place
from engine.turns.pieces import LATE_SECONDS
from engine.turns.sessions import Session
from engine.turns.steps import Steps

if TYPE_CHECKING:
    from engine.memory.memory import Memory

log = logging.getLogger(__name__)

# Without progress: a question that ends the process must not do so for ever. In a storm of restarts
# a process may not live for one call at a platform's pace, so this is generous.
MAX_ATTEMPTS = 20
# A process that ended within a heavy step of a row was very likely ended by that row.
MAX_DEATHS = 2
CONTEXT_SHARE = 0.35  # of the prompt, for what memory holds on a question


class Worker:
    """Bring jobs to their end; `prompt_tokens` is what a prompt may have."""

    def __init__(
        self,
        services: Services,
        answerer: Answerer,
        steps: Steps,
        pacer: Pacer,
        clock: Clock,
        prompt_tokens: int,
    ) -> None:
        self._services, self._answerer, self._steps = services, answerer, steps
        self._pacer, self._clock, self._prompt_tokens = pacer, clock, prompt_tokens
        self._memory = services.memory
        self._tasks = Tasks("worker")

    @property
    def busy(self) -> bool:
        """Return whether anything is under way beside the jobs."""
        return bool(len(self._tasks))

    async def work(self, place: Place[Job]) -> None:
        """Do a job. Raises only on cancellation; a superseded job ends without a word."""
        job = place.job
        try:
            await self._serve(place)
        except Superseded:
            job.end_reason = EndReason.SUPERSEDED
        except Exception as error:  # noqa: BLE001 - a defect in one job must not leave its user without a word
            log.error("%s: an answer failed by a defect: %s", job.inbound.key, describe(error))
            log.debug("traceback", exc_info=error)
            await self._give_up(job, job.words.model_unavailable)

    async def close(self) -> None:
        """End what is under way beside the jobs; idempotent."""
        await self._tasks.close()

    async def _serve(self, place: Place[Job]) -> None:
        job = place.job
        if job.superseded:
            return
        if not job.entry.notice and (notice := _hopeless(job)):
            await self._give_up(job, notice)
            return
        if not (await self._settle(place) and await begin(place, self._clock)):
            return
        if job.entry.notice:
            await self._say(job, job.entry.notice)
            return
        session = await self._services.sessions.get_or_empty(job.inbound.key)
        if not await self._take_files(place):
            return
        if job.inbound.unseen and job.request.is_question:
            job.unread = "\n".join(filter(None, (job.words.unseen, job.unread)))
        if job.request.command:
            await self._run_command(place, session)
        else:
            await self._ask(place, session)

    async def _ask(self, place: Place[Job], session: Session) -> None:
        """Answer a question; a message with nothing in it gets a notice."""
        job, inbound = place.job, place.job.inbound
        if not (inbound.text or inbound.quoted or inbound.attachments):
            await self._say(job, job.unread or job.words.start)
            return
        plan = plan_question(inbound, session, job.entry.turn_id, job.reply.text)
        await self._answer(place, session, plan)

    async def _say(self, job: Job, notice: str) -> None:
        await job.reply.finish(notice)
        await job.progress.close()

    async def _give_up(self, job: Job, notice: str) -> None:
        try:
            await job.reply.finish(notice, (Button(Action.RETRY, job.words.retry),))
            await job.progress.close(given_up=True)
        except Superseded:
            job.end_reason = EndReason.SUPERSEDED

    async def _settle(self, place: Place[Job]) -> bool:
        """Wait until no further piece of the question is likely.

        False if the job ends meanwhile.
        """
        job = place.job
        seconds = min(job.entry.settles_at - self._clock.time(), LATE_SECONDS)
        if seconds <= 0:
            return True
        async with self._steps.apart(place):
            limit = self._clock.now() + seconds
            with suppress(DeadlinePassed):
                await finish_by(self._clock, limit, job.stop.wait(), "pieces")
        return job.end_reason not in (EndReason.PAUSED, EndReason.SUPERSEDED)

    # Files and commands

    async def _take_files(self, place: Place[Job]) -> bool:
        """Keep the files of a question; return whether anything is left to do."""
        job = place.job
        if not job.request.is_question or job.entry.turn_id:
            return True
        await self._read_pasted(job)
        if not job.inbound.attachments:
            return True
        if self._memory is None:
            job.unread = job.words.no_files
            return True
        kept: list[str] = []
        answerable = False
        try:
            noted = partial(self._steps.noted, job, "files")
            async with self._steps.apart(place):
                kept, refused = await keep_files(job, self._memory, self._clock, noted)
            answerable = bool(kept or job.inbound.quoted)  # such as a photo's caption
        except Interrupted:
            stopped = job.end_reason is EndReason.STOPPED
            refused = [job.words.cut_stopped if stopped else job.words.paused]
        except StorageFault as error:
            log.error("%s: a document could not be kept: %s", job.inbound.key, error)
            refused = [job.words.cannot_save]
        if answerable and job.request.argument:
            job.unread = "\n".join(refused)
            return True
        await job.reply.finish("\n".join([*kept, *refused]))
        if job.end_reason not in (EndReason.PAUSED, EndReason.SUPERSEDED):
            await job.progress.close()
        return False

    async def _read_pasted(self, job: Job) -> None:
        """Make the text of pasted files a part of the question, for Retry and restarts too."""
        if not any(file.pasted for file in job.inbound.attachments):
            return
        try:
            inbound, lost = await read_pasted(job, self._clock)
        except Interrupted:
            return
        job.unread = "\n".join(lost)
        job.entry = replace(job.entry, inbound=inbound)
        job.request = Request.of(inbound)
        await job.progress.amend(inbound)

    async def _run_command(self, place: Place[Job], session: Session) -> None:
        job = place.job
        name, command = job.request.command, COMMANDS.get(job.request.command)
        if command is None:
            await self._say(job, job.words.unknown_command.format(command=f"/{name}"))
            return
        answer = await self._run(place, command, self._call(job, session))
        if isinstance(answer, str):
            await self._say(job, answer)
        else:
            await self._answer(place, session, with_shown(answer, job.reply.text))

    async def _run(self, place: Place[Job], command: Command, call: Call) -> str | Plan:
        if not command.heavy:
            return await command.run(call)
        noted = self._steps.noted(place.job, place.job.request.command)
        async with self._steps.apart(place), noted:
            return await command.run(call)

    def _call(self, job: Job, session: Session) -> Call:
        send = partial(send_file, job.sink, job.inbound.key, self._pacer, self._clock)
        return Call(
            self._services,
            job.inbound,
            session,
            job.words,
            job.request.argument,
            job.entry.turn_id,
            job.entry.row,
            send,
        )

    # Answering

    async def _answer(self, place: Place[Job], session: Session, plan: Plan) -> None:
        """Answer a plan from the answer cache if that may be, else with what memory holds on it."""
        job = place.job
        if self._memory is not None:
            async with self._steps.patient(place, "memory"):
                known, context = await self._recalled(session, plan, self._memory)
            if known:
                place.release()
                given = replace(plan, given=True)
                await self._answerer.give(job, session, given, known, job.words.from_cache)
                return
            plan = replace(plan, question=replace(plan.question, context=context))
        await self._answerer.answer(job, session, plan, place.release)

    async def _recalled(self, session: Session, plan: Plan, memory: Memory) -> tuple[str, str]:
        """Return an answer that may be given again, or what memory holds on the question."""
        inbound = plan.question.inbound
        if plan.repeatable(self._clock.time()):
            model = self._services.model_of(session)
            known = await memory.look_up(inbound, session.persona, model)
            if known:
                return known, ""
        room = int(self._prompt_tokens * CONTEXT_SHARE)
        seen = window(plan.turns, self._prompt_tokens - room, in_group=not inbound.direct)
        without = {turn.turn_id for turn in seen} | {plan.turn_id, plan.continues}
        asked = _with_earlier_files(plan, self._clock)
        zone = self._services.zones.of(session.time_zone)
        free = spare_tokens(
            plan.question, seen, persona=session.persona, budget_tokens=self._prompt_tokens
        )
        return "", await memory.context(asked, without, room, zone, max(0, free - room))

    def recorded(self, session: Session, plan: Plan, turn: Turn) -> None:
        """Make a recorded turn findable, and its answer one that may be given again."""
        memory = self._memory
        if memory is None:
            return
        memory.recorded(session.key, turn)
        if plan.given:
            memory.given(turn.turn_id)
        elif plan.standalone:
            model = self._services.model_of(session)
            keep = memory.keep_answer(plan.question.inbound, session.persona, model, turn)
            self._tasks.spawn(keep, f"cached answer of {session.key}")


def _with_earlier_files(plan: Plan, clock: Clock) -> Inbound:
    """Return the question to search for.

    A follow-up is still about the files of the turn before it.
    """
    asked, turns = plan.question.inbound, plan.turns
    if asked.attachments or not turns or clock.time() - turns[-1].at > GAP_SECONDS:
        return asked
    return replace(asked, attachments=turns[-1].material.attachments)


def _hopeless(job: Job) -> str:
    """Return why a question is not tried again; empty if it is."""
    if job.entry.deaths >= MAX_DEATHS:
        return job.words.too_heavy
    return job.words.gave_up if job.entry.attempts >= MAX_ATTEMPTS else ""
