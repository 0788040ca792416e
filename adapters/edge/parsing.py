"""Parse JSON from untrusted senders."""

from __future__ import annotations

import json
from typing import Any

# The limit on the digits of a number, because the time to parse it grows with the square of its
# length.
_MOST_DIGITS = 400


def parse_json(body: bytes) -> Any:
    """Parse a JSON body.

    Raises ValueError if it is malformed, too deeply nested or has huge numbers.
    """
    try:
        return json.loads(body, parse_int=_whole)
    except RecursionError as error:  # raised at some thousands of nested brackets
        raise ValueError("nested too deeply") from error


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError("a number is too long")
    return int(digits)
