"""Tests of a gate's connections, with fake transports and a fake clock."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from adapters.edge.gate import Connection, Gate, GateLimits, Stage, descriptors, quiet_accepts
from engine.tasks import Tasks
from tests.rigs.fakes import FakeClock, settle

LIMITS = GateLimits(connections=6, per_address=3, streams=4, streams_per_address=2)


class Wire(asyncio.Transport):
    """A transport that records what was written and whether it was closed."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__({"peername": (host, port)})
        self.written = b""
        self.ended = ""

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self.ended = "closed"

    def abort(self) -> None:
        self.ended = "aborted"


class Server(asyncio.Protocol):
    """A protocol that records its calls."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.told.append("made")

    def data_received(self, data: bytes) -> None:
        self.told.append(data.decode())

    def eof_received(self) -> bool:
        self.told.append("eof")
        return True

    def pause_writing(self) -> None:
        self.told.append("pause")

    def resume_writing(self) -> None:
        self.told.append("resume")

    def connection_lost(self, exc: Exception | None) -> None:
        self.told.append("lost")


class Door:
    """A gate with its connections."""

    def __init__(self, limits: GateLimits = LIMITS, **more: Any) -> None:
        self.clock = FakeClock()
        self.gate = Gate("test", self.clock, limits, **more)
        self.servers: list[Server] = []
        self._factory = self.gate.wrap(self._serve)
        self._ports = iter(range(1, 10_000))

    def _serve(self) -> Server:
        self.servers.append(Server())
        return self.servers[-1]

    def connect(self, host: str = "192.0.2.1") -> tuple[Connection, Wire]:
        connection, wire = self._factory(), Wire(host, next(self._ports))
        assert isinstance(connection, Connection)
        connection.connection_made(wire)
        return connection, wire

    def serve(self, host: str = "192.0.2.1") -> tuple[Connection, Wire]:
        connection, wire = self.connect(host)
        if not wire.ended:
            connection.begin(connection.address)
        return connection, wire


async def test_the_servers_protocol_is_told_all_that_happens() -> None:
    door = Door()
    connection, wire = door.connect()
    connection.data_received(b"GET /")
    connection.pause_writing()
    connection.resume_writing()
    assert connection.eof_received() is True
    connection.connection_lost(None)
    assert door.servers[0].told == ["made", "GET /", "pause", "resume", "eof", "lost"]
    assert (wire.ended, len(door.gate), door.gate.by_address) == ("", 0, {})


@pytest.mark.parametrize(
    ("begun", "limit"), [("", 10), ("head", 10), ("body", 20), ("done", 75), ("unread", 30)]
)
async def test_a_connection_that_is_late_is_closed(begun: str, limit: int) -> None:
    door, tasks = Door(), Tasks("test")
    tasks.spawn(door.gate.watch(), "watch")
    connection, wire = door.connect()
    if begun == "head":
        connection.data_received(b"GET /")
    elif begun == "body":
        connection.begin(connection.address)
        connection.expect_body()
    elif begun:
        connection.begin(connection.address)
        connection.done() if begun == "done" else connection.pause_writing()
    await door.clock.advance(limit - 1)
    assert wire.ended == ""
    await door.clock.advance(2)
    assert (wire.ended, len(door.gate)) == ("aborted", 0)
    await tasks.close()


async def test_a_trickle_of_bytes_does_not_buy_time() -> None:
    door, tasks = Door(), Tasks("test")
    tasks.spawn(door.gate.watch(), "watch")
    connection, wire = door.connect()
    for _ in range(12):
        connection.data_received(b"x")
        await door.clock.advance(1)
    assert wire.ended == "aborted"
    await tasks.close()


async def test_an_answer_and_a_stream_may_take_their_time() -> None:
    door, tasks = Door(), Tasks("test")
    tasks.spawn(door.gate.watch(), "watch")
    (_, answer), (stream, streaming) = door.serve(), door.serve()
    assert stream.stream()
    await door.clock.advance(3600)
    assert (answer.ended, streaming.ended) == ("", "")
    await tasks.close()


async def test_silent_connections_shut_nobody_out_from_the_same_address_either() -> None:
    door = Door()
    silent = [door.connect()[1] for _ in range(50)]
    _, wire = door.serve()
    assert wire.ended == ""
    assert [one.ended for one in silent].count("") == LIMITS.per_address - 1


async def test_one_address_can_take_no_places_of_others() -> None:
    door = Door()
    for _ in range(50):
        door.serve("192.0.2.1")
    assert len(door.gate) == LIMITS.per_address
    assert door.serve("192.0.2.2")[1].ended == ""


async def test_an_address_with_too_many_requests_at_once_is_refused() -> None:
    door = Door()
    for _ in range(LIMITS.per_address):
        door.serve()
    _, wire = door.connect()
    assert wire.written.startswith(b"HTTP/1.1 503 ")
    assert wire.ended == "closed"
    assert len(door.servers) == LIMITS.per_address


async def test_an_ipv6_network_is_one_address() -> None:
    door = Door()
    for number in range(10):
        door.serve(f"2001:db8::{number:x}")
    assert len(door.gate) == LIMITS.per_address


async def test_a_full_gate_lets_a_new_connection_in_for_the_oldest_that_owes_a_request() -> None:
    door = Door()
    wires = [door.connect(f"192.0.2.{number}")[1] for number in range(7)]
    assert [wire.ended for wire in wires] == ["aborted", *[""] * 6]


async def test_a_full_gate_of_requests_refuses() -> None:
    door = Door()
    for number in range(6):
        door.serve(f"192.0.2.{number}")
    assert door.connect("192.0.2.9")[1].ended == "closed"


async def test_streams_leave_room_for_requests() -> None:
    door = Door()
    assert [door.serve()[0].stream() for _ in range(3)] == [True, True, False]


async def test_who_has_most_streams_loses_one_to_who_has_none() -> None:
    door = Door()
    first = [door.serve("192.0.2.1") for _ in range(2)]
    second = [door.serve("192.0.2.2") for _ in range(2)]
    assert all(one.stream() for one, _ in (*first, *second))
    assert door.serve("192.0.2.3")[0].stream()
    assert [wire.ended for _, wire in (*first, *second)] == ["aborted", "", "", ""]
    assert not door.serve("192.0.2.3")[0].stream()


async def test_behind_a_proxy_a_connection_counts_for_who_asks_through_it() -> None:
    door = Door(proxied=True)
    connections = [door.connect("10.0.0.1")[0] for _ in range(5)]
    assert [one.begin("192.0.2.1") for one in connections] == [True, True, True, False, False]
    assert door.connect("10.0.0.1")[0].begin("192.0.2.2")


async def test_a_connection_that_has_gone_is_not_counted_again() -> None:
    door = Door()
    connection, _ = door.connect()
    peer = connection.peer
    connection.connection_lost(None)
    assert door.gate.connection(peer) is None
    assert door.gate.connection(None) is None


async def test_after_an_answer_the_next_request_has_to_be_whole_in_time() -> None:
    door = Door()
    connection, _ = door.serve()
    connection.done()
    assert connection.stage is Stage.IDLE
    connection.data_received(b"GET /")
    assert connection.stage is Stage.HEAD
    assert connection.due == door.clock.now() + LIMITS.head_seconds


@pytest.mark.parametrize("files", [64, 256, 1024, 4096, 1 << 20])
def test_the_limits_leave_descriptors_for_the_rest_of_the_process(files: int) -> None:
    limits = GateLimits.within(files)
    assert limits.connections <= max(files - 256, files // 2)
    assert limits.connections <= 1000
    assert 0 < limits.streams_per_address < limits.per_address < limits.connections
    assert limits.streams < limits.connections
    assert descriptors() > 0


async def test_accepts_that_fail_are_one_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    loop, clock, others = asyncio.get_running_loop(), FakeClock(), []
    loop.set_exception_handler(lambda _, context: others.append(context["message"]))
    for _ in range(3):
        quiet_accepts("test", clock)
    for _ in range(1000):
        loop.call_exception_handler({"message": "socket.accept() out of system resource"})
    loop.call_exception_handler({"message": "another"})
    await settle()
    assert [
        record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING
    ] == ["test: no file descriptor is left for a new connection"]
    assert others == ["another"]
    loop.set_exception_handler(None)
