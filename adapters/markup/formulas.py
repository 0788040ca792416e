"""Convert a LaTeX formula to Unicode, if Unicode has every part of it. Pure functions.

A part that Unicode lacks (a matrix, a power of a power) is not approximated. The caller then shows
the LaTeX unchanged, as code. The time is linear in the formula's length.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Callable

from markdown_it.token import Token

from adapters.markup.symbols import (
    ACCENTS,
    BLACKBOARD,
    FRACTIONS,
    FUNCTIONS,
    ROOTS,
    SCRIPT,
    SPACED,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SYMBOLS,
)

MAX_CHARACTERS = 1000
_MAX_DEPTH = 12

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.)|[{}^_&~']|\s+|[^\\{}^_&~'\s]", re.DOTALL)
_ATOM = re.compile(r"[\w.\u0300-\u036f\u2070-\u209f²³¹½⅓⅔¼¾°′∞]+\Z")
_ONE = re.compile(r"\w[\u0300-\u036f\u2070-\u209f²³¹′]*\Z|\d+\Z")
_LINES = frozenset(
    (
        "align",
        "align*",
        "aligned",
        "equation",
        "equation*",
        "gather",
        "gather*",
        "split",
        "multline",
    )
)
_NOTHING = frozenset(
    (
        *("\\left", "\\right", "\\big", "\\Big", "\\bigg", "\\Bigg", "\\bigl", "\\bigr", "\\Bigl"),
        *("\\Bigr", "\\displaystyle", "\\textstyle", "\\limits", "\\nolimits", "\\!"),
        *("\\notag", "\\nonumber"),
    )
)
_TEXT = frozenset(
    (
        "\\text",
        "\\mathrm",
        "\\operatorname",
        "\\textrm",
        "\\mathsf",
        "\\mathtt",
        "\\mbox",
        "\\textbf",
    )
)
_PLAIN = frozenset(("\\mathit", "\\boldsymbol", "\\mathbf", "\\bm", "\\textit", "\\boxed"))


class _Unknown(Exception):
    """A part of a formula that Unicode lacks."""


@lru_cache(maxsize=256)
def to_unicode(latex: str) -> str | None:
    """Return a formula in Unicode, or None if that would lose or change something."""
    if len(latex) > MAX_CHARACTERS:
        return None
    try:
        text = _Reader(_TOKEN.findall(latex)).all()
    except (_Unknown, IndexError):
        return None
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return "\n".join(line for line in lines if line) or None


class _Reader:
    """Convert a formula's tokens (`units`) from left to right.

    `place` is the index of the next unit.
    """

    def __init__(self, units: list[str]) -> None:
        self.units = units
        self.place = 0
        self.depth = 0

    def all(self) -> str:
        if self.units.count("\\left") != self.units.count("\\right"):
            raise _Unknown
        written = self.until("")
        if self.place < len(self.units):
            raise _Unknown
        return written

    def until(self, closing: str) -> str:
        """Read up to and including a closing unit.

        If `closing` is empty, read to the formula's end.
        """
        parts: list[str] = []
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise _Unknown
        while self.place < len(self.units):
            unit = self.units[self.place]
            if unit == closing:
                self.place += 1
                break
            if unit == "}":
                raise _Unknown
            parts.append(self.one(parts))
        else:
            if closing:
                raise _Unknown
        self.depth -= 1
        return "".join(parts)

    def one(self, before: list[str]) -> str:
        """Read one unit with its arguments."""
        unit = self.next()
        if unit in ("^", "_"):
            return self.script(unit)
        if unit == "{":
            return self.until("}")
        if unit in _NOTHING:
            return self.delimiter() if unit.strip("\\") in ("left", "right") else ""
        if unit[0] != "\\":
            return {"&": "", "~": " ", "'": "′"}.get(unit, " " if unit.isspace() else unit)
        return self.command(unit, before)

    def next(self) -> str:
        self.place += 1
        return self.units[self.place - 1]

    def delimiter(self) -> str:
        r"""Skip the dot after ``\left`` or ``\right``, which means that there is no bracket."""
        if self.units[self.place] == ".":
            self.place += 1
        return ""

    def argument(self) -> str:
        """Read an argument: a group in braces or a single unit."""
        while self.units[self.place].isspace():
            self.place += 1
        if self.units[self.place] == "{":
            self.place += 1
            return self.until("}")
        return self.one([])

    def script(self, mark: str) -> str:
        """Read a superscript or a subscript. Unicode must have such a form of each character."""
        content = self.argument().strip()
        if mark == "^" and content in ("∘", "°"):
            return "°"
        if mark == "^" and content and not content.strip("′"):
            return content
        table = SUPERSCRIPTS if mark == "^" else SUBSCRIPTS
        squeezed = "".join(content.split())
        if not squeezed or any(char not in table for char in squeezed):
            raise _Unknown
        return "".join(table[char] for char in squeezed)

    def command(self, unit: str, before: list[str]) -> str:
        if unit in SYMBOLS:
            symbol = SYMBOLS[unit]
            return f" {symbol} " if unit in SPACED else symbol
        if unit[1:] in FUNCTIONS:
            return self.function(unit[1:], before)
        reader = _COMMANDS.get(unit)
        if reader is None:
            raise _Unknown
        return reader(self)

    def function(self, name: str, before: list[str]) -> str:
        """Write a function name such as sin, with spaces between it and the letters around it."""
        gap = " " if before and before[-1][-1:].isalnum() else ""
        ahead = self.units[self.place] if self.place < len(self.units) else ""
        return gap + name + (" " if ahead[:1].isalnum() or ahead[:1] == "\\" else "")

    def text(self) -> str:
        """Read the words of a text command, with their spaces."""
        if self.next() != "{":
            raise _Unknown
        words: list[str] = []
        while (unit := self.next()) != "}":
            if unit in "{^_" or (
                unit[0] == "\\" and unit[1:] not in ("%", "$", "&", "_", "#", " ")
            ):
                raise _Unknown
            words.append(unit.lstrip("\\") or " ")
        return "".join(words)

    def fraction(self) -> str:
        over, under = self.argument().strip(), self.argument().strip()
        if not over or not under or "\n" in over + under:
            raise _Unknown
        known = FRACTIONS.get((over, under))
        if known and not self.touches_digit():
            return known
        written = f"{_bracketed(over, _ATOM)}/{_bracketed(under, _ONE)}"
        return f"({written})" if self.goes_on() else written

    def touches_digit(self) -> bool:
        return self.ahead()[:1].isdigit()

    def goes_on(self) -> bool:
        """Return whether a factor follows, which would look like a part of the denominator."""
        ahead = self.ahead()
        return (
            ahead[:1].isalnum()
            or ahead in ("^", "_", "(", "{", "\\left", "\\frac", "\\sqrt")
            or (ahead in SYMBOLS and ahead not in SPACED and SYMBOLS[ahead].isalnum())
        )

    def ahead(self) -> str:
        return next((unit for unit in self.units[self.place : self.place + 2] if unit.strip()), "")

    def root(self) -> str:
        sign = "√"
        if self.place < len(self.units) and self.units[self.place] == "[":
            self.place += 1
            degree = ""
            while (unit := self.next()) != "]":
                degree += unit
            sign = ROOTS.get(degree.strip(), "")
            if not sign:
                raise _Unknown
        return sign + _bracketed(self.argument().strip(), _ONE)

    def accent(self, mark: str) -> str:
        letter = self.argument().strip()
        if len(letter) != 1 or not letter.isalpha():
            raise _Unknown
        return letter + mark

    def letters(self, table: dict[str, str]) -> str:
        content = self.argument().strip()
        if not content or any(char not in table for char in content):
            raise _Unknown
        return "".join(table[char] for char in content)

    def environment(self) -> str:
        name = self.name()
        if name not in _LINES:
            raise _Unknown
        parts: list[str] = []
        while self.units[self.place] != "\\end":
            parts.append(self.one(parts))
        self.place += 1
        if self.name() != name:
            raise _Unknown
        return "\n" + "".join(parts) + "\n"

    def name(self) -> str:
        if self.next() != "{":
            raise _Unknown
        name = ""
        while (unit := self.next()) != "}":
            name += unit
        return name

    def negated(self) -> str:
        return self.argument().strip() + "\u0338"


def _bracketed(text: str, whole: re.Pattern[str]) -> str:
    return text if whole.match(text) else f"({text})"


_COMMANDS: dict[str, Callable[[_Reader], str]] = {
    **dict.fromkeys(_TEXT, _Reader.text),
    **dict.fromkeys(_PLAIN, _Reader.argument),
    **dict.fromkeys(("\\frac", "\\dfrac", "\\tfrac"), _Reader.fraction),
    "\\sqrt": _Reader.root,
    "\\begin": _Reader.environment,
    "\\not": _Reader.negated,
    "\\mathbb": lambda reader: reader.letters(BLACKBOARD),
    "\\mathcal": lambda reader: reader.letters(SCRIPT),
    "\\\\": lambda _: "\n",
}
for _name, _mark in ACCENTS.items():
    _COMMANDS[_name] = lambda reader, mark=_mark: reader.accent(mark)  # type: ignore[misc]


def plain_text(token: Token) -> str | None:
    """Return an inline token as text.

    Return None for a token that is more than text, and for a formula that Unicode lacks.
    """
    if token.type in ("text", "text_special", "code_inline"):
        return token.content
    if token.type == "math":
        return to_unicode(token.content)
    if token.type in ("sub", "sup"):
        table = SUPERSCRIPTS if token.type == "sup" else SUBSCRIPTS
        if all(char in table for char in token.content):
            return "".join(table[char] for char in token.content)
        return f"<{token.type}>{token.content}</{token.type}>"
    return None
