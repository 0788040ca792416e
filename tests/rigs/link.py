"""A connection between a process and a PostgreSQL server whose faults a test controls.

The link is a TCP proxy on loopback. The frames of the server are described in
https://www.postgresql.org/docs/current/protocol-message-formats.html.
"""

from __future__ import annotations

import asyncio
import struct
from contextlib import suppress

from engine.tasks import Tasks, end

_SSL_REQUEST = 80877103
_NOTIFICATION = b"A"
_LOST = (ConnectionError, asyncio.IncompleteReadError)


class Link:
    """A proxy to the server on `port` of loopback.

    While it `hangs`, no byte passes and no connection ends, as after a silent cut of the network.
    While it is `mute`, the server's notifications are dropped.
    """

    def __init__(self, port: int) -> None:
        self.port = 0
        self.mute = False
        self._target = port
        self._passes = asyncio.Event()
        self._passes.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks = Tasks("link")
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])

    def hang(self) -> None:
        """Let nothing pass from now on."""
        self._passes.clear()

    def mend(self) -> None:
        """Let everything pass again. Connections that hung are cut."""
        for writer in list(self._writers):
            writer.transport.abort()
        self._passes.set()

    async def close(self) -> None:
        """Cut all connections and stop listening."""
        self.mend()
        await self._tasks.close()
        if self._server is not None:
            self._server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        ways = [
            self._tasks.spawn(self._to_server(reader, back, there, writer), "to the server"),
        ]
        try:
            await asyncio.wait(set(ways))
        finally:
            await end(*ways)
            for one in (writer, back):
                self._writers.discard(one)
                one.transport.abort()

    async def _to_server(
        self,
        reader: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        with suppress(*_LOST):
            first = await reader.readexactly(8)
            await self._pass(back, first)
            if struct.unpack("!II", first)[1] == _SSL_REQUEST:
                await self._pass(writer, await there.readexactly(1))
            answers = self._tasks.spawn(self._to_process(there, writer, back), "to the process")
            try:
                while data := await reader.read(65536):
                    await self._pass(back, data)
            finally:
                await end(answers)

    async def _to_process(
        self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, back: asyncio.StreamWriter
    ) -> None:
        """Pass the server's frames on: a letter, the length with itself, and the content."""
        try:
            while True:
                head = await there.readexactly(5)
                body = await there.readexactly(struct.unpack("!I", head[1:])[0] - 4)
                if not (self.mute and head[:1] == _NOTIFICATION):
                    await self._pass(writer, head + body)
        except _LOST:
            for one in (writer, back):
                one.transport.abort()

    async def _pass(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        await self._passes.wait()
        writer.write(data)
        await writer.drain()
