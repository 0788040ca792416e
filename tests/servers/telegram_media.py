"""Telegram's methods that send photos and voice messages, and that replace a message's media.

Sources: core.telegram.org/bots/api (sendPhoto, sendVoice, editMessageMedia), and Client.cpp of
tdlib/telegram-bot-api for the texts of refusals.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image, UnidentifiedImageError

from tests.servers.telegram_text import MAX_CAPTION, read_text
from tests.servers.telegram_wire import Params, bad_request, read_markup

if TYPE_CHECKING:
    from tests.servers.telegram_methods import Methods
    from tests.servers.telegram_wire import Json, Upload
    from tests.servers.telegram_world import Chat, StoredFile, World

MOST_PHOTO_BYTES = 10 * 1024 * 1024
MOST_SIDES, MOST_RATIO = 10_000, 20
_TOO_LONG = "message caption is too long"


class MediaMethods:
    """The methods. They share the world and the helpers of `Methods`."""

    def __init__(self, world: World, methods: Methods) -> None:
        self._world, self._methods = world, methods

    def send_photo(self, params: Params) -> Json:
        """Send a photo. Telegram shows it in sizes of its own."""
        return self._send(params, "photo")

    def send_voice(self, params: Params) -> Json:
        """Send a voice message, unless the privacy settings of the chat's user forbid it."""
        return self._send(params, "voice")

    def _send(self, params: Params, kind: str) -> Json:
        chat, facts = self._methods.place(params)
        extra = self._media(chat, kind, _need(params, kind), params)
        caption, entities = read_text(params, "caption", "caption_entities", MAX_CAPTION, _TOO_LONG)
        shown = self._methods.revision(caption, entities, read_markup(params))
        return self._world.add(chat, self._world.bot, shown, extra=extra, **facts).json()

    def edit_media(self, params: Params) -> Json:
        """Replace the media of a message, or add media to a text message."""
        message = self._methods.own(params)
        media = params.structure("media", "media") or {}
        kind = str(media.get("type", ""))
        if kind not in ("photo", "document"):
            raise bad_request("wrong type of the media specified")
        inner = Params({**media, kind: media.get("media", "")}, params.files)
        extra = self._media(message.chat, kind, _need(inner, kind), params)
        caption, entities = read_text(inner, "caption", "caption_entities", MAX_CAPTION, _TOO_LONG)
        shown = self._methods.revision(caption, entities, read_markup(params))
        message.extra = extra
        message.revisions.append(shown)
        return message.json()

    def _media(self, chat: Chat, kind: str, upload: Upload, params: Params) -> dict[str, Any]:
        if chat.forbids and kind in chat.forbids:
            raise bad_request(
                "VOICE_MESSAGES_FORBIDDEN"
                if kind == "voice"
                else f"not enough rights to send {kind}s to the chat"
            )
        stored = self._world.keep_file(upload.content, upload.name, upload.media_type)
        if kind == "photo":
            return {"photo": [_photo(stored)]}
        return {kind: {**stored.json(), "duration": params.number("duration")}}


def _need(params: Params, name: str) -> Upload:
    upload = params.upload(name)
    if upload is None:
        raise bad_request(f"there is no {name} in the request")
    if not upload.content:
        raise bad_request("file must be non-empty")
    return upload


def _photo(stored: StoredFile) -> dict[str, Any]:
    if len(stored.content) > MOST_PHOTO_BYTES:
        raise bad_request("file is too big")
    try:
        width, height = Image.open(io.BytesIO(stored.content)).size
    except (UnidentifiedImageError, OSError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if width + height > MOST_SIDES or max(width, height) > MOST_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    bare = {k: v for k, v in stored.json().items() if k not in ("file_name", "mime_type")}
    return {**bare, "width": width, "height": height}
