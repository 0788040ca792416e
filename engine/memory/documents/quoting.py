"""Choose the quotes from the passages about a question. Pure functions.

If there is room, all passages are quoted completely. Otherwise they share the room, and the best
passages get larger shares. Each passage then quotes whole sentences or lines around its best ones.
Marks show where text is left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.memory.documents.formats.tables import HEADER
from engine.memory.documents.passages import texts_to_embed, units
from engine.memory.search.vectors import restore, sound
from engine.memory.search.words import words_and_grams

if TYPE_CHECKING:
    from numpy.typing import NDArray

GAP = "[…]"
"""The mark for omitted text."""
LEAST_TOKENS = 40
"""A smaller share has no useful sentence, so the last passage then gives its share to the others.
"""
_NEIGHBOUR = 0.5
"""A sentence gets this share of its neighbour's score, because the text around a hit explains it.
"""

_PART_WEIGHT = 0.3
_KNOWN_BY = 40  # a sentence is searched in the embedded pieces by this many first characters

Measure = Callable[[str], int]


class Passage:
    """A ranked passage: its text, its size in tokens, and its vectors (`texts_to_embed`)."""

    def __init__(
        self, text: str, overhead_tokens: int, measure: Measure, vectors: bytes = b""
    ) -> None:
        self.text, self.vectors = text, vectors
        self.overhead_tokens = overhead_tokens
        self.tokens = measure(text) + overhead_tokens


def shares(costs: Sequence[int], room: int) -> list[int]:
    """Divide `room` among passages, best first.

    No passage gets more than its size. A passage that gets nothing is left out. The first passage
    has twice the share of the third and later ones.
    """
    count = len(costs)
    while count > 1 and sum(sorted(costs[:count])) > room and room / count < 2 * LEAST_TOKENS:
        count -= 1
    given = [0] * len(costs)
    wanting = [place for place in range(count) if costs[place] > 0]
    while wanting and room > 0:
        weights = {place: _weight(place) for place in wanting}
        unit = room / sum(weights.values())
        content = [
            place for place in wanting if costs[place] - given[place] <= unit * weights[place]
        ]
        for place in content or wanting:
            more = costs[place] - given[place] if content else int(unit * weights[place])
            given[place] += more
            room -= more
        wanting = [place for place in wanting if place not in content] if content else []
    return given


def _weight(place: int) -> float:
    return max(1.0, 2.0 - place / 2)


def quoted(
    passages: Sequence[Passage],
    question: str,
    vector: NDArray[np.float32] | None,
    room: int,
    measure: Measure,
) -> list[str]:
    """Return the quote of each passage, or "" if the passage is left out.

    All quotes together fit `room` tokens.
    """
    found: list[str] = []
    left = room
    given = shares([passage.tokens for passage in passages], room)
    asked = _features(question)
    for passage, share in zip(passages, given):
        text = passage.text
        if passage.tokens > share:
            scores = _scores(units(text), text, asked, vector, passage.vectors)
            text = excerpt(text, scores, share - passage.overhead_tokens, measure)
        cost = measure(text) + passage.overhead_tokens if text else 0
        if cost > left:
            text, cost = "", 0
        found.append(text)
        left -= cost
    return found


def _scores(
    parts: Sequence[str],
    text: str,
    asked: frozenset[tuple[bool, str]],
    vector: NDArray[np.float32] | None,
    vectors: bytes,
) -> list[float]:
    """Score sentences by the question's words and, if vectors are known, by meaning.

    Rare words count most.
    """
    shared = [_features(part) & asked for part in parts]
    frequent = Counter(feature for one in shared for feature in one)
    rare = {
        feature: math.log(1 + len(parts) / count) * (1.0 if feature[0] else _PART_WEIGHT)
        for feature, count in frequent.items()
    }
    best = sum(rare.values()) or 1.0
    found = [sum(map(rare.__getitem__, one)) / best for one in shared]
    if vector is None or not sound(vectors):
        return found
    meant = _meant(parts, text, vector, vectors)
    return [score + max(0.0, meaning) for score, meaning in zip(found, meant)]


def _features(text: str) -> frozenset[tuple[bool, str]]:
    """Return pairs: each word of a text with True, and each part of a word with False.

    With the parts, words that differ only in their endings can match.
    """
    found, parts = words_and_grams(text)
    return frozenset([*((True, word) for word in found), *((False, part) for part in parts)])


def _meant(
    parts: Sequence[str], text: str, vector: NDArray[np.float32], vectors: bytes
) -> list[float]:
    """Return, for each sentence, the cosine of the embedded piece that contains it."""
    _, *embedded = texts_to_embed(text)
    near = (restore(vectors) @ vector)[1:]
    flat = [" ".join(piece.split()) for piece in embedded[: len(near)]]
    found, at = [], 0
    for part in parts:
        core = " ".join(part.split())[:_KNOWN_BY]
        at = next((place for place in range(at, len(flat)) if core in flat[place]), at)
        found.append(float(near[at]) if flat else 0.0)
    return found


def excerpt(text: str, scores: Sequence[float], room: int, measure: Measure) -> str:
    """Return the best sentences or lines of a text, whole and in order, within `room` tokens.

    `scores` has one score for each of `units(text)`. A line that names columns is returned together
    with its rows. If even one sentence is longer than the room, its beginning is returned.
    """
    parts = units(text)
    chosen: set[int] = set()
    header = next((i for i, part in enumerate(parts) if part.startswith(HEADER)), None)
    if header is not None and measure(parts[header]) < room // 2:
        chosen.add(header)
    for place in _by_merit(scores):
        if measure(_shown(parts, chosen | {place})) <= room:
            chosen.add(place)
        elif not chosen - {header}:
            return _beginning(parts[place], room, measure)
    return _shown(parts, chosen)


def _by_merit(scores: Sequence[float]) -> Iterator[int]:
    """Yield the indices of sentences, best first.

    A chosen sentence raises the scores of its neighbours, even if its own score was raised before.
    """
    merits = {place: (score, -place) for place, score in enumerate(scores)}
    while merits:
        place = max(merits, key=merits.__getitem__)
        merit, _ = merits.pop(place)
        yield place
        for near in (place - 1, place + 1):
            if near in merits:
                merits[near] = (max(merits[near][0], scores[near] + _NEIGHBOUR * merit), -near)


def _shown(parts: Sequence[str], chosen: set[int]) -> str:
    """Join the chosen parts. A mark replaces each run of parts that were not chosen."""
    shown, before = "", -1
    for place in sorted(chosen):
        if place > before + 1:
            in_lines = shown.endswith("\n") if shown else parts[place].endswith("\n")
            shown += f"{GAP}\n" if in_lines else f"{GAP} "
        shown += parts[place]
        before = place
    if before < len(parts) - 1:
        shown += GAP if shown[-1:].isspace() else f" {GAP}"
    return shown.strip()


def _beginning(part: str, room: int, measure: Measure) -> str:
    cost = measure(part)
    kept = part[: max(1, int(len(part) * max(0, room - measure(GAP) - 1) / max(1, cost) * 0.95))]
    blank = kept.rfind(" ")
    text = (kept[:blank] if blank > len(kept) // 2 else kept).rstrip()
    return f"{text} {GAP}" if room > 0 and text else ""
