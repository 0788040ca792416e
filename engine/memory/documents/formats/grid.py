"""Find tables in the text of a page whose layout was kept. Pure functions.

In such a text, spaces show distances, as pypdf writes it with `extraction_mode="layout"`. A table
is a run of lines whose cells leave the same positions free. Prose in columns, numbered lists and
forms look similar, but they must not become tables. A table must therefore have a column of short
cells, and these must not all be marks or labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median

from engine.memory.documents.formats.tables import render_table

LEAST_ROWS = 3
SHORT_CELL = 18  # in characters; the columns of prose have longer cells
# If a larger share of the lines outside tables has gaps, the page is prose in columns.
MOST_SIDE_BY_SIDE = 0.2
_GAP = re.compile(r" {2,}")
_MARK = re.compile(r"[\W_]*|[\W_]*\w{1,3}[.):][\W_]*|.*:")
"""This pattern matches a bullet, a number in a list, or a label in a form."""

Row = list[str]


def with_tables(layout: str) -> str:
    """Return the page's text with its tables as rows, or "" if no table is found.

    The result is also "" if the rest of the page seems to be prose in columns. In a text with its
    layout, each line of such a page holds lines of several columns.
    """
    lines = layout.split("\n")
    pieces: list[str] = []
    found, start = False, 0
    for begin, end in _runs(lines):
        table = _table(lines[begin:end])
        if table:
            pieces += [*lines[start:begin], f"\n{table}\n"]  # a table is a separate paragraph
            found, start = True, end
    rest = [line for line in (*pieces, *lines[start:]) if "\n" not in line and line.strip()]
    side_by_side = sum(len(_cells_of(line)) > 1 for line in rest)
    if not found or side_by_side > MOST_SIDE_BY_SIDE * max(5, len(rest)):
        return ""
    shown = [piece if "\n" in piece else " ".join(piece.split()) for piece in pieces]
    return "\n".join([*shown, *(" ".join(line.split()) for line in lines[start:])])


def _cells_of(line: str) -> list[str]:
    return [cell for cell in _GAP.split(line.strip()) if cell]


def _runs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the first line and the end of each run of lines that may be a table.

    A run begins with a line of several cells. A line of one cell belongs to the run if it is
    indented, because it may continue a cell of the line before. An empty line belongs to the run if
    a line of several cells follows.
    """
    index = 0
    while index < len(lines):
        if len(_cells_of(lines[index])) < 2:
            index += 1
            continue
        begin = index
        left = len(lines[index]) - len(lines[index].lstrip())
        while index < len(lines) and _goes_on(lines, index, left):
            index += 1
        yield begin, index


def _goes_on(lines: Sequence[str], index: int, left: int) -> bool:
    line = lines[index]
    if not line.strip():
        return index + 1 < len(lines) and len(_cells_of(lines[index + 1])) > 1
    return len(_cells_of(line)) > 1 or len(line) - len(line.lstrip()) > left + 1


def _table(lines: Sequence[str]) -> str:
    """Return a run of lines as a table, or "" if the run is not a table."""
    lines = [line.rstrip() for line in lines if line.strip()]
    spans = _columns(lines)
    if len(spans) < 2 or len(lines) < LEAST_ROWS:
        return ""
    rows = [[line[begin:end].strip() for begin, end in spans] for line in lines]
    full = [row for row in rows if sum(map(bool, row)) > 1]
    if len(full) < LEAST_ROWS or not _is_tabular(full):
        return ""
    return render_table(_joined(rows))


def _columns(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return the columns: ranges of two or more characters between free positions."""
    width = max(map(len, lines), default=0)
    taken = [any(line[at : at + 1].strip() for line in lines) for at in range(width)]
    spans: list[tuple[int, int]] = []
    begin = None
    for at in range(width + 1):
        here = at < width and taken[at]
        soon = at + 1 < width and taken[at + 1]
        if begin is None and here:
            begin = at
        elif begin is not None and not here and not soon:
            spans.append((begin, at))
            begin = None
    return spans


def _is_tabular(rows: Sequence[Row]) -> bool:
    """Return whether at least one column has short cells that are not all marks or labels."""
    columns = [[cell for cell in column if cell] for column in zip(*rows)]
    if len(columns) == 2 and all(map(_MARK.fullmatch, columns[0])):
        return False
    return min(median(map(len, column)) for column in columns if column) <= SHORT_CELL


def _joined(rows: Sequence[Row]) -> list[Row]:
    """Join each line that continues a row's cells with that row.

    Such a line has no first cell. If a table begins with such a line, or has two of them in
    succession, the cells may be centred, and it is not clear to which row a line belongs. In that
    case all lines stay rows.
    """
    later = [not row[0] for row in rows]
    if later[0] or any(one and two for one, two in zip(later, later[1:])):
        return list(rows)
    joined: list[Row] = []
    for row, second in zip(rows, later):
        if second:
            joined[-1] = [" ".join(filter(None, pair)) for pair in zip(joined[-1], row)]
        else:
            joined.append(row)
    return joined
