"""Recognise a key that is easy to guess."""

from __future__ import annotations

import re

_COMMON = re.compile(
    r"password|passwort|contraseña|qwerty|qwertz|azerty|letmein|changeme|secret|default|backup"
    r"|pipit|admin|welcome|iloveyou|example|dragon|monkey|test|your|key|the|and"
)
_LEAST_CHARACTERS, _LEAST_KINDS = 10, 8


def guessable(key: str) -> bool:
    """Return whether a long key is easy to guess.

    Such a key has few characters left after repetitions, rows such as abcd, and common words are
    removed.
    """
    rest = _COMMON.sub("", key.lower())
    # A step that equals the step before it belongs to a row (abcd, 9876, aaaa).
    steps = [ord(b) - ord(a) for a, b in zip(rest, rest[1:])]
    rows = sum(step == before and abs(step) <= 1 for before, step in zip(steps, steps[1:]))
    # The length of the unit that the whole key repeats.
    unit = (rest + rest).find(rest, 1) if rest else 0
    return min(len(rest) - rows, unit) < _LEAST_CHARACTERS or len(set(rest)) < _LEAST_KINDS
