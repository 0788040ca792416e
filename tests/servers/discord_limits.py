"""Refuse and fail like Discord.

This module has rate limits, injected faults, a log of calls, and a way to wait for an event.
Discord's rule is that clients follow the headers, not numbers (reference, "Rate Limits"). The
numbers here are those that developers report for one channel: 5 creates in 5 seconds, and 5 edits
in 5 seconds in a bucket of their own.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, TypeVar

if TYPE_CHECKING:
    from tests.servers.discord_world import Clock, Json

T = TypeVar("T")

BUDGETS: Mapping[str, tuple[int, float]] = {
    "create": (5, 5.0),
    "edit": (5, 5.0),
    "delete": (5, 1.0),
    "typing": (5, 5.0),
    "history": (5, 5.0),
    "webhook": (5, 2.0),
}
"""The calls and seconds of each bucket, counted by channel (`webhook` by interaction token)."""

GLOBAL_CALLS, GLOBAL_SECONDS = 50, 1.0
INVALID_CALLS, INVALID_SECONDS = 10_000, 600.0


@dataclass
class Answer:
    """The body of a response: JSON for an object or list, HTML for a string, 204 for None."""

    status: int = 200
    payload: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """Raised for a call that Discord does not carry out. `code` is its JSON error code."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(message)
        self.body: Json = {"message": message, "code": code}
        self.status = status
        if errors:
            self.body["errors"] = errors

    def answer(self) -> Answer:
        return Answer(self.status, self.body)


def too_many(retry_after: float, scope: str) -> Answer:
    """Build a 429 of Discord itself.

    It has a ``Via`` header, and `scope` is user, shared or global.
    """
    body: Json = {
        "message": "You are being rate limited.",
        "retry_after": retry_after,
        "global": scope == "global",
    }
    headers = {
        "Retry-After": str(math.ceil(retry_after)),
        "X-RateLimit-Scope": scope,
        "Via": "1.1 google",
    }
    if scope == "global":
        headers["X-RateLimit-Global"] = "true"
    return Answer(429, body, headers)


def banned(retry_after: float) -> Answer:
    """Build a 429 of Cloudflare, which has neither a ``Via`` header nor JSON."""
    return Answer(429, "error code: 1015", {"Retry-After": str(math.ceil(retry_after))})


@dataclass
class _Window:
    opened_at: float
    used: int = 0


class RateLimits:
    """Count calls in fixed windows that open with their first call, as Discord's buckets do."""

    def __init__(
        self, clock: Clock, budgets: Mapping[str, tuple[int, float]], *, enabled: bool
    ) -> None:
        self._clock = clock
        self._budgets = budgets
        self._enabled = enabled
        self._windows: dict[tuple[str, str], _Window] = {}
        self.invalid: deque[float] = deque()

    def take(
        self, bucket: str, major: str, *, counts_globally: bool
    ) -> tuple[Answer | None, dict[str, str]]:
        """Count one call.

        Return the refusal, if it is one too many, and the headers that any answer carries.
        """
        if not self._enabled:
            return None, {}
        if self._banned():
            return banned(INVALID_SECONDS), {}
        if (
            counts_globally
            and (wait := self._spend("global", "", GLOBAL_CALLS, GLOBAL_SECONDS)) > 0
        ):
            return too_many(wait, "global"), {}
        if bucket not in self._budgets:
            return None, {}
        calls, seconds = self._budgets[bucket]
        wait = self._spend(bucket, major, calls, seconds)
        headers = self._headers(bucket, major, calls, seconds)
        return (too_many(wait, "user") if wait > 0 else None), headers

    def note(self, answer: Answer) -> None:
        """Count an invalid response.

        After 10,000 of them in 10 minutes Cloudflare refuses all calls.
        """
        shared = answer.headers.get("X-RateLimit-Scope") == "shared"
        if answer.status in {401, 403, 429} and not shared:
            self.invalid.append(self._clock())

    @property
    def invalid_calls(self) -> int:
        """Return the calls answered with 401, 403 or 429 in the last 10 minutes, except shared scope."""
        while self.invalid and self.invalid[0] <= self._clock() - INVALID_SECONDS:
            self.invalid.popleft()
        return len(self.invalid)

    def _banned(self) -> bool:
        return self.invalid_calls >= INVALID_CALLS

    def _spend(self, bucket: str, major: str, calls: int, seconds: float) -> float:
        now = self._clock()
        window = self._windows.get((bucket, major))
        if window is None or now >= window.opened_at + seconds:
            window = self._windows[bucket, major] = _Window(now)
        if window.used >= calls:
            return window.opened_at + seconds - now
        window.used += 1
        return 0.0

    def _headers(self, bucket: str, major: str, calls: int, seconds: float) -> dict[str, str]:
        window = self._windows[bucket, major]
        reset = window.opened_at + seconds
        return {
            "X-RateLimit-Limit": str(calls),
            "X-RateLimit-Remaining": str(calls - window.used),
            "X-RateLimit-Reset": f"{reset:.3f}",
            "X-RateLimit-Reset-After": f"{reset - self._clock():.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(bucket.encode()).hexdigest()[:32],
        }


@dataclass
class Fault:
    """A requested failure. `kind` is one of the names in `DiscordServer.fault`."""

    kind: str
    route: str = ""
    times: int = 1
    channel_id: int | None = None
    retry_after: float = 1.0
    seconds: float = 0.0
    status: int = 500
    code: int = 0
    message: str = ""
    used: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def matches(self, route: str, channel_id: int | None) -> bool:
        """Return whether the next call of this route in this channel must fail."""
        here = self.channel_id is None or self.channel_id == channel_id
        return self.used < self.times and self.route in ("", route) and here

    def release(self) -> None:
        """Release the calls that ``hold`` delays, and delay no more calls."""
        self.times = self.used
        self.released.set()

    async def pause(self) -> None:
        """Wait as ``delay`` and ``hold`` ask before the call is carried out."""
        if self.kind == "delay":
            await asyncio.sleep(self.seconds)
        elif self.kind == "hold":
            await self.released.wait()

    @property
    def cuts_before(self) -> bool:
        return self.kind == "reset"

    @property
    def cuts_after(self) -> bool:
        return self.kind == "lost_reply"

    def answer(self) -> Answer | None:
        """Return the response in place of carrying out the call, or None if the call is carried out."""
        scopes = {"429": "user", "shared": "shared", "global": "global"}
        if self.kind in scopes:
            return too_many(self.retry_after, scopes[self.kind])
        if self.kind == "cloudflare":
            return banned(self.retry_after)
        if self.kind == "status":
            return Answer(self.status, {"message": self.message, "code": self.code})
        if self.kind.isdigit():
            return Answer(int(self.kind), f"<html><title>{self.kind}</title></html>")
        return None


@dataclass
class Call:
    """One REST call and its response.

    `name` is the route's short name (``create``, ``edit``, …), and `route` its path with
    placeholders. `status` is None while the call is carried out, and 0 if the connection was cut
    instead of a response.
    """

    at: float
    name: str
    method: str
    route: str
    path: str
    channel_id: int | None
    body: Any
    query: Mapping[str, str]
    headers: Mapping[str, str]
    files: tuple[str, ...] = ()
    fault: str = ""
    status: int | None = None
    answer: Any = None
    answered_at: float | None = None


@dataclass
class _Waiter:
    predicate: Callable[[], Any]
    future: asyncio.Future[Any]

    def look(self) -> None:
        if self.future.done():
            return
        try:
            found = self.predicate()
        except Exception as error:  # noqa: BLE001 - the predicate is the test's; its error belongs to who waits
            self.future.set_exception(error)
            return
        if found:
            self.future.set_result(found)


class Watch:
    """Wait for a condition on the server's state, checked again after each event."""

    def __init__(self, describe: Callable[[], str]) -> None:
        self._describe = describe
        self._waiters: list[_Waiter] = []

    def changed(self) -> None:
        """Check every awaited condition again."""
        for waiter in list(self._waiters):
            waiter.look()

    async def until(self, predicate: Callable[[], T], within_seconds: float) -> T:
        """Return the first true value of `predicate`.

        Raises AssertionError if none comes in time.
        """
        loop = asyncio.get_running_loop()
        waiter = _Waiter(predicate, loop.create_future())
        timer = loop.call_later(within_seconds, self._give_up, waiter, within_seconds)
        self._waiters.append(waiter)
        waiter.look()
        try:
            found: T = await waiter.future
        finally:
            timer.cancel()
            self._waiters.remove(waiter)
        return found

    def _give_up(self, waiter: _Waiter, seconds: float) -> None:
        if not waiter.future.done():
            waiter.future.set_exception(
                AssertionError(f"not seen within {seconds} s; {self._describe()}")
            )
