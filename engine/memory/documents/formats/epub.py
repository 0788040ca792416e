"""Read EPUB books: their chapters in reading order."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from engine.memory.documents.formats.charset import decode
from engine.memory.documents.formats.html import read_html
from engine.memory.documents.formats.package import Elements, Package, parse, resolve
from engine.memory.documents.formats.sections import Refused, Sections

_CONTAINER = "META-INF/container.xml"
_CHAPTERS = ("application/xhtml+xml", "text/html")


def read_epub(package: Package, most_characters: int) -> Sections:
    """Return the sections of all chapters.

    The place of a section is the last heading before it, even if this heading is in an earlier
    chapter.
    """
    container = Elements({"rootfile": ("full-path",)})
    parse(package.read(_CONTAINER), container)
    book = next((one.get("full-path", "") for one in container.of("rootfile")), "")
    contents = Elements({"item": ("id", "href", "media-type"), "itemref": ("idref",)})
    parse(package.read(book), contents)
    parts = {
        one.get("id", ""): resolve(posixpath.dirname(book), unquote(one.get("href", "")))
        for one in contents.of("item")
        if one.get("media-type") in _CHAPTERS
    }
    chapters = [parts[one["idref"]] for one in contents.of("itemref") if one.get("idref") in parts]
    _refuse_locked(package, chapters)
    return _chapters(package, chapters, most_characters)


def _chapters(package: Package, chapters: list[str], most_characters: int) -> Sections:
    sections: Sections = []
    left, place = most_characters, ""
    for chapter in chapters:
        content = package.read(chapter)
        for heading, text in read_html(decode(content)) if content else []:
            place = heading or place
            left -= len(text)
            if left < 0:
                raise Refused("too_long")
            sections.append((place, text))
    if not sections:
        raise Refused("unreadable")
    return sections


def _refuse_locked(package: Package, chapters: list[str]) -> None:
    locked = Elements({"CipherReference": ("URI",)})
    parse(package.read("META-INF/encryption.xml"), locked)
    if {unquote(one.get("URI", "")) for one in locked.of("CipherReference")} & set(chapters):
        raise Refused("encrypted")
