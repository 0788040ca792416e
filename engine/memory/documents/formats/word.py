"""Read DOCX files (ECMA-376, WordprocessingML)."""

from __future__ import annotations

from engine.memory.documents.formats.blocks import Blocks
from engine.memory.documents.formats.package import Elements, Handler, Package, parse
from engine.memory.documents.formats.sections import Refused, Sections

_MAIN = "wordprocessingml.document.main+xml"
_TEMPLATE = "wordprocessingml.template.main+xml"
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SKIPPED = frozenset({"Fallback", "del", "moveFrom", "instrText", "delText", "delInstrText"})
"""Elements with a copy of other content, deleted text, or field instructions."""
_BESIDES = (("footnotes", "footnotes"), ("endnotes", "endnotes"), ("comments", "comments"))


def read_docx(package: Package, most_characters: int) -> Sections:
    """Return one section for each heading, then notes, comments, headers and footers."""
    main = _main_part(package)
    blocks = Blocks(most_characters)
    headings = _heading_styles(package.read(_beside(main, "styles.xml")))
    parse(package.read(main), _Body(blocks, headings))
    for name, place in _BESIDES:
        _add(package.read(_beside(main, f"{name}.xml")), place, blocks)
    edges = sorted(
        one
        for one in package.names
        if one.startswith((_beside(main, "header"), _beside(main, "footer")))
    )
    for number, name in enumerate(edges[:20]):
        _add(package.read(name), "" if number else "headers and footers", blocks)
    return blocks.sections()


def _main_part(package: Package) -> str:
    types = Elements({"Override": ("PartName", "ContentType")})
    parse(package.read("[Content_Types].xml"), types)
    for one in types.of("Override"):
        if one.get("ContentType", "").endswith(
            (_MAIN, _TEMPLATE, "document.macroEnabled.main+xml")
        ):
            return one.get("PartName", "").lstrip("/")
    if "word/document.xml" not in package.names:
        raise Refused("unreadable")
    return "word/document.xml"


def _beside(main: str, name: str) -> str:
    folder = main.rpartition("/")[0]
    return f"{folder}/{name}" if folder else name


def _add(content: bytes, place: str, blocks: Blocks) -> None:
    if content:
        if place:
            blocks.heading(place)
        parse(content, _Body(blocks, frozenset()))


def _heading_styles(content: bytes) -> frozenset[str]:
    """Return the ids of paragraph styles that have an outline level.

    The ids differ with the author's language, so they must be looked up.
    """
    styles = _Styles()
    parse(content, styles)
    return frozenset(styles.headings)


class _Styles(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.headings: set[str] = set()
        self._style = ""

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        value = attributes.get("val", "")
        if name == "style":
            self._style = (
                attributes.get("styleId", "") if attributes.get("type") == "paragraph" else ""
            )
        elif (name == "name" and value.lower().startswith(("heading ", "title"))) or (
            name == "outlineLvl" and value.isdigit() and int(value) < 9
        ):
            self.headings.add(self._style)


class _Body(Handler):
    """The paragraphs and tables of a part. A table inside a cell becomes text of that cell."""

    def __init__(self, blocks: Blocks, headings: frozenset[str]) -> None:
        super().__init__()
        self._blocks, self._headings = blocks, headings
        self._skipped = 0
        self._text: list[str] = []
        self._takes = self._heading = self._listed = self._hidden = False
        self._tables = 0
        self._rows: list[list[list[str]]] = []

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name in _SKIPPED or self._skipped:
            self._skipped += 1
            return
        if name in _BREAKS:
            self._text.append(_BREAKS[name])
        elif name == "tbl":
            self._tables += 1
        elif self._tables == 1 and name == "tr":
            self._rows.append([])
        elif self._tables == 1 and name == "tc" and self._rows:
            self._rows[-1].append([])
        else:
            self._begin_text(name, attributes)

    def _begin_text(self, name: str, attributes: dict[str, str]) -> None:
        if name == "t":
            self._takes = not self._hidden
        elif name == "r":
            self._hidden = False
        elif name == "vanish":
            self._hidden = attributes.get("val", "true") not in ("0", "false", "off")
        elif name == "pStyle":
            self._heading = attributes.get("val", "") in self._headings
        elif name == "outlineLvl":
            self._heading = attributes.get("val", "9") != "9"
        elif name == "numPr":
            self._listed = True

    def characters(self, content: str) -> None:
        if self._takes and not self._skipped:
            self._text.append(content)

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif name == "t":
            self._takes = False
        elif name == "p":
            self._end_paragraph()
        elif name == "tbl" and self._tables:
            self._tables -= 1
            if not self._tables:
                self._blocks.table([["\n".join(cell) for cell in row] for row in self._rows])
                self._rows = []

    def _end_paragraph(self) -> None:
        text = "".join(self._text)
        heading, listed = self._heading, self._listed
        self._text, self._heading, self._listed, self._hidden = [], False, False, False
        if not text.strip():
            return
        if self._tables:
            if self._rows and self._rows[-1]:
                self._rows[-1][-1].append(text)
        elif heading:
            self._blocks.heading(text)
        else:
            self._blocks.paragraph(f"- {text.strip()}" if listed else text, tight=listed)
