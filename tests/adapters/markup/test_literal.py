"""Tests that a person's text, repeated in a notice, is shown unchanged on every platform."""

from __future__ import annotations

import random
import time

import pytest

from adapters.markup import render_telegram
from engine.text import literal
from tests.adapters.markup.test_markup import HOSTILE, random_texts


@pytest.mark.parametrize("before", ["My role: ", ""])
def test_a_persons_words_come_out_of_markdown_as_they_went_in(before: str) -> None:
    for text in random_texts(400):
        words = " ".join(text.encode("utf-8", "replace").decode().replace("\0", "").split())
        shown, entities = render_telegram(before + literal(words))
        assert shown == (before + words).strip() or not words, text
        assert not entities, text


@pytest.mark.parametrize(
    "text",
    ["You are a friendly pirate. Be short.", "snake_case and 2 * 3 < 7", "meta-llama/Llama-3.1", "C# & Go"],
)  # fmt: skip
def test_words_without_marks_stay_as_they_are_where_nothing_is_rendered(text: str) -> None:
    assert literal(text) == text


def test_repeated_words_are_cut_to_what_a_notice_can_hold() -> None:
    assert literal("word " * 1000, 20) == "word word word word…"


def test_repeated_words_cost_time_in_proportion_to_their_length() -> None:
    for text in HOSTILE:
        begun = time.process_time()
        render_telegram(literal(text, 4000))
        # a table took half a second, twice over
        assert time.process_time() - begun < 1.0, text[:20]


def test_a_random_table_is_no_table_any_more() -> None:
    chance = random.Random(7)
    table = "\n".join("|" + "a|" * chance.randint(1, 60) for _ in range(30))
    assert render_telegram(literal(table))[0] == " ".join(table.split())[:499] + "…"
