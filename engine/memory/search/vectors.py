"""Unit vectors with one signed byte for each number, in the store and in a FAISS index in memory.

Each vector has its own scale. A vector takes 388 bytes instead of the 1,536 of 32-bit floats. The
recall of turns differs by at most 0.001 (see ``benchmarks/recall.py``). 16-bit floats take 768
bytes and are not better.
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
"""The number of vectors that are turned into 32-bit floats for FAISS at a time: 1.5 MB."""
_ROW = np.dtype([("scale", "<f4"), ("codes", "i1", (DIMENSION,))])
ROW_BYTES = _ROW.itemsize
_LEVELS = 127


def quantize(rows: NDArray[np.float32]) -> bytes:
    """Return vectors as bytes, `ROW_BYTES` for each."""
    packed = np.empty(len(rows), _ROW)
    scale = np.abs(rows).max(axis=1, initial=1e-9) / _LEVELS
    packed["scale"] = scale
    packed["codes"] = np.rint(rows / scale[:, None])
    return packed.tobytes()


def sound(data: bytes) -> bool:
    """Return whether the length of these bytes fits vectors of this size."""
    return len(data) % ROW_BYTES == 0


def count(data: bytes) -> int:
    """Return the number of vectors in these bytes.

    Raises `MemoryFault` if `quantize` cannot have written them.
    """
    if not sound(data):
        raise MemoryFault("stored vectors are damaged or of another model")
    return len(data) // ROW_BYTES


def restore(data: bytes) -> NDArray[np.float32]:
    """Return the vectors in these bytes. Raises `MemoryFault` in the same cases as `count`."""
    packed = np.frombuffer(data, _ROW, count(data))
    return np.asarray(packed["codes"] * packed["scale"][:, None], np.float32)


class Vectors:
    """Vectors that are added at the end. A query is compared with all of them at once.

    Only one thread at a time may use an object of this class. When FAISS is first used, it reserves
    room for `growth` times the number of vectors.
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
        """Return the most memory that may be used. FAISS doubles its room when it is full."""
        if self._index is None:
            return int(self._amount * self._growth) * ROW_BYTES
        room = self._room if self._amount <= self._room else 2 * self._amount
        return room * ROW_BYTES

    def add(self, blobs: Sequence[bytes]) -> None:
        """Add quantised vectors. Raises `MemoryFault` if they are damaged."""
        self._amount += sum(map(count, blobs))
        self._coming += [blob for blob in blobs if blob]

    def seal(self) -> None:
        """Move the added vectors into FAISS. Otherwise the next search would do it.

        The first time, exactly the room that `size_bytes` counts is reserved. Without FAISS the
        vectors are only kept, because memory then works by words alone.
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
        """Return the inner product with each vector, in the order in which they were added."""
        scores = np.zeros(len(self), np.float32)
        self.seal()
        if len(self):
            # On a busy host, OpenMP's threads make a query of 0.2 ms take 8 ms. The setting applies
            # only to the calling thread.
            _faiss().omp_set_num_threads(1)
            found, rows = self._index.search(
                np.ascontiguousarray(query[None], np.float32), len(self)
            )
            scores[rows[0]] = found[0]
        return scores * self._scales


@cache
def faiss_installed() -> bool:
    """Return whether FAISS can be loaded. The slim set of packages does not have it."""
    return find_spec("faiss") is not None


def _faiss() -> Any:
    import faiss  # noqa: PLC0415 - 24 MB that a bot without any vectors does not need

    return faiss


def _made(room: int) -> Any:
    """Return an empty index with room for `room` vectors."""
    faiss = _faiss()
    # Quantizer8bitDirectSigned would need no ranges, but it rounds the query to whole numbers. With
    # these ranges, a code is exactly the signed byte, and the query keeps its fractions.
    index = faiss.IndexScalarQuantizer(
        DIMENSION, faiss.ScalarQuantizer.QT_8bit_uniform, faiss.METRIC_INNER_PRODUCT
    )
    faiss.copy_array_to_vector(
        np.array([-_LEVELS - 0.5, 2 * _LEVELS + 1], np.float32), index.sq.trained
    )
    index.is_trained = True
    index.codes.resize(room * DIMENSION)
    index.reset()  # reset keeps the reserved room
    return index
