"""The texts about approvals, people and roles, one module for each language."""

from __future__ import annotations

from engine.text.language_tables import LanguageTables
from engine.wording import Words, code_of, language_code
from engine.wording.access.words import AccessWords

__all__ = ["ACCESS", "AccessWords", "access_in", "access_words"]

ACCESS = LanguageTables("engine.wording.access", AccessWords)


def access_in(*tags: str) -> AccessWords:
    """Return the texts in the first of these languages that is supported."""
    return ACCESS[language_code(*tags)]


def access_words(words: Words) -> AccessWords:
    """Return the texts in the same language as these other texts."""
    return ACCESS[code_of(words)]
