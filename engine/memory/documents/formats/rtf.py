"""Read the text of RTF files (Rich Text Format 1.9.1), with line breaks and rows of tables."""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.memory.documents.formats.sections import Refused, Sections
from engine.memory.documents.formats.tables import render_table
from engine.memory.search.words import listed

MOST_DEPTH = 1000
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ "
    rb"]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_SKIPPED = listed(
    "fonttbl colortbl stylesheet listtable listoverridetable info pict object header headerl "
    "headerr headerf footer footerl footerr footerf themedata colorschememapping datastore "
    "latentstyles rsidtbl generator xmlnstbl mmathPr fldinst bkmkstart bkmkend nonshppict objdata "
    "template revtbl filetbl pgptbl wgrffmtfilter userprops private"
)
_SIGNS = {
    "par": "\n\n", "line": "\n", "sect": "\n\n", "page": "\n\n", "tab": "\t", "emdash": "—",
    "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "emspace": " ", "enspace": " ",
}  # fmt: skip
_SIGN_TEXTS = {b"~": "\u00a0", b"_": "-", b"-": "", b"\n": "\n\n", b"\r": "\n\n"}
_TABLE_WORDS = frozenset({"cell", "nestcell", "row", "nestrow", "intbl", "pard", "trowd"})
_TAKEN = frozenset({"shptxt", "shpinst", "nesttableprops"})
_FONT_CODEPAGES = {
    0: 1252, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255,
    178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250,
}  # fmt: skip


class _State(NamedTuple):
    """The state that a group inherits. It is restored at the group's end."""

    skipped: bool = False
    hidden: bool = False
    fallback: int = 1
    """The number of fallback characters after a Unicode character, for readers without Unicode."""
    codepage: int = 0
    fonts: bool = False
    """Whether this is the font table. Only its code pages are read."""


def read_rtf(content: bytes) -> Sections:
    """Return the text as one section."""
    if not content.lstrip().startswith(b"{\\rtf"):
        raise Refused("unreadable")
    reader = _Reader()
    for token in _TOKEN.finditer(content):
        reader.take(token)
    return [("", reader.text())]


class _Reader:
    """The text that has been read.

    `_done` holds the finished text. `_current` belongs to an open paragraph or cell.
    """

    def __init__(self) -> None:
        self._state, self._outer = _State(), [_State()]
        self._codepage = 1252
        self._fonts = _Fonts()
        self._ignorable = False
        self._raw = bytearray()
        self._to_skip = 0
        self._done: list[str] = []
        self._current: list[str] = []
        self._table = _Table()

    def take(self, token: re.Match[bytes]) -> None:
        """Handle a control word, a sign, a bracket or a run of text."""
        word, number, code, sign, bracket, text = token.groups()
        if code:
            self._take_bytes(bytes([int(code, 16)]))
        elif text:
            self._take_bytes(text)
        elif bracket:
            self._bracket(bracket)
        elif word:
            self._word(word.decode("ascii"), int(number) if number else None)
        elif sign:
            self._sign(sign)

    def text(self) -> str:
        """Return all text."""
        self._flush()
        self._end_table()
        self._done += self._current
        text = "".join(self._done)
        # RTF writes a character above U+FFFF as two numbers, the halves of a surrogate pair.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _bracket(self, bracket: bytes) -> None:
        self._flush()
        self._ignorable = False
        if bracket == b"{":
            if len(self._outer) > MOST_DEPTH:
                raise Refused("too_long")
            self._outer.append(self._state)
        elif len(self._outer) > 1:
            self._state = self._outer.pop()

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._ignorable = True
        elif sign in _SIGN_TEXTS:
            self._put(_SIGN_TEXTS[sign])
        else:
            self._take_bytes(sign)

    def _word(self, word: str, number: int | None) -> None:
        self._flush()
        ignorable, self._ignorable = self._ignorable, False
        if word in _SKIPPED or (ignorable and word not in _TAKEN):
            self._state = self._state._replace(skipped=True, fonts=word == "fonttbl")
        elif word == "u" and number is not None:
            self._put(chr(number % 65536))
            self._to_skip = self._state.fallback
        elif word in _SIGNS:
            self._put(_SIGNS[word])
        elif word in _TABLE_WORDS:
            self._in_table(word)
        else:
            self._setting(word, number)

    def _setting(self, word: str, number: int | None) -> None:
        if word == "uc":
            self._state = self._state._replace(fallback=min(max(number or 0, 0), 9))
        elif word == "v":
            self._state = self._state._replace(hidden=number != 0)
        elif word == "ansicpg" and number:
            self._codepage = number
        elif word in ("f", "fcharset") and self._state.fonts:
            self._fonts.tell(word, number or 0)
        elif word in ("f", "plain"):
            self._state = self._state._replace(codepage=self._fonts.codepages.get(number or 0, 0))

    def _in_table(self, word: str) -> None:
        if word in ("cell", "nestcell"):
            self._table.row.append("".join(self._current).strip())
            self._current = []
        elif word in ("row", "nestrow"):
            self._table.rows.append(self._table.row)
            self._table.row = []
        elif word in ("intbl", "trowd"):
            if not self._table.begun:
                self._done += self._current
                self._current = []
            self._table.begun = self._table.inside = True
        else:
            self._table.inside = False

    def _take_bytes(self, text: bytes) -> None:
        skipped = min(self._to_skip, len(text))
        self._to_skip -= skipped
        if not self._state.skipped and not self._state.hidden:
            self._raw += text[skipped:]

    def _flush(self) -> None:
        if self._raw:
            codepage = self._state.codepage or self._codepage
            text, self._raw = _decoded(bytes(self._raw), codepage), bytearray()
            self._put(text)

    def _put(self, text: str) -> None:
        self._flush()
        self._to_skip = 0
        if self._state.skipped or self._state.hidden:
            return
        if self._table.begun and not self._table.inside and text.strip():
            self._end_table()
        self._current.append(text)

    def _end_table(self) -> None:
        if self._table.begun:
            self._done.append(f"\n\n{render_table(self._table.rows)}\n\n")
            self._table = _Table()


class _Table:
    """A table that is being read. The first text outside its rows ends it."""

    def __init__(self) -> None:
        self.begun = self.inside = False
        self.rows: list[list[str]] = []
        self.row: list[str] = []


class _Fonts:
    """The code page of each font number, from the font table."""

    def __init__(self) -> None:
        self.codepages: dict[int, int] = {}
        self._number = 0

    def tell(self, word: str, number: int) -> None:
        if word == "f":
            self._number = number
        elif number:
            self.codepages[self._number] = _FONT_CODEPAGES.get(number, 0)


def _decoded(raw: bytes, codepage: int) -> str:
    encoding = {65001: "utf-8", 10000: "mac_roman", 10007: "mac_cyrillic"}.get(
        codepage, f"cp{codepage}"
    )
    try:
        return raw.decode(encoding, "replace")
    except LookupError:
        return raw.decode("cp1252", "replace")
