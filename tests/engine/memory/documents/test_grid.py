"""Tables in the text of a page that keeps its layout."""

from __future__ import annotations

import pytest

from engine.memory.documents.formats.grid import with_tables
from engine.memory.documents.reading import PDF, read
from tests.engine.memory.documents.test_reading import assembled

PRICES = """Prices of the lamp shop

Number     Name             Price       Remarks
200        Floor lamp         42.79     new
201        Reading light       5.70
202        Desk lamp Nova    110.00     sold out

The shop is closed on Monday."""


def test_rows_keep_their_columns_below_the_names() -> None:
    table = (
        "columns: Number | Name | Price | Remarks\n"
        "200 | Floor lamp | 42.79 | new\n"
        "201 | Reading light | 5.70\n"
        "202 | Desk lamp Nova | 110.00 | sold out"
    )
    assert table in with_tables(PRICES)
    assert with_tables(PRICES).startswith("Prices of the lamp shop\n")
    assert with_tables(PRICES).endswith("\nThe shop is closed on Monday.")


def test_the_second_line_of_a_cell_belongs_to_its_row() -> None:
    layout = PRICES.replace("42.79     new", "42.79     new, with a").replace(
        "201  ", "                                        long cable\n201  "
    )
    assert "200 | Floor lamp | 42.79 | new, with a long cable\n201 |" in with_tables(layout)


def test_lines_of_centred_cells_stay_as_they_are() -> None:
    layout = PRICES.replace(
        "200  ", "                                        new, with\n200  "
    ).replace(
        "201  ", "                                        and a bulb\n           of steel\n201  "
    )
    assert " | new, with\n200 | Floor lamp | 42.79 | new\n" in with_tables(layout)


PROSE = "\n".join(
    ["the members of the club meet in March 12    and pay for the year, which the keeper 4"] * 12
)
LIST = "1.   Open the door with the key 4\n2.   Light the lamp 7\n3.   Close the door 9\n4.   Go 3"
FORM = "Name:      Bob Miller\nStreet:    Long lane 4\nTown:      Ely 12\nPhone:     12 34 56"


@pytest.mark.parametrize("layout", [PROSE, LIST, FORM, "no gaps at all 1\nand none here 2", ""])
def test_what_only_looks_like_a_table_is_none(layout: str) -> None:
    assert with_tables(layout) == ""


def test_a_page_with_columns_of_prose_beside_a_table_is_left_alone() -> None:
    assert with_tables(f"{PRICES}\n\n{PROSE}") == ""


def placed(*cells: tuple[int, int, str]) -> bytes:
    """Write a PDF of one page with texts at places in points, as office programs do."""
    stream = "".join(f"BT /F1 10 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in cells).encode()
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>"
    )
    return assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            page,
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    )


def test_a_table_of_a_pdf_file_is_read_as_rows() -> None:
    columns = (60, 130, 300, 380)
    rows = [
        ("Number", "Name", "Price", "Remarks"),
        ("200", "Floor lamp", "42.79", "new"),
        ("201", "Reading light", "5.70", "new"),
        ("202", "Desk lamp Nova", "110.00", "sold out"),
    ]
    cells = [
        (x, 700 - 16 * line, text) for line, row in enumerate(rows) for x, text in zip(columns, row)
    ]
    content = placed((60, 740, "Prices of the lamp shop in 2026"), *cells)
    ((_, text),) = read(PDF, content, most_pages=10, most_characters=10_000).sections
    assert "columns: Number | Name | Price | Remarks\n200 | Floor lamp | 42.79 | new\n" in text
    assert text.startswith("Prices of the lamp shop in 2026\n")
