"""Endpoints that make pictures and speech: OpenAI's two routes, and those of hf-inference.

- ``POST /v1/images/generations`` responds with ``b64_json``, or with the address of the picture if
  `as_address` is set. With `no_format` it refuses ``response_format``, as newer models do.
- ``POST /v1/audio/speech`` responds with audio, in the requested format if `formats` has it.
- ``POST /hf-inference/models/NAME`` takes ``inputs`` and responds with the bytes.

A scripted response is taken from `made`, in order. It is bytes or a `Refusal`. The last bytes are
given again when the script is empty. `gate` holds the responses until it is set. `asked` has every
request, and `paid` counts the responses with media.
"""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.model_faults import Refusal

Json = dict[str, Any]
SPEECH_TYPES = {"opus": "audio/ogg", "mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac"}
NO_FORMAT = Refusal(400, {"error": {"message": "Unknown parameter: 'response_format'."}})
FILTERED = Refusal(
    400, {"error": {"code": "content_policy_violation", "message": "rejected by the safety system"}}
)
NO_CREDIT = Refusal(402, {"error": "You have exceeded your monthly included credits."})
NO_MODEL = Refusal(404, {"error": {"message": "The model `x` does not exist"}})
BAD_TOKEN = Refusal(401, {"error": "Invalid credentials"})


@dataclass
class MediaCall:
    """A received request."""

    path: str
    body: Json
    token: str = field(repr=False)
    request_id: str = ""


class MediaDesk:
    """The routes, and what the tests set and read."""

    def __init__(self) -> None:
        self.made: deque[bytes | Refusal] = deque()
        self.asked: list[MediaCall] = []
        self.paid = 0
        self.gate: asyncio.Event | None = None
        self.arrived = asyncio.Event()
        self.as_address = self.no_format = False
        self.formats = ("opus", "mp3", "wav")
        self._last: bytes | Refusal = b""

    def add_to(self, app: web.Application) -> None:
        """Add the routes to a server's application."""
        app.router.add_post("/v1/images/generations", self._images)
        app.router.add_post("/v1/audio/speech", self._speech)
        app.router.add_post("/hf-inference/models/{name:.+}", self._hub)
        app.router.add_get("/made/{number}", self._file)

    async def _images(self, request: web.Request) -> web.StreamResponse:
        call = await self._log(request)
        if self.no_format and "response_format" in call.body:
            return _refused(NO_FORMAT)
        made = await self._next()
        if isinstance(made, Refusal):
            return _refused(made)
        if self.as_address:
            one = {"url": f"http://{request.host}/made/1"}
        else:
            one = {"b64_json": base64.b64encode(made).decode()}
        return web.json_response({"created": 1_700_000_000, "data": [one]})

    async def _speech(self, request: web.Request) -> web.StreamResponse:
        call = await self._log(request)
        wanted = str(call.body.get("response_format", "mp3"))
        if wanted not in self.formats:
            return _refused(Refusal(400, {"error": {"message": f"format {wanted} not supported"}}))
        made = await self._next()
        if isinstance(made, Refusal):
            return _refused(made)
        return web.Response(body=made, content_type=SPEECH_TYPES[wanted])

    async def _hub(self, request: web.Request) -> web.StreamResponse:
        call = await self._log(request)
        if not call.body.get("inputs"):
            return _refused(Refusal(400, {"error": "`inputs` is missing"}))
        made = await self._next()
        if isinstance(made, Refusal):
            return _refused(made)
        return web.Response(body=made, content_type=_type_of(made))

    async def _file(self, _: web.Request) -> web.StreamResponse:
        assert isinstance(self._last, bytes)
        return web.Response(body=self._last, content_type="image/png")

    async def _log(self, request: web.Request) -> MediaCall:
        headers = request.headers
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        call = MediaCall(
            request.path, await request.json(), token, headers.get("Idempotency-Key", "")
        )
        self.asked.append(call)
        self.arrived.set()
        return call

    async def _next(self) -> bytes | Refusal:
        if self.gate is not None:
            await self.gate.wait()
        if self.made:
            self._last = self.made.popleft()
        self.paid += isinstance(self._last, bytes)
        return self._last


def _refused(refusal: Refusal) -> web.Response:
    body, kind = refusal.encoded()
    return web.Response(
        body=body, status=refusal.status, headers=refusal.headers, content_type=kind
    )


def _type_of(content: bytes) -> str:
    if content.startswith(b"\x89PNG"):
        return "image/png"
    return "image/jpeg" if content.startswith(b"\xff\xd8") else "audio/flac"
