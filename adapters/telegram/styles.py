"""Convert a text's styles to Telegram's entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from telegram import MessageEntity
from telegram.error import BadRequest

from adapters.markup import render_telegram
from adapters.telegram.failures import refused_with

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import Callable

T = TypeVar("T")

_MAX_ENTITIES = 100


def rendered(markdown: str) -> tuple[str, list[MessageEntity]]:
    """Return the text and the entities to send to Telegram.

    Telegram refuses a blank text, so a blank text becomes an ellipsis.
    """
    text, found = render_telegram(markdown)
    entities = [
        MessageEntity(e.type, e.offset, e.length, url=e.url or None, language=e.language or None)
        for e in found[:_MAX_ENTITIES]
    ]
    blank = not any(ch.isprintable() and not ch.isspace() for ch in text)
    return ("…", []) if blank else (text, entities)


async def or_plain(
    entities: list[MessageEntity], call: Callable[[list[MessageEntity]], Awaitable[T]]
) -> T:
    """Make a call with text styles. If Telegram refuses a style, make it again without styles.

    Showing the text is more important than its styles.
    """
    try:
        return await call(entities)
    except BadRequest as error:
        if not entities or not refused_with(error, "entit"):
            raise
        return await call([])
