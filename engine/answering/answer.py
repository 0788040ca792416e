"""Answer one question: build the prompt, stream the model, keep the deadline, record the turn."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Callable

from engine.answering.endings import Ending
from engine.answering.outcome import Outcome
from engine.answering.plan import Plan
from engine.answering.prompt import build, estimate_tokens
from engine.answering.refusals import without_pictures
from engine.answering.streaming import Goal, StreamWriter, settled
from engine.contract import Action, Button, ChatMessage, Finish, LanguageModel, Turn
from engine.counters import Answered, Counters
from engine.errors import (
    KNOWN,
    DeadlinePassed,
    Interrupted,
    ModelError,
    ModelRefused,
    StorageFault,
    Superseded,
)
from engine.storage.records import Entry
from engine.tasks import Clock, Tasks, backoff, finish_by
from engine.turns.job import EndReason, Job
from engine.turns.sessions import Session
from engine.turns.speaking import speak
from engine.usage import Usage, together
from engine.wording import language_name
from engine.zones import Zones

if TYPE_CHECKING:
    from engine.media.speaking import Speaking
    from engine.tools import Tool

log = logging.getLogger(__name__)
CHARACTERS_PER_TOKEN = 8
"""The limit on an answer's characters for each token of `max_tokens`, whatever the endpoint sends.

In today's vocabularies a token of English text holds 4 to 5 characters on average, and a token of
deeply indented code up to 6. Other languages and scripts have fewer. So 800 tokens of any language
stay below this limit, and an endpoint that counts its tokens never reaches it. If the endpoint does
not count, the answer is cut here and gets a Continue button, as at MAX_TOKENS.
"""

MOST_ATTEMPTS = 4  # the limit on calls for one answer, with a shorter prompt or another model


@dataclass(frozen=True)
class AnswerSettings:
    """The limits of an answer. `prompt_tokens` is the longest prompt, in estimated tokens."""

    max_tokens: int = 800
    timeout_seconds: float = 15.0
    prompt_tokens: int = 3000


class Answerer:
    """Answer jobs. Raises only on cancellation, `Superseded` or a defect.

    `charged` adds the cost to the usage of an answer. `speaking` speaks answers. The model may
    call one of the `tools`.
    """

    def __init__(
        self,
        model: LanguageModel,
        clock: Clock,
        settings: AnswerSettings,
        zones: Zones,
        recorded: Callable[[Session, Plan, Turn], None] = lambda *_: None,
        counters: Counters | None = None,
        charged: Callable[[Usage], Usage] = lambda usage: usage,
        speaking: Speaking | None = None,
        tools: Sequence[Tool] = (),
    ) -> None:
        self._counters, self._charged = counters or Counters(clock), charged
        self._zones, self._speaking, self._tools = zones, speaking, tools
        self.model, self._clock, self._settings = model, clock, settings
        self._recorded = recorded
        self._tasks = Tasks("answers")

    def change(self, settings: AnswerSettings) -> None:
        """Replace the limits on the length and time of later answers. The prompt's limit stays."""
        self._settings = replace(settings, prompt_tokens=self._settings.prompt_tokens)

    async def answer(
        self, job: Job, session: Session, plan: Plan, release: Callable[[], None]
    ) -> Outcome | None:
        """Stream an answer into the job's reply, show its final text, and record the turn.

        If the model has called a tool, the reply is not finished, no turn is recorded, and the
        outcome is returned. Otherwise the result is None.
        If an earlier process has received the whole answer, the model is not asked again. `release`
        is called when the model has finished. A job that was paused or superseded records no turn.
        Its row stays open for the next job.
        """
        began = self._clock.now()
        job.reply.start()
        job.reply.type()
        known = job.entry.finish
        outcome = Outcome(known) if known else await self._run(job, session, plan)
        release()
        if outcome.call is not None and job.end_reason is None:
            return outcome
        shown = replace(plan.question, pictures=outcome.pictures)
        plan = replace(plan, question=shown)
        whole = job.end_reason in (None, EndReason.STOPPED) and outcome.finish not in (
            None,
            Finish.FAILED,
        )
        if whole and job.reply.text.strip():
            job.progress.grow(job.reply.text, outcome.finish)
        if job.end_reason is EndReason.PAUSED:
            await job.reply.finish(job.words.paused)
        elif not job.superseded:
            await self._conclude(job, session, plan, outcome, began)
        return None

    async def give(self, job: Job, session: Session, plan: Plan, answer: str, closing: str) -> None:
        """Show and record a cached answer.

        The notice `closing` says that the answer comes from the cache.
        """
        began = self._clock.now()
        job.reply.start()
        job.reply.extend(answer)
        job.progress.grow(answer, Finish.STOP)
        retry = (Button(Action.RETRY, job.words.retry),)
        if not await self._show(job, session, (answer, Finish.STOP), closing, retry):
            return
        turn = self._turn(job.entry, plan, answer, Finish.STOP)
        self._counters.answered(
            session.key,
            Answered(Finish.STOP, "", Usage(), self._clock.now() - began, cached=True),
        )
        await self._record(job, session, plan, turn, self._with_voice(job, Usage()))

    async def keep(
        self,
        job: Job,
        session: Session,
        plan: Plan,
        ended: tuple[str, Finish],
        usage: Usage,
        asking: Usage | None = None,
    ) -> None:
        """Record an answer that was not written by a language model. Raises `Superseded`.

        `asking` is the usage of the language model whose tool call asked for the answer.
        """
        finish = ended[1]
        turn, usage = self._turn(job.entry, plan, *ended), self._charged(usage)
        if asking is not None:
            usage = together(usage, self._charged(asking))
        self._counters.answered(session.key, Answered(finish, usage.model, usage, 0.0))
        await self._record(job, session, plan, turn, usage)

    async def close(self) -> None:
        """Stop the repeated attempts to record turns. Their rows stay open. Idempotent."""
        await self._tasks.close()

    async def _run(self, job: Job, session: Session, plan: Plan) -> Outcome:
        """Stream until the end, the deadline or a stop.

        If the prompt is too long, the model is asked once more with a shorter prompt. If pictures
        are refused, the model is asked again with fewer pictures or with none. If the answer breaks
        off, another model continues the answer, provided that there is one and time is left.
        """
        outcome = Outcome()
        deadline = self._clock.now() + self._settings.timeout_seconds
        budget, goal = self._settings.prompt_tokens, Goal.of(plan.question, job.reply.text)
        for _ in range(MOST_ATTEMPTS):
            outcome.error = error = await self._attempt(
                job, session, replace(plan, question=goal.question), outcome, budget, deadline
            )
            outcome.pictures = goal.question.pictures
            if error is None:
                break
            if isinstance(error, ModelRefused) and not job.reply.text:
                if error.too_long and budget < self._settings.prompt_tokens:
                    break
                lighter = without_pictures(goal.question, error, job)
                if not error.too_long and lighter == goal.question:
                    break
                budget = budget // 3 if error.too_long else budget
                goal = replace(goal, question=lighter)
            elif error.another_model:
                goal = goal.with_shown(settled(job.reply.text))
                if not goal.shown:  # there are too few words to continue from
                    job.reply.replace("")
                log.info("%s: another model continues the answer", session.key)
            else:
                break
        return outcome

    async def _attempt(
        self, job: Job, session: Session, plan: Plan, outcome: Outcome, budget: int, deadline: float
    ) -> ModelError | None:
        prompt = build(
            plan.question,
            plan.turns,
            now=self._clock.time(),
            persona=plan.manner.persona,
            budget_tokens=budget,
            zone=self._zones.of(session.time_zone),
            language=language_name(session.language, plan.question.inbound.author.language),
        )
        outcome.finish = None
        outcome.prompt_tokens = sum(estimate_tokens(message.content) for message in prompt)
        model = plan.model or plan.manner.model
        work = self._pump(prompt, model, job, plan, outcome)
        try:
            await finish_by(self._clock, deadline, work, f"answer in {session.key}", job.stop)
        except DeadlinePassed:
            outcome.finish = Finish.DEADLINE
        except Interrupted:
            outcome.finish = Finish.STOPPED
        except ModelError as error:
            log.warning("%s: no answer: %s (%s)", session.key, type(error).__name__, error)
            outcome.finish = Finish.FAILED
            return error
        return None

    async def _pump(
        self, prompt: Sequence[ChatMessage], model: str, job: Job, plan: Plan, outcome: Outcome
    ) -> None:
        """Write the model's text into the reply. Join a continuation with the text on screen."""
        goal = Goal.of(plan.question, settled(job.reply.text) if plan.question.partial else "")
        page = StreamWriter(job, goal, self._clock)
        room = CHARACTERS_PER_TOKEN * self._settings.max_tokens
        # A tool cannot continue an answer.
        tools = () if plan.question.partial else self._tools
        stream = self.model.stream(prompt, self._settings.max_tokens, model, tools)
        try:
            async for delta in stream:
                outcome.take(delta, self._clock.now())
                page.take(delta, room)
                room -= len(delta.text)
                if room < 0:
                    log.warning(
                        "%s: the endpoint sent more text than requested", job.entry.inbound.key
                    )
                    outcome.finish = Finish.LENGTH
                    break
        finally:
            page.end(whole=outcome.finish is Finish.STOP)
            await stream.aclose()

    async def _conclude(
        self, job: Job, session: Session, plan: Plan, outcome: Outcome, began: float
    ) -> None:
        answer = job.reply.text
        finish = outcome.finish or Finish.FAILED
        if finish is Finish.STOP and not answer.strip():
            finish = Finish.FAILED
        ending = Ending(finish, outcome.error, outcome.thinking)
        closing = ending.words(answer, job.words, self._settings.timeout_seconds)
        buttons = ending.buttons(answer, job.words)
        if not await self._show(job, session, (answer, finish), closing, buttons):
            return
        turn = self._turn(job.entry, plan, answer, finish)
        usage = self._charged(outcome.usage_of(plan.prompt, answer, job.recordings))
        first = began - 1.0 if outcome.first_word_at is None else outcome.first_word_at
        self._counters.answered(
            session.key,
            Answered(finish, outcome.model, usage, self._clock.now() - began, first - began),
        )
        await self._record(job, session, plan, turn, self._with_voice(job, usage))

    async def _show(
        self,
        job: Job,
        session: Session,
        ended: tuple[str, Finish],
        closing: str,
        buttons: Sequence[Button],
    ) -> bool:
        """Show the final text and, if the chat wants it, the answer as a voice message.

        Return whether to record the turn. The turn is not recorded if the question was edited
        meanwhile, or if the next process must still speak the answer.
        """
        closing = _notices(closing, job, session)
        text = self._speaking.text_for(session, *ended) if self._speaking else ""
        await job.reply.finish(closing, buttons, keeps_media=bool(text))
        if job.superseded or not (text and self._speaking):
            return not job.superseded
        return await speak(self._speaking, job, text, closing, buttons)

    def _with_voice(self, job: Job, usage: Usage) -> Usage:
        """Return the usage of an answer together with that of its voice message."""
        if not (job.spoken and self._speaking):
            return usage
        return together(usage, self._charged(self._speaking.usage(job.spoken)))

    def _turn(self, entry: Entry, plan: Plan, answer: str, finish: Finish) -> Turn:
        """Make the turn.

        It belongs to the question's author, even if another person pressed Retry.
        """
        asked, by = plan.question.inbound, entry.asked_by or entry.inbound.author
        return Turn(
            asked.author,
            plan.prompt,
            answer,
            finish,
            self._clock.time(),
            plan.turn_id,
            None if by.user_id == asked.author.user_id else by,
            asked.material.recorded,
        )

    async def _record(
        self, job: Job, session: Session, plan: Plan, turn: Turn, usage: Usage
    ) -> None:
        """Commit the turn. If the write fails, repeat it in the background.

        If several processes share the store, the job continues until the turn is recorded.
        Otherwise another process would claim the open row and answer it again. Raises `Superseded`
        if a newer job owns the row and will record the turn.
        """
        try:
            number = await job.progress.finish(turn, usage)
        except StorageFault as error:
            log.error(
                "%s: an answer could not be recorded and will be tried again: %s",
                session.key,
                error,
            )
            session.record(turn)
            later = self._record_later(job, session, plan, turn, usage)
            if job.progress.shared:
                await later
            else:
                self._tasks.spawn(later, f"record of {session.key}")
            return
        numbered = replace(turn, turn_id=number)
        session.record(numbered)
        self._recorded(session, plan, numbered)

    async def _record_later(
        self, job: Job, session: Session, plan: Plan, turn: Turn, usage: Usage
    ) -> None:
        for pause in backoff(1.0, 60.0):
            await self._clock.sleep(pause)
            try:
                number = await job.progress.finish(turn, usage)
            except StorageFault:
                continue  # the first failure was logged, and the row is still open
            except Superseded:
                if turn in session.turns:
                    session.turns.remove(turn)
                if await job.progress.release(state=KNOWN):
                    return
                continue
            self._recorded(session, plan, replace(turn, turn_id=number))
            return


def _notices(closing: str, job: Job, session: Session) -> str:
    """Return the notices under an answer.

    They say how the answer ended, what the model did not get, and whether old data was deleted.
    """
    evicted = job.words.evicted if session.evicted else ""
    return "\n".join(filter(None, (closing, job.unread, evicted)))
