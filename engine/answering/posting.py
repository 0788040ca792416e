"""Post a request to an endpoint for media, and read its response as bytes of limited size.

The request uses the HTTP library of huggingface_hub. The functions of huggingface_hub itself cannot
be used (huggingface_hub 0.36 and 2.4). ``text_to_image`` needs Pillow, and finds this out after the
picture was paid for. With a model's name it asks the Hub, in a call that blocks the event loop. It
does not use the address that was set, and it keeps a response of any size.
"""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.answering.faults import HttpRefusal
from engine.answering.hf_faults import HTTP, MOST_ERROR_BYTES, POOLED
from engine.answering.hf_streams import Address
from engine.errors import MediaRefused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

_FIRST_ERROR, _FIRST_REDIRECT = 400, 300


@dataclass(frozen=True)
class Received:
    """The body of a response, and its media type in lower case without parameters."""

    content: bytes = field(repr=False)
    media_type: str


async def post(
    url: str, body: Mapping[str, Any], headers: Mapping[str, str], seconds: float, most_bytes: int
) -> Received:
    """Send JSON and return the response.

    `seconds` is the limit on each silence. Raises `MediaRefused` for a response over `most_bytes`,
    and errors that `read_fault` knows.
    """
    sent = json.dumps(body).encode()
    return await _request("POST", url, sent, {**headers, **_JSON}, seconds, most_bytes)


async def get(url: str, seconds: float, most_bytes: int) -> Received:
    """Download a result that an endpoint names by its address. The request has no token."""
    if not url.startswith(("https://", "http://")):
        raise ValueError("the address of the result cannot be used")
    return await _request("GET", url, b"", {}, seconds, most_bytes)


_JSON = {"Content-Type": "application/json"}


async def _request(
    method: str, url: str, body: bytes, headers: Mapping[str, str], seconds: float, most_bytes: int
) -> Received:
    # The size of a compressed body does not limit its content.
    sent = {**headers, "Accept-Encoding": "identity"}
    trust = not Address(url, "", seconds).is_loopback
    ask = _ask_pooled if POOLED else _ask_session
    return await ask(method, url, body or None, sent, seconds, most_bytes, trust)


async def _ask_pooled(
    method: str,
    url: str,
    body: bytes | None,
    headers: Any,
    seconds: float,
    most: int,
    trust: bool,  # noqa: FBT001 - the library's flag
) -> Received:
    # No redirect is followed, because the request is paid for and carries a token.
    client = HTTP.AsyncClient(trust_env=trust, timeout=seconds)
    asking = client.stream(method, url, content=body, headers=headers)
    async with client, asking as response:
        facts = response.status_code, response.headers
        return await _read(response.aiter_raw(), *facts, most)


async def _ask_session(
    method: str,
    url: str,
    body: bytes | None,
    headers: Any,
    seconds: float,
    most: int,
    trust: bool,  # noqa: FBT001 - the library's flag
) -> Received:
    aiohttp = importlib.import_module("aiohttp")
    silence = aiohttp.ClientTimeout(total=None, sock_connect=seconds, sock_read=seconds)
    session = aiohttp.ClientSession(trust_env=trust, timeout=silence)
    asking = session.request(method, url, data=body, headers=headers, allow_redirects=False)
    async with session, asking as response:
        facts = response.status, response.headers
        return await _read(response.content.iter_any(), *facts, most)


async def _read(
    parts: AsyncIterator[bytes], status: int, headers: Mapping[str, str], most_bytes: int
) -> Received:
    room = MOST_ERROR_BYTES if status >= _FIRST_ERROR else most_bytes
    body = bytearray()
    async for part in parts:
        body += part
        if len(body) > room:
            break
    if status >= _FIRST_ERROR:
        raise HttpRefusal(status, headers, bytes(body[:room]).decode(errors="replace"))
    if status >= _FIRST_REDIRECT:
        raise ValueError("the endpoint redirects the request")
    if len(body) > room:
        raise MediaRefused("too_large")
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Received(bytes(body), kind)
