"""Functions that the page's handlers share: read an allowed request, build a response."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from adapters.edge.parsing import parse_json
from adapters.web.door import Visitor, cookie, new_visitor
from engine.errors import StorageFault

if TYPE_CHECKING:
    from adapters.web.guard import Facts
    from adapters.web.host import Host

MOST_FORM_FIELDS = 8
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def facts_of(request: Any) -> Any:
    """Return the `Facts` about a request."""
    return request.scope["pipit"]


def visitor_of_request(request: Any) -> Visitor:
    """Return the visitor. `Guard` refuses requests without a visitor on these paths."""
    visitor: Visitor = facts_of(request).visitor
    return visitor


async def language_of(adapter: Host, visitor: Visitor) -> str:
    """Return the language that the chat has chosen, or else that of the visitor's browser."""
    try:
        return await adapter.kept.language(visitor.key) or visitor.author.language
    except StorageFault:
        return visitor.author.language


def newcomer(request: Any) -> Visitor:
    """Return a new visitor with the language that the browser asks for."""
    return new_visitor(request.headers.get("accept-language", ""))


def set_cookie(response: Any, facts: Facts, name: str, value: str) -> None:
    """Set a cookie. An empty value deletes it."""
    response.headers.append("Set-Cookie", cookie(name, value, secure=facts.secure))


def fields_of(body: bytes, **kinds: type) -> dict[str, Any] | None:
    """Return the fields of a JSON object, or None unless all are present with these types."""
    try:
        data = parse_json(body)
    except ValueError:
        return None
    sound = isinstance(data, dict) and all(
        isinstance(data.get(name), kind) for name, kind in kinds.items()
    )
    return data if sound else None


def form_field(body: bytes, name: str) -> str:
    """Return a field of a form, or "" if it is missing or the form is malformed."""
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST_FORM_FIELDS)
    except ValueError:
        return ""
    return fields.get(name, [""])[0]


# The media types of the files that the page shows. A browser may keep such a file for a day. It
# would otherwise request the file again whenever it builds the page.
_SHOWN = {
    "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif",
    "ogg": "audio/ogg", "mp3": "audio/mpeg", "m4a": "audio/mp4", "wav": "audio/wav",
    "flac": "audio/flac", "aac": "audio/aac",
}  # fmt: skip
_KEPT = {"Cache-Control": "private, max-age=86400, immutable"}


def file_headers(name: str) -> dict[str, str]:
    """Return the headers of a response with a file of this name.

    A browser shows pictures and recordings. It saves any other file.
    """
    kind = _SHOWN.get(name.rpartition(".")[2])
    if kind is not None:
        return {**HEADERS, **_KEPT, "Content-Type": kind}
    plain = re.sub(r"[^\w.-]", "_", name, flags=re.ASCII) or "file"
    return {
        **HEADERS,
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f'attachment; filename="{plain}"',
    }
