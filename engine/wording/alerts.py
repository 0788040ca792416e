"""The messages to admins about faults of the process itself, by language."""

from __future__ import annotations

from engine.text.language_tables import LanguageTables
from engine.wording import language_code
from engine.wording.words import AlertWords

ALERTS = LanguageTables("engine.wording", AlertWords, "ALERTS")


def alerts_in(*tags: str) -> AlertWords:
    """Return the messages in the first of these languages that is supported."""
    return ALERTS[language_code(*tags)]
