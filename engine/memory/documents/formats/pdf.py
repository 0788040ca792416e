"""Read PDF files page by page."""

from __future__ import annotations

import importlib
import io
import pkgutil
from contextlib import suppress

import pypdf
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from engine.memory.documents.formats.sections import Refused, Sections

_NOT_NEEDED = ("image", "annotations", "xmp")


def prepare() -> None:
    """Import the modules that pypdf imports inside its functions: later no file can be opened."""
    for module in pkgutil.walk_packages(pypdf.__path__, "pypdf."):
        if not any(word in module.name for word in _NOT_NEEDED):
            with suppress(ImportError):  # what only other libraries make possible
                importlib.import_module(module.name)


def read_pdf(content: bytes, most_pages: int, most_characters: int) -> Sections:
    """Return one section for each page that holds text."""
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
