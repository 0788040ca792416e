"""Tests of the signs of a line and of their sum."""

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
    knowledge,
    score,
    signs,
    spread,
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


def agreeing(with_words: float, count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Return scores by words and by vectors whose correlation is about `with_words`."""
    drawn = np.random.default_rng(3).normal(size=(2, count))
    return drawn[0], with_words * drawn[0] + np.sqrt(1 - with_words**2) * drawn[1]


def test_vectors_count_as_far_as_the_model_knows_the_language() -> None:
    """The figures are those of XQuAD in English, in one English article, in Russian and in Hindi."""
    trusted = [
        knowledge(*agreeing(correlation), cosine)
        for correlation, cosine in ((0.48, 0.04), (0.48, 0.36), (0.18, 0.49), (0.11, 0.64))
    ]
    assert trusted[0] == 1
    assert 0.5 < trusted[1] <= 1
    assert trusted[2:] == [0, 0]


def test_vectors_of_a_known_language_count_where_no_word_matches() -> None:
    assert knowledge(np.zeros(9), np.arange(9.0), 0.05) == 1
    assert knowledge(np.zeros(9), np.arange(9.0), 0.6) == 0


def test_few_lines_say_little_of_their_agreement() -> None:
    for correlation in (-1.0, 1.0):
        words, meaning = np.array([0.0, 1.0]), np.array([0.0, correlation])
        assert 0 < knowledge(words, meaning, 0.1) <= 1


def test_untrusted_vectors_leave_the_order_to_the_words() -> None:
    seen = found([5.0, 0.0, 0.0])
    seen.piece = seen.window = np.array([0.1, 0.9, 0.2], np.float32)
    seen.known = np.ones(3, bool)
    assert score(lines(3), seen).argmax() == 1
    seen.trust = 0.0
    assert score(lines(3), seen).argmax() == 0


def test_what_is_unsure_is_taken_from_several_sittings() -> None:
    scores, sitting = np.array([1.0, 0.95, 0.9, 0.8]), np.array([0, 0, 0, 1])
    assert spread(scores, sitting, [0, 1, 2, 3], 3) == [0, 3, 1]


def test_what_is_sure_keeps_its_order() -> None:
    scores, sitting = np.array([9.0, 4.95, 4.9, 4.8]), np.array([0, 0, 0, 1])
    assert spread(scores, sitting, [0, 1, 2, 3], 4) == [0, 1, 2, 3]
    assert spread(scores, sitting, [], 4) == []
    assert spread(scores, sitting, [2], 4) == [2]
