"""The body of a request as a list of parts, so that a large file in it is not copied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PIECE_BYTES = 64 * 1024


@dataclass(frozen=True)
class Body:
    """A body with its media type."""

    parts: tuple[bytes, ...] = field(repr=False)
    media_type: str

    @property
    def size_bytes(self) -> int:
        """Return the length of the whole body."""
        return sum(map(len, self.parts))

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body in small pieces."""
        for part in self.parts:
            whole = memoryview(part)
            for at in range(0, len(whole), PIECE_BYTES):
                yield bytes(whole[at : at + PIECE_BYTES])
