"""Recognise office documents in archives by their parts, and read them."""

from __future__ import annotations

from engine.memory.documents.formats.epub import read_epub
from engine.memory.documents.formats.opendocument import read_odf
from engine.memory.documents.formats.package import Package
from engine.memory.documents.formats.sections import Refused, Sections
from engine.memory.documents.formats.sheets import read_xlsx
from engine.memory.documents.formats.slides import read_pptx
from engine.memory.documents.formats.word import read_docx


def read_package(content: bytes, most_characters: int) -> Sections:
    """Return the sections of a document. Raise `Refused` if the archive is not a document."""
    package = Package(content)
    names = package.names
    if "META-INF/container.xml" in names:
        return read_epub(package, most_characters)
    if "content.xml" in names:
        return read_odf(package, most_characters)
    if "xl/workbook.xml" in names:
        return read_xlsx(package, most_characters)
    if "ppt/presentation.xml" in names:
        return read_pptx(package, most_characters)
    if any(name.startswith("word/") for name in names):
        return read_docx(package, most_characters)
    raise Refused("kind")
