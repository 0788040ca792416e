"""Tables for a narrow screen: aligned columns where they fit, else one record for each row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from markdown_it.token import Token

from adapters.markup.formulas import plain_text
from engine.text.dialect import parse_inline

_LONG_NAME = 30  # characters; a longer name of a column is shortened where it is repeated
_GAP = "  "
_EMPTY = "–"
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
# What can stand in a block of code without losing more than its style; an address there could not
# be tapped.
_STYLES = frozenset(
    f"{style}_{side}" for style in ("strong", "em", "s", "underline") for side in ("open", "close")
)

Row = list[str]


def cell_lines(cell: str) -> str:
    """Return a cell's Markdown with ``<br>``, the only line break a table has, as a line end."""
    return _BREAK.sub("\n", cell) if "<" in cell else cell


def grid(rows: Sequence[Row], right: Sequence[bool], columns: int) -> str | None:
    """Return the table aligned in so many columns; None if it is too wide or more than text."""
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
    """Return a cell's text; None if it is far too long for the screen or has more than styles."""
    if len(cell) > 3 * columns:
        return None
    return _words(parse_inline(cell_lines(cell)))


def _words(tokens: Sequence[Token]) -> str | None:
    """Return the text of pieces that have nothing but styles; None for others."""
    words = ["" if token.type in _STYLES else plain_text(token) for token in tokens]
    return None if None in words else "".join(filter(None, words))


def _aligned(row: Row, widths: Sequence[int], right: Sequence[bool]) -> str:
    filled = zip(widths, [*row, *[""] * len(widths)], [*right, *[False] * len(widths)])
    return _GAP.join(_padded(text, width, to_right) for width, text, to_right in filled).rstrip()


def _padded(text: str, width: int, to_right: bool) -> str:  # noqa: FBT001 - private, one caller
    fill = " " * (width - _columns(text))
    return fill + text if to_right else text + fill


def _columns(text: str) -> int:
    """Return the width in a monospaced font; wide East Asian characters and emoji count as two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def records(rows: Sequence[Row]) -> Iterator[list[tuple[list[Token], str]]]:
    """Yield for each row with anything in it its pairs of a parsed name and a cell in Markdown.

    An empty cell is a dash; one beyond the head has no name. The first record has every name, later
    ones those of the cells that were written, so that short rows below a broad head stay short. A
    head without rows is its own record.
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
    """Return a name without its styles, which would only be repeated; one with a link keeps it."""
    tokens = parse_inline(cell)
    return tokens if _words(tokens) is None else _as_text(tokens)


def _as_text(tokens: Sequence[Token]) -> list[Token]:
    text = "".join(plain_text(token) or "" for token in tokens).rstrip(":")
    return [Token("text", "", 0, content=text)] if text else []


def _repeated(name: list[Token]) -> list[Token]:
    """Return a name as the later records have it: plain, and shortened where it is a sentence."""
    plain = _as_text(name)
    if plain and len(plain[0].content) > _LONG_NAME:
        plain[0].content = plain[0].content[: _LONG_NAME - 1] + "…"
    return plain
