"""Parse JSON that strangers sent."""

from __future__ import annotations

import json
from typing import Any

_MOST_DIGITS = 400  # reading a whole number takes time that grows with the square of its length


def parse_json(body: bytes) -> Any:
    """Parse a body; raise ValueError if it is malformed, nested too deep or has huge numbers."""
    try:
        return json.loads(body, parse_int=_whole)
    except RecursionError as error:  # at a few thousand brackets
        raise ValueError("nested too deeply") from error


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError("a number is too long")
    return int(digits)
