"""Frames of the gateway that cannot be read are skipped, and the session goes on."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest
from discord import gateway

from adapters.discord.frames import tolerant


class Decompressor:
    """Unpack what `zlib` has packed."""

    def decompress(self, frame: bytes) -> str:
        return zlib.decompress(frame).decode()


class Connection:
    """A connection that reads frames as strictly as orjson does."""

    def __init__(self) -> None:
        self._decompressor = Decompressor()
        self.read: list[Any] = []

    async def received_message(self, frame: str) -> None:
        if "\\ud800" in frame:
            raise json.JSONDecodeError("half of a surrogate pair", frame, 0)
        self.read.append(json.loads(frame)["t"])


receive = tolerant(Connection.received_message)


@pytest.mark.parametrize("odd", ["", "hello", '{"t": ', "[1]", "null", '"text"', "\x00"])
async def test_a_frame_that_is_no_json_object_is_skipped(odd: str) -> None:
    connection = Connection()
    for frame in ('{"t": 1}', odd, '{"t": 2}'):
        await receive(connection, frame)
    assert connection.read == [1, 2]


async def test_half_of_a_surrogate_pair_costs_a_letter_and_not_the_frame() -> None:
    connection = Connection()
    await receive(connection, '{"t": "a\\ud800b"}')
    assert connection.read == ["a?b"]


async def test_a_packed_frame_is_read() -> None:
    connection = Connection()
    await receive(connection, zlib.compress(b'{"t": 1}'))
    assert connection.read == [1]


async def test_a_packed_frame_that_cannot_be_unpacked_ends_the_connection() -> None:
    with pytest.raises(gateway.WebSocketClosure):
        await receive(Connection(), b"this was never packed")
