"""Draw an answer's Markdown with rich, so that code copied from the terminal is unchanged.

Lines of code begin at the left edge and are not wrapped here. The terminal wraps them itself, and
copies a wrapped line as one line. A table is drawn in columns if the screen is wide enough.
Otherwise it is drawn as records, so that no cell loses text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.syntax import Syntax
from rich.text import Text

from adapters.markup.walk import walk
from adapters.markup.writer import Span, Writer

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

_STYLES = {
    "bold": "bold",
    "italic": "italic",
    "strikethrough": "strike",
    "underline": "underline",
    "heading": "bold",
}
_CODE_STYLE = "markdown.code"
# Only blocks of code up to this length are highlighted. A longer block has one colour.
_HIGHLIGHTED_CHARACTERS = 20_000
_NARROWEST = 20


@dataclass
class Line:
    """A line of an answer, as pieces of styled text.

    `hang` is the width in columns of the list marks and margins before the words. Continuation
    lines have the same indentation.
    """

    pieces: list[Text] = field(default_factory=list)
    code: bool = False
    hang: int = 0

    def text(self) -> Text:
        """Return the line as one text."""
        return Text("").join(self.pieces) if self.pieces else Text("")


class _TerminalWriter(Writer):
    bullets = ("• ", "◦ ", "▪ ")
    quote_mark = "│ "

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.columns = columns
        self.lines = [Line()]

    def raw(self, text: str) -> None:
        first, *others = text.split("\n")
        self._append(first)
        for other in others:
            self.lines.append(Line())
            self._append(other)

    def _append(self, text: str, style: str = "") -> None:
        if text:
            styles = {_STYLES.get(span.style, "") for span in self.spans}
            self.lines[-1].pieces.append(
                Text(text, " ".join(sorted(filter(None, {*styles, style}))))
            )

    def mark(self, text: str) -> None:
        self.raw(text)
        self.lines[-1].hang += len(text)

    def newline(self, *, blank: bool = False) -> None:
        super().newline(blank=blank)
        self.lines[-1].hang = sum(map(len, self.margins))

    def heading(self, level: int) -> None:  # noqa: ARG002 - all headings look alike
        self.open("heading")

    def code(self, code: str) -> None:
        self._append(code, _CODE_STYLE)

    def fence(self, code: str, language: str) -> None:
        for number, line in enumerate(_highlighted(code, language)):
            if number:
                self.newline()
            self.lines[-1].pieces.append(line)
            self.lines[-1].code = True

    def url(self, url: str) -> None:
        self.raw(url)

    def masks(self, label: str) -> bool:  # noqa: ARG002 - the address is shown beside any label
        return False

    def opened(self, span: Span) -> None:
        """Do nothing, because `_append` reads the open styles itself."""


@lru_cache(maxsize=8)
def _highlighted(code: str, language: str) -> tuple[Text, ...]:
    if not language or len(code) > _HIGHLIGHTED_CHARACTERS:
        return tuple(Text(line) for line in code.split("\n"))
    shown = Syntax("", language, theme="ansi_dark", background_color="default").highlight(code)
    shown.rstrip()
    if shown.plain != code.rstrip():  # the highlighter changed the code, so the plain code is shown
        return tuple(Text(line) for line in code.split("\n"))
    return tuple(shown.split("\n", allow_blank=True))


class Answer:
    """A renderable that draws Markdown.

    With `tail`, it draws only as much of the text's end as fits the screen, because a growing text
    cannot scroll.
    """

    def __init__(self, markdown: str, *, tail: bool = False) -> None:
        self._markdown = markdown
        self._tail = tail

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        writer = _TerminalWriter(max(_NARROWEST, options.max_width))
        walk(self._markdown.strip("\n"), writer)
        rows = [
            row for line in writer.lines for row in self._rows(console, line, options.max_width)
        ]
        shown = rows[-max(1, console.size.height - 2) :] if self._tail else rows
        for row in shown:
            yield from row.render(console)
            yield Segment.line()

    def _rows(self, console: Console, line: Line, columns: int) -> list[Text]:
        """Split a line into rows that fit the width.

        Prose is wrapped between words. A line of code stays one row, which the terminal wraps. If
        the text is still growing, code is wrapped here.
        """
        text = line.text()
        if line.code and not self._tail:
            return [text]
        text.rstrip()
        hang = 0 if line.code else min(line.hang, columns // 2)
        head, body = text[:hang], text[hang:]
        rows = body.wrap(console, max(1, columns - hang), overflow="fold", tab_size=4) or [Text("")]
        first, *others = list(rows)
        return [head + first, *(Text(" " * hang) + row for row in others)]
