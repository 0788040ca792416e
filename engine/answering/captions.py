"""Captions: the line of text that replaces a file in a prompt. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.answering.speakers import plain_name
from engine.attachments import SEEN, Attachment, MediaKind

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

NO_WORDS_PICTURE = "(No words of their own. Say briefly what the picture shows or asks.)"
_LONGEST = 300  # the limit in characters on a description, or on a text that came with a file


def captions(files: Sequence[Attachment], shown: Container[str]) -> str:
    """Return the captions of all files in one line.

    `shown` holds the references of the pictures that are sent.
    """
    many = sum(file.ref in shown for file in files) > 1
    numbers = iter(range(1, len(files) + 1))
    lines = [
        _shown(file, next(numbers) if many else 0) if file.ref in shown else caption(file)
        for file in files
    ]
    return " ".join(lines)


def _shown(file: Attachment, number: int) -> str:
    what = f"picture {number}" if number else "picture"
    if file.kind in (MediaKind.VIDEO, MediaKind.ANIMATION, MediaKind.VIDEO_NOTE):
        what = f"{what}, one still of the {file.kind.value}"
    alt = f": {plain(file.alt)}" if file.alt else ""
    return f"[{what} {plain_name(file.name)}{alt}]"


def caption(file: Attachment) -> str:
    """Return the caption of a file that is not sent as a picture."""
    name = plain_name(file.name)
    if file.kind in (MediaKind.VOICE, MediaKind.AUDIO):
        if file.digest:
            return f"[the words after 🎤 are a transcript of {name} and may contain errors]"
        return f"[{file.kind.value} {name}, which you cannot hear; do not guess what is said]"
    if file.kind not in SEEN:
        return f"[{name}]"
    if file.description:
        return f"[{file.kind.value} {name}: {plain(file.description)}]"
    if file.kind is MediaKind.STICKER:
        return f"[sticker {plain(file.alt)}]"
    alt = f", described by its sender as: {plain(file.alt)}" if file.alt else ""
    return f"[{file.kind.value} {name}, which you cannot see{alt}; do not guess what it shows]"


def plain(text: str) -> str:
    """Return a text as one line without brackets, so that it cannot end its caption early."""
    return " ".join(text.replace("[", "(").replace("]", ")").split())[:_LONGEST]
