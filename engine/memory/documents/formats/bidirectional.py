"""Convert lines of right-to-left scripts from drawing order to reading order. Pure functions.

PDF draws glyphs from left to right. A Hebrew line therefore begins with its last letter, but a
number in it has its usual order. This module reverses rules L2 and L4 of the Unicode Bidirectional
Algorithm (UAX 9) for lines without nested directions.
"""

from __future__ import annotations

import re
import unicodedata

_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_LETTER = re.compile(r"[^\W\d_]")
_SCRIPTS = r"\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"
_SIGN = "[%°€$£₪+-]?"  # a sign belongs to the number next to it
_WORD = rf"{_SIGN}[^\W_{_SCRIPTS}](?:[^\s()\[\]{{}}{_SCRIPTS}]*[^\W_{_SCRIPTS}])?{_SIGN}"
_LEFT_TO_RIGHT = re.compile(rf"{_WORD}(?: {_WORD})*")
_PRESENTATION = re.compile(r"[\ufb00-\ufb06\ufb1d-\ufdff\ufe70-\ufeff]+")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_GAPS = re.compile(r"[ \t]{2,}")


def is_right_to_left(text: str) -> bool:
    """Return whether at least a fifth of the letters belong to a right-to-left script."""
    letters = _LETTER.findall(text[:20_000])
    found = sum(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in letters)
    return found > 0 and found * 5 >= len(letters)


def in_reading_order(page: str) -> str:
    """Return a page in reading order. The lines of `page` are in drawing order.

    Lines without right-to-left letters stay unchanged.
    """
    return "\n".join(_turned(_GAPS.sub(" ", line.strip())) for line in page.splitlines())


def _turned(line: str) -> str:
    if not any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in line):
        return line
    turned = _clusters_reversed(line).translate(_MIRRORED)
    return _LEFT_TO_RIGHT.sub(_turned_back, turned)


def _turned_back(run: re.Match[str]) -> str:
    """Reverse a left-to-right run.

    If the run has no letters, each number is reversed separately (rule W7).
    """
    text = run.group()
    if _LETTER.search(text):
        return text[::-1].translate(_MIRRORED)
    return " ".join(number[::-1] for number in text.split(" "))


def _clusters_reversed(line: str) -> str:
    """Reverse a line. A combining mark stays after its letter."""
    clusters: list[str] = []
    for char in line:
        if clusters and unicodedata.combining(char):
            clusters[-1] += char
        else:
            clusters.append(char)
    return "".join(reversed(clusters))


def without_presentation_forms(text: str) -> str:
    """Replace ligatures and presentation forms of Arabic letters with plain letters."""
    return _PRESENTATION.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)
