"""The number of calls that one chat of Telegram accepts, and that all chats accept together."""

from __future__ import annotations

from engine.contract import More, Pace

# Source: core.telegram.org/bots/faq. It allows one message per second in a chat with short bursts,
# 20 per minute in a group and 30 per second overall, and edits count as messages. The figures here
# are lower on purpose, because each violation makes the next ban longer. No further reserve is
# needed if a window begins when a call ends. In a private chat two calls in each window are edits,
# since one call is reserved for the final text. Their spacing is half a window, so that the edits
# of a growing answer come evenly.
PRIVATE_PACE = Pace(
    spacing_seconds=1.55,
    window_calls=3,
    window_seconds=3.0,
    reserve_calls=1,
    overall_calls=28,
    overall_seconds=1.0,
)
GROUP_PACE = Pace(
    spacing_seconds=3.5,
    window_calls=19,
    window_seconds=60.0,
    reserve_calls=4,
    overall_calls=28,
    overall_seconds=1.0,
)

# Source: core.telegram.org/api/bots/ai. Chat actions have a budget of their own: 20 in 5 s and 40
# in 30 s for each chat. This pace keeps both limits.
TYPING_PACE = Pace(
    spacing_seconds=0.0,
    window_calls=6,
    window_seconds=5.0,
    reserve_calls=0,
    overall_calls=28,
    overall_seconds=1.0,
)


def after_the_first(more: More) -> More:
    """Return a function that waits for a permit each time except the first."""
    calls = 0

    async def permit() -> None:
        nonlocal calls
        calls += 1
        if calls > 1:
            await more()

    return permit
