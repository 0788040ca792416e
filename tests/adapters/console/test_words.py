"""Tests that the console has the same texts in each language, and speaks the language of LANG."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from string import Formatter

import pytest

from adapters.console.adapter import ConsoleAdapter
from adapters.console.words import LANGUAGES, console_words
from engine.wording import LANGUAGES as SPOKEN
from tests.rigs.fakes import FakeClock


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_the_console_speaks_every_language_that_the_engine_speaks() -> None:
    assert list(LANGUAGES) == list(SPOKEN)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_of_the_console_fills_in_what_the_english_one_does(code: str) -> None:
    english, own = asdict(LANGUAGES["en"]), asdict(LANGUAGES[code])
    for name, text in own.items():
        assert text.strip() == text != ""
        assert placeholders(text) == placeholders(english[name])
        assert code == "en" or text != english[name]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_greeting_names_the_two_commands_on_two_short_lines(code: str) -> None:
    greeting = LANGUAGES[code].greeting
    assert re.findall(r"/[a-z]+", greeting) == ["/help", "/file"]
    assert [len(line) < 60 for line in greeting.splitlines()] == [True, True]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_notice_about_the_demonstration_names_the_setting_on_two_lines(code: str) -> None:
    notice = LANGUAGES[code].demonstration.format(name="SmolLM2-135M-Instruct")
    assert "HF_TOKEN" in notice
    assert [len(line) < 80 for line in notice.splitlines()] == [True, True]


def test_the_console_speaks_the_language_of_the_terminal(tmp_path: Path) -> None:
    adapter = ConsoleAdapter(FakeClock(), lang="pl_PL.UTF-8", folder=tmp_path)
    assert adapter._words is LANGUAGES["pl"]
    assert console_words("in-ID") is LANGUAGES["id"]
    assert console_words("nb") is console_words("") is LANGUAGES["en"]
