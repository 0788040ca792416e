"""Small office documents, written by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATION = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
SLIDE = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
)


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def relations(targets: Mapping[str, str]) -> str:
    """Return a part with relations."""
    rows = "".join(f'<Relationship Id="{key}" Target="{value}"/>' for key, value in targets.items())
    return f"<Relationships>{rows}</Relationships>"


def docx(body: str, **parts: str) -> bytes:
    """Return a Word document; `parts` are further parts by name without ending."""
    more = {f"word/{name}.xml": content for name, content in parts.items()}
    main = f"<w:document {WORD}><w:body>{body}</w:body></w:document>"
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": main, **more})


def paragraph(text: str, properties: str = "") -> str:
    """Return a paragraph of a Word document."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def word_table(rows: Sequence[Sequence[str]]) -> str:
    """Return a table of a Word document."""
    cells = (("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row)) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def xlsx(
    sheets: Mapping[str, str], strings: Sequence[str] = (), styles: str = "", **parts: str
) -> bytes:
    """Return a workbook; `sheets` are the rows of each sheet as XML."""
    names = "".join(f'<sheet name="{name}" r:id="r{i}"/>' for i, name in enumerate(sheets))
    texts = "".join(f"<si><t>{text}</t></si>" for text in strings)
    return archive(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": f"<workbook {SHEET} {RELATION}><sheets>{names}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": relations(
                {f"r{i}": f"worksheets/{i}.xml" for i in range(len(sheets))}
            ),
            "xl/sharedStrings.xml": f"<sst {SHEET}>{texts}</sst>",
            "xl/styles.xml": f"<styleSheet {SHEET}>{styles}</styleSheet>",
            **{
                f"xl/worksheets/{i}.xml": f"<worksheet {SHEET}><sheetData>{rows}</sheetData></worksheet>"
                for i, rows in enumerate(sheets.values())
            },
            **{f"xl/{name}.xml": content for name, content in parts.items()},
        }
    )


def pptx(*slides: str, notes: str = "") -> bytes:
    """Return a presentation; the first slide has the notes."""
    ids = "".join(f'<p:sldId id="{256 + i}" r:id="r{i}"/>' for i in range(len(slides)))
    parts = {
        "ppt/presentation.xml": f"<p:presentation {SLIDE} {RELATION}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            {f"r{i}": f"slides/slide{9 - i}.xml" for i in range(len(slides))}
        ),
    }
    for i, slide in enumerate(slides):
        parts[f"ppt/slides/slide{9 - i}.xml"] = f"<p:sld {SLIDE}>{slide}</p:sld>"
    if notes:
        parts["ppt/slides/_rels/slide9.xml.rels"] = relations(
            {"r1": "../notesSlides/notesSlide1.xml"}
        )
        parts["ppt/notesSlides/notesSlide1.xml"] = f"<p:notes {SLIDE}>{shape(notes)}</p:notes>"
    return archive(parts)


def shape(*paragraphs: str) -> str:
    """Return a box of text on a slide."""
    texts = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in paragraphs)
    return f"<p:sp><p:txBody>{texts}</p:txBody></p:sp>"


def odf(body: str, kind: str = "text", manifest: str = "") -> bytes:
    """Return an OpenDocument file."""
    content = (
        f"<office:document-content {ODF}><office:body><office:{kind}>{body}"
        f"</office:{kind}></office:body></office:document-content>"
    )
    return archive(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": content,
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
        }
    )


def epub(*chapters: str, **parts: str) -> bytes:
    """Return a book."""
    items = "".join(
        f'<item id="c{i}" href="text/c%20{i}.xhtml" media-type="application/xhtml+xml"/>'
        for i in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    return archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfile full-path="OEBPS/book.opf"/></container>',
            "OEBPS/book.opf": f"<package><manifest>{items}</manifest><spine>{spine}</spine></package>",
            **{f"OEBPS/text/c {i}.xhtml": chapter for i, chapter in enumerate(chapters)},
            **{f"META-INF/{name}.xml": content for name, content in parts.items()},
        }
    )
