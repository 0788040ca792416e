"""The lines of one chat, ready to be searched: what is rebuilt from the file when a chat comes back to memory.

A turn makes two lines, what was asked and what was answered. Texts are not kept here, so an index
costs about as much as its vectors, and what was deleted from the file can be found but not shown.
For one thread at a time.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.contract import Turn
from engine.memory.recall.dates import Dates, asks_when, named_dates, tells_when
from engine.memory.search import ranking
from engine.memory.search.lexical import Lexical
from engine.memory.search.vectors import DIMENSION, Vectors, restore
from engine.memory.search.words import STOPWORDS, bare, listed, terms, terms_of, words

SITTING_SECONDS = 3600.0
"""A longer pause begins a new sitting."""
LINE_BYTES = 400  # of Python objects beside postings and vectors
SHORTEST_NAME = 3
BOT = ""
"""Stands in the place of a user id for what the bot said."""
_ASKERS_WORDS = listed(
    "i i'm i've i'd i'll me my mine ich mir mich mein meine je j'ai moi mon ma mes yo mi mí mis eu meu minha io mio "
    "mia я мне меня мой моя мои мене мені мій ben benim bana"
)
_BOTS_WORDS = listed("you you're you've your yours")


@dataclass(frozen=True)
class Line:
    """Where a line stands: `part` 0 is what was asked, 1 what was answered."""

    turn_id: int
    part: int


@dataclass(frozen=True)
class Query:
    """A question taken apart: `text` has no names of people in it, `authors` are the user ids it means."""

    text: str
    terms: frozenset[str]
    authors: frozenset[str]
    dates: Dates
    asks_when: bool

    def __bool__(self) -> bool:
        """Say whether there is anything to look for."""
        return bool(self.terms or self.dates)


class ChatIndex:
    """Lines in order of time, added at the end."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._authors: list[str] = []
        self._at: list[float] = []
        self._sitting: list[int] = []
        self._asks: list[bool] = []
        self._questions: list[bool] = []
        self._times: list[bool] = []
        self._words: list[int] = []
        self._piece_line: list[int] = []
        self._window_norm: list[float] = []
        self._sums: list[NDArray[np.float32]] = []  # of the last two lines' vectors
        self._names: dict[str, str] = {}
        self._turns: set[int] = set()
        self._without_vectors: list[int] = []
        self._known: ranking.Lines | None = None
        self._lexical, self._vectors = Lexical(), Vectors()

    def __len__(self) -> int:
        return len(self._lines)

    def __contains__(self, turn_id: int) -> bool:
        return turn_id in self._turns

    @property
    def turn_ids(self) -> Collection[int]:
        """Return the turns that are held."""
        return self._turns

    @property
    def without_vectors(self) -> Sequence[int]:
        """Return the turns that can be found by their words only, oldest first."""
        return self._without_vectors

    @property
    def size_bytes(self) -> int:
        """Estimate the memory held."""
        return self._lexical.size_bytes + self._vectors.size_bytes + len(self) * LINE_BYTES

    def add(self, turn: Turn, vectors: tuple[bytes, bytes] | None) -> None:
        """Add a turn newer than all before; `vectors` belong to prompt and answer. Raises `MemoryFault`."""
        self._turns.add(turn.turn_id)
        if vectors is None:
            self._without_vectors.append(turn.turn_id)
        self._names[turn.author.user_id] = turn.author.name
        for part, (text, author) in enumerate(
            ((turn.prompt, turn.author.user_id), (turn.answer, BOT))
        ):
            if text.strip():
                self._add_line(
                    Line(turn.turn_id, part),
                    text,
                    author,
                    turn.at,
                    vectors[part] if vectors else b"",
                )

    def _add_line(self, line: Line, text: str, author: str, at: float, vectors: bytes) -> None:
        found = words(text)
        same = bool(self._at) and at - self._at[-1] <= SITTING_SECONDS
        self._sitting.append(self._sitting[-1] + (not same) if self._sitting else 0)
        self._lines.append(line)
        self._authors.append(author)
        self._at.append(at)
        self._asks.append(text.rstrip().endswith(("?", "？")))
        self._questions.append("?" in text or "？" in text)
        self._times.append(tells_when(text, found))
        self._words.append(len(found))
        self._lexical.add(terms_of(found))
        self._add_vectors(vectors)

    def _add_vectors(self, vectors: bytes) -> None:
        rows = restore(vectors)
        self._vectors.add([vectors])
        self._piece_line += [len(self) - 1] * len(rows)
        self._sums = [
            *self._sums[-2:],
            rows.sum(axis=0) if len(rows) else np.zeros(DIMENSION, np.float32),
        ]
        self._window_norm.append(self._norm(len(self) - 1, self._sums[-2:]))
        if len(self) > 1:
            self._window_norm[-2] = self._norm(len(self) - 2, self._sums)

    def _norm(self, centre: int, sums: list[NDArray[np.float32]]) -> float:
        """Return the length of the sum of those lines that lie in one sitting with `centre`; sums end with the last."""
        first = len(self) - len(sums)
        inside = [
            vector
            for i, vector in enumerate(sums, first)
            if self._sitting[i] == self._sitting[centre]
        ]
        return float(np.linalg.norm(np.sum(inside, axis=0)))

    def query(self, question: str, asker: str) -> Query:
        """Take a question by `asker` (a user id) apart."""
        found = words(question)
        called = {bare(word) for word in found}
        meant = {
            author
            for author, name in self._names.items()
            if not _name_words(name).isdisjoint(called)
        }
        names = {word for author in meant for word in _name_words(self._names[author])}
        if not _ASKERS_WORDS.isdisjoint(found):
            meant.add(asker)
        if not _BOTS_WORDS.isdisjoint(found):
            meant.add(BOT)
        text = " ".join(
            part for part in question.split() if names.isdisjoint(map(bare, words(part)))
        )
        return Query(
            text,
            frozenset(terms(text)),
            frozenset(meant),
            named_dates(question),
            asks_when(question),
        )

    def rank(
        self,
        query: Query,
        vector: NDArray[np.float32] | None,
        *,
        without: Collection[int],
        most: int,
    ) -> list[Line]:
        """Return the best lines, best first, none of a turn in `without`."""
        if not len(self):
            return []
        scores = ranking.score(self.lines(), self.find(query, vector))
        order = np.argsort(-scores, kind="stable")
        chosen = (self._lines[i] for i in order if self._lines[i].turn_id not in without)
        return [line for line, _ in zip(chosen, range(most))]

    def lines(self) -> ranking.Lines:
        """Return what is known of the lines whatever is asked; built again when lines were added."""
        if self._known is None or len(self._known.asks) != len(self):
            self._known = self._look()
        return self._known

    def _look(self) -> ranking.Lines:
        sitting, questions = np.array(self._sitting), np.array(self._questions)
        questioned = np.zeros(len(self), bool)
        questioned[1:] = questions[:-1] & (sitting[1:] == sitting[:-1])
        length = np.log1p(np.minimum(np.array(self._words), ranking.LONG_WORDS))
        return ranking.Lines(
            sitting, np.array(self._asks), questioned, np.array(self._times), length
        )

    def find(self, query: Query, vector: NDArray[np.float32] | None) -> ranking.Found:
        """Return what a query finds in each line; without a vector, by words alone."""
        sitting = self.lines().sitting
        found = ranking.Found(
            words=self._lexical.scores(query.terms),
            sitting=self._lexical.grouped_scores(query.terms, sitting),
            by_author=np.array([author in query.authors for author in self._authors]),
            dated=np.array([query.dates.match(at) for at in self._at])
            if query.dates
            else np.zeros(len(self), bool),
            asks_when=query.asks_when,
        )
        if vector is not None and len(self._vectors):
            self._compare(found, vector, sitting)
        return found

    def _compare(
        self, found: ranking.Found, vector: NDArray[np.float32], sitting: NDArray[np.int64]
    ) -> None:
        scores, line = self._vectors.scores(vector), np.array(self._piece_line)
        found.piece = np.full(len(self), -1.0, np.float32)
        np.maximum.at(found.piece, line, scores)
        found.known = np.bincount(line, minlength=len(self)) > 0
        own = np.bincount(line, scores, len(self))
        window, same = own.copy(), sitting[1:] == sitting[:-1]
        window[1:] += same * own[:-1]
        window[:-1] += same * own[1:]
        found.window = (window / np.maximum(np.array(self._window_norm), 1e-9)).astype(np.float32)


def _name_words(name: str) -> frozenset[str]:
    return frozenset(
        w for w in words(name) if len(w) >= SHORTEST_NAME and w not in STOPWORDS and not w.isdigit()
    )


def excerpt(text: str, wanted: Collection[str], characters: int) -> str:
    """Return the stretch of about so many characters that holds most of the wanted terms; pure."""
    if len(text) <= characters:
        return text
    step = max(1, characters // 4)
    starts = range(0, max(1, math.ceil((len(text) - characters) / step) * step + 1), step)
    best = max(
        starts, key=lambda at: (len(set(terms(text[at : at + characters])) & set(wanted)), -at)
    )
    cut = text[best : best + characters].strip()
    return ("… " if best else "") + cut + (" …" if best + characters < len(text) else "")
