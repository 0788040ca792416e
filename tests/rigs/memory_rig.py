"""A store with turns, and an embedder whose vectors count words."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.answering.prompt import estimate_tokens
from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.errors import MemoryFault
from engine.memory.recall.recall import Recall, RecallSettings
from engine.memory.search.stems import terms
from engine.memory.search.vectors import DIMENSION
from engine.storage.records import Scope
from engine.storage.sql.ledger import SqlLedger
from engine.tasks import SystemClock
from tests.rigs.fakes import FakeClock
from tests.rigs.stores import AnyDatabase, open_database, storage_of

ANN, BOB = Author("1", "Ann"), Author("2", "Bob")
DM, OTHER_DM, GROUP = ChatKey("fake", "1"), ChatKey("fake", "2"), ChatKey("fake", "-100")
START = 1_700_000_000.0
_numbers = count()


class FakeEmbedder:
    """An embedder in which texts that share words are near each other.

    `texts` records all texts. `fault` makes it fail, `gate` makes it wait, and `waiting` is set
    while it waits.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.fault = False
        self.gate: asyncio.Event | None = None
        self.waiting = asyncio.Event()

    @property
    def late(self) -> bool:
        """Return False: no question needs to wait for this embedder."""
        return False

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.gate is not None:
            self.waiting.set()
            await self.gate.wait()
        if self.fault:
            raise MemoryFault("the embedder is away")
        self.texts += texts
        return (
            np.stack([vector_of(text) for text in texts])
            if texts
            else np.zeros((0, DIMENSION), np.float32)
        )


def vector_of(text: str) -> NDArray[np.float32]:
    row = np.full(DIMENSION, 0.01, np.float32)
    for term in terms(text):
        row[int(hashlib.sha256(term.encode()).hexdigest(), 16) % DIMENSION] += 1.0
    return row / np.linalg.norm(row)


class Memory:
    """Recall over a real store, with a clock that tests move."""

    def __init__(
        self, store: AnyDatabase, clock: FakeClock, embedder: FakeEmbedder, recall: Recall
    ) -> None:
        self.store, self.clock, self.embedder, self.recall = store, clock, embedder, recall

    async def record(
        self,
        key: ChatKey,
        author: Author,
        prompt: str,
        answer: str = "",
        *,
        at: float = START,
        turn_id: int = 0,
    ) -> Turn:
        """Write a turn to the file as the engine does."""
        ledger = SqlLedger(self.store, self.clock)
        entry = await ledger.accept(
            Inbound(key, f"m{next(_numbers)}", author, prompt, True, True, at), ""
        )
        assert entry is not None
        turn = Turn(author, prompt, answer, Finish.STOP, at, turn_id)
        return replace(turn, turn_id=await ledger.finish(entry, turn, Usage()))

    async def forget(self, key: ChatKey, author: Author | None = None) -> int:
        """Erase a chat, or one person's part of it, and evict its index.

        Returns how many turns were erased.
        """
        scope = Scope(key, author.user_id if author else "")
        erased = await storage_of(self.store, SystemClock()).personal_data.erase(scope)
        self.recall.drop(key)
        return erased.turns

    async def tell(
        self,
        key: ChatKey,
        author: Author,
        prompt: str,
        answer: str = "",
        *,
        at: float = START,
        turn_id: int = 0,
    ) -> Turn:
        """Write a turn to the file and wait until it is remembered."""
        turn = await self.record(key, author, prompt, answer, at=at, turn_id=turn_id)
        self.recall.remember(key, turn)
        await self.recall.settle()
        return turn


@asynccontextmanager
async def a_memory(folder: Path, settings: RecallSettings | None = None) -> AsyncIterator[Memory]:
    """Open a store in `folder`, which may exist already, and a recall over it."""
    store, clock, embedder = await open_database(folder), FakeClock(), FakeEmbedder()
    recall = Recall(
        storage_of(store, clock), embedder, clock, estimate_tokens, settings or RecallSettings()
    )
    try:
        yield Memory(store, clock, embedder, recall)
    finally:
        await recall.close()
        await store.close()
