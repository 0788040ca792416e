"""Words of a text in any script, the forms that lexical search compares, and sentences; pure.

Every function takes time linear in the text's length, and `fold` bounds that length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import regex

MOST_CHARACTERS = 32_768
"""What lies behind so many characters of one text is not searched; one character may become 18."""
# unicodedata sorts a run of combining marks in quadratic time: 64,000 marks take three seconds.
# The Stream-Safe Text Format (UAX #15, section 13) has 30 at most.
_MARKS = regex.compile(r"(\p{M}{30})\p{M}+")
# An apostrophe inside a word belongs to it: don't, l'eau, п'ять.
_WORD = re.compile(r"\w+(?:'\w+)*")
# Scripts that put no space between words: kana, Han and its extensions, Thai, Lao, Khmer, Myanmar.
_UNSPACED = re.compile(r"[぀-ヿ㐀-鿿豈-﫿฀-໿က-႟ក-៿\U00020000-\U0003ffff]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？])|\n+")
_POSSESSIVE = re.compile(r"'(?:s|re|ve|ll|d|m)$")
_PLURALS = (("ies", "y"), ("sses", "ss"), ("s", ""))
_SUFFIXES = ("ing", "ed", "ly", "er", "est", "e", "y")
STEM_LETTERS = 6
ENDING_LETTERS = 12
"""More than all that is taken off one word: an apostrophe's, a plural's and another ending, a
doubled letter."""


def listed(text: str) -> frozenset[str]:
    """Return the words of a list that is written as one text."""
    return frozenset(text.split())


STOPWORDS = listed(
    "a about after all also am an and any are as at be because been before being but by can could "
    "did do does doing "
    "during each few for from further had has have having he her here hers him his how i i'd i'll "
    "i'm i've if in into "
    "is it it's its itself just me more most my no nor not now of off on once only or other our "
    "out over own same she "
    "should so some such than that that's the their them then there these they this those through "
    "to too under until "
    "up very was we were what what's when where which while who whom why will with would you your "
    "yours"
)
"""English words that say nothing of a subject; in other languages their frequency makes them weigh
next to nothing."""


def fold(text: str) -> str:
    """Return a text's beginning in the form that is compared: NFKC, plain apostrophes, case folded.

    Neither what is read nor what is returned is longer than `MOST_CHARACTERS`.
    """
    text = text[:MOST_CHARACTERS]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _MARKS.sub(r"\1", text))[:MOST_CHARACTERS]
    return text.replace("’", "'").casefold()[:MOST_CHARACTERS]


def words(text: str) -> list[str]:
    """Return the folded words in order; scripts without spaces give pairs of characters."""
    found: list[str] = []
    for match in _WORD.finditer(fold(text)):
        word = match.group()
        if word.isascii():
            found.append(word)
        else:
            found += _parts(word)
    return found


def _parts(word: str) -> Iterator[str]:
    at = 0
    for run in _UNSPACED.finditer(word):
        if run.start() > at:
            yield word[at : run.start()]
        yield from _pairs(run.group())
        at = run.end()
    if at < len(word):
        yield word[at:]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def bare(word: str) -> str:
    """Return a word without what English hangs on with an apostrophe: Anna's, we're."""
    return _POSSESSIVE.sub("", word)


def stem(word: str) -> str:
    """Return the form under which a word is compared.

    That is, English endings off, then the first letters of any language.
    """
    # What is long comes out the same, and thousands of them, each as long as a message, would fill
    # the cache.
    return word[:STEM_LETTERS] if len(word) > STEM_LETTERS + ENDING_LETTERS else _stem(word)


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    word = bare(word)
    if not word.isascii() or len(word) < 4:
        return word[:STEM_LETTERS]
    for suffix, instead in _PLURALS:
        if word.endswith(suffix) and not word.endswith("ss"):
            word = word[: -len(suffix)] + instead
            break
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = _undouble(word[: -len(suffix)])
            break
    return word[:STEM_LETTERS]


def _undouble(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def terms(text: str) -> list[str]:
    """Return the stems of the words that say something of a subject, in order, with repetitions."""
    return terms_of(words(text))


def terms_of(found: Iterable[str]) -> list[str]:
    """Return the terms among words that were found already."""
    return [stem(word) for word in found if word not in STOPWORDS]


def sentences(text: str) -> list[str]:
    """Split at sentence ends and line breaks; nothing is empty."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip()]


def pieces(text: str, most: int) -> list[str]:
    """Return a text's sentences, neighbours joined so that there are at most `most`, of about equal length."""
    parts = sentences(text)
    if len(parts) <= most:
        return parts
    joined: list[list[str]] = [[] for _ in range(most)]
    share, length = sum(map(len, parts)) / most, 0
    for part in parts:
        joined[min(most - 1, int((length + len(part) / 2) / share))].append(part)
        length += len(part)
    return [" ".join(group) for group in joined if group]
