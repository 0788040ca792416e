"""The type of the texts in the readable view of exported data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ExportWords:
    """The texts of one language. The data itself is not translated."""

    note: str
    chat: str  # fields: {chat}
    person: str  # fields: {person}
    chosen: str  # fields: {name} {value}
    reply: str  # fields: {author}
    reply_plain: str
    forwarded: str  # fields: {author}
    forwarded_plain: str
    file: str  # fields: {name}
    document: str  # fields: {name} {author}
    used: str  # fields: {answers} {ended} {tokens}
    spent: str  # fields: {answers} {model} {tokens}
    no_model: str
    overheard: str  # fields: {author} {text}
    objection: str  # fields: {person}
    waiting: str
    since: str  # fields: {time}
    user: str  # fields: {person}
