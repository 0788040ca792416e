"""Convert Markdown to text and entities (source: core.telegram.org/bots/api#messageentity)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from adapters.markup.walk import walk
from adapters.markup.writer import Span, Writer

_MAX_UNITS = 4096
_MAX_ENTITIES = 100


# These file name extensions are also top-level domains.
_FILE_NAMES = re.compile(
    r"(?<![\w.@:/~-])((?:[\w-]{1,64}/){0,8}[\w-]{1,64}"
    r"\.(?:md|sh|py|pl|rs|ps|so|cc|zip|mov|ml|mm|tf|mk))"
    r"(?![\w/@-])(?!\.\w)"
)


@dataclass(frozen=True)
class Entity:
    """A styled part of a text.

    `offset` and `length` are in UTF-16 code units. `type` is a name from Telegram's API.
    """

    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""


class _TelegramWriter(Writer):
    bullets = ("• ", "◦ ", "▪ ")

    def __init__(self) -> None:
        super().__init__()
        self.units = 0
        self.entities: list[Entity] = []

    def raw(self, text: str) -> None:
        self.parts.append(text)
        self.units += _units(text)

    def position(self) -> int:
        return self.units

    def closed(self, span: Span) -> None:
        self._mark(span.style, span.start, url=span.url)

    def heading(self, level: int) -> None:  # noqa: ARG002 - Telegram has one kind
        self.open("bold")

    def line(self, text: str) -> None:
        """Append text.

        File names become code, because Telegram would link README.md to a domain.
        """
        if any(span.style == "text_link" for span in self.spans):
            self.raw(text)
            return
        pieces = _FILE_NAMES.split(text)
        for number, piece in enumerate(pieces):
            if number % 2:
                self._unstyled("code", piece)
            else:
                self.raw(piece)

    def url(self, url: str) -> None:
        self.raw(url)  # Telegram itself makes an address a link

    def masks(self, label: str) -> bool:  # noqa: ARG002 - Telegram shows any label
        return True

    def code(self, code: str) -> None:
        if any(span.style == "text_link" for span in self.spans):
            self.line(code)  # a link cannot contain code, so the code is written as plain text
        else:
            self._unstyled("code", code)

    def fence(self, code: str, language: str) -> None:
        self._unstyled("pre", code, language)

    def _unstyled(self, kind: str, code: str, language: str = "") -> None:
        """Append code outside the open styles, which end before it and begin again after it.

        The entities code and pre may not be part of another entity. The exception is a quote, which
        may contain them (as in Telegram's own clients).
        """
        styles = [span for span in self.spans if span.style != "blockquote" and not span.redundant]
        for span in styles:
            self.closed(span)
        start = self.units
        self.raw(code)
        self._mark(kind, start, language=language)
        for span in styles:
            span.start = self.units

    def _mark(self, kind: str, start: int, url: str = "", language: str = "") -> None:
        if self.units > start:
            self.entities.append(Entity(kind, start, self.units - start, url, language))


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text) + sum(char > "\uffff" for char in text)


# An edit first measures a text and then renders it. The cache holds the texts of the last edits.
@lru_cache(maxsize=8)
def render_telegram(markdown: str) -> tuple[str, tuple[Entity, ...]]:
    """Return the plain text and its entities.

    The entities are sorted and nested as Telegram requires. Their number is not limited. A text
    without visible content is returned unchanged, so only a blank text renders as blank.
    """
    writer = _TelegramWriter()
    walk(markdown, writer)
    text = "".join(writer.parts)
    if not text.strip():
        return markdown.strip(), ()
    return text, tuple(sorted(writer.entities, key=_outer_first))


def _outer_first(entity: Entity) -> tuple[int, int, bool]:
    return entity.offset, -entity.length, entity.type != "blockquote"


def telegram_units(markdown: str) -> int:
    """Return how many of the 4096 UTF-16 code units of a message a text takes.

    Telegram itself counts code points (live measurement, August 2026), so this count is on the safe
    side. Telegram shows only the first 100 entities of a message. A text with more entities
    therefore counts as longer than one message, in proportion to their number.
    """
    text, entities = render_telegram(markdown)
    share = len(entities) * _MAX_UNITS // _MAX_ENTITIES if len(entities) > _MAX_ENTITIES else 0
    return max(_units(text), share)
