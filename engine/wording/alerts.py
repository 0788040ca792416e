"""The messages to admins about faults of the process itself, by language."""

from __future__ import annotations

from collections.abc import Mapping

from engine.wording import (
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
    language_code,
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
from engine.wording import id as id_
from engine.wording.words import AlertWords

ALERTS: Mapping[str, AlertWords] = {
    "en": en.ALERTS,
    "es": es.ALERTS,
    "pt": pt.ALERTS,
    "de": de.ALERTS,
    "fr": fr.ALERTS,
    "ru": ru.ALERTS,
    "zh": zh.ALERTS,
    "hi": hi.ALERTS,
    "ar": ar.ALERTS,
    "it": it.ALERTS,
    "tr": tr.ALERTS,
    "id": id_.ALERTS,
    "vi": vi.ALERTS,
    "pl": pl.ALERTS,
    "nl": nl.ALERTS,
    "uk": uk.ALERTS,
    "fa": fa.ALERTS,
    "ja": ja.ALERTS,
    "ko": ko.ALERTS,
    "th": th.ALERTS,
}


def alerts_in(*tags: str) -> AlertWords:
    """Return the messages in the first of these languages that is supported."""
    return ALERTS[language_code(*tags)]
