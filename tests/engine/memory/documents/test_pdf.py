"""Tests of PDF files: locked ones, forms, notes, scans, right-to-left lines."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter

from engine.memory.documents.formats.bidirectional import (
    in_reading_order,
    is_right_to_left,
    without_presentation_forms,
)
from engine.memory.documents.formats.sections import Content, Refused
from engine.memory.documents.reader import Reader, ReadingSettings
from engine.memory.documents.reading import PDF, read
from tests.engine.memory.documents.test_reading import a_pdf, assembled
from tests.rigs.fakes import FakeClock

METHODS = ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"]


def content_of(content: bytes) -> Content:
    return read(PDF, content, most_pages=10, most_characters=10_000)


def locked(method: str, password: str) -> bytes:
    writer = PdfWriter(PdfReader(io.BytesIO(a_pdf("The heron"))))
    writer.encrypt(password, "owner", algorithm=method)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("method", METHODS)
async def test_a_pdf_that_opens_without_a_password_is_read(method: str) -> None:
    """The confined process reads it, which cannot load a library late."""
    found = await Reader(ReadingSettings(), FakeClock()).read("a.pdf", "", locked(method, ""))
    assert found.sections == [("page 1", "The heron")]


@pytest.mark.parametrize("method", METHODS)
def test_a_pdf_that_asks_for_a_password_is_told_as_locked(method: str) -> None:
    with pytest.raises(Refused, match="encrypted"):
        content_of(locked(method, "sesame"))


def annotated(*annotations: str, objects: str = "") -> bytes:
    """Return a page of text with annotations; `objects` is object 5."""
    stream = b"BT /F1 12 Tf 72 720 Td (Name:) Tj ET"
    return assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Annots [%s] "
            b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> "
            b">> >> >>" % " ".join(annotations).encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            objects.encode() or b"null",
        ]
    )


def test_values_of_forms_and_notes_are_read() -> None:
    found = content_of(
        annotated(
            "<< /Subtype /Widget /FT /Tx /T (name) /V (Ann) >>",
            "<< /Subtype /Widget /FT /Btn /T (member) /TU (Is a member) /V /Yes >>",
            "<< /Subtype /Widget /Parent 5 0 R /T (street) /V (Mill Lane 4) >>",
            "<< /Subtype /Widget /FT /Ch /T (days) /V [(Mon) (Fri)] >>",
            "<< /Subtype /Widget /FT /Tx /T (empty) >>",
            "<< /Subtype /Text /Contents (call first) >>",
            "<< /Subtype /Link /Contents (a link) >>",
            objects="<< /T (address) /FT /Tx >>",
        )
    )
    assert found.sections == [
        (
            "page 1",
            "Name:\nname: Ann\nIs a member: Yes\naddress.street: Mill Lane 4\ndays: Mon, "
            "Fri\nnote: call first",
        )
    ]


def test_a_form_whose_fields_are_their_own_parents_is_read() -> None:
    found = content_of(
        annotated("5 0 R", objects="<< /Subtype /Widget /T (a) /V (b) /Parent 5 0 R >>")
    )
    assert found.sections[0][1].startswith("Name:")


def test_pages_that_are_pictures_are_named() -> None:
    scan = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject << /I 5 0 R "
        b">> >> >>"
    )
    text = b"BT /F1 12 Tf 7 7 Td (The heron) Tj ET"
    content = assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [6 0 R 3 0 R 4 0 R] /Count 3 >>",
            scan,
            scan,
            b"<< /Subtype /Image /Width 1 /Height 1 /Length 1 >>\nstream\nx\nendstream",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 7 0 R "
            b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> "
            b">> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        ]
    )
    assert content_of(content) == Content([("page 1", "The heron")], (2, 3))


@pytest.mark.parametrize(
    ("drawn", "read_as"),
    [
        (".שדוחל םילקש 4200 אוה ריחמה", "המחיר הוא 4200 שקלים לחודש."),
        ("(15%) 1234 03-555 :ןופלט", "טלפון: 03-555 1234 (15%)"),
        ("דומעב Python 3.9 תסרג", "גרסת Python 3.9 בעמוד"),
        ("No such letters (1)", "No such letters (1)"),
    ],
)
def test_right_to_left_lines_are_put_into_reading_order(drawn: str, read_as: str) -> None:
    assert in_reading_order(drawn) == read_as


def test_a_page_counts_as_right_to_left_by_its_letters() -> None:
    assert is_right_to_left("שלום world")
    assert not is_right_to_left("one Hebrew letter, ש, in an English page")
    assert not is_right_to_left("123")


def test_shapes_of_letters_become_letters() -> None:
    assert without_presentation_forms("ﬁxed ﺳﻼم ⅷ") == "fixed سلام ⅷ"
