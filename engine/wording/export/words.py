"""The type of the texts in the readable view of exported data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ExportWords:
    """The texts of one language. The data itself is not translated."""

    note: str
    chat: str  # {chat}
    person: str  # {person}
    chosen: str  # {name} {value}
    reply: str  # {author}
    reply_plain: str
    forwarded: str  # {author}
    forwarded_plain: str
    file: str  # {name}
    document: str  # {name} {author}
    used: str  # {answers} {ended} {tokens}
    spent: str  # {answers} {model} {tokens}
    no_model: str
    overheard: str  # {author} {text}
    objection: str  # {person}
    waiting: str
    since: str  # {time}
    user: str  # {person}
