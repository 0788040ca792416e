"""Keep the vectors of one model only, because the vectors of two models cannot be compared.

A model is recognised by the vector of one sentence. Its name or folder is not enough: the weights
under a name may change, and the same weights may come from a folder, a package or the hub. Another
version of the libraries changes a vector by about 1e-6.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Callable

from engine.errors import MemoryFault, StorageFault
from engine.memory.search.vectors import quantize, restore
from engine.tasks import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from engine.memory.embedding.embedder import Embedder
    from engine.storage.ports import Storage

log = logging.getLogger(__name__)

PROBE = "Two models put this sentence in two different places."
SAME_COSINE = 0.99
"""Storing bytes instead of floats lowers the cosine by 0.0001.

Models that were trained separately have no similar vectors.
"""

DISCARDED_AT_ONCE = 200


class OneModelEmbedder:
    """An `Embedder` that discards another model's vectors before its first answer.

    `discarded` is called once all of them are discarded. The calls that wait for this get an error,
    because their callers may have read vectors from the store that are now discarded.
    """

    def __init__(self, embedder: Embedder, store: Storage, discarded: Callable[[], None]) -> None:
        self._embedder, self._rows, self._discarded = embedder, store.memories.vectors, discarded
        self._meeting = asyncio.Lock()
        self._met = self._differs = False

    @property
    def late(self) -> bool:
        """Return what the wrapped embedder returns."""
        return self._embedder.late

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length for each text.

        If the caller is cancelled, its texts are dropped. Raises `MemoryFault`.
        """
        if not self._met:
            await self._meet()
        return await self._embedder.embed(texts)

    async def _meet(self) -> None:
        async with self._meeting:
            if not self._met:
                self._differs = await self._discard_others()
                self._met = True
        if self._differs:
            raise MemoryFault("the stored vectors were made by another embedding model")

    async def _discard_others(self) -> bool:
        mine = quantize(await self._embedder.embed([PROBE]))
        try:
            theirs = await self._rows.model()
            if theirs is not None and _same(mine, theirs):
                return False
            if theirs is not None:
                await self._discard_all()
            await self._rows.adopt(mine)
        except StorageFault as error:
            raise MemoryFault(f"vectors cannot be read: {describe(error)}") from error
        return theirs is not None

    async def _discard_all(self) -> None:
        """Discard all vectors, a few at a time, so that no other write waits long.

        If this is interrupted, the next start continues it.
        """
        log.warning(
            "the embedding model has changed: all vectors are made again, one chat after another"
        )
        while await self._rows.discard(DISCARDED_AT_ONCE):
            pass
        self._discarded()


def _same(one: bytes, other: bytes) -> bool:
    return len(other) == len(one) and float((restore(one) @ restore(other).T).min()) >= SAME_COSINE
