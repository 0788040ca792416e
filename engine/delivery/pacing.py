"""The budgets of platform calls: one for each chat and one for each platform.

Sends, edits, typing indicators and deletes count against both budgets. On a platform that counts
typing indicators separately, they have a budget of their own in each chat. A call asks for a permit
and waits until both budgets have room. The most urgent waiting call goes first. Edits and typing
indicators leave a reserve for final texts. After a 429, the chat makes no call until the time that
the platform named, and the chat's pace stays slower for a while. Other chats are not affected. A
429 counts as a limit on all chats only if several chats get one at the same time, and no call
succeeds in between.

A call counts from its permit until one window after its *end*. The exact time at which it reaches
the platform is unknown: on a busy machine or a slow line, permit and end can be a second apart.

If several processes use one account, a call with a permit of its own process must also pass the
budgets that these processes share (`engine.delivery.sharing`).
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum

from cachetools import LRUCache

from engine.contract import ChatKey, Limits, Pace
from engine.counters import Counters
from engine.delivery.sharing import SharedGate
from engine.storage.shared_ports import Budgets
from engine.tasks import Clock, Tasks

# A window is this much longer than the platform's window, because calls arrive less evenly than
# they are sent.
WINDOW_MARGIN = 0.03
# A call during a ban makes the ban longer. Calls therefore wait this much longer than the platform
# asks.
BAN_MARGIN_SECONDS = 0.25
WIDEN, WIDEST, CALM_SECONDS = 1.5, 4.0, 120.0
CHATS_REMEMBERED = 4096
RECENT_SECONDS = 3.0
"""A chat without a call for this long is fresh.

One in `FRESH_SHARE` of a platform's calls is reserved for fresh chats.
"""
FRESH_SHARE = 8
# A typing indicator goes out only while fewer than one in this many of a platform's calls are used,
# because text is more important.
TYPING_SHARE = 4
# A message to many chats goes out only while fewer than one in this many of a platform's calls are
# used, so that answers never wait for it.
NEWS_SHARE = 2
# A 429 in this many chats within this many seconds counts as a limit on all chats.
ALIKE_CHATS, ALIKE_SECONDS = 3, 2.0


class Urgency(IntEnum):
    """The order of waiting calls. A smaller value goes first."""

    FINAL = 0
    FIRST = 1
    EDIT = 2
    TYPING = 3
    NEWS = 4


@dataclass(eq=False)
class Permit:
    """A call that may go out. `ended_at` is infinity while the call is in flight.

    `counted_at` is the time at which the shared budgets counted it.
    """

    scope: tuple[str, str]
    granted_at: float
    ended_at: float
    counted_at: float = 0.0


@dataclass
class Budget:
    """The recent calls of one chat or one platform, in the order of their permits.

    All times are the clock's seconds. `banned_until` is the end of the pause after a 429. `widened`
    is the factor by which the spacing is longer after a 429, and `calm_at` is the time at which
    this factor returns to 1.
    """

    calls: deque[Permit] = field(default_factory=deque)
    banned_until: float = 0.0
    widened: float = 1.0
    calm_at: float = 0.0

    def room_at(self, now: float, most: int, seconds: float) -> float:
        """Return the earliest time at which fewer than `most` calls lie within the last `seconds`.

        The result is infinity while `most` calls are in flight, because only the end of a call
        makes room then.
        """
        seconds *= 1 + WINDOW_MARGIN
        while self.calls and self.calls[0].ended_at <= now - 2 * seconds:
            self.calls.popleft()
        if len(self.calls) < most:
            return now
        return max(now, sorted(call.ended_at for call in self.calls)[-most] + seconds)

    def ban(self, until: float) -> None:
        """Allow no call before the time `until`, and fewer calls than usual after it."""
        self.banned_until = max(self.banned_until, until)
        self.widened = min(WIDEST, self.widened * WIDEN)
        self.calm_at = self.banned_until + CALM_SECONDS

    def calm_down(self, now: float) -> None:
        """Return to the usual pace if the time `calm_at` is reached."""
        if self.calm_at and now >= self.calm_at:
            self.widened, self.calm_at = 1.0, 0.0


@dataclass(eq=False)
class Want:
    """A call that waits for its permit.

    `slower` is a factor on the spacing between calls. It grows with the length of an answer.
    """

    scope: tuple[str, str]
    pace: Pace
    urgency: Urgency
    slower: float
    granted: asyncio.Future[Permit]


class Pacer:
    """Grant permits for platform calls."""

    def __init__(
        self, clock: Clock, counters: Counters | None = None, budgets: Budgets | None = None
    ) -> None:
        self._clock, self._counters = clock, counters or Counters(clock)
        self._gate = SharedGate(budgets, clock)
        self._chats: LRUCache[tuple[str, str], Budget] = LRUCache(CHATS_REMEMBERED)
        self._overall: dict[str, Budget] = {}
        # For each platform: the chats that got a 429 since the last successful call, each with its
        # time.
        self._refused: dict[str, dict[str, float]] = {}
        self._waiting: list[Want] = []
        self._tasks = Tasks("pacer")
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = 0.0

    async def permit(
        self, key: ChatKey, limits: Limits, urgency: Urgency, slower: float = 1.0
    ) -> Permit:
        """Wait until a call may go out, and count it. Make the call inside `under_way`.

        If the wait is cancelled, the call does not count.
        """
        granted: asyncio.Future[Permit] = asyncio.get_running_loop().create_future()
        want = Want(
            (key.platform, limits.scope or key.chat_id), limits.pace, urgency, slower, granted
        )
        self._waiting.append(want)
        self._dispatch()
        try:
            permit = await granted
            pace = limits.pace
            shares = _shared_shares(pace, urgency)
            permit.counted_at = await self._gate.pass_through(permit.scope, pace, *shares)
            return permit
        except asyncio.CancelledError:
            if want in self._waiting:
                self._waiting.remove(want)
            # The permit was granted at the moment of the cancellation.
            elif not granted.cancelled():
                self._unspend(granted.result())
            raise

    async def shared(self, permit: Permit, limits: Limits, urgency: Urgency) -> bool:
        """Return whether the shared budgets also allow a call that has a permit of this process.

        If they do not, the permit is given back.
        """
        _, pace = _budget_of(permit.scope, limits, urgency)
        permit.counted_at = self._clock.now()
        if await self._gate.allows(permit.scope, pace, *_shared_shares(pace, urgency)):
            return True
        self._unspend(permit)
        return False

    @contextmanager
    def under_way(self, permit: Permit) -> Iterator[None]:
        """Run a platform call in this block.

        The time of its end is recorded, whether it succeeds or fails.
        """
        permit.ended_at = math.inf
        try:
            with self._counters.call(permit.scope[0]):
                yield
            self._refused.pop(permit.scope[0], None)
        finally:
            self.ended(permit)

    def ended(self, permit: Permit) -> None:
        """Record that a call has ended."""
        permit.ended_at = self._clock.now()
        self._gate.ended(permit.scope, permit.counted_at)
        self._dispatch()

    def try_permit(self, key: ChatKey, limits: Limits, urgency: Urgency) -> Permit | None:
        """Return a permit, or None if the call would have to wait.

        A call has to wait if another call of this chat is waiting already.
        """
        now, scope = self._clock.now(), (key.platform, limits.scope or key.chat_id)
        if any(want.scope == scope for want in self._waiting):
            return None
        if self._chat(scope).banned_until > now:
            return None
        scope, pace = _budget_of(scope, limits, urgency)
        if self._ready_at(now, scope, pace, urgency, 1.0) > now:
            return None
        return self._spend(now, scope)

    def penalize(self, key: ChatKey, limits: Limits, retry_after: float) -> None:
        """Obey a 429: allow no call in this chat for `retry_after` seconds, then a slower pace."""
        now, scope = self._clock.now(), (key.platform, limits.scope or key.chat_id)
        until = now + retry_after + BAN_MARGIN_SECONDS
        self._chat(scope).ban(until)
        if self._refused_alike(now, scope):
            overall = self._overall.setdefault(key.platform, Budget())
            if overall.banned_until <= now:
                overall.ban(until)
            overall.banned_until = max(overall.banned_until, until)
            self._gate.ban(key.platform, until - now)
        self._gate.ban(scope, until - now)
        self._dispatch()

    def _refused_alike(self, now: float, scope: tuple[str, str]) -> bool:
        """Return whether several chats of the platform got a 429 within a short time.

        A successful call starts the count again.
        """
        platform, chat = scope
        recent = {
            other: at
            for other, at in self._refused.get(platform, {}).items()
            if at >= now - ALIKE_SECONDS
        }
        self._refused[platform] = {**recent, chat: now}
        return len(self._refused[platform]) >= ALIKE_CHATS

    @property
    def busy(self) -> bool:
        """Return whether a background task is running."""
        return len(self._tasks) > 0

    async def close(self) -> None:
        """Cancel the timer that grants permits. Idempotent.

        The owners of waiting calls must cancel these calls.
        """
        await self._gate.close()
        await self._tasks.close()

    def _chat(self, scope: tuple[str, str]) -> Budget:
        budget = self._chats.get(scope)
        if budget is None:
            budget = self._chats[scope] = Budget()
        return budget

    def _ready_at(
        self, now: float, scope: tuple[str, str], pace: Pace, urgency: Urgency, slower: float
    ) -> float:
        """Return the earliest time at which the budgets allow this call.

        If the platform's budget is full, the result may be too early, but never too late.
        """
        overall = self._overall.setdefault(scope[0], Budget())
        overall.calm_down(now)
        chat = self._chat(scope)
        most = _overall_share(pace, urgency, fresh=_is_fresh(chat, now))
        all_at = max(
            overall.banned_until, overall.room_at(now, most, pace.overall_seconds * overall.widened)
        )
        if all_at > now:
            return all_at
        chat.calm_down(now)
        at = max(chat.banned_until, chat.room_at(now, _share(pace, urgency), pace.window_seconds))
        if urgency >= Urgency.EDIT and chat.calls:
            at = max(at, chat.calls[-1].granted_at + pace.spacing_seconds * chat.widened * slower)
        return max(now, at)

    def _spend(self, now: float, scope: tuple[str, str]) -> Permit:
        permit = Permit(scope, now, now)
        self._chat(scope).calls.append(permit)
        self._overall.setdefault(scope[0], Budget()).calls.append(permit)
        return permit

    def _unspend(self, permit: Permit) -> None:
        """Remove from the budgets a call that was counted but never made."""
        for budget in (self._chat(permit.scope), self._overall[permit.scope[0]]):
            if permit in budget.calls:
                budget.calls.remove(permit)
        self._dispatch()

    def _dispatch(self) -> None:
        """Grant every call that may go out now, and set the timer for the next call.

        The most urgent call goes first. Among equally urgent calls, the chat with the fewest calls
        goes first. If the first call of a chat has to wait, no other call of this chat is examined.
        """
        now, soonest = self._clock.now(), float("inf")
        blocked: set[tuple[str, str]] = set()
        for want in self._in_turn(now):
            if want.granted.done() or want.scope in blocked:
                continue
            at = self._ready_at(now, want.scope, want.pace, want.urgency, want.slower)
            if at <= now:
                self._waiting.remove(want)
                want.granted.set_result(self._spend(now, want.scope))
            else:
                blocked.add(want.scope)
                soonest = min(soonest, at)
        self._set_alarm(soonest)

    def _in_turn(self, now: float) -> list[Want]:
        had = {want.scope: 0 for want in self._waiting}
        for scope in had:
            calls = self._chat(scope).calls
            had[scope] = sum(call.granted_at > now - RECENT_SECONDS for call in calls)
        return sorted(self._waiting, key=lambda want: (want.urgency, had[want.scope]))

    def _set_alarm(self, at: float) -> None:
        if at == float("inf") or (
            self._alarm is not None and not self._alarm.done() and self._alarm_at <= at
        ):
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_at = at
        self._alarm = self._tasks.spawn(self._ring(at), "alarm")

    async def _ring(self, at: float) -> None:
        await self._clock.sleep(at - self._clock.now())
        self._alarm = None
        self._dispatch()


def _budget_of(
    scope: tuple[str, str], limits: Limits, urgency: Urgency
) -> tuple[tuple[str, str], Pace]:
    """Return the budget's scope and the pace for a call.

    Typing calls have a budget of their own if the platform counts them separately.
    """
    if urgency is Urgency.TYPING and limits.typing_pace is not None:
        return (scope[0], f"{scope[1]} typing"), limits.typing_pace
    return scope, limits.pace


def _share(pace: Pace, urgency: Urgency) -> int:
    """Return how many calls of a window may have this urgency.

    Final texts may use the whole window. First texts leave half of the reserve unused.
    """
    kept = {Urgency.FINAL: 0, Urgency.FIRST: pace.reserve_calls // 2}.get(
        urgency, pace.reserve_calls
    )
    return max(1, pace.window_calls - kept)


def _shared_shares(pace: Pace, urgency: Urgency) -> tuple[int, int]:
    """Return how many calls of this urgency the shared budgets allow in a chat and in total."""
    return _share(pace, urgency), _overall_share(pace, urgency, fresh=True)


def _is_fresh(chat: Budget, now: float) -> bool:
    return not chat.calls or chat.calls[-1].granted_at < now - RECENT_SECONDS


def _overall_share(pace: Pace, urgency: Urgency, *, fresh: bool) -> int:
    """Return the number of used calls of a platform at which this call has to wait.

    Some calls are reserved for chats that made no call in the last seconds (`fresh`).
    """
    most = pace.overall_calls
    if urgency is Urgency.NEWS:
        return max(1, most // NEWS_SHARE)
    if urgency is Urgency.TYPING:
        return max(1, most // TYPING_SHARE)
    return most if fresh else max(1, most - most // FRESH_SHARE)
