"""The page's own texts, one module for each language that Pipit speaks."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.web.wording import (
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
from adapters.web.wording import id as id_
from adapters.web.wording.words import (
    MenuWords,
    PageWords,
    PanelWords,
    UploadWords,
    VoiceWords,
    WebWords,
)
from engine.text.language_tags import primary_language

LANGUAGES: Mapping[str, WebWords] = {
    "en": en.WORDS,
    "es": es.WORDS,
    "pt": pt.WORDS,
    "de": de.WORDS,
    "fr": fr.WORDS,
    "ru": ru.WORDS,
    "zh": zh.WORDS,
    "hi": hi.WORDS,
    "ar": ar.WORDS,
    "it": it.WORDS,
    "tr": tr.WORDS,
    "id": id_.WORDS,
    "vi": vi.WORDS,
    "pl": pl.WORDS,
    "nl": nl.WORDS,
    "uk": uk.WORDS,
    "fa": fa.WORDS,
    "ja": ja.WORDS,
    "ko": ko.WORDS,
    "th": th.WORDS,
}

__all__ = [
    "LANGUAGES",
    "MenuWords",
    "PageWords",
    "PanelWords",
    "UploadWords",
    "VoiceWords",
    "WebWords",
    "menu_words",
    "panel_words",
    "web_words",
    "words_in",
]


def web_words(tag: str) -> WebWords:
    """Return all texts for an IETF tag, or the English ones if Pipit lacks the language."""
    return LANGUAGES.get(primary_language(tag), en.WORDS)


def words_in(tag: str) -> PageWords:
    """Return the page's labels for an IETF tag."""
    return web_words(tag).page


def menu_words(tag: str) -> MenuWords:
    """Return the menu's texts for an IETF tag."""
    return web_words(tag).menu


def panel_words(tag: str) -> PanelWords:
    """Return the panel's texts for an IETF tag."""
    return web_words(tag).panel
