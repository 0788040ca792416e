"""Fixtures that run the Telegram adapter and its real library against the Telegram test server.

A list stands in for the engine. A test module uses a fixture by giving it a name of its own:
``server = telegram_rig.server``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from adapters.telegram import TelegramAdapter, TelegramSettings
from adapters.telegram.sink import TelegramSink
from engine.contract import Action, Button, ChatKey, CommandInfo, Inbound, Press, ReplySink
from engine.errors import StorageFault
from engine.tasks import Tasks
from tests.rigs.fakes import FakeClock
from tests.servers.telegram import TelegramServer, Timing, User

FORUM, GROUP = -1001234567890, -4123456789
DM = ChatKey("telegram", "42")
STOP, MORE, AGAIN = (
    Button(Action.STOP, "Stop"),
    Button(Action.CONTINUE, "More"),
    Button(Action.RETRY, "Again"),
)
QUICK = Timing(repeated_poll_seconds=0, conflict_seconds=0, webhook_retry_seconds=0.01)
COMMANDS = (
    CommandInfo("new", {"en": "Start over", "de": "Neu beginnen", "pt-BR": "Recomeçar"}),
    CommandInfo("model", {"en": "Choose a model"}, "name", {"de": "Name"}),
)


class Intake:
    """A stand-in for the engine that records submitted items.

    `gate` delays acceptance, and `faults` is the number of refusals.
    """

    def __init__(self, word: str = "") -> None:
        self.items: list[Inbound | Press] = []
        self.sinks: list[ReplySink] = []
        self.gate: asyncio.Event | None = None
        self.faults = 0
        self.offered = 0
        self._word = word
        self._came = asyncio.Event()

    async def __call__(self, item: Inbound | Press, sink: ReplySink) -> str:
        self.offered += 1
        self._came.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.faults:
            self.faults -= 1
            raise StorageFault("the disk is full")
        self.items.append(item)
        self.sinks.append(sink)
        return self._word

    async def until(self, offered: int) -> None:
        """Wait until this many items were offered."""
        while self.offered < offered:
            self._came.clear()
            await self._came.wait()

    @property
    def texts(self) -> list[str]:
        return [item.text for item in self.items if isinstance(item, Inbound)]


def settings(server: TelegramServer, **more: Any) -> TelegramSettings:
    return TelegramSettings(token=server.token, api_url=server.base_url, **more)


def sink_of(adapter: TelegramAdapter, key: ChatKey = DM, handle: str = "") -> TelegramSink:
    sink = adapter.sink(key, handle)
    assert isinstance(sink, TelegramSink)
    return sink


class Rig:
    """A running adapter. `kill` ends it like a crash, without a call to Telegram."""

    def __init__(
        self,
        server: TelegramServer,
        intake: Intake,
        clock: FakeClock | None = None,
        commands: Sequence[CommandInfo] = (),
        **more: Any,
    ) -> None:
        self.adapter = TelegramAdapter(settings(server, **more), commands, clock or FakeClock())
        self.tasks = Tasks("rig")
        self.running = self.tasks.spawn(self.adapter.run(intake), "run")

    def sink(self, key: ChatKey, handle: str = "") -> TelegramSink:
        return sink_of(self.adapter, key, handle)

    async def kill(self) -> None:
        await self.tasks.close()
        await self.adapter.tasks.close()
        await self.adapter.bot.shutdown()

    async def close(self) -> None:
        await self.tasks.close()
        await self.adapter.close()


@asynccontextmanager
async def polling(server: TelegramServer, intake: Intake, **more: Any) -> AsyncIterator[Rig]:
    """Run an adapter that polls and is ready for updates."""
    rig = Rig(server, intake, **more)
    try:
        await server.until(lambda s: s.polled or rig.running.done())
        yield rig
    finally:
        await rig.close()


def asked(
    server: TelegramServer, adapter: TelegramAdapter, chat_id: int = 42, text: str = "Why?"
) -> str:
    """Let a person ask, wait until the adapter has the question, and return the handle."""
    message = server.say(chat_id, text, user=User(abs(chat_id) % 1000))
    adapter.known.note(chat_id, message.message_id)
    return str(message.message_id)


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(timing=QUICK) as running:
        running.chat(42)
        yield running


@pytest.fixture
async def adapter(server: TelegramServer) -> AsyncIterator[TelegramAdapter]:
    made = TelegramAdapter(settings(server))
    await made.bot.initialize()
    yield made
    await made.close()
