"""Block rules of the dialect that replace the parser's own: tables, quotes, lists and fences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import blockquote as parse_quote
from markdown_it.rules_block import fence as parse_fence
from markdown_it.rules_block import list_block as parse_list
from markdown_it.rules_block.table import escapedSplit, getLine

from engine.text.formula_rules import within_formula

# A phone cannot show a wider table. The parser fills in the missing cells of short rows, which
# takes time for each cell, so the limit also bounds this time.
MAX_COLUMNS = 64
# The width in characters of a monospaced line on a phone.
PHONE_COLUMNS = 30
# The limit on nested quotes, because the parser reads all lines of a quote again for each level.
# Deeper marks stay text.
MAX_QUOTES = 4
# This replaces the beginning of a list item that began in an earlier message
# (`engine.delivery.outline`).
GOES_ON = "…"
# An invisible separator with two uses. First, if a message begins within a list, the cutter writes
# it around the shown number of an item (`engine.text.dialect.counted`), because the written number
# determines the indentation of the item's content. Second, before the first cell of a table, it
# means that the rows before it were shown as records.
COUNTED_MARK = "\u2063"

_FENCE = re.compile(r"`{3,}[^`]*$|~{3,}")
# The other terms of a sum are searched within this many lines.
_MOST_TERMS = 20
# A term of a sum: a sign, then a number, a bracket or a letter with its power. A sentence does not
# match.
_TERM = re.compile(
    r"[-+−–*][ \t]+(?:[$€£¥₽₹][ ]?)?"
    r"(?:\d[\d., ]*|\\?\(|\\[a-z]+|\d*[A-Za-zα-ωΑ-Ω](?:[\^_²³'*/+\-=]|\b(?![ ]\w{3})))"
)
_PLUS = re.compile(r"\+[ \t]+(?:[$€£¥₽₹][ ]?)?(?:\d|\\|\(|[A-Za-zα-ω](?:[\^_²³]|\b))")
_AMOUNT = re.compile(r"[-+−–*][ \t]+(?:[$€£¥₽₹][ ]?)?\d")
_RESULT = re.compile(r"(?:=|≈|→|—{2,}|-{3,}|_{3,})(?:[ \t]|\Z)")
_NUMBER_LAST = re.compile(r"\d[\d.,]*[ ]?[\w€$%°£¥²³]{0,3}[ \t]*\Z|[=(][ \t]*\Z")
_MARKER = re.compile(r"(?:[-+*]|\d{1,9}[.)])[ \t]")
_DELIMITER = re.compile(r"[-:|][-:|][-:|\s]*|[-:|]\s[-:|\s]*|[-:|]")
_ALIGNMENT = re.compile(r":?-+:?")


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a table into one token. Its ``meta`` has all cells, also those beyond the head.

    A line without a bar ends the table. Models write remarks directly below a table, and GFM would
    read them as rows. The work is linear in the text, because missing cells are not filled in.
    """
    right = _columns(state, start, end)
    if right is None:
        return False
    if silent:
        return True
    before, state.parentType = state.parentType, "table"
    rows = [getLine(state, start), *takewhile(_has_bar, _rows_below(state, start + 2, end))]
    state.parentType = before
    token = state.push("table", "table", 0)
    token.map = [start, start + 1 + len(rows)]
    found = [cells(row) for row in rows]
    records = found[0][0].startswith(COUNTED_MARK)
    found[0][0] = found[0][0].lstrip(COUNTED_MARK).lstrip()
    token.meta = {"rows": found, "right": right, "records": records}
    state.line = start + 1 + len(rows)
    return True


def _has_bar(line: str) -> bool:
    return "|" in line


def _columns(state: StateBlock, start: int, end: int) -> list[bool] | None:
    """Return for each column whether it is right-aligned, or None if no table begins here."""
    if start + 2 > end or state.sCount[start + 1] < state.blkIndent:
        return None
    if state.is_code_block(start) or state.is_code_block(start + 1):
        return None
    head, below = getLine(state, start), getLine(state, start + 1)
    if "|" not in head or below.startswith("- ") or not _DELIMITER.fullmatch(below):
        return None
    marks = cells(below)
    if not all(_ALIGNMENT.fullmatch(mark) for mark in marks) or len(marks) > MAX_COLUMNS:
        return None
    fits = len(cells(head)) == len(marks)
    return [mark.endswith(":") and not mark.startswith(":") for mark in marks] if fits else None


def _rows_below(state: StateBlock, line: int, end: int) -> Iterator[str]:
    terminators = state.md.block.ruler.getRules("blockquote")
    while line < end and state.sCount[line] >= state.blkIndent:
        if state.is_code_block(line) or any(ends(state, line, end, True) for ends in terminators):
            return
        yield getLine(state, line)
        line += 1


def cells(line: str) -> list[str]:
    """Split a row into its cells, without the empty cells outside its outer bars."""
    line = line.strip()
    found = [cell.strip() for cell in escapedSplit(line)]
    inner = found[1:] if line.startswith("|") else found
    return inner[:-1] if len(inner) > 1 and not inner[-1] else inner


def deep_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a fence that is indented like code.

    Models often indent a code block below a numbered step by four or more spaces, even if the step
    is not an item of a list.
    """
    if not state.is_code_block(start) or not _FENCE.match(getLine(state, start)):
        return False
    before, state.blkIndent = state.blkIndent, max(state.blkIndent, state.sCount[start] - 3)
    try:
        return parse_fence(state, start, end, silent)
    finally:
        state.blkIndent = before


def listing(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a list. A line of a formula or sum that begins with a sign is not a list item."""
    text = getLine(state, start)
    if text[:1] in ("+", "-", "*"):
        in_paragraph = state.parentType == "paragraph" and silent
        if (in_paragraph and within_formula(state, start)) or _in_sum(state, start, end):
            return False
    if silent and start and _goes_on(getLine(state, start - 1)):
        # The list continues after a line with GOES_ON, even if the next number is not 1.
        return state.sCount[start] - state.blkIndent < 4 and _MARKER.match(text) is not None
    return parse_list(state, start, end, silent)


def _goes_on(line: str) -> bool:
    return line.rpartition(COUNTED_MARK)[2].strip() == GOES_ON


def _in_sum(state: StateBlock, line: int, end: int) -> bool:
    """Return whether a line is a term of a sum: below a number, or near a plus or a result."""
    if not _TERM.match(getLine(state, line)):
        return False
    known: dict[int, bool] = state.env.setdefault("sums", {})
    if line not in known:
        _find_sum(state, line, end, known)
    return known[line]


def _find_sum(state: StateBlock, line: int, end: int, known: dict[int, bool]) -> None:
    """Decide for all terms between two empty lines whether they belong to a sum."""
    first = line
    while first > max(0, line - _MOST_TERMS) and not state.isEmpty(first - 1):
        first -= 1
    last = line + 1
    while last < min(end, line + _MOST_TERMS) and not state.isEmpty(last):
        last += 1
    lines = [getLine(state, number) for number in range(first, last)]
    results = any(_RESULT.match(text) for text in lines)
    signs = results or any(_PLUS.match(text) for text in lines)
    head = ""
    for number, text in enumerate(lines, first):
        if not _TERM.match(text):
            head = text.rstrip()
        elif number not in known:
            below = _NUMBER_LAST.search(head) and _AMOUNT.match(text) and not _MARKER.match(head)
            known[number] = (signs or bool(below)) and (results or not head.endswith(":"))


def quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a quote. A quote that is nested too deeply is text."""
    depth = state.env.get("quotes", 0)
    if depth >= MAX_QUOTES:
        return False
    state.env["quotes"] = depth + 1
    try:
        return parse_quote(state, start, end, silent)
    finally:
        state.env["quotes"] = depth
