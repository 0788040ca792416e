"""Read plain text, source code and Markdown."""

from __future__ import annotations

import re

from engine.memory.documents.formats.sections import Sections
from engine.memory.documents.formats.tables import render_table

_HEADING = re.compile(r"#{1,6}\s+(\S.*)$")
_TABLE_RULE = re.compile(r"[\s|:-]{1,2000}")
_BAR = re.compile(r"(?<!\\)\|")
_FENCE = re.compile(r"\s*(```|~~~)")


def read_text(text: str) -> Sections:
    """Return a plain text as one section."""
    return [("", text)]


def read_markdown(text: str) -> Sections:
    """Return one section for each heading. A ``#`` inside a code fence is not a heading.

    Tables become rows.
    """
    place, fenced = "", False
    lines: list[str] = []
    sections: Sections = []
    for line in text.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        if heading:
            sections.append((place, _with_tables(lines)))
            place, lines = heading.group(1).rstrip().rstrip("#").rstrip(), []
        else:
            lines.append(line)
    return [*sections, (place, _with_tables(lines))]


def _with_tables(lines: list[str]) -> str:
    """Write Markdown tables in the same form as the tables of other formats."""
    written: list[str] = []
    at = 0
    while at < len(lines):
        rule = lines[at + 1] if at + 1 < len(lines) else ""
        if "|" in lines[at] and "-" in rule and _TABLE_RULE.fullmatch(rule):
            end = at + 2
            while end < len(lines) and "|" in lines[end]:
                end += 1
            rows = [_cells(line) for line in (lines[at], *lines[at + 2 : end])]
            written += ["", render_table(rows, headed=True), ""]
            at = end
        else:
            written.append(lines[at])
            at += 1
    return "\n".join(written)


def _cells(line: str) -> list[str]:
    return [cell.replace("\\|", "|") for cell in _BAR.split(line.strip().strip("|"))]
