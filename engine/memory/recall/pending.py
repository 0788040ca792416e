"""The recorded turns of each chat that have no vectors yet.

The prompt holds the newest turns of a chat. They need not be searched, so their vectors can wait. A
short chat never needs any vectors, and the embedder does not start for it. Waiting turns are
embedded together when there are enough of them, or when a question's prompt does not hold all of
them.
"""

from __future__ import annotations

from collections.abc import Collection

from cachetools import LRUCache

from engine.contract import ChatKey, Turn
from engine.memory.embedding.embedder import Embedder
from engine.memory.search.vectors import quantize
from engine.memory.search.words import pieces

TOGETHER_TURNS = 8
CHATS_REMEMBERED = 1024
PIECES = 4
"""The limit on the vectors of one line.

A line has few sentences, and a long answer must not cost many vectors.
"""


class Pending:
    """The ids of the turns that wait for vectors in each chat, oldest first.

    The lists are lost when the process ends. If there are too many chats, the chat that was unused
    for the longest time loses its list. `Backfill` embeds such turns later.
    """

    def __init__(self) -> None:
        self._turns: LRUCache[ChatKey, list[int]] = LRUCache(CHATS_REMEMBERED)

    def add(self, key: ChatKey, turn_id: int) -> bool:
        """Add a turn. Return whether the chat has enough waiting turns to embed them together."""
        waiting = [known for known in self._turns.get(key, ()) if known != turn_id]
        self._turns[key] = [*waiting, turn_id]
        return len(waiting) + 1 >= TOGETHER_TURNS

    def outside(self, key: ChatKey, held: Collection[int]) -> bool:
        """Return whether a chat has a waiting turn that is not in `held`."""
        return not set(self._turns.get(key, ())).issubset(held)

    def take(self, key: ChatKey) -> list[int]:
        """Remove the waiting turns of a chat from the list, and return them."""
        return self._turns.pop(key, [])

    def chats(self) -> list[ChatKey]:
        """Return the chats with waiting turns."""
        return list(self._turns)

    def clear(self) -> None:
        """Forget the waiting turns of all chats."""
        self._turns.clear()


async def embed_turn(embedder: Embedder, turn: Turn) -> tuple[bytes, bytes]:
    """Return the vectors of a turn's question and answer. Raise `MemoryFault`."""
    asked, answered = pieces(turn.asked, PIECES), pieces(turn.answer, PIECES)
    if not asked and not answered:
        return b"", b""
    rows = await embedder.embed([*asked, *answered])
    return quantize(rows[: len(asked)]), quantize(rows[len(asked) :])
