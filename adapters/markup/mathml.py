r"""Convert LaTeX to MathML for Pipit's own web page.

The library is loaded when the first formula appears. It escapes nothing and copies attributes from
the formula (``\href``). Its result is therefore written again here, only with known elements, known
attributes and escaped text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_CHARACTERS = 1000
# The deepest nesting of braces. Browsers drop elements that are nested some hundred levels deep.
_MAX_DEPTH = 20

_ELEMENTS = frozenset(
    (
        *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msup", "msub", "msubsup", "mfrac"),
        *("msqrt", "mroot", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mstyle"),
        *("mpadded", "mphantom", "menclose"),
    )
)
_ATTRIBUTES = frozenset(
    (
        *("display", "displaystyle", "scriptlevel", "stretchy", "fence", "separator", "form"),
        *("accent", "accentunder", "linethickness", "columnalign", "rowalign", "rowspacing"),
        *("columnspacing", "columnlines", "rowlines", "mathvariant", "minsize", "maxsize", "width"),
        *("height", "depth", "lspace", "rspace", "movablelimits", "largeop", "symmetric"),
    )
)
_VALUE = re.compile(r"[\w .%+-]{1,60}")
# An environment that numbers its lines would show numbers that the model did not write. Its form
# without numbers is used instead.
_NUMBERED = re.compile(r"\\(begin|end)\{(align|equation|gather|multline)\}")


@lru_cache(maxsize=256)
def to_mathml(latex: str, *, block: bool) -> str | None:
    """Return a formula as a MathML element.

    Return None if the text is not LaTeX, or if a part of it is not understood.
    """
    if len(latex) > MAX_CHARACTERS or _depth(latex) > _MAX_DEPTH:
        return None
    from latex2mathml.converter import (  # noqa: PLC0415 - only where a formula appears
        convert_to_element,
    )

    try:
        root = convert_to_element(
            _NUMBERED.sub(r"\\\1{\2*}", latex), display="block" if block else "inline"
        )
    except Exception:  # noqa: BLE001 - for text that is not LaTeX, the library raises errors of many kinds
        return None
    parts: list[str] = []
    return "".join(parts) if _write(root, parts) else None


def _depth(latex: str) -> int:
    deepest = depth = 0
    for char in latex:
        depth += (char == "{") - (char == "}")
        deepest = max(deepest, depth)
    return deepest + latex.count("\\left")


def _write(element: Element, parts: list[str]) -> bool:
    """Write an element with its children. Return False if an element is not known."""
    name, text = str(element.tag), unescape(element.text or "")
    # A backslash in the result belongs to a command that the library does not know.
    if name not in _ELEMENTS or "\\" in text:
        return False
    attributes = "".join(
        f' {key}="{escape(value)}"'
        for key, value in element.attrib.items()
        if key in _ATTRIBUTES and _VALUE.fullmatch(value)
    )
    parts.append(f"<{name}{attributes}>{escape(text)}")
    if not all(_write(child, parts) for child in element):
        return False
    parts.append(f"</{name}>")
    return True
