"""Send an admin's message to all chats that want news, each once, at the platforms' pace.

The store has the state of each chat (`engine.storage.news.Outcome`). The message to a chat is a row
of the ledger with an id of its own. After a kill, the next process therefore continues with the
remaining chats, and the ledger completes the sends that were in progress. Their outcome may be
unknown, as with any answer. A platform that can detect repetition then ignores the second send. On
any other platform, Pipit searches for the message before it sends the message again. A message is
therefore sent at least once, and a second time only if the search is impossible.

    /broadcast TEXT  ─▶ a preview with two buttons
    Send             ─▶ the chats that want news at this time are stored, the sender begins
    the sender       ─▶ some chats at a time; the preview shows the progress, and then the end

If several processes share the store, one of them is the sender. Calls for a broadcast wait behind
all other calls (`Urgency.NEWS`), so that they delay no answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from engine.contract import Action, Author, Button, ChatKey, Inbound, ReplySink
from engine.delivery.reply import Reply
from engine.errors import BotError, DeadlinePassed, StorageFault
from engine.storage.news import Broadcast, News, Receiver, Stage, Tally
from engine.tasks import Clock, Tasks, describe, finish_by, undivided
from engine.wording import words_in
from engine.wording.service import service_in

if TYPE_CHECKING:
    from engine.approvals import Outreach
    from engine.delivery.pacing import Pacer
    from engine.storage.ports import Ledger
    from engine.turns.job import Job
    from engine.turns.jobs import Jobs

log = logging.getLogger(__name__)

# The limit on sends at the same time. After a kill, Pipit has to search for messages with unknown
# ids, and on Telegram this search examines only the next two ids.
AT_ONCE = 2
LOOK_SECONDS = 5.0
PROGRESS_SECONDS = 10.0
NOBODY = "news"  # the author of a broadcast in the receivers' chats


class Broadcasts:
    """The broadcasts as one process sees them.

    `store` is None if the database supports no broadcasts. Before `open`, the process cannot send.
    """

    def __init__(
        self, store: News | None, ledger: Ledger, jobs: Jobs, pacer: Pacer, clock: Clock
    ) -> None:
        self.store = store
        self._ledger, self._jobs, self._pacer, self._clock = ledger, jobs, pacer, clock
        self._outreach: Outreach | None = None
        self._woken = asyncio.Event()
        self._paused = False

    def open(self, outreach: Outreach) -> None:
        """Use this connection to the chats from now on."""
        self._outreach = outreach

    def reaches(self, key: ChatKey) -> bool:
        """Return whether this process can write first in a chat."""
        return self._outreach is None or self._outreach.reaches(key)

    def wake(self) -> None:
        """Let the sender of this process look at the store soon."""
        self._woken.set()

    def pause(self) -> None:
        """Begin no more sends. The next process continues."""
        self._paused = True

    async def run(self) -> None:
        """Send what admins have begun, until cancelled. Only one process may do this at a time."""
        while True:
            try:
                await self._serve()
            except BotError as error:
                log.warning("a broadcast waits: %s", describe(error))
            try:
                until = self._clock.now() + LOOK_SECONDS
                await finish_by(self._clock, until, _wait(self._woken), "broadcasts")
            except DeadlinePassed:
                continue
            self._woken.clear()

    async def _serve(self) -> None:
        """Send the current broadcast to the chats that are due, and report its end."""
        if self.store is None or self._outreach is None or self._paused:
            return
        cast = await self.store.current()
        if cast is None:
            return
        if cast.stage is Stage.SENDING:
            async with _Beside("progress", self._report(cast, self.store)):
                await self._send(cast, self.store, self._outreach)
            now = await self.store.current()
            if now is None or now.number != cast.number:  # its admin erased it
                return
            if now.stage is Stage.SENDING and (await self.store.tally(cast.number)).due:
                return
            cast = now
        await self._end(cast, self.store)

    async def _send(self, cast: Broadcast, store: News, outreach: Outreach) -> None:
        """Send to all chats that are due now, `AT_ONCE` at a time."""
        tasks, after = Tasks("broadcast"), 0
        running: set[asyncio.Task[None]] = set()
        try:
            while not self._paused and await _goes_on(cast, store):
                room = AT_ONCE - len(running)
                receivers = await store.due(cast.number, after, room) if room else ()
                for receiver in receivers:
                    after = receiver.chat
                    work = self._deliver(cast, receiver, store, outreach)
                    running.add(tasks.spawn(work, f"news in {receiver.key}"))
                if not running:
                    return
                _, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            await tasks.join()
        finally:
            await tasks.close()

    async def _deliver(
        self, cast: Broadcast, receiver: Receiver, store: News, outreach: Outreach
    ) -> None:
        """Send to one chat, and store the outcome if it is known."""
        message_id = f"news {cast.number}"
        try:
            sink = await outreach.opening(receiver.key)
            if sink is not None:
                # A row that is stored must get its job, even if this task is cancelled.
                posting = self._post(cast, receiver, sink, message_id)
                job = await undivided(posting, f"news in {receiver.key}")
                if job is not None:
                    await job.ended.wait()
            await store.settle(cast.number, receiver.chat, message_id)
        except StorageFault as error:
            log.warning("%s: a broadcast waits here: %s", receiver.key, describe(error))

    async def _post(
        self, cast: Broadcast, receiver: Receiver, sink: ReplySink, message_id: str
    ) -> Job | None:
        """Store the message to one chat and start its job. Return None if it was stored before."""
        languages = receiver.language, cast.draft.language
        notice = f"{cast.draft.text}\n\n{service_in(*languages).news_on}"
        asked = _message(receiver, message_id, self._clock)
        entry = await self._ledger.accept(asked, sink.handle, notice)
        if entry is None:
            return None
        job = self._jobs.make(entry, sink, words_in(*languages), patient=True)
        self._jobs.start_aside(job)
        return job

    async def _report(self, cast: Broadcast, store: News) -> None:
        """Show the progress on the card again and again, until cancelled."""
        told = service_in(cast.draft.language)
        cancel = Button(Action.DROP, told.broadcast_cancel, str(cast.number))
        while True:
            try:
                tally = await store.tally(cast.number)
                await self._show(cast, told.broadcast_progress.format(**counts(tally)), cancel)
            except StorageFault as error:
                log.warning("the progress of a broadcast is unknown: %s", describe(error))
            await self._clock.sleep(PROGRESS_SECONDS)

    async def _end(self, cast: Broadcast, store: News) -> None:
        """Show the end on the card, and delete the broadcast."""
        told, tally = service_in(cast.draft.language), await store.tally(cast.number)
        stopped = cast.stage is Stage.STOPPING
        text = told.broadcast_stopped if stopped else told.broadcast_done
        await self._show(cast, text.format(**counts(tally)))
        log.info(
            "broadcast %d has ended: %d of %d chats reached, %d not reachable",
            cast.number, tally.sent, tally.chats, tally.gone,
        )  # fmt: skip
        await store.end(cast.number)

    async def _show(self, cast: Broadcast, text: str, *buttons: Button) -> None:
        """Replace the text of the card. Return when it is on screen or cannot be shown."""
        key, outreach = cast.draft.key, self._outreach
        if outreach is None or key.platform not in outreach.platforms:
            return
        sink = outreach.sink(key, cast.draft.handle)
        reply = Reply(sink, key, self._pacer, self._clock, bubbles=(cast.card,))
        try:
            await reply.finish(f"{cast.draft.text}\n\n{text}", buttons)
        finally:
            await reply.close()


class _Beside:
    """Run a task beside a block, and cancel it at the end of the block."""

    def __init__(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._name, self._work, self._tasks = name, work, Tasks(name)

    async def __aenter__(self) -> None:
        self._tasks.spawn(self._work, self._name)

    async def __aexit__(self, *_: object) -> None:
        await self._tasks.close()


async def _goes_on(cast: Broadcast, store: News) -> bool:
    """Return whether a broadcast is still being sent. An admin may have stopped or erased it."""
    now = await store.current()
    return now is not None and now.number == cast.number and now.stage is Stage.SENDING


def _message(receiver: Receiver, message_id: str, clock: Clock) -> Inbound:
    """Return the message whose answer is the broadcast in one chat."""
    author = Author(NOBODY, language=receiver.language)
    now = clock.time()
    return Inbound(receiver.key, message_id, author, "", direct=True, addressed=True, sent_at=now)


def counts(tally: Tally) -> dict[str, int]:
    """Return the numbers that the texts about a broadcast show."""
    return {"chats": tally.chats, "sent": tally.sent, "gone": tally.gone}


async def _wait(event: asyncio.Event) -> None:
    await event.wait()
