"""Let a service draw a picture, at Hugging Face Inference or at a compatible server.

Hugging Face Inference responds with the picture itself. A compatible server (``POST
/images/generations``) responds with JSON that holds the picture in base64, or its address.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from engine.answering.calling import call_service
from engine.answering.hf_streams import Address
from engine.errors import MediaRefused, ModelGarbled

if TYPE_CHECKING:
    from engine.answering.posting import Received
    from engine.tasks import Clock

IMAGE_SECONDS = 120.0  # the limit on one picture
MOST_BYTES = 10_000_000  # Telegram's limit on a photo (Discord accepts 10 MiB)
# Base64 uses four characters for three bytes. The rest is for the JSON around it.
_MOST_JSON_BYTES = MOST_BYTES * 4 // 3 + 64 * 1024
_FORMAT = "response_format"
_ABOUT_FORM = (400, 422)
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


class Images(Protocol):
    """A service that draws pictures."""

    async def draw(self, wish: str, request_id: str) -> tuple[bytes, str]:
        """Return the picture and its media type.

        Each call costs money. A repeated `request_id` lets a server recognise a repeated call.
        Raises `ModelError`, or `MediaRefused` if the picture is too large.
        """


@dataclass(frozen=True)
class ImageSettings:
    """The service that draws pictures.

    With `compatible`, it accepts the requests of OpenAI's ``/images/generations``. `size` is a size
    such as ``1024x1024``, or empty for the service's own size. `tokens` is the number of tokens by
    which a picture reduces a person's daily allowance.
    """

    url: str
    model: str
    token: str = field(default="", repr=False)
    compatible: bool = False
    size: str = ""
    tokens: int = 10_000


class HttpImages:
    """Draw over HTTP. Each call has a connection of its own."""

    def __init__(self, settings: ImageSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._names_format = True

    async def draw(self, wish: str, request_id: str) -> tuple[bytes, str]:
        """Return the picture and its media type. Raises `ModelError` or `MediaRefused`."""
        work = self._draw(wish, request_id)
        content = await call_service(self._clock, IMAGE_SECONDS, work, "drawing a picture")
        if len(content) > MOST_BYTES:
            raise MediaRefused("too_large")
        kind = media_type_of(content)
        if not kind:
            raise ModelGarbled("the endpoint sent what is not a picture")
        return content, kind

    async def _draw(self, wish: str, request_id: str) -> bytes:
        from engine.answering.faults import HttpRefusal  # noqa: PLC0415 - loaded at the first use

        try:
            received = await self._post(wish, request_id)
        except HttpRefusal as error:
            # Some models of OpenAI refuse this field, and always respond with base64.
            named = self._settings.compatible and self._names_format and _FORMAT in error.body
            if not (named and error.status in _ABOUT_FORM):
                raise
            self._names_format = False
            received = await self._post(wish, request_id)
        if media_type_of(received.content):
            return received.content
        return await _picture_in(received, self._settings.url)

    async def _post(self, wish: str, request_id: str) -> Received:
        from engine.answering.posting import post  # noqa: PLC0415 - see `draw`

        settings = self._settings
        headers = {"Accept": "image/png, image/jpeg, application/json"}
        if settings.token:
            headers["Authorization"] = f"Bearer {settings.token}"
        headers["Idempotency-Key"] = request_id
        body = self._body_compatible(wish) if settings.compatible else self._body(wish)
        return await post(settings.url, body, headers, IMAGE_SECONDS, _MOST_JSON_BYTES)

    def _body(self, wish: str) -> dict[str, Any]:
        width, _, height = self._settings.size.partition("x")
        size = {"width": int(width), "height": int(height)} if height else {}
        return {"inputs": wish, "parameters": size}

    def _body_compatible(self, wish: str) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self._settings.model, "prompt": wish, "n": 1}
        if self._settings.size:
            body["size"] = self._settings.size
        if self._names_format:
            body[_FORMAT] = "b64_json"
        return body


def media_type_of(content: bytes) -> str:
    """Return the media type of a picture by its first bytes, or "" if it is not a picture."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC if content.startswith(magic)), "")


async def _picture_in(received: Received, endpoint: str) -> bytes:
    """Return the picture of a JSON response: its base64, or the file at its address.

    Raises `ModelGarbled`, and the errors of `posting.get`.
    """
    from engine.answering.posting import get  # noqa: PLC0415 - see `HttpImages.draw`

    try:
        told = json.loads(received.content)
        one = told["data"][0] if isinstance(told, dict) and "data" in told else told
        packed, url = _of(one, "b64_json", "base64", "image"), _of(one, "url")
        if url.startswith("data:"):
            packed = url
        if packed:
            return base64.b64decode(packed.rpartition(",")[2], validate=True)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, binascii.Error) as error:
        raise ModelGarbled("the endpoint sent what is not a picture") from error
    # A remote service must not make Pipit call addresses of this machine.
    if not url or (_is_loopback(url) and not _is_loopback(endpoint)):
        raise ModelGarbled("the endpoint sent what is not a picture")
    return (await get(url, IMAGE_SECONDS, MOST_BYTES)).content


def _is_loopback(url: str) -> bool:
    return Address(url, "", 0).is_loopback


def _of(one: Any, *names: str) -> str:
    """Return the value of the first of these fields that is a text, or ""."""
    return next((one[name] for name in names if isinstance(one.get(name), str)), "")
