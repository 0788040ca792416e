"""The protocols of an endpoint and of its stream, and a reader that turns bytes into chunks."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from engine.answering.sse import EventReader, Inflater

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from engine.answering.sse import Json
    from engine.tasks import Clock

# The client gets this word if the settings have no token. Without any token, the client would send
# the token that is saved on this machine, to whatever address is set.
NO_TOKEN = "none"  # noqa: S105 - this word is no secret
# A compressed stream arrives late, and the size of a compressed body does not limit its content.
HEADERS = {"Accept-Encoding": "identity", "Accept": "text/event-stream, application/json"}
# Other tasks may run each time that this many events or bytes of a stream have been read. Reading
# this much takes some milliseconds.
_TURN_EVENTS, _TURN_BYTES = 32, 64 * 1024


class ChatStream(Protocol):
    """The chunks of one chat completion.

    Raises the vendor's errors, `Reported`, `Oversized` or ValueError.
    """

    async def read(self) -> Json | None:
        """Return the next chunk, or None at the end.

        Other tasks may run at least every 32 chunks.
        """

    @property
    def complete(self) -> bool:
        """Return whether the endpoint has marked the end of the stream (``[DONE]``)."""

    async def close(self) -> None:
        """End the call at the endpoint at once, unless it has already ended. Idempotent."""


class Endpoint(Protocol):
    """A chat completion endpoint. Raises the vendor's errors."""

    async def open(self, request: Mapping[str, Any]) -> ChatStream:
        """Request a streamed completion. Returns when the endpoint has begun to respond."""

    async def close(self) -> None:
        """Close idle connections. Idempotent."""


@dataclass(frozen=True)
class Address:
    """The address of an endpoint, its token, and the longest silence that is accepted."""

    base_url: str
    token: str = field(repr=False)
    silence_seconds: float

    @property
    def is_loopback(self) -> bool:
        """Return whether the endpoint is on this machine. Calls to this machine use no proxy."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


class Chunks:
    """The chunks of a response body, read from `parts`.

    Other tasks may run while a long body is read.
    """

    def __init__(self, parts: AsyncIterator[bytes], coding: str, clock: Clock) -> None:
        self._parts, self._clock = parts, clock
        self._inflater = Inflater(coding)
        self._reader = EventReader()
        self._pending: Any = iter(())
        self._ended = False
        self._events = self._bytes = 0  # counted since the last pause for other tasks

    @property
    def complete(self) -> bool:
        """Return whether the endpoint has marked the end of the stream."""
        return self._reader.done

    async def read(self) -> Json | None:
        """Return the next chunk, or None at the end (`ChatStream.read`)."""
        while (event := self._reader.pop()) is None:
            if self._ended or self._reader.done:
                return None
            await self._feed()
        self._events += 1
        if self._events >= _TURN_EVENTS:
            await self._give_way()
        return event

    async def _feed(self) -> None:
        part = next(self._pending, None)
        if part is None:
            try:
                self._pending = self._inflater.parts(await self._parts.__anext__())
            except StopAsyncIteration:
                self._ended = True
                self._reader.end()
            return
        self._reader.feed(part)
        self._bytes += len(part)
        if self._bytes >= _TURN_BYTES:
            await self._give_way()

    async def _give_way(self) -> None:
        self._events = self._bytes = 0
        await self._clock.sleep(0)
