"""Functions on text for people, models and platforms: encodable characters and literal Markdown."""

from __future__ import annotations

import re

from engine.text.characters import clip

# These characters could be marks of the dialect (`engine.text.dialect`). Between spaces they are
# text.
_MARKS = re.compile(
    r"[\\`]|(?<=\S)\*|\*(?=\S)|(?<![^\W_])_|_(?![^\W_])|~(?=~)|(?<=~)~|\](?=\()|<(?=[/!a-zA-Z])"
    r"|\|(?=\|)|(?<=\|)\||&(?=#?\w{1,32};)"
)
_BLOCK_START = re.compile(r"[#>+=|~*-]|\d{1,9}(?=[.)])")


def well_formed(text: str) -> str:
    """Join surrogate pairs and replace lone surrogates.

    JSON may contain a lone surrogate, but UTF-8 cannot encode it. A lone surrogate appears where a
    text was cut at a number of UTF-16 units, as by a text field's ``maxlength`` or by an endpoint's
    stream.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def literal(text: str, most: int = 500) -> str:
    """Return Markdown that shows exactly the given text on one line, up to `most` characters.

    Notices that repeat a person's words use this function, so that no table, link or formula in
    them is rendered. A text without marks stays unchanged. The time is linear in the length.
    """
    line = " ".join(text[: 4 * most].split())
    line = clip(line, most)
    escaped = _MARKS.sub(r"\\\g<0>", line)
    if escaped.count("$") > 1:
        escaped = escaped.replace("$", "\\$")
    start = _BLOCK_START.match(escaped)
    if start is None:
        return escaped
    at = start.end() if start.group()[0].isdigit() else 0
    return f"{escaped[:at]}\\{escaped[at:]}"
