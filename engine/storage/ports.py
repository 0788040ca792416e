"""The ports of a store: protocols with all that the engine, memory and the process need from it.

The protocols use the engine's terms. No SQL, connection or row tuple crosses them.
`engine.storage.sqlite` implements them with one file, and `engine.storage.postgres` with a server.
Every store has to pass the same tests (tests/engine/storage/contract). Every method raises
`StorageFault` if the store fails, unless its docstring says otherwise.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Callable, Protocol

from engine.contract import Author, ChatKey, Finish, Inbound, Material, SentId, Turn, Usage
from engine.errors import DeliveryState
from engine.kept import Conversation, Kept
from engine.storage.made_ports import MadeShelf
from engine.storage.memory_ports import Memories
from engine.storage.news import News
from engine.storage.overheard_ports import Overheard
from engine.storage.overview import Overview
from engine.storage.people import People
from engine.storage.pulse import Pulse
from engine.storage.records import (
    Amount,
    ChatState,
    ChatUsage,
    Entry,
    Erased,
    Exported,
    Facts,
    Lifetimes,
    Removed,
    Scope,
    Size,
)
from engine.storage.spending import Spending

NO_BOUND = 2**62  # larger than any row number and any size


class Ledger(MadeShelf, Protocol):
    """The durable record of accepted questions, from their acceptance to their recorded turns.

    A row belongs to one process (its owner) and has a revision. A method that writes for an older
    revision raises `Superseded`.
    """

    async def accept(self, inbound: Inbound, handle: str, notice: str = "") -> Entry | None:
        """Commit a message, with the notice that answers it if the notice is known.

        Return None if the message was accepted before. An edited text opens its row again.
        """

    async def reopen(
        self, entry: Entry, inbound: Inbound, handle: str, asked_by: Author | None = None
    ) -> Entry | None:
        """Open a finished row again, to replace the answer in its bubbles.

        Return None if the row is not finished. `asked_by` is another person who pressed Retry.
        """

    async def join(self, row: int, piece: Inbound, handle: str) -> Entry | None:
        """Commit a message as a further piece of a row's question, and open the row again.

        Return None if the message was accepted before, or if the question is no longer stored.
        """

    async def amend(self, entry: Entry, inbound: Inbound) -> None:
        """Commit a question again, with text that was fetched for it. Raises `Superseded`."""

    async def begin(self, entry: Entry) -> Entry:
        """Count one more attempt before it starts, so that the count survives a crash.

        Return the row as it is now. Raises `Superseded`.
        """

    async def enter_step(self, entry: Entry, step: str) -> None:
        """Commit the name of the heavy step that begins on this row. An empty name ends the step.

        If the process ends within the step, this counts as a death of the row. Any progress, such
        as a longer answer, also ends the step.
        """

    async def check(self, entry: Entry) -> None:
        """Raise `Superseded` if the row belongs to a newer revision."""

    async def previous_owner(self, entry: Entry) -> int:
        """Return the number of the other process that still answers an older revision.

        Return 0 if there is none, and `DIED` if that process has ended. Such a process may have
        sent a message that it did not record. Raises `Superseded`.
        """

    async def release(self, entry: Entry, *, state: DeliveryState) -> None:
        """Commit that this process has finished with a row, if another process waits for that.

        `state` is UNKNOWN if this process may have sent a message that it did not record.
        """

    async def bubble(self, entry: Entry, part: int, sent: SentId) -> None:
        """Commit that a message of the answer exists."""

    async def unbubble(self, entry: Entry, sent: SentId) -> None:
        """Commit that a message of the answer no longer exists."""

    async def note_state(self, entry: Entry, state: DeliveryState) -> None:
        """Commit whether the ids of all sent messages of the answer are in its bubbles.

        If writing UNKNOWN fails, the next successful write carries it, whichever row that write
        is for. A kill before that write can leave a message that no process searches for.
        """

    def progress(
        self,
        entry: Entry,
        text: str,
        finish: Finish | None = None,
        superseded: Callable[[], None] = lambda: None,
    ) -> None:
        """Record the current text of an answer. Never raises.

        The newest texts of all answers are written together, some tenths of a second later. The
        text may be ahead of the screen. With `finish`, the text is complete. A longer text sets the
        count of attempts back to zero. `superseded` is called if the write finds that the row
        belongs to a newer revision.
        """

    async def settle(self, entry: Entry) -> None:
        """Commit at once the text with which `progress` was last called. Raises `StorageFault`."""

    async def finish(self, entry: Entry, turn: Turn, usage: Usage) -> int:
        """Record the turn, its usage and the end of the row in one transaction.

        Return the turn's number. Raises `Superseded`, also for a row that was erased, because
        erased data must not come back.
        """

    async def close_row(self, entry: Entry, *, given_up: bool = False) -> None:
        """End a row without a turn. Raises `Superseded`.

        Such a row is a command, a refusal, or a question that is given up after too many attempts.
        """

    async def unfinished(
        self, gone: Sequence[int], platforms: Sequence[str], limit: int = 1000
    ) -> list[Entry]:
        """Claim open rows of these platforms whose owner is in `gone`. Return them, oldest first.

        If the owner of a row ended within a heavy step of the row, this counts as one more death of
        the row.
        """

    async def recent(self, platforms: Sequence[str], since: float) -> list[Entry]:
        """Return finished questions that were accepted since a Unix time, oldest first."""

    async def load(self, row: int) -> Entry | None:
        """Return a row as it is now, or None if it is not stored."""

    async def of_bubble(self, key: ChatKey, sent: SentId) -> Entry | None:
        """Return the row whose answer contains a message, or None if there is no such row."""

    async def last_seen(self, platform: str) -> dict[ChatKey, str]:
        """Return the id of the newest accepted message in each chat of a platform."""

    async def taken(self, platform: str) -> list[tuple[ChatKey, str]]:
        """Return the message ids of a platform's newest questions and answers, in order."""

    async def close(self) -> None:
        """Write the progress of all answers. Idempotent. Never raises."""


class Conversations(Protocol):
    """The settings of chats, their newest turns, and their usage."""

    async def load(self, key: ChatKey) -> ChatState:
        """Return a chat as it is stored, or an empty one."""

    async def choose(
        self,
        key: ChatKey,
        *,
        model: str | None = None,
        persona: str | None = None,
        language: str | None = None,
        time_zone: str | None = None,
        voice: str | None = None,
        by: Author | None = None,
    ) -> None:
        """Store the given values. `by` is the person who set the persona."""

    async def move(self, former: ChatKey, key: ChatKey) -> bool:
        """Give a chat a new key. Return False if nothing is stored under the old key.

        A job in progress may continue under the old key.
        """

    async def begin_anew(self, key: ChatKey) -> None:
        """Start a new conversation. Earlier turns stay stored but are no longer loaded."""

    async def earlier(self, key: ChatKey, most: int) -> list[Conversation]:
        """Return the newest conversations of a chat, sorted by their newest turns, newest first."""

    async def resume(self, key: ChatKey, turn_id: int) -> bool:
        """Continue the conversation of a turn. Return False if the chat has no such turn."""

    async def describe(
        self, key: ChatKey, turn_id: int, descriptions: Mapping[str, str], usage: Usage
    ) -> Material | None:
        """Record the descriptions of a turn's pictures, and return the turn's material with them.

        `descriptions` is keyed by the digest of a picture. Return None if the turn is not stored in
        this chat. The turn's vectors are deleted. `usage` is the cost of the descriptions. It is
        added to the usage of the turn's author on the day of the turn.
        """

    async def usage(self, key: ChatKey) -> ChatUsage:
        """Return the total usage of a chat."""


class PersonalData(Protocol):
    """The only place that deletes data: on request, after its lifetime, or to make room.

    `erased_here` counts the erasures by this object.
    """

    erased_here: int

    async def measure(self, scope: Scope, *, upto: int = NO_BOUND) -> Amount:
        """Count the stored data of a scope. Only ledger rows before `upto` are counted."""

    def export(self, scope: Scope, *, most_bytes: int = NO_BOUND) -> AsyncIterator[Exported]:
        """Yield all stored data of a scope, ready for JSON, in the order of `SECTIONS`.

        Raises `ExportTooLong` before the texts would take more than `most_bytes` unpacked.
        """

    async def erase(self, scope: Scope, *, upto: int = NO_BOUND) -> Erased:
        """Delete the stored data of a scope. Only ledger rows up to `upto` are deleted.

        Questions that were asked after that row are still answered. If the work is interrupted,
        only a part is erased. The ledger is erased last.
        """

    async def remove_turn(self, key: ChatKey, turn_id: int, author: Author | None = None) -> bool:
        """Delete a turn of this chat. Return whether it existed.

        If `author` is given, only a turn of this author is deleted.
        """

    async def remove_document(
        self, key: ChatKey, document_id: int, author: Author | None = None
    ) -> bool:
        """Delete a document of this chat. Return whether it existed.

        If `author` is given, only a document of this author is deleted.
        """

    async def expire(self, lifetimes: Lifetimes) -> Removed:
        """Delete data past its lifetime, and chats that have no answer."""

    async def make_room(self, limit_bytes: int) -> Removed:
        """If the store is near its limit, delete the oldest data of the people who hold most."""

    async def size(self) -> Size:
        """Measure the store."""

    async def crowded(self, limit_bytes: int) -> bool:
        """Return whether the store is near its limit, or the limit has made it refuse a write."""

    async def wait_until_full(self) -> None:
        """Wait until the limit refuses a write, or a write brings the store near the limit."""

    async def facts(self) -> Facts:
        """Return the store's identity and the number of its erasures."""

    async def version(self) -> int:
        """Return a number that differs after every change."""

    async def small(self) -> bool:
        """Return whether the store is so small that `scrub` is quick and can run at once."""

    async def scrub(self) -> bool:
        """Remove every copy of erased data from the store's bytes.

        Return False if this must be tried again later.
        """

    async def empty_log(self) -> bool:
        """Remove every copy of erased data from the store's write-ahead log.

        Return False if this must be tried again later.
        """


class Processes(Protocol):
    """The processes that share a store."""

    @property
    def number(self) -> int:
        """Return this process's number."""

    async def gone(self) -> list[int]:
        """Return the numbers of the processes that have ended, and `RELEASED`."""

    async def strike(self, gone: list[int]) -> None:
        """Remove ended processes from the list.

        Their open rows can then be claimed by any process.
        """

    async def leave(self) -> None:
        """Release this process's number and rows. Idempotent."""


class Storage(Protocol):
    """A store with all of its ports. `most_bytes` is its capacity, or 0 if it is unlimited."""

    @property
    def most_bytes(self) -> int:
        """Return the store's capacity."""

    @property
    def ledger(self) -> Ledger:
        """Return the ledger."""

    @property
    def conversations(self) -> Conversations:
        """Return the conversations."""

    @property
    def memories(self) -> Memories:
        """Return the stored data of memory."""

    @property
    def overheard(self) -> Overheard:
        """Return the overheard messages."""

    @property
    def personal_data(self) -> PersonalData:
        """Return the operations for export and erasure."""

    @property
    def overview(self) -> Overview:
        """Return the part of the store that makes lists for the operator."""

    @property
    def spending(self) -> Spending:
        """Return what people, chats and models have spent."""

    @property
    def pulse(self) -> Pulse:
        """Return when the last write was committed, and whether the newest write failed."""

    async def beat(self) -> None:
        """Make a write that changes nothing, to learn whether writes succeed.

        Raises `StorageFault`.
        """

    @property
    def people(self) -> People:
        """Return the people and groups that admins decide about."""

    @property
    def news(self) -> News:
        """Return the chats that want news, and the broadcasts to them."""

    @property
    def history(self) -> Kept:
        """Return the history of chats, to show them again."""
