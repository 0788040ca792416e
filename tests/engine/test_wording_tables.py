"""Tests of each table of texts below `engine.wording`: the same texts in all languages.

The tables are found by their modules, so a new table is tested as soon as it has one module a
language. `tests.engine.test_wording` tests further rules of the largest one, `Words`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import is_dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from engine.wording import LANGUAGES
from tests.engine.test_wording import (
    COMMAND,
    ISOLATED,
    LETTERS,
    OTHERS,
    PLACEHOLDER,
    RIGHT_TO_LEFT,
    SCRIPTS,
    letters,
    placeholders,
)

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in (ROOT / "engine" / "wording").rglob("en.py"))
Texts = dict[tuple[str, str, str], str]


@cache
def texts(code: str) -> Texts:
    """Return all texts of a language by package, table and name."""
    found: Texts = {}
    for folder in FOLDERS:
        package = ".".join(folder.relative_to(ROOT).parts)
        module = import_module(f"{package}.{code}")
        for table, words in vars(module).items():
            if is_dataclass(words) and not isinstance(words, type) and not table.startswith("_"):
                found |= {(package, table, name): text for name, text in vars(words).items()}
    return found


@pytest.mark.parametrize("code", OTHERS)
def test_every_table_has_the_same_texts_in_each_language(code: str) -> None:
    assert set(texts(code)) == set(texts("en"))


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_of_a_table_is_empty_or_has_blanks_around_it_or_loose_marks(code: str) -> None:
    for key, text in texts(code).items():
        assert text.strip() == text != "", key
        assert unicodedata.normalize("NFC", text) == text, key


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_of_a_table_fills_in_and_names_what_the_english_one_does(code: str) -> None:
    english = texts("en")
    for key, text in texts(code).items():
        assert placeholders(text) == placeholders(english[key]), key
        assert sorted(COMMAND.findall(text)) == sorted(COMMAND.findall(english[key])), key


@pytest.mark.parametrize("code", OTHERS)
def test_no_sentence_of_a_table_was_left_in_english(code: str) -> None:
    english = {key: text for key, text in texts("en").items() if " " in text}
    assert [
        key for key, text in english.items() if texts(code)[key] == text and letters(text)
    ] == []


@pytest.mark.parametrize("code", SCRIPTS)
def test_every_sentence_of_a_table_has_letters_of_its_script(code: str) -> None:
    sentences = {key: text for key, text in texts(code).items() if letters(texts("en")[key])}
    for key, text in sentences.items():
        found = [unicodedata.name(letter).startswith(SCRIPTS[code]) for letter in letters(text)]
        assert any(found), key


@pytest.mark.parametrize("code", LETTERS)
def test_a_table_in_latin_letters_has_the_letters_of_its_language(code: str) -> None:
    for key, text in texts(code).items():
        foreign = {x for x in letters(text) if x not in LETTERS[code] and not "a" <= x <= "z"}
        assert foreign == set(), key


@pytest.mark.parametrize("code", RIGHT_TO_LEFT)
def test_commands_and_names_of_a_table_keep_their_own_direction(code: str) -> None:
    for key, text in texts(code).items():
        outside = ISOLATED.sub("", text)
        assert "/" not in outside, key
        assert set(PLACEHOLDER.findall(outside)) <= {"{about}", "{said}"}, (
            key
        )  # both hold words of the language
