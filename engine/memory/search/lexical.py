"""BM25 over short lines that are added one at a time.

Only one thread at a time may use an index. Nothing in this module does I/O.

The formula is that of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond" (2009), with the variant of idf that is never negative.

A posting is one integer of 64 bits: 36 bits of the term's hash, the line, and the number of times
that the line has the term. Terms are not stored, so two terms may have the same hash. In an index
with a million terms, this happens for one in 70,000 searched terms. Such a search finds one wrong
line.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Union

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Term = Union[str, Collection[str]]
"""A term of a question, or a collection of forms that count as one term."""
GRAMS_WEIGHT = 0.2
"""The weight of parts of words. Whole words have the weight 1.

It was measured on XQuAD in English, Hindi and Russian.
"""
POSTING_BYTES = 8
LINE_BYTES = 8
MOST_LINES = 1 << 20
MOST_QUERY_TERMS = 256
"""A longer question is searched by its rarest terms, because each term costs time for all lines."""
_LINE_SHIFT, _TERM_SHIFT = 8, 28
_HASHES = (1 << 64 - _TERM_SHIFT) - 1
_MOST_COUNT = (1 << _LINE_SHIFT) - 1


class Bag:
    """The terms of one line in the form that an index stores, which is much smaller than the words.

    `grams` are parts of the line's words. They are searched separately and do not count in the
    line's length.
    """

    def __init__(self, terms: Iterable[str], grams: Iterable[str] = ()) -> None:
        counted = Counter(map(_hashed, terms))
        self.length = sum(counted.values())
        counted.update(map(_hashed, as_grams(grams)))
        self.keys = array(
            "Q",
            [term << _TERM_SHIFT | min(count, _MOST_COUNT) for term, count in counted.items()],
        )

    @property
    def size_bytes(self) -> int:
        """Return the memory that the line will use in an index."""
        return POSTING_BYTES * len(self.keys) + LINE_BYTES


def as_grams(grams: Iterable[str]) -> list[str]:
    """Return parts of words in a form that cannot be confused with whole words in an index."""
    return ["\0" + gram for gram in grams]


def _hashed(term: str) -> int:
    return hash(term) % _HASHES


class Lexical:
    """The postings of lines.

    `k1` limits the effect of repeated terms. `b` sets the effect of a line's length.
    """

    def __init__(self, k1: float = 0.9, b: float = 0.4) -> None:
        self._k1, self._b = k1, b
        self._sorted = np.zeros(0, np.uint64)
        # The postings that were added after the last sorting.
        self._added = array("Q")
        # The number of all postings. Another thread may read it while this thread sorts.
        self._postings_held = 0
        self._lengths = array("L")

    def __len__(self) -> int:
        return len(self._lengths)

    @property
    def size_bytes(self) -> int:
        """Return the memory used by the index."""
        return POSTING_BYTES * self._postings_held + LINE_BYTES * len(self._lengths)

    def add(self, line: Bag | Iterable[str]) -> None:
        """Add the next line, as a `Bag` or as its terms.

        Raises `OverflowError` if the index has `MOST_LINES` lines.
        """
        bag = line if isinstance(line, Bag) else Bag(line)
        number = len(self._lengths)
        if number >= MOST_LINES:
            raise OverflowError(f"an index takes {MOST_LINES} lines")
        self._lengths.append(bag.length)
        place = number << _LINE_SHIFT
        self._added.extend([key | place for key in bag.keys])
        self._postings_held += len(bag.keys)

    def seal(self) -> None:
        """Sort the added postings. Otherwise the next search would do it."""
        if self._added:
            self._sorted = np.concatenate([self._sorted, np.frombuffer(self._added, np.uint64)])
            self._sorted.sort()
            self._added = array("Q")

    def scores(self, terms: Iterable[Term]) -> NDArray[np.float64]:
        """Return one score for each line. It is 0 if nothing matches."""
        return self.grouped_scores(terms, np.arange(len(self)))

    def grouped_scores(
        self, terms: Iterable[Term], groups: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return one score for each group. `groups` has the group's number (0, 1, …) for each line.

        A group counts as one long line.
        """
        if not len(self):
            return np.zeros(0)
        amount = int(groups.max()) + 1
        lengths = np.bincount(groups, np.array(self._lengths, dtype=float), amount)
        norms = self._k1 * (1 - self._b + self._b * lengths / max(float(lengths.mean()), 1e-9))
        total = np.zeros(amount)
        for postings in self._postings(terms):
            lines = (postings >> np.uint64(_LINE_SHIFT) & np.uint64(MOST_LINES - 1)).astype(np.intp)
            counts = (postings & np.uint64(_MOST_COUNT)).astype(float)
            frequency = np.bincount(groups[lines], counts, amount)
            matching = int(np.count_nonzero(frequency))
            idf = np.log1p((amount - matching + 0.5) / (matching + 0.5))
            total += idf * frequency * (self._k1 + 1) / (frequency + norms)
        return total

    def _postings(self, terms: Iterable[Term]) -> list[NDArray[np.uint64]]:
        """Return the postings of the terms that occur.

        If there are more, only the rarest `MOST_QUERY_TERMS` terms are used.
        """
        self.seal()
        forms = {
            tuple(sorted({_hashed(term)} if isinstance(term, str) else map(_hashed, term)))
            for term in terms
        }
        found = [self._some(np.array(form, np.uint64)) for form in sorted(forms)]
        return sorted(filter(len, found), key=len)[:MOST_QUERY_TERMS]

    def _some(self, hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
        wanted = hashes << np.uint64(_TERM_SHIFT)
        first = np.searchsorted(self._sorted, wanted)
        end = np.searchsorted(self._sorted, wanted + np.uint64(1 << _TERM_SHIFT))
        parts = [self._sorted[i:j] for i, j in zip(first, end)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)
