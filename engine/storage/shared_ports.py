"""The ports of a store that several processes use at the same time.

A store for one process needs none of them. In that case questions wait in `engine.turns.lanes`,
budgets are in `engine.delivery.pacing` and `engine.access`, and caches cannot be out of date. Every
method raises `StorageFault` if the store fails, unless its docstring says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Callable, Protocol

from engine.contract import ChatKey
from engine.storage.records import Entry

Version = tuple[int, int]
"""A chat's number in the store, and the number of changes to its stored state."""


@dataclass(frozen=True)
class Claimed:
    """The present state of a row that this process answers, as the store knows it.

    `stop` is true if a person wants the answer to end. `mine` is false if another process answers
    the row now. `lane` is true if this process holds the lane of the row's chat.
    """

    row: int
    revision: int
    stop: bool
    mine: bool
    lane: bool


class Queue(Protocol):
    """The accepted questions that wait for any process, in one lane for each chat.

    One process at a time holds a chat's lane. It answers the lane's first question and then returns
    the lane to the end of the queue.
    """

    async def claim(self, platforms: Sequence[str]) -> Entry | None:
        """Claim the oldest free lane of these platforms. Return its first question, or None.

        The attempt is counted. A free lane is reserved for a short time for the process that had it
        last, because that process has the chat in memory.
        """

    async def hand_back(self, row: int) -> None:
        """Return the lane of a claimed row to the queue.

        If the chat has more open questions, its lane goes to the end of the queue. Does nothing if
        another process holds the lane.
        """

    async def claimed(self, rows: Sequence[int]) -> Sequence[Claimed]:
        """Return the state of the given `rows`, and of the rows whose lanes this process holds.

        Rows that were erased are left out.
        """

    def permission(self) -> Callable[[], bool]:
        """Return a check of whether platforms may be called for rows that this process holds now.

        The check returns False if another process may have declared this one dead in the meantime.
        It reads nothing from the store, so nothing can happen between the check and the call.
        Never raises.
        """

    async def answering(self, key: ChatKey) -> Entry | None:
        """Return the question that any process is answering in a chat now, or None."""

    async def recent(self, key: ChatKey, seconds: float) -> list[Entry]:
        """Return the questions that were accepted in a chat in the last seconds, oldest first."""

    async def stop(self, entry: Entry) -> bool:
        """Ask the process that answers a row to stop. Return False if the row is not open."""

    async def counts(self) -> tuple[int, int]:
        """Return how many chats have a running job, and how many questions wait for any process."""

    def announce(self) -> None:
        """Tell all processes that a question is waiting. Never raises.

        The message is sent in the background and may get lost.
        """

    def announce_here(self) -> None:
        """End the wait of `news` in this process. Never raises."""

    async def news(self, seconds: float) -> bool:
        """Wait at most `seconds` for a message of another process. Return whether a message came.

        Messages may get lost, so callers must read the store after each wait. Never raises.
        """


class Budgets(Protocol):
    """The budgets of platform calls and of people's messages, shared by all processes.

    They also hold the requests that wait for a person's confirmation.
    """

    async def spend(self, scopes: Sequence[tuple[str, int, float]]) -> float:
        """Count a call in all given budgets (name, calls, seconds), or in none of them.

        Return 0 if the call is counted, else the seconds to wait before the next try. Raises
        `StorageFault` also if the server has had no contact with this process for a while, because
        another process may have taken over this process's answers.
        """

    async def postpone(self, scope: str, seconds: float) -> None:
        """Change the time of the call that was counted about `seconds` ago to now.

        The call may have reached the platform only now.
        """

    async def ban(self, scope: str, seconds: float) -> None:
        """Allow no process to spend from a budget for this many seconds."""

    async def message(self, person: str, most: int, seconds: float) -> float:
        """Count a person's message if there were fewer than `most` in the last `seconds`.

        Return how many seconds the person must wait, or 0 if the message is counted.
        """

    async def note_request(self, request: str, seconds: float) -> None:
        """Remember for some seconds that a request waits for its confirmation."""

    async def take_request(self, request: str) -> bool:
        """Forget a request. Return whether it was waiting for its confirmation."""


class Versions(Protocol):
    """The versions of chats, which tell a process that its cache is out of date."""

    async def of_chat(self, key: ChatKey) -> Version:
        """Return a chat's version, or (0, 0) if the chat is not stored."""


class Shared(Protocol):
    """The ports that the processes on one store share."""

    @property
    def queue(self) -> Queue:
        """Return the waiting questions."""

    @property
    def budgets(self) -> Budgets:
        """Return the budgets."""

    @property
    def versions(self) -> Versions:
        """Return the versions of chats."""
