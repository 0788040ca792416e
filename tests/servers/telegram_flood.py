"""Telegram's flood control, as far as it is known, and faults on request.

Documented (core.telegram.org/bots/faq): about one message per second in one chat with short bursts,
20 messages per minute in one group, about 30 messages per second overall. From the TDLib
developers: edits in a group count like sends. From core.telegram.org/api/bots/ai: chat actions have
their own budget, 20 in 5 s and 40 in 30 s per chat. From many field reports: a call made inside a
ban makes the ban longer, from seconds to hours.

The true server is more lenient at times and says nothing of its exact rules; a client that never
draws a 429 here keeps to everything that is documented.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass, field

WRITES = ("send", "edit", "delete")
FAULT_KINDS = ("429", "502", "refuse", "garbage", "reset", "delay", "hold", "lost_reply", "silence")


class Gate:
    """A limit of calls by several windows, with a ban that grows."""

    def __init__(self, windows: tuple[tuple[int, float], ...], model: FloodModel) -> None:
        self._windows = windows
        self._model = model
        self._passed: deque[float] = deque()
        self._ban_seconds = 0.0
        self._banned_until = -math.inf

    def refuse(self, now: float) -> float:
        """Return how long this call must wait, or 0 if it may pass.

        A refusal starts or extends the ban.
        """
        if now < self._banned_until:
            return self._ban(now, self._ban_seconds * self._model.growth)
        wait = max(self._full_for(now, calls, seconds) for calls, seconds in self._windows)
        if wait <= 0:
            return 0.0
        repeated = now - self._banned_until < self._model.forget_seconds
        return self._ban(
            now, max(wait, self._ban_seconds * self._model.growth if repeated else 0.0)
        )

    def take(self, now: float) -> None:
        """Count a call that passed."""
        self._passed.append(now)
        longest = max(seconds for _, seconds in self._windows)
        while self._passed[0] <= now - longest:
            self._passed.popleft()

    def _full_for(self, now: float, calls: int, seconds: float) -> float:
        """Return the seconds until the window has room, with a microsecond of slack for float sums."""
        inside = [at for at in self._passed if at > now - seconds + 1e-6]
        return 0.0 if len(inside) < calls else inside[-calls] + seconds - now

    def _ban(self, now: float, seconds: float) -> float:
        self._ban_seconds = min(
            max(seconds, self._model.first_ban_seconds), self._model.longest_ban_seconds
        )
        self._banned_until = now + self._ban_seconds
        return self._ban_seconds


@dataclass
class FloodModel:
    """The budgets of one bot. Windows are (calls, seconds).

    A private chat accepts three calls in any three seconds, which is one a second with a short
    burst.
    """

    private: tuple[tuple[int, float], ...] = ((3, 3.0),)
    group: tuple[tuple[int, float], ...] = ((20, 60.0),)
    actions: tuple[tuple[int, float], ...] = ((20, 5.0), (40, 30.0))
    overall: tuple[tuple[int, float], ...] = ((30, 1.0),)
    first_ban_seconds: float = 5.0
    growth: float = 2.0
    longest_ban_seconds: float = 14_000.0
    forget_seconds: float = 60.0
    _gates: dict[tuple[str, int], Gate] = field(default_factory=dict, repr=False)

    def retry_after(self, method: str, chat_id: int | None, now: float) -> int:
        """Count a call and return 0, or refuse it and return the seconds of the ban, rounded up.

        A ban of one chat holds for that chat only; one over the overall budget holds for all.
        """
        gates = [self._gate("overall", 0, self.overall)]
        name = method.lower()
        if chat_id is not None and name == "sendchataction":
            gates.append(self._gate("actions", chat_id, self.actions))
        elif chat_id is not None and name.startswith(WRITES):
            gates.append(self._gate("chat", chat_id, self.group if chat_id < 0 else self.private))
        else:
            return 0
        wait = max(gate.refuse(now) for gate in gates)
        if wait <= 0:
            for gate in gates:
                gate.take(now)
        return math.ceil(wait)

    def _gate(self, kind: str, chat_id: int, windows: tuple[tuple[int, float], ...]) -> Gate:
        return self._gates.setdefault((kind, chat_id), Gate(windows, self))


@dataclass
class Fault:
    """A fault for the next `times` calls that match it. `TelegramServer.fault` creates it."""

    kind: str
    method: str
    chat_id: int | None
    times: int
    retry_after: int
    seconds: float
    code: int
    description: str
    used: int = 0
    _released: asyncio.Event | None = None

    def take(self, method: str, chat_id: int | None) -> bool:
        """Return whether this fault applies to the call, and count it."""
        fits = self.method in ("", method.lower()) and self.chat_id in (None, chat_id)
        if not fits or self.used >= self.times:
            return False
        self.used += 1
        return True

    async def wait(self) -> None:
        """Wait until `release` is called."""
        self._released = self._released or asyncio.Event()
        await self._released.wait()

    def release(self) -> None:
        """Release the calls that "hold" or "silence" delays."""
        self._released = self._released or asyncio.Event()
        self._released.set()
