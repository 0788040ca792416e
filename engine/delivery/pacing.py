"""The budget of platform calls: one per chat and one per platform, spent on send, edit, typing and delete.

A call asks for a permit and waits until both budgets have room; among those waiting the most urgent goes first. Edits
and typing leave a reserve for final texts. After a 429 no call goes out in that chat until the time it named, other
chats are not touched, and the chat's pace stays wider for a while.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum

from cachetools import LRUCache

from engine.contract import ChatKey, Limits, Pace
from engine.tasks import Clock, Tasks

WINDOW_MARGIN = 0.03  # a window is counted this much longer: calls arrive less evenly than they leave
BAN_MARGIN_SECONDS = 0.25  # a call is never early: each one inside a ban makes it longer
WIDEN, WIDEST, CALM_SECONDS = 1.5, 4.0, 120.0
CHATS_REMEMBERED = 4096


class Urgency(IntEnum):
    """Who goes first; the smaller, the sooner."""

    FINAL = 0
    FIRST = 1
    EDIT = 2
    TYPING = 3


@dataclass
class Budget:
    """What was spent in one scope: times of calls, newest last, in the clock's seconds."""

    calls: deque[float] = field(default_factory=deque)
    banned_until: float = 0.0
    widened: float = 1.0
    calm_at: float = 0.0

    def room_at(self, now: float, most: int, seconds: float) -> float:
        """Return the earliest time at which fewer than `most` calls lie within the last `seconds`."""
        seconds *= 1 + WINDOW_MARGIN
        while self.calls and self.calls[0] <= now - 2 * seconds:
            self.calls.popleft()
        if len(self.calls) < most:
            return now
        return max(now, self.calls[-most] + seconds)


@dataclass(eq=False)
class Want:
    """A call that waits for its permit; `slower` stretches the spacing as an answer grows."""

    scope: tuple[str, str]
    pace: Pace
    urgency: Urgency
    slower: float
    granted: asyncio.Future[float]


class Pacer:
    """Give permits for platform calls."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._chats: LRUCache[tuple[str, str], Budget] = LRUCache(CHATS_REMEMBERED)
        self._overall: dict[str, Budget] = {}
        self._waiting: list[Want] = []
        self._tasks = Tasks("pacer")
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = 0.0

    async def permit(self, key: ChatKey, limits: Limits, urgency: Urgency, slower: float = 1.0) -> None:
        """Wait until a call may go out, and count it. A cancelled wait spends nothing."""
        granted: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        want = Want((key.platform, limits.scope or key.chat_id), limits.pace, urgency, slower, granted)
        self._waiting.append(want)
        self._dispatch()
        try:
            await granted
        except asyncio.CancelledError:
            if want in self._waiting:
                self._waiting.remove(want)
            elif not granted.cancelled():  # granted in the same moment
                self._unspend(want.scope, granted.result())
            raise

    def try_permit(self, key: ChatKey, limits: Limits, urgency: Urgency) -> bool:
        """Count a call if it may go out now and nobody waits in this chat; say whether."""
        now, scope = self._clock.now(), (key.platform, limits.scope or key.chat_id)
        if any(want.scope == scope for want in self._waiting):
            return False
        if self._ready_at(now, scope, limits.pace, urgency, 1.0) > now:
            return False
        self._spend(scope)
        return True

    def penalize(self, key: ChatKey, limits: Limits, retry_after: float) -> None:
        """Obey a 429: no call in this chat for `retry_after` seconds, and a wider pace for a while after."""
        chat, now = self._chat((key.platform, limits.scope or key.chat_id)), self._clock.now()
        chat.banned_until = max(chat.banned_until, now + retry_after + BAN_MARGIN_SECONDS)
        chat.widened = min(WIDEST, chat.widened * WIDEN)
        chat.calm_at = chat.banned_until + CALM_SECONDS
        self._dispatch()

    async def close(self) -> None:
        """End the alarm; who still waits is left to be cancelled by its owner. Idempotent."""
        await self._tasks.close()

    def _chat(self, scope: tuple[str, str]) -> Budget:
        budget = self._chats.get(scope)
        if budget is None:
            budget = self._chats[scope] = Budget()
        return budget

    def _ready_at(self, now: float, scope: tuple[str, str], pace: Pace, urgency: Urgency, slower: float) -> float:
        """Return the earliest time that the budgets allow this call."""
        chat = self._chat(scope)
        if chat.calm_at and now >= chat.calm_at:
            chat.widened, chat.calm_at = 1.0, 0.0
        at = max(chat.banned_until, chat.room_at(now, _share(pace, urgency), pace.window_seconds))
        if urgency >= Urgency.EDIT and chat.calls:
            at = max(at, chat.calls[-1] + pace.spacing_seconds * chat.widened * slower)
        overall = self._overall.setdefault(scope[0], Budget())
        return max(at, overall.room_at(now, pace.overall_calls, pace.overall_seconds))

    def _spend(self, scope: tuple[str, str]) -> None:
        now = self._clock.now()
        self._chat(scope).calls.append(now)
        self._overall.setdefault(scope[0], Budget()).calls.append(now)

    def _unspend(self, scope: tuple[str, str], at: float) -> None:
        """Take back a call that was counted and never made."""
        for budget in (self._chat(scope), self._overall[scope[0]]):
            if at in budget.calls:
                budget.calls.remove(at)
        self._dispatch()

    def _dispatch(self) -> None:
        """Grant all that may go now, most urgent first, and wake up again when the next one may."""
        now, soonest = self._clock.now(), float("inf")
        for want in sorted(self._waiting, key=lambda w: w.urgency):
            at = self._ready_at(now, want.scope, want.pace, want.urgency, want.slower)
            if want.granted.done():
                continue
            if at <= now:
                self._spend(want.scope)
                self._waiting.remove(want)
                want.granted.set_result(now)
            else:
                soonest = min(soonest, at)
        self._set_alarm(soonest)

    def _set_alarm(self, at: float) -> None:
        if at == float("inf") or (self._alarm is not None and not self._alarm.done() and self._alarm_at <= at):
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_at = at
        self._alarm = self._tasks.spawn(self._ring(at), "alarm")

    async def _ring(self, at: float) -> None:
        await self._clock.sleep(at - self._clock.now())
        self._alarm = None
        self._dispatch()


def _share(pace: Pace, urgency: Urgency) -> int:
    """Return how many calls of a window this urgency may fill: finals all, first words half of the reserve less."""
    kept = {Urgency.FINAL: 0, Urgency.FIRST: pace.reserve_calls // 2}.get(urgency, pace.reserve_calls)
    return max(1, pace.window_calls - kept)
