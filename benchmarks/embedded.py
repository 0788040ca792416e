"""An embedder for benchmarks: Pipit's own, with a file that caches its vectors between runs."""

from __future__ import annotations

import hashlib
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.memory.embedding.embedder import DIMENSION, EmbedderSettings, ProcessEmbedder
from engine.tasks import SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from numpy.typing import NDArray

AT_ONCE = 512


class CachedEmbedder:
    """An embedder that embeds each text only once.

    `path` is read at the start and written by `save`. With None nothing is stored.
    """

    def __init__(self, inner: ProcessEmbedder, path: Path | None) -> None:
        self._inner, self._path = inner, path
        self._known: dict[bytes, NDArray[np.float32]] = {}
        self.made = 0
        if path is not None and path.exists():
            with np.load(path) as stored:
                self._known = dict(zip(stored["keys"].tolist(), stored["vectors"]))

    @property
    def late(self) -> bool:
        """Return False: no question needs to wait for this embedder."""
        return False

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length for each text."""
        keys = [hashlib.sha256(text.encode()).hexdigest().encode() for text in texts]
        missing = [
            (key, text) for key, text in dict(zip(keys, texts)).items() if key not in self._known
        ]
        for start in range(0, len(missing), AT_ONCE):
            part = missing[start : start + AT_ONCE]
            rows = await self._inner.embed([text for _, text in part])
            self._known.update(zip((key for key, _ in part), rows))
            self.made += len(part)
        return np.array([self._known[key] for key in keys], np.float32).reshape(-1, DIMENSION)

    def save(self) -> None:
        """Write the cached vectors to the file, if there are new ones."""
        if self._path is not None and self.made:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            np.savez(
                self._path,
                keys=np.array(list(self._known)),
                vectors=np.stack(list(self._known.values())),
            )


@asynccontextmanager
async def embedder(cache: Path | None, name: str) -> AsyncIterator[CachedEmbedder]:
    """Run the embedder's process within this block.

    Its vectors are cached in the folder `cache` under this name.
    """
    inner = ProcessEmbedder(EmbedderSettings(threads=1), SystemClock())
    cached = CachedEmbedder(inner, cache / f"{name}.npz" if cache else None)
    try:
        yield cached
    finally:
        cached.save()
        await inner.close()
