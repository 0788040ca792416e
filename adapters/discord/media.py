"""Convert Discord's attachments, stickers and embedded pictures to attachments. Pure functions.

The address of an attachment is signed and expires after a day. The permanent reference therefore
names the message that has the attachment: ``KIND/CHANNEL/MESSAGE/ID``. If the message is fetched
again, it has new addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Union
from urllib.parse import urlencode

import discord

from engine.attachments import Attachment, MediaKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

PASTED_NAME = "message.txt"
MOST_PIXELS = 1280
MOST_BYTES = 1 << 20
"""A picture of more bytes is requested as a JPEG of limited size from Discord's media proxy."""
_READY = ("image/jpeg", "image/png")
_FILE, _STILL, _EMBED = "file", "still", "embed"
_READABLE_STICKERS = (
    discord.StickerFormatType.png,
    discord.StickerFormatType.apng,
    discord.StickerFormatType.gif,
)

Holder = Union[discord.Message, discord.MessageSnapshot]


@dataclass(frozen=True)
class Reference:
    """A parsed permanent reference.

    `number` is the id of an attachment or the index of an embed.
    """

    kind: str
    channel_id: int
    message_id: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Reference | None:
        """Parse a reference. Return None for any other text, such as an address."""
        kind, *numbers = text.split("/")
        if kind not in (_FILE, _STILL, _EMBED) or len(numbers) != 3:
            return None
        if not all(number.isascii() and number.isdigit() for number in numbers):
            return None
        return cls(kind, *map(int, numbers))

    def addresses(self, message: discord.Message) -> list[str]:
        """Return this file's addresses in a message that was fetched again, best first."""
        holders: Sequence[Holder] = (message, *message.message_snapshots)
        if self.kind == _EMBED:
            shown = [one for holder in holders for one in _embedded(holder)]
            return shown[self.number : self.number + 1]
        files = [file for holder in holders for file in holder.attachments]
        found = next((file for file in files if file.id == self.number), None)
        if found is None:
            return []
        best = _still(found) if self.kind == _STILL else _address(found)
        whole = [] if self.kind == _STILL else [found.url]
        return list(dict.fromkeys(filter(None, [best, *whole])))


def attachments(holder: Holder, channel_id: int, message_id: int) -> tuple[Attachment, ...]:
    """Return the files, stickers and embedded pictures of a message or of a forwarded message."""
    place = f"{channel_id}/{message_id}"
    files = [_attachment(file, place) for file in holder.attachments]
    stickers = [_sticker(item) for item in holder.stickers]
    return (*files, *stickers, *_embeds(holder, place))


def _attachment(file: discord.Attachment, place: str) -> Attachment:
    media_type = (file.content_type or "application/octet-stream").split(";")[0]
    # Discord's client offers to send a text of more than 2,000 characters as a file with this name.
    pasted = file.filename == PASTED_NAME and media_type == "text/plain"
    kind = _kind(file, media_type)
    return Attachment(
        file.filename,
        media_type,
        file.size,
        f"{_FILE}/{place}/{file.id}",
        pasted,
        kind,
        link=_address(file),
        preview=f"{_STILL}/{place}/{file.id}" if kind is MediaKind.VIDEO else "",
        width=file.width or 0,
        height=file.height or 0,
        duration_seconds=file.duration or 0.0,
        alt=file.description or "",
    )


def _kind(file: discord.Attachment, media_type: str) -> MediaKind:
    if file.is_voice_message():
        return MediaKind.VOICE
    family = media_type.partition("/")[0]
    kinds = {"image": MediaKind.PICTURE, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}
    return (
        MediaKind.DOCUMENT
        if media_type == "image/svg+xml"
        else kinds.get(family, MediaKind.DOCUMENT)
    )


def _address(file: discord.Attachment) -> str:
    """Return the address of a file.

    For a picture that is large, or neither JPEG nor PNG, it is the address of a JPEG version that
    is large enough for a model.
    """
    media_type = (file.content_type or "").split(";")[0]
    width, height = file.width or 0, file.height or 0
    if not (media_type.startswith("image/") and width and height):
        return file.url
    small = max(width, height) <= MOST_PIXELS and file.size <= MOST_BYTES
    return file.url if small and media_type in _READY else _scaled(file.proxy_url, width, height)


def _still(file: discord.Attachment) -> str:
    """Return the address of a still picture of a video, or "" if the video has no known size."""
    width, height = file.width or 0, file.height or 0
    return _scaled(file.proxy_url, width, height) if width and height else ""


def _scaled(address: str, width: int, height: int) -> str:
    scale = min(1.0, MOST_PIXELS / max(width, height))
    size = {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}
    joint = "" if address.endswith(("&", "?")) else "&" if "?" in address else "?"
    return f"{address}{joint}{urlencode({'format': 'jpeg', **size})}"


def _sticker(item: discord.StickerItem) -> Attachment:
    """Return a sticker as an attachment. A sticker in Lottie's format has only its name."""
    readable = item.format in _READABLE_STICKERS
    media_type = "image/gif" if item.format is discord.StickerFormatType.gif else "image/png"
    ref = item.url if readable else ""  # this address is not signed and does not expire
    return Attachment(item.name, media_type, 0, ref, kind=MediaKind.STICKER, alt=item.name)


def _embeds(holder: Holder, place: str) -> Iterator[Attachment]:
    for number, address in enumerate(_embedded(holder)):
        yield Attachment(
            "picture.jpg",
            "image/jpeg",
            0,
            f"{_EMBED}/{place}/{number}",
            kind=MediaKind.PICTURE,
            link=address,
        )


def _embedded(holder: Holder) -> list[str]:
    """Return the addresses of the pictures in a message's embeds.

    The small picture beside a link to an article is not included.
    """
    found: list[Any] = []
    for embed in holder.embeds:
        picture = embed.thumbnail if embed.type in ("image", "gifv") else embed.image
        address = picture.proxy_url or picture.url
        if address:
            found.append(
                _scaled(address, picture.width or 0, picture.height or 0)
                if picture.width and picture.height and picture.proxy_url
                else address
            )
    return found
