"""The two results of a conversion in the restricted process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Refused(Exception):
    """The file cannot be converted.

    The error's text is the reason (`engine.errors.MediaRefused`).
    """


class Converted(NamedTuple):
    """The converted bytes, and facts about them as JSON."""

    facts: Mapping[str, Any]
    content: bytes
