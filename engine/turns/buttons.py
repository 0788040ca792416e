"""Handle a tapped button: Stop ends an answer, Retry repeats it, Continue extends it."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.contract import Action, Inbound, Press, ReplySink
from engine.errors import DeadlinePassed, QueueFull, StorageFault
from engine.storage.ports import Ledger
from engine.storage.records import Entry
from engine.tasks import Clock, finish_by
from engine.turns.job import EndReason
from engine.wording import Words

if TYPE_CHECKING:
    from engine.commands.call import Services
    from engine.turns.sessions import Session

log = logging.getLogger(__name__)

ELSEWHERE_SECONDS = 0.25  # the pause between two reads of a row whose answer another process writes
TAP_SECONDS = 2.0  # a platform waits about three seconds for the response to a tap


class Buttons:
    """Handle the buttons under all answers."""

    def __init__(self, ledger: Ledger, services: Services, clock: Clock) -> None:
        self._ledger, self._jobs, self._access = ledger, services.jobs, services.access
        self._clock, self._memory, self._queue = clock, services.memory, services.queue
        self._zones = services.zones

    async def press(self, press: Press, sink: ReplySink, session: Session, words: Words) -> str:
        """Carry out a tap.

        Return a short notice for the person, or "" if the chat shows the result.
        """
        try:
            admission = await self._access.admission(press)
            if not admission.allowed:
                return words.not_allowed.format(user_id=press.author.user_id)
            if press.action is Action.STOP:
                return await self._stop(press, words)
            return await self._again(press, sink, session, words)
        except StorageFault as error:
            log.error("%s: a button failed: %s", press.key, error)
            return words.cannot_save

    async def _stop(self, press: Press, words: Words) -> str:
        job = self._jobs.of_bubble(press.key, press.sent)
        if job is None:
            return await self._stop_elsewhere(press, words)
        if not self._access.may_touch(press.key, job.inbound.author, by=press.author):
            return words.only_author
        job.end(EndReason.STOPPED)
        return words.stopping

    async def _stop_elsewhere(self, press: Press, words: Words) -> str:
        """Stop an answer that another process writes. Raises `StorageFault`."""
        queue = self._queue
        entry = await self._ledger.of_bubble(press.key, press.sent) if queue is not None else None
        if queue is None or entry is None or not entry.open:
            return words.nothing_to_stop
        if not self._access.may_touch(press.key, entry.inbound.author, by=press.author):
            return words.only_author
        return words.stopping if await queue.stop(entry) else words.nothing_to_stop

    async def _again(self, press: Press, sink: ReplySink, session: Session, words: Words) -> str:
        entry = await self._ledger.of_bubble(press.key, press.sent)
        if entry is None and (job := self._jobs.of_bubble(press.key, press.sent)) is not None:
            entry = job.entry  # the message was sent very recently and is not recorded yet
        if entry is None:
            return words.button_old
        if not self._access.may_touch(press.key, entry.inbound.author, by=press.author):
            return words.only_author
        if entry.open and (entry := await self._ended(entry)).open:
            return words.button_done
        zone, admission = (
            self._zones.of(session.time_zone),
            await self._access.admission(press),
        )
        refusal = await self._access.refusal(
            press.key, press.author, words, zone=zone, admission=admission
        )
        if refusal or self._jobs.full(press.key):
            return refusal or words.busy
        if press.action is Action.RETRY:
            return await self._retry(press, entry, sink, words)
        newest = bool(session.turns) and session.turns[-1].turn_id == entry.turn_id
        return await self._continue(press, entry, sink, words) if newest else words.button_old

    async def _ended(self, entry: Entry) -> Entry:
        """Return the newest state of a row whose job may be about to end.

        A person may tap a button of the final text before the end of the row is on disk. This
        method therefore waits for a job that is writing its final text, for at most `TAP_SECONDS`.
        """
        limit = self._clock.now() + TAP_SECONDS
        for job in self._jobs.of_row(entry):
            if job.reply.finishing:
                with suppress(DeadlinePassed):
                    await finish_by(self._clock, limit, job.ended.wait(), "end of an answer")
        now = await self._ledger.load(entry.row) or entry
        while self._queue is not None and now.open and now.finish and self._clock.now() < limit:
            await self._clock.sleep(ELSEWHERE_SECONDS)  # another process writes the final text
            now = await self._ledger.load(entry.row) or now
        return now

    async def _retry(self, press: Press, entry: Entry, sink: ReplySink, words: Words) -> str:
        asked = replace(entry.inbound, edited=False)
        by = None if press.author.user_id == asked.author.user_id else press.author
        try:
            reopened = await self._ledger.reopen(entry, asked, sink.handle, by)
        except QueueFull:
            return words.busy
        if reopened is None:
            return words.button_done
        if self._memory is not None:
            self._memory.retried(entry.turn_id)
        self._start(reopened, sink, words)
        return ""

    async def _continue(self, press: Press, entry: Entry, sink: ReplySink, words: Words) -> str:
        # All taps of one button on this answer use one id, so that a second tap finds the row of
        # the first tap.
        asked = Inbound(
            press.key,
            f"continue {entry.turn_id}",
            press.author,
            "/continue",
            direct=entry.inbound.direct,
            addressed=True,
            sent_at=self._clock.time(),
        )
        try:
            accepted = await self._ledger.accept(asked, sink.handle)
        except QueueFull:
            return words.busy
        if accepted is None:
            return words.button_done
        self._start(accepted, sink, words)
        return ""

    def _start(self, entry: Entry, sink: ReplySink, words: Words) -> None:
        """Start the job of a row. If several processes share the store, any of them may run it."""
        if self._queue is None:
            self._jobs.enqueue(self._jobs.make(entry, sink, words))
        else:
            self._queue.announce()
