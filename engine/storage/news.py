"""The port of a store for news: the chats that want them, and the broadcasts to these chats.

Every method raises `StorageFault` if the store fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from engine.contract import ChatKey, SentId

PREVIEW_SECONDS = 86_400  # a broadcast that nobody has begun is deleted after this time


class Stage(IntEnum):
    """The stage of a broadcast. A broadcast that has ended is deleted."""

    PREVIEW = 0
    SENDING = 1
    STOPPING = 2


class Outcome(IntEnum):
    """The state of the delivery to one chat.

    `GONE` means that the chat could not be reached and is not tried again.
    """

    DUE = 0
    SENT = 1
    GONE = 2


class Begun(IntEnum):
    """The result of an attempt to begin a broadcast."""

    BEGUN = 0
    UNKNOWN = 1  # there is no such preview any more
    BUSY = 2  # another broadcast is being sent


@dataclass(frozen=True)
class Draft:
    """A message that an admin wants to broadcast.

    `key` and `message_id` name the admin's command. `handle` rebuilds its sink. `language` is the
    language of the admin's chat.
    """

    key: ChatKey
    message_id: str
    user_id: str
    handle: str
    language: str
    text: str


@dataclass(frozen=True)
class Broadcast:
    """A broadcast with its number in the store.

    `card` is the message that shows its progress to the admin.
    """

    number: int
    draft: Draft
    stage: Stage
    card: SentId


@dataclass(frozen=True)
class Receiver:
    """A chat to which a broadcast must still be delivered. `language` is the chat's choice."""

    chat: int
    key: ChatKey
    language: str


@dataclass(frozen=True)
class Tally:
    """The chats of a broadcast: their number, and how many were reached or could not be reached."""

    chats: int
    sent: int
    gone: int

    @property
    def due(self) -> int:
        """Return the number of chats to which the message must still be delivered."""
        return self.chats - self.sent - self.gone


class News(Protocol):
    """The chats that want news, and the broadcasts. At most one broadcast is sent at a time."""

    async def wanted(self, key: ChatKey) -> bool:
        """Return whether a chat wants news."""

    async def switch(self, key: ChatKey, *, on: bool) -> None:
        """Store whether a chat wants news. A running broadcast skips a chat that wants none."""

    async def audience(self) -> int:
        """Return the number of chats that want news."""

    async def prepare(self, draft: Draft) -> int:
        """Store a draft. Return its number, which is the same for the same message."""

    async def begin(self, number: int, card: SentId) -> Begun:
        """Begin to send a draft to all chats that want news at this time."""

    async def drop(self, number: int) -> Stage | None:
        """Delete a preview, or stop a broadcast.

        Return the stage in which it was, or None if the store has no such preview or broadcast.
        """

    async def stop(self) -> bool:
        """Stop the broadcast that is being sent. Return whether there was one."""

    async def current(self) -> Broadcast | None:
        """Return the broadcast that is being sent or stopped, or None."""

    async def due(self, number: int, after: int, most: int) -> Sequence[Receiver]:
        """Return the chats of a broadcast that are still due, in the order of their numbers.

        Only chats with a number above `after` are returned.
        """

    async def settle(self, number: int, chat: int, message_id: str) -> bool:
        """Store the outcome for a chat, if its row in the ledger has ended.

        The chat was reached if the row has a message on the platform. A chat that was not reached
        wants no news any more. Return whether the outcome is known.
        """

    async def tally(self, number: int) -> Tally:
        """Count the chats of a broadcast by outcome."""

    async def end(self, number: int) -> None:
        """Delete a broadcast."""
