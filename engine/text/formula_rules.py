r"""Recognise formulas in the four notations that models write, before other blocks are parsed.

The notations are ``\[ \]``, ``$$ $$``, ``\( \)`` and ``$ $``. A line inside a formula that begins
with a sign is not a list item. Each formula becomes a token whose content is the LaTeX between the
marks. The platforms decide how to show it.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import getLine
from markdown_it.rules_inline import StateInline

MAX_LINES = 40  # the limit on a formula, so that many opening marks without an end cost linear time
MAX_CHARACTERS = 1000

_OPENER = re.compile(r"(\\\[|\$\$|\\begin\{([a-z]{1,20}\*?)\})(.*)", re.DOTALL)
_ENVIRONMENTS = frozenset(
    ("align", "aligned", "alignat", "cases", "equation", "eqnarray", "gather", "multline", "split")
)
_MATRICES = frozenset(("array", "matrix", "pmatrix", "bmatrix", "vmatrix", "Bmatrix", "Vmatrix"))
_TAIL = re.compile(r"\s*[.,;:]?\s*")
_INLINE = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}
_DOLLARS = re.compile(r"\$((?![\s$])(?:[^`$\n\\]|\\.|\n(?!\s*\n)){1,400}(?<![\s\\]))\$(?![\w$])")
# Prices and names of variables have single dollar signs too. A formula must therefore have an
# operator, an index or a command, or be only one letter or number.
_FORMULA = re.compile(r"[\\^_=+*/<>|{}]|[A-Za-z]'*|\d+[A-Za-z]?|[A-Za-z]\d|[A-Za-z]\([^()]{1,20}\)")
_PROSE = re.compile(r"`|://|\]\(|\n[ \t]*\n")  # a text with one of these marks is not a formula
_SIGNS = re.compile(r"[\\^_=+*/<>|{}]")


def math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a formula on lines of its own.

    If its end has not arrived yet, the formula extends to the end of the text.
    """
    if state.is_code_block(start):
        return False
    opener = _OPENER.match(getLine(state, start))
    if opener is None or not _is_display(opener):
        return False
    environment = opener.group(2)
    mark = opener.group(1)
    closing = f"\\end{{{environment}}}" if environment else {"\\[": "\\]", "$$": "$$"}[mark]
    found = _find_end(state, start, end, opener, closing)
    if found is None:
        return False
    if silent:
        return True
    last, closed = found
    lines = [opener.group(3)] + [_line(state, number) for number in range(start + 1, last)]
    content = "\n".join(lines)
    token = state.push("math_block", "math", 0)
    token.markup, token.map, token.block = mark, [start, last], True
    token.content = _whole(content, closing, mark if environment else "", closed=closed)
    token.meta = {"closed": closed}
    state.line = last
    return True


def _is_display(opener: re.Match[str]) -> bool:
    environment = opener.group(2)
    return environment is None or environment.rstrip("*") in _ENVIRONMENTS | _MATRICES


def _line(state: StateBlock, line: int) -> str:
    return state.getLines(line, line + 1, state.blkIndent, False)


def _find_end(
    state: StateBlock, start: int, end: int, opener: re.Match[str], closing: str
) -> tuple[int, bool] | None:
    """Return the line after a formula, and whether its end was found.

    Return None if it is not a formula on lines of its own.
    """
    text, length, blank = opener.group(3), 0, False
    for line in range(start, min(end, start + MAX_LINES)):
        if line > start:
            if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
                return None
            text = getLine(state, line)
        at = text.find(closing)
        if at >= 0:
            alone = _TAIL.fullmatch(text, at + len(closing)) is not None
            return (line + 1, True) if alone else None
        length += len(text)
        blank = blank or state.isEmpty(line)
        if length > 2 * MAX_CHARACTERS:
            return None
    waits = not blank and end - start <= MAX_LINES and end == state.lineMax
    return (end, False) if waits and not opener.group(3).strip() else None


def _whole(content: str, closing: str, begin: str, *, closed: bool) -> str:
    """Remove the end mark. Keep the text after it, and the marks of an environment."""
    if not closed:
        return begin + content
    body, _, tail = content.rpartition(closing)
    inner = begin + body + closing if begin else body
    return inner.rstrip() + tail.rstrip() if begin else inner.strip("\n").rstrip() + tail.rstrip()


def within_formula(state: StateBlock, line: int) -> bool:
    """Return whether a line is inside a formula that began in an earlier line."""
    first = max(state.line, line - MAX_LINES)
    text = "\n".join(getLine(state, number) for number in range(first, line))
    text = text[-2 * MAX_CHARACTERS :]
    dollars = text.count("$$") % 2 == 1
    return (
        dollars
        or text.rfind("\\[") > text.rfind("\\]")
        or text.rfind("\\(") > text.rfind("\\)")
        or text.rfind("\\begin{") > text.rfind("\\end{")
    )


def math_inline(state: StateInline, silent: bool) -> bool:
    """Parse a formula within a line, or one that spans lines of a paragraph."""
    found = _paired(state) or _single(state)
    if found is None:
        return False
    mark, content, end = found
    if not silent:
        token = state.push("math", "math", 0)
        token.content, token.markup = content.strip(), mark
    state.pos = end
    return True


def _paired(state: StateInline) -> tuple[str, str, int] | None:
    """Find the end of a formula that begins with two characters."""
    mark = state.src[state.pos : state.pos + 2]
    closing = _INLINE.get(mark)
    if closing is None:
        return None
    start = state.pos + 2
    end = state.src.find(closing, start, min(state.posMax, start + MAX_CHARACTERS))
    content = state.src[start:end] if end >= 0 else ""
    return (mark, content, end + 2) if content.strip() and not _PROSE.search(content) else None


def _single(state: StateInline) -> tuple[str, str, int] | None:
    """Find the end of a formula between single dollars."""
    if state.src[state.pos] != "$":
        return None
    before = state.src[state.pos - 1] if state.pos else " "
    if before.isalnum() or before in "$\\":
        return None
    match = _DOLLARS.match(state.src, state.pos, state.posMax)
    if match is None:
        return None
    inner = match.group(1)
    return ("$", inner, match.end()) if _FORMULA.fullmatch(inner) or _SIGNS.search(inner) else None
