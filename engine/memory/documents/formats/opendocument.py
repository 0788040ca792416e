"""Read OpenDocument texts, sheets and presentations (OASIS ODF)."""

from __future__ import annotations

from engine.memory.documents.formats.blocks import Blocks
from engine.memory.documents.formats.package import Elements, Handler, Package, parse
from engine.memory.documents.formats.sections import Refused, Sections
from engine.memory.documents.formats.sheets import MOST_COLUMNS, add_tables

_REPEATED = 64
"""A cell that is repeated more often than this only fills its row."""
_SKIPPED = frozenset(
    {"tracked-changes", "sequence-decls", "forms", "scripts", "ruby-text", "settings"}
)


def read_odf(package: Package, most_characters: int) -> Sections:
    """Return one section for each heading, sheet or slide."""
    _refuse_locked(package)
    content = package.read("content.xml")
    if not content:
        raise Refused("unreadable")
    body = _Body(most_characters)
    parse(content, body)
    return body.blocks.sections()


def _refuse_locked(package: Package) -> None:
    manifest = Elements({"encryption-data": ()})
    parse(package.read("META-INF/manifest.xml"), manifest)
    if manifest.of("encryption-data"):
        raise Refused("encrypted")


class _Body(Handler):
    """Paragraphs, headings and tables of ``content.xml``."""

    def __init__(self, most_characters: int) -> None:
        super().__init__()
        self.blocks = Blocks(most_characters)
        self._left = 2 * most_characters
        self._skipped = 0
        self._open: list[list[str]] = []
        """The texts of the open paragraphs.

        A paragraph of an annotation is inside another paragraph.
        """
        self._listed = self._tables = self._slides = 0
        self._rows: list[list[str]] = []
        self._cell: list[str] = []
        self._repeated = 1
        self._sheet = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipped or name in _SKIPPED:
            self._skipped += 1
        elif name in ("p", "h"):
            self._open.append([])
        elif name in ("s", "tab", "line-break") and self._open:
            self._open[-1].append({"s": " ", "tab": "\t", "line-break": "\n"}[name])
        elif name == "list-item":
            self._listed += 1
        elif name == "spreadsheet":
            self._sheet = True
        elif name == "page":
            self._slides += 1
            self.blocks.heading(f"slide {self._slides}")
        else:
            self._begin_table(name, attributes)

    def _begin_table(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self._tables += 1
            if self._sheet:
                self.blocks.heading(attributes.get("name", ""))
        elif self._tables == 1 and name == "table-row":
            self._rows.append([])
        elif self._tables == 1 and name in ("table-cell", "covered-table-cell"):
            repeated = attributes.get("number-columns-repeated", "1")
            self._repeated = int(repeated) if repeated.isdecimal() and len(repeated) < 7 else 1
            self._cell = []

    def characters(self, content: str) -> None:
        if self._open and not self._skipped:
            self._open[-1].append(content)

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif name in ("p", "h") and self._open:
            self._end_paragraph("".join(self._open.pop()), heading=name == "h")
        elif name == "list-item":
            self._listed -= 1
        elif self._tables == 1 and name in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif name == "table" and self._tables:
            self._tables -= 1
            if not self._tables:
                add_tables(self._rows, self.blocks)
                self._rows = []

    def _end_cell(self) -> None:
        if not self._rows:
            return
        text = "\n".join(self._cell)
        times = min(self._repeated, _REPEATED, MOST_COLUMNS - len(self._rows[-1]))
        self._left -= (len(text) + 1) * max(times, 0)
        if self._left < 0:
            raise Refused("too_long")
        self._rows[-1].extend([text] * times)

    def _end_paragraph(self, text: str, *, heading: bool) -> None:
        if not text.strip():
            return
        if self._tables:
            self._cell.append(text)
        elif heading:
            self.blocks.heading(text)
        else:
            self.blocks.paragraph(
                f"- {text.strip()}" if self._listed else text, tight=self._listed > 0
            )
