"""Send raw HTTP, for requests that no client library would send."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LIMIT_SECONDS = 20.0


@dataclass(frozen=True)
class Said:
    """The response of a server. The status is 0 if it closed the connection without one."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    @property
    def cookies(self) -> dict[str, str]:
        return dict(line.split(";")[0].split("=", 1) for line in self.all("set-cookie"))


def request(
    target: str, *headers: str, method: str = "GET", host: str = "127.0.0.1", body: bytes = b""
) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def post(target: str, data: Any, *headers: str, **more: str) -> bytes:
    body = json.dumps(data).encode()
    return request(
        target, "Content-Type: application/json", *headers, method="POST", body=body, **more
    )


def cookie_line(cookies: dict[str, str]) -> str:
    return "Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items())


async def send(url: str, *parts: bytes) -> Said:
    """Send bytes on a new connection and return what was received before it was closed."""
    _, writer, reader = await connect(url)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        raw = await _rest(reader)
    except ConnectionError:
        return Said(0, (), b"")
    finally:
        await drop(writer)
    return _parsed(raw)


async def drop(*writers: asyncio.StreamWriter) -> None:
    """Close connections and wait until they are."""
    for writer in writers:
        writer.close()
        try:
            await writer.wait_closed()
        except ConnectionError:
            pass  # the server closed the connection first


async def connect(url: str) -> tuple[str, asyncio.StreamWriter, asyncio.StreamReader]:
    host, _, port = url.rpartition("/")[2].partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    return host, writer, reader


async def _rest(reader: asyncio.StreamReader) -> bytes:
    pieces = []
    try:
        while piece := await reader.read(65_536):
            pieces.append(piece)
    except ConnectionError:
        pass  # only the data before this counts
    return b"".join(pieces)


def _parsed(raw: bytes) -> Said:
    head, _, body = raw.partition(b"\r\n\r\n")
    if not head:
        return Said(0, (), b"")
    first, *lines = head.decode("latin-1").split("\r\n")
    return Said(int(first.split(" ")[1]), tuple(_pairs(lines)), body)


def _pairs(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        name, _, value = line.partition(":")
        yield name.lower(), value.strip()
