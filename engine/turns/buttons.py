"""What a tapped button does: Stop ends an answer, Retry writes it anew in its place, Continue goes on with it."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Callable

from engine.access import Access
from engine.answering.answer import Job, Why
from engine.commands.table import may_touch
from engine.contract import Action, Inbound, Press, ReplySink
from engine.errors import DeadlinePassed, StorageFault
from engine.storage.sqlite.conversations import Sessions
from engine.storage.sqlite.ledger import Entry, Ledger
from engine.tasks import Clock, finish_by
from engine.turns.lanes import Lanes
from engine.wording import Words

if TYPE_CHECKING:
    from engine.memory.memory import Memory

log = logging.getLogger(__name__)

TAP_SECONDS = 2.0  # a platform waits about three seconds for a word on a tap


class Buttons:
    """The buttons under all answers; `enqueue` gives a question its job."""

    def __init__(
        self,
        ledger: Ledger,
        sessions: Sessions,
        lanes: Lanes[Job],
        people: Access,
        clock: Clock,
        memory: Memory | None,
        enqueue: Callable[[Entry, ReplySink, Words], None],
    ) -> None:
        self._ledger, self._sessions, self._lanes, self._people = ledger, sessions, lanes, people
        self._clock, self._memory, self._enqueue = clock, memory, enqueue

    async def press(self, press: Press, sink: ReplySink, words: Words) -> str:
        """Do what a button says; return a short word for who pressed it, empty where the chat shows what comes."""
        if not self._people.allowed(press.key, press.author):
            return words.not_allowed.format(user_id=press.author.user_id)
        try:
            if press.action is Action.STOP:
                return self._stop(press, words)
            return await self._again(press, sink, words)
        except StorageFault as error:
            log.error("%s: a button failed: %s", press.key, error)
            return words.cannot_save

    def _stop(self, press: Press, words: Words) -> str:
        for job in self._lanes.of(press.key):
            if job.why is not Why.SUPERSEDED and job.reply.owns(press.sent):
                if not may_touch(self._people, job.entry.inbound, _pressed(press)):
                    return words.only_author
                job.end(Why.STOPPED)
                return words.stopping
        return words.nothing_to_stop

    async def _again(self, press: Press, sink: ReplySink, words: Words) -> str:
        entry = await self._ledger.of_bubble(press.key, press.sent)
        if entry is None:
            return words.button_old
        if not may_touch(self._people, entry.inbound, _pressed(press)):
            return words.only_author
        if entry.open and (entry := await self._ended(entry)).open:
            return words.button_done
        refusal = await self._people.refusal(press.key, press.author, words)
        if refusal or self._lanes.full(press.key):
            return refusal or words.busy
        again = self._retry if press.action is Action.RETRY else self._continue
        return await again(press, entry, sink, words)

    async def _ended(self, entry: Entry) -> Entry:
        """Return a row once it has ended, if its answer has: a tap may be quicker than the disk."""
        for job in self._lanes.of(entry.inbound.key):
            if job.entry.row == entry.row and job.reply.finishing:
                with suppress(DeadlinePassed):
                    await finish_by(
                        self._clock,
                        self._clock.now() + TAP_SECONDS,
                        job.ended.wait(),
                        "end of an answer",
                    )
        return await self._ledger.load(entry.row) or entry

    async def _retry(self, press: Press, entry: Entry, sink: ReplySink, words: Words) -> str:
        asked = replace(entry.inbound, edited=False)
        by = None if press.author.user_id == asked.author.user_id else press.author
        reopened = await self._ledger.reopen(entry, asked, sink.handle, by)
        if reopened is None:
            return words.button_done
        if self._memory is not None:
            self._memory.retried(entry.turn_id)
        self._enqueue(reopened, sink, words)
        return ""

    async def _continue(self, press: Press, entry: Entry, sink: ReplySink, words: Words) -> str:
        session = await self._sessions.get(press.key)
        if not session.turns or session.turns[-1].turn_id != entry.turn_id:
            return words.button_old
        # One id for all taps on this answer: the second one finds the row of the first.
        asked = Inbound(
            press.key,
            f"continue {entry.turn_id}",
            press.author,
            "/continue",
            direct=entry.inbound.direct,
            addressed=True,
            sent_at=self._clock.time(),
        )
        accepted = await self._ledger.accept(asked, sink.handle)
        if accepted is None:
            return words.button_done
        self._enqueue(accepted, sink, words)
        return ""


def _pressed(press: Press) -> Inbound:
    return Inbound(
        press.key, press.press_id, press.author, "", direct=True, addressed=True, sent_at=0.0
    )
