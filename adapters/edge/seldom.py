"""Limit each kind of log line that strangers can cause to one line a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging

    from engine.tasks import Clock

PAUSE_SECONDS = 60.0


class Seldom:
    """A logger that writes each kind of line at most once a minute and counts the others.

    The format string of a line is its kind, so there are only as many kinds as there are calls in
    the code.
    """

    def __init__(self, log: logging.Logger, clock: Clock) -> None:
        self._log, self._clock = log, clock
        self._kinds: dict[str, tuple[float, int]] = {}

    def warning(self, line: str, *values: object) -> None:
        """Write a warning. If one of its kind was written within the last minute, only count it."""
        last, count = self._kinds.get(line, (float("-inf"), 0))
        now = self._clock.now()
        if now - last < PAUSE_SECONDS:
            self._kinds[line] = (last, count + 1)
            return
        self._kinds[line] = (now, 0)
        self._log.warning(f"{line}%s", *values, f" ({count} more before)" if count else "")
