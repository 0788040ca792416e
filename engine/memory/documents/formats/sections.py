"""The result of every reader of a format, and the error with which it refuses a file."""

from __future__ import annotations

from typing import NamedTuple

Sections = list[tuple[str, str]]
"""(place, text) in reading order. A place is ``page 3`` or a heading, or empty."""


class Content(NamedTuple):
    """The text of a file. `unread` are the numbers of pages that are pictures or damaged."""

    sections: Sections
    unread: tuple[int, ...] = ()


class Refused(Exception):
    """The file cannot be read. The error's text is one of the reasons of `DocumentRefused`."""
