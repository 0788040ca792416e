"""Encode and decode calls: refusals, parameters in three encodings, uploads and keyboards.

The texts of refusals are those of the Bot API server (tdlib/telegram-bot-api, Client.cpp).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]

MAX_CALLBACK_BYTES = 64


class Refusal(Exception):
    """Raised to answer with an error. `parameters` are the ResponseParameters of the Bot API."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> Json:
        """Return the JSON of this error."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(text: str) -> Refusal:
    """Return a 400 with the server's prefix."""
    return Refusal(400, f"Bad Request: {text}")


@dataclass(frozen=True)
class Upload:
    """A file that came with a multipart call, or that a person sends.

    `kind` is the field of the message: photo, document, sticker, voice, audio, video, animation or
    video_note. Empty means a photo for a picture and a document for anything else. `thumbnail` is
    a JPEG. `facts` are further fields of the media, such as a sticker's emoji.
    """

    name: str
    media_type: str
    content: bytes
    kind: str = ""
    thumbnail: bytes = b""
    facts: Mapping[str, Any] = field(default_factory=dict)


class Params:
    """The arguments of one call: as text, or as values from a JSON body."""

    def __init__(
        self, values: Mapping[str, Any], files: Mapping[str, Upload] | None = None
    ) -> None:
        self.values = dict(values)
        self.files = dict(files or {})

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text."""
        value = self.values.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str, default: int = 0) -> int:
        """Return an integer argument. As on the real server, other text counts as not given."""
        try:
            return int(str(self.values[name]))
        except (KeyError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """Return a boolean: "true", "yes" and "1" are true."""
        return str(self.values.get(name, "")).lower() in ("true", "yes", "1")

    def structure(self, name: str, kind: str) -> Any:
        """Return a JSON argument, or None if it is not given. `kind` names it in a refusal."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {kind} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        """Return an attached file, which is given under its own name or as ``attach://other``."""
        value = self.text(name)
        return self.files.get(value[len("attach://") :] if value.startswith("attach://") else name)


def units(text: str) -> int:
    """Return the length in UTF-16 code units."""
    return len(text) + sum(ch > "\uffff" for ch in text)


def check_url(holder: Json, what: str) -> None:
    """Refuse a link that Telegram would not accept. `holder` has it as ``url``."""
    url = holder.get("url")
    if not isinstance(url, str):
        raise bad_request("can't parse MessageEntity: Can't find field \"url\"")
    scheme, found, rest = url.partition("://")
    host = re.split(r"[/?#]", rest if found else url, maxsplit=1)[0].rpartition("@")[2]
    fault = ""
    if found and scheme.lower() not in ("http", "https", "tg", "ton", "tonsite"):
        fault = "Unsupported URL protocol"
    elif not host:
        fault = "URL host is empty"
    elif scheme.lower() not in ("tg", "ton") and "." not in host:
        fault = "Wrong HTTP URL"
    if fault:
        raise bad_request(f"{what} URL '{url}' is invalid: {fault}")


def read_markup(params: Params) -> Json | None:
    """Return the reply markup of a call. Only inline keyboards are checked."""
    markup = params.structure("reply_markup", "reply keyboard markup")
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return markup
    shown = [[_read_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": shown} if shown else None


def _read_button(button: Json) -> Json:
    if not button.get("text"):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    kinds = [
        name
        for name in ("callback_data", "url", "web_app", "login_url", "copy_text", "pay")
        if button.get(name)
    ]
    if not kinds and not any(name.startswith("switch_inline") for name in button):
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if "url" in kinds:
        check_url(button, "inline keyboard button")
    if len(str(button.get("callback_data", "")).encode()) > MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return {name: value for name, value in button.items() if value is not None}
