"""Lay out tables for a narrow screen.

A table that fits has aligned columns. Otherwise each row becomes a separate record.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from markdown_it.token import Token

from adapters.markup.formulas import plain_text
from engine.text.characters import clip
from engine.text.dialect import parse_inline

_LONG_NAME = 30  # in characters; a longer column name is shortened when it is repeated
_GAP = "  "
_EMPTY = "–"
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
# These tokens lose only their style in a block of code. A link is not among them, because its
# address could not be tapped there.
_STYLES = frozenset(
    f"{style}_{side}" for style in ("strong", "em", "s", "underline") for side in ("open", "close")
)

Row = list[str]


def cell_lines(cell: str) -> str:
    """Return a cell's Markdown with each ``<br>``, a table's only line break, as a newline."""
    return _BREAK.sub("\n", cell) if "<" in cell else cell


def grid(rows: Sequence[Row], right: Sequence[bool], columns: int) -> str | None:
    """Return the table as aligned text of at most `columns` columns.

    Return None if it is too wide, or if a cell has more than styled text.
    """
    texts: list[Row] = []
    widths: list[int] = []
    for row in rows:
        cells = [_plain_text(cell, columns) for cell in row]
        texts.append([cell for cell in cells if cell is not None])
        widths = [max(pair) for pair in zip_longest(widths, map(_columns, texts[-1]), fillvalue=0)]
        if None in cells or sum(widths) + len(_GAP) * (len(widths) - 1) > columns:
            return None
    rule = _GAP.join("─" * max(width, 1) for width in widths)
    head, *body = [_aligned(row, widths, right) for row in texts]
    return "\n".join([head, rule, *body])


def _plain_text(cell: str, columns: int) -> str | None:
    """Return a cell's text, or None if it is far too long or has more than styled text."""
    if len(cell) > 3 * columns:
        return None
    return _words(parse_inline(cell_lines(cell)))


def _words(tokens: Sequence[Token]) -> str | None:
    """Return the text of tokens that are only styled text, or None if there are others."""
    words = ["" if token.type in _STYLES else plain_text(token) for token in tokens]
    return None if None in words else "".join(filter(None, words))


def _aligned(row: Row, widths: Sequence[int], right: Sequence[bool]) -> str:
    filled = zip(widths, [*row, *[""] * len(widths)], [*right, *[False] * len(widths)])
    return _GAP.join(_padded(text, width, to_right) for width, text, to_right in filled).rstrip()


def _padded(text: str, width: int, to_right: bool) -> str:  # noqa: FBT001 - private, one caller
    fill = " " * (width - _columns(text))
    return fill + text if to_right else text + fill


def _columns(text: str) -> int:
    """Return a text's width in columns of a monospaced font.

    Wide East Asian characters and emoji count as two.
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def records(rows: Sequence[Row]) -> Iterator[list[tuple[list[Token], str]]]:
    """Yield each row that is not empty as a record: a list of (parsed column name, cell).

    An empty cell becomes a dash. A cell beyond the head row has no name. The first record has every
    name. Later records have only the names of the cells that were written, so that short rows below
    a wide head stay short. A head without rows is a record itself.
    """
    head, *body = rows
    names = [_name(name) for name in head]
    repeated = [_repeated(name) for name in names]
    found = [
        _pairs(repeated[: len(row)] if number else names, row) for number, row in enumerate(body)
    ]
    yield from filter(None, found or [[([], name) for name in head if name]])


def _pairs(names: Sequence[list[Token]], row: Row) -> list[tuple[list[Token], str]]:
    return [(name or [], cell or _EMPTY) for name, cell in zip_longest(names, row) if name or cell]


def _name(cell: str) -> list[Token]:
    """Return a column name without its styles, because it is repeated.

    A name with a link keeps its styles.
    """
    tokens = parse_inline(cell)
    return tokens if _words(tokens) is None else _as_text(tokens)


def _as_text(tokens: Sequence[Token]) -> list[Token]:
    text = "".join(plain_text(token) or "" for token in tokens).rstrip(":")
    return [Token("text", "", 0, content=text)] if text else []


def _repeated(name: list[Token]) -> list[Token]:
    """Return a column name for the later records: plain, and shortened if it is long."""
    plain = _as_text(name)
    if plain:
        plain[0].content = clip(plain[0].content, _LONG_NAME)
    return plain
