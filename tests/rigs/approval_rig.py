"""A house with approvals: two admins with private chats, and strangers who write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine.access import AccessSettings
from engine.approvals import AdminChat
from engine.contract import Author, Button, ChatKey, ReplySink
from engine.errors import DeliveryError
from engine.people import RoleSettings, Subject
from engine.tasks import Tasks
from tests.rigs.engine_rig import ADA, House, a_house
from tests.rigs.fakes import Cue, FakeChat, FakeClock, FakeMessage, FakeSink, Fault

EVE = Author("8", "Eve", "en")
ADMINS = frozenset({ADA.user_id, EVE.user_id})
ZOE = Author("7", "Zoe", "en")


def private(author: Author) -> ChatKey:
    return ChatKey("fake", author.user_id)


@dataclass
class Ways:
    """The way to the admins and to other chats. `broken` is raised once for each entry.

    `faults` are those of the next send in a chat, `slow_seconds` the time of each, and `made` the
    sinks of `opening`.
    """

    house: House
    people: Sequence[Author] = (ADA, EVE)
    broken: list[DeliveryError] = field(default_factory=list)
    faults: dict[ChatKey, Fault | DeliveryError] = field(default_factory=dict)
    slow_seconds: float = 0.0
    made: list[FakeSink] = field(default_factory=list)

    @property
    def platforms(self) -> Collection[str]:
        return ["fake"]

    async def admins(self) -> Sequence[AdminChat]:
        if self.broken:
            raise self.broken.pop()
        return [AdminChat(Subject("fake", one.user_id), private(one), "") for one in self.people]

    def sink(self, key: ChatKey, handle: str) -> ReplySink:
        return self.house.sink(key, handle)

    def reaches(self, key: ChatKey) -> bool:
        return key.platform == "fake"

    async def opening(self, key: ChatKey) -> ReplySink | None:
        if not self.reaches(key):
            return None
        sink = self.house.sink(key, "")
        sink.slow_seconds = self.slow_seconds
        if key in self.faults:
            sink.fail("send", self.faults.pop(key))
        self.made.append(sink)
        return sink


@dataclass
class Door:
    """A running house whose strangers need an approval."""

    house: House
    ways: Ways
    tasks: Tasks = field(default_factory=lambda: Tasks("approvals"))

    def open(self) -> None:
        """Begin to ask the admins and to apply decisions."""
        self.tasks.spawn(self.house.engine.follow_people(self.ways), "approvals")
        self.tasks.spawn(self.house.engine.broadcasts.run(), "broadcasts")

    async def knock(self, text: str, author: Author = ZOE, **details: object) -> None:
        """Let somebody write in their private chat."""
        details = {"key": private(author), "direct": True, **details}
        await self.house.ask(text, author=author, **details)
        await self.rest()

    async def rest(self) -> None:
        await self.house.advance(2)
        await self.house.rest()

    def shown(self, author: Author) -> list[FakeMessage]:
        """Return the messages in a person's private chat."""
        return list(self.house.chat(private(author)).messages.values())

    def texts(self, author: Author) -> list[str]:
        return [message.text for message in self.shown(author)]

    async def tap(
        self, admin: Author, label: str, *, by: Author | None = None, message: int = -1
    ) -> str:
        """Let somebody tap the button with this label in an admin's chat."""
        chat = self.house.chat(private(admin))
        sent, seen = list(chat.messages.items())[message]
        button = named(seen.buttons, label)
        told = await self.house.press(
            button.action, sent, key=private(admin), author=by or admin, about=button.about
        )
        await self.rest()
        return told


def named(buttons: Sequence[Button], label: str) -> Button:
    return next(button for button in buttons if label in button.label)


@asynccontextmanager
async def a_door(
    folder: Path,
    *scripts: Sequence[Cue],
    roles: RoleSettings | None = None,
    chats: dict[ChatKey, FakeChat] | None = None,
    clock: FakeClock | None = None,
    opened: bool = True,
    approval: bool = True,
    **details: object,
) -> AsyncIterator[Door]:
    access = AccessSettings(admins=ADMINS, approval=approval, roles=roles or RoleSettings())
    async with a_house(
        folder, *scripts, access=access, chats=chats, clock=clock, **details
    ) as house:
        door = Door(house, Ways(house))
        if opened:
            door.open()
        try:
            yield door
        finally:
            await door.tasks.close()
