"""All texts that a user reads, one module for each language."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import (
    ContentFiltered,
    FormatRefused,
    ModelBlind,
    ModelError,
    ModelRefused,
    ModelUnknown,
    OnlyThought,
    OutOfCredit,
)
from engine.text.language_tables import LanguageTables
from engine.text.language_tags import primary_language
from engine.text.typed_form import typed_form
from engine.wording.words import Words

LANGUAGES = LanguageTables("engine.wording", Words)
DEFAULT = "en"
_ENGLISH_NAMES: Mapping[str, str] = {
    "english": "en",
    "spanish": "es",
    "portuguese": "pt",
    "german": "de",
    "french": "fr",
    "russian": "ru",
    "chinese": "zh",
    "hindi": "hi",
    "arabic": "ar",
    "italian": "it",
    "turkish": "tr",
    "indonesian": "id",
    "indonesia": "id",
    "vietnamese": "vi",
    "polish": "pl",
    "dutch": "nl",
    "ukrainian": "uk",
    "persian": "fa",
    "farsi": "fa",
    "japanese": "ja",
    "korean": "ko",
    "thai": "th",
}

__all__ = [
    "DEFAULT",
    "LANGUAGES",
    "Words",
    "code_of",
    "find_language",
    "language_code",
    "language_name",
    "word_error",
    "words_in",
]


def language_code(*tags: str) -> str:
    """Return the code of the first supported language of some IETF tags, such as ``pt-BR``.

    If no language is supported, return the default.
    """
    for tag in tags:
        code = primary_language(tag)
        if code in LANGUAGES:
            return code
    return DEFAULT


def code_of(words: Words) -> str:
    """Return the code of the language of these texts."""
    own = ((code, one.language) for code, one in LANGUAGES.loaded.items())
    return next(code for code, name in own if name == words.language)


def language_name(*tags: str) -> str:
    """Return the own name of the first supported language of some IETF tags, or ""."""
    codes = map(primary_language, tags)
    return next((LANGUAGES[code].language for code in codes if code in LANGUAGES), "")


def words_in(*tags: str) -> Words:
    """Return the texts of the first supported language among these tags."""
    return LANGUAGES[language_code(*tags)]


def find_language(wish: str) -> str:
    """Return the code of a language that is named by a tag, by its own or by its English name.

    Accents and capitals do not count. Return "" if the language is unknown.
    """
    form = typed_form(wish)
    code = primary_language(form)
    if code in LANGUAGES:
        return code
    named = (code for code, words in LANGUAGES.items() if typed_form(words.language) == form)
    return next(named, _ENGLISH_NAMES.get(form, ""))


def word_error(error: ModelError, words: Words) -> str:
    """Return the text that a user reads for a model error. It contains no vendor text."""
    if isinstance(error, OutOfCredit):
        return words.out_of_credit
    if isinstance(error, OnlyThought):
        return words.thought_only
    if isinstance(error, ModelRefused):
        return _word_refusal(error, words)
    return words.model_unavailable


def _word_refusal(error: ModelRefused, words: Words) -> str:
    texts: dict[type[ModelRefused], str] = {
        ContentFiltered: words.filtered,
        ModelUnknown: words.model_gone,
        ModelBlind: words.picture_blind,
        FormatRefused: words.voice_format,
    }
    if type(error) in texts:
        return texts[type(error)]
    if error.too_long:
        return words.too_long
    return words.not_accepted if error.status in (401, 403) else words.model_refused
