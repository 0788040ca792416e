"""Give a cached answer again to the same person in the same chat, if the question stands alone.

A question stands alone if its answer does not depend on earlier turns. The key is everything in the
prompt beside the question: chat, author with name and language, persona, model, and the state of
the chat's documents. No member of a group therefore gets an answer to another member's question.
Recalled text is not in the key, so an answer that used it is not stored (`engine.memory.memory`).
Exactly the same question gets the stored answer. A similar question gets it if both are English,
their vectors are near and no veto of ``sameness`` applies. A cached answer is deleted with its
turn.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.contract import Author, ChatKey, Finish, Turn
from engine.errors import DeadlinePassed, MemoryFault, StorageFault
from engine.memory.embedding.embedder import Embedder, vector_of
from engine.memory.embedding.recent import SHORT_CALL_TEXTS
from engine.memory.repeats import sameness
from engine.memory.search.vectors import quantize, restore, sound
from engine.storage.records import StoredAnswer
from engine.tasks import Clock, describe, finish_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.storage.ports import Storage

log = logging.getLogger(__name__)

NEAREST = 32
"""The number of stored questions that are compared word by word, the nearest first.

It takes some milliseconds of one thread.
"""


@dataclass(frozen=True)
class CacheSettings:
    """The settings of the cache. `enabled` switches the whole cache on or off.

    `answers` is the number of stored answers with which a question is compared. They are the newest
    answers of the question's scope.
    """

    enabled: bool = True
    ttl_seconds: float = 7 * 86_400.0
    answers: int = 500
    question_seconds: float = 1.0


@dataclass(frozen=True)
class Scope:
    """The facts beside the question and its author on which an answer depends.

    `documents` is `Documents.version`.
    """

    persona: str
    model: str
    documents: str

    def key(self, author: Author) -> str:
        """Return a short text that identifies the scope of an author's questions."""
        asker = (author.user_id, author.name, author.language)
        parts = (self.persona, self.model, self.documents, *asker)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class CachedAnswer:
    """A cached answer. `at` is Unix time in seconds.

    `exact` is true if the questions are the same.
    """

    text: str
    question: str
    at: float
    exact: bool


@dataclass
class CacheCounts:
    """Counts since the start.

    `asked` counts lookups. `repeats` counts lookups that found exactly the same question, and
    `near` those that found a similar question. `refused` counts vetoes by reason. `retried` counts
    how often a person pressed Retry on a cached answer. This is the best available count of wrong
    answers.
    """

    asked: int = 0
    repeats: int = 0
    near: int = 0
    retried: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def hits(self) -> int:
        """Return the number of lookups that found an answer."""
        return self.repeats + self.near


class AnswerCache:
    """The cached answers by chat and scope, in the store. A fault is logged and counts as a miss.

    The length of questions is limited before anything is computed (`sameness.comparable`). One chat
    therefore never occupies the only thread for long.
    """

    def __init__(
        self, store: Storage, embedder: Embedder, clock: Clock, settings: CacheSettings
    ) -> None:
        self._rows, self._embedder, self._clock, self._settings = (
            store.memories.answers,
            embedder,
            clock,
            settings,
        )
        self._thread = ThreadPoolExecutor(1, "answer-cache")
        self.counts = CacheCounts()

    async def look_up(
        self, key: ChatKey, question: str, author: Author, scope: Scope
    ) -> CachedAnswer | None:
        """Return the cached answer to a question that stands alone, or None."""
        if not self._takes(question):
            return None
        self.counts.asked += 1
        try:
            found = await self._look_up(key, question, scope.key(author))
        except (StorageFault, MemoryFault) as error:
            log.info("%s: the answer cache could not be used: %s", key, describe(error))
            return None
        if found is not None:
            self.counts.repeats += found.exact
            self.counts.near += not found.exact
        return found

    async def keep(self, key: ChatKey, question: str, turn: Turn, scope: Scope) -> None:
        """Store a complete answer to a question that stands alone.

        The answer is stored as long as its turn. The vector of the stored question is made by the
        first lookup that compares another question with it.
        """
        if not self._takes(question) or turn.finish is not Finish.STOP or not turn.answer.strip():
            return
        try:
            scoped, exact = scope.key(turn.author), sameness.exact_form(question)
            await self._rows.put(
                key, scoped, exact, turn.turn_id, question, turn.answer, b"", self._clock.time()
            )
        except StorageFault as error:
            log.info("%s: an answer was not cached: %s", key, describe(error))

    def retried(self) -> None:
        """Count that a person asked for another answer than the cached one."""
        self.counts.retried += 1

    async def close(self) -> None:
        """End the thread. Idempotent."""
        self._thread.shutdown(wait=True)

    def _takes(self, question: str) -> bool:
        return (
            self._settings.enabled and sameness.comparable(question) and sameness.lasting(question)
        )

    def _since(self) -> float:
        return self._clock.time() - self._settings.ttl_seconds

    async def _look_up(self, key: ChatKey, question: str, scope: str) -> CachedAnswer | None:
        same = await self._rows.exact(key, scope, sameness.exact_form(question), self._since())
        if same is not None:
            return _given(same, exact=True)
        if not sameness.Question.of(question).english:
            return None
        kept = await self._rows.newest(key, scope, self._since(), self._settings.answers)
        if not kept:
            return None
        kept = await self._with_vectors(question, kept)
        vector = await self._vector(question)
        if vector is None:
            return None
        loop = asyncio.get_running_loop()
        best, refused = await loop.run_in_executor(self._thread, _nearest, question, vector, kept)
        self.counts.refused.update(refused)
        return _given(best, exact=False) if best else None

    async def _with_vectors(self, asked: str, kept: list[StoredAnswer]) -> list[StoredAnswer]:
        """Embed the newest answers that have no vector, and return all answers with their vectors.

        The asked question is embedded in the same call, so that the embedder knows its vector
        afterwards.
        """
        bare = [one for one in kept if not one.vector and _english(one)][: SHORT_CALL_TEXTS - 1]
        if not bare or self._embedder.late:
            return kept
        texts = [asked, *(one.question for one in bare)]
        until = self._clock.now() + self._settings.question_seconds
        try:
            rows = await finish_by(
                self._clock, until, self._embedder.embed(texts), "questions of cached answers"
            )
        except (MemoryFault, DeadlinePassed) as error:
            log.debug("questions of cached answers have no vectors yet: %s", describe(error))
            return kept
        made = {one.answer_id: quantize(row[None]) for one, row in zip(bare, rows[1:])}
        await self._rows.put_vectors(made)
        return [replace(one, vector=made.get(one.answer_id, one.vector)) for one in kept]

    async def _vector(self, question: str) -> NDArray[np.float32] | None:
        seconds, purpose = self._settings.question_seconds, "embed a question for the answer cache"
        return await vector_of(
            self._embedder, self._clock, question, seconds=seconds, purpose=purpose
        )


def _english(answer: StoredAnswer) -> bool:
    return sameness.Question.of(answer.question).english


def _given(answer: StoredAnswer, *, exact: bool) -> CachedAnswer:
    return CachedAnswer(answer.text, answer.question, answer.at, exact)


def _nearest(
    question: str, vector: NDArray[np.float32], kept: Sequence[StoredAnswer]
) -> tuple[StoredAnswer | None, Counter[str]]:
    """Return the nearest answer without a veto, and how often each veto refused a nearer answer."""
    having = [answer for answer in kept if answer.vector and sound(answer.vector)]
    refused: Counter[str] = Counter()
    if not having:
        return None, refused
    cosines = restore(b"".join(answer.vector for answer in having)) @ vector
    asked = sameness.Question.of(question)
    for place in np.argsort(-cosines, kind="stable")[:NEAREST]:
        if cosines[place] < sameness.SAME_WORDS:
            break
        known = sameness.Question.of(having[place].question)
        if sameness.near(asked, known, float(cosines[place])):
            reason = sameness.veto(asked, known)
            if not reason:
                return having[place], refused
            refused[reason] += 1
    return None, refused
