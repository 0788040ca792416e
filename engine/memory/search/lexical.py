"""BM25 over short lines that are added one at a time; pure, for one thread at a time.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the
idf that never goes below zero.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BYTES_PER_TERM = 200  # a dictionary slot, a short string and two empty arrays in CPython


class Lexical:
    """Postings of lines; `k1` bounds what repetition adds, `b` how much length takes away."""

    def __init__(self, k1: float = 0.9, b: float = 0.4) -> None:
        self._k1, self._b = k1, b
        self._lines: dict[str, array[int]] = {}
        self._counts: dict[str, array[int]] = {}
        self._lengths = array("L")
        self._entries = 0

    def __len__(self) -> int:
        return len(self._lengths)

    @property
    def size_bytes(self) -> int:
        """Estimate the memory held."""
        return len(self._lines) * BYTES_PER_TERM + 8 * self._entries + 8 * len(self._lengths)

    def add(self, terms: Sequence[str]) -> None:
        """Add the next line."""
        line = len(self._lengths)
        self._lengths.append(len(terms))
        for term, count in Counter(terms).items():
            self._lines.setdefault(term, array("I")).append(line)
            self._counts.setdefault(term, array("I")).append(count)
            self._entries += 1

    def scores(self, terms: Iterable[str]) -> NDArray[np.float64]:
        """Return one score for each line, 0 where nothing matches."""
        return self.grouped_scores(terms, np.arange(len(self)))

    def grouped_scores(
        self, terms: Iterable[str], groups: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return one score for each group, `groups` naming each line's (0, 1, …): a group counts as one long line."""
        if not len(self):
            return np.zeros(0)
        amount = int(groups.max()) + 1
        lengths = np.bincount(groups, np.array(self._lengths, dtype=float), amount)
        norms = self._k1 * (1 - self._b + self._b * lengths / max(float(lengths.mean()), 1e-9))
        total = np.zeros(amount)
        for term in sorted(set(terms) & self._lines.keys()):
            lines, counts = np.array(self._lines[term]), np.array(self._counts[term], dtype=float)
            frequency = np.bincount(groups[lines], counts, amount)
            matching = int(np.count_nonzero(frequency))
            idf = np.log1p((amount - matching + 0.5) / (matching + 0.5))
            total += idf * frequency * (self._k1 + 1) / (frequency + norms)
        return total
