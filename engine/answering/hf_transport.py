"""huggingface_hub in the three generations that Pipit runs on: the one place that knows how they differ.

========  =======  ======================================================================================
0.36      aiohttp  a session for each call; ``timeout`` would end the whole stream, so silence is timed here
1.x       httpx    ``timeout`` is silence; a shared client keeps every streamed response until it is closed
2.x       httpx2   as 1.x
========  =======  ======================================================================================

What a shared client of 1.x and 2.x keeps is 13 to 17 kB for each reply
(`AsyncInferenceClient.exit_stack`), and a new client for each call would pay for a TLS context and
a connection each time. So each call has its own client, closed after it, over one pool of
connections that outlives them: the session factory lends the pool out, and leaving what was lent
does not close it. The pool also stands apart from ``HF_HUB_OFFLINE``, which refuses even calls to
loopback.
"""

from __future__ import annotations

import asyncio
import importlib
import ipaddress
import logging
import ssl
from collections import defaultdict
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import huggingface_hub
from huggingface_hub import constants
from huggingface_hub.errors import (
    HfHubHTTPError,
    InferenceTimeoutError,
    OverloadedError,
    TextGenerationError,
)

from engine.errors import DeadlinePassed
from engine.tasks import finish_by

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from engine.tasks import Clock

log = logging.getLogger(__name__)

# The library that huggingface_hub itself speaks HTTP with: its errors' base class says which.
_HTTP = importlib.import_module(HfHubHTTPError.__bases__[0].__module__.partition(".")[0])
POOLED = hasattr(_HTTP, "AsyncClient")
_ByteStream: Any = getattr(_HTTP, "AsyncByteStream", object)

# Else 2.x asks huggingface.co, at its first call, for a list by which its user agent then tells
# what started this process: a request to a place that nobody set, on the event loop, for up to
# three seconds.
constants.HF_HUB_DISABLE_TELEMETRY = True
# Without a token the client would send the one saved on this machine, to whatever address is set.
_NO_TOKEN = "none"  # noqa: S105 - the word, not a secret
_MOST_ERROR_BYTES = 64 * 1024
_IDLE_CONNECTIONS = 8
_IDLE_SECONDS = 60.0
_ENDING_SECONDS = 0.5


class FaultKind(Enum):
    """What happened to a call, in no vendor's terms."""

    STATUS = "status"
    TIMEOUT = "timeout"
    LOST = "lost"
    REPORTED = "reported"
    OVERLOADED = "overloaded"
    GARBLED = "garbled"
    ADDRESS = "address"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Fault:
    """A vendor's error; `text` is the endpoint's own words, to be sorted by and never shown or logged."""

    kind: FaultKind
    status: int = 0
    retry_after: str = ""
    text: str = field(default="", repr=False)


class HttpRefusal(Exception):
    """A status of 400 or more, with the first part of its body."""

    def __init__(self, status: int, headers: Mapping[str, str], body: str) -> None:
        super().__init__(f"status {status}")
        self.status, self.headers, self.body = status, headers, body


def read_fault(error: Exception) -> Fault:
    """Sort a vendor's error: by its status where it has one, else by the table of classes."""
    response = getattr(error, "response", None)
    status = getattr(error, "status", 0) or getattr(response, "status_code", 0)
    if isinstance(status, int) and status >= 400:
        headers = getattr(error, "headers", None) or getattr(response, "headers", None) or {}
        return Fault(FaultKind.STATUS, status, headers.get("Retry-After", ""), _words(error))
    kind = next((kind for classes, kind in _KINDS if isinstance(error, classes)), FaultKind.UNKNOWN)
    if kind is FaultKind.REPORTED:
        return Fault(kind, _reported_status(error), text=str(error.args))
    return Fault(kind)


def _words(error: Exception) -> str:
    if isinstance(error, HttpRefusal):
        return error.body
    return str(getattr(error, "response_error_payload", None) or error)


def _reported_status(error: Exception) -> int:
    report = error.args[0] if error.args else None
    code = report.get("code") if isinstance(report, dict) else None
    return code if isinstance(code, int) else 0


def _vendor_kinds() -> list[tuple[Any, FaultKind]]:
    if POOLED:
        return [
            (_HTTP.TimeoutException, FaultKind.TIMEOUT),
            (
                (_HTTP.UnsupportedProtocol, _HTTP.LocalProtocolError, _HTTP.InvalidURL),
                FaultKind.ADDRESS,
            ),
            ((_HTTP.DecodingError, _HTTP.TooManyRedirects), FaultKind.GARBLED),
            (_HTTP.HTTPError, FaultKind.LOST),
        ]
    aiohttp = importlib.import_module("aiohttp")
    return [(aiohttp.InvalidURL, FaultKind.ADDRESS), (aiohttp.ClientError, FaultKind.LOST)]


_KINDS: list[tuple[Any, FaultKind]] = [
    (OverloadedError, FaultKind.OVERLOADED),
    (TextGenerationError, FaultKind.REPORTED),
    # On 3.9 asyncio has a TimeoutError of its own.
    (
        (InferenceTimeoutError, asyncio.TimeoutError, TimeoutError, DeadlinePassed),
        FaultKind.TIMEOUT,
    ),
    *_vendor_kinds(),
    # A line that is not JSON, or JSON of another shape: the client fails on it in these ways.
    ((ValueError, TypeError, AttributeError, KeyError), FaultKind.GARBLED),
    (OSError, FaultKind.LOST),
]
"""The first that fits counts."""


class ChatStream(Protocol):
    """The chunks of one chat completion; raises whatever the vendor raises."""

    async def read(self) -> Any:
        """Return the next chunk, None at the end."""

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
        """Tell whether the endpoint is on this machine; proxies are for everything else."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def reach(address: Address, clock: Clock) -> Endpoint:
    """Return the endpoint as the installed generation reaches it; connects to nothing yet."""
    _ = (
        huggingface_hub.AsyncInferenceClient
    )  # loaded at its first use: at the start, not in somebody's first answer
    return PooledEndpoint(address, clock) if POOLED else SessionEndpoint(address, clock)


# --- 1.x and 2.x
# -----------------------------------------------------------------------------------------------------


class PooledEndpoint:
    """One pool of connections, bound to the loop of its first call, and a client of its own for each call."""

    def __init__(self, address: Address, clock: Clock) -> None:
        self._address, self._clock = address, clock
        self._pool: Any = None

    async def open(self, request: Mapping[str, Any]) -> ChatStream:
        """Ask over a pooled connection; once more if it proves to have been closed since its last call.

        llama.cpp's server closes each connection after a stream, although it says keep-alive.
        """
        try:
            return await self._ask(request)
        except _HTTP.RemoteProtocolError:
            return await self._ask(request)

    async def _ask(self, request: Mapping[str, Any]) -> ChatStream:
        if self._pool is None:
            self._pool = self._connect()
        address = self._address
        client = huggingface_hub.AsyncInferenceClient(
            base_url=address.base_url,
            api_key=address.token or _NO_TOKEN,
            timeout=address.silence_seconds,
        )
        stream = _PooledStream(self._pool, client, self._clock)
        await stream.open(request)
        return stream

    def _connect(self) -> Any:
        # Certificates are loaded once for each pool, and for http:// not at all: a redirect to
        # https:// then fails.
        secure = self._address.base_url.startswith("https:")
        return _HTTP.AsyncClient(
            verify=True if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            trust_env=not self._address.is_loopback,
            follow_redirects=True,
            timeout=self._address.silence_seconds,
            # No upper bound: httpcore 1.0 now and then loses a connection to a cancellation, and a
            # bounded pool would run dry of them. How many calls there are at once is the engine's
            # to bound.
            limits=_HTTP.Limits(
                max_connections=None,
                max_keepalive_connections=_IDLE_CONNECTIONS,
                keepalive_expiry=_IDLE_SECONDS,
            ),
            event_hooks={"response": [_inspect]},
        )

    async def close(self) -> None:
        """Close the pool."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.aclose()


class _PooledStream:
    """One call over the pool."""

    def __init__(self, pool: Any, client: Any, clock: Clock) -> None:
        self.pool, self.clock = pool, clock
        self.body: _Body | None = None
        self._client = client
        self._chunks: AsyncIterator[Any]

    async def open(self, request: Mapping[str, Any]) -> None:
        huggingface_hub.set_async_client_factory(_lend)
        opening = _OPENING.set(self)
        try:
            self._chunks = await self._client.chat_completion(**request)
        except BaseException:
            await self.close()
            raise
        finally:
            _OPENING.reset(opening)

    async def read(self) -> Any:
        try:
            return await self._chunks.__anext__()
        except StopAsyncIteration:
            if self.body is not None:
                self.body.answered = True
            return None

    async def close(self) -> None:
        await self._client.close()


_OPENING: ContextVar[_PooledStream | None] = ContextVar(
    "the call that is being opened", default=None
)


class _Lent:
    """The pool as a session: leaving it closes nothing."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def __aenter__(self) -> Any:
        return self._pool

    async def __aexit__(self, *_: object) -> None:
        return None


def _lend() -> Any:
    """Make a session for huggingface_hub: the pool for a call of ours, a plain one for anybody else's."""
    call = _OPENING.get()
    return (
        _HTTP.AsyncClient(follow_redirects=True, timeout=None) if call is None else _Lent(call.pool)
    )


async def _inspect(response: Any) -> None:
    """Turn an error status into `HttpRefusal`, and take hold of an answer's body.

    The client's own reading of an error fails on a body that is chunked or a JSON list, and then
    hides the status.
    """
    if response.status_code >= 400:
        raise HttpRefusal(response.status_code, response.headers, await _read_some(response))
    call = _OPENING.get()
    if call is not None:
        call.body = response.stream = _Body(response.stream, call.clock)


async def _read_some(response: Any) -> str:
    body = b""
    try:
        async for part in response.aiter_bytes():
            body += part
            if len(body) >= _MOST_ERROR_BYTES:
                break
    except _HTTP.HTTPError as error:
        log.debug("the body of status %d broke off: %s", response.status_code, type(error).__name__)
    return body.decode(errors="replace")


class _Body(_ByteStream):  # type: ignore[misc]  # the base is the installed library's
    """The bytes of an answer; closing it after a complete answer reads the rest, so that the connection is used again.

    The client stops at ``[DONE]``, which is before the end of the HTTP body, and a connection
    closed there is lost.
    """

    def __init__(self, source: Any, clock: Clock) -> None:
        self.answered = False
        self._source, self._clock = source, clock
        self._bytes = source.__aiter__()

    def __aiter__(self) -> _Body:
        return self

    async def __anext__(self) -> bytes:
        part: bytes = await self._bytes.__anext__()
        return part

    async def aclose(self) -> None:
        try:
            if self.answered:
                await finish_by(
                    self._clock,
                    self._clock.now() + _ENDING_SECONDS,
                    self._read_rest(),
                    "end of an answer",
                )
        except Exception as error:  # noqa: BLE001 - the answer is complete, whatever now happens to its connection
            log.debug("an answer's connection is not used again: %s", type(error).__name__)
        finally:
            await self._source.aclose()

    async def _read_rest(self) -> None:
        async for _ in self:
            pass


# --- 0.36
# ------------------------------------------------------------------------------------------------------------


class SessionEndpoint:
    """A client and a session for each call, as 0.36 has it; nothing is kept between calls."""

    def __init__(self, address: Address, clock: Clock) -> None:
        self._address, self._clock = address, clock

    async def open(self, request: Mapping[str, Any]) -> ChatStream:
        """Ask over a new connection."""
        address = self._address
        options: dict[str, Any] = {"trust_env": not address.is_loopback}
        client = huggingface_hub.AsyncInferenceClient(
            base_url=address.base_url, api_key=address.token or _NO_TOKEN, **options
        )
        # 0.36 closes a session once more when its generator is collected, and fails if it is closed
        # by then.
        vars(client)["_sessions"] = defaultdict(set)
        stream = _SessionStream(client, address.silence_seconds, self._clock)
        await stream.open(request)
        return stream

    async def close(self) -> None:
        """Do nothing: each call closed its own connection."""


class _SessionStream:
    """One call in a session of its own; aiohttp drops the words that arrive in the same instant as a break."""

    def __init__(self, client: Any, silence_seconds: float, clock: Clock) -> None:
        self._client, self._silence_seconds, self._clock = client, silence_seconds, clock
        self._chunks: AsyncIterator[Any]

    async def open(self, request: Mapping[str, Any]) -> None:
        try:
            self._chunks = await self._in_time(self._client.chat_completion(**request))
        except BaseException:
            await self.close()
            raise

    async def read(self) -> Any:
        return await self._in_time(self._next())

    async def _next(self) -> Any:
        try:
            return await self._chunks.__anext__()
        except StopAsyncIteration:
            return None

    async def _in_time(self, step: Any) -> Any:
        return await finish_by(
            self._clock, self._clock.now() + self._silence_seconds, step, "the endpoint's next word"
        )

    async def close(self) -> None:
        await self._client.close()
