"""The signs of a line and their sum."""

from __future__ import annotations

import numpy as np
import pytest

from engine.memory.search.ranking import (
    DECAY,
    SIGNS,
    Found,
    Lines,
    Weights,
    fade,
    score,
    signs,
    standard,
)


def lines(
    count: int, sitting: list[int] | None = None, questioned: list[bool] | None = None
) -> Lines:
    none = np.zeros(count, bool)
    return Lines(
        np.array(sitting or [0] * count), none, np.array(questioned or none), none, np.zeros(count)
    )


def found(words: list[float], sittings: list[float] | None = None) -> Found:
    none = np.zeros(len(words), bool)
    return Found(np.array(words), np.array(sittings or [0.0]), none, none, asks_when=False)


def column(table: np.ndarray, sign: str) -> list[float]:
    return table[:, SIGNS.index(sign)].tolist()


def test_deviations_are_standard_and_unknown_values_stand_at_the_mean() -> None:
    assert standard(np.array([1.0, 3.0])) == pytest.approx([-1, 1])
    assert standard(np.array([1.0, 99.0, 3.0]), np.array([True, False, True])) == pytest.approx(
        [-1, 0, 1]
    )
    assert standard(np.array([2.0, 2.0])) == pytest.approx([0, 0])
    assert len(standard(np.zeros(0))) == 0


def test_words_fade_into_the_neighbourhood_but_not_past_a_pause() -> None:
    faded = fade(np.array([0.0, 0.0, 1.0, 0.0]), np.array([0, 0, 0, 1]))
    assert faded == pytest.approx([DECAY**2, DECAY, 1, 0])
    assert fade(np.array([1.0]), np.array([0])) == pytest.approx([1])


def test_an_answer_inherits_what_its_question_has() -> None:
    seen = found([0, 0, 0])
    seen.piece = np.array([0.9, 0.1, 0.1], np.float32)
    seen.known = np.ones(3, bool)
    table = signs(lines(3, questioned=[False, True, False]), seen)
    assert column(table, "reply")[1] == pytest.approx(column(table, "piece")[0])
    assert column(table, "reply")[2] == 0


def test_without_vectors_the_words_decide() -> None:
    seen = found([0.0, 5.0, 0.0])
    assert (
        np.argmax(
            score(lines(3, sitting=[0, 1, 2]), Found(**{**vars(seen), "sitting": np.zeros(3)}))
        )
        == 1
    )


def test_who_is_named_and_when_count_for_their_weight() -> None:
    seen = found([0.0, 0.0])
    seen.by_author, seen.dated = np.array([True, False]), np.array([False, True])
    scores = score(lines(2), seen, Weights(author=1.0, dated=3.0))
    assert scores[1] - scores[0] == pytest.approx(2.0)
