"""Find the block that is open at the end of a cut text: fence, table, list item, quote or style.

`engine.answering.joining` uses these pure functions.
"""

from __future__ import annotations

import re

from engine.answering.openings import is_prose

_FENCE = re.compile(r"^([ >]*)(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_ITEM = re.compile(r"^(\s*)([-*+•]|\d{1,9}[.)])(\s+)(.*)$")
# The limit in characters on a delimiter row, because a chat cannot show a longer row.
_MOST_ROW = 400
_DELIMITER = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")


def open_fence_of(text: str) -> str:
    """Return the line that opened the code fence which is open at the end of `text`, or ""."""
    opener: re.Match[str] | None = None
    for match in _FENCE.finditer(text):
        if opener is None:
            if "`" not in match.group(3) or match.group(2)[0] == "~":
                opener = match
        elif match.group(2).startswith(opener.group(2)) and not match.group(3).strip():
            opener = None
    return opener.group(0) if opener else ""


def reopened(text: str) -> str:
    """Return the opening with which a message continues where `text` ends.

    The opening repeats the open fence, table, list item, quote or style.
    """
    fence = open_fence_of(text)
    if fence:
        return fence + "\n"
    *above, line = text.split("\n")
    if line.startswith("|"):
        return "".join(row + "\n" for row in _table_head(above)) + line
    if not line.strip():
        head = _table_head(above)
        return "".join(row + "\n" for row in head) if not line and head else _parents(above, None)
    quote = re.match(r"(> ?)+", line)
    if quote:
        return quote.group(0) + _style(line)
    item = _ITEM.match(line)
    return (_parents(above, line) if item else "") + _style(line)


def _table_head(lines: list[str]) -> list[str]:
    """Return the header and the delimiter row of the table to which the last line belongs.

    If the table has only one of them so far, only this row is returned.
    """
    first = len(lines)
    while first and "|" in lines[first - 1]:
        first -= 1
    table = lines[first:]
    return table[:2] if len(table) < 2 or _is_delimiter(table[1]) else []


def _is_delimiter(row: str) -> bool:
    return len(row) <= _MOST_ROW and _DELIMITER.match(row) is not None


def _parents(above: list[str], line: str | None) -> str:
    """Return the marks of the list items around a line, so that it keeps its level.

    `line` is None for a line that has not begun.
    """
    item = _ITEM.match(line) if line is not None else None
    level = len(item.group(1)) if item else _level_of_last(above)
    marks: list[str] = []
    depth = level
    for before in reversed(above):
        match = _ITEM.match(before)
        if match is None:
            if before.strip() and not before.startswith(" "):
                break
        elif len(match.group(1)) < depth:
            depth = len(match.group(1))
            marks.append(f"{match.group(1)}{match.group(2)}{match.group(3)}…\n")
    own = f"{item.group(1)}{item.group(2)}{item.group(3)}" if item else ""
    return "".join(reversed(marks)) + own


def _level_of_last(above: list[str]) -> int:
    last = next((before for before in reversed(above) if before.strip()), "")
    match = _ITEM.match(last)
    return len(match.group(1)) if match else 0


def _style(line: str) -> str:
    """Return the mark of bold, italic, struck or code text that is open at a line's end."""
    code = line.count("`") % 2
    if code:
        return "`"
    bare = re.sub(r"`[^`]*`", "", line)
    for mark in ("**", "__", "~~"):
        if bare.count(mark) % 2 and re.search(re.escape(mark) + r"\S", bare):
            return mark
    return ""


def drop_reopened(old: str, rest: str) -> str:
    """Remove the first marks of a continuation if they only repeat marks of the old text.

    Such marks open a block that is open already, or close a code block that is closed already.
    """
    for rule in (_fence_again, _end_again, _table_again, _line_again):
        found = rule(old, rest)
        if found is not None:
            return found
    return rest


def _fence_again(old: str, rest: str) -> str | None:
    """Remove a repeated opening line of a code block.

    A mark without a language name stays, because it closes the block.
    """
    if not open_fence_of(old):
        return None
    body = rest.lstrip()
    mark = _FENCE.match(body)
    named = mark is not None and mark.group(3).strip()
    return body[mark.end() :].lstrip("\n") if mark is not None and named else rest


def _end_again(old: str, rest: str) -> str | None:
    """Remove a repeated closing line of a code block."""
    closed = re.search(r"(?:\A|\n)[ >]*(`{3,}|~{3,})\s*\Z", old)
    body = rest.lstrip()
    again = closed and re.match(re.escape(closed.group(1)) + r"[ ]*\n", body)
    if not closed or not again:
        return None
    after = body[again.end() :]
    # After the end of a code block comes prose or a blank line. A new block begins with code.
    prose = not after.lstrip(" ").strip("\n") or after.startswith("\n") or is_prose(after[:80])
    return body[len(closed.group(1)) :] if prose else None


def _table_again(old: str, rest: str) -> str | None:
    """Remove a repeated header and delimiter row of a table."""
    lines, body = old.split("\n"), rest.lstrip()
    head = _table_head(lines[:-1])
    if len(head) < 2:
        return None
    if body.startswith("\n".join(head)):
        return body[len("\n".join(head)) :].lstrip("\n")
    row = body.split("\n", 1)[0]
    if not lines[-1] and lines[-2] == head[1] and _is_delimiter(row):
        return body[len(row) :].lstrip("\n")
    return None


def _line_again(old: str, rest: str) -> str | None:
    """Remove the repeated marks that begin the last line or open the style of its last words."""
    line, body = old.split("\n")[-1], rest.lstrip()
    if re.fullmatch(r"\s*\|\s*", line) and body.startswith("|"):
        return body[1:].lstrip(" ")
    if line.startswith(">") and body.startswith(">") and not rest.startswith("\n"):
        return body.lstrip("> ")
    style = _style(line)
    if style and body.startswith(style) and body[len(style) : len(style) + 1].strip():
        return rest.replace(style, "", 1)
    marker = re.match(r"\s*([-*+•])\s+\Z", line)
    if marker and re.match(re.escape(marker.group(1)) + r"\s", body):
        return body[1:].lstrip(" ")
    return None
