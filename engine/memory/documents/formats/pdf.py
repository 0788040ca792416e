"""Read PDF files page by page: text, form values and notes. Report the pages that are pictures."""

from __future__ import annotations

import gc
import importlib
import io
import pkgutil
import re
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pypdf
from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from engine.memory.documents.formats.bidirectional import (
    in_reading_order,
    is_right_to_left,
    without_presentation_forms,
)
from engine.memory.documents.formats.grid import LEAST_ROWS, with_tables
from engine.memory.documents.formats.sections import Content, Refused, Sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PageObject

TABLES_SECONDS = 4.0
"""The time for finding tables in a document. Later pages are read without looking for tables."""
_NUMBER = re.compile(r"\d[\d.,:/]*")
CELLS = 8  # this many short lines in succession may be the cells of a table, one cell on each line
SHORT_LINE = 0.6  # a line of at most this share of the page's widest line counts as short
MOST_ANNOTATIONS = 2000  # the limit for one page
_FEW_CHARACTERS = 10
"""A page with a picture and fewer characters than this (such as its number) is a scan."""
_NOT_NEEDED = ("image", "annotations", "xmp")
_NOTES = (
    "/Text",
    "/FreeText",
    "/Highlight",
    "/Underline",
    "/StrikeOut",
    "/Squiggly",
    "/Caret",
    "/Stamp",
)
_DAMAGE = (
    PyPdfError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    ArithmeticError,
    LookupError,
    OSError,
)
"""The errors that pypdf raises for damaged files.

A file that makes it open another file causes an OSError.
"""


def prepare() -> None:
    """Import the modules that pypdf would import later, because no file can be opened later."""
    for module in pkgutil.walk_packages(pypdf.__path__, "pypdf."):
        if not any(word in module.name for word in _NOT_NEEDED):
            with suppress(ImportError):  # such a module needs a library that is not installed
                importlib.import_module(module.name)


def read_pdf(content: bytes, most_pages: int, most_characters: int) -> Content:
    """Return one section for each page with text. Raises `Refused`."""
    reader = _opened(content)
    try:
        pages = len(reader.pages)
    except _DAMAGE as error:
        raise Refused("unreadable") from error
    if pages > most_pages:
        raise Refused("too_long")
    sections: Sections = []
    unread, damaged, left = [], 0, most_characters
    tables = _Tables()
    for number in range(pages):
        try:
            text, picture = _page(reader.pages[number], tables)
        except _DAMAGE:
            text, picture = "", True
            damaged += 1
        # The objects of a page refer to each other, and the garbage collector would run too late
        # for the memory limit of this process. Without this call, four pages took 15 MB more (pypdf
        # 7.1).
        gc.collect()
        left -= len(text)
        if left < 0:
            raise Refused("too_long")
        sections.append((f"page {number + 1}", text))
        if picture:
            unread.append(number + 1)
    if damaged == pages:
        raise Refused("unreadable")
    return Content([*sections, *_attached(reader)], tuple(unread))


def _opened(content: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        locked = reader.is_encrypted and not reader.decrypt("")
    except DependencyError as error:  # files with AES need the package cryptography
        raise Refused("encrypted") from error
    except _DAMAGE as error:
        raise Refused("unreadable") from error
    if locked:
        raise Refused("encrypted")
    return reader


def _page(page: PageObject, tables: _Tables) -> tuple[str, bool]:
    """Return a page's text, with its tables as rows, and whether the page is a scan."""
    text = page.extract_text()
    if is_right_to_left(text):
        text = in_reading_order(page.extract_text(extraction_mode="layout"))
    else:
        text = tables.read(page, text) or text
    picture = len(text.strip()) < _FEW_CHARACTERS and _has_pictures(page)
    lines = [without_presentation_forms(text).strip(), *_annotations(page)]
    return "\n".join(filter(None, lines)), picture


class _Tables:
    """The search for tables in one file. It ends when it takes too long or too much memory."""

    def __init__(self) -> None:
        self._until = time.monotonic() + TABLES_SECONDS

    def read(self, page: PageObject, text: str) -> str:
        """Return a page's text with its tables as rows, or "" if no table is found.

        The layout takes as much time to make as the plain text, so it is made only if the text
        looks like rows. The layout leaves out turned text, so it is used only if it has the same
        characters as the plain text.
        """
        if time.monotonic() > self._until or not _has_rows(text):
            return ""
        try:
            layout = page.extract_text(extraction_mode="layout")
        except MemoryError:
            self._until = 0.0
            gc.collect()
        except _DAMAGE:
            pass
        else:
            return with_tables(layout) if _characters(layout) == _characters(text) else ""
        return ""


def _has_rows(text: str) -> bool:
    """Return whether successive lines look like rows or like cells with numbers.

    Such a line has two numbers, or it is short and has one number. Lines of prose are different.
    """
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    short = SHORT_LINE * max(map(len, lines), default=0)
    run = 0
    for line in lines:
        numbers = len(_NUMBER.findall(line))
        run = run + 1 if numbers > 1 or (numbers and len(line) <= short) else 0
        if run >= LEAST_ROWS:
            return True
    cells = [len(line) <= short / 2 for line in lines]
    return any(all(cells[at : at + CELLS]) for at in range(len(cells) - CELLS + 1))


def _characters(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


def _has_pictures(page: PageObject) -> bool:
    with suppress(*_DAMAGE):
        resources: Any = page["/Resources"]
        return bool(resources["/XObject"])
    return False


def _annotations(page: PageObject) -> Iterator[str]:
    """Yield the filled form fields and the notes of a page, each as a line."""
    annotations: Any = page.get("/Annots") or ()
    with suppress(*_DAMAGE):
        annotations = annotations.get_object()
    for reference in list(annotations)[:MOST_ANNOTATIONS]:
        with suppress(*_DAMAGE):
            annotation = reference.get_object()
            line = (
                _field(annotation) if annotation.get("/Subtype") == "/Widget" else _note(annotation)
            )
            if line:
                yield line


def _field(widget: Any) -> str:
    """Return ``name: value`` for a form field that was filled in."""
    names, value, told = [], None, ""
    for _ in range(10):  # a field inherits missing values from its parent fields
        names.append(str(widget.get("/T") or ""))
        told = told or str(widget.get("/TU") or "")
        value = widget.get("/V") if value is None else value
        if widget.get("/Parent") is None:
            break
        widget = widget["/Parent"].get_object()
    name = told or ".".join(filter(None, reversed(names)))
    values = value if isinstance(value, list) else [value]
    shown = ", ".join(_shown(one) for one in values if one is not None)
    return f"{name}: {shown}" if shown else ""


def _shown(value: Any) -> str:
    text = str(value.get_object() if hasattr(value, "get_object") else value).strip()
    return text.removeprefix("/")


def _note(annotation: Any) -> str:
    contents = str(annotation.get("/Contents") or "").strip()
    return f"note: {contents}" if contents and annotation.get("/Subtype") in _NOTES else ""


def _attached(reader: PdfReader) -> Sections:
    """Return the names of embedded files. The files themselves are not read."""
    with suppress(*_DAMAGE):
        names = [str(name) for name in list(reader.attachments)[:20]]
        return [("attached files", "Not read: " + ", ".join(names))] if names else []
    return []
