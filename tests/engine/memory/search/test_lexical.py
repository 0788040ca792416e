"""Tests of BM25 over lines that are added one at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.memory.search.lexical import Bag, Lexical, as_grams


def over(*lines: str) -> Lexical:
    index = Lexical()
    for line in lines:
        index.add(line.split())
    return index


def test_a_score_is_that_of_the_formula() -> None:
    index = over("heron wades", "stork stork nests here", "heron")
    idf, frequency, norm = (
        math.log(1 + (3 - 1 + 0.5) / (1 + 0.5)),
        2,
        0.9 * (1 - 0.4 + 0.4 * 4 / (7 / 3)),
    )
    assert index.scores(["stork"]) == pytest.approx(
        [0, idf * frequency * 1.9 / (frequency + norm), 0]
    )


def test_rare_words_weigh_more_and_long_lines_less() -> None:
    scores = over("a x", "a y", "a z z z z z").scores(["a", "x"])
    assert scores.argmax() == 0
    assert scores[1] > scores[2] > 0


def test_a_question_said_twice_counts_once() -> None:
    index = over("heron wades", "stork nests")
    assert index.scores(["heron", "heron"]) == pytest.approx(index.scores(["heron"]))


def test_a_group_counts_as_one_long_line() -> None:
    split, joined = over("heron", "wades", "stork"), over("heron wades", "stork")
    groups = np.array([0, 0, 1])
    assert split.grouped_scores(["wades", "stork"], groups) == pytest.approx(
        joined.scores(["wades", "stork"])
    )


def test_forms_of_one_word_count_as_one_term() -> None:
    index, plain = over("haus garten", "house garden", "tree"), over("x garten", "x garden", "tree")
    assert index.scores([{"haus", "house"}]) == pytest.approx(plain.scores(["x"]))


def test_parts_of_words_are_searched_apart_and_lengthen_no_line() -> None:
    index, plain = Lexical(), over("heron", "stork nests")
    index.add(Bag(["heron"], ["hero", "eron"]))
    index.add(Bag(["stork", "nests"], ["stor", "tork"]))
    assert index.scores(["heron"]) == pytest.approx(plain.scores(["heron"]))
    assert index.scores(["hero"]) == pytest.approx([0, 0])
    assert index.scores(as_grams(["hero"]))[0] > 0


def test_nothing_matches_in_nothing() -> None:
    assert len(Lexical().scores(["x"])) == 0
    assert over("a").scores(["x"]) == pytest.approx([0])


def test_the_size_grows_with_the_lines() -> None:
    assert over("a b c").size_bytes > over("a").size_bytes > 0
