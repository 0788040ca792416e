"""Read files that people send as sections of text; run as a process of its own, since no file is to be trusted.

python -m engine.memory.documents.reading KIND MEMORY_BYTES CPU_SECONDS MOST_PAGES MOST_CHARACTERS      < file > sections

Prints one JSON object: ``{"sections": [[place, text], …]}`` or ``{"refused": reason}``. The process
holds its own memory and processor time down, so that a file made to unfold without end ends this
process and nothing else. Nothing heavy is imported here but pypdf, and that for its kind of file
only.
"""

from __future__ import annotations

import io
import json
import re
import sys
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

from engine.memory.search.words import listed

PDF, HTML, MARKDOWN, TEXT = "pdf", "html", "markdown", "text"
_ENDINGS = {
    ".pdf": PDF, ".html": HTML, ".htm": HTML, ".xhtml": HTML, ".md": MARKDOWN, ".markdown": MARKDOWN, ".txt": TEXT,
    ".text": TEXT, ".rst": TEXT, ".log": TEXT, ".csv": TEXT,
}  # fmt: skip
_MEDIA_TYPES = {
    "application/pdf": PDF, "text/html": HTML, "application/xhtml+xml": HTML, "text/markdown": MARKDOWN,
    "text/plain": TEXT, "text/csv": TEXT,
}  # fmt: skip
_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*\s*$")
_LINES = re.compile(r"\n{3,}")
_FENCE = re.compile(r"\s*(```|~~~)")
PLACE_CHARACTERS = 120
MOST_SECTIONS = 2000
"""Several headings on each page of a long book. Each makes a passage, whose costs its few letters do not show."""
_LEAVE_FIRST = "1000"  # the most that proc(5) lets oom_score_adj be

Sections = list[tuple[str, str]]


class Refused(Exception):
    """The file is not read; the reason is one word of ``engine.errors.DocumentRefused``."""


def kind_of(name: str, media_type: str, content: bytes) -> str:
    """Tell how to read a file, empty if it is none of ours: by its first bytes, then its name, then its media type."""
    if b"%PDF-" in content[:1024]:
        return PDF
    named = _ENDINGS.get(PurePosixPath(name.lower()).suffix, "")
    kind = named or _MEDIA_TYPES.get(media_type.split(";")[0].strip().lower(), "")
    return "" if kind == PDF else kind


def read(kind: str, content: bytes, most_pages: int, most_characters: int) -> Sections:
    """Return (place, text) in order; a place is ``page 3`` or a heading, or empty. Raises `Refused`."""
    if kind == PDF:
        sections = read_pdf(content, most_pages, most_characters)
    else:
        text = decode(content)
        sections = {HTML: read_html, MARKDOWN: read_markdown}.get(kind, read_text)(text)
    sections = [
        (place[:PLACE_CHARACTERS], text.strip()) for place, text in sections if text.strip()
    ]
    if not sections:
        raise Refused("empty")
    if len(sections) > MOST_SECTIONS or sum(len(text) for _, text in sections) > most_characters:
        raise Refused("too_long")
    return sections


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
            place, lines = heading.group(1), []
        else:
            lines.append(line)
    return [*sections, (place, "\n".join(lines))]


def read_html(text: str) -> Sections:
    """Return one section for each heading, without what a reader would not see."""
    page = _Page()
    page.feed(text)
    page.close()
    return page.sections()


class _Page(HTMLParser):
    """Visible text with line breaks between blocks."""

    _HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
    _UNSEEN = frozenset(
        {"script", "style", "template", "noscript", "head", "svg", "iframe", "object"}
    )
    _VOID = listed("area base br col embed hr img input link meta source track wbr")
    _INLINE = listed(
        "a abbr b bdi bdo cite code em font i kbd mark q s small span strong sub sup time u var"
    )
    _HIDING = re.compile(
        r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?!\.?\d)", re.IGNORECASE
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[
            tuple[str, bool]
        ] = []  # name of the element, and whether it hides what it holds
        self._hidden = 0
        self._heading: list[str] | None = None
        self._done: Sections = []
        self._place, self._text = "", [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        if tag not in self._INLINE:
            self._text.append("\n" if tag in ("br", "li", "tr", "td", "th") else "\n\n")
        if tag in self._VOID:
            return
        given = dict(attrs)
        hides = (
            tag in self._UNSEEN
            or "hidden" in given
            or bool(self._HIDING.search(given.get("style") or ""))
        )
        self._open.append((tag, hides))
        self._hidden += hides
        if tag in self._HEADINGS and not self._hidden:
            self._heading = []

    def handle_endtag(self, tag: str) -> None:
        """Close an element and those inside it that were left open; an end of nothing is passed over."""
        if tag not in (name for name, _ in self._open):
            return
        while True:
            name, hides = self._open.pop()
            self._hidden -= hides
            if name == tag:
                break
        if tag in self._HEADINGS and self._heading is not None:
            self._turn_to(" ".join("".join(self._heading).split()))
        if tag not in self._INLINE:
            self._text.append("\n\n")

    def _turn_to(self, place: str) -> None:
        self._done.append((self._place, "".join(self._text)))
        self._place, self._text, self._heading = place, [""], None

    def handle_data(self, data: str) -> None:
        """Take text."""
        if not self._hidden:
            (self._text if self._heading is None else self._heading).append(
                re.sub(r"\s+", " ", data)
            )

    def sections(self) -> Sections:
        """Return what was read."""
        self._done.append((self._place, "".join(self._text)))
        return [
            (place, _LINES.sub("\n\n", re.sub(r" *\n *", "\n", text))) for place, text in self._done
        ]


def read_pdf(content: bytes, most_pages: int, most_characters: int) -> Sections:
    """Return one section for each page that holds text."""
    from pypdf import PdfReader  # noqa: PLC0415 - only this kind of file needs it
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - as above

    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("encrypted")
        if len(reader.pages) > most_pages:
            raise Refused("too_long")
        sections, left = [], most_characters
        for number, page in enumerate(reader.pages, 1):
            text = page.extract_text()
            left -= len(text)
            if left < 0:
                raise Refused("too_long")
            sections.append((f"page {number}", text))
    except (
        PyPdfError,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        ArithmeticError,
    ) as error:
        # pypdf meets damaged files with any of these.
        raise Refused("unreadable") from error
    return sections


def _hold_down(memory_bytes: int, cpu_seconds: int) -> None:
    # When the host runs out of memory all the same, its kernel is to take this process and not the
    # embedder or the bot.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_LEAVE_FIRST, encoding="ascii")
    with suppress(ImportError):  # Windows has no such limits; the caller's deadline holds there
        import resource  # noqa: PLC0415 - as above

        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with suppress(ValueError, OSError):  # macOS refuses this one
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def main() -> None:
    """Read standard input and print its sections."""
    kind, *numbers = sys.argv[1:]
    memory_bytes, cpu_seconds, most_pages, most_characters = map(int, numbers)
    content = sys.stdin.buffer.read()
    _hold_down(memory_bytes, cpu_seconds)
    try:
        told: dict[str, object] = {"sections": read(kind, content, most_pages, most_characters)}
    except Refused as refused:
        told = {"refused": str(refused)}
    except (MemoryError, RecursionError):
        told = {"refused": "too_long"}
    sys.stdout.write(json.dumps(told, ensure_ascii=True))


if __name__ == "__main__":
    main()
