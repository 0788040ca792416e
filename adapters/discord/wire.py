"""Call Discord through discord.py's HTTP client, without the client's own waiting and retrying.

By default discord.py sleeps inside a call without telling the caller. After a 429 it sleeps as long
as Discord asks. After a 5xx it sleeps for 1, 3, 5, 7 and 9 seconds (2.7.1,
``discord.http.HTTPClient.request``). `max_ratelimit_timeout` cannot be less than 30. The client's
public `http_trace` therefore sees each response first and raises `Refused`. The library also waits
before a call if it knows that the rate-limit bucket is empty. That wait does not occur here,
because ``PACE`` leaves one call in the bucket, or waits for the same time itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from typing import TYPE_CHECKING, Callable, TypeVar

import aiohttp
import discord

from adapters.discord.failures import VENDOR, Refused, delivery_error
from engine.errors import UNKNOWN, DeadlinePassed, DeliveryFailed
from engine.tasks import finish_by

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from types import SimpleNamespace
    from typing import Any

    from engine.tasks import Clock

T = TypeVar("T")

CALL_SECONDS = 30.0
FILE_SECONDS = 90.0


class Wire:
    """The Discord client that is logged in now. All sinks share it.

    A restart of the adapter replaces the client. `shared` is true if other processes use the
    account too.
    """

    def __init__(self, clock: Clock, *, shared: bool = False) -> None:
        self.clock, self.shared = clock, shared
        self.client: discord.Client | None = None
        self._online: asyncio.Event | None = None

    async def call(
        self,
        work: Callable[[discord.Client], Coroutine[Any, Any, T]],
        seconds: float = CALL_SECONDS,
    ) -> T:
        """Run `work` with the client within `seconds`. If there is no client yet, wait for it.

        Raises only `DeliveryError`.
        """
        until = self.clock.now() + seconds
        try:
            return await finish_by(self.clock, until, self._attempt(work), "discord call")
        except DeadlinePassed as error:
            raise DeliveryFailed("no answer in time", retryable=True, state=UNKNOWN) from error
        except VENDOR as error:
            raise delivery_error(error) from error

    async def _attempt(self, work: Callable[[discord.Client], Coroutine[Any, Any, T]]) -> T:
        await self._event().wait()
        client = self.client
        assert client is not None  # noqa: S101 - the event is set only while there is a client
        try:
            return await work(client)
        except RuntimeError as error:
            if not client.is_closed():
                raise
            raise DeliveryFailed(
                "the connection was just replaced", retryable=True, state=UNKNOWN
            ) from error

    async def switch(self, client: discord.Client | None) -> None:
        """Use `client`, which is logged in, and close the previous client. Idempotent.

        If `client` is None, the previous client is only closed.
        """
        before, self.client = self.client, client
        if client is None:
            self._event().clear()
        else:
            self._event().set()
        if before is not None and before is not client:
            await before.close()

    def _event(self) -> asyncio.Event:
        """Return the event that is set while a client is logged in.

        The event is created inside a running event loop, because Python 3.9 binds it to the loop in
        which it is created.
        """
        if self._online is None:
            self._online = asyncio.Event()
        return self._online


def refusing_trace() -> aiohttp.TraceConfig:
    """Return the aiohttp trace that raises `Refused` for a response with status 429 or 5xx."""
    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(_look)
    return trace


async def _look(
    _: aiohttp.ClientSession, __: SimpleNamespace, ended: aiohttp.TraceRequestEndParams
) -> None:
    response = ended.response
    if response.status != 429 and response.status < 500:
        return
    # The body is read to its end, so that the connection can be used again.
    told = _told(await response.text(errors="replace"))
    named = told.get("retry_after") or response.headers.get("Retry-After") or 0.0
    raise Refused(response.status, int(told.get("code") or 0), _seconds(named))


def _told(body: str) -> dict[str, Any]:
    with contextlib.suppress(ValueError):
        told = json.loads(body)
        if isinstance(told, dict):
            return told
    return {}


def _seconds(named: object) -> float:
    try:
        return max(0.0, float(str(named)))
    except ValueError:
        return 0.0


async def download(url: str, max_bytes: int) -> bytes:
    """Download a file from Discord's CDN.

    Raises `DeliveryFailed` if the file no longer exists or is larger than `max_bytes`.
    """
    content = io.BytesIO()  # getvalue() does not copy the bytes
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        if response.status != 200:
            raise DeliveryFailed(
                f"the file does not exist: HTTP {response.status}", retryable=response.status >= 500
            )
        async for chunk in response.content.iter_chunked(64 * 1024):
            content.write(chunk)
            if content.tell() > max_bytes:
                raise DeliveryFailed(f"the file is longer than {max_bytes} bytes")
    return content.getvalue()
