"""The texts about usage, caps, settings and news, by language."""

from __future__ import annotations

from engine.text.language_tables import LanguageTables
from engine.wording import code_of, language_code
from engine.wording.words import ServiceWords, Words

SERVICE = LanguageTables("engine.wording.service", ServiceWords, "SERVICE")

__all__ = ["SERVICE", "ServiceWords", "service_in", "service_with"]


def service_in(*tags: str) -> ServiceWords:
    """Return the texts in the first of these languages that is supported."""
    return SERVICE[language_code(*tags)]


def service_with(words: Words) -> ServiceWords:
    """Return the texts in the same language as these other texts."""
    return SERVICE[code_of(words)]
