"""Record the progress of an answer: a protocol for its writer, and an object for each job.

The methods have the names of the ledger's methods. `Progress` has the methods that a reply calls.
`JobProgress` calls the ledger for one revision of one row.
"""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from typing import Any, Callable, Protocol, TypeVar

from engine.attachments import Made
from engine.contract import Finish, Inbound, SentId, Turn, Usage
from engine.errors import DeliveryState, StorageFault, Superseded
from engine.storage.ports import Ledger
from engine.storage.records import Entry
from engine.storage.shared_ports import Queue

log = logging.getLogger(__name__)
T = TypeVar("T")


class Progress(Protocol):
    """The record that a reply updates while its answer grows."""

    async def bubble(self, part: int, sent: SentId) -> None:
        """Record a new message of the answer.

        The caller awaits this before the next call to the platform.
        """

    async def unbubble(self, sent: SentId) -> None:
        """Record that a message of the answer no longer exists."""

    def grow(self, text: str, finish: Finish | None = None) -> None:
        """Record a longer text. With `finish`, the text is complete."""

    async def note_state(self, state: DeliveryState) -> None:
        """Record whether the ids of all sent messages are known.

        UNKNOWN is recorded before a send.
        """

    async def holds(self) -> bool | None:
        """Return whether the answer may still write to its bubbles, or None if that is unknown.

        Returns False if a newer job has taken the bubbles over. This is checked before each call
        that shows the final text, because a wrong final text would stay on screen.
        """

    def may_call(self) -> bool:
        """Return whether the platform may be called now.

        Returns False if another process may have taken the answer over because this one was stopped
        or had no contact to the store. Checked right before each call, without waiting.
        """


class Unrecorded:
    """A `Progress` that records nothing."""

    async def bubble(self, part: int, sent: SentId) -> None:
        """Do nothing."""

    async def unbubble(self, sent: SentId) -> None:
        """Do nothing."""

    def grow(self, text: str, finish: Finish | None = None) -> None:
        """Do nothing."""

    async def note_state(self, state: DeliveryState) -> None:
        """Do nothing."""

    async def holds(self) -> bool | None:
        """Return True."""
        return True

    def may_call(self) -> bool:
        """Return True."""
        return True


class JobProgress:
    """The progress of one job, in its row of the ledger.

    A write that fails is logged and does not end the answer. The row is then older than the screen.
    Only `finish` raises `StorageFault`, because every answer must be recorded in the end.
    `superseded` is called when the ledger finds that another process answers a newer revision.
    `shared` is true with a `queue`: another process may then take over the row while this process
    cannot reach the ledger.
    """

    def __init__(
        self,
        ledger: Ledger,
        entry: Entry,
        superseded: Callable[[], None],
        queue: Queue | None = None,
    ) -> None:
        self._ledger, self._entry, self._superseded = ledger, entry, superseded
        self.shared = queue is not None
        self._may_call = queue.permission() if queue is not None else None

    async def bubble(self, part: int, sent: SentId) -> None:
        """Record a new message of the answer."""
        await self._careful(self._ledger.bubble(self._entry, part, sent))

    async def unbubble(self, sent: SentId) -> None:
        """Record that a message of the answer no longer exists."""
        await self._careful(self._ledger.unbubble(self._entry, sent))

    def grow(self, text: str, finish: Finish | None = None) -> None:
        """Record the current text of the answer.

        It is written to the disk some tenths of a second later.
        """
        self._ledger.progress(self._entry, text, finish, self._superseded)

    async def note_state(self, state: DeliveryState) -> None:
        """Record whether the ids of all sent messages are known."""
        await self._careful(self._ledger.note_state(self._entry, state))

    async def holds(self) -> bool | None:
        """Return whether the row still belongs to this job.

        If the read fails, return True, or None if another process may take over the row.
        """
        try:
            held = await self._careful(_held(self._ledger, self._entry))
        except Superseded:
            return False
        return held if self.shared else True

    def may_call(self) -> bool:
        """Return whether this process may still call the platform for its row."""
        return self._may_call is None or self._may_call()

    async def enter_step(self, step: str) -> None:
        """Record that a heavy step begins. An empty `step` records that it has ended."""
        await self._careful(self._ledger.enter_step(self._entry, step))

    async def begin(self) -> Entry | None:
        """Count one more attempt. Return the row as it is now, or None if the write fails.

        Raises `Superseded`.
        """
        return await self._careful(self._ledger.begin(self._entry))

    async def amend(self, inbound: Inbound) -> None:
        """Store the question again, with text that was fetched for it. Raises `Superseded`."""
        await self._careful(self._ledger.amend(self._entry, inbound))

    async def keep_made(self, made: Made) -> None:
        """Store a picture or a recording of the answer until the row ends. Raises `Superseded`."""
        await self._careful(self._ledger.keep_made(self._entry, made))

    async def made(self) -> tuple[Made, SentId] | None:
        """Return what `keep_made` stored for this revision, and the message that shows it.

        The message is empty before there is one. The newest text of the answer is committed first.
        If this process ends, the next process keeps this text, because the paid picture or
        recording belongs to the text. Raises `Superseded`.
        """
        await self._careful(self._ledger.settle(self._entry))
        return await self._careful(self._ledger.made(self._entry))

    async def check(self) -> None:
        """Raise `Superseded` if a newer revision of the row exists."""
        await self._careful(self._ledger.check(self._entry))

    async def previous_owner(self) -> int | None:
        """Return the previous owner (`Ledger.previous_owner`), or None if the read fails.

        Raises `Superseded`.
        """
        return await self._careful(self._ledger.previous_owner(self._entry))

    async def finish(self, turn: Turn, usage: Usage) -> int:
        """Record the turn and end the row. Return the turn's number.

        Raises `StorageFault` or `Superseded`.
        """
        return await self._ledger.finish(self._entry, turn, usage)

    async def close(self, *, given_up: bool = False) -> None:
        """End a row without a turn. Raises `Superseded`."""
        await self._careful(self._ledger.close_row(self._entry, given_up=given_up))

    async def release(self, *, state: DeliveryState) -> bool:
        """Give the row back, so that a process that waits for this job can continue.

        Return False if the write fails.
        """
        return await self._careful(_release(self._ledger, self._entry, state)) is not None

    async def _careful(self, work: Coroutine[Any, Any, T]) -> T | None:
        try:
            return await work
        except StorageFault as error:
            key = self._entry.inbound.key
            log.error("%s: the ledger could not be used: %s", key, error)
            return None


async def _held(ledger: Ledger, entry: Entry) -> bool:
    await ledger.check(entry)
    return True


async def _release(ledger: Ledger, entry: Entry, state: DeliveryState) -> bool:
    await ledger.release(entry, state=state)
    return True
