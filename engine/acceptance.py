"""Accept or refuse a message or a tap, or answer it at once.

An accepted message is on disk and has its job before `submit` returns. A refusal and the result of
an immediate command are notices. A notice is stored with the message and shown like an answer, so
that a kill loses neither the message nor the notice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Callable

from engine.access import Access
from engine.commands.call import Call, Command, Services, Whisper
from engine.commands.listen import ACTIONS, press_card
from engine.commands.news import ACTIONS as ON_BROADCASTS
from engine.commands.news import press_broadcast
from engine.commands.people import ACTIONS as ON_PEOPLE
from engine.commands.people import Shown, press_people
from engine.commands.table import COMMANDS
from engine.contract import (
    Action,
    Button,
    ChatKey,
    Inbound,
    Moved,
    Press,
    ReplySink,
    SentId,
)
from engine.delivery.pacing import Pacer
from engine.delivery.reply import Reply
from engine.errors import DeadlinePassed, QueueFull, StorageFault
from engine.people import Admission, State
from engine.storage.ports import Ledger
from engine.storage.records import Entry
from engine.tasks import Clock, Tasks, finish_by
from engine.turns.attachments import documents_of
from engine.turns.buttons import Buttons
from engine.turns.gathering import Gathering
from engine.turns.job import Request
from engine.turns.jobs import Jobs
from engine.turns.pieces import Head
from engine.turns.sessions import Session
from engine.turns.voice_calls import VoiceCalls
from engine.wording import Words, words_in

log = logging.getLogger(__name__)

REFUSAL_SECONDS = 5.0

Decide = Callable[[Press, Services, Words], Awaitable[Shown]]
"""Carries out a tap of an admin. Raises `StorageFault`."""


class Acceptance:
    """Accept or refuse the messages and taps of all chats."""

    def __init__(
        self, ledger: Ledger, jobs: Jobs, services: Services, pacer: Pacer, clock: Clock
    ) -> None:
        self._jobs, self._services = jobs, services
        self._access: Access = services.access
        self._pacer, self._clock = pacer, clock
        self._calls = VoiceCalls(ledger, jobs, services)
        self._queue, self._listening = services.queue, services.listening
        self.approvals = services.approvals
        self._buttons = Buttons(ledger, services, clock)
        self.pieces = Gathering(ledger, jobs, services.listening, services.queue, clock)
        self._tasks = Tasks("acceptance")

    @property
    def busy(self) -> bool:
        """Return whether any task is running."""
        return bool(len(self._tasks))

    def heeds(self, inbound: Inbound) -> bool:
        """Return whether an unaddressed message is kept as context, or may be a piece."""
        return self._listening.to(inbound.key) or self.pieces.may_belong(inbound)

    async def overhear(self, inbound: Inbound, sink: ReplySink) -> None:
        """Handle an unaddressed message that belongs to no known question. Never raises."""
        try:
            admission = await self._access.admission(inbound)
            called = await self._calls.take(inbound, sink) if admission.allowed else None
        except StorageFault as error:
            log.error("%s: an overheard message was not kept: %s", inbound.key, error)
            return
        if called is not None:
            self._start(*called, sink, words_in(inbound.author.language))
        elif admission.allowed:
            self.pieces.hold(inbound)
            await self._listening.hear(inbound)

    async def moved(self, item: Moved) -> str:
        """Move a chat's stored data to its new key. Raises `StorageFault`."""
        if await self._services.sessions.move(item.former, item.key):
            log.info("%s: the chat is now %s", item.former, item.key)
            await self._listening.refresh()
        if self._services.memory is not None:
            self._services.memory.drop(item.former)
            self._services.memory.drop(item.key)
        return ""

    async def press(self, press: Press, sink: ReplySink) -> str:
        """Handle a tap.

        Return a short notice for the person, or "" if the chat shows the result.
        """
        session = await self._services.sessions.get_or_empty(press.key)
        words = words_in(session.language, press.author.language)
        if press.action in ACTIONS:
            return await self._press_card(press, sink, words)
        if press.action in ON_PEOPLE:
            return await self._press_of_admin(press, sink, words, press_people)
        if press.action in ON_BROADCASTS:
            return await self._press_of_admin(press, sink, words, press_broadcast)
        return await self._buttons.press(press, sink, session, words)

    async def _press_card(self, press: Press, sink: ReplySink, words: Words) -> str:
        try:
            admission = await self._access.admission(press)
            refusal = await self._access.refusal(
                press.key, press.author, words, free=True, admission=admission
            )
            if refusal:
                return refusal
            word = await press_card(press, sink, words, self._listening, self._access)
        except StorageFault as error:
            log.error("%s: a card's button failed: %s", press.key, error)
            return words.cannot_save
        if press.action is Action.SILENCE and word == words.listen_stopped:
            # The card itself shows to every member that the chat no longer listens.
            self._say_later(press.key, sink, word, (press.sent,))
        return word

    async def _press_of_admin(
        self, press: Press, sink: ReplySink, words: Words, decide: Decide
    ) -> str:
        """Carry out an admin's decision. The decision is stored before the card shows it."""
        try:
            shown = await decide(press, self._services, words)
        except StorageFault as error:
            log.error("%s: a decision failed: %s", press.key, error)
            return words.cannot_save
        if shown.text:
            self._say_later(press.key, sink, shown.text, (press.sent,), shown.buttons)
        return shown.notice

    async def message(self, inbound: Inbound, sink: ReplySink) -> str:
        """Handle a message. Return a notice for its author, or "" if the chat shows the result.

        A call that is cancelled may still have accepted the message. Raises `StorageFault` if the
        message could be neither stored nor refused in the chat.
        """
        session = await self._services.sessions.get_or_empty(inbound.key)
        words = words_in(session.language, inbound.author.language)
        try:
            return await self._accept(inbound, sink, session, words)
        except StorageFault as error:
            log.error(
                "%s: a message was refused, because it could not be stored: %s", inbound.key, error
            )
            if not await self._say_in_time(inbound.key, sink, words.cannot_save):
                raise
        return ""

    async def _accept(
        self, inbound: Inbound, sink: ReplySink, session: Session, words: Words
    ) -> str:
        request = Request.of(inbound)
        command = COMMANDS.get(request.command)
        admission = await self._access.admission(inbound)
        if admission.state is State.BLOCKED:
            # Nothing is sent to the chat, and nothing is stored. The notice is returned for an
            # adapter that waits for a response.
            return words.not_allowed.format(user_id=inbound.author.user_id)
        if admission.state is State.ASKING and not _erases(request, admission):
            return await self._ask_admins(admission, inbound, sink, words)
        self._tasks.spawn(self.approvals.meet(admission, inbound), f"name in {inbound.key}")
        head = await self.pieces.head_of(inbound, request)
        zone = self._services.zones.of(session.time_zone)
        notice = await self._refusal(
            inbound, command, words, zone, admission, joins=head is not None
        )
        if notice:
            if not self._access.tells(inbound.key, inbound.author):
                # Nothing is sent to the chat. The adapter may be waiting for a response.
                return notice
            # Messages from strangers are not stored. If a message was edited, the answer to its
            # earlier text stays on screen.
            if inbound.edited or not admission.allowed:
                self._say_later(inbound.key, sink, notice)
                return ""
        elif command is not None and command.immediate:
            call = Call(self._services, inbound, session, words, request.argument)
            answer = await command.run(call)
            if isinstance(answer, Whisper):
                return answer
            notice = answer if isinstance(answer, str) else ""
        # The message is stored by a separate task. If the adapter is cancelled now, a stored
        # question still gets its job.
        keep = self._keep(inbound, request, sink, words, notice, None if notice else head)
        await asyncio.shield(self._tasks.spawn(keep, f"message of {inbound.key}"))
        return ""

    async def _ask_admins(
        self, admission: Admission, inbound: Inbound, sink: ReplySink, words: Words
    ) -> str:
        """Keep a stranger's message until an admin decides. Return a notice, as `message` does."""
        key, author = inbound.key, inbound.author
        if not inbound.edited and self._access.pause_seconds(key, author) > 0:
            return words.busy
        notice, shown = await self.approvals.ask(admission, inbound, sink, words)
        if shown and self._access.tells(key, author):
            self._say_later(key, sink, notice)
            return ""
        return notice

    async def _refusal(
        self,
        inbound: Inbound,
        command: Command | None,
        words: Words,
        zone: tzinfo | None,
        admission: Admission,
        *,
        joins: bool,
    ) -> str:
        """Return the notice that refuses a message, or "" if the message is accepted."""
        immediate = command is not None and command.immediate
        free = command is not None and not command.asks
        refusal = await self._access.refusal(
            inbound.key,
            inbound.author,
            words,
            free=free,
            counted=joins,
            zone=zone,
            admission=replace(admission, state=State.APPROVED)
            if admission.state is State.ASKING
            else admission,
        )
        if refusal or immediate:
            return refusal
        files = [file for file in documents_of(inbound) if not file.pasted]
        if files and not (inbound.text.strip() or joins) and self._services.memory is None:
            return words.no_files
        return words.busy if not joins and self._jobs.full(inbound.key) else ""

    async def _keep(
        self,
        inbound: Inbound,
        request: Request,
        sink: ReplySink,
        words: Words,
        notice: str,
        head: Head | None,
    ) -> None:
        """Store a message and start its job.

        If the answer is known already, `notice` is this answer. A message with a `head` joins that
        question.
        """
        try:
            head, sink, entry = await self.pieces.store(inbound, sink, notice, head)
        except QueueFull:
            if self._access.tells(inbound.key, inbound.author):
                await self._keep(inbound, request, sink, words, words.busy, None)
            return
        except StorageFault as error:
            if not notice:
                raise
            log.error("%s: a notice was not stored and may get lost: %s", inbound.key, error)
            self._say_later(inbound.key, sink, notice)
            return
        if entry is None:
            return
        self.pieces.note(entry, request, head, notice)
        if self._queue is not None and not entry.begun:
            self._queue.announce()
            return
        if entry.inbound is not inbound:  # the question has several pieces
            request = Request.of(entry.inbound)
        self._start(entry, request, sink, words)

    def _start(self, entry: Entry, request: Request, sink: ReplySink, words: Words) -> None:
        """Start the job of a row in this process."""
        earlier = self._jobs.supersede(entry)
        job = self._jobs.make(entry, sink, words, request=request, earlier=earlier)
        # A notice need not wait behind a running answer.
        if entry.notice and not (earlier or entry.previous_owner):
            self._jobs.start_aside(job)
        else:
            self._jobs.enqueue(job)

    async def _say_in_time(self, key: ChatKey, sink: ReplySink, notice: str) -> bool:
        """Show a notice within `REFUSAL_SECONDS`, because the adapter waits during this time."""
        limit = self._clock.now() + REFUSAL_SECONDS
        try:
            return await finish_by(self._clock, limit, self._say(key, sink, notice), "refusal")
        except DeadlinePassed:
            return False

    def _say_later(
        self,
        key: ChatKey,
        sink: ReplySink,
        notice: str,
        bubbles: Sequence[SentId] = (),
        buttons: Sequence[Button] = (),
    ) -> None:
        self._tasks.spawn(self._say(key, sink, notice, bubbles, buttons), f"notice in {key}")

    async def _say(
        self,
        key: ChatKey,
        sink: ReplySink,
        notice: str,
        bubbles: Sequence[SentId] = (),
        buttons: Sequence[Button] = (),
    ) -> bool:
        """Show a notice that is not stored. If `bubbles` are given, the notice replaces their text.

        Return False if the chat cannot be reached.
        """
        reply = Reply(sink, key, self._pacer, self._clock, bubbles=bubbles)
        try:
            return await reply.finish(notice, buttons)
        finally:
            await reply.close()

    async def close(self) -> None:
        """Cancel the running tasks. Idempotent."""
        await self._tasks.close()


def _erases(request: Request, admission: Admission) -> bool:
    """Return whether a stranger wants to erase the messages that wait for a decision."""
    return request.command == "forget" and not admission.subject.group
