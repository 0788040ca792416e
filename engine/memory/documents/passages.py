"""Split a document's text into passages, sized in estimated tokens. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from engine.memory.documents.formats.tables import HEADER
from engine.memory.search.words import pieces
from engine.text.characters import whole_character

BYTES_PER_TOKEN = 3.5
"""The same value as in ``engine.answering.prompt``: an English token has four bytes, and a token of
another script has fewer letters.
"""
SHORT_TOKENS, LONG_TOKENS = 43, 600
"""Limits on the size of a passage.

A passage shorter than the first limit is joined with the following text. A passage longer than the
second one is cut into parts of about equal size.
"""
TABLE_TOKENS = 250
"""The limit on the rows of a table in one passage, below the line that names the columns."""
LINES_TOKENS = 300
SENTENCES = 12

_BLANK = re.compile(r"\n[ \t]*\n\s*?(?=\S|\Z)")
_SENTENCE_END = re.compile(r"(?<=[.!?…؟۔।॥])[\"'”’»)\]]*\s+|(?<=[。！？])[」』”’）]*|\n+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(.])(?:[^\W\d]{1,2}|Mrs|Prof|Inc|Ltd|Nos|etc|vgl|bzw|Str|Tel|тел|стр|руб|гл|им)\.\s*$"
)
_ORDINAL = re.compile(r"\d\.\s*$")
_SHORT_CHARACTERS = 25
"""If a unit as short as this ends with a number and a full stop, it is an ordinal: "3. Mai"."""
_ENDS_SENTENCE = re.compile(r"[.!?…:;؟۔।॥。！？：；][\"'”’»)\]」』]*$")
_CODE_LINE = re.compile(r"^\s{2,}\S|^\t|[;{}()=,\\|]$|^[-*+•]\s|^\d{1,4}[.):/-]|^[\[<{#$>]| \| ")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_NARROWEST, _WIDEST = 40, 160
"""The limits in characters on the longest line of a text that was broken to fit a page.

Wide letters count as two.
"""


def tokens(text: str) -> float:
    """Estimate the tokens of a text."""
    return len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN


def split(sections: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return passages as (place, text).

    A short paragraph is joined with the next paragraph. A long paragraph is split into parts. If
    prose has line breaks only because of the page's width, its lines are joined into paragraphs
    again. The rows of tables, logs and code stay lines. Each part of a table begins with the line
    that names its columns.
    """
    passages: list[tuple[str, str]] = []
    for place, text in sections:
        passages += [(place, passage) for passage in _joined(_paragraphs(text))]
    return passages


def _paragraphs(text: str) -> Iterator[str]:
    for block in _BLANK.split(text):
        paragraph = flowing(block.strip("\n")).rstrip()
        if paragraph.lstrip().startswith(HEADER):
            yield from _cut_table(paragraph.lstrip())
        elif tokens(paragraph) <= LONG_TOKENS:
            yield paragraph
        else:
            yield from _cut(paragraph)


def flowing(paragraph: str) -> str:
    """Return a paragraph without line breaks that come only from the page's width."""
    lines = paragraph.split("\n")
    if len(lines) < 3 or not _is_wrapped(lines):
        return paragraph
    full = 0.7 * max(map(_width, lines))
    out = lines[0].strip()
    for before, line in zip(lines, map(str.strip, lines[1:])):
        if _width(before) < full and _ENDS_SENTENCE.search(before.rstrip()):
            out += "\n" + line
        elif out.endswith("-") and out[-2:-1].isalpha() and line[:1].islower():
            out = out[:-1] + line
        else:
            out += ("" if _UNSPACED.match(out[-1:]) and _UNSPACED.match(line) else " ") + line
    return out


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Return whether a text is prose that was wrapped at the page's width.

    In any other text, such as a list, the line breaks have a meaning.
    """
    widths = [_width(line) for line in lines]
    widest = max(widths)
    if not _NARROWEST <= widest <= _WIDEST:
        return False
    full = sum(width >= 0.7 * widest for width in widths[:-1])
    meant = sum(bool(_CODE_LINE.search(line)) for line in lines)
    begins = {line.split(" ", 1)[0] for line in lines}
    return (
        full >= 0.6 * (len(lines) - 1)
        and meant <= 0.3 * len(lines)
        and len(begins) > len(lines) / 12 + 1
    )


def _width(line: str) -> int:
    line = line.strip()
    return len(line) + len(_UNSPACED.findall(line))


def units(text: str) -> list[str]:
    """Return a text's lines and sentences, each with the white space after it.

    All parts together are the whole text.
    """
    found, start = [], 0
    for end in _SENTENCE_END.finditer(text):
        if end.end() == start or ("\n" not in end.group() and not _ends(text, start, end.end())):
            continue
        found.append(text[start : end.end()])
        start = end.end()
    return [*found, text[start:]] if start < len(text) else found


def _ends(text: str, start: int, end: int) -> bool:
    """Return whether a sentence ends at `end`.

    An abbreviation does not end a sentence, nor does a number with a full stop.
    """
    if text[end : end + 1].islower():
        return False
    told = text[max(start, end - 8) : end]
    if _ABBREVIATION.search(told):
        return False
    return not (_ORDINAL.search(told) and end - start < _SHORT_CHARACTERS)


def _cut(paragraph: str) -> Iterator[str]:
    """Yield parts of about equal size, cut at lines or sentences.

    A sentence that is too long is cut as well.
    """
    most = LINES_TOKENS if paragraph.count("\n") * 40 > len(paragraph) else LONG_TOKENS
    parts = [part for unit in units(paragraph) for part in _pieces_of(unit, most)]
    left = tokens(paragraph)
    held, taken = "", 0.0
    for part in parts:
        cost = tokens(part)
        share = left / -(-left // (0.95 * most))
        if held and (taken + cost > most or taken + cost / 2 > share):
            yield held.rstrip()
            left -= taken
            held, taken = "", 0.0
        held += part
        taken += cost
    if held.strip():
        yield held.rstrip()


def _pieces_of(unit: str, most: float) -> Iterator[str]:
    """Yield a unit, or its pieces within `most` tokens. They are cut at spaces if possible."""
    while tokens(unit) > most:
        room = max(1, int(len(unit) * most / tokens(unit)))
        blank = unit.rfind(" ", room // 2, room)
        end = blank + 1 if blank > 0 else whole_character(unit, 0, room)
        yield unit[:end]
        unit = unit[end:]
    yield unit


def _cut_table(table: str) -> Iterator[str]:
    header, *rows = table.split("\n")
    if tokens(header) > LONG_TOKENS:  # column names of this length are a text, not a header
        yield from _cut(table)
        return
    held: list[str] = []
    taken = 0.0
    for row in (piece for whole in rows for piece in _pieces_of(whole, LONG_TOKENS)):
        cost = tokens(row) + 0.3
        if held and taken + cost > TABLE_TOKENS:
            yield "\n".join([header, *held])
            held, taken = [], 0.0
        held.append(row)
        taken += cost
    yield "\n".join([header, *held])


def _joined(paragraphs: Iterable[str]) -> Iterator[str]:
    held = ""
    for paragraph in paragraphs:
        if not paragraph.strip():
            continue
        held = f"{held}\n{paragraph}" if held else paragraph
        if tokens(held) >= SHORT_TOKENS:
            yield held
            held = ""
    if held:
        yield held


def texts_to_embed(passage: str) -> list[str]:
    """Return the texts of a passage that get vectors: the passage itself, then its sentences."""
    return [passage, *pieces(passage, SENTENCES)]
