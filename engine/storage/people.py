"""The port of a store for people and groups: the decisions about them, and their waiting messages.

Every method raises `StorageFault` if the store fails.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from engine.contract import ChatKey, Inbound
from engine.people import Person, Role, State, Subject

HELD_MESSAGES = 5  # the limit on kept messages of one asking person or group
HELD_BYTES = 16_000  # the limit on the packed size of one kept message
MOST_ASKING = 200  # the limit on people and groups that wait for a decision
ASKING_DAYS = 30  # A person who asked and got no decision is forgotten after this time.
LOG_ROWS = 1000  # the limit on the rows of the log of decisions


class Due(IntEnum):
    """The work that a row still needs, so that a later process can do it after a kill.

    With `TELL`, the person and the admins must still be notified that the person asks. With
    `SETTLE`, a decision must still be shown on the cards, and the kept messages must be answered.
    """

    NOTHING = 0
    TELL = 1
    SETTLE = 2


@dataclass(frozen=True)
class Decision:
    """A line of the log. `by` and `subject` have the form ``platform:id``. `at` is Unix time."""

    at: float
    by: str
    subject: str
    what: str


@dataclass(frozen=True)
class Held:
    """A kept message of an asking person or group. `handle` rebuilds its sink."""

    number: int
    inbound: Inbound
    handle: str


@dataclass(frozen=True)
class Asked:
    """The result of a request for approval.

    `first` is true if this call stored the person or group, and `kept` if it stored the message.
    `full` is true if too many others wait, so that nothing is stored.
    """

    person: Person
    first: bool = False
    kept: bool = False
    full: bool = False


@dataclass(frozen=True)
class Listed:
    """A page of the list of people and groups, and the number of all rows."""

    people: Sequence[Person]
    total: int


class People(Protocol):
    """The people and groups that admins have decided about, or that ask for a decision."""

    async def find(self, subject: Subject) -> Person | None:
        """Return a person or a group, or None if the store has no row."""

    async def load(self, number: int) -> Person | None:
        """Return a person or a group by its number in the store, or None."""

    async def ask(self, person: Person, inbound: Inbound, handle: str) -> Asked:
        """Let a person or a group ask for approval, and keep the message.

        An existing row keeps its state. If this state is not asking, the message is not kept.
        """

    async def meet(self, person: Person) -> bool:
        """Store an admin's private chat, name and language. Return whether the chat was unknown."""

    async def rename(self, subject: Subject, name: str) -> None:
        """Store the newest name of a person or group. Does nothing if the store has no row."""

    async def decide(
        self, person: Person, by: str, *, version: int | None = None
    ) -> tuple[Person, bool]:
        """Store a decision: the state and role of `person`. Create the row if there is none.

        Return the row, and whether this call decided. If `version` is given, this call decides only
        if the row still has that version.
        """

    async def remove(self, subject: Subject, by: str) -> bool:
        """Delete a row with its kept messages. Return whether it existed."""

    async def listed(self, skip: int, most: int) -> Listed:
        """Return a page of the list: first the asking people, then the newest decisions."""

    async def count(self, state: State, role: Role | None = None) -> int:
        """Return the number of rows in a state, and of a role if one is given."""

    async def log(self, skip: int, most: int) -> list[Decision]:
        """Return decisions, the newest first."""

    async def announce(self, number: int, cards: int) -> bool | None:
        """Decide how the admins learn that this person asks.

        At most `cards` asking people get a card each. One summary tells of all others. Return True
        for a card and False for the summary. Return None if the summary was sent before, or if the
        person does not ask any more.
        """

    async def has_card(self, key: ChatKey, message_id: str) -> bool:
        """Return whether the ledger has a row with this message id in a chat."""

    async def due(self, due: Due, most: int) -> list[Person]:
        """Return the rows that need this work, oldest first."""

    async def done(self, person: Person) -> None:
        """Record that a row's work is done, unless a new decision about the row came meanwhile."""

    async def held(self, number: int, platforms: Collection[str]) -> list[Held]:
        """Return the kept messages of a row on these platforms, oldest first."""

    async def release(self, number: int) -> None:
        """Delete a kept message by its own number."""
