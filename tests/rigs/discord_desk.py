"""Fixtures that run the Discord adapter between the imitated Discord and a stand-in for the engine.

A test module uses a fixture by giving it a name of its own: ``desk = discord_desk.desk``. All
clocks are one fake clock that tests move. The library's own pauses are shortened.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import discord
import pytest

import adapters.discord.client
import adapters.discord.intake
from adapters.discord import DiscordAdapter, DiscordSettings
from adapters.discord.handle import Handle
from adapters.discord.sink import DiscordSink
from engine.contract import ChatKey, CommandInfo, Inbound, Press, ReplySink
from engine.tasks import Tasks, end
from tests.rigs.fakes import FakeClock, settle
from tests.servers.discord import Channel, DiscordServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

TOKEN = "abc"
COMMANDS = (
    CommandInfo("help", {"en": "What I can do", "de": "Was ich kann"}),
    CommandInfo("ask", {"en": "Ask something"}, argument="question"),
)


class Desk:
    """A stand-in for the engine that records what the adapter submits.

    `errors` are raised first. `notice` is sent in the answer's place. `word` is returned to a
    person who presses a button.
    """

    def __init__(self) -> None:
        self.items: asyncio.Queue[tuple[Inbound | Press, ReplySink]] = asyncio.Queue()
        self.errors: list[Exception] = []
        self.word = self.notice = ""
        self.seen: dict[ChatKey, str] = {}
        self.closed: dict[str, asyncio.Event] = {}

    async def submit(self, item: Inbound | Press, sink: ReplySink) -> str:
        if item.key.chat_id in self.closed:
            await self.closed[item.key.chat_id].wait()
        if self.errors:
            raise self.errors.pop(0)
        if isinstance(item, Inbound):
            self.seen[item.key] = item.message_id
        if self.notice:
            await sink.send(self.notice, (), 0)
        self.items.put_nowait((item, sink))
        return self.word

    async def last_seen(self, platform: str) -> dict[ChatKey, str]:
        assert platform == "discord"
        return dict(self.seen)

    async def inbound(self) -> tuple[Inbound, ReplySink]:
        item, sink = await self.items.get()
        assert isinstance(item, Inbound)
        return item, sink

    async def press(self) -> tuple[Press, ReplySink]:
        item, sink = await self.items.get()
        assert isinstance(item, Press)
        return item, sink


class Station:
    """Starts and stops the adapter in the same way as the process does."""

    def __init__(self, server: DiscordServer, desk: Desk, clock: FakeClock) -> None:
        self.server, self.desk, self.clock = server, desk, clock
        self.tasks = Tasks("station")
        self.adapter = self.build()
        self.running: asyncio.Task[None] | None = None

    def build(
        self, commands: Sequence[CommandInfo] = COMMANDS, token: str = TOKEN
    ) -> DiscordAdapter:
        settings = DiscordSettings(token, self.server.api_url, self.server.gateway_url)
        return DiscordAdapter(
            settings, last_seen=self.desk.last_seen, commands=commands, clock=self.clock
        )

    async def start(self) -> None:
        """Run the adapter, and wait until the gateway has accepted it."""
        before = len(self.server.gateway.identifies)
        self.running = self.tasks.spawn(self.adapter.run(self.desk.submit), "adapter")
        await self.server.until(
            lambda: self.server.gateway.sessions and len(self.server.gateway.identifies) > before
        )
        await self.client.wait_until_ready()
        await settle()

    async def stop(self) -> None:
        if self.running is not None:
            await end(self.running)

    async def restart(self) -> None:
        """Restart the adapter as a new process would: only the desk's records remain."""
        await self.stop()
        await self.adapter.close()
        await self.server.until(lambda: not self.server.gateway.connections)
        self.adapter = self.build()
        await self.start()

    def sink(self, place: Channel, cause: Any = None, **facts: Any) -> DiscordSink:
        """Build a sink as after a restart. `cause` is the message that asked."""
        handle = Handle(cause.id if cause is not None else self.server.world.snowflake(), **facts)
        sink = self.adapter.sink(ChatKey("discord", str(place.id)), str(handle))
        assert isinstance(sink, DiscordSink)
        return sink

    @property
    def client(self) -> discord.Client:
        client = self.adapter.wire.client
        assert client is not None
        return client


async def asleep(clock: FakeClock, least: float, most: float) -> None:
    """Wait until a task sleeps for `least` to `most` seconds of the clock."""
    while not any(  # noqa: ASYNC110 - the clock is a fake without an event for this
        least <= at - clock.now() <= most and not future.done() for at, _, future in clock.sleepers
    ):
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(unix=time.time())


@pytest.fixture
async def server(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordServer]:
    monkeypatch.setattr(discord.http.Route, "BASE", "")
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", None)
    monkeypatch.setattr(adapters.discord.client, "_GUILDS_SECONDS", 0.0)
    monkeypatch.setattr(adapters.discord.intake, "_BETWEEN_SECONDS", 0.0)
    async with DiscordServer(token=TOKEN, clock=clock.time) as running:
        yield running


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def station(server: DiscordServer, desk: Desk, clock: FakeClock) -> AsyncIterator[Station]:
    place = Station(server, desk, clock)
    yield place
    await place.stop()
    await place.adapter.close()


@pytest.fixture
async def live(station: Station) -> Station:
    """Return a station whose adapter is connected."""
    await station.start()
    return station


@pytest.fixture
def channel(server: DiscordServer) -> Channel:
    return server.add_channel(server.add_guild("Home"), "general")
