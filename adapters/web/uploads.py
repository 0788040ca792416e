"""Keep the files that visitors send with their questions in memory for an hour.

No platform stores the page's files, and Pipit does not store them on its disk. A file is therefore
available for Retry and follow-up questions only as long as this process keeps it. After that, the
model gets the file's name and a note that the file is gone. A file is sent in pieces for three
reasons. A slow network stays within the time limit of a request, the page can show the progress,
and a lost piece can be sent again.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cachetools import TTLCache

from engine.attachments import Attachment, MediaKind
from engine.errors import DeliveryFailed, MessageGone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.contract import ChatKey

MOST_FILE_BYTES = 8 * 1024 * 1024  # the reader of documents accepts this many bytes
MOST_BYTES, KEPT_SECONDS = 24_000_000, 3600.0
FILES_PER_VISITOR = 20
FILES_PER_QUESTION = 10
_PREFIX = "upload/"


@dataclass
class Upload:
    """A file that has arrived, completely or in part."""

    name: str
    media_type: str
    size_bytes: int
    content: bytearray = field(default_factory=bytearray, repr=False)

    @property
    def whole(self) -> bool:
        """Return whether all pieces have arrived."""
        return len(self.content) == self.size_bytes


class Uploads:
    """The files of all visitors, limited in bytes, number and age. The oldest files are evicted."""

    def __init__(self) -> None:
        self._kept: TTLCache[tuple[ChatKey, str], Upload] = TTLCache(
            MOST_BYTES, KEPT_SECONDS, getsizeof=lambda upload: upload.size_bytes
        )

    def begin(self, key: ChatKey, upload: Upload) -> str:
        """Make room for a file and return its id."""
        own = [place for place in self._kept if place[0] == key]
        for place in own[: max(0, len(own) - FILES_PER_VISITOR + 1)]:
            self._kept.pop(place, None)
        upload_id = secrets.token_urlsafe(12)
        self._kept[key, upload_id] = upload
        return upload_id

    def add(self, key: ChatKey, upload_id: str, at: int, piece: bytes) -> bool:
        """Add a piece of a file. Return whether it fits. A repeated piece has no effect."""
        upload = self._kept.get((key, upload_id))
        if upload is None or at > len(upload.content) or at + len(piece) > upload.size_bytes:
            return False
        upload.content[at : at + len(piece)] = piece
        return True

    def attachments(self, key: ChatKey, ids: Sequence[str]) -> tuple[Attachment, ...]:
        """Return the files of a question. For an evicted file, its entry has the name "file"."""
        return tuple(_attachment(self._kept.get((key, one)), one) for one in ids)

    def fetch(self, key: ChatKey, ref: str, max_bytes: int) -> bytes:
        """Return a file's content. Raises `MessageGone`, or `DeliveryFailed` if it is too long."""
        upload = self._kept.get((key, ref[len(_PREFIX) :]))
        if upload is None or not upload.whole:
            raise MessageGone("the file is no longer kept")
        if upload.size_bytes > max_bytes:
            raise DeliveryFailed(f"the file is longer than {max_bytes} bytes")
        return bytes(upload.content)

    def drop(self, key: ChatKey) -> None:
        """Remove the files of a visitor."""
        for place in [place for place in self._kept if place[0] == key]:
            self._kept.pop(place, None)


def _attachment(upload: Upload | None, upload_id: str) -> Attachment:
    if upload is None:
        return Attachment("file", "", 0, _PREFIX + upload_id, kind=MediaKind.PICTURE)
    kind, size = _kind(upload.media_type), upload.size_bytes
    return Attachment(upload.name, upload.media_type, size, _PREFIX + upload_id, kind=kind)


def _kind(media_type: str) -> MediaKind:
    if media_type == "image/svg+xml":
        return MediaKind.DOCUMENT
    family = media_type.partition("/")[0]
    kinds = {"image": MediaKind.PICTURE, "audio": MediaKind.AUDIO, "video": MediaKind.VIDEO}
    return kinds.get(family, MediaKind.DOCUMENT)


def named(files: Iterable[str], text: str) -> str:
    """Return a question as the page shows it: the names of its files, then its text."""
    names = ", ".join(files)
    return "\n".join(filter(None, (f"📎 {names}" if names else "", text)))
