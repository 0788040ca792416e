"""The calls that wait for the embedder. They take turns, so a long document delays no question."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import MemoryFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

TEXT_CHARACTERS = 16_384
"""The model reads 256 word pieces of a text, so the rest of a long text is not sent."""


class Call:
    """The texts of one call, and the rows that have arrived for them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = tuple(text[:TEXT_CHARACTERS] for text in texts)
        self.taken = 0
        self._rows: list[NDArray[np.float32]] = []
        self.outcome: asyncio.Future[NDArray[np.float32]] = (
            asyncio.get_running_loop().create_future()
        )

    @property
    def open(self) -> bool:
        """Return whether the call still waits for rows."""
        return not self.outcome.done()

    @property
    def ready(self) -> bool:
        """Return whether the call has texts that no frame has taken yet."""
        return self.open and self.taken < len(self.texts)

    def deliver(self, row: NDArray[np.float32]) -> None:
        """Add the next row. The last row completes the call."""
        self._rows.append(row)
        if self.open and len(self._rows) == len(self.texts):
            self.outcome.set_result(np.stack(self._rows))

    def fail(self, message: str) -> None:
        """Make the call raise `MemoryFault` to its caller."""
        if self.open:
            self.outcome.set_exception(MemoryFault(message))


class Waiting:
    """The waiting calls. They take turns, so a long document delays no question.

    `in_flight` is held while the process has a frame, and while nothing may be embedded.
    """

    def __init__(self) -> None:
        self.in_flight = asyncio.Lock()
        self._calls: deque[Call] = deque()

    def __bool__(self) -> bool:
        return any(call.ready for call in self._calls)

    @property
    def texts(self) -> int:
        """Return the number of texts that have not been taken yet."""
        return sum(len(call.texts) - call.taken for call in self._calls)

    def add(self, call: Call) -> None:
        """Add a call at the end of the queue."""
        self._calls.append(call)

    def drop(self, call: Call) -> None:
        """Remove a call from the queue."""
        self._calls.remove(call)

    def fail_all(self, message: str) -> None:
        """Make all calls raise `MemoryFault` to their callers."""
        for call in self._calls:
            call.fail(message)

    def take(self, most: int) -> list[tuple[Call, str]]:
        """Take up to `most` texts, one from each open call in turn.

        The texts of one call keep their order.
        """
        taken: list[tuple[Call, str]] = []
        ready = deque(call for call in self._calls if call.ready)
        while ready and len(taken) < most:
            call = ready.popleft()
            taken.append((call, call.texts[call.taken]))
            call.taken += 1
            if call.ready:
                ready.append(call)
        for call in dict.fromkeys(call for call, _ in taken):
            self._calls.remove(call)  # calls that got no turn come first in the next frame
            self._calls.append(call)
        return taken


def shares(frame: list[tuple[Call, str]]) -> Iterator[list[tuple[Call, str]]]:
    """Yield each call in a frame with its part of the frame's texts."""
    for call in dict.fromkeys(call for call, _ in frame):
        yield [(owner, text) for owner, text in frame if owner is call]


def fail(frame: list[tuple[Call, str]], fault: MemoryFault) -> None:
    """Make all calls with texts in a frame raise `MemoryFault` to their callers."""
    for call, _ in frame:
        call.fail(str(fault))
