"""The interface between the walk and a platform's writer."""

from __future__ import annotations

from dataclasses import dataclass

from engine.text.block_rules import PHONE_COLUMNS


@dataclass
class Span:
    """A style that is open.

    `start` is the position at which it began, in the writer's own units. `redundant` is true if an
    outer span has the same style.
    """

    style: str
    url: str
    start: int
    redundant: bool


class Writer:
    """Collect the text that the user will see. Subclasses know the platform's marks."""

    bullets: tuple[str, ...] = ("• ",)
    # The beginning of a quoted line. It is in `margins` while a quote is open.
    quote_mark = ""

    # The number of characters of a monospaced line that the screen shows.
    columns = PHONE_COLUMNS

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.margins: list[str] = []
        self.spans: list[Span] = []

    def raw(self, text: str) -> None:
        """Append text that has no line breaks, without escaping it."""
        self.parts.append(text)

    def mark(self, text: str) -> None:
        """Append a mark at the beginning of a line: a bullet, a number or a quote mark."""
        self.raw(text)

    def newline(self, *, blank: bool = False) -> None:
        """Begin a line with the margins of open quotes and items.

        `blank` leaves an empty line before it.
        """
        if blank:
            self.raw("\n" + (self.quote_mark if self.quote_mark in self.margins else ""))
        self.raw("\n" + "".join(self.margins))

    def text(self, text: str) -> None:
        """Append text that the user must see exactly as it is."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self.newline()
            self.line(line)

    def line(self, text: str) -> None:
        """Append text without line breaks that the user must see exactly as it is."""
        self.raw(text)

    def open(self, style: str, url: str = "") -> None:
        """Begin a style: bold, italic, strikethrough, blockquote or text_link.

        A style within the same style changes nothing.
        """
        redundant = any(span.style == style for span in self.spans)
        self.spans.append(Span(style, url, self.position(), redundant))
        if not redundant:
            self.opened(self.spans[-1])

    def close(self) -> None:
        """End the style that was opened last."""
        span = self.spans.pop()
        if not span.redundant:
            self.closed(span)

    def position(self) -> int:
        """Return the position of the next text, in the units of `Span.start`."""
        return 0

    def opened(self, span: Span) -> None:
        """Write the platform's mark for the beginning of a style."""

    def closed(self, span: Span) -> None:
        """Write the platform's mark for the end of a style."""

    def heading(self, level: int) -> None:
        """Begin a heading of level 1 to 6. `close` ends it."""
        raise NotImplementedError

    def code(self, code: str) -> None:
        """Append code within a line."""
        raise NotImplementedError

    def fence(self, code: str, language: str) -> None:
        """Append a block of code at the beginning of a line."""
        raise NotImplementedError

    def url(self, url: str) -> None:
        """Append an address that is shown as itself."""
        raise NotImplementedError

    def masks(self, label: str) -> bool:
        """Return whether a link may be shown by its label alone."""
        raise NotImplementedError
