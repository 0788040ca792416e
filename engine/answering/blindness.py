"""Recognise from a refusal that a model accepts no pictures, or fewer than were sent.

Pure functions. Servers refuse pictures with any status from 400 to 501: llama.cpp answers 500,
OpenRouter answers 404, and servers with a strict parser answer 422 with an error of that parser. A
complaint about one picture (damaged, too large, of another format) does not mean that the model
accepts no pictures.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.answering.faults import FaultKind
from engine.errors import ModelBlind, ModelUnknown, OutOfCredit

if TYPE_CHECKING:
    from engine.answering.faults import Fault
    from engine.errors import ModelError

_STATUSES = (0, 400, 404, 405, 406, 415, 422, 500, 501)
_SEEN = r"(image|picture|photo|vision|visual|multi-?modal|image_url)s?"
_BLIND = re.compile(
    # The wording of llama.cpp, Ollama, OpenRouter and OpenAI, and general wording.
    rf"(\b(not|cannot|no|never|only|without)|n't)\b[^.]{{0,60}}\b{_SEEN}\b"
    rf"|\b{_SEEN}\b[^.]{{0,60}}(\b(not|cannot|unsupported|only supported|disabled)|n't)\b"
    r"|text[- ]only"
    r"|mmproj"
    # Errors of strict parsers, which expect the content of a message to be a string or text parts.
    r"|unknown variant .{0,3}image_url"
    r"|did not match any variant of untagged enum"
    r"|invalid type: sequence, expected a string"
    r"|(content|value|input)\b.{0,40}\bshould be (a valid string|'text')"
    r"|(content|value|messages?)\b.{0,60}\b(must be|expected|expects?) (a |of type )?"
    r"(string|str\b|text)"
    r"|expected (a )?(string|str\b).{0,60}(list|array|sequence)"
    r"|(list|array)[^.]{0,40}(not|instead of) (a )?string"
    r"|only .?text.? content"
    r"|unexpected item type in content"
    r"|unsupported content (part|type)",
    re.IGNORECASE | re.DOTALL,
)
_ABOUT_ONE_PICTURE = re.compile(
    r"(decode|load|open|read|process|fetch|download|identify)\w* (the |this |your |an? )?image\b"
    r"|valid image\b|invalid image"
    r"|image (data|file|bytes|url)\b[^.]{0,40}(invalid|corrupt|malformed)"
    r"|image.{0,40}(exceeds?|too (large|big|small|many pixels)|corrupt|truncated|dimension)"
    r"|(format|mime|media.?type)s?\b[^.]{0,60}(image|not supported|unsupported|invalid)"
    r"|(image|picture)[^.]{0,40}\b(format|mime|media.?type)",
    re.IGNORECASE | re.DOTALL,
)
_AT_MOST = re.compile(
    r"at most (\d+) images?|(?:maximum|max|up to|limit)\D{0,30}(\d+) images?", re.IGNORECASE
)


def blindness(words: str, status: int) -> bool:
    """Return whether a request was refused because the model accepts no pictures."""
    if status not in _STATUSES:
        return False
    most = most_pictures(words)
    if most is not None:
        return most == 0
    return not _ABOUT_ONE_PICTURE.search(words) and bool(_BLIND.search(words))


def most_pictures(words: str) -> int | None:
    """Return the number of pictures that a refusal allows, or None if it names no number."""
    found = _AT_MOST.search(words)
    return int(found[1] or found[2]) if found else None


def as_blindness(error: ModelError, fault: Fault | None) -> ModelError:
    """Return `ModelBlind` for an error that refuses pictures.

    Any other error is returned unchanged.
    """
    if isinstance(error, (ModelUnknown, OutOfCredit)):
        return error
    if fault is None or fault.kind not in (FaultKind.STATUS, FaultKind.REPORTED):
        return error
    most = most_pictures(fault.text)
    if not (blindness(fault.text, fault.status) or most):
        return error
    what = f"takes at most {most} pictures" if most else "takes no pictures"
    return ModelBlind(
        f"status {fault.status}: the model {what}", status=fault.status, most=most or 0
    )
