"""The texts about approvals, people and roles, one module for each language."""

from __future__ import annotations

from collections.abc import Mapping

from engine.wording import LANGUAGES, Words, language_code
from engine.wording.access import (
    ar,
    de,
    en,
    es,
    fa,
    fr,
    hi,
    it,
    ja,
    ko,
    nl,
    pl,
    pt,
    ru,
    th,
    tr,
    uk,
    vi,
    zh,
)
from engine.wording.access import id as id_
from engine.wording.access.words import AccessWords

__all__ = ["ACCESS", "AccessWords", "access_in", "access_words"]

ACCESS: Mapping[str, AccessWords] = {
    "en": en.WORDS,
    "es": es.WORDS,
    "pt": pt.WORDS,
    "de": de.WORDS,
    "fr": fr.WORDS,
    "ru": ru.WORDS,
    "zh": zh.WORDS,
    "hi": hi.WORDS,
    "ar": ar.WORDS,
    "it": it.WORDS,
    "tr": tr.WORDS,
    "id": id_.WORDS,
    "vi": vi.WORDS,
    "pl": pl.WORDS,
    "nl": nl.WORDS,
    "uk": uk.WORDS,
    "fa": fa.WORDS,
    "ja": ja.WORDS,
    "ko": ko.WORDS,
    "th": th.WORDS,
}
_BY_NAME = {words.language: ACCESS[code] for code, words in LANGUAGES.items()}


def access_in(*tags: str) -> AccessWords:
    """Return the texts in the first of these languages that is supported."""
    return ACCESS[language_code(*tags)]


def access_words(words: Words) -> AccessWords:
    """Return the texts in the language of other texts."""
    return _BY_NAME[words.language]
