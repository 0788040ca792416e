"""The characters that a person sees: grapheme clusters (UAX 29). Pure functions."""

from __future__ import annotations

import unicodedata

# The search for the start of a grapheme cluster goes back at most this many code points
_FARTHEST = 64
_REGIONAL = ("\U0001f1e6", "\U0001f1ff")
_VIRAMA = 9  # the canonical combining class of the sign that joins two consonants


def clip(text: str, most: int) -> str:
    """Return at most `most` code points of a text. An ellipsis replaces the removed end.

    No visible character is split.
    """
    if len(text) <= most:
        return text
    return text[: whole_character(text, 0, most - 1)].rstrip() + "…"


def whole_character(text: str, start: int, end: int) -> int:
    """Step back from the middle of a grapheme cluster to its start.

    These are the extended grapheme clusters of Unicode (UAX 29) that answers contain: joined emoji,
    flags, keycaps, accents, vowel signs, consonants joined by a virama.
    """
    for place in range(end, max(start, end - _FARTHEST), -1):
        if place >= len(text) or not _joined(text, start, place):
            return place
    return end


def _joined(text: str, start: int, place: int) -> bool:
    before, after = text[place - 1], text[place]
    if after.isascii() and before.isascii():
        return before == "\r" and after == "\n"
    return (
        before == "\u200d"
        or after in "\u200c\u200d\u0e33\u0eb3"
        or unicodedata.category(after).startswith("M")
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # skin tone modifiers
        or "\U000e0020" <= after <= "\U000e007f"  # tag characters, as in the flag of Scotland
        or "\u1160" <= after <= "\u11ff"  # Korean medial vowels and final consonants
        or (unicodedata.combining(before) == _VIRAMA and after.isalpha())
        or _within_flag(text, start, place)
    )


def _within_flag(text: str, start: int, place: int) -> bool:
    """Return whether a position is between the two letters of a flag.

    This is the case if the number of flag letters directly before the position is odd.
    """
    first, last = _REGIONAL
    if not first <= text[place] <= last:
        return False
    at = place
    while at > start and first <= text[at - 1] <= last:
        at -= 1
    return (place - at) % 2 == 1
