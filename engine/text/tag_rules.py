"""Parse the few HTML tags and character references that models write where Markdown has no mark.

All other tags are text.
"""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

from markdown_it.rules_inline import StateInline

MAX_CHARACTERS = 1000  # the limit on the characters between a tag and its end

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PAIR = re.compile(
    rf"<(b|strong|i|em|u|ins|s|del|sub|sup|code|kbd|summary|mark)>(?=\S)"
    rf"([^\0]{{1,{MAX_CHARACTERS}}}?)(?<=\S)</\1>",
    re.IGNORECASE,
)
_ALONE = re.compile(r"</?details>[ \t]*(?:\n|\Z)", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_STYLES = {
    "b": "strong",
    "strong": "strong",
    "summary": "strong",
    "mark": "strong",
    "i": "em",
    "em": "em",
    "u": "underline",
    "ins": "underline",
    "s": "s",
    "del": "s",
}


def tag(state: StateInline, silent: bool) -> bool:
    """Parse ``<br>``, pairs such as ``<b>…</b>``, and ``<details>`` alone on its line."""
    src, pos = state.src, state.pos
    if src[pos] != "<":
        return False
    line_break = _BREAK.match(src, pos, state.posMax)
    if line_break:
        if not silent:
            state.push("hardbreak", "br", 0)
        state.pos = line_break.end()
        return True
    alone = _ALONE.match(src, pos, state.posMax) if not pos or src[pos - 1] == "\n" else None
    if alone:
        state.pos = alone.end()
        return True
    pair = _PAIR.match(src, pos, state.posMax)
    if pair is None:
        return False
    if not silent:
        _take_pair(state, pair)
    state.pos = pair.end()
    return True


def _take_pair(state: StateInline, pair: re.Match[str]) -> None:
    name = pair.group(1).lower()
    if name in ("code", "kbd"):
        state.push("code_inline", "code", 0).content = unescape(pair.group(2))
        return
    if name in ("sub", "sup"):
        state.push(name, name, 0).content = unescape(pair.group(2))
        return
    end = state.posMax
    state.push(f"{_STYLES[name]}_open", name, 1)
    state.pos, state.posMax = pair.start(2), pair.end(2)
    state.md.inline.tokenize(state)
    state.posMax = end
    state.push(f"{_STYLES[name]}_close", name, -1)


def reference(state: StateInline, silent: bool) -> bool:
    """Decode ``&amp;`` and similar references. An unknown name stays as written."""
    match = state.src[state.pos] == "&" and _REFERENCE.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    name = match.group()[1:]
    decoded = unescape(match.group()) if name[0] == "#" else html5.get(name, "")
    if (
        not decoded
        or decoded == match.group()
        or not (decoded.isprintable() or decoded == "\u00a0")
    ):
        return False
    if not silent:
        state.push("text_special", "", 0).content = decoded.replace("\u00a0", " ")
    state.pos = match.end()
    return True
