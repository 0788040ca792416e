"""Tests that the page has the same texts in each language, short enough for a phone."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from string import Formatter

import pytest

from adapters.web.wording import LANGUAGES, web_words
from engine.text.language_tags import primary_language
from engine.wording import LANGUAGES as SPOKEN

EN = LANGUAGES["en"]
SHORT = {
    "page": (
        "send",
        "stop",
        "resume",
        "retry",
        "fresh",
        "menu",
        "close",
        "enter",
        "leave",
        "copy",
        "copied",
        "again",
    ),
    "menu": ("settings", "language", "model", "documents", "remove", "more"),
}


def texts(code: str) -> dict[tuple[str, str], str]:
    """Return all texts of a language by table and name."""
    return {
        (table, name): text
        for table, words in asdict(LANGUAGES[code]).items()
        for name, text in words.items()
        if isinstance(text, str) and (table, name) != ("page", "language")
    }


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_of_the_page_fills_in_what_the_english_one_does(code: str) -> None:
    assert {key: placeholders(text) for key, text in texts(code).items()} == {
        key: placeholders(text) for key, text in texts("en").items()
    }


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_of_the_page_is_empty_or_has_blanks_around_it(code: str) -> None:
    assert [key for key, text in texts(code).items() if not text or text != text.strip()] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_letters_of_the_page_are_composed_as_unicode_recommends(code: str) -> None:
    assert [
        key for key, text in texts(code).items() if text != unicodedata.normalize("NFC", text)
    ] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_sentence_of_the_page_was_left_in_english(code: str) -> None:
    english = {key: text for key, text in texts("en").items() if " " in text}
    same = [key for key, text in english.items() if texts(code)[key] == text]
    assert same == ([] if code != "en" else list(english))


@pytest.mark.parametrize("code", LANGUAGES)
def test_labels_of_the_page_fit_a_phone(code: str) -> None:
    tables = asdict(LANGUAGES[code])
    labels = {
        (table, name): tables[table][name] for table, names in SHORT.items() for name in names
    }
    assert {key: text for key, text in labels.items() if len(text) > 20} == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_names_a_language_as_the_chat_does(code: str) -> None:
    page = LANGUAGES[code].page
    assert (page.language, page.name) == (code, SPOKEN[code].language)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_direction_of_the_page_is_the_direction_of_the_letters(code: str) -> None:
    letters = {unicodedata.bidirectional(letter) for letter in LANGUAGES[code].page.ask}
    assert LANGUAGES[code].page.right_to_left == bool(letters & {"R", "AL"})


def test_a_withdrawn_language_code_means_its_successor() -> None:
    assert [primary_language(tag) for tag in ("in", "in_ID", "IW-IL", "pt-BR", " zh_Hans ")] == [
        "id", "id", "he", "pt", "zh",
    ]  # fmt: skip
    assert web_words("xx-in") is EN
