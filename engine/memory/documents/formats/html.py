"""Read HTML as sections of visible text.

This module has its own tokenizer. The tokenizer of ``html.parser`` takes quadratic time for
unfinished tags and comments before Python 3.9.23, 3.10.18, 3.11.13, 3.12.11 and 3.13.4
(CVE-2025-6069). In this module an unfinished construct ends the text, as in the HTML standard, so
each character is read only a few times.
"""

from __future__ import annotations

import html
import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from engine.memory.documents.formats.sections import Refused, Sections
from engine.memory.documents.formats.tables import render_table
from engine.memory.search.words import listed

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

MOST_OPEN_ELEMENTS = 20_000
MOST_NESTED_TABLES = 20

_MARKUP = re.compile(r"<(?=[a-zA-Z/!?])")
_TAG_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(r"""[\s/=]*([^\s/>=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]*))?""")
_TAG_END = re.compile(r"[\s/=]*>")
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
_RAW_ENDS = {
    name: re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "xmp", "noembed", "iframe")
}
_LINE_MARK = "\v"
"""This mark ends a line between two items. Several marks in a row make only one line break."""
_MARKS = re.compile(r" ?\v[ \v]*")
_SPACES, _BREAKS, _LINES = re.compile(r" {2,}"), re.compile(r" ?\n ?"), re.compile(r"\n{3,}")
_WHITE = re.compile(r"\s+")


class Token(NamedTuple):
    """A start tag, an end tag, or text between tags.

    `text` is the tag's name in lower case, or the text.
    """

    kind: str
    text: str
    attributes: dict[str, str]


START, END, TEXT = "start", "end", "text"


def tokens(source: str) -> Iterator[Token]:
    """Yield tags and texts in order, without comments and declarations, in linear time."""
    at = 0
    while at < len(source):
        markup = _MARKUP.search(source, at)
        if markup is None:
            yield Token(TEXT, _unescape(source[at:]), {})
            return
        bracket = markup.start()
        if bracket > at:
            yield Token(TEXT, _unescape(source[at:bracket]), {})
        at = yield from _markup(source, bracket)


def _markup(source: str, bracket: int) -> Generator[Token, None, int]:
    """Yield the token that begins at a bracket. Return the index after it."""
    closing = source.startswith("/", bracket + 1)
    name = _TAG_NAME.match(source, bracket + 1 + closing)
    if name is None:
        return _after_declaration(source, bracket)
    attributes, at = _attributes(source, name.end())
    if at < 0:
        return len(source)
    tag = name.group().lower()
    yield Token(END if closing else START, tag, attributes)
    if not closing and tag in _RAW_ENDS:
        return (yield from _raw(source, at, tag))
    return at


def _after(source: str, mark: str, start: int) -> int:
    found = source.find(mark, start)
    return len(source) if found < 0 else found + len(mark)


def _after_declaration(source: str, bracket: int) -> int:
    if source.startswith("<!--", bracket):
        if source.startswith((">", "->"), bracket + 4):
            return _after(source, ">", bracket)
        return _after(source, "-->", bracket + 4)
    return _after(source, ">", bracket)


def _attributes(source: str, at: int) -> tuple[dict[str, str], int]:
    """Return a tag's attributes and the index after its bracket, or -1 if the tag has no end."""
    found: dict[str, str] = {}
    while True:
        end = _TAG_END.match(source, at)
        if end is not None:
            return found, end.end()
        attribute = _ATTRIBUTE.match(source, at)
        if attribute is None:
            return found, -1
        value = attribute.group(2) or ""
        if value[:1] in ("'", '"') and value[-1:] == value[:1] and len(value) > 1:
            value = value[1:-1]
        found.setdefault(attribute.group(1).lower(), _unescape(value))
        at = attribute.end()


def _raw(source: str, at: int, tag: str) -> Generator[Token, None, int]:
    """Yield the text of an element that contains no tags. Return the index of its end tag."""
    end = _RAW_ENDS[tag].search(source, at)
    stop = len(source) if end is None else end.start()
    if stop > at:
        yield Token(TEXT, source[at:stop], {})
    return stop


def _unescape(text: str) -> str:
    # `html.unescape` calls int() for the number in a reference. For a long number, int() takes
    # quadratic time or raises ValueError, so references with long numbers are removed.
    return html.unescape(_LONG_REFERENCE.sub("", text)) if "&" in text else text


_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = frozenset(
    {"script", "style", "template", "noscript", "head", "svg", "iframe", "object", "noembed"}
)
_VOID = listed("area base br col embed hr img input link meta source track wbr")
_INLINE = listed(
    "a abbr b bdi bdo cite code em font i kbd mark q s small span strong sub sup time u var"
)
_LINE_ENDS = frozenset({"br", "li", "dt", "dd", "tr", "td", "th", "option"})
_ENDS_ITSELF = {
    "p": ("p",), "li": ("li",), "dt": ("dt", "dd"), "dd": ("dt", "dd"), "option": ("option",),
    "td": ("td", "th"), "th": ("td", "th"), "tr": ("td", "th", "tr"),
}  # fmt: skip
"""For each element, the open elements that its start closes, if they are the innermost."""
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?!\.?\d)", re.IGNORECASE
)
_CELL_CHARACTERS = 300
"""A table whose cells have more text than this, or a line break, is a page layout and not data."""


def read_html(source: str) -> Sections:
    """Return one section for each heading, without hidden content.

    Raises `Refused`.
    """
    page = _Page()
    for token in tokens(source):
        if token.kind == TEXT:
            page.take(token.text)
        elif token.kind == START:
            page.open(token.text, token.attributes)
        else:
            page.close(token.text)
    return page.sections()


class _Page:
    """The visible text of a page.

    Blocks are separated by line breaks, and each table row is a line.
    """

    def __init__(self) -> None:
        self._open: list[tuple[str, bool]] = []
        """The name of each open element, and whether its content is hidden."""
        self._names: Counter[str] = Counter()
        self._hidden = 0
        self._heading: list[str] | None = None
        self._done: Sections = []
        self._place = ""
        self._text: list[str] = []
        self._tables: list[_Table] = []

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        while self._open and self._open[-1][0] in _ENDS_ITSELF.get(tag, ()):
            self._end_innermost()
        if tag not in _INLINE:
            self._sink().append(_break(tag))
        if tag in _VOID:
            return
        if len(self._open) >= MOST_OPEN_ELEMENTS:
            raise Refused("too_long")
        style = attributes.get("style", "")
        hides = tag in _UNSEEN or "hidden" in attributes or bool(_HIDING.search(style))
        self._open.append((sys.intern(tag), hides))
        self._names[tag] += 1
        self._hidden += hides
        self._begin(tag)

    def _begin(self, tag: str) -> None:
        if tag in _HEADINGS and not self._hidden and not self._tables:
            self._heading = []
        elif tag == "table":
            # Each table reads the text of the tables inside it, so nesting is limited.
            if len(self._tables) == MOST_NESTED_TABLES:
                raise Refused("too_long")
            self._tables.append(_Table())
        elif tag in ("tr", "td", "th") and self._tables:
            self._tables[-1].begin(tag)

    def close(self, tag: str) -> None:
        """Close an element and the open elements inside it.

        An end tag without a start tag is skipped.
        """
        if not self._names[tag]:
            return
        while self._end_innermost() != tag:
            pass

    def _end_innermost(self) -> str:
        name, hides = self._open.pop()
        self._names[name] -= 1
        self._hidden -= hides
        if name in _HEADINGS and self._heading is not None:
            self._turn_to(" ".join("".join(self._heading).split()))
        elif name == "table":
            table = self._tables.pop()
            self._sink().append(f"\n\n{table.text()}\n\n")
        if name not in _INLINE:
            self._sink().append(_break(name))
        return name

    def _turn_to(self, place: str) -> None:
        self._done.append((self._place, "".join(self._text)))
        self._place, self._text, self._heading = place, [], None

    def _sink(self) -> list[str]:
        return self._tables[-1].cell if self._tables else self._text

    def take(self, text: str) -> None:
        """Add the text between two tags."""
        if not self._hidden:
            sink = self._sink() if self._heading is None else self._heading
            sink.append(_WHITE.sub(" ", text))

    def sections(self) -> Sections:
        """Close all open elements and return the sections."""
        while self._open:
            self._end_innermost()
        self._done.append((self._place, "".join(self._text)))
        return [(place, _tidy(text)) for place, text in self._done]


def _break(tag: str) -> str:
    """Return the separator between the element of a tag and its neighbours."""
    if tag == "br":
        return "\n"
    return _LINE_MARK if tag in _LINE_ENDS else "\n\n"


def _tidy(text: str) -> str:
    text = _MARKS.sub("\n", _SPACES.sub(" ", text))
    return _LINES.sub("\n\n", _BREAKS.sub("\n", text))


class _Table:
    """The cells of an open table. `cell` collects the text of the newest cell."""

    def __init__(self) -> None:
        self._rows: list[list[list[str]]] = []
        self.cell: list[str] = []
        """The text before the first cell, such as a caption."""
        self._loose = self.cell
        self._headed = False

    def begin(self, tag: str) -> None:
        """Begin a row or a cell."""
        if tag == "tr":
            self._rows.append([])
            return
        if not self._rows:
            self._rows.append([])
        self._headed = self._headed or (tag == "th" and len(self._rows) == 1)
        self.cell = []
        self._rows[-1].append(self.cell)

    def text(self) -> str:
        """Return the table as rows, or as paragraphs if it is only a page layout."""
        rows = [[_tidy("".join(cell)).strip() for cell in row] for row in self._rows if row]
        cells = [cell for row in rows for cell in row]
        loose = _tidy("".join(self._loose)).strip()
        layout = max(map(len, rows), default=0) < 2 or any(
            "\n" in cell or len(cell) > _CELL_CHARACTERS for cell in cells
        )
        body = (
            "\n\n".join(filter(None, cells)) if layout else render_table(rows, headed=self._headed)
        )
        return "\n\n".join(filter(None, (loose, body)))
