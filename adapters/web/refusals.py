"""Respond to a request with a refusal, in the language that the browser asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.web.door import wanted_language
from adapters.web.wording import web_words

if TYPE_CHECKING:
    from collections.abc import MutableMapping


@dataclass(frozen=True)
class Refusal:
    """A refusal of a request by the guard itself. If `closes` is true, the connection ends too.

    `said` is the name of a text in `GuardWords`, or an English sentence for programmers.
    """

    status: int
    said: str = ""
    closes: bool = False


class Answer:
    """An ASGI `send`. `begun` is set when the response begins.

    `languages` is the header Accept-Language of the request.
    """

    def __init__(self, send: Any) -> None:
        self._send = send
        self.begun = False
        self.languages = ""

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        """Send a message."""
        self.begun = True
        await self._send(message)

    async def refuse(self, refusal: Refusal) -> None:
        """Send the refusal in place of the application's response."""
        texts = web_words(wanted_language(self.languages)).guard
        body = str(getattr(texts, refusal.said, refusal.said)).encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if refusal.status == 429:
            headers.append((b"retry-after", b"30"))
        if refusal.closes:
            headers.append((b"connection", b"close"))
        await self({"type": "http.response.start", "status": refusal.status, "headers": headers})
        await self({"type": "http.response.body", "body": body})
