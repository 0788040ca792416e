"""The entry point of the engine, which takes messages in and sends answers out.

    adapter ── submit ──▶ Acceptance   refuse, run at once, or accept: the message is a row of the
                              │        ledger, on disk, before `submit` returns
                              ▼
                            Jobs       the register; one lane for each chat: one job at a time in a
                              │        chat, chats in parallel and in turn, MAX_WORKERS places
                              ▼
                            Worker     files ▶ command or question ▶ recall ▶ Answerer ▶ model
                              │                                                   │
                              │        Reply ── pacer ──▶ sink: bubbles grow  ◀───┘
                              ▼
                            ledger     turn, usage and end of the row in one transaction

Read these files, in this order:

    engine/contract.py             the types that adapters and the engine share
    engine/acceptance.py           accepts or refuses a message or a tap
    engine/turns/job.py, jobs.py   one job, and the register of all jobs of this process
    engine/turns/lanes.py          decides which job runs next
    engine/turns/claims.py         takes questions from the queue, if several processes share it
    engine/turns/beginning.py      waits for older jobs on a row and takes over their bubbles
    engine/worker.py               brings a job to its end
    engine/turns/steps.py          runs heavy steps and records which row was in one
    engine/turns/progress.py       writes an answer's progress to the ledger
    engine/answering/answer.py     prompt, stream, deadline, final text, recorded turn
    engine/delivery/reply.py       writes an answer's bubbles
    engine/commands/table.py       the commands, one row each
    engine/access.py               who may use the bot, and how much
    engine/listening.py            groups that listen to unaddressed messages

Three things end a job early. Stop ends the job, and its text stays with a mark. The end of the
process ends the job, and the next process continues in the same bubbles. A newer revision of the
question ends the job, and the newer job takes the bubbles over (`Superseded`). A row belongs to one
process, its owner. `Engine.recover` takes over the rows of processes that have ended.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Callable

from engine.acceptance import Acceptance
from engine.access import Access, AccessSettings
from engine.answering.answer import Answerer, AnswerSettings
from engine.answering.drawing_tool import DRAW
from engine.answering.sight import Sight, SightSettings
from engine.approvals import Approvals, Outreach
from engine.broadcasts import Broadcasts
from engine.caps import Caps, SpendingSettings
from engine.commands.call import Services
from engine.commands.personal_data import OwnData
from engine.contract import ChatKey, Deleted, Inbound, LanguageModel, Moved, Press, ReplySink
from engine.counters import Counters
from engine.delivery.pacing import Pacer
from engine.errors import DeadlinePassed
from engine.listening import Listening
from engine.live import LiveSettings
from engine.media.converter import Converter
from engine.media.describing import Describer
from engine.media.drawing import Drawing
from engine.media.hearing import Hearing
from engine.media.pictures import Pictures
from engine.media.speaking import Speaking
from engine.storage.news import News
from engine.storage.overheard_ports import Overheard
from engine.storage.people import People
from engine.storage.ports import Ledger, PersonalData
from engine.storage.records import OverheardBounds
from engine.storage.shared_ports import Shared
from engine.storage.spending import Spending
from engine.tasks import Clock, finish_by
from engine.turns.claims import Claims
from engine.turns.job import Job
from engine.turns.jobs import Bounds, Jobs
from engine.turns.lanes import Place
from engine.turns.sessions import Sessions
from engine.turns.steps import Steps
from engine.wording import words_in
from engine.worker import Worker
from engine.zones import Zones

if TYPE_CHECKING:
    from engine.memory.memory import Memory

log = logging.getLogger(__name__)

# The time limit for the final edits of cut answers when the process ends.
LAST_EDIT_SECONDS = 3.0

Sinks = Callable[[ChatKey, str], ReplySink]


@dataclass(frozen=True)
class EngineSettings:
    """The limits on the engine's work.

    `models` are the names that /model offers. The first is the default. `time_zone` applies to
    chats that have not chosen one. If it is empty, the host's own time zone is used.
    """

    max_workers: int = 8
    max_waiting: int = 200
    max_waiting_per_chat: int = 10
    models: Sequence[str] = ("",)
    answers: AnswerSettings = field(default_factory=AnswerSettings)
    access: AccessSettings = field(default_factory=AccessSettings)
    time_zone: str = ""
    listening: OverheardBounds = field(default_factory=OverheardBounds)
    spending: SpendingSettings = field(default_factory=SpendingSettings)


class Engine:
    """The conversation of all chats. Adapters call `submit`. Create it inside the event loop."""

    def __init__(
        self,
        settings: EngineSettings,
        model: LanguageModel,
        ledger: Ledger,
        sessions: Sessions,
        personal_data: PersonalData,
        clock: Clock,
        memory: Memory | None = None,
        counters: Counters | None = None,
        shared: Shared | None = None,
        overheard: Overheard | None = None,
        senses: tuple[Sight | None, Hearing | None] = (None, None),
        people: People | None = None,
        spending: Spending | None = None,
        live: LiveSettings | None = None,
        drawing: Drawing | None = None,
        news: News | None = None,
        speaking: Speaking | None = None,
    ) -> None:
        self.counters = counters or Counters(clock)
        self._ledger, self._sessions, self._clock = ledger, sessions, clock
        queue, budgets = (shared.queue, shared.budgets) if shared is not None else (None, None)
        self._pacer = Pacer(clock, self.counters, budgets)
        caps = Caps(settings.spending, spending, clock)
        access = Access(settings.access, caps, clock, budgets, people)
        bounds = Bounds(settings.max_workers, settings.max_waiting, settings.max_waiting_per_chat)
        self.jobs = Jobs(self._work, ledger, self._pacer, clock, bounds, queue)
        self.own_data = OwnData(personal_data, sessions, access, clock, memory, budgets)
        models = list(settings.models)
        zones = Zones(settings.time_zone)
        self.listening = Listening(overheard, settings.listening, clock)
        self.listening.hears = senses[1] is not None and senses[1].on
        approvals = Approvals(people, ledger, self.jobs, sessions, clock, queue)
        broadcasts = Broadcasts(news, ledger, self.jobs, self._pacer, clock)
        media = {"voice": speaking, "draw": drawing}
        self._services = services = Services(
            sessions, self.jobs, access, models, self.own_data, zones, clock, self.listening,
            approvals, broadcasts, memory, queue, spending, people, live,
            served=frozenset(name for name, one in media.items() if one is not None and one.on),
        )  # fmt: skip
        if memory is not None:
            sessions.changed = memory.drop
        self._claims = Claims(queue, self.jobs, sessions, clock) if queue is not None else None
        self._acceptance = Acceptance(ledger, self.jobs, services, self._pacer, clock)
        self._steps = Steps(self.jobs, clock)
        answers = settings.answers
        self.answerer = Answerer(
            model, clock, answers, zones, lambda *recorded: self.worker.recorded(*recorded),
            self.counters, caps.charged, speaking, (DRAW,) if drawing and drawing.on else (),
        )  # fmt: skip
        steps, tokens = self._steps, answers.prompt_tokens
        worked = (
            *_senses(model, *senses, services, tokens, speaking),
            drawing or Drawing(None, clock),
        )
        self.worker = Worker(services, self.answerer, steps, self._pacer, clock, tokens, worked)

    async def submit(self, item: Inbound | Press | Moved | Deleted, sink: ReplySink) -> str:
        """Accept or refuse a message or a tap (`engine.contract.Submit`).

        A call that is cancelled may still have accepted the item.
        """
        if isinstance(item, Press):
            return await self._acceptance.press(item, sink)
        if isinstance(item, Moved):
            return await self._acceptance.moved(item)
        if isinstance(item, Deleted):
            await self.listening.drop(item)
            return ""
        await self._acceptance.pieces.recall(item)
        if not (item.direct or item.addressed or self._acceptance.pieces.follows(item)):
            if self._acceptance.heeds(item):
                await self._acceptance.overhear(item, sink)
            return ""
        return await self._acceptance.message(item, sink)

    def wants(self, inbound: Inbound) -> bool:
        """Return whether `submit` may accept a message (`engine.contract.Wants`)."""
        addressed = inbound.direct or inbound.addressed
        acceptance = self._acceptance
        return addressed or acceptance.pieces.follows(inbound) or acceptance.heeds(inbound)

    async def recover(self, sinks: Sinks, gone: Sequence[int], platforms: Sequence[str]) -> int:
        """Resume the open rows that ended processes (`gone`) left on these platforms.

        Return the number of these rows. Raises `StorageFault`.
        """
        await self._acceptance.pieces.take_over(gone, platforms)
        entries = await self._ledger.unfinished(gone, platforms)
        for entry in entries:
            inbound = entry.inbound
            self._acceptance.pieces.taken_up(entry)
            session = await self._sessions.get_or_empty(inbound.key)
            words = words_in(session.language, inbound.author.language)
            # The text may have been edited since the row was claimed. An older revision may still
            # be running here.
            if all(job.entry.revision < entry.revision for job in self.jobs.of_row(entry)):
                earlier = self.jobs.supersede(entry)
                sink = sinks(inbound.key, entry.handle)
                job = self.jobs.make(entry, sink, words, recovered=True, earlier=earlier)
                self.jobs.enqueue(job)
        return len(entries)

    async def claim(self, sinks: Sinks, platforms: Sequence[str]) -> None:
        """Answer the questions of these platforms that wait in the shared queue, until cancelled.

        A store for one process has no queue. Its questions are answered by the process that
        accepted them.
        """
        if self._claims is not None:
            await self._claims.run(sinks, platforms)

    async def follow_people(self, outreach: Outreach) -> None:
        """Ask the admins about strangers and apply their decisions, until cancelled.

        From now on, `broadcasts` uses the connection too.
        """
        self.broadcasts.open(outreach)
        await self._acceptance.approvals.run(outreach, self._acceptance.message)

    @property
    def broadcasts(self) -> Broadcasts:
        """Return the object that sends admins' messages to all chats that want news."""
        return self._services.broadcasts

    @property
    def caps(self) -> Caps:
        """Return the caps on spending."""
        return self._services.access.caps

    def change(self, settings: EngineSettings) -> None:
        """Replace the settings that may change at run time.

        These are prices and caps, access, the models (if any are given), and the length and time of
        answers. Running answers keep their settings.
        """
        self.caps.settings = settings.spending
        self._services.access.change(settings.access)
        self._services.models[:] = settings.models or self._services.models
        self.answerer.change(settings.answers)

    @property
    def load(self) -> tuple[int, int]:
        """Return the number of chats with a running job, and the number of waiting jobs."""
        return self.jobs.counts

    @property
    def busy(self) -> bool:
        """Return whether any job runs or waits."""
        parts = (self.jobs, self._acceptance, self.worker, self._acceptance.approvals)
        return any(part.busy for part in parts)

    async def stop(self, drain_seconds: float) -> None:
        """Start no new job, let running answers end for `drain_seconds`, then end the others early.

        The text of an answer that was ended early is marked on screen.
        """
        self.jobs.pause()
        self.broadcasts.pause()
        try:
            limit = self._clock.now() + drain_seconds
            await finish_by(self._clock, limit, self.jobs.join(), "drain")
        except DeadlinePassed:
            await self._cut()
        await self.kill()

    async def kill(self) -> None:
        """End everything at once, as far as this process can do so. Open rows stay in the ledger.

        Idempotent.
        """
        await self.jobs.close()
        await self.answerer.close()
        for part in (self._steps, self.worker, self._acceptance, self._acceptance.approvals):
            await part.close()
        await self._pacer.close()
        await self._ledger.close()

    async def _work(self, place: Place[Job]) -> None:
        await self.worker.work(place)

    async def _cut(self) -> None:
        cut = self.jobs.cut()
        log.warning("%d answers were cut; the next start finishes them", cut)
        try:
            limit = self._clock.now() + LAST_EDIT_SECONDS
            await finish_by(self._clock, limit, self.jobs.join(), "last edits")
        except DeadlinePassed:
            log.warning("%d chats do not show that their answer was cut", self.jobs.counts[0])


def _senses(
    model: LanguageModel,
    sight: Sight | None,
    hearing: Hearing | None,
    services: Services,
    prompt_tokens: int,
    speaking: Speaking | None,
) -> tuple[Pictures, Describer, Hearing]:
    """Return the objects that prepare pictures, describe them, and transcribe recordings.

    These objects and `speaking` share one converter of media files. A chat's prepared pictures are
    dropped when `Sessions` drops the chat's live state.
    """
    clock, memory, sessions = services.clock, services.memory, services.sessions
    sight = sight or Sight(SightSettings(tuple(services.models)), clock)
    converter = Converter(clock, room=memory.room if memory is not None else None)
    pictures = Pictures(sight, converter, clock, prompt_tokens)
    sessions.on_drop = pictures.drop
    describer = Describer(model, sessions, clock, memory, services.access.caps.charged)
    hearing = hearing or Hearing(None, clock)
    hearing.convert_with(converter)
    if speaking is not None:
        speaking.converter = converter
    return pictures, describer, hearing
