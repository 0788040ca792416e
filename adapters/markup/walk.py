"""Walk over a parsed answer and call a writer for each piece of it, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Callable

from markdown_it.token import Token

from adapters.markup.formulas import plain_text, to_unicode
from adapters.markup.tables import cell_lines, grid, records
from adapters.markup.writer import Writer
from engine.text.dialect import clean, parse_blocks, parse_inline

_RULE = "—————"
_TASK = re.compile(r"\[([ xX])\](?:\s+|$)")
_LANGUAGE = re.compile(r"[A-Za-z0-9_+\-.#]{1,30}$")
_STYLES = {
    "strong_open": "bold",
    "em_open": "italic",
    "s_open": "strikethrough",
    "underline_open": "underline",
    "spoiler_open": "spoiler",
}
_ENDS = frozenset(("strong_close", "em_close", "s_close", "underline_close", "spoiler_close"))
# The host must have a dot or an IPv6 bracket. Telegram ignores a text_link to any other host, and
# the address would be lost.
_WEB = re.compile(r"(?:https?://(?:\[|[^\s/?#<>]*\.)|tg://)[^\s<>]*$", re.IGNORECASE)
_BREAKS = frozenset(("softbreak", "hardbreak"))


def walk(markdown: str, writer: Writer) -> None:
    """Parse an answer and write it.

    Text that is nested too deeply for the parser is written unchanged.
    """
    text = clean(markdown)
    tokens = parse_blocks(text)
    if tokens is None:
        writer.text(text.strip())
    else:
        _Walk(text.split("\n"), writer).blocks(tokens)


class _Walk:
    """The state of one walk.

    Blocks are separated as in the source: by an empty line if the model wrote one, else by a line
    break. Later text has no effect on the separation, so a growing answer does not change above its
    last block.
    """

    def __init__(self, lines: list[str], writer: Writer) -> None:
        self.lines = lines
        self.writer = writer
        # True if nothing is written yet, in the text or in this quote. No line break is needed
        # then.
        self.fresh = True
        # The mark of a list item, which must be written before the item's first block.
        self.bullet = ""
        # For each open list, whether its bullets are plus or minus signs, which are shown as
        # written.
        self.lists: list[bool] = []
        self.heading = ""  # the number signs of the open heading

    def blocks(self, tokens: Iterable[Token]) -> None:
        for token in tokens:
            handler = _BLOCKS.get(token.type)
            if handler:
                handler(self, token)

    def begin(self, token: Token) -> None:
        """Write the separator before a block, or the mark of its list item."""
        if self.bullet:
            write = self.writer.line if self.lists[-1] else self.writer.mark
            write(self.bullet)
            self.bullet = ""
        elif not self.fresh:
            start = token.map[0] if token.map else 0
            self.writer.newline(blank=not self.lines[start - 1].strip(" \t>"))
        self.fresh = False

    # -- blocks
    # ----------------------------------------------------------------------------------------------

    def open_heading(self, token: Token) -> None:
        self.heading = token.markup

    def inline(self, token: Token) -> None:
        content = token.content
        task = _TASK.match(content) if self.bullet else None
        if task:
            self.bullet += "☐ " if task.group(1) == " " else "☑ "
            content = content[task.end() :]
        pieces = parse_inline(content or self.heading)
        if not pieces:  # the line has only a tag that shows nothing
            return
        self.begin(token)
        if self.heading and content:
            self.writer.heading(len(self.heading))
            self.pieces(pieces)
            self.writer.close()
        else:
            self.pieces(pieces)
        self.heading = ""

    def open_quote(self, token: Token) -> None:
        self.begin(token)
        # No platform shows a quote within a quote, so the inner quote becomes part of the outer
        # quote.
        nested = any(span.style == "blockquote" for span in self.writer.spans)
        mark = "" if nested else self.writer.quote_mark
        self.writer.mark(mark)
        self.writer.margins.append(mark)
        self.writer.open("blockquote")
        self.fresh = True

    def close_quote(self, _token: Token) -> None:
        self.writer.close()
        self.writer.margins.pop()
        self.fresh = False

    def open_list(self, token: Token) -> None:
        self.lists.append(bool(token.meta.get("signs")))

    def close_list(self, _token: Token) -> None:
        self.lists.pop()

    def open_item(self, token: Token) -> None:
        self.begin(token)
        if token.info:
            self.bullet = f"{token.meta['number']}{token.markup} "
        elif self.lists[-1]:
            self.bullet = f"{token.markup} "
        else:
            self.bullet = self.writer.bullets[min(len(self.lists), len(self.writer.bullets)) - 1]
        self.writer.margins.append(" " * len(self.bullet))

    def close_item(self, _token: Token) -> None:
        if self.bullet:
            self.writer.mark(self.bullet.rstrip())
            self.bullet = ""
        self.writer.margins.pop()

    def rule(self, token: Token) -> None:
        self.begin(token)
        self.writer.raw(_RULE)

    def code_block(self, token: Token) -> None:
        language, caption = _language(token.info.strip())
        code = token.content.rstrip("\n")
        if code.strip() or caption:
            self.write_code(token, code, language, caption)

    def write_code(self, token: Token, code: str, language: str = "", caption: str = "") -> None:
        """Write code at the left edge, below its caption and below any list mark before it."""
        margins = self.writer.margins
        self.writer.margins = [margin for margin in margins if margin.strip()]
        below_bullet = bool(self.bullet)
        self.begin(token)
        if below_bullet:
            self.writer.newline()
        self.writer.text(caption)
        if caption and code:
            self.writer.newline()
        if code:
            self.writer.fence(code, language)
        self.writer.margins = margins

    def formula(self, token: Token) -> None:
        """Write a formula in Unicode, or its LaTeX as code."""
        shown = to_unicode(token.content)
        if shown is None:
            self.write_code(token, token.content.strip("\n"), "latex")
        else:
            self.begin(token)
            self.writer.text(shown)

    def table(self, token: Token) -> None:
        rows = token.meta["rows"]
        records_before = token.meta["records"]
        aligned = None if records_before else grid(rows, token.meta["right"], self.writer.columns)
        if aligned is not None:
            self.write_code(token, aligned)
            return
        for number, record in enumerate(records(rows)):
            if number:
                self.writer.newline(blank=True)
            else:
                self.begin(token)
            self.record(record)

    def record(self, pairs: list[tuple[list[Token], str]]) -> None:
        for number, (name, cell) in enumerate(pairs):
            if number:
                self.writer.newline()
            if name:
                self.pieces(name)
                self.writer.text(": ")
            self.pieces(parse_inline(cell_lines(cell)))

    # -- within a line

    def pieces(self, tokens: Iterable[Token]) -> None:
        rest = iter(tokens)
        # Adjacent texts are written as one text, so that a writer sees both sides of each join.
        text: list[str] = []
        for token in rest:
            words = plain_text(token)
            if words is not None and token.type != "code_inline":
                text.append(words)
                continue
            self.flush(text)
            self.piece(token, rest)
        self.flush(text)

    def flush(self, text: list[str]) -> None:
        if text:
            self.writer.text("".join(text))
            text.clear()

    def piece(self, token: Token, rest: Iterator[Token]) -> None:
        kind = token.type
        if kind in _BREAKS:
            self.writer.newline()
        elif kind in ("code_inline", "math"):
            self.writer.code(token.content)
        elif kind in _STYLES:
            self.writer.open(_STYLES[kind])
        elif kind in _ENDS:
            self.writer.close()
        elif kind == "url":
            self.writer.url(token.content)
        elif kind == "link_open":
            self.link(token, list(takewhile(lambda inner: inner.type != "link_close", rest)))
        elif kind == "image":
            self.image(token)

    def link(self, token: Token, inner: list[Token]) -> None:
        url = str(token.attrs["href"])
        label = "".join(part.content for part in inner)
        if url:
            self.named_url(url, label, inner)
        else:  # such as ``f[]()`` in program code, which is shown as it is
            self.writer.text("[")
            self.pieces(inner)
            self.writer.text("]()")
        self.title(token)

    def named_url(self, url: str, label: str, inner: list[Token]) -> None:
        bare = label.strip().rstrip("/")
        if bare in ("", url.rstrip("/")):
            self.writer.url(url)
        elif url.lower().startswith("mailto:") and bare == url[len("mailto:") :]:
            self.pieces(inner)
        elif _WEB.match(url) and self.writer.masks(label):
            self.writer.open("text_link", url)
            self.pieces(inner)
            self.writer.close()
        else:
            self.pieces(inner)
            self.address(url)
            return
        for image in inner:
            if image.type == "image":
                self.address(str(image.attrs["src"]))

    def image(self, token: Token) -> None:
        alt = Token("text", "", 0, content=token.content)
        if any(span.style == "text_link" for span in self.writer.spans):
            self.pieces([alt])  # the picture's own address follows after the link
        else:
            self.named_url(str(token.attrs["src"]), token.content, [alt])
        self.title(token)

    def address(self, url: str) -> None:
        self.writer.text(" (")
        self.writer.url(url)
        self.writer.text(")")

    def title(self, token: Token) -> None:
        title = token.attrs.get("title")
        if title:
            self.writer.text(f" ({title})")


def _language(info: str) -> tuple[str, str]:
    """Split the text after an opening fence into a language and a caption."""
    first, _, rest = info.partition(" ")
    return (first, rest.strip()) if _LANGUAGE.match(first) else ("", info)


_BLOCKS: dict[str, Callable[[_Walk, Token], None]] = {
    "heading_open": _Walk.open_heading,
    "inline": _Walk.inline,
    "blockquote_open": _Walk.open_quote,
    "blockquote_close": _Walk.close_quote,
    "bullet_list_open": _Walk.open_list,
    "bullet_list_close": _Walk.close_list,
    "ordered_list_open": _Walk.open_list,
    "ordered_list_close": _Walk.close_list,
    "list_item_open": _Walk.open_item,
    "list_item_close": _Walk.close_item,
    "hr": _Walk.rule,
    "fence": _Walk.code_block,
    "code_block": _Walk.code_block,
    "table": _Walk.table,
    "math_block": _Walk.formula,
}
