"""The index of the passages of one chat's documents, and the search in it.

An index holds no text. Its size in bytes is limited while it is built, whatever the documents
contain. The newest documents are added first. It is built in short steps, so that one thread serves
all chats in turn.

A score is the sum of three numbers, each in standard deviations over the chat's passages: BM25, the
cosine of the passage, and the cosine of its nearest sentence. BM25 is computed over stems and, at a
fifth of the weight, over parts of words. The cosines count less if the embedder does not know the
language. All weights were measured by ``benchmarks/documents.py`` on XQuAD in English, Hindi and
Russian.
"""

from __future__ import annotations

import asyncio
import logging
from array import array
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from engine.contract import ChatKey
from engine.memory.documents.passages import texts_to_embed
from engine.memory.search.lexical import GRAMS_WEIGHT, Bag, Lexical, as_grams
from engine.memory.search.ranking import knowledge, standard
from engine.memory.search.shelf import Shelf
from engine.memory.search.stems import Stemming
from engine.memory.search.steps import KeyedLocks, run_in_steps, units_of
from engine.memory.search.vectors import ROW_BYTES, Vectors, count, sound
from engine.memory.search.words import words_and_grams

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.storage.memory_ports import DocumentShelf
    from engine.storage.records import PackedPassage

log = logging.getLogger(__name__)

Place = tuple[int, int]
"""A document's id and the number of a passage in it."""

CHAT_SHARE = 0.75
"""The largest share of the memory for indexes that one chat may use.

With a larger share, it would evict the indexes of all other chats.
"""
# The size of a passage's Python objects and numbers, without postings and vectors.
PASSAGE_BYTES = 300
PAGE_PASSAGES = 64
"""The number of passages that are read from the store at once."""
LARGE_BYTES = 1024 * 1024
"""Only one index above this size is built at a time, which limits the memory of all builds."""
QUESTION_CHARACTERS = 4000
"""Only this many first characters of a question are searched for."""


def index_bytes(texts: Sequence[str], sizes: list[int]) -> Iterator[int]:
    """Append each passage's size in an index to `sizes`.

    Yield the work of each passage in the units of `steps`.
    """
    for text in texts:
        vectors = ROW_BYTES * len(texts_to_embed(text))
        found, grams = words_and_grams(text)
        bag = Bag(found, grams)
        sizes.append(bag.size_bytes + vectors + PASSAGE_BYTES)
        yield units_of(len(text), len(found), len(bag.keys))


class PassageIndex:
    """Passages for searches, within `most_bytes`. Only one thread at a time may use it.

    `missing` are the passages without vectors. `full` is true if some passages did not fit.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lexical, self._vectors, self._stemming = Lexical(), Vectors(), Stemming()
        self._places: list[Place] = []
        # The passage to which each vector belongs.
        self._passage = array("I")
        # For each passage, the index of the vector of the whole passage, or -1.
        self._whole = array("i")
        self.missing: list[Place] = []
        self.full = False

    def __len__(self) -> int:
        return len(self._lexical)

    @property
    def size_bytes(self) -> int:
        """Estimate the memory used by the index."""
        return self._lexical.size_bytes + self._vectors.size_bytes + len(self) * PASSAGE_BYTES

    @property
    def places(self) -> Sequence[Place]:
        """Return the passages in the index."""
        return self._places

    def add(self, rows: Sequence[PackedPassage]) -> Iterator[int]:
        """Add passages while the result is iterated, until the index is full.

        Yield the work of each passage. Raises `StorageFault` if a text is damaged.
        """
        for row in rows:
            text = row.unpack()
            vectors = row.vectors if sound(row.vectors) else b""
            found, grams = words_and_grams(text)
            bag = Bag(self._stemming.line(found), grams)
            size = bag.size_bytes + len(vectors) + PASSAGE_BYTES
            if self.size_bytes + size > self._most_bytes:
                self.full = True
                return
            self._enter((row.document_id, row.number), bag, vectors)
            yield units_of(len(text), len(found), len(bag.keys))

    def _enter(self, place: Place, bag: Bag, vectors: bytes) -> None:
        number, amount = len(self._places), count(vectors)
        self._places.append(place)
        if not amount:
            self.missing.append(place)
        self._lexical.add(bag)
        self._whole.append(len(self._passage) if amount else -1)
        self._passage.extend([number] * amount)
        self._vectors.add([vectors])

    def seal(self) -> None:
        """Prepare the index for searches. Otherwise the next search would do it."""
        self._lexical.seal()
        self._vectors.seal()

    def rank(self, question: str, vector: NDArray[np.float32] | None, most: int) -> list[Place]:
        """Return the best passages, best first. Without a vector, only words are compared."""
        if not len(self):
            return []
        lexical = self._words(question[:QUESTION_CHARACTERS])
        total = standard(lexical)
        if vector is not None and len(self._vectors):
            total = total + self._meaning(vector, lexical)
        elif not lexical.any():
            return []
        order = np.argsort(-total, kind="stable")[:most]
        return [self._places[number] for number in order]

    def _words(self, question: str) -> NDArray[np.float64]:
        # All words count, because words such as "before" or "how" also help to distinguish
        # passages.
        found, grams = words_and_grams(question)
        whole = self._lexical.scores(self._stemming.query(found))
        return whole + GRAMS_WEIGHT * self._lexical.scores(as_grams(grams))

    def _meaning(
        self, vector: NDArray[np.float32], lexical: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        scores, whole = self._vectors.scores(vector).astype(np.float64), np.array(self._whole)
        known = whole >= 0
        sentence = np.ones(len(scores), bool)
        sentence[whole[known]] = False
        nearest = np.full(len(self), -1.0)
        np.maximum.at(nearest, np.array(self._passage), np.where(sentence, scores, -1.0))
        meaning = standard(np.where(known, scores[whole], 0.0), known) + standard(nearest, known)
        return meaning * knowledge(lexical[known], meaning[known], float(scores.mean()))

    def beginning(self, documents: Collection[int], most: int) -> list[Place]:
        """Return the first passages of some documents, taking one from each document in turn."""
        first = [place for place in self._places if place[0] in documents]
        return sorted(first, key=lambda place: (place[1], place[0]))[:most]


class DocumentIndexes:
    """The indexes of all chats within `most_bytes`.

    One chat may use at most the share `CHAT_SHARE` of this size.
    """

    def __init__(self, rows: DocumentShelf, most_bytes: int) -> None:
        self._rows, self._chat_bytes = rows, int(most_bytes * CHAT_SHARE)
        self._shelf: Shelf[ChatKey, PassageIndex] = Shelf(most_bytes)
        # Only one thread searches in indexes. Another thread builds them, so that no search waits
        # for a build.
        self._thread = ThreadPoolExecutor(1, "documents")
        self._builder = ThreadPoolExecutor(1, "documents-build")
        self.building: KeyedLocks[ChatKey] = KeyedLocks()
        self._large = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._shelf)

    @property
    def size_bytes(self) -> int:
        """Return the memory that the indexes use."""
        return self._shelf.size_bytes

    async def of(self, key: ChatKey) -> PassageIndex:
        """Return a chat's index. If it is not in memory, it is built.

        Raises `StorageFault` or `MemoryFault`.
        """
        async with self.building.hold(key):
            index = self._shelf.get(key)
            if index is None:
                with self._shelf.building(key) as ticket:
                    index = await self._build(key)
                    self._shelf.put(key, index, ticket)
            return index

    async def rank(
        self, index: PassageIndex, question: str, vector: NDArray[np.float32] | None, most: int
    ) -> list[Place]:
        """Return the best passages, best first. A thread computes them."""
        work = partial(index.rank, question, vector, most)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def has_room(self, key: ChatKey, texts: Sequence[str]) -> bool:
        """Return whether a chat's index has room for these passages."""
        sizes: list[int] = []
        await run_in_steps(self._builder, index_bytes(texts, sizes))
        held = (await self.of(key)).size_bytes if sum(sizes) <= self._chat_bytes else 0
        return held + sum(sizes) <= self._chat_bytes

    def drop(self, key: ChatKey) -> None:
        """Evict a chat's index. It is built again from the store when it is needed."""
        self._shelf.drop(key)

    def drop_all(self) -> None:
        """Evict the indexes of all chats."""
        self._shelf.clear()

    def close(self) -> None:
        """End the threads. Idempotent."""
        self._thread.shutdown(wait=True)
        self._builder.shutdown(wait=True)

    async def _build(self, key: ChatKey) -> PassageIndex:
        index = PassageIndex(self._chat_bytes)
        async with AsyncExitStack() as held:
            await self._fill(index, key, held)
        await asyncio.get_running_loop().run_in_executor(self._builder, index.seal)
        return index

    async def _fill(self, index: PassageIndex, key: ChatKey, held: AsyncExitStack) -> None:
        alone = False
        for document in reversed(await self._rows.of_chat(key)):
            after = -1
            while rows := await self._rows.page(document.document_id, after, PAGE_PASSAGES):
                after = rows[-1].number
                if index.size_bytes > LARGE_BYTES and not alone:
                    alone = True
                    await held.enter_async_context(self._large)
                await run_in_steps(self._builder, index.add(rows))
                if index.full:
                    log.warning("%s: the oldest documents are too large to be searched", key)
                    return
