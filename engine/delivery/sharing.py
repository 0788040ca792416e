"""Check platform calls against the budgets that several processes of one account share.

A call first gets a permit from its own process (`engine.delivery.pacing`), which knows its urgency
and the other waiting calls. The call is then counted in the shared budgets. While the shared
budgets cannot be reached, no call goes out, because another process may have taken over the chat.
"""

from __future__ import annotations

from contextlib import suppress

from engine.contract import Pace
from engine.errors import StorageFault
from engine.storage.shared_ports import Budgets
from engine.tasks import Clock, Tasks

# A call that waits for the shared budgets asks again after at most this time.
AGAIN_SECONDS = 0.5
# A call reaches the platform some time after it was counted, and this time is different for each
# call. The platform may therefore see the calls of two processes closer together than they were
# counted. The shared windows are longer by this share, and those of a chat also by these seconds.
# Within one process, a window begins when a call ends, so it needs no additional seconds.
MARGIN, ARRIVAL_SECONDS = 0.05, 0.3

Scope = tuple[str, str]


class SharedGate:
    """Make calls wait until the shared budgets allow them.

    Without `budgets`, every call is allowed.
    """

    def __init__(self, budgets: Budgets | None, clock: Clock) -> None:
        self._budgets, self._clock = budgets, clock
        self._tasks = Tasks("shared budgets")

    async def pass_through(
        self, scope: Scope, pace: Pace, chat_calls: int, all_calls: int
    ) -> float:
        """Wait until the budgets allow a call, and count it.

        Return the earliest time at which it may have been counted, in the clock's seconds. If the
        wait is cancelled, the call does not count.
        """
        began = self._clock.now()
        while (wait := await self._wait(scope, pace, chat_calls, all_calls)) > 0:
            await self._clock.sleep(min(wait, AGAIN_SECONDS))
            began = self._clock.now()
        return began

    def ended(self, scope: Scope, counted_at: float) -> None:
        """Move a call's count to the present if the call may have reached the platform late."""
        lasted = self._clock.now() - counted_at
        if self._budgets is not None and lasted > ARRIVAL_SECONDS:
            self._tasks.spawn(self._postpone(self._budgets, _name(scope), lasted), "late call")

    async def allows(self, scope: Scope, pace: Pace, chat_calls: int, all_calls: int) -> bool:
        """Count a call if the budgets allow one now. Return whether they do."""
        return await self._wait(scope, pace, chat_calls, all_calls) <= 0

    async def _wait(self, scope: Scope, pace: Pace, chat_calls: int, all_calls: int) -> float:
        """Count a call and return 0, or return how many seconds the call has to wait."""
        if self._budgets is None:
            return 0.0
        longer = 1 + MARGIN
        try:
            return await self._budgets.spend(
                [
                    (_name(scope), chat_calls, pace.window_seconds * longer + ARRIVAL_SECONDS),
                    (scope[0], all_calls, pace.overall_seconds * longer),
                ]
            )
        except StorageFault:
            return AGAIN_SECONDS

    def ban(self, scope: Scope | str, seconds: float) -> None:
        """Make every process obey a 429 in a chat or on the whole platform."""
        if self._budgets is not None:
            name = scope if isinstance(scope, str) else _name(scope)
            self._tasks.spawn(self._write_ban(self._budgets, name, seconds), "ban")

    async def _write_ban(self, budgets: Budgets, name: str, seconds: float) -> None:
        # If the budgets cannot be reached, no process makes a call anyway
        with suppress(StorageFault):
            await budgets.ban(name, seconds)

    async def _postpone(self, budgets: Budgets, name: str, seconds: float) -> None:
        with suppress(StorageFault):  # without contact, no process makes a call
            await budgets.postpone(name, seconds)

    async def close(self) -> None:
        """End the background tasks. Idempotent."""
        await self._tasks.close()


def _name(scope: Scope) -> str:
    return ":".join(scope)
