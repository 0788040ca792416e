"""Tests of office documents: read as people see them, and hostile ones refused within limits."""

from __future__ import annotations

import io
import zipfile

import pytest

from engine.errors import DocumentRefused
from engine.memory.documents.formats.sections import Refused, Sections
from engine.memory.documents.reader import Reader, ReadingSettings
from engine.memory.documents.reading import PACKAGE, RTF, kind_of, read
from tests.engine.memory.documents.office_files import (
    ODF,
    WORD,
    archive,
    docx,
    epub,
    odf,
    paragraph,
    pptx,
    shape,
    word_table,
    xlsx,
)
from tests.rigs.fakes import FakeClock


def sections(content: bytes, kind: str = PACKAGE) -> Sections:
    return read(kind, content, most_pages=10, most_characters=10_000).sections


def test_a_word_document_is_read_by_headings_with_lists_and_tables() -> None:
    styles = (
        f'<w:styles {WORD}><w:style w:type="paragraph" w:styleId="berschrift1"><w:name '
        f'w:val="heading 1"/>'
        "</w:style></w:styles>"
    )
    body = (
        paragraph("Before")
        + paragraph("Birds", '<w:pStyle w:val="berschrift1"/>')
        + paragraph("heron", "<w:numPr/>")
        + paragraph("stork", "<w:numPr/>")
        + word_table([["Name", "Legs"], ["crane", "2"]])
        + paragraph("Fish", '<w:outlineLvl w:val="0"/>')
        + "<w:p><w:r><w:t>carp</w:t><w:tab/><w:t>pike</w:t><w:br/><w:t>eel</w:t></w:r></w:p>"
    )
    notes = f"<w:footnotes {WORD}>{paragraph('a note')}</w:footnotes>"
    assert sections(docx(body, styles=styles, footnotes=notes)) == [
        ("", "Before"),
        ("Birds", "- heron\n- stork\n\ncolumns: Name | Legs\ncrane | 2"),
        ("Fish", "carp\tpike\neel"),
        ("footnotes", "a note"),
    ]


def test_deleted_hidden_and_repeated_text_of_a_word_document_is_left_out() -> None:
    body = (
        "<w:p><w:r><w:t>seen</w:t></w:r><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        "<w:r><w:instrText>PAGEREF</w:instrText></w:r><w:ins><w:r><w:t> too</w:t></w:r></w:ins>"
        "<mc:AlternateContent xmlns:mc='m'><mc:Choice><w:t>, once</w:t></mc:Choice>"
        "<mc:Fallback><w:t>, once</w:t></mc:Fallback></mc:AlternateContent></w:p>"
    )
    assert sections(docx(body)) == [("", "seen too, once")]


def test_a_workbook_is_read_by_sheets_with_the_header_of_each_table() -> None:
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
        '<row r="3"><c r="A3" t="s"><v>1</v></c><c r="C3" t="inlineStr"><is><t>Price</t></is></c>'
        '<c r="D3" t="str"><v>Since</v></c><c r="E3" t="str"><v>Share</v></c></row>'
        '<row r="4"><c r="A4" t="s"><v>2</v></c><c r="C4"><v>24.899999999999999</v></c>'
        '<c r="D4" s="1"><v>45000</v></c><c r="E4" s="2"><v>0.125</v></c></row>'
        '<row r="5"><c r="A5" t="b"><v>1</v></c><c r="D5" s="1"><v>45000.75</v></c></row>'
    )
    styles = (
        '<numFmts><numFmt numFmtId="170" formatCode="dd/mm/yyyy"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="9"/></cellXfs>'
    )
    content = xlsx({"Lamps": rows, "Empty": ""}, ["Price list", "Lamp", "A 7"], styles)
    assert sections(content) == [
        (
            "Lamps",
            "Price list\n\ncolumns: Lamp |  | Price | Since | Share\nA 7 |  | 24.9 | 2023-03-15 | "
            "12.5 %\n"
            "yes |  |  | 2023-03-15 18:00",
        )
    ]


def test_notes_on_cells_are_read() -> None:
    notes = (
        '<comments><commentList><comment ref="B2"><text><r><t>ask '
        "Ann</t></r></text></comment></commentList></comments>"
    )
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    assert sections(xlsx({"One": rows}, comments1=notes)) == [
        ("One", "1"),
        ("notes on cells", "B2: ask Ann"),
    ]


def test_a_presentation_is_read_by_slides_in_their_order_with_notes() -> None:
    table = (
        "<a:tbl><a:tr><a:tc><a:p><a:r><a:t>Bird</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>Legs</a:t></a:r></a:p></a:tc></a:tr>"
        "<a:tr><a:tc><a:p><a:r><a:t>crane</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>2</a:t></a:r></a:p></a:tc></a:tr></a:tbl>"
    )
    content = pptx(shape("Title") + shape("one", "two"), table, notes="say hello")
    assert sections(content) == [
        ("slide 1", "Title\n\none\ntwo\n\nnotes: say hello"),
        ("slide 2", "columns: Bird | Legs\ncrane | 2"),
    ]


def test_an_opendocument_text_is_read_by_headings() -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes><text:p>Before</text:p>"
        "<text:h>Birds</text:h><text:list><text:list-item><text:p>heron<text:s/>grey</text:p></text:list-item>"
        "<text:list-item><text:p>stork</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell>"
        "<table:table-cell><text:p>Legs</text:p></table:table-cell></table:table-row><table:table-row>"
        "<table:table-cell><text:p>crane</text:p></table:table-cell><table:table-cell><text:p>2</text:p>"
        "</table:table-cell></table:table-row></table:table>"
    )
    assert sections(odf(body)) == [
        ("", "Before"),
        ("Birds", "- heron grey\n- stork\n\ncolumns: Name | Legs\ncrane | 2"),
    ]


def test_opendocument_sheets_and_slides_name_their_places() -> None:
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    sheet = (
        '<table:table table:name="Stock"><table:table-row>'
        + cell.format("", "Lamp") + cell.format("", "Price")
        + "</table:table-row><table:table-row>" + cell.format("", "A 7") + cell.format("", "24.90")
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table>'
    )  # fmt: skip
    assert sections(odf(sheet, "spreadsheet")) == [("Stock", "columns: Lamp | Price\nA 7 | 24.90")]
    page = "<draw:page><draw:frame><text:p>Hello</text:p></draw:frame></draw:page>"
    assert sections(odf(page + page, "presentation")) == [
        ("slide 1", "Hello"),
        ("slide 2", "Hello"),
    ]


def test_a_book_is_read_by_chapters_in_their_order() -> None:
    first = "<html><head><title>x</title></head><body><h1>One</h1><p>It began.</p></body></html>"
    second = '<?xml version="1.0" encoding="windows-1251"?><p>Потом</p>'.encode("cp1251")
    content = epub(first, second)  # type: ignore[arg-type]  # a part may be bytes
    assert sections(content) == [("One", "It began."), ("One", "Потом")]


def test_rich_text_is_read_with_its_characters_and_tables() -> None:
    content = (
        rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset204 Arial;}{\f1\fcharset161 Greek;}}"
        rb"{\*\generator Hidden;}{\info{\author Nobody}}\f0\'cf\'f0\'e8\'e2\'e5\'f2\par "
        rb"caf\u233?\~\u-10179?\u-8704?\par{\f1\'e1\'e2}\f0\par{\v hidden}"
        rb"\trowd\intbl Name\cell Legs\cell\row\intbl crane\cell 2\cell\row\pard After\{\}\line "
        rb"end}"
    )
    assert kind_of("a.rtf", "", content) == RTF
    assert [line for line in sections(content, RTF)[0][1].splitlines() if line] == [
        "Привет",
        "café\u00a0😀",
        "αβ",
        "columns: Name | Legs",
        "crane | 2",
        "After{}",
        "end",
    ]


def locked_archive() -> bytes:
    content = bytearray(docx(paragraph("x")))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 1)
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        locked_archive(),
        odf("<text:p>x</text:p>", manifest="<encryption-data/>"),
        epub("<p>x</p>", encryption='<e><CipherReference URI="OEBPS/text/c%200.xhtml"/></e>'),
    ],
    ids=["archive", "opendocument", "book"],
)
def test_a_locked_document_is_told_as_locked(content: bytes) -> None:
    with pytest.raises(Refused, match="encrypted"):
        sections(content)


NINES = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9))
    + "]>"
)
FILE_ENTITY = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
EMPTY_ODF = f"<office:document-content {ODF}>"


def of_each_format(xml: str) -> dict[str, bytes]:
    """Put hostile XML into the main part of every format."""
    return {
        "a.docx": archive({"[Content_Types].xml": "<Types/>", "word/document.xml": xml}),
        "a.xlsx": archive({"xl/workbook.xml": xml, "[Content_Types].xml": "<Types/>"}),
        "a.pptx": archive({"ppt/presentation.xml": xml, "[Content_Types].xml": "<Types/>"}),
        "a.odt": archive({"mimetype": "x", "content.xml": xml}),
        "a.epub": archive({"mimetype": "x", "META-INF/container.xml": xml}),
    }


HOSTILE = {
    "entities in entities": of_each_format(NINES + "<a>&j;</a>"),
    "a file as an entity": of_each_format(FILE_ENTITY + "<a>&a;</a>"),
    "elements within elements": of_each_format("<a>" * 200_000),
    "attributes without end": of_each_format("<a " + " ".join(f'b{i}="x"' for i in range(200_000))),
    "a part that unfolds": of_each_format("<a>" + " " * 60_000_000),
    "no XML": of_each_format("PK not xml"),
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=list(HOSTILE))
async def test_a_hostile_office_document_is_refused_within_the_bounds(
    hostile: dict[str, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    reader = Reader(ReadingSettings(), FakeClock())
    for name, content in hostile.items():
        with pytest.raises(DocumentRefused) as refused:
            await reader.read(name, "", content)
        assert refused.value.reason in ("unreadable", "too_long", "empty"), name
    assert not caplog.records  # each fault was expected


async def test_an_archive_of_many_or_overlapping_parts_is_refused() -> None:
    reader = Reader(ReadingSettings(), FakeClock())
    many = archive({"word/document.xml": "<a/>", **{f"{i}": "" for i in range(30_000)}})
    with pytest.raises(DocumentRefused, match="too_long"):
        await reader.read("a.docx", "", many)
    bombs = {f"word/header{i}.xml": b"<a>" + bytes(40_000_000) for i in range(4)}
    with pytest.raises(DocumentRefused):
        await reader.read("a.docx", "", archive({"word/document.xml": "<a/>", **bombs}))


@pytest.mark.parametrize(
    "content",
    [
        rb"{\rtf1" + b"{" * 100_000,
        rb"{\rtf1" + rb"\u-99999999?" * 50_000,
        rb"{\rtf1" + rb"\bin9999999999 " * 50_000,
        rb"{\rtf1" + rb"\'" * 200_000,
        rb"{\rtf1\trowd" + rb"\cell" * 200_000,
    ],
    ids=["depth", "numbers", "binary", "broken codes", "cells"],
)
async def test_a_hostile_rich_text_ends_within_the_bounds(content: bytes) -> None:
    reader = Reader(ReadingSettings(), FakeClock())
    try:
        found = await reader.read("a.rtf", "", content)
    except DocumentRefused as error:
        reason, size = error.reason, 0
    else:
        reason, size = "", sum(len(text) for _, text in found.sections)
    assert reason in ("", "unreadable", "too_long", "empty")
    assert size <= 600_000


READ = {
    "a.docx": docx(paragraph("heron")),
    "a.xlsx": xlsx({"One": '<row r="1"><c t="s"><v>0</v></c></row>'}, ["heron"]),
    "a.pptx": pptx(shape("heron")),
    "a.odt": odf("<text:p>heron</text:p>"),
    "a.epub": epub("<p>heron</p>"),
    "a.rtf": rb"{\rtf1\ansi\ansicpg936 heron\'c4\'e3}",
    "a.csv": "цапля;heron\n1;2\n".encode("cp1251"),
    "a.html": b"<meta charset=shift_jis><p>heron \x82\xa0",
    "a.txt": "heron и цапля".encode("utf-16-le"),
    "a.py": b"# -*- coding: koi8-r -*-\nheron = 1",
}


@pytest.mark.parametrize("name", READ)
async def test_each_format_is_read_by_the_confined_process(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    found = await Reader(ReadingSettings(), FakeClock()).read(name, "", READ[name])
    assert "heron" in "".join(text for _, text in found.sections)
    assert not caplog.records


def test_an_archive_that_is_no_document_is_none_of_ours() -> None:
    assert kind_of("a.zip", "", archive({"a.txt": "x"})) == ""
    assert kind_of("noname", "", docx(paragraph("x"))) == PACKAGE
    with pytest.raises(Refused, match="kind"):
        sections(archive({"a.txt": "x"}))


def test_a_part_with_a_wrong_checksum_is_damage() -> None:
    content = docx(paragraph("x" * 50))
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        at = opened.getinfo("word/document.xml").header_offset + 60
    with pytest.raises(Refused, match="unreadable"):
        sections(content[:at] + b"\x00\x01\x02" + content[at + 3 :])
