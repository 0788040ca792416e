"""Read PPTX presentations (ECMA-376, PresentationML)."""

from __future__ import annotations

from engine.memory.documents.formats.blocks import Blocks
from engine.memory.documents.formats.package import Elements, Handler, Package, parse
from engine.memory.documents.formats.sections import Refused, Sections


def read_pptx(package: Package, most_characters: int) -> Sections:
    """Return one section for each slide, with the speaker's notes at its end."""
    presentation = Elements({"sldId": ("id",)})
    parse(package.read("ppt/presentation.xml"), presentation)
    parts = package.relations("ppt/presentation.xml")
    # The handler removes prefixes, so `sldId` has two ids named "id". The last one is the id of the
    # relation.
    slides = [parts[one["id"]] for one in presentation.of("sldId") if one.get("id", "") in parts]
    if not slides:
        raise Refused("unreadable" if "ppt/presentation.xml" not in package.names else "empty")
    blocks = Blocks(most_characters)
    for number, slide in enumerate(slides, 1):
        blocks.heading(f"slide {number}")
        parse(package.read(slide), _Slide(blocks))
        for part in package.relations(slide).values():
            if "notesSlide" in part:
                parse(package.read(part), _Slide(blocks, "notes: "))
    return blocks.sections()


class _Slide(Handler):
    """The paragraphs and tables of a slide, without the slide's number and date."""

    def __init__(self, blocks: Blocks, mark: str = "") -> None:
        super().__init__()
        self._blocks, self._mark = blocks, mark
        self._text: list[str] = []
        self._takes = False
        self._field = self._first = False
        self._rows: list[list[list[str]]] | None = None

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "t":
            self._takes = not self._field
        elif name == "br":
            self._text.append("\n")
        elif name == "fld":
            self._field = attributes.get("type", "").startswith(("slidenum", "datetime"))
        elif name == "txBody":
            self._first = True
        elif name == "tbl":
            self._rows = []
        elif name == "tr" and self._rows is not None:
            self._rows.append([])
        elif name == "tc" and self._rows:
            self._rows[-1].append([])

    def characters(self, content: str) -> None:
        if self._takes:
            self._text.append(content)

    def end(self, name: str) -> None:
        if name == "t":
            self._takes = False
        elif name == "fld":
            self._field = False
        elif name == "p":
            self._end_paragraph()
        elif name == "tbl" and self._rows is not None:
            self._blocks.table([["\n".join(cell) for cell in row] for row in self._rows])
            self._rows = None

    def _end_paragraph(self) -> None:
        text = "".join(self._text).strip()
        self._text = []
        if not text:
            return
        if self._rows is not None:
            if self._rows and self._rows[-1]:
                self._rows[-1][-1].append(text)
            return
        self._blocks.paragraph(self._mark + text, tight=not self._first)
        self._mark, self._first = "", False
