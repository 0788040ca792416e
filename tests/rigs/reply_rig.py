"""A reply that writes to a fake screen, with a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, Callable

from engine.contract import Action, Button, ChatKey, Finish, Limits, SentId
from engine.delivery.cutting import cut, whole
from engine.delivery.pacing import Pacer
from engine.delivery.reply import Reply
from engine.errors import UNKNOWN, DeliveryFailed, DeliveryState, RateLimited
from engine.tasks import Tasks
from engine.turns.progress import Unrecorded
from tests.rigs.fakes import LIMITS, FakeChat, FakeClock, FakeSink, settle

KEY = ChatKey("fake", "1")
STOP = Button(Action.STOP, "Stop")
RETRY = Button(Action.RETRY, "Retry")
LONG = "This is long enough to be shown at once."
BROKEN = DeliveryFailed("the line broke", retryable=True)
UNSURE = DeliveryFailed("no answer came", retryable=True, state=UNKNOWN)
REFUSED = DeliveryFailed("this is not taken")
BANNED = RateLimited("slow down", retry_after=7.0)


async def _nothing(*_: object) -> None:
    """Record nothing."""


@dataclass
class Noted(Unrecorded):
    """A progress that reports to a test everything it receives."""

    on_bubble: Callable[[int, SentId], Awaitable[None]] = _nothing
    on_unbubble: Callable[[SentId], Awaitable[None]] = _nothing
    on_grow: Callable[[str], None] = lambda _: None
    on_state: Callable[[DeliveryState], Awaitable[None]] = _nothing
    on_call: Callable[[], bool] = lambda: True

    async def bubble(self, part: int, sent: SentId) -> None:
        await self.on_bubble(part, sent)

    async def unbubble(self, sent: SentId) -> None:
        await self.on_unbubble(sent)

    def grow(self, text: str, finish: Finish | None = None) -> None:
        self.on_grow(text)

    async def note_state(self, state: DeliveryState) -> None:
        await self.on_state(state)

    def may_call(self) -> bool:
        return self.on_call()


@dataclass
class Rig:
    """A reply that writes to a fake screen."""

    clock: FakeClock
    sink: FakeSink
    pacer: Pacer
    tasks: Tasks
    reply: Reply

    async def finish(
        self, closing: str = "", buttons: Sequence[Button] = (), within: float = 600.0
    ) -> bool:
        """Finish the reply and move the clock as far as it needs; fail if that is too far."""
        finishing = self.tasks.spawn(self.reply.finish(closing, buttons), "finish")
        until = self.clock.now() + within
        await settle()
        while not finishing.done():
            assert self.clock.now() < until, "the last words did not land"
            await self.clock.advance(0.5)
        return finishing.result()


@asynccontextmanager
async def a_reply(
    *, limits: Limits = LIMITS, chat: FakeChat | None = None, **how: Any
) -> AsyncIterator[Rig]:
    clock = FakeClock()
    sink = FakeSink(clock, limits=limits, chat=chat)
    pacer, tasks = Pacer(clock), Tasks("test")
    reply = Reply(sink, KEY, pacer, clock, **how)
    try:
        yield Rig(clock, sink, pacer, tasks, reply)
    finally:
        await tasks.close()
        await reply.close()
        await pacer.close()


def messages_of(text: str, limits: Limits = LIMITS) -> list[str]:
    """Return the messages into which a complete answer is split."""
    return [piece for piece in pieces_of(text, limits.max_units, limits.measure) if piece]


def pieces_of(text: str, max_units: int, measure: Callable[[str], int] = len) -> list[str]:
    """Split a complete text into messages."""
    pieces, opening, at = [], "", 0
    while (piece := cut(opening + text[at:], len(opening), max_units, measure)) is not None:
        assert piece.resume > len(opening), "a cut that does not advance never ends"
        pieces.append(piece.text)
        at, opening = at + piece.resume - len(opening), piece.opening
    return [*pieces, whole(opening + text[at:])]


async def stream_through_faults(rig: Rig, chance: Random, text: str) -> None:
    rig.reply.start()
    rig.reply.type()
    at = 0
    while at < len(text):
        size = chance.randint(1, 40)
        rig.reply.extend(text[at : at + size])
        at += size
        await rig.clock.advance(chance.choice([0.0, 0.05, 0.7]))
