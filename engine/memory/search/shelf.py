"""A cache with size limits for values that can be built again.

The least recently used values are evicted first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """A value that knows its size."""

    @property
    def size_bytes(self) -> int:
        """Return the memory used by the value."""


MOST_VALUES = 1024
"""This limit is needed because an index without lines reports no bytes but takes a few kilobytes.
"""

K = TypeVar("K", bound=Hashable)
S = TypeVar("S", bound=Sized)


class Shelf(Generic[K, S]):
    """Values by key, within `most_bytes` and `most_values`.

    A value that is too large is not kept.
    """

    def __init__(self, most_bytes: int, most_values: int = MOST_VALUES) -> None:
        self._most_bytes, self._most_values = most_bytes, most_values
        self._values: OrderedDict[K, S] = OrderedDict()
        self._begun: dict[K, object] = {}

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: K) -> bool:
        return key in self._values

    @property
    def size_bytes(self) -> int:
        """Return the memory used by all values."""
        return sum(value.size_bytes for value in self._values.values())

    def get(self, key: K) -> S | None:
        """Return a value, or None. This counts as a use of the value."""
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    @contextmanager
    def building(self, key: K) -> Iterator[object]:
        """Return a ticket for a value that is built within the context.

        `drop` and `clear` make the ticket invalid.
        """
        ticket = self._begun[key] = object()
        try:
            yield ticket
        finally:
            if self._begun.get(key) is ticket:
                del self._begun[key]

    def put(self, key: K, value: S, ticket: object = None) -> None:
        """Store a value. This counts as a use of the value.

        A value whose `ticket` is no longer valid is not stored.
        """
        if ticket is not None and self._begun.get(key) is not ticket:
            return
        self._values[key] = value
        self._values.move_to_end(key)
        self.bound()

    def drop(self, key: K) -> None:
        """Evict a value. A value that is being built for this key will not be stored."""
        self._values.pop(key, None)
        self._begun.pop(key, None)

    def clear(self) -> None:
        """Evict all values. Values that are being built will not be stored."""
        self._values.clear()
        self._begun.clear()

    def bound(self) -> None:
        """Evict values until the others fit. Call this after a value has grown."""
        for key in [key for key, one in self._values.items() if one.size_bytes > self._most_bytes]:
            del self._values[key]
        total = self.size_bytes
        while total > self._most_bytes or len(self._values) > self._most_values:
            _, evicted = self._values.popitem(last=False)
            total -= evicted.size_bytes
