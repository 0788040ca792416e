"""The texts of the readable view of exported data, by language."""

from __future__ import annotations

from collections.abc import Mapping

from engine.wording import LANGUAGES
from engine.wording.export import (
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
from engine.wording.export import id as id_
from engine.wording.export.words import ExportWords
from engine.wording.words import Words

EXPORT: Mapping[str, ExportWords] = {
    "en": en.EXPORT,
    "es": es.EXPORT,
    "pt": pt.EXPORT,
    "de": de.EXPORT,
    "fr": fr.EXPORT,
    "ru": ru.EXPORT,
    "zh": zh.EXPORT,
    "hi": hi.EXPORT,
    "ar": ar.EXPORT,
    "it": it.EXPORT,
    "tr": tr.EXPORT,
    "id": id_.EXPORT,
    "vi": vi.EXPORT,
    "pl": pl.EXPORT,
    "nl": nl.EXPORT,
    "uk": uk.EXPORT,
    "fa": fa.EXPORT,
    "ja": ja.EXPORT,
    "ko": ko.EXPORT,
    "th": th.EXPORT,
}
ENGLISH = EXPORT["en"]

_BY_NAME = {words.language: EXPORT[code] for code, words in LANGUAGES.items()}

__all__ = ["ENGLISH", "EXPORT", "ExportWords", "export_with"]


def export_with(words: Words) -> ExportWords:
    """Return the texts in the language of other texts."""
    return _BY_NAME[words.language]
