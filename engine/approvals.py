"""Ask the admins about strangers, show the decision, and answer the strangers' waiting messages.

The store has the state of each step (`engine.storage.people.Due`). Each message of this module is a
row of the ledger with an id of its own. If a kill interrupts a step, the next process therefore
repeats it, and no card is sent twice:

    a stranger writes ─▶ the message is kept, TELL is due
    TELL              ─▶ a notice to the stranger, a card to each admin
    an admin decides  ─▶ the decision is stored, SETTLE is due
    SETTLE            ─▶ each card shows who decided, the kept messages are answered
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Callable, Protocol

from engine.contract import Author, ChatKey, Inbound, ReplySink
from engine.errors import DeliveryError, QueueFull, StorageFault
from engine.people import Admission, Person, Role, State, Subject
from engine.storage.people import Due, People
from engine.tasks import Clock, Tasks, describe
from engine.wording import words_in
from engine.wording.access import access_in, access_words

if TYPE_CHECKING:
    from engine.storage.ports import Ledger
    from engine.storage.shared_ports import Queue
    from engine.turns.jobs import Jobs
    from engine.turns.sessions import Sessions
    from engine.wording import Words

log = logging.getLogger(__name__)

OPEN_CARDS = 10  # if more cards than this are undecided, the admins get one summary
AT_ONCE = 50  # the limit on rows that one pass handles
LOOK_SECONDS = 6.0


@dataclass(frozen=True)
class AdminChat:
    """The private chat with an admin. `handle` rebuilds its sink."""

    admin: Subject
    key: ChatKey
    handle: str


class Outreach(Protocol):
    """The connection to the admins and the strangers' chats, on this process's platforms."""

    @property
    def platforms(self) -> Collection[str]:
        """Return the platforms on which this process can send."""

    async def admins(self) -> Sequence[AdminChat]:
        """Return the private chats with the admins.

        If it raises `DeliveryError`, call it again later.
        """

    def sink(self, key: ChatKey, handle: str) -> ReplySink:
        """Rebuild a sink."""

    def reaches(self, key: ChatKey) -> bool:
        """Return whether the bot can write first in a chat."""

    async def opening(self, key: ChatKey) -> ReplySink | None:
        """Return a sink to write first in a chat, or None if that is impossible.

        Raises `StorageFault`.
        """


Receive = Callable[[Inbound, ReplySink], Awaitable[str]]
"""Accepts a message as if its author had sent it now. Raises `StorageFault`."""


class Approvals:
    """The requests for approval in one process.

    Before `run`, a process has no `Outreach` and leaves the steps to other processes.
    """

    def __init__(
        self,
        people: People | None,
        ledger: Ledger,
        jobs: Jobs,
        sessions: Sessions,
        clock: Clock,
        queue: Queue | None,
    ) -> None:
        self._people = people
        self._ledger, self._jobs, self._sessions = ledger, jobs, sessions
        self._clock, self._queue = clock, queue
        self._ways: tuple[Outreach, Receive] | None = None
        self._tasks = Tasks("approvals")
        self._lock = asyncio.Lock()

    @property
    def busy(self) -> bool:
        """Return whether a step is running."""
        return bool(len(self._tasks))

    async def run(self, outreach: Outreach, receive: Receive) -> None:
        """Do the steps of this process and the steps that ended processes left, until cancelled."""
        self._ways = outreach, receive
        while True:
            await self._attend()
            await self._clock.sleep(LOOK_SECONDS)

    def attend(self) -> None:
        """Start a task that does the steps that are due. Never raises."""
        self._tasks.spawn(self._attend(), "steps of approvals")

    async def close(self) -> None:
        """Cancel the steps. Another process, or the next start, repeats them. Idempotent."""
        await self._tasks.close()

    # Requests of strangers, and the newest names of known people

    async def ask(
        self, admission: Admission, inbound: Inbound, sink: ReplySink, words: Words
    ) -> tuple[str, bool]:
        """Keep a stranger's message, and ask the admins once about the stranger.

        Return a notice, and whether the chat has to show it. Raises `StorageFault`.
        """
        told = access_words(words)
        if self._people is None:
            return words.not_allowed.format(user_id=inbound.author.user_id), True
        subject = replace(
            admission.subject, role=admission.person.role, language=inbound.author.language
        )
        if subject.group:
            subject = replace(subject, name=inbound.place.name, role=Role.GUEST)
        asked = await self._people.ask(subject, inbound, sink.handle)
        if asked.full:
            return told.full, True
        self.attend()
        if asked.first and self._ways is not None:
            log.info("%s: %s asks for approval", inbound.key, subject.subject)
            return "", False
        if not asked.kept:
            return words.busy, True
        return (told.asked_group if subject.group else told.asked), False

    async def meet(self, admission: Admission, inbound: Inbound) -> None:
        """Store the newest names of people, and an admin's private chat. Never raises."""
        if self._people is None:
            return
        person, subject, author = admission.person, admission.subject, inbound.author
        try:
            if person.role is Role.ADMIN and inbound.direct:
                await self._meet_admin(person, inbound)
            elif person.number and author.name and author.name != person.name:
                await self._people.rename(person.subject, author.name)
            place = inbound.place.name
            if subject.group and subject.number and place and place != subject.name:
                await self._people.rename(subject.subject, place)
        except StorageFault as error:
            log.error("%s: a name was not stored: %s", inbound.key, error)

    async def _meet_admin(self, person: Person, inbound: Inbound) -> None:
        """Send the open cards to an admin whose private chat was unknown."""
        author = inbound.author
        seen = replace(
            person, chat=inbound.key, handle="", name=author.name, language=author.language
        )
        if self._people is None or seen == person:
            return
        if not await self._people.meet(seen) or self._ways is None:
            return
        known = {chat.admin: chat for chat in await self._admins(self._ways[0])}
        chat = known.get(person.subject)
        listed = await self._people.listed(0, OPEN_CARDS)
        for one in listed.people:
            if chat is not None and one.state is State.ASKING and one.carded:
                card = _card(chat, one, author.language, self._clock)
                # A card that could not be delivered before is sent now.
                await self._post(replace(card, edited=True), chat.handle)

    async def _admins(self, outreach: Outreach) -> Sequence[AdminChat]:
        try:
            return await outreach.admins()
        except DeliveryError as error:
            log.warning("the admins cannot be reached now: %s", describe(error))
            return ()

    # The steps

    async def _attend(self) -> None:
        """Do all steps that are due. Never raises."""
        if self._people is None or self._ways is None:
            return
        async with self._lock:
            try:
                for due, step in ((Due.TELL, self._tell), (Due.SETTLE, self._settle)):
                    for person in await self._people.due(due, AT_ONCE):
                        if person.subject.platform in self._ways[0].platforms:
                            await step(person, self._people, *self._ways)
            except (StorageFault, QueueFull, DeliveryError) as error:
                log.warning("a request for approval has to wait: %s", describe(error))

    async def _tell(self, person: Person, people: People, outreach: Outreach, _: Receive) -> None:
        """Notify the person, and send a card or the summary to each admin."""
        if person.chat is not None:
            session = await self._sessions.get_or_empty(person.chat)
            words = access_in(session.language, person.language)
            notice = words.asked_group if person.group else words.asked
            await self._notify(person, f"asked {person.number}", notice)
        alone = await people.announce(person.number, OPEN_CARDS)
        chats = await outreach.admins() if alone is not None else ()
        for chat in chats:
            card = await self._card(chat, person, people)
            if not alone:
                more = f"more {person.number}"
                card = replace(card, message_id=more, text="/people more")
            await self._post(card, chat.handle)
        await people.done(person)

    async def _settle(
        self, person: Person, people: People, outreach: Outreach, receive: Receive
    ) -> None:
        """Show the decision on the cards, and answer the messages that were kept."""
        for chat in await outreach.admins() if person.carded else ():
            card = await self._card(chat, person, people)
            if await people.has_card(chat.key, card.message_id):
                shown = f"{card.text} {person.version}"
                await self._post(replace(card, text=shown, edited=True), chat.handle)
        if person.allowed:
            held = await people.held(person.number, outreach.platforms)
            for one in held:
                await receive(one.inbound, outreach.sink(one.inbound.key, one.handle))
                await people.release(one.number)
            if not held and person.version == 1 and person.chat is not None and person.carded:
                session = await self._sessions.get_or_empty(person.chat)
                notice = access_in(session.language, person.language).admitted
                await self._notify(person, f"admitted {person.number}", notice)
        await people.done(person)

    async def _card(self, chat: AdminChat, person: Person, people: People) -> Inbound:
        """Return the card about a person in an admin's language."""
        admin = await people.find(chat.admin)
        language = admin.language if admin is not None else ""
        return _card(chat, person, language, self._clock)

    async def _notify(self, person: Person, message_id: str, notice: str) -> None:
        """Show a notice once in the chat in which the person asked."""
        if person.chat is None:
            return
        author = Author(person.subject.subject_id, person.name, person.language)
        told = Inbound(
            person.chat,
            message_id,
            author,
            "",
            direct=not person.group,
            addressed=True,
            sent_at=self._clock.time(),
        )
        await self._post(told, person.handle, notice)

    async def _post(self, inbound: Inbound, handle: str, notice: str = "") -> None:
        """Accept a message of Pipit's own, and start its job. If its id is known, do nothing.

        Raises `StorageFault` or `QueueFull`.
        """
        entry = await self._ledger.accept(inbound, handle, notice)
        if entry is None or self._ways is None:
            return
        if self._queue is not None and not entry.begun:
            self._queue.announce()
            return
        session = await self._sessions.get_or_empty(inbound.key)
        words = words_in(session.language, inbound.author.language)
        sink, earlier = self._ways[0].sink(inbound.key, handle), self._jobs.supersede(entry)
        job = self._jobs.make(entry, sink, words, earlier=earlier)
        if entry.notice and not earlier:
            self._jobs.start_aside(job)
        else:
            self._jobs.enqueue(job)


def _card(chat: AdminChat, person: Person, language: str, clock: Clock) -> Inbound:
    """Return the message whose answer is the card about a person, in an admin's chat."""
    return Inbound(
        chat.key,
        f"card {person.number}",
        Author(chat.admin.subject_id, language=language),
        f"/people show #{person.number}",
        direct=True,
        addressed=True,
        sent_at=clock.time(),
    )
