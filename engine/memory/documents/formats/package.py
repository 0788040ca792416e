"""Open files that are ZIP archives of XML parts, with limits on their unpacked size."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_external_ges, feature_external_pes

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from engine.memory.documents.formats.sections import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.sax.xmlreader import AttributesImpl

MOST_PARTS = 20_000
PART_BYTES = 48 * 1024 * 1024
ALL_BYTES = 96 * 1024 * 1024
"""The limit on the unpacked size of all parts that are read. Pictures are not read."""
MOST_DEPTH = 1000
"""The limit on nested elements."""


class Package:
    """An open archive.

    Every method raises `Refused` if the archive is damaged, encrypted or too large.
    """

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise Refused("unreadable") from error
        self._left = ALL_BYTES
        self.names = frozenset(self._archive.namelist())
        """The names of all parts."""
        if len(self.names) > MOST_PARTS:
            raise Refused("too_long")

    def read(self, name: str) -> bytes:
        """Return the bytes of a part, or no bytes if there is no such part."""
        if name not in self.names:
            return b""
        entry = self._archive.getinfo(name)
        if entry.flag_bits & 1:
            raise Refused("encrypted")
        most = min(PART_BYTES, self._left)
        try:
            with self._archive.open(entry) as part:
                content = part.read(most + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            OSError,
            ValueError,
            RuntimeError,
        ) as error:
            raise Refused("unreadable") from error
        if len(content) > most:
            raise Refused("too_long")
        self._left -= len(content)
        return content

    def relations(self, name: str) -> Mapping[str, str]:
        """Return the targets of a part's relations (OPC) as part names, by relation id."""
        folder, base = posixpath.split(name)
        found = Elements({"Relationship": ("Id", "Target", "TargetMode")})
        parse(self.read(f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"), found)
        return {
            relation["Id"]: resolve(folder, relation["Target"])
            for relation in found.of("Relationship")
            if relation.get("TargetMode") != "External"
            and "Id" in relation
            and "Target" in relation
        }


def resolve(folder: str, target: str) -> str:
    """Return the name of the part that a target refers to, relative to a folder."""
    return (
        target.lstrip("/")
        if target.startswith("/")
        else posixpath.normpath(posixpath.join(folder, target))
    )


class Handler(ContentHandler):
    """Receive elements and attributes by their names without prefixes."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""

    def end(self, name: str) -> None:
        """Handle the end of an element."""

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - named by xml.sax
        """Handle the start of an element, called by xml.sax."""
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise Refused("too_long")
        self.begin(_local(name), {_local(one): value for one, value in attrs.items()})

    def endElement(self, name: str) -> None:  # noqa: N802 - named by xml.sax
        """Handle the end of an element, called by xml.sax."""
        self._depth -= 1
        self.end(_local(name))


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class Elements(Handler):
    """Collect the attributes of some elements, in order."""

    def __init__(self, wanted: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self._wanted = wanted
        self._found: list[tuple[str, dict[str, str]]] = []

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Keep the wanted attributes of an element."""
        wanted = self._wanted.get(name)
        if wanted is not None:
            kept = {key: value for key, value in attributes.items() if key in wanted}
            self._found.append((name, kept))

    def of(self, name: str) -> list[dict[str, str]]:
        """Return the attributes of all elements of one name."""
        return [attributes for element, attributes in self._found if element == name]


def parse(content: bytes, handler: Handler) -> None:
    """Parse a part and pass its elements to `handler`.

    Raises `Refused` for damaged XML and for entities.
    """
    if not content:
        return
    parser = DefusedExpatParser(forbid_dtd=False, forbid_entities=True, forbid_external=True)
    for feature in (feature_external_ges, feature_external_pes):
        parser.setFeature(feature, state=False)
    parser.setContentHandler(handler)
    try:
        parser.feed(content)
        parser.close()
    except (SAXException, DefusedXmlException, ValueError, LookupError) as error:
        raise Refused("unreadable") from error
