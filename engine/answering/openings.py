"""Recognise how answers and their continuations begin, in the bot's languages. Pure functions.

`engine.answering.joining` uses this module.
"""

from __future__ import annotations

import re
from enum import Enum

from engine.answering.opening_words import ABOUT, GOING_ON, YES

# A word is any text between separators. ``\w`` would not match the vowel signs of Hindi.
_WORD = re.compile(r"[^\s.,;:!?…。！？，、：；।؟،()\[\]{}\"'«»„“”‘’*_`#|<>/\\=+-]+")
_BARE_ITEM = re.compile(r"(?:\A|\n)[ >]*(?:[-*+•]|\d{1,9}[.)]) *\Z")
_ENDS = re.compile(r"[.!?…؟。！？।][)\]\"'”’»」』）*_`]*\Z")
_SENTENCE_END = re.compile(r"[.!?…؟][)\]\"'”’»*_]*(?=\s)|[。！？।]|\n")
_LETTERS_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")
_DIGITS = re.compile(r"([0-9]{1,9})")
_MARKS = " \t\n*_\"'“”«»„(>#-–—….¡¿"
_WIDE_PAIR = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
# A character of these scripts carries more meaning than a letter of an alphabet. Among them, Korean
# has spaces between words.
_DENSE = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_LEAST_SENTENCE, _MOST_SENTENCE = 12, 140  # the limits in characters on a sentence that is compared


def is_wide(character: str) -> bool:
    """Return whether the script of a character has no spaces between words."""
    return bool(_WIDE_PAIR.match(character))


# Preambles: remarks of the model before a continuation


class PreambleState(Enum):
    """Whether a continuation begins with a preamble, a remark about the continuation itself."""

    NONE = "words of the answer"
    POSSIBLE = "it may become words about the continuation"
    FOUND = "words about the continuation"


_CLAUSE_END = re.compile(r"[:：]\**(?=\s|\Z)|[.!…。！।](?:\*\*)?(?=\s|\Z)|[：。！।]|\n|\Z")
_MOST_PREAMBLE = 160
_STARTS = tuple(dict.fromkeys([*YES, *ABOUT]))


def preamble(text: str, *, ended: bool = False) -> tuple[PreambleState, int]:
    """Return whether a continuation begins with a preamble, and the index where the preamble ends.

    `ended` is true if no more text will come.
    """
    at = sure = 0
    while True:
        state, length, telling = _clause(text[at:], ended=ended)
        if state is PreambleState.NONE:
            return (PreambleState.FOUND if sure else PreambleState.NONE), sure
        if state is PreambleState.POSSIBLE:
            return state, at
        at += length
        sure = at if telling else sure


def _clause(text: str, *, ended: bool) -> tuple[PreambleState, int, bool]:
    """Judge the first clause. It ends at a colon, or at the end of a sentence or line.

    Return its state, its length, and whether it is a complete remark about the continuation. A
    "Yes." counts as a part of a remark only if more of the remark follows.
    """
    body = text.lstrip(_MARKS)
    skipped = len(text) - len(body)
    low = body[:_MOST_PREAMBLE].lower()
    none = (PreambleState.NONE, 0, False)
    possible = (PreambleState.POSSIBLE, 0, False)
    if not low:
        return none if ended or skipped > 8 else possible
    if not any(_begins(low, start) for start in _STARTS):
        return none if ended or not any(start.startswith(low) for start in _STARTS) else possible
    end = _CLAUSE_END.search(body)
    assert end is not None  # noqa: S101 - the pattern also matches the end
    if end.end() > _MOST_PREAMBLE:
        return none
    # The next character decides whether the clause ends here.
    if end.end() >= len(body) and not ended:
        return possible
    clause, mark = body[: end.start()], body[end.start() : end.end()][:1]
    telling = _about_itself(clause, mark)
    if not telling and not _only_agrees(clause, mark):
        return none
    length = _after_blank(text, skipped + end.end())
    return PreambleState.FOUND, length, telling or mark in "!！"


def _begins(low: str, start: str) -> bool:
    """Return whether a text begins with these whole words."""
    if not low.startswith(start):
        return False
    following = low[len(start) : len(start) + 1]
    return bool(_WIDE_PAIR.match(start)) or not following.isalnum()


def _about_itself(clause: str, mark: str) -> bool:
    told = mark in ":：…\n" or _agrees(clause) or _speaks(clause)
    return bool(GOING_ON.search(clause)) and told


def _only_agrees(clause: str, mark: str) -> bool:
    short = len(_WORD.findall(clause)) <= 3
    return bool(mark) and mark in "!！.。।:：\n" and short and _agrees(clause)


def _agrees(clause: str) -> bool:
    low = clause.lower()
    yes = next((start for start in sorted(YES, key=len)[::-1] if _begins(low, start)), "")
    return bool(yes) and not _WIDE_PAIR.match(low[len(yes) : len(yes) + 1])


def _speaks(clause: str) -> bool:
    """Return whether the model speaks about itself in a clause."""
    return bool(
        re.match(
            r"(?i)(i['’]?ll|i will|let "
            r"me|let's|ich|je|я|我|मैं|vou|sigo|continúo|continuo|продолж)\b",
            clause,
        )
        or re.match(r"我|سأ|أ", clause)
    )


def _after_blank(text: str, at: int) -> int:
    """Return the index after the white space that follows a preamble, but before indentation."""
    rest = text[at:]
    lines = len(rest) - len(rest.lstrip("\n \t"))
    blank = rest[:lines]
    return at + (blank.rfind("\n") + 1 if "\n" in blank else lines)


# The kinds of beginnings of an answer

_KINDS = (
    ("heading", re.compile(r"#{1,6} ")),
    ("fence", re.compile(r"(`{3,}|~{3,})\w*")),
    ("table", re.compile(r"\|")),
    ("quote", re.compile(r">")),
    ("first", re.compile(r"(1[.)]|①) ")),
    ("bullet", re.compile(r"[-*+•] ")),
    ("intro", re.compile(r"[^\n]{3,100}[:：]\s*\n")),
    ("title", re.compile(r"\*\*[^*\n]{1,80}\*\*:?\s*(\n|\Z)")),
)


def kind_of_opening(text: str) -> str:
    """Return the kind of block that a text begins with.

    The result is "" for prose, and while the kind is undecided.
    """
    beginning = text.lstrip()
    return next((name for name, pattern in _KINDS if pattern.match(beginning)), "")


def first_sentence(text: str, *, ended: bool) -> str | None:
    """Return the first sentence or line, at most 140 characters, or None while it has no end."""
    body = text.lstrip()
    for match in _SENTENCE_END.finditer(body[:_MOST_SENTENCE]):
        if match.start() >= _LEAST_SENTENCE:
            return body[: match.start()]
    return body[:_MOST_SENTENCE] if ended or len(body) >= _MOST_SENTENCE else None


def starts_afresh(text: str) -> bool:
    """Return whether a text begins with a capital letter, a heading, a title or an item 1."""
    if kind_of_opening(text) in ("heading", "first", "title"):
        return True
    beginning = text.lstrip(_MARKS)
    return beginning[:1].isupper()


def expects_a_capital(text: str) -> bool:
    """Return whether a text may be continued with a capital letter.

    This is the case after a colon, a list mark, a number or a word with a capital letter.
    """
    end = text.rstrip(" *_\"'“«„([")[-_MOST_SENTENCE:]
    words = _WORD.findall(end)
    if end.endswith((":", "：")) or _BARE_ITEM.search(end):
        return True
    return bool(words) and (words[-1][0].isupper() or words[-1].isdigit())


def ends_unfinished(text: str) -> bool:
    """Return whether a text ends inside a sentence."""
    body = text.rstrip(" ")
    if not body or body.endswith("\n"):
        return False
    end = body[-_MOST_SENTENCE:]
    return bool(_BARE_ITEM.search(end)) or not _ENDS.search(end)


def is_prose(sentence: str) -> bool:
    """Return whether a line is a sentence and not code."""
    return not re.search(r"[(){}\[\]=_<>;]", sentence) and len(_WORD.findall(sentence)) >= 3


def is_scrap(text: str) -> bool:
    """Return whether a text has only the first one to three words of an answer."""
    if "\n" in text.strip() or len(text) > 24:
        return False
    wide = len(_WIDE_PAIR.findall(text))
    return wide <= 6 if wide else len(_WORD.findall(text)) <= 3


def scrap_begins_anew(scrap: str, sentence: str) -> bool:
    """Return whether a sentence is a new beginning of an answer.

    The first attempt of the answer was cut after one to three words, the `scrap`. The sentence is a
    new beginning if it repeats most of these words, or if only its first letter is a capital. In
    that case, the capital does not mark a name or a German noun.
    """
    words = [word.casefold() for word in _WORD.findall(sentence)]
    kept = {word.casefold() for word in _WORD.findall(scrap) if len(word) >= 3}
    if kept and 3 * len(kept & set(words)) >= 2 * len(kept):
        return True
    capitals = [word for word in _WORD.findall(sentence)[1:] if word[0].isupper()]
    return starts_afresh(sentence) and len(words) >= 4 and not capitals


def counts_on(old: str, sentence: str) -> bool:
    """Return whether a sentence has only words of the old text, but another number.

    Such a sentence continues a count: "Day 3" follows "Day 1, day 2". A new answer would have the
    old numbers.
    """
    parts = _LETTERS_OR_DIGITS.findall(sentence)[:-1]  # the last part may be cut off
    digits = {part for part in parts if part.isdigit()}
    known = set(_LETTERS_OR_DIGITS.findall(old))
    return not digits <= known and set(parts) - digits <= known


def is_next_number(old: str, beginning: str) -> bool:
    """Return whether a text begins with the word that follows the old text's last word in a count.

    The two words differ only in a number, which is higher by one: "A-8" follows "A-7", and "12."
    follows "11.". A text that begins with the old text's first word is a new answer instead.
    """
    words, new = old.split(), beginning.split(None, 1)[:1]
    if not words or not new or words[0] == new[0]:
        return False
    before, after = _DIGITS.split(words[-1]), _DIGITS.split(new[0])
    changed = [at for at, (one, other) in enumerate(zip(before, after)) if one != other]
    if len(before) != len(after) or len(changed) != 1:
        return False
    number, following = before[changed[0]], after[changed[0]]
    return number.isdigit() and following.isdigit() and int(following) == int(number) + 1


def likeness(one: str, other: str) -> float:
    """Return the share of the shorter text's three-letter groups that the other text has too."""
    first, second = _groups(one), _groups(other)
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller >= (2 if _DENSE.search(one) else 3) else 0.0


def _groups(text: str) -> set[str]:
    groups: set[str] = set()
    for word in _WORD.findall(text.casefold()):
        size = 2 if _DENSE.match(word) else 3
        groups.update(word[at : at + size] for at in range(max(1, len(word) - size + 1)))
    return groups


def content_stems(text: str) -> set[str]:
    """Return the first letters of the longer words, and all numbers.

    Scripts without spaces, and Korean, yield pairs of characters.
    """
    stems: set[str] = set()
    for word in _WORD.findall(text.casefold()):
        if _DENSE.match(word):
            stems.update(word[at : at + 2] for at in range(len(word) - 1))
        elif word.isdigit() or len(word) >= 4:
            stems.add(word[:5])
    return stems
