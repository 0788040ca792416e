"""Files of each format that cost the reading process much memory, just below its limit on size."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Mapping

from tests.engine.memory.documents.office_files import docx, epub, odf, paragraph, pptx, shape, xlsx
from tests.engine.memory.documents.test_reading import assembled

SIZE = 7_900_000  # bytes; the reader takes files up to 8 MiB
LETTERS = 540_000  # characters; the reader takes texts up to 600,000


def _filled(unit: str, size: int = SIZE, encoding: str = "utf-8") -> bytes:
    one = unit.encode(encoding)
    return one * (size // len(one))


def _words(seed: int, characters: int) -> str:
    chance = random.Random(seed)
    return " ".join(f"{chance.getrandbits(40):010x}" for _ in range(characters // 11))


def _pdf() -> bytes:
    """Return a PDF whose page is a stream that unfolds to 39 MB."""
    stream = zlib.compress(b"BT /F1 12 Tf 72 720 Td (word word) Tj ET\n" * 950_000, 9)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources "
    return assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            page + b"<< /Font << /F1 3 0 R >> >> >>",
            b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    )


def _workbook() -> bytes:
    rows = (
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>{n * 7}</v></c></row>'
        for n in range(1, 22_000)
    )
    return xlsx({"A": "".join(rows)})


WORST: Mapping[str, Callable[[], bytes]] = {
    "page.html": lambda: b"<!doctype html><body>" + _filled("<p>a<b>b</b>"),
    "windows-1251.txt": lambda: _filled("Слова о погоде в городе. ", encoding="cp1251"),
    "headings.md": lambda: _filled("# a\n"),
    "rows.csv": lambda: _filled("1,2\n"),
    "attributes.docx": lambda: docx(
        "<w:p " + " ".join(f'a{n}="1"' for n in range(3_000_000)) + "/>"
    ),
    "long.docx": lambda: docx("".join(paragraph(_words(n, 900)) for n in range(LETTERS // 900))),
    "rows.xlsx": _workbook,
    "slides.pptx": lambda: pptx(*(shape(_words(n, 5_000)) for n in range(LETTERS // 5_000))),
    "text.odt": lambda: odf(
        "".join(f"<text:p>{_words(n, 900)}</text:p>" for n in range(LETTERS // 900))
    ),
    "book.epub": lambda: epub(
        *(f"<html><body><p>{_words(n, 50_000)}</p></body></html>" for n in range(10))
    ),
    "groups.rtf": lambda: b"{\\rtf1 " + _filled("{\\b a}", SIZE - 20) + b"}",
    "unfolding.pdf": _pdf,
}
"""The files by name. A file is made when it is called for, since together they take 50 MB."""
