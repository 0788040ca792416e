"""Read plain text and Markdown."""

from __future__ import annotations

import re

from engine.memory.documents.formats.sections import Refused, Sections

_HEADING = re.compile(r"#{1,6}\s+(\S.*)$")
_FENCE = re.compile(r"\s*(```|~~~)")


def decode(content: bytes) -> str:
    """Return a text file's characters; bytes that no text has are refused."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    if b"\0" in content:
        raise Refused("unreadable")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def read_text(text: str) -> Sections:
    """Return a plain text as one section."""
    return [("", text)]


def read_markdown(text: str) -> Sections:
    """Return one section for each heading; a ``#`` inside a code fence is none."""
    place, fenced = "", False
    lines: list[str] = []
    sections: Sections = []
    for line in text.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        if heading:
            sections.append((place, "\n".join(lines)))
            place, lines = heading.group(1).rstrip().rstrip("#").rstrip(), []
        else:
            lines.append(line)
    return [*sections, (place, "\n".join(lines))]
