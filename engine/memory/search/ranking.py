"""How well the lines of one chat answer a question.

That is, several signs, each one number a line, and their sum; pure.

The sum is a log-linear model. Its weights are the likeliest on the five conversations of LoCoMo's
development half (``benchmarks/recall.py --fit``), rounded; https://github.com/snap-research/locomo.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DECAY = 0.6
"""What a line's words are worth to the next line but within one sitting, by steps of distance."""
REACH = 4
LONG_WORDS = 40
"""Longer is not better: 19 of 20 lines of the measured conversations are shorter than this."""


@dataclass(frozen=True)
class Weights:
    """The weight of each sign; the first five count in standard deviations over the chat's lines.

    `piece`: the cosine of a line's nearest sentence. `window`: of the mean of a line and its two
    neighbours. `words`: BM25 of the line and, fading, of its neighbourhood. `sitting`: BM25 of the
    whole sitting. `reply`: for a line that follows a question, that question's `piece`. `author`:
    by a person whom the question names. `dated`: from a month or year that it names. `timed`: it
    asks for a time and the line tells one. `asks`: the line is itself a question. `length`: the
    logarithm of its words.
    """

    piece: float = 0.5
    window: float = 0.35
    words: float = 0.25
    sitting: float = 0.6
    reply: float = 0.3
    author: float = 1.1
    dated: float = 4.0
    timed: float = 2.0
    asks: float = -1.0
    length: float = 0.8


WEIGHTS = Weights()
SIGNS = tuple(field.name for field in fields(Weights))


@dataclass
class Lines:
    """What is known of a chat's lines whatever is asked; arrays of equal length, oldest line first.

    `sitting` numbers stretches without a long pause. `asks`: it ends as a question. `questioned`:
    the line before it, in the same sitting, holds a question.
    """

    sitting: NDArray[np.int64]
    asks: NDArray[np.bool_]
    questioned: NDArray[np.bool_]
    times: NDArray[np.bool_]
    length: NDArray[np.float64]


@dataclass
class Found:
    """What a question finds in each line; `piece` and `window` are None without vectors.

    `known` marks the lines that have vectors.
    """

    words: NDArray[np.float64]
    sitting: NDArray[np.float64]
    by_author: NDArray[np.bool_]
    dated: NDArray[np.bool_]
    asks_when: bool
    piece: NDArray[np.float32] | None = None
    window: NDArray[np.float32] | None = None
    known: NDArray[np.bool_] | None = None


def standard(
    values: NDArray[np.float64], known: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Return deviations from the mean in standard deviations; unknown values stand at the mean."""
    chosen = values if known is None else values[known]
    deviation = float(chosen.std()) if len(chosen) else 0.0
    if deviation < 1e-9:
        return np.zeros(len(values))
    result = (values - float(chosen.mean())) / deviation
    return result if known is None else np.where(known, result, 0.0)


def fade(values: NDArray[np.float64], sitting: NDArray[np.int64]) -> NDArray[np.float64]:
    """Add to each value its neighbours' in the same sitting, fading with distance."""
    total = values.astype(np.float64)
    for step in range(1, min(REACH, len(values) - 1) + 1):
        same = (sitting[step:] == sitting[:-step]) * DECAY**step
        total[step:] += same * values[:-step]
        total[:-step] += same * values[step:]
    return total


def _before(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([[0.0], values[:-1]])


def signs(lines: Lines, found: Found) -> NDArray[np.float64]:
    """Return one row for each line and one column for each of `SIGNS`."""
    nothing = np.zeros(len(lines.asks))
    piece = (
        nothing if found.piece is None else standard(found.piece.astype(np.float64), found.known)
    )
    window = (
        nothing if found.window is None else standard(found.window.astype(np.float64), found.known)
    )
    columns = (
        piece,
        window,
        standard(fade(found.words, lines.sitting)),
        standard(found.sitting[lines.sitting]),
        _before(piece) * lines.questioned,
        found.by_author,
        found.dated,
        lines.times * found.asks_when,
        lines.asks,
        lines.length,
    )
    return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)


def score(lines: Lines, found: Found, weights: Weights = WEIGHTS) -> NDArray[np.float64]:
    """Return one score for each line, in nats; only their differences mean something."""
    return np.asarray(signs(lines, found) @ np.array(astuple(weights)), np.float64)
