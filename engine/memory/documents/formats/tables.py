"""Write tables as lines of text: one line for the names of the columns, and one for each row."""

from __future__ import annotations

import re
from collections.abc import Sequence

HEADER = "columns: "
"""The beginning of the line that names the columns.

Each passage with rows begins with that line.
"""
SEPARATOR = " | "

_WHITE = re.compile(r"\s+")
_NUMBER = re.compile(r"[-+\u2212]?[^\w\s]?\s?\d[\d.,:/\s\u00a0'\u2019-]*\s?[^\w\s]?")
"""An amount, a date or a time, in a form that does not occur in column names."""


def render_table(rows: Sequence[Sequence[str]], *, headed: bool = False) -> str:
    """Return the rows as lines.

    The first row names the columns if it is `headed` or looks like a header. Empty rows, and empty
    cells at the end of a row, are left out.
    """
    lines = [cells for cells in map(_cells, rows) if cells]
    if not lines:
        return ""
    names = [name for name in lines[0] if name]
    looks_headed = len(names) > 1 and not any(map(_NUMBER.fullmatch, names))
    if len(lines) > 1 and (headed or looks_headed):
        return "\n".join([HEADER + SEPARATOR.join(lines[0]), *map(SEPARATOR.join, lines[1:])])
    return "\n".join(map(SEPARATOR.join, lines))


def _cells(row: Sequence[str]) -> list[str]:
    cells = [_WHITE.sub(" ", cell).replace("|", "¦").strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells
