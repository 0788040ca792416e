"""A place for what can be built again: the longest unused leaves when there are too many or too large ones."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """Something that knows its size."""

    @property
    def size_bytes(self) -> int:
        """Return the memory held."""


MOST_VALUES = 1024
"""An index without a line says that it holds nothing, and yet is a few kilobytes of Python objects."""

K = TypeVar("K", bound=Hashable)
S = TypeVar("S", bound=Sized)


class Shelf(Generic[K, S]):
    """Values by key, least recently used first; the value used last stays, whatever its size."""

    def __init__(self, most_bytes: int, most_values: int = MOST_VALUES) -> None:
        self._most_bytes, self._most_values = most_bytes, most_values
        self._values: OrderedDict[K, S] = OrderedDict()
        self.cleared = (
            0  # how often all was left at once: what was begun before must not be put here
        )

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: K) -> bool:
        return key in self._values

    @property
    def size_bytes(self) -> int:
        """Return the memory that all values hold."""
        return sum(value.size_bytes for value in self._values.values())

    def get(self, key: K) -> S | None:
        """Return a value and count it as used."""
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def put(self, key: K, value: S) -> None:
        """Place a value and count it as used."""
        self._values[key] = value
        self._values.move_to_end(key)
        self.bound()

    def drop(self, key: K) -> None:
        """Leave a value; one that is not there is left already."""
        self._values.pop(key, None)

    def clear(self) -> None:
        """Leave all values."""
        self._values.clear()
        self.cleared += 1

    def bound(self) -> None:
        """Leave values until the rest fits; called when a value has grown."""
        total = self.size_bytes
        while (total > self._most_bytes or len(self._values) > self._most_values) and len(
            self._values
        ) > 1:
            _, left = self._values.popitem(last=False)
            total -= left.size_bytes
