"""The texts about usage, caps, settings and news, by language."""

from __future__ import annotations

from collections.abc import Mapping

from engine.wording import LANGUAGES, language_code
from engine.wording.service import (
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
from engine.wording.service import (
    id as indonesian,
)
from engine.wording.words import ServiceWords, Words

SERVICE: Mapping[str, ServiceWords] = {
    "en": en.SERVICE,
    "es": es.SERVICE,
    "pt": pt.SERVICE,
    "de": de.SERVICE,
    "fr": fr.SERVICE,
    "ru": ru.SERVICE,
    "zh": zh.SERVICE,
    "hi": hi.SERVICE,
    "ar": ar.SERVICE,
    "it": it.SERVICE,
    "tr": tr.SERVICE,
    "id": indonesian.SERVICE,
    "vi": vi.SERVICE,
    "uk": uk.SERVICE,
    "pl": pl.SERVICE,
    "fa": fa.SERVICE,
    "ja": ja.SERVICE,
    "ko": ko.SERVICE,
    "nl": nl.SERVICE,
    "th": th.SERVICE,
}

_BY_NAME = {words.language: SERVICE[code] for code, words in LANGUAGES.items()}

__all__ = ["SERVICE", "ServiceWords", "service_in", "service_with"]


def service_in(*tags: str) -> ServiceWords:
    """Return the texts in the first of these languages that is supported."""
    return SERVICE[language_code(*tags)]


def service_with(words: Words) -> ServiceWords:
    """Return the texts in the language of other texts."""
    return _BY_NAME[words.language]
