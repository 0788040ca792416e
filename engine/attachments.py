"""What comes with a message: files and media, and a picture as a model gets it.

Adapters and the engine share these types, as they share those of `engine.contract`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum


class MediaKind(str, Enum):
    """What an attachment is to the person who sent it; the values are stored."""

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
"""The kinds of which a model may be shown a picture."""
HEARD = (MediaKind.VOICE, MediaKind.AUDIO, MediaKind.VIDEO_NOTE)
"""The kinds that speech recognition may hear."""


@dataclass(frozen=True)
class Attachment:
    """A file that came with a message.

    `ref` is the adapter's handle for `ReplySink.fetch`. For a `kind` other than document it lasts
    and holds no secret (Telegram's file id; Discord's channel, message and attachment), because
    Retry, Continue and a restart fetch the file again. `link` is an address that works now, expires
    and may hold a secret. `preview` is the `ref` of a still picture of a video, an animation or a
    large picture. `pasted`: the platform's client made the file of a text that is too long for a
    message. `width` and `height` are in pixels, 0 if unknown. `alt` is a text that came with the
    file: an alternative text or a sticker's emoji. `description` is what a model said about a
    picture. `digest` is the SHA-256 of the content, in hex, empty until it was fetched.
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
        """Return what is recorded with a turn: a document without its handle, media with it."""
        lasting = "" if self.kind is MediaKind.DOCUMENT else self.ref
        return replace(self, ref=lasting, link="")


@dataclass(frozen=True)
class Picture:
    """A picture as a model gets it: JPEG or PNG, `media_type` equal to its bytes.

    `label` is the line of text that stands for the picture where it is not sent. `asked`: the
    question itself is about it; other pictures are in the history and may be left out.
    """

    media_type: str
    content: bytes = field(repr=False)
    width: int
    height: int
    label: str = ""
    asked: bool = False
