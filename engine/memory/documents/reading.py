"""Read files that people send as sections of text; run as a process of its own, because no file is to be trusted.

python -m engine.memory.documents.reading KIND MEMORY_BYTES CPU_SECONDS MOST_PAGES MOST_CHARACTERS < file > sections

Prints one JSON object: ``{"sections": [[place, text], …]}`` or ``{"refused": reason}``. The process
restricts itself before it looks at the file: memory, processor time, no further file or socket, no
network, no child process. The reader of each format is imported only for its kind of file.
"""

from __future__ import annotations

import codecs
import encodings.aliases
import importlib
import json
import sys
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Callable, NamedTuple

from engine import children
from engine.memory.documents.formats.sections import Refused, Sections

PDF, HTML, MARKDOWN, TEXT = "pdf", "html", "markdown", "text"
_ENDINGS = {
    ".pdf": PDF, ".html": HTML, ".htm": HTML, ".xhtml": HTML, ".md": MARKDOWN, ".markdown": MARKDOWN, ".txt": TEXT,
    ".text": TEXT, ".rst": TEXT, ".log": TEXT, ".csv": TEXT,
}  # fmt: skip
_MEDIA_TYPES = {
    "application/pdf": PDF, "text/html": HTML, "application/xhtml+xml": HTML, "text/markdown": MARKDOWN,
    "text/plain": TEXT, "text/csv": TEXT,
}  # fmt: skip
PLACE_CHARACTERS = 120
MOST_SECTIONS = 2000
"""Several headings on each page of a long book. Each makes a passage, which costs more than its few letters."""
_LEAVE_FIRST = "1000"  # the highest value of oom_score_adj, see proc(5)
_FORMATS = "engine.memory.documents.formats"


class Limits(NamedTuple):
    """How much one file may hold."""

    pages: int
    characters: int


Read = Callable[[bytes, Limits], Sections]


def kind_of(name: str, media_type: str, content: bytes) -> str:
    """Tell how to read a file, empty if it is none of ours: by its first bytes, then its name, then its media type."""
    if b"%PDF-" in content[:1024]:
        return PDF
    named = _ENDINGS.get(PurePosixPath(name.lower()).suffix, "")
    kind = named or _MEDIA_TYPES.get(media_type.split(";")[0].strip().lower(), "")
    return "" if kind == PDF else kind


def reader_of(kind: str) -> Read:
    """Import and return what reads a kind of file."""
    if kind == PDF:
        pdf = importlib.import_module(f"{_FORMATS}.pdf")
        pdf.prepare()
        return lambda content, limits: pdf.read_pdf(content, limits.pages, limits.characters)
    plain = importlib.import_module(f"{_FORMATS}.plain")
    if kind == HTML:
        html = importlib.import_module(f"{_FORMATS}.html")
        return lambda content, _: html.read_html(plain.decode(content))
    read_one = plain.read_markdown if kind == MARKDOWN else plain.read_text
    return lambda content, _: read_one(plain.decode(content))


def read(kind: str, content: bytes, most_pages: int, most_characters: int) -> Sections:
    """Return (place, text) in order; a place is ``page 3`` or a heading, or empty. Raises `Refused`."""
    return _read(reader_of(kind), content, Limits(most_pages, most_characters))


def _read(read_one: Read, content: bytes, limits: Limits) -> Sections:
    sections = [
        (place[:PLACE_CHARACTERS], text.strip())
        for place, text in read_one(content, limits)
        if text.strip()
    ]
    if not sections:
        raise Refused("empty")
    if len(sections) > MOST_SECTIONS or sum(len(text) for _, text in sections) > limits.characters:
        raise Refused("too_long")
    return sections


def _load_codecs() -> None:
    """Import all codecs of Python: later no file can be opened. About 0.1 s."""
    for name in sorted(set(encodings.aliases.aliases.values())):
        with suppress(LookupError):  # not on this system
            codecs.lookup(name)


def _restrict(memory_bytes: int, cpu_seconds: int) -> None:
    # When the host runs out of memory all the same, its kernel should end this process and not the
    # embedder or the bot.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_LEAVE_FIRST, encoding="ascii")
    children.gain_no_privileges()
    children.leave_network()
    children.bound_usage(memory_bytes=memory_bytes, cpu_seconds=cpu_seconds)
    children.open_nothing_more()


def main() -> None:
    """Read standard input and print its sections."""
    kind, *numbers = sys.argv[1:]
    memory_bytes, cpu_seconds, most_pages, most_characters = map(int, numbers)
    content = sys.stdin.buffer.read()
    try:
        read_one = reader_of(kind)
        _load_codecs()
        _restrict(memory_bytes, cpu_seconds)
        limits = Limits(most_pages, most_characters)
        told: dict[str, object] = {"sections": _read(read_one, content, limits)}
    except Refused as refused:
        told = {"refused": str(refused)}
    except (MemoryError, RecursionError):
        told = {"refused": "too_long"}
    sys.stdout.write(json.dumps(told, ensure_ascii=True))


if __name__ == "__main__":
    main()
