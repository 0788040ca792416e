"""The index of one chat's lines for searches. It is built from the store when it is needed.

A turn has two lines, its question and its answer. An index holds no text, and is hardly larger than
its vectors. A search may still find a deleted line, but the line is never shown. Only one thread at
a time may use an index.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.contract import Author, Turn
from engine.memory.recall.dates import Dates, asks_when, named_dates, tells_when
from engine.memory.search import ranking
from engine.memory.search.lexical import GRAMS_WEIGHT, Bag, Lexical, as_grams
from engine.memory.search.stems import Stemming, subject_words, terms
from engine.memory.search.steps import units_of
from engine.memory.search.vectors import DIMENSION, Vectors, count, restore
from engine.memory.search.words import (
    STOPWORDS,
    bare,
    fold,
    listed,
    unspaced,
    words,
    words_and_grams,
)
from engine.text.characters import whole_character

SITTING_SECONDS = 3600.0
"""A sitting is a part of a chat without long pauses. A pause of this length begins a new one."""
LINE_BYTES = 400  # the size of a line's Python objects, without postings and vectors
GROWTH = 1.25
"""The room for further vectors. An index can grow by a quarter before FAISS must move it."""
QUESTION_CHARACTERS = 4000
"""Only this many first characters of a question are searched for."""
EXCERPT_CHARACTERS = 20_000
"""Only this many folded characters of a text are searched for an excerpt."""
SHORTEST_NAME = 3
MOST_JOINED = 2  # a particle adds at most this many pairs of characters to a name
BOT = ""
"""The user id in the lines of the bot."""
_ASKERS_WORDS = listed(
    "i i'm i've i'd i'll me my mine ich mir mich mein meine je j'ai moi mon ma mes yo mi mí mis eu "
    "meu minha io mio mia я мне меня мой моя мои мене мені мій моя мої ben benim bana ik mij mijn "
    "mnie mój moja moje saya aku tôi मैं मेरा मेरी मेरे मुझे أنا"
)
# Words such as "I" and "my" in scripts that write no spaces or join endings to words.
_ASKERS_PARTS = re.compile(r"我|私|僕|俺|わたし|ぼく|제가|저는|나는|내가|\b[제내] |ฉัน|ผม")
# A text in a script without spaces may be one long chunk, so chunks are limited to 40 characters.
_CHUNK = re.compile(r"\S{1,40}")
_BOTS_WORDS = listed("you you're you've your yours")


@dataclass(frozen=True)
class Line:
    """The identity of a line: its turn, and `part` (0 for the question, 1 for the answer)."""

    turn_id: int
    part: int


@dataclass(frozen=True)
class PreparedLine:
    """The index entry of one line, without its turn. `vectors` are quantised."""

    part: int
    asks: bool
    questions: bool
    times: bool
    characters: int
    words: int
    bag: Bag
    vectors: bytes


@dataclass(frozen=True)
class PreparedTurn:
    """An analysed turn. All slow work is done before the turn is added to an index."""

    turn_id: int
    author: Author
    at: float
    lines: tuple[PreparedLine, ...]
    has_vectors: bool

    @property
    def size_bytes(self) -> int:
        """Return the memory that the turn will use in an index."""
        held = sum(line.bag.size_bytes + int(GROWTH * len(line.vectors)) for line in self.lines)
        return held + LINE_BYTES * len(self.lines)

    @property
    def units(self) -> int:
        """Return the work of analysing the turn, in the units of `steps`."""
        return sum(map(_units, self.lines))


def _units(line: PreparedLine) -> int:
    return units_of(line.characters, line.words, len(line.bag.keys))


def prepare(turn: Turn, vectors: tuple[bytes, bytes] | None, stemming: Stemming) -> PreparedTurn:
    """Analyse a turn. `vectors` are those of its question and its answer. Raises `MemoryFault`.

    `stemming` belongs to the index. It learns the languages of the turn.
    """
    parts = enumerate(zip((turn.asked, turn.answer), vectors or (b"", b"")))
    lines = [_prepared(part, text, blob, stemming) for part, (text, blob) in parts if text.strip()]
    return PreparedTurn(turn.turn_id, turn.author, turn.at, tuple(lines), vectors is not None)


def _prepared(part: int, text: str, vectors: bytes, stemming: Stemming) -> PreparedLine:
    count(vectors)
    found, grams = words_and_grams(text, STOPWORDS)
    return PreparedLine(
        part,
        asks=text.rstrip().endswith(("?", "？")),
        questions="?" in text or "？" in text,
        times=tells_when(text, found),
        characters=len(text),
        words=len(found),
        bag=Bag(stemming.line(found, subject_words(found)), grams),
        vectors=vectors,
    )


@dataclass(frozen=True)
class Query:
    """An analysed question.

    `text` is the question without names of people. `authors` are the user ids of the named people.
    `terms` are the question's stems in all languages of the chat. `forms` are the same stems,
    grouped by word. `grams` are parts of its words.
    """

    text: str
    terms: frozenset[str]
    forms: tuple[frozenset[str], ...]
    grams: tuple[str, ...]
    authors: frozenset[str]
    dates: Dates
    asks_when: bool

    def __bool__(self) -> bool:
        """Return whether there is anything to search for."""
        return bool(self.terms or self.dates)


class ChatIndex:
    """The lines of a chat, oldest first. New lines are added at the end."""

    def __init__(self, stemming: Stemming | None = None) -> None:
        self._stemming = stemming or Stemming()
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
        self._sums: list[NDArray[np.float32]] = []  # the sum of vectors of each of the last lines
        self._names: dict[str, frozenset[str]] = {}  # the words of each author's name
        self._turns: set[int] = set()
        self._without_vectors: list[int] = []
        self._known: ranking.Lines | None = None
        self._lexical, self._vectors = Lexical(), Vectors(GROWTH)

    def __len__(self) -> int:
        return len(self._lines)

    def __contains__(self, turn_id: int) -> bool:
        return turn_id in self._turns

    @property
    def turn_ids(self) -> Collection[int]:
        """Return the ids of the turns in the index."""
        return self._turns

    @property
    def without_vectors(self) -> Sequence[int]:
        """Return the ids of the turns that have no vectors, oldest first."""
        return self._without_vectors

    @property
    def size_bytes(self) -> int:
        """Estimate the memory used by the index."""
        return self._lexical.size_bytes + self._vectors.size_bytes + len(self) * LINE_BYTES

    def add(self, turn: Turn, vectors: tuple[bytes, bytes] | None) -> None:
        """Analyse and add a turn. It must be newer than all turns before it."""
        self.add_prepared(prepare(turn, vectors, self._stemming))

    def add_all(self, turns: Sequence[PreparedTurn]) -> Iterator[int]:
        """Add turns, oldest first, while the result is iterated.

        Yield the work of each turn in the units of `steps`.
        """
        for turn in turns:
            self.add_prepared(turn)
            yield 1 + turn.size_bytes // 64
        self._lexical.seal()
        self._vectors.seal()

    def add_prepared(self, turn: PreparedTurn) -> None:
        """Add an analysed turn. It must be newer than all turns before it."""
        self._turns.add(turn.turn_id)
        if not turn.has_vectors:
            self._without_vectors.append(turn.turn_id)
        self._names[turn.author.user_id] = _name_words(turn.author.name)
        for line in turn.lines:
            self._add_line(turn, line)

    def _add_line(self, turn: PreparedTurn, line: PreparedLine) -> None:
        same = bool(self._at) and turn.at - self._at[-1] <= SITTING_SECONDS
        self._sitting.append(self._sitting[-1] + (not same) if self._sitting else 0)
        self._lines.append(Line(turn.turn_id, line.part))
        self._authors.append(BOT if line.part else turn.author.user_id)
        self._at.append(turn.at)
        self._asks.append(line.asks)
        self._questions.append(line.questions)
        self._times.append(line.times)
        self._words.append(line.words)
        self._lexical.add(line.bag)
        self._add_vectors(line.vectors)

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
        """Return the length of the sum of those `sums` that are in the sitting of line `centre`.

        `sums` has the sum of the vectors of each of the newest lines.
        """
        first = len(self) - len(sums)
        inside = [
            vector
            for i, vector in enumerate(sums, first)
            if self._sitting[i] == self._sitting[centre]
        ]
        return float(np.linalg.norm(np.sum(inside, axis=0)))

    def query(self, question: str, asker: str) -> Query:
        """Analyse the beginning of a question. `asker` is a user id."""
        question = question[:QUESTION_CHARACTERS]
        found = words(question)
        called = {bare(word) for word in found}
        meant = {author for author, name in self._names.items() if not name.isdisjoint(called)}
        names = {word for author in meant for word in self._names[author]}
        if not _ASKERS_WORDS.isdisjoint(found) or _ASKERS_PARTS.search(question):
            meant.add(asker)
        if not _BOTS_WORDS.isdisjoint(found):
            meant.add(BOT)
        text = " ".join(part for part in question.split() if not _calls(part, names))
        told = [word for word in words(text) if word not in names]
        forms = self._stemming.query(subject_words(told))
        _, grams = words_and_grams(text, STOPWORDS)
        return Query(
            text,
            frozenset().union(*forms),
            tuple(forms),
            tuple(as_grams(grams)),
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
        """Return the best lines, best first, without the turns in `without`."""
        if not len(self):
            return []
        lines = self.lines()
        scores = ranking.score(lines, self.find(query, vector))
        order = np.argsort(-scores, kind="stable").tolist()
        allowed = [i for i in order if self._lines[i].turn_id not in without]
        return [self._lines[i] for i in ranking.spread(scores, lines.sitting, allowed, most)]

    def lines(self) -> ranking.Lines:
        """Return the properties of all lines that do not depend on the question.

        They are computed again if lines have been added.
        """
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
        """Return the scores of each line for a query. Without a vector, only words are compared."""
        sitting = self.lines().sitting
        found = ranking.Found(
            words=self._words_scores(query, np.arange(len(self))),
            sitting=self._words_scores(query, sitting),
            by_author=np.array([author in query.authors for author in self._authors]),
            dated=np.array([query.dates.match(at) for at in self._at])
            if query.dates
            else np.zeros(len(self), bool),
            asks_when=query.asks_when,
        )
        if vector is not None and len(self._vectors):
            self._compare(found, vector, sitting)
        return found

    def _words_scores(self, query: Query, groups: NDArray[np.int64]) -> NDArray[np.float64]:
        whole = self._lexical.grouped_scores(query.forms, groups)
        return whole + GRAMS_WEIGHT * self._lexical.grouped_scores(query.grams, groups)

    def _compare(
        self, found: ranking.Found, vector: NDArray[np.float32], sitting: NDArray[np.int64]
    ) -> None:
        scores, line = self._vectors.scores(vector), np.array(self._piece_line)
        found.piece = np.full(len(self), -1.0, np.float32)
        np.maximum.at(found.piece, line, scores)
        found.known = np.bincount(line, minlength=len(self)) > 0
        pieces = found.piece[found.known].astype(np.float64)
        cosine = float(scores.mean())
        found.trust = ranking.knowledge(found.words[found.known], pieces, cosine)
        own = np.bincount(line, scores, len(self))
        window, same = own.copy(), sitting[1:] == sitting[:-1]
        window[1:] += same * own[:-1]
        window[:-1] += same * own[1:]
        found.window = (window / np.maximum(np.array(self._window_norm), 1e-9)).astype(np.float32)


def _name_words(name: str) -> frozenset[str]:
    found = (word for word in words(name) if word not in STOPWORDS and not word.isdigit())
    return frozenset(w for w in found if len(w) >= SHORTEST_NAME or (len(w) > 1 and unspaced(w)))


def _calls(part: str, names: frozenset[str] | set[str]) -> bool:
    """Return whether a part of a question, between two spaces, is only the name of a person.

    In a script without spaces, the part may be the whole question. It then has many more words.
    """
    found = [bare(word) for word in words(part)]
    others = sum(word not in names for word in found)
    return others < len(found) and (others <= MOST_JOINED or not unspaced(part))


def excerpt(text: str, wanted: Collection[str], characters: int) -> str:
    """Return the span of about `characters` characters that has most of the wanted terms. Pure.

    If several spans are equally good, the first is returned. Only the first `EXCERPT_CHARACTERS` of
    the folded text are searched.
    """
    if len(text) <= characters:
        return text
    step = max(1, characters // 4)
    quarters = _terms_by_quarter(text, frozenset(wanted), step)
    starts = range(max(1, len(quarters) - 3))
    best = step * max(starts, key=lambda at: (len(frozenset().union(*quarters[at : at + 4])), -at))
    start, end = whole_character(text, 0, best), whole_character(text, best, best + characters)
    cut = text[start:end].strip()
    return ("… " if start else "") + cut + (" …" if end < len(text) else "")


def _terms_by_quarter(text: str, wanted: frozenset[str], step: int) -> list[frozenset[str]]:
    """Return the wanted terms that begin in each span of `step` characters."""
    quarters: list[set[str]] = [set() for _ in range(-(-len(text) // step))]
    left = EXCERPT_CHARACTERS
    for match in _CHUNK.finditer(text):
        left -= len(fold(match.group()))
        if left < 0:
            break
        quarters[match.start() // step].update(wanted.intersection(terms(match.group())))
    return [frozenset(quarter) for quarter in quarters]
