"""Cut a long Markdown answer into messages; pure.

A cut stands at a natural break, and a code fence that it splits is closed before it and opened
again after it, so that each message renders by itself. A cut is decided from the text before it
only: once made it stays where it is while the answer grows.
"""

from __future__ import annotations

import re
from typing import Callable

LANGUAGE_CHARACTERS = (
    32  # longer is no language: a model that goes on writing behind the fence's mark
)
Measure = Callable[[str], int]

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$", re.MULTILINE)
# The better the break, the earlier it may stand: (pattern, least share of the message that must be
# filled).
_BREAKS = (
    (re.compile(r"\n{2,}"), 0.5),
    (re.compile(r"\n"), 0.5),
    (re.compile(r"[.!?。！？…؟।][\"'”’)\]]*\s+|[。！？]"), 0.6),
    (re.compile(r"\s+"), 0.8),
)


def open_fence(text: str) -> str:
    """Return mark and language of the code fence that is open at the end of `text`, or ''."""
    match = _opened(text)
    if match is None:
        return ""
    language = match.group(2).split()[:1]
    return match.group(1) + "".join(word for word in language if len(word) <= LANGUAGE_CHARACTERS)


def _opened(text: str) -> re.Match[str] | None:
    opener: re.Match[str] | None = None
    for match in _FENCE.finditer(text):
        if opener is None:
            # A backtick fence may not have backticks in its info string (CommonMark 0.31, 4.5).
            if match.group(1)[0] == "~" or "`" not in match.group(2):
                opener = match
        elif _closes(match, opener.group(1)):
            opener = None
    return opener


def _closes(match: re.Match[str], mark: str) -> bool:
    return match.group(1).startswith(mark) and not match.group(2).strip()


def _mark(opener: str) -> str:
    return opener[: len(opener) - len(opener.lstrip(opener[0]))]


def part(text: str, start: int, end: int) -> str:
    """Return the message for ``text[start:end]``: fences opened and closed as needed, outer blank lines dropped.

    It is empty if nothing is left to show, as of a fence that is closed at once.
    """
    opener = open_fence(text[:start])
    if not opener:
        return closed(text[start:end].strip())
    body = text[start:end].strip("\n")
    first = _FENCE.match(body)
    if first is not None and _closes(first, _mark(opener)):
        return closed(body[first.end() :].strip())
    return closed(f"{opener}\n{body}") if body.strip() else ""


def closed(text: str) -> str:
    """Return `text` with the code fence that is open at its end closed."""
    opener = open_fence(text)
    return f"{text}\n{_mark(opener)}" if opener else text


def next_cut(text: str, start: int, max_units: int, measure: Measure) -> int | None:
    """Return where the message that begins at `start` must end, or None if it is the last.

    The result is greater than `start`, also when a single character measures more than `max_units`.
    """
    if measure(part(text, start, len(text))) <= max_units:
        return None
    longest = _longest(text, start, max_units, measure)
    cut = _before_opener(text, start, _break_before(text, start, longest))
    # A break inside a link or a pair of marks can make the rendered text longer than the one that
    # fits.
    cut = cut if measure(part(text, start, cut)) <= max_units else longest
    return cut if cut < len(text) else None


def _before_opener(text: str, start: int, cut: int) -> int:
    """Step back over a fence's opening line that would stand last in its message, with no code behind it."""
    opener = _opened(text[:cut])
    if (
        opener is None
        or text[opener.end() : cut].strip()
        or not text[start : opener.start()].strip()
    ):
        return cut
    return opener.start()


def _longest(text: str, start: int, max_units: int, measure: Measure) -> int:
    """Find by bisection the greatest end whose message fits.

    Rendered length is not strictly monotonic (a mark that closes shortens the text), so the result
    may be a little less than the greatest; it always fits.
    """
    fits, too_long = start, min(len(text), start + 2 * max_units)
    if measure(part(text, start, too_long)) <= max_units:
        fits, too_long = too_long, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if measure(part(text, start, middle)) <= max_units:
            fits = middle
        else:
            too_long = middle
    return max(fits, start + 1)


def _break_before(text: str, start: int, longest: int) -> int:
    for pattern, share in _BREAKS:
        least = start + int((longest - start) * share)
        ends = [match.end() for match in pattern.finditer(text, least, longest)]
        if ends:
            return ends[-1]
    return _whole_character(text, start, longest)


def _whole_character(text: str, start: int, end: int) -> int:
    """Step back from the middle of a joined emoji or an accented letter, as far as there is something left."""
    for at in range(end, max(start, end - 16), -1):
        if at >= len(text) or not _joins(text[at - 1], text[at]):
            return at
    return end


def _joins(before: str, after: str) -> bool:
    import unicodedata  # noqa: PLC0415 - only for a text without any break

    return (
        before == "\u200d"
        or after in "\u200d\ufe0f"
        or unicodedata.combining(after) > 0
        or ("\U0001f3fb" <= after <= "\U0001f3ff")
    )
