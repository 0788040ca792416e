"""The messages to admins about faults of the process itself, by language."""

from __future__ import annotations

from collections.abc import Mapping

from engine.wording import ar, de, en, es, fr, hi, language_code, pt, ru, zh
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
}


def alerts_in(*tags: str) -> AlertWords:
    """Return the messages in the first of these languages that is supported."""
    return ALERTS[language_code(*tags)]
