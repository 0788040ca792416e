"""Read a picture or a document from the disk: ``/file PATH QUESTION`` in the terminal."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path

from engine.attachments import Attachment, MediaKind
from engine.errors import DeliveryFailed, MessageGone

_COMMAND = re.compile(r"\s*/file\s+(\S.*)", re.DOTALL)
_FIRST = re.compile(r"(?:\"([^\"]+)\"|'([^']+)'|(\S+))(.*)", re.DOTALL)
_KINDS = {"image": MediaKind.PICTURE, "audio": MediaKind.AUDIO, "video": MediaKind.VIDEO}
# Python 3.9 does not know these media types by their file name extensions.
_TYPES = {".heic": "image/heic", ".heif": "image/heif", ".avif": "image/avif",
          ".webp": "image/webp"}  # fmt: skip


class NoPath(Exception):
    """The person wrote ``/file`` without a path."""


def read_command(text: str, folder: Path) -> tuple[str, tuple[Attachment, ...]]:
    """Return the question and the file of a ``/file`` line. Other lines are returned unchanged.

    A path that contains spaces must be in quotes, or alone on the line. Raises OSError if there is
    no such file, and `NoPath` if the line names none.
    """
    if text.strip() == "/file":
        raise NoPath
    found = _COMMAND.fullmatch(text)
    if found is None:
        return text, ()
    path, question = _split(found[1].strip(), folder)
    return question, (_attachment(path),)


def _split(rest: str, folder: Path) -> tuple[Path, str]:
    whole = _path(rest, folder)
    if whole.is_file():
        return whole, ""
    found = _FIRST.fullmatch(rest)
    if found is None:  # this never happens, because the pattern always matches a first word
        return whole, ""
    return _path(next(filter(None, found.groups()[:3])), folder), found[4].strip()


def _path(text: str, folder: Path) -> Path:
    return (folder / Path(text).expanduser()).absolute()


def _attachment(path: Path) -> Attachment:
    size = path.stat().st_size
    if not path.is_file():
        raise FileNotFoundError(path)
    guessed = mimetypes.guess_type(path.name)[0]
    media_type = _TYPES.get(path.suffix.lower()) or guessed or "application/octet-stream"
    kind = _KINDS.get(media_type.partition("/")[0], MediaKind.DOCUMENT)
    if media_type == "image/svg+xml":
        kind = MediaKind.DOCUMENT
    return Attachment(path.name, media_type, size, str(path), kind=kind)


def read_file(path: str, max_bytes: int) -> bytes:
    """Return a file's content.

    Raises `MessageGone` if the file cannot be read, and `DeliveryFailed` if it is too long.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise MessageGone("the file no longer exists") from error
    if len(content) > max_bytes:
        raise DeliveryFailed(f"the file is longer than {max_bytes} bytes")
    return content
