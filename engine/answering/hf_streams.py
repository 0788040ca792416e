"""What an endpoint is to Pipit, and how the chunks of its answer are read from bytes."""

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

# After this much of a stream without a pause other tasks get a turn: some milliseconds of work.
_TURN_EVENTS, _TURN_BYTES = 32, 64 * 1024


class ChatStream(Protocol):
    """The chunks of one chat completion.

    Raises whatever the vendor raises, `Reported`, `Oversized` or ValueError.
    """

    async def read(self) -> Json | None:
        """Return the next chunk, None at the end.

        Other tasks have a turn at least every 32 chunks.
        """

    @property
    def complete(self) -> bool:
        """Return whether the endpoint has said that the stream is complete (``[DONE]``)."""

    async def close(self) -> None:
        """End the call at the endpoint at once, unless it has ended; idempotent."""


class Endpoint(Protocol):
    """A chat completion endpoint; raises whatever the vendor raises."""

    async def open(self, request: Mapping[str, Any]) -> ChatStream:
        """Ask for a streamed completion; returns when the endpoint has begun to answer."""

    async def close(self) -> None:
        """Give up idle connections; idempotent."""


@dataclass(frozen=True)
class Address:
    """Where an endpoint is and how long it may be silent."""

    base_url: str
    token: str = field(repr=False)
    silence_seconds: float

    @property
    def is_loopback(self) -> bool:
        """Return whether the endpoint is on this machine; proxies are for everything else."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


class Chunks:
    """The chunks of a body whose bytes `parts` yields; other tasks get turns while it is read."""

    def __init__(self, parts: AsyncIterator[bytes], coding: str, clock: Clock) -> None:
        self._parts, self._clock = parts, clock
        self._inflater = Inflater(coding)
        self._reader = EventReader()
        self._pending: Any = iter(())
        self._ended = False
        self._events = self._bytes = 0  # since other tasks had a turn

    @property
    def complete(self) -> bool:
        """Return whether the endpoint has said that the stream is complete."""
        return self._reader.done

    async def read(self) -> Json | None:
        """Return the next chunk, None at the end; as `ChatStream.read`."""
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
