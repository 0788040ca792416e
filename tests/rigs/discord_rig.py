"""Fixtures that connect a discord.py client and raw connections to the imitated Discord.

They serve the tests of both. A test module uses a fixture by giving it a name of its own: ``bot =
discord_rig.bot``.
"""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands

from tests.servers.discord import DiscordServer
from tests.servers.owned_tasks import OwnedTasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from typing_extensions import Self

TOKEN = "abc"


class HandClock:
    """A clock whose Unix time changes only when a test moves it."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


class Bot(discord.Client):
    """A discord.py client that puts received events into queues."""

    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(intents=intents, guild_ready_timeout=0, max_messages=None)
        self.heard: dict[str, asyncio.Queue[Any]] = {}
        self.failed: BaseException | None = None
        self.tree = app_commands.CommandTree(self)

    def queue(self, name: str) -> asyncio.Queue[Any]:
        return self.heard.setdefault(name, asyncio.Queue())

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        super().dispatch(event, *args, **kwargs)
        self.queue(event).put_nowait(args[0] if args else None)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Skip the library's pause of 5 seconds before a second IDENTIFY."""

    async def live(self) -> None:
        try:
            await self.start(TOKEN)
        except (discord.DiscordException, aiohttp.ClientError) as error:
            self.failed = error
            self.queue("failed").put_nowait(error)


def modest() -> discord.Intents:
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def server(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordServer]:
    async with DiscordServer(token=TOKEN, clock=clock) as running:
        monkeypatch.setattr(discord.http.Route, "BASE", running.api_url)
        monkeypatch.setattr(
            discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(running.gateway_url)
        )
        yield running


@pytest.fixture
async def tasks() -> AsyncIterator[OwnedTasks]:
    owned = OwnedTasks()
    yield owned
    await owned.close()


@pytest.fixture
async def bot(server: DiscordServer, tasks: OwnedTasks) -> AsyncIterator[Bot]:
    client = Bot(modest())
    tasks.spawn(client.live(), "bot")
    await client.queue("ready").get()
    yield client
    await client.close()


@pytest.fixture
async def http(server: DiscordServer) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bot {TOKEN}"}
    async with aiohttp.ClientSession(server.api_url + "/", headers=headers) as session:
        yield session


@pytest.fixture
def channel(server: DiscordServer) -> Any:
    return server.add_channel(server.add_guild("Home"), "general")


async def create(http: aiohttp.ClientSession, channel: Any, **body: Any) -> tuple[int, Any, Any]:
    async with http.post(f"channels/{channel.id}/messages", json=body) as response:
        return response.status, await response.json(content_type=None), response.headers


class RawGateway:
    """A websocket connection to the gateway without a client library."""

    def __init__(self, server: DiscordServer, compress: str = "") -> None:
        self._url = yarl.URL(server.gateway_url).with_query(
            v=10, encoding="json", compress=compress
        )
        self._zlib = zlib.decompressobj()
        self._zstd: Any = None
        if compress == "zstd-stream":
            import zstandard

            self._zstd = zstandard.ZstdDecompressor().decompressobj()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        self.socket = await self._session.ws_connect(self._url)
        assert (await self.receive(10))["d"]["heartbeat_interval"] == 41_250
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def send(self, operation: int, data: Any) -> None:
        await self.socket.send_str(json.dumps({"op": operation, "d": data}))

    async def receive(self, operation: int) -> Any:
        """Return the next packet with this operation."""
        while True:
            message = await self.socket.receive()
            assert message.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}, message
            packet = json.loads(self._text(message.data))
            if packet["op"] == operation:
                return packet

    def _text(self, data: Any) -> Any:
        if isinstance(data, str):
            return data
        if self._zstd is not None:
            return self._zstd.decompress(data)
        assert data.endswith(b"\x00\x00\xff\xff")
        return self._zlib.decompress(data)

    async def identify(self, token: str = TOKEN, intents: int = 0) -> Any:
        """Identify and return the data of READY, or None if the gateway closes the connection."""
        await self.send(2, {"token": token, "intents": intents, "properties": {}})
        if (
            token != TOKEN
            or not (message := await self.socket.receive()).data
            or isinstance(message.data, int)
        ):
            return None
        return json.loads(self._text(message.data))["d"]

    async def close_code(self) -> int | None:
        """Return the close code that the server sends."""
        while (await self.socket.receive()).type not in {
            aiohttp.WSMsgType.CLOSE,
            aiohttp.WSMsgType.CLOSED,
        }:
            pass
        return self.socket.close_code
