"""Call huggingface_hub 0.36, which uses aiohttp (see `engine.answering.hf_transport`)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import huggingface_hub

from engine.answering.hf_faults import MOST_ERROR_BYTES
from engine.answering.hf_streams import HEADERS, NO_TOKEN, Address, ChatStream, Chunks
from engine.tasks import finish_by

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from engine.answering.sse import Json
    from engine.tasks import Clock


class SessionEndpoint:
    """An endpoint that creates a client and a session for each call.

    huggingface_hub 0.36 needs this. Nothing is kept between calls.
    """

    def __init__(self, address: Address, clock: Clock) -> None:
        self._address, self._clock = address, clock

    async def open(self, request: Mapping[str, Any]) -> ChatStream:
        """Send a request over a new connection."""
        address = self._address
        options: dict[str, Any] = {"trust_env": not address.is_loopback}
        client = huggingface_hub.AsyncInferenceClient(
            # aiohttp refuses a user name in the address if there is also a header with a token.
            base_url=_without_user(address.base_url),
            api_key=address.token or NO_TOKEN,
            headers=dict(HEADERS),
            **options,
        )
        stream = _SessionStream(client, address.silence_seconds, self._clock)
        await stream.open(request)
        return stream

    async def close(self) -> None:
        """Do nothing, because each call has already closed its own connection."""


class _SessionStream:
    """One call in a session of its own.

    aiohttp drops the bytes that arrive at the instant at which the connection breaks. To avoid this
    loss, this class reads the response itself. The client of huggingface_hub 0.36 keeps the
    responses of each session in a dictionary, and closes them from there. This class replaces that
    dictionary with one of its own, so that it can reach the response.
    """

    def __init__(self, client: Any, silence_seconds: float, clock: Clock) -> None:
        self._client, self._silence_seconds, self._clock = client, silence_seconds, clock
        self._responses = _Responses()
        # This must be a defaultdict. The client closes a session once more when its generator is
        # collected, and fails if the session is no longer in the dictionary.
        vars(client)["_sessions"] = _Sessions(self._responses)
        self._chunks: Chunks

    async def open(self, request: Mapping[str, Any]) -> None:
        try:
            # The generator that the client returns is never started.
            await self._in_time(self._client.chat_completion(**request))
            response = self._responses.newest
            coding = ""  # aiohttp has already decompressed the content, in parts of limited size
            self._chunks = Chunks(self._parts(response.content), coding, self._clock)
        except BaseException as error:
            # The client keeps the body of an error only if the body is JSON.
            if getattr(error, "response_error_payload", "") is None:
                vars(error)["response_error_payload"] = self._responses.error_text
            await self.close()
            raise

    @property
    def complete(self) -> bool:
        return self._chunks.complete

    async def read(self) -> Json | None:
        return await self._chunks.read()

    async def _parts(self, content: Any) -> AsyncIterator[bytes]:
        while part := await self._in_time(content.readany()):
            yield part

    async def _in_time(self, step: Any) -> Any:
        return await finish_by(
            self._clock, self._clock.now() + self._silence_seconds, step, "the endpoint's next word"
        )

    async def close(self) -> None:
        try:
            await self._client.close()
        except asyncio.CancelledError:
            # The client closes its sessions in tasks of its own. These may not have begun yet.
            await self._client.close()
            raise


def _without_user(address: str) -> str:
    """Return an address without the name and password in front of its host."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


class _Responses(set):  # type: ignore[type-arg]  # a set of aiohttp's responses
    """The responses of a session.

    The content of a response with an error status is limited to 64 kB.
    """

    newest: Any = None

    @property
    def error_text(self) -> str:
        """Return the body of the newest response with an error status, as far as it was read."""
        return getattr(self.newest.content, "body", b"").decode("utf-8", "replace")

    def add(self, response: Any) -> None:
        super().add(response)
        self.newest = response
        if response.status != 200:
            response.content = _Bounded(response.content)


class _Sessions(defaultdict):  # type: ignore[type-arg]  # from a session to its responses
    """The dictionary in which the client keeps its sessions.

    This replacement returns the same responses for every session.
    """

    def __init__(self, responses: _Responses) -> None:
        super().__init__(lambda: responses)
        self._responses = responses

    def __setitem__(self, session: Any, _: Any) -> None:
        super().__setitem__(session, self._responses)


class _Bounded:
    """The content of an error response. `read` stops at the limit."""

    def __init__(self, content: Any) -> None:
        self._content = content
        self.body = b""

    async def read(self, _: int = -1) -> bytes:
        body = b""
        while len(body) < MOST_ERROR_BYTES and (part := await self._content.readany()):
            body += part
        self.body = body[:MOST_ERROR_BYTES]
        return self.body

    def __getattr__(self, name: str) -> Any:
        return getattr(self._content, name)
