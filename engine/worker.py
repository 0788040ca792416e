"""Bring a job to its end: run a command, or answer a question.

    begin     count the attempt; wait for earlier jobs on the row, here and in another process
    files     fetch, read and keep the files of the question
    recall    search memory for the question
    answer    run the model, show its stream, record the turn (`engine.answering.answer`)

Every job ends in exactly one of three ways: an answer with its turn, a notice, or an open row. An
open row is continued by the next process or by a newer revision.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.answering.answer import Answerer
from engine.answering.plan import GAP_SECONDS, Plan
from engine.answering.prompt import spare_tokens, window
from engine.commands.call import (
    Answer,
    Call,
    Card,
    Command,
    Services,
    Wish,
    plan_question,
    with_shown,
)
from engine.commands.table import COMMANDS
from engine.contract import Action, Button, Inbound, Turn
from engine.counters import question
from engine.delivery.pacing import Pacer
from engine.delivery.uploads import send_file
from engine.errors import DeadlinePassed, Interrupted, StorageFault, Superseded
from engine.media.describing import Describer
from engine.media.drawing import Drawing
from engine.media.hearing import Hearing
from engine.media.pictures import Pictures
from engine.tasks import Clock, Tasks, describe, finish_by
from engine.turns.attachments import documents_of, keep_files, take_pasted, unread_files
from engine.turns.beginning import begin
from engine.turns.capping import within_caps
from engine.turns.drawing import DrawingStep
from engine.turns.job import EndReason, Job
from engine.turns.lanes import Place
from engine.turns.pieces import LATE_SECONDS
from engine.turns.sessions import Session
from engine.turns.steps import Steps
from engine.turns.voice import hear, leave
from engine.wording.access import access_words

if TYPE_CHECKING:
    from engine.memory.memory import Memory

log = logging.getLogger(__name__)

# The limit on attempts without progress, so that a question that crashes the process does not do so
# for ever. The limit is generous, because in a series of restarts a process may end before its
# first platform call.
MAX_ATTEMPTS = 20
# A row need not be the cause of its first death: other rows that were in a heavy step share this
# death, and an operator may kill a process that seems slow. After this many deaths the row is very
# likely the cause, and it is given up.
MAX_DEATHS = 3
CONTEXT_SHARE = 0.35  # the share of the prompt that recalled text may use


class Worker:
    """Bring jobs to their end. `prompt_tokens` is the limit of a prompt."""

    def __init__(
        self,
        services: Services,
        answerer: Answerer,
        steps: Steps,
        pacer: Pacer,
        clock: Clock,
        prompt_tokens: int,
        senses: tuple[Pictures, Describer, Hearing, Drawing],
    ) -> None:
        self.pictures, self._describer, self._hearing, drawing = senses
        self._services, self._answerer, self._steps = services, answerer, steps
        self._pacer, self._clock, self._prompt_tokens = pacer, clock, prompt_tokens
        self._drawing = DrawingStep(drawing, answerer, steps, services)
        self._memory = services.memory
        self._tasks = Tasks("worker")

    @property
    def busy(self) -> bool:
        """Return whether any background task runs beside the jobs."""
        return bool(len(self._tasks))

    async def work(self, place: Place[Job]) -> None:
        """Run a job. Raises only on cancellation. A superseded job ends without a notice."""
        job = place.job
        question.set(str(job.entry.row))
        try:
            await self._serve(place)
        except Superseded:
            job.end_reason = EndReason.SUPERSEDED
        except Exception as error:  # noqa: BLE001 - a defect in one job must not leave its user without a word
            log.error("%s: a defect ended an answer: %s", job.inbound.key, describe(error))
            log.debug("traceback", exc_info=error)
            await self._give_up(job, job.words.model_unavailable)

    async def close(self) -> None:
        """Cancel the background tasks beside the jobs. Idempotent."""
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
        if not (await self._prepare(place, session) and await self._take_files(place, session)):
            return
        if job.inbound.unseen and job.request.is_question:
            job.unread = "\n".join(filter(None, (job.words.unseen, job.unread)))
        if job.request.command:
            await self._run_command(place, session)
        else:
            await self._ask(place, session)

    async def _ask(self, place: Place[Job], session: Session) -> None:
        """Answer a question. A message without any content gets a notice."""
        job, inbound = place.job, place.job.inbound
        if not (inbound.text or inbound.quoted or inbound.attachments):
            await self._say(job, job.unread or job.words.start)
            return
        plan = plan_question(inbound, session, job.entry.turn_id, job.reply.text)
        await self._answer(place, session, plan)

    async def _say(self, job: Job, notice: str, buttons: Sequence[Button] = ()) -> None:
        await job.reply.finish(notice, buttons)
        await job.progress.close()

    async def _give_up(self, job: Job, notice: str) -> None:
        try:
            await job.reply.finish(notice, (Button(Action.RETRY, job.words.retry),))
            await job.progress.close(given_up=True)
        except Superseded:
            job.end_reason = EndReason.SUPERSEDED

    async def _settle(self, place: Place[Job]) -> bool:
        """Wait until no further piece of the question is likely.

        Return False if the job was told to end meanwhile.
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

    async def _take_files(self, place: Place[Job], session: Session) -> bool:
        """Keep the files of a question.

        Return whether the question itself must still be answered.
        """
        job = place.job
        if not job.request.is_question:
            return True
        await take_pasted(job, self._clock)
        files = unread_files(job, session)
        if not files:
            return True
        if self._memory is None or not job.manner.documents:
            no_documents = access_words(job.words).no_documents
            job.unread = no_documents if self._memory else job.words.no_files
            return True
        kept: list[str] = []
        answerable = False
        try:
            noted = partial(self._steps.noted, job, "files")
            async with self._steps.apart(place):
                kept, refused = await keep_files(job, files, self._memory, self._clock, noted)
            # A quoted text can be the subject of a question too, such as a photo's caption.
            pictures = len(documents_of(job.inbound)) < len(job.inbound.attachments)
            answerable = bool(kept or job.inbound.quoted or pictures)
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

    async def _prepare(self, place: Place[Job], session: Session) -> bool:
        """Read the role of the asker, and transcribe the recordings of the question.

        Return whether the question still needs an answer. The question of a blocked person ends
        without a notice. The store is read at this time, so that a decision of another process
        applies.
        """
        job = place.job
        try:
            manner = await self._services.manner_for(session, job.inbound)
        except StorageFault as error:
            log.error("%s: the role of the asker is not known: %s", job.inbound.key, error)
            await self._give_up(job, job.words.model_unavailable)
            return False
        if manner is None:
            await job.progress.close()
            return False
        job.manner = manner
        given_up = await hear(place, self._hearing, self._steps)
        if given_up:
            await self._give_up(job, given_up)
        return given_up is None

    async def _run_command(self, place: Place[Job], session: Session) -> None:
        job = place.job
        name, command = job.request.command, COMMANDS.get(job.request.command)
        if command is None:
            await self._say(job, job.words.unknown_command.format(command=f"/{name}"))
            return
        answer = await self._run(place, command, self._call(job, session))
        if isinstance(answer, str):
            await self._say(job, answer)
        elif isinstance(answer, Card):
            await self._say(job, answer.text, answer.buttons)
        elif isinstance(answer, Wish):
            await self._drawing.answer(place, session, answer)
        else:
            await self._answer(place, session, with_shown(answer, job.reply.text))

    async def _run(self, place: Place[Job], command: Command, call: Call) -> Answer:
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
            job.sink,
        )

    # Answering

    async def _answer(self, place: Place[Job], session: Session, plan: Plan) -> None:
        """Answer a question from the answer cache, or else by the model with recalled text."""
        job = place.job
        wish = await self._drawing.begun(job, plan)
        if wish is not None:
            await self._drawing.answer(place, session, wish)
            return
        zone = self._services.zones.of(session.time_zone)
        capped = await within_caps(job, plan, self._services.access, zone)
        if isinstance(capped, str):
            await self._give_up(job, capped)
            return
        plan = capped
        heard = await self._services.listening.messages(job.inbound.key)
        asked = replace(plan.question, overheard=heard)
        plan = replace(plan, question=asked, manner=job.manner)
        if self.pictures.wanted(plan):
            seen = await self._look(place, plan)
            if seen is None:
                return
            plan = seen
        if self._memory is not None:
            async with self._steps.patient(place, "memory"):
                known, context = await self._recalled(session, plan, self._memory)
            if known:
                place.release()
                given = replace(plan, given=True)
                await self._answerer.give(job, session, given, known, job.words.from_cache)
                return
            plan = replace(plan, question=replace(plan.question, context=context))
        outcome = await self._answerer.answer(job, session, plan, place.release)
        if outcome is not None:
            await self._drawing.answer_call(place, session, plan, outcome)

    async def _look(self, place: Place[Job], plan: Plan) -> Plan | None:
        """Return the plan with its pictures, or None if the job has ended without an answer."""
        job = place.job
        job.reply.start()
        job.reply.type()
        try:
            noted = partial(self._steps.noted, job, "pictures")
            model = plan.model or job.manner.model
            async with self._steps.apart(place):
                plan, notices = await self.pictures.prepare(job, plan, model, noted)
        except Interrupted:
            notice = await leave(job)
            if notice:
                await self._give_up(job, notice)
            return None
        if notices and not plan.question.pictures and _has_no_words(plan.question.inbound):
            await self._give_up(job, "\n".join(notices))
            return None
        for notice in notices:
            job.note(notice)
        return plan

    async def _recalled(self, session: Session, plan: Plan, memory: Memory) -> tuple[str, str]:
        """Return a cached answer and "", or "" and the text that was recalled for the question."""
        inbound = plan.question.inbound
        if plan.repeatable(self._clock.time()):
            model = self._services.named(plan)
            known = await memory.look_up(inbound, plan.manner.persona, model)
            if known:
                return known, ""
        room = int(self._prompt_tokens * CONTEXT_SHARE)
        shown = plan.question.pictures
        past = self._prompt_tokens - room
        seen = window(plan.turns, past, in_group=not inbound.direct, pictures=shown)
        without = {turn.turn_id for turn in seen} | {plan.turn_id, plan.continues}
        asked = _with_earlier_files(plan, self._clock)
        zone = self._services.zones.of(session.time_zone)
        free = spare_tokens(
            plan.question, seen, persona=plan.manner.persona, budget_tokens=self._prompt_tokens
        )
        return "", await memory.context(asked, without, room, zone, max(0, free - room))

    def recorded(self, session: Session, plan: Plan, turn: Turn) -> None:
        """Index a recorded turn for recall, and offer its answer to the answer cache."""
        memory = self._memory
        if plan.question.pictures and turn.answer.strip():
            describe = self._describer.describe(session, plan, turn)
            self._tasks.spawn(describe, f"pictures of {session.key}")
        if memory is None:
            return
        memory.recorded(session.key, turn)
        if plan.given:
            memory.given(turn.turn_id)
        elif plan.standalone:
            model = self._services.named(plan)
            keep = memory.keep_answer(plan.question.inbound, plan.manner.persona, model, turn)
            self._tasks.spawn(keep, f"cached answer of {session.key}")


def _has_no_words(asked: Inbound) -> bool:
    """Return whether a question has pictures but no words."""
    named = any(file.alt or file.description for file in asked.attachments)
    return not (asked.text.strip() or asked.quoted.strip() or named)


def _with_earlier_files(plan: Plan, clock: Clock) -> Inbound:
    """Return the question that memory is searched with.

    If the question has no files, the files of the previous turn are included, because a follow-up
    question is probably about them.
    """
    asked, turns = plan.question.inbound, plan.turns
    if asked.attachments or not turns or clock.time() - turns[-1].at > GAP_SECONDS:
        return asked
    return replace(asked, attachments=turns[-1].material.attachments)


def _hopeless(job: Job) -> str:
    """Return the notice for a question that is not tried again, or "" if it is tried."""
    if job.entry.deaths >= MAX_DEATHS:
        return job.words.too_heavy
    return job.words.gave_up if job.entry.attempts >= MAX_ATTEMPTS else ""
