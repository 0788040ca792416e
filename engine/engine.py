"""One message in, one answer out, in order.

    adapter ── submit ──▶ Engine ── ledger: accepted, on disk
                            │
                            ▼
                          Lanes ── one job at a time per chat, chats in parallel, fair, bounded
                            │
                            ▼
             session ▶ command or question ▶ Answerer ── model ──▶ Reply ── pacer ──▶ sink
                                                │
                                                ▼
                                   ledger: turn, usage and end of the row in one transaction

Every accepted message becomes a `Job`. It ends as an answer with its turn, as a notice, or as an open
row that the next process takes up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Callable

from engine.access import Access, AccessSettings
from engine.answering.answer import Answerer, AnswerSettings, Job, Plan, Why, settled
from engine.answering.prompt import window
from engine.commands.personal_data import OwnData
from engine.commands.table import (
    COMMANDS,
    Call,
    Command,
    Services,
    Whisper,
    parse,
    plan_question,
    question_in,
)
from engine.contract import (
    Action,
    Author,
    Button,
    ChatKey,
    Inbound,
    LanguageModel,
    Press,
    ReplySink,
    Turn,
)
from engine.delivery.pacing import Pacer
from engine.delivery.reply import Reply
from engine.delivery.uploads import send_file
from engine.errors import DeadlinePassed, Interrupted, StorageFault, Superseded
from engine.storage.sqlite.conversations import Session, Sessions
from engine.storage.sqlite.ledger import Entry, Ledger
from engine.storage.sqlite.personal_data import Holdings
from engine.tasks import Clock, Tasks, describe, finish_by
from engine.turns.attachments import keep_files
from engine.turns.buttons import Buttons
from engine.turns.lanes import Lanes, Place
from engine.turns.progress import Bookkeeping
from engine.turns.steps import NOTICE_SECONDS, Steps
from engine.wording import Words, words_in

if TYPE_CHECKING:
    from engine.memory.memory import Memory

log = logging.getLogger(__name__)

# Without progress: a question that ends the process must not do so for ever. In a storm of restarts
# a process may not live for one call at a platform's pace, so this is generous.
MAX_ATTEMPTS = 20
# A process that ended within a heavy step of a row was very likely ended by that row.
MAX_DEATHS = 2
CONTEXT_SHARE = 0.35  # of the prompt, for what memory holds on a question
REFUSAL_SECONDS = 5.0
LAST_EDIT_SECONDS = 3.0  # how long the last words of cut answers may take at the process's end

Sinks = Callable[[ChatKey, str], ReplySink]


@dataclass(frozen=True)
class EngineSettings:
    """Bounds of the work; `models` are the names offered by /model, the default first."""

    max_workers: int = 8
    max_waiting: int = 200
    max_waiting_per_chat: int = 10
    models: Sequence[str] = ("",)
    answers: AnswerSettings = field(default_factory=AnswerSettings)
    access: AccessSettings = field(default_factory=AccessSettings)


class Engine:
    """The conversation of all chats; give `submit` to the adapters."""

    def __init__(
        self,
        settings: EngineSettings,
        model: LanguageModel,
        ledger: Ledger,
        sessions: Sessions,
        clock: Clock,
        memory: Memory | None = None,
    ) -> None:
        self._memory, self._settings = memory, settings
        self._ledger, self._sessions, self._clock = ledger, sessions, clock
        self._books = Bookkeeping(ledger, clock)
        ledger.taken_over = self._taken_over
        self._pacer = Pacer(clock)
        self._people = Access(settings.access, sessions, clock)
        self._answerer = Answerer(model, ledger, clock, settings.answers, self._recorded)
        self._lanes: Lanes[Job] = Lanes(
            self._work,
            places=settings.max_workers,
            waiting=settings.max_waiting,
            per_chat=settings.max_waiting_per_chat,
        )
        self._steps = Steps(self._books, self._lanes, clock)
        self.own_data = OwnData(
            Holdings(ledger.store, clock), sessions, self._people, clock, memory
        )
        models = tuple(settings.models)
        self._services = Services(
            sessions, self._lanes, self._people, models, self.own_data, memory
        )
        self._buttons = Buttons(
            ledger, sessions, self._lanes, self._people, clock, memory, self._enqueue
        )
        self._tasks = Tasks("engine")
        self._asides: set[Job] = set()  # words of the house on their way, beside the chats' lanes

    async def submit(self, item: Inbound | Press, sink: ReplySink) -> str:
        """Take a message or a tapped button (`engine.contract.Submit`). Cancelling it may leave it accepted."""
        if isinstance(item, Press):
            return await self._buttons.press(item, sink, await self._words(item.key, item.author))
        if not (item.direct or item.addressed):
            return ""
        try:
            return await self._accept(item, sink)
        except StorageFault as error:
            log.error(
                "%s: a message was refused, because it could not be kept: %s", item.key, error
            )
            words = await self._words(item.key, item.author)
            # In time, since the adapter waits for it and other chats wait behind it; else the
            # adapter offers it again.
            limit = self._clock.now() + REFUSAL_SECONDS
            try:
                said = await finish_by(
                    self._clock, limit, self._say(item.key, sink, words.cannot_save), "refusal"
                )
            except DeadlinePassed:
                said = False
            if not said:
                raise
        return ""

    async def recover(self, sinks: Sinks, gone: Sequence[int], platforms: Sequence[str]) -> int:
        """Take up what ended processes (`gone`) left open on these platforms; return how many jobs that made.

        Raises `StorageFault`.
        """
        entries = await self._ledger.unfinished(gone, platforms)
        for entry in entries:
            key = entry.inbound.key
            words = await self._words(key, entry.inbound.author)
            # Its text may have been edited since it was claimed; and an older text may still be
            # answered here.
            if all(job.entry.revision < entry.revision for job in self._runs(entry)):
                self._enqueue(
                    entry,
                    sinks(key, entry.handle),
                    words,
                    recovered=True,
                    older=self._supersede(entry),
                )
        return len(entries)

    @property
    def busy(self) -> bool:
        """Say whether anything is at work or waits."""
        return bool(self._lanes.working or self._lanes.waiting or len(self._tasks))

    async def stop(self, drain_seconds: float) -> None:
        """End in order: start nothing new, let answers end, cut the rest with their text on screen and marked."""
        self._lanes.pause()
        try:
            await finish_by(self._clock, self._clock.now() + drain_seconds, self._join(), "drain")
        except DeadlinePassed:
            await self._cut()
        await self.kill()

    async def _join(self) -> None:
        await self._lanes.join()
        for job in tuple(self._asides):
            await job.ended.wait()

    async def kill(self) -> None:
        """End everything at once, as far as this process can; what is open stays in the ledger. Idempotent."""
        await self._lanes.close()
        await self._answerer.close()
        await self._steps.close()
        await self._tasks.close()
        for job in self._lanes.left():  # one that waits may have said so in its chat
            await job.reply.close()
        await self._pacer.close()
        await self._ledger.close()

    async def _cut(self) -> None:
        cut = list(self._lanes.jobs())
        log.warning("%d answers were cut; the next start finishes them", len(cut))
        for job in cut:
            job.end(Why.PAUSED)
        try:
            await finish_by(
                self._clock, self._clock.now() + LAST_EDIT_SECONDS, self._lanes.join(), "last edits"
            )
        except DeadlinePassed:
            log.warning("%d chats do not show that their answer was cut", self._lanes.working)

    # Taking a message

    async def _accept(self, inbound: Inbound, sink: ReplySink) -> str:
        words = await self._words(inbound.key, inbound.author)
        name, argument = parse(inbound.text) or ("", "")
        command = COMMANDS.get(name)
        said = await self._refusal(inbound, command, words)
        if said:
            if not self._people.tells(inbound.key, inbound.author):
                return said  # the chat stays silent; an adapter that waits can show it
            # Of a stranger no row is kept, and the answer to a text before it was edited stays
            # where it is.
            if inbound.edited or not self._people.allowed(inbound.key, inbound.author):
                self._tasks.spawn(self._say(inbound.key, sink, said), f"refusal in {inbound.key}")
                return ""
        elif command is not None and command.immediate:
            said = await self._run_now(command, argument, inbound, words)
            if isinstance(said, Whisper):
                return said
        # A task of its own: an adapter that is cancelled now must not leave a kept question without
        # its job.
        await asyncio.shield(
            self._tasks.spawn(self._keep(inbound, sink, words, said), f"message of {inbound.key}")
        )
        return ""

    async def _keep(self, inbound: Inbound, sink: ReplySink, words: Words, said: str) -> None:
        """Commit a message and see to its answer; `said` are the words of the house that answer it, if any do."""
        try:
            entry = await self._ledger.accept(inbound, sink.handle, said)
        except StorageFault as error:
            if not said:
                raise
            log.error("%s: a word of the house may get lost: %s", inbound.key, error)
            self._tasks.spawn(self._say(inbound.key, sink, said), f"word in {inbound.key}")
            return
        if entry is None:
            return
        job = self._job(entry, sink, words, older=self._supersede(entry))
        if said and not (job.older or entry.previous_owner):  # it waits for no running answer
            self._asides.add(job)
            self._tasks.spawn(self._work(Place(job)), f"word in {inbound.key}")
        else:
            self._put(job)

    async def _refusal(self, inbound: Inbound, command: Command | None, words: Words) -> str:
        """Return why a message is not taken; empty if it is."""
        immediate = command is not None and command.immediate
        refusal = await self._people.refusal(inbound.key, inbound.author, words, free=immediate)
        if refusal or immediate:
            return refusal
        if inbound.attachments and not inbound.text.strip() and self._memory is None:
            return words.no_files
        return words.busy if self._lanes.full(inbound.key) else ""

    def _supersede(self, entry: Entry) -> list[Job]:
        """End older runs of the same question, whose text was edited, and return them."""
        older = self._runs(entry)
        for job in older:
            self._void(job)
        return older

    def _void(self, job: Job) -> None:
        job.end(Why.SUPERSEDED)
        self._tasks.spawn(job.reply.close(), "void words")  # which may wait out a ban

    def _runs(self, entry: Entry) -> list[Job]:
        """Return the jobs on a question that are at work or wait."""
        jobs = (*self._lanes.of(entry.inbound.key), *self._asides)
        return [job for job in jobs if job.entry.row == entry.row]

    def _enqueue(
        self,
        entry: Entry,
        sink: ReplySink,
        words: Words,
        *,
        recovered: bool = False,
        older: Sequence[Job] = (),
    ) -> None:
        self._put(self._job(entry, sink, words, recovered=recovered, older=older))

    def _job(
        self,
        entry: Entry,
        sink: ReplySink,
        words: Words,
        *,
        recovered: bool = False,
        older: Sequence[Job] = (),
    ) -> Job:
        stop = (Button(Action.STOP, words.stop),)
        reply = Reply(
            sink,
            entry.inbound.key,
            self._pacer,
            self._clock,
            streaming_buttons=stop,
            bubbles=entry.bubbles,
            text=entry.partial if entry.finish else settled(entry.partial),
            doubtful=recovered and not entry.sure,
            sure=entry.sure,
            record=self._books.record(entry),
        )
        return Job(entry, sink, reply, words, asyncio.Event(), older)

    def _put(self, job: Job) -> None:
        key = job.entry.inbound.key
        self._lanes.put(key, job)
        if job in self._lanes.queued(key):
            self._tasks.spawn(self._tell_to_wait(job), f"notice in {key}")

    async def _tell_to_wait(self, job: Job) -> None:
        await self._clock.sleep(NOTICE_SECONDS)
        key = job.entry.inbound.key
        ahead = self._lanes.ahead(key, job)
        if (
            job in self._lanes.queued(key)
            and not job.stop.is_set()
            and await self._books.holds(job.entry)
        ):
            job.reply.start()
            job.reply.notice(job.words.waiting.format(ahead=max(1, ahead)))

    # Working on a job

    async def _work(self, place: Place[Job]) -> None:
        job = place.job
        try:
            await self._attempt(place)
        except Superseded:
            job.why = Why.SUPERSEDED
        finally:
            await job.reply.close()
            self._asides.discard(job)
            job.ended.set()
            if job.why is Why.SUPERSEDED and all(
                run.ended.is_set() for run in self._runs(job.entry)
            ):
                await self._books.hand_over(job)

    async def _attempt(self, place: Place[Job]) -> None:
        job = place.job
        try:
            await self._serve(place)
        except Superseded:
            raise
        except Exception as error:  # noqa: BLE001 - a defect in one job must not leave its user without a word
            log.error(
                "%s: an answer failed by a defect: %s", job.entry.inbound.key, describe(error)
            )
            log.debug("traceback", exc_info=error)
            await self._give_up(job, job.words.model_unavailable)

    def _taken_over(self, row: int, revision: int) -> None:
        """End the run of a question whose edited text is answered elsewhere."""
        for job in self._lanes.jobs():
            if (job.entry.row, job.entry.revision) == (row, revision):
                self._void(job)

    async def _serve(self, place: Place[Job]) -> None:
        job = place.job
        if job.why is Why.SUPERSEDED:
            return
        if not job.entry.said and (said := _hopeless(job)):
            await self._give_up(job, said)
            return
        if not await self._books.begin(place):
            return
        if job.entry.said:
            await job.reply.finish(job.entry.said)
            await self._books.close(job.entry)
            return
        session = await self._session(job.entry.inbound.key)
        if not await self._take_files(place):
            return
        entry, command = job.entry, parse(job.entry.inbound.text)
        if command:
            await self._run_command(place, session, *command)
            return
        plan = plan_question(entry.inbound, session, entry.turn_id, job.reply.text)
        await self._answer(place, session, plan)

    async def _take_files(self, place: Place[Job]) -> bool:
        """Keep the files of a question; return whether anything is left to do."""
        job = place.job
        asked, entry = question_in(job.entry.inbound.text), job.entry
        if asked is None or entry.turn_id or not entry.inbound.attachments:
            return True
        if self._memory is None:
            job.unread = job.words.no_files
            return True
        kept: list[str] = []
        try:
            noted = partial(self._steps.noted, job, "files")
            async with self._steps.apart(place):
                kept, said = await keep_files(job, self._memory, self._clock, noted)
        except Interrupted:
            said = [job.words.cut_stopped if job.why is Why.STOPPED else job.words.paused]
        except StorageFault as error:
            log.error("%s: a document could not be kept: %s", job.entry.inbound.key, error)
            said = [job.words.cannot_save]
        if kept and asked:
            job.unread = "\n".join(said)
            return True
        await job.reply.finish("\n".join([*kept, *said]))
        if job.why not in (Why.PAUSED, Why.SUPERSEDED):
            await self._books.close(job.entry)
        return False

    async def _answer(self, place: Place[Job], session: Session, plan: Plan) -> None:
        """Answer a plan: as it was answered before if that may be, else with what memory holds on it."""
        job = place.job
        if self._memory is not None:
            async with self._steps.patient(place, "memory"):
                known, context = await self._recalled(session, plan, self._memory)
            if known:
                place.release()
                await self._answerer.give(
                    job, session, replace(plan, given=True), known, job.words.from_cache
                )
                return
            plan = replace(plan, question=replace(plan.question, context=context))
        await self._answerer.answer(job, session, plan, place.release)

    async def _recalled(self, session: Session, plan: Plan, memory: Memory) -> tuple[str, str]:
        """Return an answer that may be given again, or what memory holds on the question."""
        if plan.repeatable(self._clock.time()) and (
            known := await self._known(session, plan, memory)
        ):
            return known, ""
        budget = self._settings.answers.prompt_tokens
        room = int(budget * CONTEXT_SHARE)
        inbound = plan.question.inbound
        seen = window(plan.turns, budget - room, in_group=not inbound.direct)
        without = {turn.turn_id for turn in seen} | {plan.turn_id}
        return "", await memory.context(inbound, without, room)

    async def _known(self, session: Session, plan: Plan, memory: Memory) -> str:
        return await memory.look_up(plan.question.inbound, session.persona, self._model_of(session))

    def _model_of(self, session: Session) -> str:
        return session.model or self._services.models[0]

    def _recorded(self, session: Session, plan: Plan, turn: Turn) -> None:
        """Make a recorded turn findable, and its answer one that may be given again."""
        memory = self._memory
        if memory is None:
            return
        memory.recorded(session.key, turn)
        if plan.given:
            memory.given(turn.turn_id)
        elif plan.standalone:
            keep = memory.keep_answer(
                plan.question.inbound, session.persona, self._model_of(session), turn
            )
            self._tasks.spawn(keep, f"cached answer of {session.key}")

    async def _run_command(
        self, place: Place[Job], session: Session, name: str, argument: str
    ) -> None:
        job, command = place.job, COMMANDS.get(name)
        if command is None:
            result: str | Plan = job.words.unknown_command.format(command=f"/{name}")
        else:
            result = await self._run(place, command, name, self._call(job, session, argument))
        if isinstance(result, str):
            await job.reply.finish(result)
            await self._books.close(job.entry)
        else:
            plan = _with_shown(result, job.reply.text)
            await self._answer(place, session, plan)

    async def _run(self, place: Place[Job], command: Command, name: str, call: Call) -> str | Plan:
        if not command.heavy:
            return await command.run(call)
        async with self._steps.apart(place), self._steps.noted(place.job, name):
            return await command.run(call)

    def _call(self, job: Job, session: Session, argument: str) -> Call:
        entry, key = job.entry, job.entry.inbound.key
        send = partial(send_file, job.sink, key, self._pacer, self._clock)
        return Call(
            self._services,
            entry.inbound,
            session,
            job.words,
            argument,
            entry.turn_id,
            entry.row,
            send,
        )

    async def _give_up(self, job: Job, said: str) -> None:
        await job.reply.finish(said, (Button(Action.RETRY, job.words.retry),))
        await self._books.close(job.entry, given_up=True)

    async def _run_now(
        self, command: Command, argument: str, inbound: Inbound, words: Words
    ) -> str:
        """Run a command that does not wait for the chat's turn; return its words, a `Whisper` for its author alone."""
        session = await self._session(inbound.key)
        answer = await command.run(Call(self._services, inbound, session, words, argument))
        return answer if isinstance(answer, str) else ""

    async def _say(self, key: ChatKey, sink: ReplySink, text: str) -> bool:
        """Show words of the house; return False if the chat cannot be reached."""
        reply = Reply(sink, key, self._pacer, self._clock)
        try:
            return await reply.finish(text)
        finally:
            await reply.close()

    async def _session(self, key: ChatKey) -> Session:
        """Return the chat's session; without the disk an answer without history is better than none."""
        try:
            return await self._sessions.get(key)
        except StorageFault as error:
            log.error("%s: history could not be read: %s", key, error)
            return Session(key)

    async def _words(self, key: ChatKey, author: Author) -> Words:
        session = await self._session(key)
        return words_in(session.language, author.language)


def _hopeless(job: Job) -> str:
    """Return why a question is not tried again; empty if it is."""
    if job.entry.deaths >= MAX_DEATHS:
        return job.words.too_heavy
    return job.words.gave_up if job.entry.attempts >= MAX_ATTEMPTS else ""


def _with_shown(plan: Plan, shown: str) -> Plan:
    """Let a plan that an earlier process began go on from what is on screen."""
    question = plan.question
    return replace(plan, question=replace(question, partial=question.partial + shown))
