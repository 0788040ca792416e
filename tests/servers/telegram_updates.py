"""Deliver updates to the bot: the queue, long polling and the webhook.

Source: `Client::do_get_updates`, `Client::fail_query_conflict` and `WebhookActor` in
tdlib/telegram-bot-api.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Callable

import aiohttp

from tests.servers.telegram_wire import Json, Refusal, bad_request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from tests.servers.owned_tasks import OwnedTasks

LIFE_SECONDS = 86_400
OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot "
    "instance is running"
)
WEBHOOK_TOOK_OVER = "Conflict: terminated by setWebhook request"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use "
    "deleteWebhook to delete the webhook first"
)
NOT_SENT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True)
class Timing:
    """The server's own pauses in real seconds; the defaults are Telegram's."""

    repeated_poll_seconds: float = 3.0
    conflict_seconds: float = 3.0
    webhook_retry_seconds: float = 1.0
    webhook_retry_most_seconds: float = 60.0


@dataclass(frozen=True)
class Delivery:
    """One attempt to deliver an update to the webhook. The status is 0 if no response came."""

    at: float
    update_id: int
    status: int


class UpdateQueue:
    """The queue of updates that are not confirmed, each for at most 24 hours."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ids = count(500_000_001)
        self._kept: list[tuple[float, Json]] = []
        self._allowed: frozenset[str] | None = None

    def __len__(self) -> int:
        return len(self._kept)

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Set the kinds of update that are kept from now on.

        An empty list means the default kinds, and None changes nothing.
        """
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    def push(self, update: Json) -> Json | None:
        """Queue an update and give it an id if it has none.

        Returns None if its kind is not wanted.
        """
        kind = next((name for name in update if name != "update_id"), "")
        wanted = kind not in NOT_SENT_BY_DEFAULT if self._allowed is None else kind in self._allowed
        if not wanted:
            return None
        if "update_id" not in update:
            update = {"update_id": next(self._ids), **update}
        self._kept.append((self._clock(), update))
        return update

    def confirm(self, offset: int) -> None:
        """Remove the updates below the offset.

        A negative offset keeps only that many of the newest.
        """
        if offset < 0:
            self._kept = self._kept[offset:]
        else:
            self._kept = [
                (at, update) for at, update in self._kept if update["update_id"] >= offset
            ]

    def drop(self, update_id: int) -> None:
        """Remove one update."""
        self._kept = [(at, update) for at, update in self._kept if update["update_id"] != update_id]

    def batch(self, limit: int) -> list[Json]:
        """Return the oldest updates."""
        self._kept = [
            (at, update) for at, update in self._kept if at > self._clock() - LIFE_SECONDS
        ]
        return [update for _, update in self._kept[:limit]]


class Polling:
    """Long polling with ``getUpdates``. At most one poll is held open."""

    def __init__(
        self,
        queue: UpdateQueue,
        clock: Callable[[], float],
        timing: Timing,
        changed: Callable[[], None],
    ) -> None:
        self._queue = queue
        self._changed = changed
        self._clock = clock
        self._timing = timing
        self._held: asyncio.Future[None] | None = None
        self._last: tuple[int, float] = (0, -1e9)
        self._next_conflict_at = -1e9

    async def get(self, offset: int, limit: int, timeout: float) -> list[Json]:
        """Return waiting updates at once, or hold the call until one comes or the time is over."""
        limit, timeout = self._slow_down(offset, limit, timeout)
        self._queue.confirm(offset)
        self._changed()
        batch = self._queue.batch(limit)
        if batch or not timeout:
            return batch
        await self._hold(timeout)
        return self._queue.batch(limit)

    def _slow_down(self, offset: int, limit: int, timeout: float) -> tuple[int, float]:
        """Slow down a client that repeats the same request."""
        limit, timeout = limit if 1 <= limit <= 100 else 100, min(max(timeout, 0), 50)
        now, (last_offset, last_at) = self._clock(), self._last
        self._last = (offset, now)
        since = now - last_at
        if offset == last_offset and since < self._timing.repeated_poll_seconds:
            timeout = max(timeout, self._timing.repeated_poll_seconds)
            limit = 1 if since < min(0.5, self._timing.repeated_poll_seconds) else limit
        return limit, timeout

    async def _hold(self, timeout: float) -> None:
        self.end(OTHER_POLLER)
        loop = asyncio.get_running_loop()
        held = self._held = loop.create_future()
        timer = loop.call_later(timeout, self._answer, held)
        self._changed()
        try:
            await held
        except Refusal:
            if (now := loop.time()) < self._next_conflict_at:
                await asyncio.sleep(self._timing.conflict_seconds)
            else:
                self._next_conflict_at = now + self._timing.conflict_seconds
            raise
        finally:
            timer.cancel()
            self._held = None if self._held is held else self._held

    @property
    def waiting(self) -> bool:
        """Return whether a poll is held open now."""
        return self._held is not None

    def _answer(self, held: asyncio.Future[None]) -> None:
        if not held.done():
            held.set_result(None)

    def wake(self) -> None:
        """Answer the held poll."""
        if self._held is not None:
            self._answer(self._held)

    def end(self, reason: str) -> None:
        """End the held poll with a conflict."""
        if self._held is not None and not self._held.done():
            self._held.set_exception(Refusal(409, reason))


class Webhook:
    """Delivery by HTTP: in order, one at a time for each chat, repeated until the status is 2xx."""

    def __init__(
        self,
        queue: UpdateQueue,
        tasks: OwnedTasks,
        timing: Timing,
        report: Callable[[Delivery], None],
        changed: Callable[[], None],
        clock: Callable[[], float],
        execute: Callable[[Json], Awaitable[Any]],
    ) -> None:
        self.url = ""
        self.last_error = ""
        self._secret = ""
        self._max_connections = 40
        self._queue = queue
        self._tasks = tasks
        self._timing = timing
        self._report = report
        self._changed = changed
        self._clock = clock
        self._execute = execute
        self._waiting: dict[int, deque[Json]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._places: asyncio.Semaphore | None = None

    def check_secret(self, secret: str) -> None:
        """Refuse a secret token that Telegram would not accept."""
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        if not all(ch.isascii() and (ch.isalnum() or ch in "_-") for ch in secret):
            raise bad_request("secret token contains unallowed characters")

    def set(self, url: str, secret: str, max_connections: int) -> None:
        """Begin to deliver waiting and new updates to this URL."""
        self.url, self._secret, self.last_error = url, secret, ""
        self._session = self._session or aiohttp.ClientSession()
        self._places = asyncio.Semaphore(max_connections)
        self._max_connections = max_connections
        for update in self._queue.batch(len(self._queue)):
            self.offer(update)

    def unset(self) -> None:
        """Stop delivering. Updates that were not accepted stay in the queue."""
        self.url = ""
        self._waiting.clear()

    def info(self) -> Json:
        """Return the WebhookInfo object."""
        shown: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._queue),
        }
        if self.url:
            shown["max_connections"] = self._max_connections
        if self.last_error:
            shown.update(last_error_date=int(self._clock()), last_error_message=self.last_error)
        return shown

    def offer(self, update: Json) -> None:
        """Queue an update after the others of its chat."""
        if not self.url:
            return
        lane = lane_of(update)
        if lane in self._waiting:
            self._waiting[lane].append(update)
            return
        self._waiting[lane] = deque([update])
        self._tasks.spawn(self._run_lane(lane, self._waiting[lane]), f"webhook lane {lane}")

    async def _run_lane(self, lane: int, waiting: deque[Json]) -> None:
        pause = self._timing.webhook_retry_seconds
        while waiting and self._waiting.get(lane) is waiting:
            status, retry_after = await self._attempt(waiting[0])
            if 200 <= status < 300:
                self._queue.drop(waiting.popleft()["update_id"])
                self._changed()
                pause = self._timing.webhook_retry_seconds
            else:
                await asyncio.sleep(retry_after or pause)
                pause = min(pause * 2, self._timing.webhook_retry_most_seconds)
        if self._waiting.get(lane) is waiting:
            del self._waiting[lane]

    async def _attempt(self, update: Json) -> tuple[int, float]:
        assert self._session is not None
        assert self._places is not None
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret} if self._secret else {}
        status, retry_after, body = 0, 0.0, ""
        async with self._places:
            try:
                async with self._session.post(self.url, json=update, headers=headers) as answer:
                    status, body = answer.status, await answer.text()
                    retry_after = float(answer.headers.get("Retry-After", 0))
            except (aiohttp.ClientError, OSError) as error:
                self.last_error = f"Connection failed: {type(error).__name__}"
        if status and not 200 <= status < 300:
            self.last_error = f"Wrong response from the webhook: {status}"
        self._report(Delivery(self._clock(), update["update_id"], status))
        if 200 <= status < 300 and body.lstrip().startswith("{"):
            await self._execute(json.loads(body))
        return status, retry_after

    async def close(self) -> None:
        """Close the connections. The delivering tasks end with their owner."""
        if self._session is not None:
            await self._session.close()


def lane_of(update: Json) -> int:
    """Return the chat of an update. An update without a chat has a lane of its own."""
    for value in update.values():
        if isinstance(value, dict):
            holder = value.get("message", value)
            chat = holder.get("chat") if isinstance(holder, dict) else None
            if isinstance(chat, dict):
                return int(chat["id"])
    return -int(update["update_id"])
