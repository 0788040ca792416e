"""The numbers of calls that Discord accepts."""

from __future__ import annotations

from engine.contract import Pace

# Discord refuses the sixth create or edit within 5 seconds in a channel, and the 51st call within a
# second overall. Ten of those 50 calls are reserved for calls that this pace does not count:
# interactions, and reading missed messages. discord.py would wait inside a call if its rate-limit
# bucket were empty. A growing answer therefore leaves one call of the bucket for its final text.
PACE = Pace(
    spacing_seconds=1.3,
    window_calls=5,
    window_seconds=5.0,
    reserve_calls=1,
    overall_calls=40,
    overall_seconds=1.0,
)
# The typing indicator has a route of its own, and each route has its own bucket (Discord's
# reference, "Rate Limits").
TYPING_PACE = Pace(
    spacing_seconds=0.0,
    window_calls=4,
    window_seconds=5.0,
    reserve_calls=0,
    overall_calls=40,
    overall_seconds=1.0,
)
