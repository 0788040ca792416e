"""The texts of the readable view of exported data, by language."""

from __future__ import annotations

from engine.text.language_tables import LanguageTables
from engine.wording import code_of
from engine.wording.export.words import ExportWords
from engine.wording.words import Words

EXPORT = LanguageTables("engine.wording.export", ExportWords, "EXPORT")
ENGLISH = EXPORT["en"]

__all__ = ["ENGLISH", "EXPORT", "ExportWords", "export_with"]


def export_with(words: Words) -> ExportWords:
    """Return the texts in the same language as these other texts."""
    return EXPORT[code_of(words)]
