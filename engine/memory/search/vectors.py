"""Unit vectors with one signed byte for each number: blobs in SQLite, a FAISS index in memory.

Each vector carries its own scale. Against 32-bit floats, recall of conversation turns is the same
within 0.001 (see ``benchmarks/recall.py``) at 388 instead of 1,536 bytes a vector; 16-bit floats
take 768 and gain nothing.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import MemoryFault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DIMENSION = 384
ADDED_AT_ONCE = 1024
"""Vectors become 32-bit floats on their way into FAISS: 1.5 MB at a time."""
_ROW = np.dtype([("scale", "<f4"), ("codes", "i1", (DIMENSION,))])
ROW_BYTES = _ROW.itemsize
_LEVELS = 127


def quantize(rows: NDArray[np.float32]) -> bytes:
    """Return vectors as bytes, `ROW_BYTES` each."""
    packed = np.empty(len(rows), _ROW)
    scale = np.abs(rows).max(axis=1, initial=1e-9) / _LEVELS
    packed["scale"] = scale
    packed["codes"] = np.rint(rows / scale[:, None])
    return packed.tobytes()


def sound(data: bytes) -> bool:
    """Return whether bytes can be vectors of this size."""
    return len(data) % ROW_BYTES == 0


def count(data: bytes) -> int:
    """Return how many vectors these bytes hold.

    Raise `MemoryFault` if they cannot be what `quantize` wrote.
    """
    if not sound(data):
        raise MemoryFault("stored vectors are damaged or of another model")
    return len(data) // ROW_BYTES


def restore(data: bytes) -> NDArray[np.float32]:
    """Return vectors from bytes; raise `MemoryFault` as `count` does."""
    packed = np.frombuffer(data, _ROW, count(data))
    return np.asarray(packed["codes"] * packed["scale"][:, None], np.float32)


class Vectors:
    """Vectors that are added at the end and compared with a query all at once.

    For one thread at a time.

    `growth` is the room for vectors to come, as a multiple of those there are when FAISS is first
    used.
    """

    def __init__(self, growth: float = 1.0) -> None:
        self._growth = growth
        self._index: Any = None
        self._scales = np.zeros(0, np.float32)
        self._amount = self._room = 0
        self._coming: list[bytes] = []

    def __len__(self) -> int:
        return self._amount

    @property
    def size_bytes(self) -> int:
        """Return the most memory that is held: FAISS doubles its room when it is full."""
        if self._index is None:
            return int(self._amount * self._growth) * ROW_BYTES
        room = self._room if self._amount <= self._room else 2 * self._amount
        return room * ROW_BYTES

    def add(self, blobs: Sequence[bytes]) -> None:
        """Add quantised vectors; raise `MemoryFault` if they are damaged."""
        self._amount += sum(map(count, blobs))
        self._coming += [blob for blob in blobs if blob]

    def seal(self) -> None:
        """Move the added vectors into FAISS; otherwise the next search would do it.

        The first time, exactly the room that is counted is reserved. Without FAISS the vectors
        wait: memory works by words alone there, and nothing is searched by meaning.
        """
        if not self._coming or not faiss_installed():
            return
        if self._index is None:
            self._room = int(self._amount * self._growth)
            self._index = _made(self._room)
        elif self._amount > self._room:
            self._room = 2 * self._amount
        coming, self._coming = np.frombuffer(b"".join(self._coming), _ROW), []
        for start in range(0, len(coming), ADDED_AT_ONCE):
            self._index.add(coming["codes"][start : start + ADDED_AT_ONCE].astype(np.float32))
        self._scales = np.concatenate([self._scales, coming["scale"]])

    def scores(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the inner product with each vector, in the order they were added."""
        scores = np.zeros(len(self), np.float32)
        self.seal()
        if len(self):
            # On a busy host OpenMP's threads turn a query of 0.2 ms into 8 ms. The setting belongs
            # to the calling thread.
            _faiss().omp_set_num_threads(1)
            found, rows = self._index.search(
                np.ascontiguousarray(query[None], np.float32), len(self)
            )
            scores[rows[0]] = found[0]
        return scores * self._scales


@cache
def faiss_installed() -> bool:
    """Return whether FAISS can be loaded; the slim set of packages has none."""
    return find_spec("faiss") is not None


def _faiss() -> Any:
    import faiss  # noqa: PLC0415 - 24 MB that a bot without any vectors does not need

    return faiss


def _made(room: int) -> Any:
    """Return an empty index that takes `room` vectors without growing."""
    faiss = _faiss()
    # Quantizer8bitDirectSigned would need no ranges, but compares with a query rounded to whole
    # numbers. These ranges make a code exactly the signed byte, while the query keeps its
    # fractions.
    index = faiss.IndexScalarQuantizer(
        DIMENSION, faiss.ScalarQuantizer.QT_8bit_uniform, faiss.METRIC_INNER_PRODUCT
    )
    faiss.copy_array_to_vector(
        np.array([-_LEVELS - 0.5, 2 * _LEVELS + 1], np.float32), index.sq.trained
    )
    index.is_trained = True
    index.codes.resize(room * DIMENSION)
    index.reset()  # keeps the capacity
    return index
