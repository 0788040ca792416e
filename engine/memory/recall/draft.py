"""Analyse the newest turns of a chat until their index would be too large."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.memory.recall.chat_index import PreparedTurn, prepare
from engine.memory.search.stems import Stemming
from engine.memory.search.vectors import sound
from engine.storage.records import PackedTurn


@dataclass
class Draft:
    """The newest turns of a chat, analysed until their index would be too large.

    The turns are in order, newest first.
    """

    most_turns: int
    most_bytes: int
    turns: list[PreparedTurn] = field(default_factory=list)
    stemming: Stemming = field(default_factory=Stemming)
    size_bytes: int = 0
    full: bool = False

    def take(self, rows: Sequence[PackedTurn]) -> Iterator[int]:
        """Analyse rows, newest first, and yield the work of each row."""
        for row in rows[: self.most_turns - len(self.turns)]:
            turn = row.unpack()
            prepared = prepare(turn, row.vectors if _sound(row) else None, self.stemming)
            self.size_bytes += prepared.size_bytes
            if self.size_bytes > self.most_bytes:
                self.full = True
                return
            self.turns.append(prepared)
            yield prepared.units
        self.full = self.full or len(self.turns) >= self.most_turns


def _sound(row: PackedTurn) -> bool:
    """Return whether this version can use a turn's vectors. Other vectors are made again."""
    return row.vectors is not None and all(sound(part) for part in row.vectors)
