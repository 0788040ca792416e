"""Render the model's Markdown as HTML for Pipit's own web page.

The result is a list of blocks, so that a growing answer changes only at its end. Every text is
escaped here and every tag is written here, so nothing that a model or a user wrote becomes markup.
Pictures are shown as links, because loading a picture would tell its host who reads the answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape
from typing import Callable

from markdown_it.token import Token

from adapters.markup.formulas import to_unicode
from adapters.markup.mathml import to_mathml
from engine.attachments import Made, MediaKind
from engine.text.dialect import clean, parse_blocks, parse_inline

_OPEN = {
    "paragraph_open": '<p dir="auto">',
    "strong_open": "<strong>",
    "em_open": "<em>",
    "s_open": "<s>",
    "underline_open": "<u>",
    "spoiler_open": '<span class="spoiler" tabindex="0">',
    "softbreak": "<br>",
    "hardbreak": "<br>",
    "hr": "<hr>",
}
_CLOSE = {
    "paragraph_close": "</p>",
    "blockquote_close": "</blockquote>",
    "bullet_list_close": "</ul>",
    "ordered_list_close": "</ol>",
    "list_item_close": "</li>",
    "strong_close": "</strong>",
    "em_close": "</em>",
    "s_close": "</s>",
    "underline_close": "</u>",
    "spoiler_close": "</span>",
}
# The highest heading level of an answer, because the page itself uses the levels above.
_HIGHEST = 3
_CONTAINERS = ("blockquote_open", "bullet_list_open", "ordered_list_open")
_CODE = re.compile(r"(`+)[^`\n]{0,300}\1")
_SCHEMES = ("https://", "http://")


def render_html(markdown: str) -> list[str]:
    """Return the blocks of an answer.

    Text that is nested too deeply is returned as it was written.
    """
    text = clean(markdown)
    tokens = parse_blocks(text)
    if tokens is None:
        return [render_plain(text)]
    _tell_directions(tokens)
    blocks, block = [], ""
    for token in tokens:
        block += _block(token)
        if token.level == 0 and token.nesting <= 0 and token.type != "inline":
            blocks.append(block)
            block = ""
    return [*blocks, block] if block else blocks


def _tell_directions(tokens: Sequence[Token]) -> None:
    """Give each quote and list the writing direction of its first letter.

    ``dir="auto"`` is not enough, because the browser then skips paragraphs that have a direction of
    their own.
    """
    following = ""
    for token in reversed(tokens):
        if token.type == "inline":
            following = _direction(token.content) or following
        elif token.type in _CONTAINERS:
            token.meta["direction"] = following or "auto"


def _direction(markdown: str) -> str:
    """Return the direction of the first letter outside code, or "" if there is none."""
    kinds = (unicodedata.bidirectional(letter) for letter in _CODE.sub("", markdown))
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), "")
    return {"": "", "L": "ltr"}.get(first, "rtl")


def render_plain(text: str) -> str:
    """Return a text exactly as it was written, in a paragraph that keeps the line breaks."""
    return f'<p dir="auto" class="plain">{escape(text.strip())}</p>'


def file_link(address: str, name: str) -> str:
    """Return a link to a file that Pipit offers for download."""
    return (
        f'<p><a class="file" download="{escape(name)}" '
        f'href="{escape(address)}">{escape(name)}</a></p>'
    )


def made_html(address: str, made: Made) -> str:
    """Return a picture or a recording that the page shows. The address is Pipit's own."""
    if made.kind is MediaKind.PICTURE:
        return f'<p><img class="made" alt="{escape(made.alt)}" src="{escape(address)}"></p>'
    return f'<p><audio class="made" controls preload="none" src="{escape(address)}"></audio></p>'


def _block(token: Token) -> str:
    written = _BLOCKS.get(token.type)
    if written is not None:
        return written(token)
    # The parser hides the paragraphs of a list without empty lines, so they get no tag.
    return "" if token.hidden else _OPEN.get(token.type) or _CLOSE.get(token.type, "")


def _heading(token: Token) -> str:
    name = f"h{min(6, int(token.tag[1]) + _HIGHEST - 1)}"
    return f'<{name} dir="auto">' if token.nesting > 0 else f"</{name}>"


def _numbers(token: Token) -> str:
    return f'<ol dir="{token.meta["direction"]}" start="{int(token.attrGet("start") or 1)}">'


def _item(token: Token) -> str:
    """Open a list item.

    The browser numbers the items. An item gets its own number only where the answer skips numbers.
    """
    jumps = token.info and token.meta["jumps"]
    return f'<li value="{token.meta["number"]}">' if jumps else "<li>"


def _bullets(token: Token) -> str:
    """Open a bullet list.

    If the bullets are plus or minus signs, the list shows them as written.
    """
    direction = token.meta["direction"]
    if token.meta.get("signs"):
        return f'<ul dir="{direction}" class="{"plus" if token.markup == "+" else "minus"}">'
    return f'<ul dir="{direction}">'


def _formula(token: Token) -> str:
    """Return a formula as MathML, or in Unicode if that fails, or else as code."""
    block = token.type == "math_block"
    latex = token.content.strip()
    math = to_mathml(latex, block=block)
    if math is not None:
        return f'<div class="math" tabindex="0">{math}</div>' if block else math
    shown = to_unicode(latex)
    if shown is None:
        return _code(latex, "latex") if block else f'<code dir="ltr">{escape(latex)}</code>'
    return f'<p dir="ltr">{escape(shown)}</p>' if block else escape(shown)


def _code(code: str, caption: str) -> str:
    """Return a block of code that can be scrolled sideways, also with the keyboard."""
    head = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    label = escape(caption) or "code"
    body = escape(code.rstrip("\n"))
    return (
        f'<figure>{head}<pre dir="ltr" tabindex="0" '
        f'aria-label="{label}"><code>{body}</code></pre></figure>'
    )


def _table(rows: list[list[str]], right: list[bool]) -> str:
    lines = [_row(row, "td" if number else "th", right) for number, row in enumerate(rows)]
    direction = _direction(" ".join(map(" ".join, rows))) or "auto"
    return (
        f'<div class="table" tabindex="0"><table dir="{direction}">{"".join(lines)}</table></div>'
    )


def _row(cells: list[str], tag: str, right: list[bool]) -> str:
    written = []
    for number, cell in enumerate(cells):
        style = ' class="right"' if number < len(right) and right[number] else ""
        written.append(f'<{tag} dir="auto"{style}>{_inline(cell)}</{tag}>')
    return f"<tr>{''.join(written)}</tr>"


def _inline(content: str) -> str:
    return _pieces(parse_inline(content))


def _pieces(tokens: Iterable[Token]) -> str:
    written, ends = [], []
    for token in tokens:
        if token.type == "link_open":
            opened, end = _link(token)
            ends.append(end)
            written.append(opened)
        elif token.type == "link_close":
            written.append(ends.pop() if ends else "")
        elif token.type == "image" and ends:  # a link within a link would end the outer link
            written.append(escape(token.content))
            ends[-1] += f" {_piece(token)}"
        else:
            written.append(_piece(token))
    return "".join([*written, *reversed(ends)])


def _piece(token: Token) -> str:
    written = _PIECES.get(token.type)
    if written is not None:
        return written(token)
    return _OPEN.get(token.type) or _CLOSE.get(token.type) or escape(token.content)


def _image(token: Token) -> str:
    url, label, title = str(token.attrs.get("src", "")), token.content, token.attrs.get("title")
    said = f" ({escape(str(title))})" if title else ""
    if not url.lower().startswith(_SCHEMES):
        return escape(f"{label} ({url})") + said
    return f"{_anchor(url)}{escape(label or url)}</a>{said}"


def _script(token: Token) -> str:
    return f"<{token.type}>{escape(token.content)}</{token.type}>"


def _link(token: Token) -> tuple[str, str]:
    """Return the opening and the closing HTML of a link.

    A link whose scheme is not http or https becomes text with its address.
    """
    url, title = str(token.attrs.get("href", "")), token.attrs.get("title")
    said = f" ({escape(str(title))})" if title else ""
    if url.lower().startswith(_SCHEMES):
        return _anchor(url), f"</a>{said}"
    return "", f" ({escape(url)}){said}"


def _anchor(url: str) -> str:
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer nofollow">'


_BLOCKS: dict[str, Callable[[Token], str]] = {
    "inline": lambda token: _inline(token.content),
    "heading_open": _heading,
    "heading_close": _heading,
    "blockquote_open": lambda token: f'<blockquote dir="{token.meta["direction"]}">',
    "ordered_list_open": _numbers,
    "bullet_list_open": _bullets,
    "list_item_open": _item,
    "math_block": _formula,
    "fence": lambda token: _code(token.content, token.info.strip()),
    "code_block": lambda token: _code(token.content, ""),
    "table": lambda token: _table(token.meta["rows"], token.meta["right"]),
}
_PIECES: dict[str, Callable[[Token], str]] = {
    "code_inline": lambda token: f'<code dir="ltr">{escape(token.content)}</code>',
    "url": lambda token: f"{_anchor(token.content)}{escape(token.content)}</a>",
    "image": _image,
    "math": _formula,
    "sub": _script,
    "sup": _script,
}
