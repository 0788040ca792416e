"""What the engine needs from a store that several processes use at the same time.

A store of one process has none of this: its questions wait in `engine.turns.lanes`, its budgets are
those of `engine.delivery.pacing` and `engine.access`, and its caches cannot be out of date. Every
method raises `StorageFault` if the store fails, unless its docstring says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.contract import ChatKey
from engine.storage.records import Entry

Version = tuple[int, int]
"""A chat's number in the store, and how often its stored state has changed."""


@dataclass(frozen=True)
class Claimed:
    """A row that this process answers, as the store has it now.

    `stop`: a person wants the answer to end. `mine` is False if another process answers the row.
    `lane`: this process has the lane of the row's chat.
    """

    row: int
    revision: int
    stop: bool
    mine: bool
    lane: bool


class Queue(Protocol):
    """The accepted questions that wait for any process, in one lane for each chat.

    One process at a time has a chat's lane. It answers the lane's first question and then gives the
    lane back to the end of the queue.
    """

    async def claim(self, platforms: Sequence[str]) -> Entry | None:
        """Take the oldest free lane of these platforms; return its first question, if there is one.

        The attempt is counted. Lanes that another live process had last are left to that process
        for a moment, because it has their chats in memory.
        """

    async def hand_back(self, row: int) -> None:
        """Give the lane of a claimed row back. Does nothing if it belongs to another process."""

    async def claimed(self, rows: Sequence[int]) -> Sequence[Claimed]:
        """Return the rows that this process's lanes were claimed with, and these `rows`.

        Rows that were erased are left out.
        """

    async def answering(self, key: ChatKey) -> Entry | None:
        """Return the question that any process answers in a chat now."""

    async def recent(self, key: ChatKey, seconds: float) -> list[Entry]:
        """Return the questions that were accepted in a chat in the last seconds, oldest first."""

    async def stop(self, entry: Entry) -> bool:
        """Ask the process that answers a row to stop; return False if the row is not open."""

    async def counts(self) -> tuple[int, int]:
        """Return the number of chats that any process answers, and of waiting questions."""

    def announce(self) -> None:
        """Tell all processes soon that a question waits. Never raises."""

    def announce_here(self) -> None:
        """End the wait of `news` in this process. Never raises."""

    async def news(self, seconds: float) -> bool:
        """Wait for a message of another process, at most so many seconds; return whether one came.

        Messages may get lost, so callers look at the store after each wait. Never raises.
        """


class Budgets(Protocol):
    """The budgets of platform calls and of people's messages, over all processes."""

    async def spend(self, scopes: Sequence[tuple[str, int, float]]) -> float:
        """Count a call in each budget (its name, calls, seconds), or in none.

        Return 0 if the call is counted, else the seconds after which it may be asked for again.
        """

    async def ban(self, scope: str, seconds: float) -> None:
        """Let no process spend from a budget for so many seconds."""

    async def message(self, person: str, most: int, seconds: float) -> float:
        """Count a message of a person if there were fewer than `most` in the last `seconds`.

        Return how many seconds the person must wait, 0 if the message is counted.
        """

    async def carry(self, person: str, day: int, tokens: int) -> None:
        """Count tokens of a day whose record was erased."""

    async def carried(self, person: str, day: int) -> int:
        """Return the tokens of a day whose record was erased."""


class Versions(Protocol):
    """The versions of chats, by which a process knows that its cache is out of date."""

    async def of_chat(self, key: ChatKey) -> Version:
        """Return a chat's version, (0, 0) if it is not stored."""


class Shared(Protocol):
    """What the processes on one store share."""

    @property
    def queue(self) -> Queue:
        """Return the waiting questions."""

    @property
    def budgets(self) -> Budgets:
        """Return the budgets."""

    @property
    def versions(self) -> Versions:
        """Return the versions of chats."""
