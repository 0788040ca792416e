"""Normalise short texts that people type, such as a command's argument, to compare them."""

from __future__ import annotations

import unicodedata

# Keyboards for Arabic, Persian and Urdu have different code points for the same letter. The Latin
# letters in the list have a stroke or no dot, which Unicode does not treat as an accent.
_SAME_LETTERS = str.maketrans("يىكةہۀıłđø", "ییکهههildo")
_AROUND = " \t\n.,!?'\"“”«»„‘’`。、！？「」『』।؟،…"


def typed_form(text: str) -> str:
    """Return a text without case, accents, invisible characters and surrounding punctuation.

    Full-width and half-width letters, decimal digits of all scripts, and the Arabic and Persian
    forms of a letter become the same. Use it for short texts only.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_SAME_LETTERS)
    seen = (_plain(letter) for letter in decomposed)
    return " ".join("".join(seen).split()).strip(_AROUND)


def _plain(letter: str) -> str:
    if letter.isascii():
        return letter
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return ""
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)
