"""Call huggingface_hub in the three generations that Pipit supports.

`reach` chooses the code for the installed generation. The client library makes the request: the
address, the headers and the body are its own. `engine.answering.sse` reads the bytes of the answer,
and not the library's generator. That generator keeps lines of any size, splits them at U+2028, and
builds dataclasses from each chunk.

* 0.36 uses aiohttp, with a session for each call. Its ``timeout`` would end the whole stream, so
  `engine.answering.hf_sessions` measures the silence itself.
* 1.x uses httpx. Its ``timeout`` limits the silence. A shared client keeps every streamed response
  until the client is closed.
* 2.x uses httpx2 and is otherwise like 1.x.

A shared client of 1.x or 2.x would keep 13 to 17 kB for each reply
(`AsyncInferenceClient.exit_stack`). A new client for each call would need a new TLS context and a
new connection. Each call therefore has its own client, which is closed after the call. All clients
share one pool of connections. The session factory returns the pool in a wrapper that does not close
it. The pool also ignores ``HF_HUB_OFFLINE``, which forbids even calls to loopback.
"""

from __future__ import annotations

import logging
import ssl
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import huggingface_hub
from huggingface_hub import constants

from engine.answering.faults import Fault, FaultKind, HttpRefusal
from engine.answering.hf_faults import HTTP, MOST_ERROR_BYTES, POOLED, read_fault
from engine.answering.hf_sessions import SessionEndpoint
from engine.answering.hf_streams import HEADERS, NO_TOKEN, Address, ChatStream, Chunks, Endpoint
from engine.answering.sse import MOST_STREAM_BYTES, Inflater, Oversized
from engine.tasks import finish_by

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from engine.answering.sse import Json
    from engine.tasks import Clock

__all__ = [
    "POOLED",
    "Address",
    "ChatStream",
    "Chunks",
    "Endpoint",
    "Fault",
    "FaultKind",
    "HttpRefusal",
    "reach",
    "read_fault",
]

log = logging.getLogger(__name__)

_ByteStream: Any = getattr(HTTP, "AsyncByteStream", object)

# Without this line, huggingface_hub 2.x requests a list of known programs from huggingface.co at
# its first call. If a program of the list has started this process, the user agent names this
# program. No setting asks for the request, which may block the event loop for three seconds.
constants.HF_HUB_DISABLE_TELEMETRY = True
# The limit on the bytes after ``[DONE]``. If there are more, the connection is closed.
_MOST_REST_BYTES = 64 * 1024
_IDLE_CONNECTIONS = 8
_IDLE_SECONDS = 60.0
_ENDING_SECONDS = 0.5


def reach(address: Address, clock: Clock) -> Endpoint:
    """Return the endpoint for the installed generation. It does not connect yet."""
    # The first use of this name loads the client. This happens here, and not during the first
    # answer.
    _ = huggingface_hub.AsyncInferenceClient
    return PooledEndpoint(address, clock) if POOLED else SessionEndpoint(address, clock)


# Generations 1.x and 2.x of huggingface_hub


class PooledEndpoint:
    """One pool of connections, bound to the loop of its first call, and a client for each call."""

    def __init__(self, address: Address, clock: Clock) -> None:
        self._address, self._clock = address, clock
        self._pool: Any = None

    async def open(self, request: Mapping[str, Any]) -> ChatStream:
        """Send a request over a pooled connection.

        If the connection was closed since its last call, the request is sent once more. llama.cpp's
        server closes each connection after a stream, although it announces keep-alive.
        """
        try:
            return await self._ask(request)
        except HTTP.RemoteProtocolError:
            return await self._ask(request)

    async def _ask(self, request: Mapping[str, Any]) -> ChatStream:
        address = self._address
        client = huggingface_hub.AsyncInferenceClient(
            base_url=address.base_url,
            api_key=address.token or NO_TOKEN,
            timeout=address.silence_seconds,
            headers=dict(HEADERS),
        )
        stream = _PooledStream(self.pool(), client, self._clock)
        await stream.open(request)
        return stream

    def pool(self) -> Any:
        """Return the pool. It is created at its first use."""
        if self._pool is None:
            self._pool = self._connect()
        return self._pool

    def _connect(self) -> Any:
        # Certificates are loaded once for each pool. For http:// they are not loaded at all, so a
        # redirect to https:// fails.
        secure = self._address.base_url.startswith("https:")
        return HTTP.AsyncClient(
            verify=True if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            trust_env=not self._address.is_loopback,
            follow_redirects=True,
            timeout=self._address.silence_seconds,
            # The pool has no upper limit. httpcore 1.0 sometimes loses a connection at a
            # cancellation, and a limited pool would run out of connections. The engine limits the
            # number of calls.
            limits=HTTP.Limits(
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
    """One call over the pool. `_inspect` sets `body` once the endpoint has responded."""

    def __init__(self, pool: Any, client: Any, clock: Clock) -> None:
        self.pool, self.clock = pool, clock
        self.body: _Body | None = None
        self._client = client
        self._chunks: Chunks

    async def open(self, request: Mapping[str, Any]) -> None:
        huggingface_hub.set_async_client_factory(_lend)
        opening = _OPENING.set(self)
        try:
            # This call returns a generator that is never started.
            await self._client.chat_completion(**request)
            self._chunks = self._begin()
        except BaseException:
            await self.close()
            raise
        finally:
            _OPENING.reset(opening)

    def _begin(self) -> Chunks:
        if self.body is None:
            raise ValueError("the client did not use the pool")
        return Chunks(self.body, self.body.coding, self.clock)

    @property
    def complete(self) -> bool:
        return self._chunks.complete

    async def read(self) -> Json | None:
        chunk = await self._chunks.read()
        if chunk is None and self.body is not None:
            self.body.answered = True
        return chunk

    async def close(self) -> None:
        await self._client.close()


_OPENING: ContextVar[_PooledStream | None] = ContextVar(
    "the call that is being opened", default=None
)


class _Lent:
    """The pool as a session for huggingface_hub. Leaving its context closes nothing."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def __aenter__(self) -> Any:
        return self._pool

    async def __aexit__(self, *_: object) -> None:
        return None


def _lend() -> Any:
    """Create a session for huggingface_hub.

    A call of this module gets the shared pool. Any other caller gets a plain session.
    """
    call = _OPENING.get()
    return (
        HTTP.AsyncClient(follow_redirects=True, timeout=None) if call is None else _Lent(call.pool)
    )


async def _inspect(response: Any) -> None:
    """Raise `HttpRefusal` for an error status. Keep the body of any other response.

    The client itself cannot read an error whose body is chunked or a JSON list, and then hides the
    status.
    """
    coding = response.headers.get("Content-Encoding", "")
    if response.status_code >= 400:
        body = await _read_some(response.aiter_raw(), coding)
        raise HttpRefusal(response.status_code, response.headers, body)
    call = _OPENING.get()
    if call is not None:
        call.body = response.stream = _Body(response.stream, coding, call.clock)


async def _read_some(parts: AsyncIterator[bytes], coding: str) -> str:
    """Return the first 64 kB of an error's body, as far as they can be read."""
    body = b""
    try:
        inflater = Inflater(coding)
        async for raw in parts:
            for part in inflater.parts(raw):
                body += part
                if len(body) >= MOST_ERROR_BYTES:
                    return body[:MOST_ERROR_BYTES].decode(errors="replace")
    except Exception as error:  # noqa: BLE001 - three HTTP libraries raise here, and the status is known already
        log.debug("an error's body could not be read: %s", type(error).__name__)
    return body.decode(errors="replace")


class _Body(_ByteStream):  # type: ignore[misc]  # the base belongs to the installed library
    """The bytes of an answer.

    Reading stops at ``[DONE]``, which comes before the end of the HTTP body. A connection that is
    closed there cannot be used again. After a complete answer, `aclose` therefore reads the rest.
    More bytes than `MOST_STREAM_BYTES` raise `Oversized`. This also applies to the body of a
    redirect, which the HTTP library reads completely.
    """

    def __init__(self, source: Any, coding: str, clock: Clock) -> None:
        self.answered = False
        self.coding = coding
        self._source, self._clock = source, clock
        self._bytes = source.__aiter__()
        self._room_bytes = MOST_STREAM_BYTES

    def __aiter__(self) -> _Body:
        return self

    async def __anext__(self) -> bytes:
        part: bytes = await self._bytes.__anext__()
        self._room_bytes -= len(part)
        if self._room_bytes < 0:
            raise Oversized("the body is too large")
        return part

    async def aclose(self) -> None:
        try:
            if self.answered:
                self._room_bytes = min(self._room_bytes, _MOST_REST_BYTES)
                await finish_by(
                    self._clock,
                    self._clock.now() + _ENDING_SECONDS,
                    self._read_rest(),
                    "end of an answer",
                )
        except Exception as error:  # noqa: BLE001 - the answer is complete, so a fault of its connection does no harm
            log.debug("the connection of an answer cannot be used again: %s", type(error).__name__)
        finally:
            await self._source.aclose()

    async def _read_rest(self) -> None:
        async for _ in self:
            pass
