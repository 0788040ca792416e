"""Split a text in any script into words and sentences. Pure functions.

Every function takes time that is linear in the text's length. `fold` limits this length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import regex

MOST_CHARACTERS = 32_768
"""The limit on the searched part of a text.

It also limits the folded text, since folding may turn one character into 18.
"""
# unicodedata sorts a run of combining marks in quadratic time: 64,000 marks take three seconds. A
# run is therefore cut to the 30 marks that the Stream-Safe Text Format (UAX #15, section 13)
# allows.
_MARKS = regex.compile(r"(\p{M}{30})\p{M}+")
# An apostrophe inside a word belongs to it: don't, l'eau, п'ять. Vowel signs and other marks belong
# to it too.
_WORD = regex.compile(r"\w+(?:'\w+)*")
# These scripts have no spaces between words, or join endings to words (Hangul). Each pair of
# neighbouring visible characters therefore counts as a word. A vowel sign is part of its letter.
_UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々〆]"
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々〆\p{M}]*"
)
_GRAPHEME = regex.compile(r"\X")
# A word of one character has no pair of its own. In Japanese it is a Han character between other
# letters. In Korean it is a syllable before a particle, whose form depends on the sentence.
_SINGLE = regex.compile(
    r"(?<!\p{Han})\p{Han}(?!\p{Han})"
    r"|^\p{Hangul}(?=(?:[은는이가을를에의도와과로만랑]|에서|에게|으로|한테|까지|부터|이랑|하고)$)"
)
# These characters do not change a word: soft hyphens, joiners, Arabic's tatweel and vowels,
# Hebrew's points, and the dot that case folding leaves of a Turkish capital I.
_SILENT = regex.compile(
    r"[\u00AD\u0307\u034F\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0640\u064B-\u0652\u0670"
    r"\u0654\u200B-\u200F\u2060\uFE00-\uFE0F\uFEFF]+"
)
# Keyboards for Arabic, Persian and Urdu have different code points for the same letter, and many
# scripts have digits of their own. The Arabic letters and the digits 0 to 9 are kept.
_OTHER_FORMS = regex.compile(r"[یکەۀہۂ]|(?![0-9])\p{Nd}")
_SAME_LETTERS = {"ی": "ي", "ک": "ك", "ە": "ه", "ۀ": "ه", "ہ": "ه", "ۂ": "ه"}
_SENTENCE_END = regex.compile(
    r"(?<=[.!?…؟۔։።])[\"'”’»)\]]*\s+|(?<=[。！？।॥။។])|\n+"
    # Sentence ends of Arabic, Armenian and Ethiopic, then of CJK, Indic and Khmer.
    # A space ends a longer clause in Thai and Lao, which have no other mark.
    r"|(?<=[\p{Thai}\p{Lao}]{20}) +(?=[\p{Thai}\p{Lao}])"
)
GRAM_LETTERS = 4
_POSSESSIVE = re.compile(r"'(?:s|re|ve|ll|d|m)$")


def listed(text: str) -> frozenset[str]:
    """Return the words of a list that is written as one text."""
    return frozenset(text.split())


STOPWORDS = listed(
    "a about after all also am an and any are as at be because been before being but by can could "
    "did do does doing during each few for from further had has have having he her here hers him "
    "his how i i'd i'll i'm i've if in into is it it's its itself just me more most my no nor not "
    "now of off on once only or other our out over own same she should so some such than that "
    "that's the their them then there these they this those through to too under until up very was "
    "we were what what's when where which while who whom why will with would you your yours"
)
"""English words without a meaning of their own.

In other languages, such words get a low weight because they are frequent.
"""


def fold(text: str) -> str:
    """Normalise the beginning of a text to compare it: NFKC, plain apostrophes, case folded.

    Digits of all scripts become 0 to 9, and the Persian forms of letters become the Arabic ones.
    At most `MOST_CHARACTERS` characters are read, and at most as many are returned.
    """
    text = text[:MOST_CHARACTERS]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _MARKS.sub(r"\1", text))[:MOST_CHARACTERS]
    text = text.replace("’", "'").casefold()
    if text.isascii():
        return text
    return same_letters(_SILENT.sub("", text)[:MOST_CHARACTERS])


def same_letters(text: str) -> str:
    """Return a text with the digits 0 to 9 and with Arabic letters for the Persian forms."""
    same: str = _OTHER_FORMS.sub(_same_form, text)
    return same


def _same_form(match: regex.Match[str]) -> str:
    character = match.group()
    return _SAME_LETTERS.get(character) or str(unicodedata.decimal(character))


def words(text: str) -> list[str]:
    """Return the folded words in order. Scripts without spaces yield pairs of characters."""
    found: list[str] = []
    for word in _WORD.findall(fold(text)):
        if word.isascii():
            found.append(word)
        else:
            found += [part for run, unspaced in _parts(word) for part in _units(run, unspaced)]
    return found


def unspaced(text: str) -> bool:
    """Return whether a text has characters of a script of which `words` yields pairs."""
    return bool(_UNSPACED.search(text))


def words_and_grams(
    text: str, skipped: frozenset[str] = frozenset()
) -> tuple[list[str], list[str]]:
    """Return the words of a text, and overlapping parts of the words that are not in `skipped`.

    A part is a run of four letters, or of three characters in scripts without spaces. Parts help if
    a language has no stemmer, joins words into longer words, or has many endings.
    """
    found: list[str] = []
    grams: list[str] = []
    for word in _WORD.findall(fold(text)):
        for run, unspaced in ((word, False),) if word.isascii() else _parts(word):
            found += _units(run, unspaced)
            if run not in skipped:
                grams += _triples(run) if unspaced else _windows(run)
    return found, grams


def _parts(word: str) -> Iterator[tuple[str, bool]]:
    """Split a word where scripts with and without spaces meet.

    Yield each part, and True if its script has no spaces.
    """
    at = 0
    for run in _UNSPACED.finditer(word):
        if run.start() > at:
            yield word[at : run.start()], False
        yield run.group(), True
        at = run.end()
    if at < len(word):
        yield word[at:], False


def _units(run: str, unspaced: bool) -> list[str]:  # noqa: FBT001 - the flag comes from `_parts`
    if not unspaced:
        return [run]
    seen: list[str] = _GRAPHEME.findall(run)
    if len(seen) == 1:
        return seen
    singles: list[str] = _SINGLE.findall(run)
    return [first + second for first, second in zip(seen, seen[1:])] + singles


def _triples(run: str) -> list[str]:
    seen = _GRAPHEME.findall(run)
    return ["".join(seen[i : i + 3]) for i in range(max(1, len(seen) - 2))]


def _windows(word: str) -> list[str]:
    return [word[i : i + GRAM_LETTERS] for i in range(max(1, len(word) - GRAM_LETTERS + 1))]


def bare(word: str) -> str:
    """Return a word without an English ending after an apostrophe: Anna's, we're."""
    return _POSSESSIVE.sub("", word)


def sentences(text: str) -> list[str]:
    """Split a text at sentence ends and line breaks, without empty parts."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip()]


def pieces(text: str, most: int) -> list[str]:
    """Return a text's sentences.

    If there are more than `most`, they are joined into groups of about equal length.
    """
    parts = sentences(text)
    if len(parts) <= most:
        return parts
    joined: list[list[str]] = [[] for _ in range(most)]
    share, length = sum(map(len, parts)) / most, 0
    for part in parts:
        joined[min(most - 1, int((length + len(part) / 2) / share))].append(part)
        length += len(part)
    return [" ".join(group) for group in joined if group]
