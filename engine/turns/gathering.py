"""Find the stored question to which a new message is a further piece (`engine.turns.pieces`)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from engine.contract import ChatKey, Deleted, Inbound, ReplySink
from engine.errors import StorageFault
from engine.listening import Listening
from engine.storage.ports import Ledger
from engine.storage.records import RELEASED, Entry
from engine.storage.shared_ports import Queue
from engine.tasks import Clock
from engine.turns.job import Request
from engine.turns.jobs import Jobs
from engine.turns.pieces import HEAD_SECONDS, RESTART_SECONDS, Head, Heads, Strays, is_comment

log = logging.getLogger(__name__)


class Gathering:
    """Find the question to which a message belongs.

    `queue` is described in `engine.turns.jobs.Jobs`.
    """

    def __init__(
        self, ledger: Ledger, jobs: Jobs, listening: Listening, queue: Queue | None, clock: Clock
    ) -> None:
        self._ledger, self._jobs, self._queue = ledger, jobs, queue
        self._listening, self._clock = listening, clock
        self._heads, self._strays = Heads(clock), Strays(clock)
        self._began = False

    def follows(self, inbound: Inbound) -> bool:
        """Return whether a message is marked as a further piece of a question to the bot."""
        return self._heads.marked(inbound) is not None

    def may_belong(self, inbound: Inbound) -> bool:
        """Return whether an unaddressed message may be a piece of a question that is not known yet.

        The addressed piece may arrive later, or another process may have accepted it (`recall`).
        """
        return self._strays.likely(inbound) or inbound.forwarded

    def hold(self, inbound: Inbound) -> None:
        """Hold an unaddressed message for some seconds if it may be the first piece of several."""
        self._strays.hold(inbound)

    def taken_up(self, entry: Entry) -> None:
        """Remember a question that another process accepted, so that marked pieces still join it.

        A newer question of the same author that this process knows stays the newest.
        """
        if not (entry.notice or self._heads.knows(entry.row, entry.inbound)):
            self._heads.note(entry.row, entry.inbound, typed=False)

    async def take_over(self, gone: Sequence[int], platforms: Sequence[str]) -> None:
        """Let further pieces join the last questions of processes that have ended (`gone`).

        The first call also covers processes that ended in an orderly way and are therefore not in
        `gone`. Raises `StorageFault`.
        """
        if self._began and not any(number != RELEASED for number in gone):
            return
        since = self._clock.time() - RESTART_SECONDS
        for entry in await self._ledger.recent(platforms, since):
            self.taken_up(entry)
        self._began = True

    async def recall(self, inbound: Inbound) -> None:
        """Read the questions that other processes have just accepted in the chat of a piece."""
        if self._queue is None or not (inbound.group or inbound.forwarded or inbound.unfinished):
            return
        try:
            for entry in await self._queue.recent(inbound.key, HEAD_SECONDS):
                self.taken_up(entry)
        except StorageFault as error:
            log.warning(
                "%s: the pieces of a question may become separate questions: %s", inbound.key, error
            )

    async def head_of(self, inbound: Inbound, request: Request) -> Head | None:
        """Return the question to which a message is a further piece, or None.

        A message without a mark joins a question only while the answer has no text yet. The same
        applies to a comment on a forward in a private chat.
        """
        if request.command or inbound.edited:
            return None
        head = self._heads.marked(inbound)
        if head is not None and not (inbound.direct and is_comment(head.question, inbound)):
            return head
        head = head or self._heads.typed(inbound)
        return head if head is not None and await self._unanswered(head, inbound.key) else None

    async def _unanswered(self, head: Head, key: ChatKey) -> bool:
        """Return whether a question is open and its answer has no text yet."""
        if self._queue is not None:
            entry = await self._ledger.load(head.row)
            return entry is not None and entry.open and not entry.partial
        jobs = [job for job in self._jobs.of_chat(key) if job.entry.row == head.row]
        return bool(jobs) and not any(job.reply.text for job in jobs)

    async def store(
        self, inbound: Inbound, sink: ReplySink, notice: str, head: Head | None
    ) -> tuple[Head | None, ReplySink, Entry | None]:
        """Store a message as a piece of a question, or as a row of its own.

        Unaddressed messages that were sent at the same time become pieces of the question too.
        Return the question that the message joined, the sink of the answer, and the row. The row is
        None if the message was accepted before. Raises `StorageFault` or `QueueFull`.
        """
        if head is not None:  # the answer keeps its sink
            sink = self._sink_of(head, inbound.key) or sink
            entry = await self._ledger.join(head.row, inbound, await self._handle_of(head, sink))
            if entry is not None:
                return head, sink, entry
        request = Request.of(inbound)
        if request.is_question and not notice:
            strays = self._strays.take(inbound, with_text=not request.command)
            entry = await self._store_all((*strays, inbound), sink.handle) if strays else None
            if entry is not None:
                before = Head(entry.row, entry.inbound, len(strays), self._clock.now())
                return before, sink, entry
        if inbound.edited:  # the edited message may now be addressed to the bot
            await self._listening.drop(Deleted(inbound.key, (inbound.message_id,)))
        return None, sink, await self._ledger.accept(inbound, sink.handle, notice)

    async def _store_all(self, pieces: Sequence[Inbound], handle: str) -> Entry | None:
        """Store several messages as one question. Return None if the first was accepted before."""
        first = pieces[0]
        # The messages are pieces of a question now, and no longer overheard messages.
        await self._listening.drop(Deleted(first.key, tuple(one.message_id for one in pieces)))
        entry = await self._ledger.accept(replace(first, addressed=True), handle)
        for piece in pieces[1:]:
            if entry is not None:
                entry = await self._ledger.join(entry.row, piece, handle) or entry
        return entry

    def note(self, entry: Entry, request: Request, head: Head | None, notice: str) -> None:
        """Remember a question, because its author's next message may be a further piece of it.

        After any other message, no further piece joins the author's earlier question.
        """
        if notice or not request.is_question:
            self._heads.forget(entry.inbound)
        elif not entry.inbound.edited:
            pieces = head.pieces + 1 if head is not None else 1
            self._heads.note(entry.row, entry.inbound, pieces=pieces)

    def _sink_of(self, head: Head, key: ChatKey) -> ReplySink | None:
        jobs = self._jobs.of_chat(key)
        return next((job.sink for job in jobs if job.entry.row == head.row), None)

    async def _handle_of(self, head: Head, sink: ReplySink) -> str:
        """Return the handle of the question's sink.

        The sink may have been created in another process.
        """
        entry = await self._ledger.load(head.row) if self._queue is not None else None
        return sink.handle if entry is None else entry.handle
