"""What a platform's writer offers to the walk: pieces of an answer in reading order."""

from __future__ import annotations

from dataclasses import dataclass

from engine.text.block_rules import PHONE_COLUMNS


@dataclass
class Span:
    """A style that is open.

    `start` is the writer's own position, `redundant` that it is open already further out.
    """

    style: str
    url: str
    start: int
    redundant: bool


class Writer:
    """Collect what the user will see; subclasses know the platform's marks."""

    bullets: tuple[str, ...] = ("• ",)
    # What a quoted line begins with; it stands in `margins` while a quote is open.
    quote_mark = ""

    # What the screen shows of a monospaced line.
    columns = PHONE_COLUMNS

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.margins: list[str] = []
        self.spans: list[Span] = []

    def raw(self, text: str) -> None:
        """Append text without escaping and without line ends of its own."""
        self.parts.append(text)

    def mark(self, text: str) -> None:
        """Append what stands before the text of a line: a bullet, a number, a quote mark."""
        self.raw(text)

    def newline(self, *, blank: bool = False) -> None:
        """Begin a line with the margins of open quotes and items, after an empty one if `blank`."""
        if blank:
            self.raw("\n" + (self.quote_mark if self.quote_mark in self.margins else ""))
        self.raw("\n" + "".join(self.margins))

    def text(self, text: str) -> None:
        """Append text that the user shall see exactly like this."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self.newline()
            self.line(line)

    def line(self, text: str) -> None:
        """Append text without line ends that the user shall see exactly like this."""
        self.raw(text)

    def open(self, style: str, url: str = "") -> None:
        """Begin bold, italic, strikethrough, blockquote or text_link.

        A style inside itself changes nothing.
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
        """Return where the next text will stand, in the units of `Span.start`."""
        return 0

    def opened(self, span: Span) -> None:
        """Mark the beginning of a style."""

    def closed(self, span: Span) -> None:
        """Mark the end of a style."""

    def heading(self, level: int) -> None:
        """Begin a heading of level 1 to 6; `close` ends it."""
        raise NotImplementedError

    def code(self, code: str) -> None:
        """Append code within a line."""
        raise NotImplementedError

    def fence(self, code: str, language: str) -> None:
        """Append a block of code at the beginning of a line."""
        raise NotImplementedError

    def url(self, url: str) -> None:
        """Append an address that shows itself."""
        raise NotImplementedError

    def masks(self, label: str) -> bool:
        """Return whether a link may be shown as `label` alone."""
        raise NotImplementedError
