"""The parts of a text that a cut must not split: links, code, grapheme clusters.

All functions are pure and take linear time.
"""

from __future__ import annotations

import re
import unicodedata

# A cut is never inside one of these: links, code, addresses, formulas. The beginning of such a part
# counts too while its end has not arrived. Every pattern has a length limit, so that a text with
# many beginnings is still searched in linear time.
_ATOMS = re.compile(
    r"!?\[[^\]\n]{0,300}\]\((?:[^()\s]|\([^()\s]{0,200}\)){0,2000}(?:\s+\"[^\"\n]{0,200}\")?\s?\)"
    r"|!?\[[^\]\n]{0,300}(?:\]\([^()\s]{0,2000})?\Z"
    r"|(?<!`)(`{1,3})(?!`)[^`\n]{1,300}(?<!`)\1(?!`)"
    r"|`[^`\n]{0,100}\Z"
    r"|(?:https?|tg|mailto)://?[^\s<>]{1,2000}"
    r"|\\\([^\n]{1,400}?\\\)|\\\[[^\n]{1,400}?\\\]|\$\$[^$\n]{1,400}\$\$|\$[^$\s][^$\n]{0,200}\$"
    r"|\\[(\[][^\n]{0,400}\Z"
    r"|</?[A-Za-z][^<>\n]{0,200}>"
)
# The search for the start of a grapheme cluster goes back at most this many code points
_FARTHEST = 64
_REGIONAL = ("\U0001f1e6", "\U0001f1ff")
_VIRAMA = 9  # the canonical combining class of the sign that joins two consonants


def atoms(text: str, start: int) -> list[tuple[int, int]]:
    """Return the spans after `start` that a cut must not be inside."""
    return [match.span() for match in _ATOMS.finditer(text, start)]


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
