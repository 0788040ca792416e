"""A document's text in passages, and the passages that a question is about; pure.

Scores are the sum of three, each in standard deviations over the chat's passages: the cosine of the
passage, of its nearest sentence, and BM25. The equal weights were measured in
``benchmarks/documents.py``; nothing was fitted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.memory.search.lexical import Lexical
from engine.memory.search.ranking import standard
from engine.memory.search.vectors import Vectors, count
from engine.memory.search.words import pieces, sentences, stem, words

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHORT_CHARACTERS, LONG_CHARACTERS = 150, 2000
SENTENCES = 12
_BLANK = re.compile(r"\n\s*\n")


def split(sections: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return passages as (place, text): paragraphs, short ones with what follows, long ones cut at sentences."""
    passages: list[tuple[str, str]] = []
    for place, text in sections:
        passages += [(place, passage) for passage in _joined(_paragraphs(text))]
    return passages


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in _BLANK.split(text):
        if len(paragraph) <= LONG_CHARACTERS:
            yield paragraph.strip()
        else:
            yield from _cut(paragraph)


def _cut(paragraph: str) -> Iterator[str]:
    held = ""
    for sentence in sentences(paragraph):
        for start in range(0, len(sentence), LONG_CHARACTERS):
            part = sentence[start : start + LONG_CHARACTERS]
            if held and len(held) + len(part) >= LONG_CHARACTERS:
                yield held
                held = ""
            held = f"{held} {part}" if held else part
    if held:
        yield held


def _joined(paragraphs: Iterable[str]) -> Iterator[str]:
    held = ""
    for paragraph in paragraphs:
        if not paragraph:
            continue
        held = f"{held}\n{paragraph}" if held else paragraph
        if len(held) >= SHORT_CHARACTERS:
            yield held
            held = ""
    if held:
        yield held


def texts_to_embed(passage: str) -> list[str]:
    """Return the passage and then its sentences."""
    return [passage, *pieces(passage, SENTENCES)]


def _stems(text: str) -> list[str]:
    """Return all words' stems: here, unlike in a chat, words such as "before" or "how" tell passages apart."""
    return [stem(word) for word in words(text)]


class PassageIndex:
    """The passages of one chat's documents, ready to be searched; for one thread at a time."""

    def __init__(self, passages: Sequence[tuple[str, bytes]]) -> None:
        self._lexical, self._vectors = Lexical(), Vectors()
        self._passage: list[int] = []
        self._whole: list[int] = []
        for number, (text, vectors) in enumerate(passages):
            self._lexical.add(_stems(text))
            amount = count(vectors)
            self._whole.append(len(self._passage) if amount else -1)
            self._passage += [number] * amount
        self._vectors.add([vectors for _, vectors in passages])

    def __len__(self) -> int:
        return len(self._lexical)

    @property
    def size_bytes(self) -> int:
        """Estimate the memory held."""
        return self._lexical.size_bytes + self._vectors.size_bytes

    def rank(self, question: str, vector: NDArray[np.float32] | None, most: int) -> list[int]:
        """Return the best passages' places in the list, best first; without a vector, by words alone."""
        if not len(self):
            return []
        lexical = self._lexical.scores(frozenset(_stems(question)))
        total = standard(lexical)
        if vector is not None and len(self._vectors):
            total = total + self._meaning(vector)
        elif not lexical.any():
            return []
        order: list[int] = np.argsort(-total, kind="stable")[:most].tolist()
        return order

    def _meaning(self, vector: NDArray[np.float32]) -> NDArray[np.float64]:
        scores, whole = self._vectors.scores(vector).astype(np.float64), np.array(self._whole)
        known = whole >= 0
        nearest = np.full(len(self), -1.0)
        np.maximum.at(nearest, np.array(self._passage), np.where(self._is_sentence(), scores, -1.0))
        return standard(np.where(known, scores[whole], 0.0), known) + standard(nearest, known)

    def _is_sentence(self) -> NDArray[np.bool_]:
        sentence = np.ones(len(self._passage), bool)
        sentence[[place for place in self._whole if place >= 0]] = False
        return sentence
