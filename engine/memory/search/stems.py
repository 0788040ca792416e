"""Find the stems of words with Snowball (https://snowballstem.org).

The script and the function words show the language. A question is often too short to show its
language, and so are many lines of a chat. `Stemming` therefore remembers the languages of one
index. A line whose language is unclear gets the most common language, and a question's words are
searched in all languages.
"""

from __future__ import annotations

import logging
import re
import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from engine.memory.search.function_words import by_script
from engine.memory.search.words import STOPWORDS, bare, words

log = logging.getLogger(__name__)

Languages = Mapping[str, str]
"""The language of each script in a text."""

NO_STEMMER = "none"
_ONLY = {"greek": "greek", "armenian": "armenian", "tamil": "tamil"}
_DEFAULT = {
    "latin": "english",
    "cyrillic": "russian",
    "arabic": "arabic",
    "devanagari": "hindi",
    **_ONLY,
}
# The first character of each script, where "" means scripts and signs without a stemmer.
_SCRIPTS = (
    (0x0041, "latin"),
    (0x0250, ""),
    (0x0370, "greek"),
    (0x0400, "cyrillic"),
    (0x0530, "armenian"),
    (0x0590, ""),
    (0x0600, "arabic"),
    (0x0780, ""),
    (0x0900, "devanagari"),
    (0x0980, ""),
    (0x0B80, "tamil"),
    (0x0C00, ""),
    (0x1E00, "latin"),
    (0x1F00, "greek"),
    (0x2000, ""),
)
_STARTS = [start for start, _ in _SCRIPTS]
_LETTERS = {  # each of these letters occurs in only one language of the Cyrillic script
    **dict.fromkeys("іїєґў", NO_STEMMER),
    **dict.fromkeys("јљњћђџ", "serbian"),
}
_ELIDED = frozenset(("french", "italian", "catalan"))
TOLD = 1.0
"""A language counts as recognised if the sum of its function words is at least this.

Each word counts as 1, divided by the number of languages that have it.
"""
PREFIX_LETTERS = {"latin": 6, "cyrillic": 6}
LONG_PREFIX_LETTERS = 8
# The vowels at the end of a Ukrainian or Bulgarian word change with its case: йога, йогу, йогою.
_VOWEL_ENDING = re.compile(r"(?<=\w{3})[аеєиіїйоуюяьъ]+$")
CACHED_WORDS = 4096  # the number of words for each stemmer, which take about 0.5 MB
LONGEST_LETTERS = 40
"""A longer text is not a word, so it is not stemmed."""
_lock = threading.Lock()  # two threads must not use a Snowball stemmer at the same time


def script_of(word: str) -> str:
    """Return the script of a word's first letter.

    The result is "" for numbers and for scripts without a stemmer.
    """
    return "" if word[0] >= "\u2000" else _script(word[0])


@lru_cache(maxsize=8192)
def _script(letter: str) -> str:
    if not letter.isalpha():
        return ""
    return _SCRIPTS[max(0, bisect_right(_STARTS, ord(letter)) - 1)][1]


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, tuple[str, ...]]]:
    return by_script()


@lru_cache(maxsize=1)
def _function_words() -> dict[str, tuple[tuple[str, str], ...]]:
    return {
        word: tuple((script, language) for language in languages)
        for script, table in _tables().items()
        for word, languages in table.items()
    }


@lru_cache(maxsize=32)
def _stemmer(language: str) -> Any:
    """Return a language's stemmer, or None if there is none or PyStemmer is not installed."""
    if language == NO_STEMMER:
        return None
    try:
        import Stemmer  # noqa: PLC0415 - loaded with the first word that is stemmed
    except ImportError:
        log.warning("search: PyStemmer is not installed, so words are compared by their beginnings")
        return None
    return Stemmer.Stemmer(language, CACHED_WORDS)


def languages_of(found: Iterable[str]) -> dict[str, str]:
    """Return the language of each script among folded words, if it can be determined."""
    table, seen = _function_words(), Counter[tuple[str, str]]()
    for word in found:
        told = table.get(word, ())
        for one in told:
            seen[one] += 1 / len(told)  # type: ignore[assignment]  # weights, not numbers of words
        if not told and script_of(word) == "cyrillic":
            for letter in _LETTERS.keys() & set(word):
                seen["cyrillic", _LETTERS[letter]] += 1
    best: dict[str, str] = {}
    for (script, language), weight in seen.most_common():
        if script not in best:
            best[script] = language if weight >= TOLD else ""
    return {script: language for script, language in best.items() if language}


def stem(word: str, language: str) -> str:
    """Return the stem of one folded word."""
    return stems([word], {script_of(word): language})[0]


def stems(found: Sequence[str], languages: Languages) -> list[str]:
    """Return the stem of each folded word.

    If a word's script is not in `languages`, the most common language of this script is used.
    """
    result = list(found)
    places: dict[str, list[int]] = {}
    for place, word in enumerate(found):
        script = script_of(word)
        if script and len(word) <= LONGEST_LETTERS:
            language = languages.get(script) or _DEFAULT[script]
            result[place] = _without_apostrophe(word, language)
            places.setdefault(language, []).append(place)
        elif not word.isascii() or len(word) > LONGEST_LETTERS:
            result[place] = word[:LONG_PREFIX_LETTERS]
    for language, chosen in places.items():
        for place, stemmed in zip(chosen, _stemmed([result[place] for place in chosen], language)):
            result[place] = stemmed
    return result


def _stemmed(chosen: list[str], language: str) -> list[str]:
    with _lock:
        stemmer = _stemmer(language)
        found: list[str] = [] if stemmer is None else stemmer.stemWords(chosen)
    if stemmer is None:
        return [_beginning(word) for word in chosen]
    return [stemmed.replace("ё", "е") for stemmed in found] if language == "russian" else found


def _beginning(word: str) -> str:
    """Return the part of a word that serves as its stem in a language without a stemmer."""
    script = script_of(word)
    word = _VOWEL_ENDING.sub("", word) if script == "cyrillic" else word
    return word[: PREFIX_LETTERS.get(script, LONG_PREFIX_LETTERS)]


def _without_apostrophe(word: str, language: str) -> str:
    """Remove the part that an apostrophe joins to a word: l'eau, Ankara'da, Anna's."""
    if "'" not in word:
        return word
    if language in _ELIDED:
        return word.rpartition("'")[2]
    if language == "turkish":
        return word.partition("'")[0]
    return bare(word)


def terms(text: str) -> list[str]:
    """Return the stems of the content words, in order, with repetitions."""
    found = words(text)
    languages = languages_of(found)
    return stems(subject_words(found), languages)


def subject_words(found: Iterable[str]) -> list[str]:
    """Return the content words of a line."""
    return [word for word in found if word not in STOPWORDS]


class Stemming:
    """Stem the words of one index.

    `line` records the language that each line seems to have. `query` stems a question in all
    recorded languages.
    """

    def __init__(self) -> None:
        self._told: dict[str, Counter[str]] = {}
        self._used: dict[str, set[str]] = {}

    def line(self, found: Sequence[str], kept: Sequence[str] | None = None) -> list[str]:
        """Return the stems of a line's words, or of the words in `kept`, with repetitions."""
        told = languages_of(found)
        for script, language in told.items():
            self._told.setdefault(script, Counter())[language] += 1
        languages = {script: seen.most_common(1)[0][0] for script, seen in self._told.items()}
        languages.update(told)
        for script in set(map(script_of, found)) - {""}:
            language = languages.setdefault(script, _DEFAULT[script])
            self._used.setdefault(script, set()).add(language)
        return stems(found if kept is None else kept, languages)

    def query(self, found: Sequence[str]) -> list[frozenset[str]]:
        """Return, for each different word of a question, the stems that it may have in lines."""
        chosen = list(dict.fromkeys(found))
        told = languages_of(chosen)
        forms: list[set[str]] = [set() for _ in chosen]
        for languages in self._ways(told):
            for form, stemmed in zip(forms, stems(chosen, languages)):
                form.add(stemmed)
        return list(dict.fromkeys(map(frozenset, forms)))

    def _ways(self, told: Languages) -> list[Languages]:
        """Return combinations of one language for each script.

        Together they cover all languages.
        """
        used = {script: sorted(languages) for script, languages in self._used.items()}
        for script, language in told.items():
            used.setdefault(script, [language])
        longest = max(map(len, used.values()), default=1)
        return [
            {script: languages[min(i, len(languages) - 1)] for script, languages in used.items()}
            for i in range(longest)
        ]
