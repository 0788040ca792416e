"""Receive raw updates in order, either by long polling or through a webhook."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, Any, Callable
from urllib.parse import urlencode

from telegram.error import Conflict, RetryAfter, TelegramError

from adapters.telegram.failures import intake_error, retry_after_seconds
from engine.errors import ConnectionLost, StorageFault
from engine.tasks import Tasks, backoff

if TYPE_CHECKING:
    import telegram
    from telegram.request import BaseRequest

    from adapters.telegram.settings import TelegramSettings
    from engine.tasks import Clock

log = logging.getLogger(__name__)

Take = Callable[[Any], Awaitable[None]]
"""Accepts one raw update. Returns when the update is stored or skipped. Raises `StorageFault`."""

ALLOWED_UPDATES = ("message", "edited_message", "callback_query")
_BATCH = 100
_MOVING = "a group that moves"
_READ_SLACK_SECONDS = 10.0


class Polling:
    """Receive updates by calling ``getUpdates`` in a loop.

    The raw response is parsed here, because the library parses either a whole batch or nothing.
    """

    def __init__(self, settings: TelegramSettings, request: BaseRequest, clock: Clock) -> None:
        self._url = f"{settings.api_url}/bot{settings.token}/getUpdates"
        self._poll_seconds = settings.poll_seconds
        self._request = request
        self._clock = clock
        self._offset = 0
        # The numbers of those updates of the current batch that are not accepted yet.
        self._open: set[int] = set()
        self._heard_at = clock.now()
        self._after = 0  # the number after the batch's last update

    async def run(self, bot: telegram.Bot, take: Take) -> None:
        """Take updates until cancelled. The next poll confirms a batch once it is accepted.

        Waits while another process polls with the same token. Raises `AdapterError`.
        """
        try:
            await bot.delete_webhook()
        except TelegramError as error:
            raise intake_error(error) from error
        pauses = backoff(3.0, 60.0)
        while True:
            try:
                updates = await self._fetch(self._poll_seconds)
            except (Conflict, RetryAfter) as error:
                asked = retry_after_seconds(error) if isinstance(error, RetryAfter) else 0.0
                await self._wait(max(next(pauses), asked), error)
                continue
            except TelegramError as error:
                raise intake_error(error) from error
            pauses = backoff(3.0, 60.0)
            self._heard_at = self._clock.now()
            await self._accept_all(updates, take)

    def silent_seconds(self) -> float:
        """Return the seconds since Telegram last answered a poll, or since the start."""
        return self._clock.now() - self._heard_at

    async def _wait(self, seconds: float, error: TelegramError) -> None:
        why = (
            "another process polls with this token"
            if isinstance(error, Conflict)
            else "too many calls"
        )
        log.warning("telegram: %s; the next poll is in %.0f s", why, seconds)
        await self._clock.sleep(seconds)

    async def _accept_all(self, updates: Sequence[dict[str, Any]], take: Take) -> None:
        """Accept a batch: the updates of one chat in order, different chats in parallel.

        No chat waits for another chat, and the database commits many messages together. Cancelling
        this cancels the acceptance of the remaining updates.
        """
        tasks, numbers = Tasks("intake"), [update["update_id"] for update in updates]
        self._open = set(numbers)
        self._after = max(numbers, default=-1) + 1
        try:
            for chat, its_updates in _by_chat(updates).items():
                tasks.spawn(self._accept_in_order(its_updates, take), f"updates of {chat}")
            await tasks.join()
        finally:
            await tasks.close()

    async def _accept_in_order(self, updates: Sequence[dict[str, Any]], take: Take) -> None:
        for update in updates:
            await self._accept(update, take)
            self._open.discard(update["update_id"])
            self._confirmable()

    def _confirmable(self) -> None:
        """Move the offset up to the first update that is not accepted yet."""
        self._offset = max(self._offset, min(self._open, default=self._after))

    async def _accept(self, update: Any, take: Take) -> None:
        """Offer one update again and again, with pauses, until it is stored."""
        pauses = backoff(1.0, 30.0)
        while True:
            try:
                await take(update)
            except StorageFault:
                seconds = next(pauses)
                log.warning(
                    "telegram: an update was not stored and is offered again in %.0f s", seconds
                )
                await self._clock.sleep(seconds)
            else:
                return

    async def _fetch(self, wait_seconds: int) -> list[dict[str, Any]]:
        """Return the next raw updates.

        Each update is a dict with its id. Raises `ConnectionLost` for a response of any other form,
        because such a response does not come from Telegram.
        """
        asked: dict[str, Any] = {
            "timeout": wait_seconds,
            "limit": _BATCH,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
        }
        if self._offset:
            asked["offset"] = self._offset
        body = await self._request.retrieve(
            f"{self._url}?{urlencode(asked)}", read_timeout=wait_seconds + _READ_SLACK_SECONDS
        )
        try:
            updates = json.loads(body)["result"]
            known = [update for update in updates if isinstance(update["update_id"], int)]
        except (ValueError, LookupError, TypeError) as error:
            raise ConnectionLost("the response to getUpdates is not the Bot API's") from error
        return known

    async def confirm(self) -> None:
        """Tell Telegram which update was accepted last.

        After a clean stop, Telegram then delivers no update twice.
        """
        if not self._offset:
            return
        asked = urlencode({"timeout": 0, "limit": 1, "offset": self._offset})
        self._offset = 0
        try:
            await self._request.retrieve(f"{self._url}?{asked}", read_timeout=2.0)
        except TelegramError as error:
            # This is harmless: the engine recognises a repeated update.
            log.debug("telegram: the last updates were not confirmed (%s)", type(error).__name__)


def _by_chat(updates: Sequence[dict[str, Any]]) -> dict[object, list[dict[str, Any]]]:
    """Group raw updates by chat.

    If a group in the batch moves to a new id, the whole batch stays in one order.
    """
    places = [_chat_of(update) for update in updates]
    moves = any(place is _MOVING for place in places)
    groups: dict[object, list[dict[str, Any]]] = {}
    for update, place in zip(updates, places):
        groups.setdefault(_MOVING if moves else place, []).append(update)
    return groups


def _chat_of(update: dict[str, Any]) -> object:
    """Return the id of an update's chat, or None if the update names no chat."""
    try:
        pressed = update.get("callback_query") or {}
        message: Any = update.get("message") or update.get("edited_message") or pressed["message"]
        if "migrate_to_chat_id" in message or "migrate_from_chat_id" in message:
            return _MOVING
        return str(message["chat"]["id"])
    except (AttributeError, LookupError, TypeError):
        return None
