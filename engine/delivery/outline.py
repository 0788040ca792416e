"""The blocks of a Markdown text, and how to cut the text so that both sides render correctly.

All functions are pure. A text is parsed once. For any position, the outline knows which constructs
are open: quotes, list items with their numbers, a code fence, a formula, a table, a paragraph with
its emphasis.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from markdown_it.token import Token

from engine.text.block_rules import COUNTED_MARK, GOES_ON, PHONE_COLUMNS, cells
from engine.text.dialect import counted, open_marks, parse_blocks

# A longer word after a fence's mark is not a language name. The model has written text there.
LANGUAGE_CHARACTERS = 32

_KINDS = {
    "blockquote_open": "quote",
    "list_item_open": "item",
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "fence": "fence",
    "code_block": "code",
    "math_block": "math",
    "table": "table",
    "hr": "rule",
}
# The number of lines in the head of a block. A message should not end directly after a head.
_HEAD_LINES = {"item": 1, "fence": 1, "math": 1, "table": 2}
_FENCES = ("```", "~~~", "$$", "\\[")
_CONTAINERS = frozenset(("quote", "item"))
_QUOTE = re.compile(r" {0,3}> ?")
_ITEM = re.compile(r"( {0,3})([-+*]|\d{1,9}[.)])(?:( {1,4})(?=\S)| |$)")


@dataclass
class Block:
    """A block from its first line up to, but not including, line `end`.

    `width` is a list item's indentation. `marker` is a list item's mark as written, with the spaces
    around it.
    """

    kind: str
    first: int
    end: int
    token: Token
    width: int = 0
    marker: str = ""


class Outline:
    """The blocks and lines of a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.starts = [0, *accumulate(len(line) + 1 for line in self.lines)]
        self.blocks = _blocks(parse_blocks(text) or ())
        self._firsts = [block.first for block in self.blocks]
        for block in self.blocks:
            if block.kind == "item":
                self.content_at(self.around(block.first), block.first)

    def line_at(self, place: int) -> int:
        """Return the number of the line that contains a position."""
        return min(bisect_right(self.starts, place) - 1, len(self.lines) - 1)

    def around(self, line: int) -> list[Block]:
        """Return the blocks that contain a line, the outermost first and the leaf last."""
        return [block for block in self._up_to(line) if line < block.end]

    def head_before(self, place: int) -> int | None:
        """Return the start of a block if only the block's head precedes the position, else None."""
        line = self.line_at(max(0, len(self.text[:place].rstrip()) - 1))
        for block in self.around(line):
            rows = _HEAD_LINES.get(block.kind, 0)
            if block.first <= line < block.first + rows and place < self.starts[block.end]:
                return self.starts[block.first]
            if block.kind == "heading":
                return self.starts[block.first]
        return None

    def content_at(self, chain: list[Block], line: int) -> int:
        """Return where a line's content begins, after the marks of these quotes and list items."""
        at = 0
        for block in chain:
            at = _behind(block, self.lines[line], at, line)
        return at

    def _up_to(self, line: int) -> list[Block]:
        return self.blocks[: bisect_right(self._firsts, line)]

    def margin(self, chain: list[Block]) -> str:
        """Return the prefix of a continuation line inside these quotes and list items."""
        return "".join("> " if block.kind == "quote" else " " * block.width for block in chain)


def _behind(block: Block, line: str, at: int, number: int) -> int:
    """Return where the content of a container begins in a line.

    If the line is the container's first line, also set the container's width and marker.
    """
    if block.kind == "quote":
        match = _QUOTE.match(line, at)
        return match.end() if match else at
    if block.kind != "item":
        return at
    if block.first < number:
        blanks = len(line) - at - len(line[at:].lstrip(" "))
        return at + min(block.width, blanks)
    match = _ITEM.match(line, at)
    if match is None:  # a line with a tab does not match
        return at
    block.width = len(match.group(1)) + len(match.group(2)) + len(match.group(3) or " ")
    block.marker = match.group().ljust(block.width)
    return match.end()


def _blocks(tokens: Sequence[Token]) -> list[Block]:
    return [
        Block(_KINDS[token.type], token.map[0], token.map[1], token)
        for token in tokens
        if token.type in _KINDS and token.map
    ]


@dataclass(frozen=True)
class Seam:
    """A cut. The text ends at `end` with `closing`, and continues at `resume` with `opening`.

    `torn` holds the emphasis marks that are open at the cut, even if their end has not arrived.
    """

    end: int
    resume: int
    closing: str
    opening: str
    torn: str = ""


def seam(outline: Outline, place: int, *, marks: bool = True) -> Seam:
    """Return the cut at a position: where both texts end and begin, and the marks they need.

    Blank lines at the cut belong to neither side, nor does the end of a fence. Without `marks`, the
    cut does not close emphasis. This is faster, and the left side is never longer than with marks.
    """
    text = outline.text
    resume = _skip_blank_lines(text, place)
    line = outline.line_at(resume)
    within = resume > outline.starts[line]
    chain = [block for block in outline.around(line) if block.first < line or within]
    end = _end_of_text(text, place)
    leaf = chain[-1] if chain and chain[-1].kind not in _CONTAINERS else None
    containers = [block for block in chain if block.kind in _CONTAINERS]
    if leaf is None or leaf.kind in ("code", "rule"):
        return _between_blocks(outline, end, resume, containers, leaf)
    if leaf.kind in ("fence", "math"):
        if line == leaf.first:  # the cut is inside the line that opens the fence
            start = outline.starts[line]
            return Seam(_end_of_text(text, start), start, "", _items(outline, containers))
        return _within_fence(outline, place, resume, containers, leaf)
    if leaf.kind == "table" and not within:
        return _within_table(outline, end, resume, containers, leaf)
    return _within_paragraph(outline, end, resume, containers, leaf, marks=marks)


def _end_of_text(text: str, place: int) -> int:
    """Return the end of the last line with text before a position.

    Blank lines, and lines with only quote marks, are skipped.
    """
    end = len(text[:place].rstrip())
    start = text.rfind("\n", 0, end) + 1
    while start and not text[start:end].strip(" \t>"):
        end = len(text[:start].rstrip())
        start = text.rfind("\n", 0, end) + 1
    return end


def _skip_blank_lines(text: str, place: int) -> int:
    """Return the beginning of the next line with text.

    If text follows the position in its own line, only spaces are skipped.
    """
    while place < len(text):
        if place and text[place - 1] != "\n":
            rest = text.find("\n", place)
            if text[place : rest if rest >= 0 else len(text)].strip():
                return place + len(text[place:]) - len(text[place:].lstrip(" "))
            place = len(text) if rest < 0 else rest + 1
            continue
        stop = text.find("\n", place)
        if stop < 0 or text[place:stop].strip():
            return place
        place = stop + 1
    return place


def _items(outline: Outline, containers: list[Block]) -> str:
    """Return text that reopens list items, each on its own line with its number.

    The margin of these lines reopens the quotes.
    """
    lines, before = "", ""
    for block in containers:
        if block.kind == "item":
            number = block.token.meta.get("number", 0) if block.token.info else 0
            written = int(block.token.info or 0)
            count = counted(number) if number != written else ""
            lines += f"{before}{block.marker}{count}{GOES_ON}\n"
        before += outline.margin([block])
    return lines


def _between_blocks(
    outline: Outline, end: int, resume: int, containers: list[Block], leaf: Block | None
) -> Seam:
    opening = _items(outline, containers)
    if leaf is not None and leaf.kind == "code" and opening:
        # Indented code cannot follow a paragraph directly.
        opening += outline.margin(containers).rstrip() + "\n"
    line = outline.line_at(resume)
    number = _changed_number(outline, line)
    if number is None:
        return Seam(end, resume, "", opening)
    block, shown = number
    at = outline.lines[line].index(block.marker.strip()) + len(block.marker.strip())
    start = outline.starts[line]
    opening += f"{outline.lines[line][:at]} {counted(shown)}"
    return Seam(end, min(start + at + 1, len(outline.text)), "", opening)


def _changed_number(outline: Outline, line: int) -> tuple[Block, int] | None:
    """Return the list item of a line if its shown number differs from the written number.

    The shown number is returned too. Return None for every other line.
    """
    for block in outline.around(line):
        if block.kind == "item" and block.first == line and block.token.info and block.marker:
            shown = block.token.meta["number"]
            return (block, shown) if shown != int(block.token.info) else None
    return None


def _within_fence(
    outline: Outline, place: int, resume: int, containers: list[Block], leaf: Block
) -> Seam:
    """Close a fence and reopen it.

    If only its closing line follows the cut, the fence is not reopened.
    """
    margin = outline.margin(containers)
    mark, language = _fence_of(leaf)
    if leaf.kind == "math":
        language = ""
    first = outline.lines[leaf.first]
    at = outline.content_at(containers, leaf.first)
    margin += " " * (len(first) - at - len(first[at:].lstrip(" ")))
    last = outline.line_at(resume) == leaf.end - 1
    closes = last and outline.lines[leaf.end - 1].strip(" >").startswith(_closing(mark))
    if closes:
        place = min(place, outline.starts[leaf.end - 1])
    end = len(outline.text[:place].rstrip("\n"))
    closing = f"\n{margin}{_closing(mark)}"
    if closes:
        if outline.starts[leaf.end] >= len(outline.text):
            return Seam(end, len(outline.text), closing, "")
        behind = seam(outline, outline.starts[leaf.end])
        return Seam(end, behind.resume, closing, behind.opening)
    return Seam(end, resume, closing, f"{_items(outline, containers)}{margin}{mark}{language}\n")


def _fence_of(leaf: Block) -> tuple[str, str]:
    words = leaf.token.info.split()[:1]
    return leaf.token.markup, "".join(w for w in words if len(w) <= LANGUAGE_CHARACTERS)


def _closing(mark: str) -> str:
    return "\\]" if mark == "\\[" else mark


def _within_table(
    outline: Outline, end: int, resume: int, containers: list[Block], leaf: Block
) -> Seam:
    # The cut is inside the table's head, so the text before it has no table yet.
    if outline.line_at(resume) < leaf.first + 2:
        return Seam(end, resume, "", _items(outline, containers))
    lines = outline.lines[leaf.first : leaf.first + 2]
    # The table begins on the line of a list item's mark.
    if any(block.first == leaf.first for block in containers):
        at = [outline.content_at(containers, leaf.first + number) for number in (0, 1)]
        lines = [outline.margin(containers) + line[start:] for line, start in zip(lines, at)]
    if any(_too_wide(line) for line in outline.lines[leaf.first : outline.line_at(resume)]):
        lines[0] = lines[0].replace("|", f"|{COUNTED_MARK}", 1)
    return Seam(end, resume, "", _items(outline, containers) + "\n".join(lines) + "\n")


def _too_wide(row: str) -> bool:
    """Return whether a row of a table, shown in columns, is too wide for a phone.

    If one row is too wide, the rest of its table is shown as records.
    """
    return len("  ".join(cells(row))) > PHONE_COLUMNS


def _within_paragraph(
    outline: Outline,
    end: int,
    resume: int,
    containers: list[Block],
    leaf: Block,
    *,
    marks: bool,
) -> Seam:
    start = outline.starts[leaf.first]
    paragraph = outline.text[start : outline.starts[leaf.end] - 1]
    torn = open_marks(paragraph[: resume - start].rstrip()) if marks else []
    # A single asterisk may be a footnote mark. It counts as emphasis only if its closing mark is
    # known.
    found = [mark for mark in torn if len(mark) > 1 or mark in paragraph[resume - start :]]
    items = _items(outline, containers)
    opening = items[:-1] + " " if items else outline.margin(containers)
    if leaf.kind == "heading":
        opening += leaf.token.markup + " "
    line = outline.line_at(resume)
    if resume == outline.starts[line]:
        at = outline.content_at(containers, line)
        resume += at + len(outline.lines[line][at:]) - len(outline.lines[line][at:].lstrip(" "))
    return Seam(end, resume, "".join(reversed(found)), opening + "".join(found), "".join(torn))


def finished(text: str) -> str:
    """Close the code fence or formula that is open at the end of a text.

    If the open construct is empty, it is removed.
    """
    if not any(mark in text for mark in _FENCES):
        return text
    outline = Outline(text)
    chain = outline.around(len(outline.lines) - 1)
    leaf = chain[-1] if chain else None
    if leaf is None or leaf.kind not in ("fence", "math") or _is_closed(outline, leaf):
        return text
    before = text[: outline.starts[leaf.first]].rstrip()
    begins_line = not any(block.first == leaf.first for block in chain[:-1])
    if before and begins_line and not text[outline.starts[leaf.first + 1] :].strip(" \n>"):
        return before
    return f"{text}\n{outline.margin(chain[:-1])}{_closing(leaf.token.markup)}"


def _is_closed(outline: Outline, leaf: Block) -> bool:
    """Return whether the last line of a fence or formula closes it."""
    if leaf.kind == "math":
        return bool(leaf.token.meta.get("closed"))
    last = outline.lines[leaf.end - 1].strip(" >\t")
    mark = leaf.token.markup
    return leaf.end - 1 > leaf.first and last.startswith(mark) and not last.strip(mark[0])
