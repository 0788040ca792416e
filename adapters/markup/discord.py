"""Convert Markdown to Discord's Markdown (source: support.discord.com, "Markdown Text 101")."""

from __future__ import annotations

import re
from functools import lru_cache

from adapters.markup.walk import walk
from adapters.markup.writer import Span, Writer

_MARKS = {
    "bold": "**",
    "italic": "*",
    "strikethrough": "~~",
    "underline": "__",
    "spoiler": "||",
    "text_link": "[",
    "blockquote": "",
}
# These characters are plain text in CommonMark and must stay plain text. Discord would read some of
# them as marks, so they are escaped.
_SPECIAL = re.compile(
    r"\\(?=[^0-9A-Za-z\s]|$)|(?<!\s)\*|\*(?!\s)|(?<![^\W_])_|_(?![^\W_])"
    r"|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\||`"
    r"|<(?=[@#:]|a?:\w|t:|id:|/[\w -]+:\d)"
)
_LINE_START = re.compile(r"(?=#{1,3} |-# |>{1,3} |[-+*] )")
_URL = re.compile(r"(https?://[^\s<>]+)", re.IGNORECASE)


class _DiscordWriter(Writer):
    bullets = ("- ",)
    quote_mark = "> "

    def __init__(self) -> None:
        super().__init__()
        self.at_start = True
        self.last = ""  # the last closing mark, until something is written after it

    def raw(self, text: str) -> None:
        self.parts.append(text)
        self.at_start = False
        self.last = "" if text else self.last

    def mark(self, text: str) -> None:
        super().mark(text)
        self.at_start = True

    def newline(self, *, blank: bool = False) -> None:
        super().newline(blank=blank)
        self.at_start = True

    def line(self, text: str) -> None:
        escaped = _escaped(text)
        if self.at_start and _LINE_START.match(text) and not escaped.startswith("\\"):
            self.raw("\\")
        self.raw(escaped)

    def opened(self, span: Span) -> None:
        mark = _MARKS[span.style]
        if mark and self.last == mark[0]:
            self.raw("\u200b")  # Discord would read two adjacent marks as one
        self.raw(mark)

    def closed(self, span: Span) -> None:
        mark = f"](<{span.url}>)" if span.style == "text_link" else _MARKS[span.style]
        self.raw(mark)
        self.last = mark[-1:]

    def heading(self, level: int) -> None:
        if level > 3 or any(margin != self.quote_mark for margin in self.margins):
            self.open("bold")
        else:
            self.mark("#" * level + " ")
            self.spans.append(Span("heading", "", 0, redundant=True))

    def url(self, url: str) -> None:
        self.raw(f"<{url}>")

    def masks(self, label: str) -> bool:
        return "://" not in label  # Discord does not render a link whose label is itself an address

    def code(self, code: str) -> None:
        if "`" in code:
            # Three backticks would begin a block, so a zero-width space is inserted between
            # adjacent backticks.
            code = " " + re.sub("`(?=`)", "`\u200b", code) + " "
        marks = "``" if "`" in code else "`"
        self.raw(f"{marks}{code}{marks}")

    def fence(self, code: str, language: str) -> None:
        # Discord's fences have three backticks only, so three backticks in the code would end it.
        code = re.sub("`(?=``)", "`\u200b", code)
        for number, line in enumerate([f"```{language}", *code.split("\n"), "```"]):
            if number:
                self.newline()
            self.raw(line)


def _escaped(text: str) -> str:
    pieces = _URL.split(text)
    if "](" in text:  # this is not a link, because a link would have been recognised earlier
        pieces[::2] = [piece.replace("[", "\0") for piece in pieces[::2]]
    pieces[::2] = [_SPECIAL.sub(r"\\\g<0>", piece) for piece in pieces[::2]]
    pieces[1::2] = [f"<{url}>" for url in pieces[1::2]]
    return "".join(pieces).replace("\0", "\\[")


# An edit first measures a text and then renders it. The cache holds the texts of the last edits.
@lru_cache(maxsize=8)
def render_discord(markdown: str) -> str:
    """Return the text to send, with readable tables, no link previews, and Discord's marks.

    A text without visible content is returned unchanged, so only a blank text renders as blank.
    """
    writer = _DiscordWriter()
    walk(markdown, writer)
    return "".join(writer.parts).strip() or markdown.strip()


def discord_units(markdown: str) -> int:
    """Return how many of the 2000 code points of a message a text takes.

    Discord counts code points (discord/discord-api-docs issue 1315).
    """
    return len(render_discord(markdown))
