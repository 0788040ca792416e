"""Make the platform calls of one answer at the right time.

Each call waits for a permit from the pacer. The time between two edits grows with the answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from engine.attachments import Sign
from engine.contract import ChatKey, Limits, ReplySink
from engine.delivery.pacing import Pacer, Permit, Urgency
from engine.errors import DeliveryError, RateLimited
from engine.tasks import Clock, Tasks, describe, end

log = logging.getLogger(__name__)

# The first STEADY_EDITS edits keep the platform's pace, which is enough for an answer of usual
# length. After that, each edit makes the pause longer by SLOWER_EACH_EDIT, up to the factor
# SLOWEST.
STEADY_EDITS, SLOWEST, SLOWER_EACH_EDIT = 10, 3.0, 0.1
# The typing indicator is shown again after this share of the time for which it is visible
TYPING_SHARE_OF_ITS_TIME = 0.9


class Calls:
    """Permits for the calls of one answer.

    `made` counts all calls. `edits` counts the calls that changed a message. If `patient`, the
    calls wait behind the calls of all answers.
    """

    def __init__(
        self, key: ChatKey, limits: Limits, pacer: Pacer, tasks: Tasks, *, patient: bool = False
    ) -> None:
        self._patient = patient
        self._key, self._limits, self._pacer, self._tasks = key, limits, pacer, tasks
        self._waiting: asyncio.Task[Permit] | None = None
        self._searching: Permit | None = None
        self.made = 0
        self.edits = 0

    async def permitted(self, urgency: Urgency) -> Permit | None:
        """Wait until a call may go out. Return None if `hurry` ended the wait."""
        slower = min(SLOWEST, 1 + max(0, self.edits - STEADY_EDITS) * SLOWER_EACH_EDIT)
        self._waiting = self._tasks.spawn(
            self._pacer.permit(self._key, self._limits, self._of(urgency), slower), "permit"
        )
        try:
            await asyncio.wait({self._waiting})
            return None if self._waiting.cancelled() else self._waiting.result()
        finally:
            permit, self._waiting = self._waiting, None
            permit.cancel()

    def hurry(self) -> None:
        """End a wait for a permit early, because a more urgent call is due."""
        if self._waiting is not None:
            self._waiting.cancel()

    async def one_more(self, urgency: Urgency) -> None:
        """Wait until a search for a message may make one more call, and count this call."""
        if self._searching is not None:
            self._pacer.ended(self._searching)
        self._searching = await self._pacer.permit(self._key, self._limits, self._of(urgency))

    @contextmanager
    def searching(self, permit: Permit) -> Iterator[None]:
        """Run a search for a message in this block.

        A search can take several calls, one after the other (`one_more`). It does not count as one
        call in flight, because its further calls might then wait for it without end.
        """
        self._searching = permit
        try:
            yield
        finally:
            last, self._searching = self._searching, None
            self._pacer.ended(last)

    def _of(self, urgency: Urgency) -> Urgency:
        return Urgency.NEWS if self._patient else urgency

    @contextmanager
    def under_way(self, permit: Permit) -> Iterator[None]:
        """Count a call as in flight until the block ends."""
        with self._pacer.under_way(permit):
            yield

    def banned(self, seconds: float) -> None:
        """Report a 429 to the pacer. `seconds` is the pause that the platform asks for."""
        self._pacer.penalize(self._key, self._limits, seconds)

    async def typing(self) -> Permit | None:
        """Return a permit for a typing indicator, or None if the budget has no room now."""
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
        self._sign = Sign.TYPING

    def start(self, sign: Sign) -> None:
        """Show the indicator of an activity if the platform has one, until `stop`."""
        self._sign = sign
        ended = self._task is None or self._task.done()
        if ended and self._sink.limits.typing_seconds > 0:
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
                await self._sink.typing(self._sign)
        except RateLimited as error:
            self._calls.banned(error.retry_after)
        except DeliveryError as error:
            log.debug("%s: the typing indicator cannot be shown (%s)", self._key, describe(error))
            return False
        return True
