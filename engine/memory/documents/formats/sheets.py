"""Read XLSX workbooks (ECMA-376, SpreadsheetML) and files of separated values."""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from datetime import datetime, timedelta

from engine.memory.documents.formats.blocks import Blocks
from engine.memory.documents.formats.package import Elements, Handler, Package, parse
from engine.memory.documents.formats.sections import Refused, Sections

MOST_COLUMNS = 1000
_FIELD_CHARACTERS = 100_000
_DELIMITERS = ",;\t|"
_SNIFFED_LINES = 50
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_PERCENT_FORMATS = frozenset((9, 10))
_NOT_SHOWN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_COLUMN = re.compile(r"[A-Z]{1,3}")
_NOTES = re.compile(r"xl/comments[^/]*\.xml|xl/comments/[^/]*\.xml")

_DAY_ZERO = {
    False: datetime(1899, 12, 30),  # noqa: DTZ001 - days of a calendar have no zone
    True: datetime(1904, 1, 1),  # noqa: DTZ001 - as above
}
"""The day from which days are counted.

True is for workbooks with the Macintosh date system of 1904.
"""

Rows = list[list[str]]


def read_csv(text: str, most_characters: int) -> Sections:
    """Return the rows with their header. A text that is not a table stays unchanged."""
    blocks = Blocks(most_characters)
    delimiter = _delimiter(text)
    if not delimiter:
        return [("", text)]
    csv.field_size_limit(_FIELD_CHARACTERS)
    try:
        rows = [row[:MOST_COLUMNS] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error:
        return [("", text)]
    add_tables(rows, blocks)
    return blocks.sections()


def _delimiter(text: str) -> str:
    """Return the separator that splits the lines most evenly, or "" if there is none."""
    lines = [line for line in text[:65_536].splitlines() if line.strip()][:_SNIFFED_LINES]
    named = re.match(r"sep=([,;\t|])\s*$", lines[0]) if lines else None
    if named:
        return named.group(1)
    best, chosen = 0.0, ""
    for delimiter in _DELIMITERS:
        with suppress(csv.Error):
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
            usual = max(set(widths), key=widths.count, default=1)
            fit = widths.count(usual) / len(widths) * (1 - 1 / usual) if widths else 0.0
            if usual > 1 and fit > best:
                best, chosen = fit, delimiter
    return chosen


def add_tables(rows: Rows, blocks: Blocks) -> None:
    """Add a sheet.

    Empty rows separate the tables of a sheet. Lines with one cell above a table are its title.
    """
    held: Rows = []
    for row in [*rows, []]:
        if any(cell.strip() for cell in row):
            held.append(row)
        elif held:
            _add_table(held, blocks)
            held = []


def _add_table(rows: Rows, blocks: Blocks) -> None:
    first = min(next(i for i, cell in enumerate(row) if cell.strip()) for row in rows)
    rows = [row[first:] for row in rows]
    while (
        len(rows) > 1
        and sum(bool(cell.strip()) for cell in rows[0]) == 1
        and max(map(_width, rows)) > 1
    ):
        blocks.paragraph(" ".join(rows.pop(0)))
    blocks.table(rows)


def _width(row: list[str]) -> int:
    return max((i + 1 for i, cell in enumerate(row) if cell.strip()), default=0)


def read_xlsx(package: Package, most_characters: int) -> Sections:
    """Return one section for each sheet, in the order of the workbook, and the notes on cells."""
    workbook = Elements({"sheet": ("name", "id"), "workbookPr": ("date1904",)})
    parse(package.read("xl/workbook.xml"), workbook)
    parts = package.relations("xl/workbook.xml")
    sheets = [
        (one.get("name", ""), parts.get(one.get("id", ""), "")) for one in workbook.of("sheet")
    ]
    if not sheets:
        raise Refused("unreadable")
    shared, styles = _Strings(most_characters), _Styles()
    parse(package.read("xl/sharedStrings.xml"), shared)
    parse(package.read("xl/styles.xml"), styles)
    later = any(one.get("date1904") in ("1", "true") for one in workbook.of("workbookPr"))
    blocks = Blocks(most_characters)
    for name, part in sheets:
        blocks.heading(name)
        sheet = _Sheet(
            shared.texts,
            styles,
            _DAY_ZERO[later],
            most_characters,
        )
        parse(package.read(part), sheet)
        add_tables(sheet.rows, blocks)
    _add_notes(package, blocks, most_characters)
    return blocks.sections()


def _add_notes(package: Package, blocks: Blocks, most_characters: int) -> None:
    parts = sorted(name for name in package.names if _NOTES.fullmatch(name))
    if parts:
        blocks.heading("notes on cells")
    for part in parts:
        notes = _Strings(most_characters, item="comment")
        parse(package.read(part), notes)
        for place, text in zip(notes.places, notes.texts):
            blocks.paragraph(f"{place}: {text}", tight=True)


class _Strings(Handler):
    """The texts of ``si`` (shared strings) or ``comment`` elements, without phonetic hints."""

    def __init__(self, most_characters: int, item: str = "si") -> None:
        super().__init__()
        self._left, self._item = 4 * most_characters, item
        self.texts: list[str] = []
        self.places: list[str] = []
        self._text: list[str] = []
        self._takes = self._phonetic = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._item:
            self._text = []
            self.places.append(attributes.get("ref", ""))
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._takes = not self._phonetic

    def characters(self, content: str) -> None:
        if self._takes:
            self._left -= len(content)
            if self._left < 0:
                raise Refused("too_long")
            self._text.append(content)

    def end(self, name: str) -> None:
        if name == self._item:
            self.texts.append("".join(self._text))
        elif name == "rPh":
            self._phonetic = False
        elif name == "t":
            self._takes = False


class _Styles(Handler):
    """The number formats of a workbook. `dates` and `percents` are the numbers of cell styles."""

    def __init__(self) -> None:
        super().__init__()
        self.dates: set[int] = set()
        self.percents: set[int] = set()
        self._own: dict[str, str] = {}
        self._in_cells, self._number = False, 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self._own[attributes.get("numFmtId", "")] = _NOT_SHOWN.sub(
                "", attributes.get("formatCode", "")
            ).lower()
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self._take(attributes.get("numFmtId", ""))
            self._number += 1

    def _take(self, code: str) -> None:
        number = int(code) if code.isdecimal() and len(code) < 9 else 0
        shown = self._own.get(code, "")
        if number in _DATE_FORMATS or any(letter in shown for letter in "ymdh"):
            self.dates.add(self._number)
        elif number in _PERCENT_FORMATS or "%" in shown:
            self.percents.add(self._number)

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False


class _Sheet(Handler):
    """The rows of a sheet as texts. A formula has the value that was computed for it last."""

    def __init__(
        self, shared: list[str], styles: _Styles, day_zero: datetime, most_characters: int
    ) -> None:
        super().__init__()
        self._shared, self._styles, self._day_zero = shared, styles, day_zero
        self._left = most_characters
        self.rows: Rows = []
        self._kind, self._style, self._column = "", 0, 0
        self._text: list[str] = []
        self._takes = False
        self._last_row = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            number = _number(attributes.get("r", ""), self._last_row + 1)
            if number > self._last_row + 1 and self.rows:
                self.rows.append([])
            self._last_row = number
            self.rows.append([])
        elif name == "c":
            self._kind = attributes.get("t", "n")
            self._style = _number(attributes.get("s", ""), 0)
            self._column = _column(attributes.get("r", ""), len(self.rows[-1]) if self.rows else 0)
            self._text = []
        elif name in ("v", "t"):
            self._takes = True

    def characters(self, content: str) -> None:
        if self._takes:
            self._text.append(content)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._takes = False
        elif name == "c" and self.rows and self._text and self._column < MOST_COLUMNS:
            shown = self._shown("".join(self._text))
            self._left -= len(shown) + 1
            if self._left < 0:
                raise Refused("too_long")
            row = self.rows[-1]
            row.extend([""] * (self._column + 1 - len(row)))
            row[self._column] = shown

    def _shown(self, value: str) -> str:
        if self._kind == "s":
            place = _number(value.strip(), -1)
            return self._shared[place] if 0 <= place < len(self._shared) else ""
        if self._kind == "b":
            return "yes" if value.strip() == "1" else "no"
        if self._kind != "n":
            return value
        with suppress(ValueError, OverflowError):
            return self._number(float(value))
        return value

    def _number(self, value: float) -> str:
        if self._style in self._styles.dates:
            return _date(self._day_zero, value)
        if self._style in self._styles.percents:
            return f"{value * 100:.10g} %"
        return f"{value:.15g}"


def _date(day_zero: datetime, days: float) -> str:
    moment = day_zero + timedelta(days=days) + timedelta(milliseconds=500)
    if abs(days) < 1:
        return f"{moment:%H:%M:%S}".removesuffix(":00")
    return f"{moment:%Y-%m-%d}" if days == int(days) else f"{moment:%Y-%m-%d %H:%M}"


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else otherwise


def _column(reference: str, otherwise: int) -> int:
    letters = _COLUMN.match(reference)
    if letters is None:
        return otherwise
    column = 0
    for letter in letters.group():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
