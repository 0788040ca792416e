"""The attachments of a message (files and media), and pictures in the form that a model takes.

Adapters and the engine share these types, like those of `engine.contract`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Optional


class MediaKind(str, Enum):
    """The kind of an attachment, as the person who sent it sees it. The values are stored."""

    DOCUMENT = "document"
    PICTURE = "picture"
    STICKER = "sticker"
    ANIMATION = "animation"
    VIDEO = "video"
    VIDEO_NOTE = "video note"
    VOICE = "voice"
    AUDIO = "audio"


SEEN = (
    MediaKind.PICTURE,
    MediaKind.STICKER,
    MediaKind.ANIMATION,
    MediaKind.VIDEO,
    MediaKind.VIDEO_NOTE,
)
"""The kinds that can be shown to a model as a picture."""
HEARD = (MediaKind.VOICE, MediaKind.AUDIO, MediaKind.VIDEO_NOTE)
"""The kinds that speech recognition can transcribe."""


@dataclass(frozen=True)
class Attachment:
    """A file that came with a message.

    `ref` is the adapter's handle for `ReplySink.fetch`. Retry, Continue and a restart fetch a file
    again. For every `kind` except document, `ref` therefore stays valid and holds no secret. It is
    Telegram's file id, or Discord's channel, message and attachment. `link` is an address that
    works now, expires later and may hold a secret. `preview` is the `ref` of a still picture of a
    video, an animation or a large picture. `pasted` is true if the platform's client made this file
    from a text that was too long for a message. `width` and `height` are in pixels, or 0 if
    unknown. `alt` is a text that came with the file: an alternative text or a sticker's emoji.
    `description` is a model's description of a picture. `digest` is the SHA-256 of the content in
    hex. It is empty until the content has been fetched.
    """

    name: str
    media_type: str
    size_bytes: int
    ref: str
    pasted: bool = False
    kind: MediaKind = MediaKind.DOCUMENT
    link: str = field(default="", repr=False)
    preview: str = ""
    width: int = 0
    height: int = 0
    duration_seconds: float = 0.0
    alt: str = ""
    description: str = ""
    digest: str = ""

    @property
    def recorded(self) -> Attachment:
        """Return the form for a recorded turn: documents without `ref`, media with `ref`."""
        lasting = "" if self.kind is MediaKind.DOCUMENT else self.ref
        return replace(self, ref=lasting, link="")


class Sign(str, Enum):
    """The activity that a platform can show while an answer is prepared."""

    TYPING = "typing"
    DRAWING = "drawing"
    SPEAKING = "speaking"


@dataclass(frozen=True)
class Made:
    """A picture or a recording that a service made for an answer.

    `alt` describes in words what it shows. A recording has `duration_seconds`, and a `waveform` of
    up to 256 loudness values, one byte each.
    """

    kind: MediaKind
    media_type: str
    content: bytes = field(repr=False)
    alt: str = ""
    duration_seconds: float = 0.0
    waveform: bytes = b""

    @property
    def name(self) -> str:
        """Return a file name with the extension of the format."""
        stem = "picture" if self.kind is MediaKind.PICTURE else "voice"
        return f"{stem}.{_ENDINGS.get(self.media_type, 'bin')}"


Media = Optional[Made]

_ENDINGS = {
    "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif",
    "audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/wav": "wav",
    "audio/flac": "flac", "audio/aac": "aac",
}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """A picture in the form that a model takes: JPEG or PNG, with the matching `media_type`.

    `tokens` is its estimated cost. `caption` is the line of text that replaces the picture if the
    picture is not sent. `asked` is true if the question itself is about the picture. Other pictures
    are in the history and may be left out.
    """

    media_type: str
    content: bytes = field(repr=False)
    width: int
    height: int
    tokens: int = 0
    caption: str = ""
    asked: bool = False
