"""Serve probes and metrics by HTTP on ``HEALTH_PORT``, without any library.

The server reads the header of one GET request on each connection, responds and closes it. A `Gate`
limits the connections and their time.
"""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from adapters.edge.gate import BACKLOG, Gate, GateLimits, quiet_accepts
from adapters.edge.vitals import Report, Vitals, bearer_of, is_local
from engine.errors import ConnectionLost
from engine.tasks import Tasks, describe

if TYPE_CHECKING:
    from engine.tasks import Clock

log = logging.getLogger(__name__)

MOST_HEAD_BYTES = 8_192
LIMITS = GateLimits(connections=64, per_address=32, head_seconds=5.0, idle_seconds=5.0)


class HealthServer:
    """The server on one port. `port` is the port on which it listens."""

    def __init__(self, vitals: Vitals, host: str, port: int, clock: Clock) -> None:
        self._vitals, self._host, self.port = vitals, host, port
        self._gate = Gate("health", clock, LIMITS)
        self._clock = clock
        self._tasks = Tasks("health")
        self._server: asyncio.AbstractServer | None = None

    async def open(self) -> None:
        """Listen. Raises `ConnectionLost` if the port is in use."""
        quiet_accepts("health", self._clock)
        loop = asyncio.get_running_loop()
        factory = self._gate.wrap(self._protocol)
        try:
            self._server = await loop.create_server(factory, self._host, self.port, backlog=BACKLOG)
        except OSError as error:
            raise ConnectionLost(f"health: cannot listen on port {self.port}") from error
        self.port = self._server.sockets[0].getsockname()[1]
        self._tasks.spawn(self._gate.watch(), "late connections")
        log.info("health: probes and metrics are on %s, port %d", self._host, self.port)

    async def close(self) -> None:
        """Stop listening. Idempotent."""
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._tasks.close()

    def _protocol(self) -> asyncio.Protocol:
        return _Request(self)

    def serve(self, peer: str, head: bytes, transport: asyncio.Transport) -> None:
        """Respond to a request in a task of its own, and close its connection."""
        connection = self._gate.connection(transport.get_extra_info("peername"))
        if connection is not None:
            connection.serve()
        self._tasks.spawn(self._answer(peer, head, transport), "answer")

    async def _answer(self, peer: str, head: bytes, transport: asyncio.Transport) -> None:
        try:
            report, whole = await self._report(peer, head)
        except Exception as error:  # noqa: BLE001 - a probe must get an answer whatever fails
            log.error("health: a probe failed: %s", describe(error))
            report, whole = Report(500, "failed\n"), True
        transport.write(rendered(report, whole=whole))
        transport.close()

    async def _report(self, peer: str, head: bytes) -> tuple[Report, bool]:
        """Return the response, and whether its body is sent. The body is not sent for HEAD."""
        first, *lines = head.decode("latin-1").split("\r\n")
        method, _, rest = first.partition(" ")
        path = rest.partition(" ")[0].partition("?")[0]
        if method not in ("GET", "HEAD"):
            return Report(405, "only GET\n"), True
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        report = await self._vitals.report(
            path,
            local=is_local(peer, headers),
            bearer=bearer_of(headers.get("authorization", "")),
        )
        return report, method == "GET"


class _Request(asyncio.Protocol):
    """One connection, which collects the header of a request."""

    def __init__(self, server: HealthServer) -> None:
        self._server = server
        self._head = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport for the response."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - TCP has no other
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Collect the header.

        Respond once the header is complete. Close the connection if it is too long.
        """
        transport = self._transport
        if transport is None:
            return
        self._head += data
        head, found, _ = self._head.partition(b"\r\n\r\n")
        if len(self._head) > MOST_HEAD_BYTES:
            self._transport = None
            transport.write(rendered(Report(431, "too long\n"), whole=True))
            transport.close()
        elif found:
            self._transport = None  # further bytes are ignored
            peer = transport.get_extra_info("peername") or ("",)
            self._server.serve(str(peer[0]), head, transport)


def rendered(report: Report, *, whole: bool) -> bytes:
    """Return a response as the bytes of HTTP."""
    body = report.body.encode()
    lines = (
        f"HTTP/1.1 {report.status} {HTTPStatus(report.status).phrase}",
        f"Content-Type: {report.kind}",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join((*lines, "", "")).encode() + (body if whole else b"")
