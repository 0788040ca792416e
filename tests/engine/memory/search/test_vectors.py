"""Tests of vectors that are stored as bytes and compared as bytes."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import MemoryFault
from engine.memory.search.vectors import (
    DIMENSION,
    ROW_BYTES,
    Vectors,
    count,
    quantize,
    restore,
    sound,
)


def some(rows: int) -> np.ndarray:
    drawn = np.random.default_rng(7).normal(size=(rows, DIMENSION)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def test_a_vector_takes_a_quarter_of_its_floats_and_stays_itself() -> None:
    rows = some(50)
    data = quantize(rows)
    assert len(data) == 50 * ROW_BYTES == 50 * 388
    assert np.abs(restore(data) - rows).max() < 0.001
    assert (restore(data) * rows).sum(axis=1).min() > 0.998


def test_scores_are_inner_products_in_the_order_of_adding() -> None:
    rows, vectors = some(40), Vectors()
    vectors.add([quantize(rows[:15]), b"", quantize(rows[15:])])
    query = some(41)[40]
    assert len(vectors) == 40
    assert vectors.scores(query) == pytest.approx(rows @ query, abs=0.003)


def test_a_query_keeps_its_fractions() -> None:
    """The index must not round the query.

    As a code of whole numbers, a unit vector would vanish.
    """
    rows, vectors = some(5), Vectors()
    vectors.add([quantize(rows)])
    assert vectors.scores(rows[3])[3] == pytest.approx(1.0, abs=0.003)


def test_no_vectors_have_no_scores() -> None:
    assert len(Vectors().scores(some(1)[0])) == 0
    assert quantize(np.zeros((0, DIMENSION), np.float32)) == b""
    assert np.isfinite(restore(quantize(np.zeros((1, DIMENSION), np.float32)))).all()


def test_bytes_of_another_size_are_refused() -> None:
    assert not sound(b"x" * (ROW_BYTES + 1))
    assert count(b"x" * 2 * ROW_BYTES) == 2
    with pytest.raises(MemoryFault):
        Vectors().add([b"x" * 10])


def test_without_faiss_vectors_wait_and_words_still_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.memory.search.vectors.faiss_installed", lambda: False)
    waiting = Vectors()
    waiting.add([quantize(some(3))])
    waiting.seal()
    assert len(waiting) == 3
