"""Limit the connections of a server: their number, also per address, and their silent time.

A `Gate` wraps the protocol factory of a server (uvicorn's or aiohttp's), so that each connection
passes through a `Connection` before the server's own protocol sees it. The server's handler reports
to the connection which stage its request has reached (`Stage`). Each stage has a time limit, and a
connection that exceeds it is closed. If the gate is full, a new connection replaces one that has
not finished sending a request, preferably one from its own address. Silent connections therefore
cannot keep other clients out.
"""

from __future__ import annotations

import asyncio
import logging
import math
import sys
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Callable, cast

from adapters.edge.addresses import network_of
from adapters.edge.seldom import Seldom

if TYPE_CHECKING:
    from engine.tasks import Clock

log = logging.getLogger(__name__)

Factory = Callable[[], asyncio.Protocol]

MOST_CONNECTIONS = 1_000
# File descriptors for the database, the model, the platforms and child processes.
RESERVE_DESCRIPTORS = 256
BACKLOG = 128  # connections that the operating system queues until they are accepted
LOOK_SECONDS = 1.0
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n"
)
# The text of the log line in asyncio.selector_events.
_NO_DESCRIPTOR = "socket.accept() out of system resource"


class Stage(Enum):
    """The stage of a connection's current request."""

    HEAD = "head"  # waiting for a header (the connection is new, or a part of a header has arrived)
    IDLE = "idle"  # a request was answered, and nothing has arrived since
    BODY = "body"  # the header is complete, but the body is not
    SERVING = "serving"
    STREAM = "stream"  # sending an answer without an end, such as an event stream


_OWING = (Stage.HEAD, Stage.IDLE, Stage.BODY)


@dataclass(frozen=True)
class GateLimits:
    """The largest number of connections and streams, and the time limit of each stage in seconds.

    `stalled_seconds` limits how long a client may leave an answer unread.
    """

    connections: int = MOST_CONNECTIONS
    per_address: int = 400
    streams: int = 750
    streams_per_address: int = 200  # this is enough for a school class behind one router
    head_seconds: float = 10.0
    idle_seconds: float = 75.0
    body_seconds: float = 20.0
    stalled_seconds: float = 30.0

    @classmethod
    def within(cls, descriptors: int) -> GateLimits:
        """Return limits that fit this number of file descriptors and leave a reserve."""
        room = max(descriptors - RESERVE_DESCRIPTORS, descriptors // 2)
        most = max(8, min(MOST_CONNECTIONS, room))
        return cls(
            connections=most,
            per_address=max(4, most * 2 // 5),
            streams=most * 3 // 4,
            streams_per_address=max(2, most // 5),
        )


def descriptors() -> int:
    """Return the number of files and sockets that this process may have open."""
    if sys.platform == "win32":
        return 8192  # sockets are handles on Windows and have no such limit
    import resource  # noqa: PLC0415 - Windows has no such module

    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return 1 << 20 if soft == resource.RLIM_INFINITY else soft


class Gate:
    """The connections of one listening server. `name` is the platform's name for the log.

    `proxied` is true if every peer is a proxy. A connection then belongs to no address until its
    request names one. `by_address` holds the open connections in the order of their arrival.
    Connections without an address have the key "".
    """

    def __init__(
        self, name: str, clock: Clock, limits: GateLimits | None = None, *, proxied: bool = False
    ) -> None:
        self.limits = limits or GateLimits.within(descriptors())
        self.clock = clock
        self._name, self._proxied = name, proxied
        self.by_address: dict[str, dict[Connection, None]] = {}
        self._by_peer: dict[tuple[str, int], Connection] = {}
        self._told = Seldom(log, clock)

    def __len__(self) -> int:
        return len(self._by_peer)

    def wrap(self, factory: Factory) -> Factory:
        """Return a protocol factory whose connections pass through this gate."""
        return lambda: Connection(self, factory)

    def connection(self, peer: Any) -> Connection | None:
        """Return the open connection of a peer, which is given as (host, port, …)."""
        return self._by_peer.get((peer[0], peer[1])) if peer else None

    def enter(self, connection: Connection) -> bool:
        """Admit a new connection. Return whether there was room.

        If there are too many connections, in all or from this address, the new one replaces one of
        them that has not finished sending its request.
        """
        address = "" if self._proxied else network_of(connection.peer[0])
        own = self.by_address.get(address, {})
        if address and len(own) >= self.limits.per_address and not _evict(own):
            self._told.warning("%s: too many connections from one address", self._name)
            return False
        if len(self) >= self.limits.connections and not self._evict_any():
            self._told.warning("%s: too many connections", self._name)
            return False
        self._by_peer[connection.peer] = connection
        self.place(connection, address)
        return True

    def leave(self, connection: Connection) -> None:
        """Stop counting a connection. Idempotent."""
        if self._by_peer.get(connection.peer) is connection:
            del self._by_peer[connection.peer]
        self._displace(connection)

    def place(self, connection: Connection, address: str) -> None:
        """Assign an open connection to an address."""
        self._displace(connection)
        connection.address = address
        self.by_address.setdefault(address, {})[connection] = None

    def may_stream(self, address: str) -> bool:
        """Return whether an address may have one more stream.

        If all streams are in use, one stream of the address with the most streams is closed to make
        room.
        """
        streams = Counter(
            one.address for one in self._by_peer.values() if one.stage is Stage.STREAM
        )
        if streams[address] >= self.limits.streams_per_address:
            return False
        if sum(streams.values()) < self.limits.streams:
            return True
        greatest, count = streams.most_common(1)[0]
        if count <= streams[address] + 1:
            return False
        next(one for one in self.by_address[greatest] if one.stage is Stage.STREAM).abort()
        return True

    async def watch(self) -> None:
        """Close connections that exceed the time limit of their stage, until cancelled."""
        while True:
            await self.clock.sleep(LOOK_SECONDS)
            now = self.clock.now()
            for connection in list(self._by_peer.values()):
                if connection.due <= now:
                    connection.abort()

    def _evict_any(self) -> bool:
        most_first = sorted(self.by_address.values(), key=len, reverse=True)
        return any(_evict(group) for group in most_first)

    def _displace(self, connection: Connection) -> None:
        group = self.by_address.get(connection.address, {})
        group.pop(connection, None)
        if not group:
            self.by_address.pop(connection.address, None)


def _evict(group: dict[Connection, None]) -> bool:
    oldest = next((one for one in group if one.stage in _OWING), None)
    if oldest is not None:
        oldest.abort()
    return oldest is not None


class Connection(asyncio.Protocol):
    """One connection. It passes everything to the server's own protocol.

    `peer` is its (host, port), `address` is the network to which it belongs, and `due` is the time
    by which its stage must have ended. A refused connection never reaches the server's protocol.
    """

    def __init__(self, gate: Gate, factory: Factory) -> None:
        self._gate, self._factory = gate, factory
        self._inner: asyncio.Protocol | None = None
        self._transport: asyncio.Transport | None = None
        self._late = self._stalled = math.inf
        self.peer: tuple[str, int] = ("", 0)
        self.address = ""
        self.stage = Stage.HEAD

    @property
    def due(self) -> float:
        """Return the time at which the connection will be closed, by the gate's clock."""
        return min(self._late, self._stalled)

    # Calls by the server's request handler

    def begin(self, address: str) -> bool:
        """Begin a request whose header is complete.

        Return whether the request's address has no more connections than its limit.
        """
        if address != self.address:
            self._gate.place(self, address)
        self._turn(Stage.SERVING, math.inf)
        return len(self._gate.by_address[address]) <= self._gate.limits.per_address

    def expect_body(self) -> None:
        """Begin to wait for the request's body. The client has `body_seconds` for it."""
        self._turn(Stage.BODY, self._gate.limits.body_seconds)

    def serve(self) -> None:
        """Begin to answer. An answer has no time limit here."""
        self._turn(Stage.SERVING, math.inf)

    def stream(self) -> bool:
        """Turn the answer into a stream. Return whether there is room for one more stream."""
        if not self._gate.may_stream(self.address):
            return False
        self._turn(Stage.STREAM, math.inf)
        return True

    def done(self) -> None:
        """End a request. The client then has `idle_seconds` to begin the next request."""
        self._turn(Stage.IDLE, self._gate.limits.idle_seconds)

    def abort(self) -> None:
        """Close the connection at once."""
        self._gate.leave(self)
        if self._transport is not None:
            self._transport.abort()

    def _turn(self, stage: Stage, seconds: float) -> None:
        self.stage = stage
        self._late = self._gate.clock.now() + seconds

    # Calls by the transport (asyncio.Protocol)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Admit the connection and create the server's protocol for it, or refuse it."""
        self._transport = transport = cast("asyncio.Transport", transport)
        host, port = (transport.get_extra_info("peername") or ("", id(self)))[:2]
        self.peer = (str(host), int(port))
        if not self._gate.enter(self):
            transport.write(_FULL)
            transport.close()
            return
        self._turn(Stage.HEAD, self._gate.limits.head_seconds)
        self._inner = self._factory()
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Pass bytes to the server's protocol. On an idle connection, they begin a new request."""
        if self.stage is Stage.IDLE:
            self._turn(Stage.HEAD, self._gate.limits.head_seconds)
        if self._inner is not None:
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Tell the server's protocol that the client has finished sending."""
        return None if self._inner is None else self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the server's protocol that the connection has ended."""
        self._gate.leave(self)
        if self._inner is not None:
            self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """Tell the server's protocol that the client does not read.

        The client has `stalled_seconds` to read again.
        """
        self._stalled = self._gate.clock.now() + self._gate.limits.stalled_seconds
        if self._inner is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Tell the server's protocol that the client reads again."""
        self._stalled = math.inf
        if self._inner is not None:
            self._inner.resume_writing()


class _QuietAccepts:
    """An exception handler of an event loop that limits the log lines about failed accepts.

    It handles only accepts that failed because the process has no free file descriptor. Every other
    error goes to the previous handler (`before`).
    """

    def __init__(self, before: Any, name: str, clock: Clock) -> None:
        self._before, self._name = before, name
        self._told = Seldom(log, clock)

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if context.get("message") == _NO_DESCRIPTOR:
            self._told.warning("%s: no file descriptor is left for a new connection", self._name)
        elif self._before is not None:
            self._before(loop, context)
        else:
            loop.default_exception_handler(context)


def quiet_accepts(name: str, clock: Clock) -> None:
    """Make the running event loop log failed accepts at most once a minute.

    Otherwise asyncio logs thousands of them a second while no file descriptor is free.
    """
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    if not isinstance(before, _QuietAccepts):
        loop.set_exception_handler(_QuietAccepts(before, name, clock))
