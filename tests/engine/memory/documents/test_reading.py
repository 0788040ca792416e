"""Tests of reading files into sections with places. Unreadable files are refused with a reason."""

from __future__ import annotations

import zlib

import pytest

from engine.memory.documents.formats.sections import Refused, Sections
from engine.memory.documents.reading import (
    HTML,
    MARKDOWN,
    PDF,
    TEXT,
    kind_of,
    read,
)


def a_pdf(*pages: str, encode: bool = False) -> bytes:
    """Return a small PDF with one line of text on each page."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for text in pages:
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
        extra = b"/Filter /FlateDecode " if encode else b""
        stream = zlib.compress(stream) if encode else stream
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects) + 2} 0 "
            f"R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< %s/Length %d >>\nstream\n%s\nendstream" % (extra, len(stream), stream))
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(pages)} >>".encode()
    return assembled(objects)


def assembled(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, table, end)


def read_all(kind: str, content: bytes) -> Sections:
    return read(kind, content, most_pages=10, most_characters=10_000).sections


@pytest.mark.parametrize(
    ("name", "media_type", "content", "kind"),
    [
        ("a.pdf", "", b"%PDF-1.4", PDF),
        ("a.txt", "text/plain", b"junk %PDF-1.7", PDF),
        ("a.MD", "", b"# x", MARKDOWN),
        ("a", "text/html; charset=utf-8", b"<p>", HTML),
        ("a.html", "text/plain", b"<p>", HTML),
        ("notes", "text/plain", b"x", TEXT),
        ("a.pdf", "application/pdf", b"MZ not a pdf", ""),
        ("a.docx", "application/vnd.openxmlformats", b"not an archive", ""),
        ("a.exe", "application/octet-stream", b"MZ", ""),
    ],
)
def test_a_kind_is_told_by_first_bytes_then_name_then_media_type(
    name: str, media_type: str, content: bytes, kind: str
) -> None:
    assert kind_of(name, media_type, content) == kind


def test_a_pdf_is_read_by_pages() -> None:
    assert read_all(PDF, a_pdf("The heron", "The stork")) == [
        ("page 1", "The heron"),
        ("page 2", "The stork"),
    ]


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    with pytest.raises(Refused, match="too_long"):
        read(PDF, a_pdf(*["x"] * 4), most_pages=3, most_characters=100)


def test_a_pdf_of_too_much_text_is_refused() -> None:
    with pytest.raises(Refused, match="too_long"):
        read(PDF, a_pdf("word " * 40, "word " * 40), most_pages=3, most_characters=250)


@pytest.mark.parametrize(
    "broken", [b"%PDF-1.4", b"%PDF-1.4\n" + b"\xff" * 500, a_pdf("x")[:180]], ids=range(3)
)
def test_a_broken_pdf_is_refused(broken: bytes) -> None:
    with pytest.raises(Refused, match=r"unreadable|empty"):
        read_all(PDF, broken)


def test_a_pdf_whose_pages_hold_themselves_is_refused() -> None:
    loop = assembled(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]
    )
    with pytest.raises(Refused):
        read_all(PDF, loop)


def test_a_pdf_without_text_is_refused() -> None:
    with pytest.raises(Refused, match="empty"):
        read_all(PDF, a_pdf(""))


def test_markdown_is_read_by_headings_but_not_those_in_code() -> None:
    text = b"before\n\n# Birds #\nherons\n```\n# a comment\n```\n## Fish\ncarp"
    assert read_all(MARKDOWN, text) == [
        ("", "before"),
        ("Birds", "herons\n```\n# a comment\n```"),
        ("Fish", "carp"),
    ]


def test_html_is_read_by_headings_without_what_nobody_sees() -> None:
    page = b"""<html><head><title>no</title><style>no {}</style></head><body>
    <p>Be<b>fore</b> all</p><h2>Birds &amp; <i>more</i></h2><p>herons<br>wade</p><script>no()</script>
    <div style="display: none">no <div>no</div></div><p hidden>no</p><ul><li>one<li>two</ul></body>"""
    assert read_all(HTML, page) == [
        ("", "Before all"),
        ("Birds & more", "herons\nwade\n\none\ntwo"),
    ]


@pytest.mark.parametrize(("kind", "section"), [(MARKDOWN, b"# a\nx\n"), (HTML, b"<h1>a</h1>x")])
def test_a_file_of_headings_without_end_is_refused(kind: str, section: bytes) -> None:
    """Each heading begins a passage, and a passage of one letter costs as much as a long one."""
    assert len(read_all(kind, section * 2000)) == 2000
    with pytest.raises(Refused, match="too_long"):
        read_all(kind, section * 2001)


def test_html_that_is_never_closed_is_read_all_the_same() -> None:
    assert read_all(HTML, b"</p></div>" + b"<div>" * 5000 + b"deep</b>") == [("", "deep")]


def test_text_is_read_with_its_byte_order_mark_or_without() -> None:
    for content in (b"\xef\xbb\xbf\xd1\x86", "\ufeffц".encode("utf-16-le"), "ц".encode()):
        assert read_all(TEXT, content) == [("", "ц")]
    assert read_all(TEXT, b"caf\xe9") == [("", "café")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"a\0b", "unreadable"), (b" \n ", "empty"), (b"x" * 10_001, "too_long")],
)
def test_text_that_is_none_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read_all(TEXT, content)
