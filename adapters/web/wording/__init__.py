"""The page's own texts, one module for each language that Pipit speaks."""

from __future__ import annotations

from adapters.web.wording.words import (
    GuardWords,
    MenuWords,
    PageWords,
    PanelWords,
    UploadWords,
    VoiceWords,
    WebWords,
)
from engine.text.language_tables import LanguageTables
from engine.text.language_tags import primary_language

LANGUAGES = LanguageTables("adapters.web.wording", WebWords)

__all__ = [
    "LANGUAGES",
    "GuardWords",
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
    code = primary_language(tag)
    return LANGUAGES[code if code in LANGUAGES else "en"]


def words_in(tag: str) -> PageWords:
    """Return the page's labels for an IETF tag."""
    return web_words(tag).page


def menu_words(tag: str) -> MenuWords:
    """Return the menu's texts for an IETF tag."""
    return web_words(tag).menu


def panel_words(tag: str) -> PanelWords:
    """Return the panel's texts for an IETF tag."""
    return web_words(tag).panel
