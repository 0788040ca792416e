"""Normalise questions for the answer cache and split them into words and signs. Pure functions.

Only spacing and the marks around a sentence are dropped, so that two questions with the same form
are the same question.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.memory.repeats.vocabulary import CAPITALS_MATTER

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CHARACTERS = 300
"""The limit on the length after NFKC.

A longer question is neither stored nor compared, because it is hardly ever repeated.
"""
LONGEST_ACRONYM, LONGEST_UNIT = 4, 3
_JOINERS = "\u200c\u200d"  # these characters change a word of Hindi or Persian but are not letters
_ALIKE = str.maketrans(
    {**dict.fromkeys("’‘ʼ", "'"), **dict.fromkeys("“”„«»", '"'), **dict.fromkeys("–—−‐‑", "-")}
)
# The pattern reads a text in which `w` replaces each character of a word, `s` each space and `n`
# each line end. A word includes its apostrophes, and the signs at either end of names such as C++,
# C# and .NET.
_TOKEN = re.compile(r"\.?w+(?:'w+)*(?:\+\+|#)?|n+|[^sw]")
_OPENING = frozenset("¿¡")
_CLOSING = frozenset(".?。؟।॥۔…")
_SENTENCE_BEGINS = frozenset('.!?:"(¿¡\n')


@dataclass(frozen=True)
class Token:
    """A word or a sign of a question. `begins` is true if it begins a sentence."""

    text: str
    is_word: bool
    begins: bool

    @property
    def compared(self) -> str:
        """Return a word in lower case, unless a capital letter changes its meaning."""
        return self.text if self._keeps_case else _lower(self.text)

    @property
    def _keeps_case(self) -> bool:
        text = self.text
        # This is true for WHO and mW, and false for SHOUTED and iPhone.
        if any(char.isupper() for char in text[1:]):
            return len(text) <= (LONGEST_ACRONYM if text.isupper() else LONGEST_UNIT)
        if self.begins or not text[:1].isupper():
            return False
        return (len(text) == 1 and text != "I") or text.lower() in CAPITALS_MATTER


def _lower(text: str) -> str:
    # casefold() is not used, because it would make one word of the German words Maße and Masse.
    return text.lower()


def comparable(question: str) -> bool:
    """Return whether a question is short enough to be stored and compared. Takes linear time."""
    return len(question) <= 2 * MOST_CHARACTERS and len(normalized(question)) <= MOST_CHARACTERS


@lru_cache(maxsize=64)
def normalized(question: str) -> str:
    """Return a text in NFKC, in which ``x²`` still differs from ``x2``."""
    marked = "".join(map(_marked, question))
    return unicodedata.normalize("NFKC", marked).translate(_ALIKE)


def _marked(char: str) -> str:
    if char.isascii():
        return char
    kind = unicodedata.decomposition(char).partition(" ")[0]
    before = {"<super>": "^", "<sub>": "_", "<fraction>": " "}.get(kind, "")
    return before + char


def tokens(question: str) -> list[Token]:
    """Split a question into words and signs, in order."""
    text = normalized(question)
    shadow = "".join(map(_kind, text))
    found: list[Token] = []
    for match in _TOKEN.finditer(shadow):
        piece = text[match.start() : match.end()]
        is_word = "w" in match.group()
        piece = piece if is_word else piece[:1]
        begins = not found or (not found[-1].is_word and found[-1].text in _SENTENCE_BEGINS)
        found.append(Token("\n" if match.group()[0] == "n" else piece, is_word, begins))
    return found


def _kind(char: str) -> str:
    if char.isalnum() or char == "_" or char in _JOINERS:
        return "w"
    if char in "\n\r\v\f\u2028\u2029":
        return "n"
    if char.isspace():
        return "s"
    return "w" if unicodedata.category(char)[0] == "M" else _sign(char)


def _sign(char: str) -> str:
    return char if char in ".'+#" else "o"


def exact_form(question: str) -> str:
    """Return the form that is equal for two questions that count as exactly the same.

    Spacing, the marks around a sentence and most capital letters do not count. Words, their order,
    signs and line ends do count. Invisible characters count too, because they reach the model.
    """
    return " ".join(token.compared for token in trimmed(tokens(question)))


def trimmed(found: Sequence[Token]) -> list[Token]:
    """Return tokens without opening marks and without the marks that end the text."""
    kept = [token for token in found if token.text not in _OPENING]
    while kept and kept[0].text == "\n":
        kept.pop(0)
    while kept and _ends(kept):
        kept.pop()
    return kept


def _ends(found: Sequence[Token]) -> bool:
    """Return whether the last token may be dropped. The sign in ``5!`` may not be dropped."""
    last = found[-1].text
    if last != "!":
        return last in _CLOSING or last == "\n"
    before = next((token for token in reversed(found) if token.text not in ("!", "?", ".")), None)
    return before is not None and before.text.isalpha() and len(before.text) > 1
