"""Directional isolation for texts of languages that are written from right to left.

In a line from right to left, a slash before Latin letters would be shown after them. An isolate
(U+2068 … U+2069, unicode.org/reports/tr9) keeps each command and each filled-in text in its own
direction. The first letter outside isolates sets the line's direction. Telegram keeps these two
characters, although it removes the older embeddings, and still turns a command between them into a
link.
"""

from __future__ import annotations

import re
from typing import Callable, TypeVar

T = TypeVar("T")

# {about} is not isolated. It is in the language of the text and gives a line the right direction.
_OWN_DIRECTION = re.compile(
    r"/(?:\{\w+\}|[a-z]+(?: (?:off|on|remove|yes|stop|[A-Z]\w+/[A-Z]\w+))?)"
    r"|\{(?!about)\w+\}%?|[A-Z]\w+/[A-Z]\w+"
)


def isolated(plain: T) -> T:
    """Return the texts of a dataclass with each command and each filled-in name in an isolate."""
    texts = {
        name: _OWN_DIRECTION.sub("\u2068\\g<0>\u2069", text) for name, text in vars(plain).items()
    }
    kind: Callable[..., T] = type(plain)
    return kind(**texts)
