"""Every word a user reads, one module per language."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import ModelError, ModelRefused, OutOfCredit
from engine.wording import en
from engine.wording.words import Words

LANGUAGES: Mapping[str, Words] = {"en": en.WORDS}
DEFAULT = "en"

__all__ = ["DEFAULT", "LANGUAGES", "Words", "language_code", "word_error", "words_in"]


def language_code(*tags: str) -> str:
    """Return the first language that Pipit speaks of some IETF tags (``pt-BR``, ``zh_Hans``), or the default."""
    for tag in tags:
        code = tag.replace("_", "-").split("-")[0].lower()
        if code in LANGUAGES:
            return code
    return DEFAULT


def words_in(*tags: str) -> Words:
    """Return the words of the first language that Pipit speaks."""
    return LANGUAGES[language_code(*tags)]


def word_error(error: ModelError, words: Words) -> str:
    """Word an error of the model for a user; nothing of the vendor's text reaches the chat."""
    if isinstance(error, OutOfCredit):
        return words.out_of_credit
    if isinstance(error, ModelRefused):
        if error.too_long:
            return words.too_long
        return words.not_accepted if error.status in (401, 403) else words.model_refused
    return words.model_unavailable
