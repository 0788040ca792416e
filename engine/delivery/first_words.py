"""When the first words of an answer are enough to show; pure.

They stay on screen until the next edit, and a phone's notification shows only them. So a word waits
for more text, but only for about the time of two tokens of this model. A fast model is hardly held,
and a slow one is held for `FIRST_HOLD_SECONDS` at most. `Screen` ends the wait earlier when the
text has `FIRST_CHARACTERS`.
"""

from __future__ import annotations

import math

FIRST_CHARACTERS = 20
FIRST_HOLD_SECONDS, SHORTEST_HOLD_SECONDS = 0.4, 0.03
GAPS = 2


def hold_seconds(waited: float, tokens: int) -> float:
    """Return how long words are held if so many tokens came within `waited` seconds."""
    gap = waited / (tokens - 1) if tokens > 1 else math.inf
    return min(FIRST_HOLD_SECONDS, max(SHORTEST_HOLD_SECONDS, GAPS * gap))


class FirstWords:
    """The tokens that have come of an answer that nobody sees yet; times are the clock's."""

    def __init__(self, at: float) -> None:
        self._began = self._newest = at
        self._tokens = 1

    def came(self, at: float) -> None:
        """Count one more token."""
        self._newest, self._tokens = at, self._tokens + 1

    def words(self, text: str) -> bool:
        """Return whether a text has a word; a mark alone ("```", "-") waits for what follows it."""
        return any(character.isalnum() for character in text)

    def over(self, text: str) -> bool:
        """Return whether the wait is over with the newest token."""
        waited = self._newest - self._began
        return self.words(text) and waited >= hold_seconds(waited, self._tokens)
