"""The recorded progress of an answer: a protocol for its writer, an object for each job.

The verbs are those of the ledger. `Progress` is what a reply needs of them; `JobProgress` writes
them for one revision of one row.
"""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from typing import Any, Callable, Protocol, TypeVar

from engine.contract import Finish, Inbound, SentId, Turn, Usage
from engine.errors import StorageFault, Superseded
from engine.storage.ports import Ledger
from engine.storage.records import Entry

log = logging.getLogger(__name__)
T = TypeVar("T")


class Progress(Protocol):
    """What a reply tells while it grows."""

    async def bubble(self, part: int, sent: SentId) -> None:
        """Note a new message of the answer; awaited before the next call."""

    async def unbubble(self, sent: SentId) -> None:
        """Note that a message of the answer is gone."""

    def grow(self, text: str, finish: Finish | None = None) -> None:
        """Note a longer text; with `finish` nothing more will be added to it."""

    async def be_sure(self, sure: bool) -> None:  # noqa: FBT001 - the only thing it says
        """Note that no message exists beside the bubbles, or (False) that this may change now."""

    async def holds(self) -> bool:
        """Return whether the answer may still write to its bubbles.

        False if a newer one has taken over.

        Asked before each call of the last words, which would stay for good.
        """


class Unrecorded:
    """A `Progress` that is kept nowhere."""

    async def bubble(self, part: int, sent: SentId) -> None:
        """Do nothing."""

    async def unbubble(self, sent: SentId) -> None:
        """Do nothing."""

    def grow(self, text: str, finish: Finish | None = None) -> None:
        """Do nothing."""

    async def be_sure(self, sure: bool) -> None:  # noqa: FBT001 - as `Progress` has it
        """Do nothing."""

    async def holds(self) -> bool:
        """Say yes."""
        return True


class JobProgress:
    """The progress of one job, in its row of the ledger.

    A write that fails is logged and does not end the conversation: the row then says less than it
    could. Exceptions: `finish` raises `StorageFault`, because an answer must be recorded in the
    end. `superseded` is called when the ledger finds that a newer revision is answered elsewhere.
    """

    def __init__(self, ledger: Ledger, entry: Entry, superseded: Callable[[], None]) -> None:
        self._ledger, self._entry, self._superseded = ledger, entry, superseded

    async def bubble(self, part: int, sent: SentId) -> None:
        """Note a new message of the answer."""
        await self._careful(self._ledger.bubble(self._entry, part, sent))

    async def unbubble(self, sent: SentId) -> None:
        """Note that a message of the answer is gone."""
        await self._careful(self._ledger.unbubble(self._entry, sent))

    def grow(self, text: str, finish: Finish | None = None) -> None:
        """Note how far the answer has come; written some tenths of a second later."""
        self._ledger.progress(self._entry, text, finish, self._superseded)

    async def be_sure(self, sure: bool) -> None:  # noqa: FBT001 - as `Progress` has it
        """Note whether a message may exist beside the bubbles."""
        await self._careful(self._ledger.be_sure(self._entry, sure))

    async def holds(self) -> bool:
        """Return whether the row is still this job's; if the disk does not tell, it is."""
        try:
            await self._careful(self._ledger.check(self._entry))
        except Superseded:
            return False
        return True

    async def enter_step(self, step: str) -> None:
        """Note a heavy step, or its end (empty)."""
        await self._careful(self._ledger.enter_step(self._entry, step))

    async def begin(self) -> Entry | None:
        """Count one more attempt; return the row as it is now, None if the disk fails.

        Raises `Superseded`.
        """
        return await self._careful(self._ledger.begin(self._entry))

    async def amend(self, inbound: Inbound) -> None:
        """Store the question with the text that was fetched for it. Raises `Superseded`."""
        await self._careful(self._ledger.amend(self._entry, inbound))

    async def check(self) -> None:
        """Raise `Superseded` if the row is a newer job's."""
        await self._careful(self._ledger.check(self._entry))

    async def previous_owner(self) -> int | None:
        """Return the previous owner (`Ledger.previous_owner`), None if the disk fails.

        Raises `Superseded`.
        """
        return await self._careful(self._ledger.previous_owner(self._entry))

    async def finish(self, turn: Turn, usage: Usage) -> int:
        """Record the turn and end the row; return the turn's number.

        Raises `StorageFault`, `Superseded`.
        """
        return await self._ledger.finish(self._entry, turn, usage)

    async def close(self, *, given_up: bool = False) -> None:
        """End a row that leaves no turn. Raises `Superseded`."""
        await self._careful(self._ledger.close_row(self._entry, given_up=given_up))

    async def release(self, *, doubtful: bool) -> bool:
        """Tell a process that waits for it that this job has ended.

        Return whether that was written.
        """
        return await self._careful(self._release(doubtful=doubtful)) is not None

    async def _release(self, *, doubtful: bool) -> bool:
        await self._ledger.release(self._entry, doubtful=doubtful)
        return True

    async def _careful(self, work: Coroutine[Any, Any, T]) -> T | None:
        try:
            return await work
        except StorageFault as error:
            key = self._entry.inbound.key
            log.error("%s: the ledger could not be used: %s", key, error)
            return None
