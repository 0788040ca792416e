"""Score how well the lines of one chat answer a question. Pure functions.

Each line has several signs, and each sign is one number. A line's score is the weighted sum of its
signs, a log-linear model. The weights are the most likely ones on the five conversations of
LoCoMo's development half, rounded (``benchmarks/recall.py --fit``,
https://github.com/snap-research/locomo).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DECAY = 0.6
"""The share of a line's word score that the next line of the same sitting gets.

Each further line gets this share of the score of the line before it.
"""
REACH = 4
PRIOR_AGREEMENT, PRIOR_COSINE, PRIOR_LINES = 0.3, 0.15, 10
"""The figures of a chat with few lines are mixed with these values, as if they came from 10 lines
(agreement) or 5 lines (cosine).
"""
DIFFERENT = (0.2, 0.3)
"""The first rule for the weight of vectors: by the mean cosine.

The weight is full up to the first number. It falls to 0 at the second number. The larger weight of
the two rules is used.
"""
AGREEING = (0.1, 0.35)
"""The second rule for the weight of vectors: by the correlation minus half of the mean cosine.

The weight is 0 up to the first number. It rises to the full weight at the second number.
"""
SPREAD_NATS, SPREAD_LINES, DOUBT = 0.4, 20, (0.5, 0.9)
"""These values were chosen on LoCoMo's development half, like the weights below."""
LONG_WORDS = 40
"""A line longer than this counts as having this length. 19 of 20 lines of the measured
conversations are shorter.
"""


@dataclass(frozen=True)
class Weights:
    """The weight of each sign. The first five are in standard deviations over the chat's lines.

    * `piece`: the cosine of the line's nearest sentence.
    * `window`: the cosine of the mean of the line and its two neighbours.
    * `words`: BM25 of the line, plus a part of its neighbours' BM25.
    * `sitting`: BM25 of the whole sitting.
    * `reply`: the `piece` of the line before, if that line has a question.
    * `author`: the question names the line's author.
    * `dated`: the question names the line's month or year.
    * `timed`: the question asks for a time and the line tells one.
    * `asks`: the line itself is a question.
    * `length`: the logarithm of the number of its words.
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
    """The properties of a chat's lines that do not depend on the question.

    They are arrays of equal length, oldest line first. `sitting` is the number of the line's
    sitting, a part of the chat without long pauses. `asks` is true if the line ends as a question.
    `questioned` is true if the line before it, in the same sitting, has a question. `times` is true
    if the line has a number or a word of time. `length` is the logarithm of its number of words.
    """

    sitting: NDArray[np.int64]
    asks: NDArray[np.bool_]
    questioned: NDArray[np.bool_]
    times: NDArray[np.bool_]
    length: NDArray[np.float64]


@dataclass
class Found:
    """The signs of each line that depend on the question.

    `piece` and `window` are None without vectors. `known` marks the lines that have vectors.
    `trust` is the weight of the vectors (`knowledge`).
    """

    words: NDArray[np.float64]
    sitting: NDArray[np.float64]
    by_author: NDArray[np.bool_]
    dated: NDArray[np.bool_]
    asks_when: bool
    piece: NDArray[np.float32] | None = None
    window: NDArray[np.float32] | None = None
    known: NDArray[np.bool_] | None = None
    trust: float = 1.0


def standard(
    values: NDArray[np.float64], known: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Return the deviations from the mean in standard deviations.

    Unknown values count as the mean.
    """
    chosen = values if known is None else values[known]
    deviation = float(chosen.std()) if len(chosen) else 0.0
    if deviation < 1e-9:
        return np.zeros(len(values))
    result = (values - float(chosen.mean())) / deviation
    return result if known is None else np.where(known, result, 0.0)


def knowledge(words: NDArray[np.float64], meaning: NDArray[np.float64], cosine: float) -> float:
    """Return how far vectors can be trusted for a question, between 0 and 1.

    If a model does not know a language, its vectors of that language are all similar, and they do
    not agree with the words of the texts. `words` and `meaning` are the scores of all lines.
    `cosine` is the mean cosine of the question with them.

    On XQuAD with all-MiniLM-L6-v2, the mean cosine is .04 in English (.36 within one article), .49
    in Russian (.43 in Latin letters) and .64 in Hindi. The correlation of the two scores is .48 in
    English, .18 in Russian (.26 in Latin letters) and .11 in Hindi.
    """
    seen = len(words) if words.any() else 0
    agreement = float(np.mean(standard(words) * standard(meaning))) if seen else 0.0
    agreement = (seen * agreement + PRIOR_LINES * PRIOR_AGREEMENT) / (seen + PRIOR_LINES)
    amount = len(words)
    cosine = (amount * cosine + PRIOR_LINES / 2 * PRIOR_COSINE) / (amount + PRIOR_LINES / 2)
    different = (DIFFERENT[1] - cosine) / (DIFFERENT[1] - DIFFERENT[0])
    agreeing = (agreement - cosine / 2 - AGREEING[0]) / (AGREEING[1] - AGREEING[0])
    return min(1.0, max(0.0, different, agreeing))


def fade(values: NDArray[np.float64], sitting: NDArray[np.int64]) -> NDArray[np.float64]:
    """Add to each value a share of its neighbours' values. The share shrinks with distance."""
    total = values.astype(np.float64)
    for step in range(1, min(REACH, len(values) - 1) + 1):
        same = (sitting[step:] == sitting[:-step]) * DECAY**step
        total[step:] += same * values[:-step]
        total[:-step] += same * values[step:]
    return total


def _before(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([[0.0], values[:-1]])


def _standard_vectors(
    cosines: NDArray[np.float32] | None, found: Found, amount: int
) -> NDArray[np.float64]:
    if cosines is None:
        return np.zeros(amount)
    return found.trust * standard(cosines.astype(np.float64), found.known)


def signs(lines: Lines, found: Found) -> NDArray[np.float64]:
    """Return one row for each line and one column for each of `SIGNS`."""
    piece = _standard_vectors(found.piece, found, len(lines.asks))
    window = _standard_vectors(found.window, found, len(lines.asks))
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


def spread(
    scores: NDArray[np.float64], sitting: NDArray[np.int64], candidates: Iterable[int], most: int
) -> list[int]:
    """Return the best candidates, best first, spread over sittings if the scores are unclear.

    If a question was discussed over several turns, its evidence is in several sittings. Each chosen
    line therefore lowers the scores of the other lines of its sitting. The amount is 0 if one line
    is much likelier than the next ones, and `SPREAD_NATS` if all lines are equally likely. Only the
    first `SPREAD_LINES` chosen lines lower other scores.
    """
    order = list(candidates)
    odds = scores[order[:SPREAD_LINES]]
    nats = SPREAD_NATS * _doubt(odds)
    chosen: list[int] = []
    taken = Counter[int]()
    rest = order[: SPREAD_LINES + most]
    while rest and len(chosen) < most:
        best = max(rest, key=lambda line: scores[line] - nats * taken[int(sitting[line])])
        rest.remove(best)
        chosen.append(best)
        if len(chosen) <= SPREAD_LINES:
            taken[int(sitting[best])] += 1
    return chosen


def _doubt(odds: NDArray[np.float64]) -> float:
    """Return how unclear the scores are, from 0 to 1.

    This is their entropy in relation to the limits `DOUBT`.
    """
    if len(odds) < 2:
        return 0.0
    chance = np.exp(odds - odds.max())
    chance /= chance.sum()
    entropy = -float(chance @ np.log(np.maximum(chance, 1e-12))) / float(np.log(len(odds)))
    return min(1.0, max(0.0, (entropy - DOUBT[0]) / (DOUBT[1] - DOUBT[0])))


def score(lines: Lines, found: Found, weights: Weights = WEIGHTS) -> NDArray[np.float64]:
    """Return one score for each line, in nats. Only the differences of scores have a meaning."""
    return np.asarray(signs(lines, found) @ np.array(astuple(weights)), np.float64)
