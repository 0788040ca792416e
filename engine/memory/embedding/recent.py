"""Embed a text only once if several parts of memory need its vector within one turn.

The answer cache, documents and recall each need the question's vector, and the recorded turn begins
with the same text. The cache holds only a text's digest, never the text.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

import numpy as np
from cachetools import LRUCache

from engine.errors import MemoryFault
from engine.memory.embedding.embedder import DIMENSION
from engine.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.memory.embedding.embedder import Embedder

KEPT_VECTORS = 256  # each vector takes 1.5 kB
SHORT_CALL_TEXTS = 16
"""A call with more texts is part of a document, whose texts are needed only once."""


class RecentVectors:
    """An `Embedder` that keeps the newest vectors of calls with few texts (`SHORT_CALL_TEXTS`).

    If the caller of a short call is cancelled, the call continues, because the same text will be
    needed again soon.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: LRUCache[bytes, NDArray[np.float32]] = LRUCache(KEPT_VECTORS)
        self._coming: dict[bytes, asyncio.Task[MemoryFault | None]] = {}
        self._given_up: set[asyncio.Task[MemoryFault | None]] = set()
        self._tasks = Tasks("recent vectors")
        self._clearings = 0  # results of calls that began before the last `clear` are not kept

    @property
    def late(self) -> bool:
        """Return whether texts of a cancelled caller are still waiting for their vectors."""
        return bool(self._given_up)

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length for each text.

        If the caller is cancelled, its texts are still embedded, unless they are more than
        `SHORT_CALL_TEXTS`. Raises `MemoryFault`.
        """
        if len(texts) > SHORT_CALL_TEXTS or not texts:
            return await self._embedder.embed(texts)
        keys = [hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in texts]
        found = {key: self._kept[key] for key in keys if key in self._kept}
        self._begin({key: text for key, text in zip(keys, texts) if key not in found})
        for task in {self._coming[key] for key in keys if key not in found}:
            await self._wait(task)
        rows = [found[key] if key in found else self._kept.get(key) for key in keys]
        if any(row is None for row in rows):
            raise MemoryFault("vectors were erased while they were made")
        return np.array(rows, np.float32).reshape(-1, DIMENSION)

    def clear(self) -> None:
        """Remove all vectors, because one of their texts was erased."""
        self._kept.clear()
        self._clearings += 1

    async def close(self) -> None:
        """Cancel the running work. Idempotent."""
        await self._tasks.close()

    def _begin(self, texts: dict[bytes, str]) -> None:
        """Embed the texts that are not already being embedded, in one call."""
        new = {key: text for key, text in texts.items() if key not in self._coming}
        if not new:
            return
        task = self._tasks.spawn(self._fetch(new), "embed short texts")
        for key in new:
            self._coming[key] = task
        task.add_done_callback(self._given_up.discard)

    async def _fetch(self, texts: dict[bytes, str]) -> MemoryFault | None:
        clearings = self._clearings
        try:
            rows = await self._embedder.embed(list(texts.values()))
            if self._clearings == clearings:
                self._kept.update(zip(texts, rows))
        except MemoryFault as fault:
            return fault
        finally:
            for key in texts:
                del self._coming[key]
        return None

    async def _wait(self, task: asyncio.Task[MemoryFault | None]) -> None:
        try:
            fault = await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise MemoryFault("the embedder was stopped") from None
            self._given_up.add(task)
            raise
        if fault is not None:
            raise MemoryFault(str(fault))
