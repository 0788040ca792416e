"""Read files that people send, as sections of text, in a process of its own.

No file is trusted. The process therefore restricts itself before it looks at the file: memory,
processor time, no further file or socket, no network, no child process. The reader of a format is
imported only for a file of this format. The command is:

    python -m engine.memory.documents.reading KIND MEMORY_BYTES CPU_SECONDS PAGES CHARACTERS

It reads the file from standard input and prints one JSON object: ``{"sections": [[place, text], …],
"unread": [page, …]}`` or ``{"refused": reason}``.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
from pathlib import PurePosixPath
from typing import Callable, NamedTuple

from engine import children
from engine.memory.documents.formats.sections import Content, Refused
from engine.memory.search.words import listed
from engine.text import well_formed

PDF, HTML, MARKDOWN, TEXT, TABLE = "pdf", "html", "markdown", "text", "table"
RTF, PACKAGE, LOCKED = "rtf", "package", "locked"
_ENDINGS = {
    ".pdf": PDF, ".html": HTML, ".htm": HTML, ".xhtml": HTML, ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".csv": TABLE, ".tsv": TABLE, ".rtf": RTF, ".docx": PACKAGE, ".docm": PACKAGE, ".dotx": PACKAGE,
    ".xlsx": PACKAGE, ".xlsm": PACKAGE, ".pptx": PACKAGE, ".ppsx": PACKAGE, ".epub": PACKAGE,
    ".odt": PACKAGE, ".ods": PACKAGE, ".odp": PACKAGE, ".ott": PACKAGE,
}  # fmt: skip
_MEDIA_TYPES = {
    "text/html": HTML, "application/xhtml+xml": HTML, "text/markdown": MARKDOWN, "text/csv": TABLE,
    "text/tab-separated-values": TABLE,
}  # fmt: skip
_TEXT_ENDINGS = listed(
    ".txt .text .rst .log .adoc .org .tex .bib .srt .vtt .po .diff .patch .py .pyi .ipynb .js .mjs "
    ".cjs .ts .jsx .tsx .vue .svelte .css .scss .less .java .kt .kts .scala .groovy .gradle .c .h "
    ".cc .cpp .cxx .hpp .cs .go .rs .rb .php .pl .pm .lua .r .jl .swift .m .mm .dart .ex .exs .erl "
    ".hs .ml .fs .clj .lisp .el .vim .sh .bash .zsh .fish .ps1 .bat .cmd .sql .json .jsonl .ndjson "
    ".json5 .yaml .yml .toml .ini .cfg .conf .properties .env .xml .xsd .xsl .svg .graphql .proto "
    ".tf .hcl .dockerfile .mk .cmake .lock .gitignore .editorconfig .ics .vcf"
)
_TEXT_MEDIA_TYPES = listed(
    "application/json application/xml application/yaml application/x-yaml application/toml "
    "application/javascript application/x-sh application/x-python application/sql "
    "application/x-httpd-php"
)
_SNIFFED_BYTES = 8192
_LINE_ENDS = str.maketrans("\t\n\r", "   ")
_OLE, _LOCKED_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")
"""Signatures of files that are not read.

The first one begins office documents from before 2007. Encrypted documents of later versions begin
with it too, and contain the second one.
"""
PLACE_CHARACTERS = 120
MOST_SECTIONS = 2000
"""A long book has several headings on each page.

Each section makes a passage, which costs more than its few letters.
"""
_FORMATS = "engine.memory.documents.formats"


class Limits(NamedTuple):
    """The limits on the content of one file."""

    pages: int
    characters: int


Read = Callable[[bytes, Limits], Content]


def kind_of(name: str, media_type: str, content: bytes) -> str:
    """Return how to read a file, or "" if its kind is not supported.

    The first bytes decide, then the name, then the media type. If they decide nothing, a file whose
    beginning is UTF-8 without control characters counts as text.
    """
    if b"%PDF-" in content[:1024]:
        return PDF
    if content.startswith(_OLE):
        return LOCKED if _LOCKED_OLE in content else ""
    told = media_type.split(";")[0].strip().lower()
    kind = _kind_by_name(name) or _MEDIA_TYPES.get(told, "") or _kind_of_text(told, content)
    if content.startswith(b"PK\x03\x04"):
        return PACKAGE if kind == PACKAGE or _is_package(content) else ""
    if content[:200].lstrip().startswith(b"{\\rtf"):
        return RTF
    return "" if kind in (PDF, PACKAGE, RTF) else kind


def _kind_by_name(name: str) -> str:
    path = PurePosixPath(name.lower())
    ending = path.suffix or (path.name if path.name.startswith(".") else "")
    return _ENDINGS.get(ending, TEXT if ending in _TEXT_ENDINGS else "")


def _kind_of_text(media_type: str, content: bytes) -> str:
    if media_type.startswith("text/") or media_type in _TEXT_MEDIA_TYPES:
        return TEXT
    beginning = content[:_SNIFFED_BYTES]
    known = beginning.decode("utf-8", "ignore")
    whole = len(known.encode()) >= len(beginning) - 3  # the last character may be cut off
    return TEXT if whole and " " in known and known.translate(_LINE_ENDS).isprintable() else ""


def _is_package(content: bytes) -> bool:
    """Return whether an archive begins with a part that is typical of office documents."""
    return content[30:].startswith(
        (b"mimetype", b"[Content_Types].xml", b"_rels/", b"word/", b"xl/", b"ppt/")
    )


def reader_of(kind: str) -> Read:
    """Import and return the function that reads a kind of file."""
    if kind == PDF:
        pdf = importlib.import_module(f"{_FORMATS}.pdf")
        pdf.prepare()
        return lambda content, limits: pdf.read_pdf(content, limits.pages, limits.characters)
    if kind == PACKAGE:
        office = importlib.import_module(f"{_FORMATS}.office")
        return lambda content, limits: Content(office.read_package(content, limits.characters))
    if kind == RTF:
        rtf = importlib.import_module(f"{_FORMATS}.rtf")
        return lambda content, _: Content(rtf.read_rtf(content))
    return _text_reader_of(kind)


def _text_reader_of(kind: str) -> Read:
    charset = importlib.import_module(f"{_FORMATS}.charset")
    plain = importlib.import_module(f"{_FORMATS}.plain")
    if kind == HTML:
        html = importlib.import_module(f"{_FORMATS}.html")
        return lambda content, _: Content(html.read_html(charset.decode(content)))
    if kind == TABLE:
        sheets = importlib.import_module(f"{_FORMATS}.sheets")
        return lambda content, limits: Content(
            sheets.read_csv(charset.decode(content), limits.characters)
        )
    read_one = plain.read_markdown if kind == MARKDOWN else plain.read_text
    return lambda content, _: Content(read_one(charset.decode(content)))


def read(kind: str, content: bytes, most_pages: int, most_characters: int) -> Content:
    """Return the content of a file. Its sections are in order, without empty ones.

    Raises `Refused`.
    """
    return _read(reader_of(kind), content, Limits(most_pages, most_characters))


def _read(read_one: Read, content: bytes, limits: Limits) -> Content:
    found = read_one(content, limits)
    sections = [
        (place[:PLACE_CHARACTERS], well_formed(text.strip()))
        for place, text in found.sections
        if text.strip()
    ]
    if not sections:
        raise Refused("empty")
    if len(sections) > MOST_SECTIONS or sum(len(text) for _, text in sections) > limits.characters:
        raise Refused("too_long")
    return Content(sections, found.unread)


def main() -> None:
    """Read standard input and print its sections."""
    kind, *numbers = sys.argv[1:]
    memory_bytes, cpu_seconds, most_pages, most_characters = map(int, numbers)
    content = sys.stdin.buffer.read()
    # pypdf loads Pillow if it is installed, but no picture is read here. Pillow would take 15 MB of
    # the memory limit of this process. With this line, its import fails.
    sys.modules["PIL"] = None  # type: ignore[assignment]  # an import then fails
    try:
        read_one = reader_of(kind)
        importlib.import_module(f"{_FORMATS}.charset").prepare()
        gc.freeze()  # later collections then visit only the objects of the file
        children.restrict(memory_bytes=memory_bytes, cpu_seconds=cpu_seconds)
        limits = Limits(most_pages, most_characters)
        told: dict[str, object] = _read(read_one, content, limits)._asdict()
    except Refused as refused:
        told = {"refused": str(refused)}
    except (MemoryError, RecursionError):
        told = {"refused": "too_long"}
    except Exception as error:  # noqa: BLE001 - with a hostile file, a parser may raise anything
        told = {"refused": "unreadable", "cause": children.describe(error)}
    gc.unfreeze()
    sys.stdout.write(json.dumps(told, ensure_ascii=True))


if __name__ == "__main__":
    main()
