"""Unit vectors as one signed byte a number: in SQLite as blobs, in memory as a FAISS index.

Each vector carries its own scale. Against 32-bit floats, recall of conversation turns is the same
within 0.001 (see ``benchmarks/recall.py``) at 388 instead of 1,536 bytes a vector; 16-bit floats
take 768 and gain nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import MemoryFault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DIMENSION = 384
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
    """Say whether bytes can be vectors of this size."""
    return len(data) % ROW_BYTES == 0


def count(data: bytes) -> int:
    """Return how many vectors these bytes hold; raise `MemoryFault` if they cannot be what `quantize` wrote."""
    if not sound(data):
        raise MemoryFault("stored vectors are damaged or of another model")
    return len(data) // ROW_BYTES


def restore(data: bytes) -> NDArray[np.float32]:
    """Return vectors from bytes; raise `MemoryFault` as `count` does."""
    packed = np.frombuffer(data, _ROW, count(data))
    return np.asarray(packed["codes"] * packed["scale"][:, None], np.float32)


class Vectors:
    """Vectors that are added at the end and compared with a query all at once; for one thread at a time."""

    def __init__(self) -> None:
        self._index: Any = None
        self._scales = np.zeros(0, np.float32)
        self._amount = 0
        self._coming: list[bytes] = []

    def __len__(self) -> int:
        return self._amount

    @property
    def size_bytes(self) -> int:
        """Return the most memory that this can hold: FAISS doubles its room whenever it is full."""
        return 2 * len(self) * ROW_BYTES

    def add(self, blobs: Sequence[bytes]) -> None:
        """Add quantised vectors; raise `MemoryFault` if they are damaged."""
        self._amount += sum(map(count, blobs))
        self._coming += blobs

    def _take_in(self) -> None:
        """Put what was added into the index, all at once: an index that grows row by row is copied each time."""
        if self._index is None:
            self._index = _made()
        packed = np.frombuffer(b"".join(self._coming), _ROW)
        self._index.add(np.ascontiguousarray(packed["codes"], np.float32))
        self._scales = np.concatenate([self._scales, packed["scale"]])
        self._coming = []

    def scores(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the inner product with each vector, in the order they were added."""
        scores = np.zeros(len(self), np.float32)
        if any(self._coming):
            self._take_in()
        if len(self):
            # On a busy host OpenMP's threads make 8 ms of a query of 0.2 ms; the setting is the
            # calling thread's.
            _faiss().omp_set_num_threads(1)
            found, rows = self._index.search(
                np.ascontiguousarray(query[None], np.float32), len(self)
            )
            scores[rows[0]] = found[0]
        return scores * self._scales


def _faiss() -> Any:
    import faiss  # noqa: PLC0415 - 24 MB that a bot without any vectors does not need

    return faiss


def _made() -> Any:
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
    return index
