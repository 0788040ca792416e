"""The platform calls of one answer.

Each waits for the pacer, and the time between two edits grows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from engine.contract import ChatKey, Limits, ReplySink
from engine.delivery.pacing import Pacer, Permit, Urgency
from engine.errors import DeliveryError, RateLimited
from engine.tasks import Clock, Tasks, describe, end

log = logging.getLogger(__name__)

# An answer of usual length keeps one pace. In a longer answer, the time between edits grows.
STEADY_EDITS, SLOWEST, SLOWER_EACH_EDIT = 10, 3.0, 0.1
TYPING_SHARE_OF_ITS_TIME = 0.9  # the typing indicator is shown again before it vanishes


class Calls:
    """Permits for the calls of one answer.

    `made` counts all calls. `edits` counts the calls that changed a message.
    """

    def __init__(self, key: ChatKey, limits: Limits, pacer: Pacer, tasks: Tasks) -> None:
        self._key, self._limits, self._pacer, self._tasks = key, limits, pacer, tasks
        self._waiting: asyncio.Task[Permit] | None = None
        self.made = 0
        self.edits = 0

    async def permitted(self, urgency: Urgency) -> Permit | None:
        """Wait until a call may go out. Return None if `hurry` ended the wait."""
        slower = min(SLOWEST, 1 + max(0, self.edits - STEADY_EDITS) * SLOWER_EACH_EDIT)
        self._waiting = self._tasks.spawn(
            self._pacer.permit(self._key, self._limits, urgency, slower), "permit"
        )
        try:
            await asyncio.wait({self._waiting})
            return None if self._waiting.cancelled() else self._waiting.result()
        finally:
            permit, self._waiting = self._waiting, None
            permit.cancel()

    def hurry(self) -> None:
        """End the wait for a permit, because a call of a higher urgency is now due."""
        if self._waiting is not None:
            self._waiting.cancel()

    async def one_more(self, urgency: Urgency) -> None:
        """Wait until the search for a message may make one more call, and count that call."""
        await self._pacer.permit(self._key, self._limits, urgency)

    @contextmanager
    def under_way(self, permit: Permit) -> Iterator[None]:
        """Count the call in the budget as in flight until the block ends."""
        with self._pacer.under_way(permit):
            yield

    def banned(self, seconds: float) -> None:
        """Report a 429 to the pacer. `seconds` is the pause that the platform asks for."""
        self._pacer.penalize(self._key, self._limits, seconds)

    async def typing(self) -> Permit | None:
        """Return a permit for a typing indicator, or None if the budget has none free now."""
        permit = self._pacer.try_permit(self._key, self._limits, Urgency.TYPING)
        if permit is None or await self._pacer.shared(permit, self._limits, Urgency.TYPING):
            return permit
        return None


class TypingSign:
    """The typing indicator of a chat, shown repeatedly until it is stopped or a call fails."""

    def __init__(
        self, sink: ReplySink, calls: Calls, clock: Clock, tasks: Tasks, key: ChatKey
    ) -> None:
        self._sink, self._calls, self._clock, self._key = sink, calls, clock, key
        self._tasks = tasks
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Show the typing indicator if the platform has one. Idempotent."""
        if self._task is None and self._sink.limits.typing_seconds > 0:
            self._task = self._tasks.spawn(self._keep(), "typing")

    async def stop(self) -> None:
        """Stop the typing indicator. Idempotent."""
        if self._task is not None:
            await end(self._task)

    async def _keep(self) -> None:
        while await self._show_once():
            pause = self._sink.limits.typing_seconds * TYPING_SHARE_OF_ITS_TIME
            await self._clock.sleep(pause)

    async def _show_once(self) -> bool:
        """Show the typing indicator if the budget has room for it now.

        Return False if this chat cannot show it.
        """
        permit = await self._calls.typing()
        if permit is None:
            return True
        self._calls.made += 1
        try:
            with self._calls.under_way(permit):
                await self._sink.typing()
        except RateLimited as error:
            self._calls.banned(error.retry_after)
        except DeliveryError as error:
            log.debug("%s: the typing indicator cannot be shown (%s)", self._key, describe(error))
            return False
        return True
