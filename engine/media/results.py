"""How a conversion in the bounded process ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Refused(Exception):
    """The file is not converted; the text is the reason (`engine.errors.MediaRefused`)."""


class Converted(NamedTuple):
    """The converted bytes, and what is known about them; the facts are JSON."""

    facts: Mapping[str, Any]
    content: bytes
