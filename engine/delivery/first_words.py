"""Decide when the first words of an answer are enough to show. Pure code without I/O.

The first words stay on screen until the next edit, and a phone's notification shows nothing else.
They are therefore held back until more text comes. The wait takes about the time in which this
model produces two tokens. It is short for a fast model, and at most `FIRST_HOLD_SECONDS` for a slow
model. `Screen` ends the wait earlier if the text has `FIRST_CHARACTERS`.
"""

from __future__ import annotations

import math

FIRST_CHARACTERS = 20
FIRST_HOLD_SECONDS, SHORTEST_HOLD_SECONDS = 0.4, 0.03
GAPS = 2


def hold_seconds(waited: float, tokens: int) -> float:
    """Return how long words are held back if `tokens` tokens came within `waited` seconds."""
    gap = waited / (tokens - 1) if tokens > 1 else math.inf
    return min(FIRST_HOLD_SECONDS, max(SHORTEST_HOLD_SECONDS, GAPS * gap))


class FirstWords:
    """The tokens of an answer that is not on screen yet. All times are read from the clock."""

    def __init__(self, at: float) -> None:
        self._began = self._newest = at
        self._tokens = 1

    def came(self, at: float) -> None:
        """Count one more token, which arrived at the time `at`."""
        self._newest, self._tokens = at, self._tokens + 1

    def words(self, text: str) -> bool:
        """Return whether a text contains at least one word.

        A mark alone ("```", "-") does not count as a word.
        """
        return any(character.isalnum() for character in text)

    def over(self, text: str) -> bool:
        """Return whether the wait has ended by the arrival of the newest token."""
        waited = self._newest - self._began
        return self.words(text) and waited >= hold_seconds(waited, self._tokens)
