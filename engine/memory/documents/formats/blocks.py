"""Collect the headings, paragraphs and tables of a document in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.memory.documents.formats.sections import Refused, Sections
from engine.memory.documents.formats.tables import render_table

if TYPE_CHECKING:
    from collections.abc import Sequence


class Blocks:
    """Collect the sections of a file. Raises `Refused` if they exceed `most_characters`."""

    def __init__(self, most_characters: int) -> None:
        self._left = most_characters
        self._done: Sections = []
        self._place = ""
        self._text: list[str] = []

    def heading(self, place: str) -> None:
        """Begin a section. Its passages name this heading as their place."""
        self._done.append((self._place, "".join(self._text)))
        self._place, self._text = " ".join(place.split()), []

    def paragraph(self, text: str, *, tight: bool = False) -> None:
        """Add a paragraph with its line breaks.

        With `tight`, no blank line precedes it, as in a list.
        """
        text = text.strip()
        if not text:
            return
        self._left -= len(text)
        if self._left < 0:
            raise Refused("too_long")
        self._text.append(("\n" if tight else "\n\n") + text)

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Add a table."""
        self.paragraph(render_table(rows))

    def sections(self) -> Sections:
        """Return the collected sections."""
        return [*self._done, (self._place, "".join(self._text))]
