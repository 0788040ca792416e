"""Decide whether two questions may share an answer.

All functions are pure and take time that is linear in the length of the questions.

In every language, two questions may share an answer if they are exactly the same (`exact_form`).
Similar questions may share an answer only if both are English, because only English was measured
(``benchmarks/answer_cache.py``, ``benchmarks/minimal_pairs.py``). The vectors of two questions can
be nearly equal although the questions differ in a name, a number, a negation, or in who does what
to whom. Each of these differences is a veto. Any replaced word that is not a synonym is a veto too.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from engine.memory.repeats import vocabulary as lists
from engine.memory.repeats.roles import Word, roles_differ
from engine.memory.repeats.tokens import (
    Token,
    comparable,
    exact_form,
    normalized,
    tokens,
    trimmed,
)
from engine.memory.search.words import bare, listed, same_letters, words

__all__ = ["Question", "alike", "comparable", "exact_form", "lasting", "near", "veto"]

SAME_WORDS, MORE_WORDS = 0.91, 0.95
"""The smallest cosines of questions that share an answer.

The first applies if both have the same words, except for light ones. The second applies if one has
some more words. Both were chosen on the development half of Quora's question pairs
(``benchmarks/answer_cache.py``).
"""
MOST_MORE, REPHRASED = 2, 3
"""Two questions may share an answer only if one of two rules is met.

Either at most `MOST_MORE` words occur in only one of the two, or each question has at least
`REPHRASED` words that the other lacks. One replaced word makes another question. If three words
were replaced on both sides and the vectors are still near, the question was rephrased. In
Quora's pairs of questions, this rule has no exception.
"""

_ENGLISH_CHARACTERS = re.compile(r"[A-Za-z0-9\s?!.,;:'\"()/&+#-]*")
_OPERATOR = re.compile(r"(?<![\w+])[-+/#&]+(?!\w)|\d[!'\"(]|\d\s*[-+/]\s*\(|\)\s*[-+/]|\w\+(?!\+)")
_NUMBER = re.compile(r"-?\d+(?:[-.,:/]\d+)*")
_OPTIONAL_SIGNS = re.compile("[\u064b-\u0652\u0654\u200c]")
_COUNTED = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
# "One" is left out, because it is hardly ever used as a number.
_NUMBERS = {word: str(value) for value, word in enumerate(_COUNTED.split(), 2)}
_FRAMES = {
    **dict.fromkeys(("was", "were", "did", "had"), "past"),
    **dict.fromkeys(("who", "whom", "whose", "who's"), "who"),
    **{word: word for word in ("why", "when", "where", "from")},
}
_ASKING = listed("what which how what's how's who why when where")
_OWNED = "my mine|your yours|our ours|he him his|she her hers|they them their theirs"
_OWNERS = {word: group.split()[0] for group in _OWNED.split("|") for word in group.split()}


@dataclass(frozen=True)
class Question:
    """An analysed question, to be compared with others.

    `english` is true if the question may be compared by its vector. `numbers` are in order.
    `frames` are the time, person and kind of question that its small words express. `owners` are
    possessive words.
    """

    words: tuple[Word, ...]
    numbers: tuple[str, ...]
    negations: int
    frames: frozenset[str]
    owners: frozenset[str]
    english: bool

    @classmethod
    def of(cls, text: str) -> Question:
        """Analyse a question.

        A question that is too long counts as not English, so it is never similar to another one.
        """
        if not comparable(text):
            return cls((), (), 0, frozenset(), frozenset(), english=False)
        found = [token for token in trimmed(tokens(text)) if token.is_word]
        plain = [token.text.lower() for token in found]
        frames = {_FRAMES[word] for word in plain if word in _FRAMES}
        if not _ASKING.isdisjoint({*plain, *frames}):
            frames.add("asks")
        return cls(
            tuple(word for token in found for word in _words(token)),
            _numbers(normalized(text), plain),
            sum(map(_is_negation, plain)),
            frozenset(frames),
            frozenset(_OWNERS[word] for word in plain if word in _OWNERS),
            _is_english(normalized(text), plain),
        )


def _is_negation(word: str) -> bool:
    return word in lists.NEGATIONS or word.endswith("n't")


def _numbers(text: str, plain: list[str]) -> tuple[str, ...]:
    digits = tuple(_NUMBER.findall(text))
    return digits + tuple(sorted(_NUMBERS[word] for word in plain if word in _NUMBERS))


def _is_english(text: str, plain: list[str]) -> bool:
    """Return whether a question is certainly English and has no operators, such as ``7 - 3``."""
    if not _ENGLISH_CHARACTERS.fullmatch(text) or _OPERATOR.search(text):
        return False
    known = sum(word in lists.ENGLISH for word in plain)
    foreign = sum(word in lists.FOREIGN for word in plain)
    return known > 0 and known * 6 >= len(plain) and foreign * 2 < known


def _words(token: Token) -> list[Word]:
    compared = token.compared
    folded = compared.lower()
    if folded in _NUMBERS or folded.isdecimal() or _is_negation(folded):
        return []  # these words are counted separately
    serves, name = compared in lists.FUNCTION_WORDS, _may_be_name(token)
    if compared.isascii():
        return [Word(_base(compared), serves, name)]
    # In scripts without spaces, the result is pairs of characters.
    return [Word(part, serves, name) for part in words(compared) or [compared]]


def _may_be_name(token: Token) -> bool:
    """Return whether a word may be a name.

    A word may be a name if it has a capital letter inside a sentence, a digit or a sign, or if its
    script has no capital letters.
    """
    text = token.text
    if any(char.isdigit() for char in text) or not text.replace("'", "").isalnum():
        return True
    if text[0].lower() == text[0].upper():
        return text[0].isalpha()
    return (text[0].isupper() and not token.begins) or any(char.isupper() for char in text[1:])


@lru_cache(maxsize=4096)
def _base(word: str) -> str:
    """Return an English word without plural and tense. A comparative stays a different word."""
    word = bare(word)
    word = lists.FORMS.get(word, word)
    if len(word) < 4 or not word.islower():
        return word
    for suffix, instead in (("ies", "y"), ("sses", "ss"), ("s", "")):
        if word.endswith(suffix) and not word.endswith(("ss", "us", "is")):
            word = word[: -len(suffix)] + instead
            break
    for suffix in ("ing", "ed", "e"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return _undoubled(word[: -len(suffix)])
    return word


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


_SYNONYMS = {_base(word): _base(group[0]) for group in lists.SYNONYMS for word in group}
_LIGHT = frozenset(map(_base, lists.LIGHT)) | {
    _SYNONYMS.get(_base(w), _base(w)) for w in lists.LIGHT
}
_WEIGHTY = frozenset(map(_base, lists.WEIGHTY))
_ANTONYMS = frozenset(frozenset(map(_base, pair)) for pair in lists.OPPOSITES)


def veto(one: Question, other: Question) -> str:
    """Return one word for the reason why two questions must not share an answer, or ""."""
    gone, come = _difference(one, other), _difference(other, one)
    for reason, holds in (
        ("number", one.numbers != other.numbers),
        ("negation", one.negations != other.negations),
        ("antonym", any(frozenset((a, b)) in _ANTONYMS for a in gone for b in come)),
        ("name", _names(one, gone) or _names(other, come)),
        ("role", roles_differ(one.words, other.words)),
        ("place", ("where" in one.frames) != ("where" in other.frames)),
        ("frame", one.frames != other.frames),
        ("owner", bool(one.owners and other.owners) and one.owners != other.owners),
        ("word", _exchanged(gone, come)),
        ("kind", _narrowed(one, gone, come) or _narrowed(other, come, gone)),
    ):
        if holds:
            return reason
    return ""


def _difference(one: Question, other: Question) -> Counter[str]:
    mine = Counter(word.stem for word in one.words if not word.serves)
    return mine - Counter(word.stem for word in other.words if not word.serves)


def _names(question: Question, differing: Counter[str]) -> bool:
    return any(word.name and word.stem in differing for word in question.words)


def _exchanged(gone: Counter[str], come: Counter[str]) -> bool:
    """Return whether a word was replaced by a non-synonym, or an important word changed."""
    gone, come = _without_synonyms(gone, come), _without_synonyms(come, gone)
    exchanged = gone and come and not _rephrased(gone, come)
    return bool(exchanged) or not _WEIGHTY.isdisjoint({*gone, *come})


def _rephrased(gone: Counter[str], come: Counter[str]) -> bool:
    return min(sum(gone.values()), sum(come.values())) >= REPHRASED


def _narrowed(question: Question, mine: Counter[str], others: Counter[str]) -> bool:
    """Return whether a word that only this question has changes the meaning of the next word.

    An example is "guide" in "guide dog".
    """
    if _rephrased(mine, others):
        return False
    more = {word for word in mine if _kind(word) not in set(map(_kind, others)) | _LIGHT}
    return any(
        word.stem in more and not following.serves and following.stem not in more
        for word, following in zip(question.words, question.words[1:])
    )


def _kind(word: str) -> str:
    return _SYNONYMS.get(word, word)


def _without_synonyms(mine: Counter[str], others: Counter[str]) -> Counter[str]:
    kinds: Counter[str] = Counter()
    for word, times in others.items():
        kinds[_kind(word)] += times
    own: Counter[str] = Counter()
    for word, times in mine.items():
        own[_kind(word)] += times
    return own - kinds


def near(one: Question, other: Question, cosine: float) -> bool:
    """Return whether two questions are the same at this cosine. Vetoes are not checked here."""
    if not (one.english and other.english):
        return False
    gone, come = _difference(one, other), _difference(other, one)
    gone, come = _without_synonyms(gone, come), _without_synonyms(come, gone)
    more = gone + come
    if _LIGHT.issuperset(more):
        return cosine >= SAME_WORDS
    few = sum(more.values()) <= MOST_MORE
    return cosine >= MORE_WORDS and (few or _rephrased(gone, come))


def alike(one: str, other: str) -> bool:
    """Return whether two texts are the same question by their words, without their vectors."""
    if not (comparable(one) and comparable(other)):
        return one == other
    if exact_form(one) == exact_form(other):
        return True
    first, second = Question.of(one), Question.of(other)
    return near(first, second, 1.0) and not veto(first, second)


def lasting(question: str) -> bool:
    """Return whether a question has the same answer tomorrow and without earlier turns."""
    return len(words(question)) > 1 and not _leans(question)


def _leans(question: str) -> bool:
    plain = [_plain(token.text) for token in tokens(question)]
    if not (lists.TIMELY | lists.POINTING).isdisjoint(plain):
        return True
    text = f" {normalized(question).lower()} "
    return any(part in text for part in lists.LEANING_PARTS)


def _plain(word: str) -> str:
    """Return a word in lower case, without the optional signs of the Arabic script."""
    return same_letters(_OPTIONAL_SIGNS.sub("", word.lower()))
