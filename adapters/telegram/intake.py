"""Receive raw updates in order, either by long polling or through a webhook."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, Any, Callable, cast
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from telegram.error import BadRequest, Conflict, RetryAfter, TelegramError

from adapters.edge.gate import BACKLOG, Gate, quiet_accepts
from adapters.edge.parsing import parse_json
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
MOST_UPDATE_BYTES = 1 << 20
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_SILENT = logging.Logger("telegram webhook", logging.CRITICAL + 1)  # noqa: LOG001 - no handler may reach it
_BATCH = 100
_MOVING = "a group that moves"
_READ_SLACK_SECONDS = 10.0
# https://core.telegram.org/bots/webhooks
_BAD_WEBHOOK = (
    "Telegram refuses TELEGRAM_WEBHOOK_URL: it takes a public https:// address, port "
    "443, 80, 88 or 8443"
)


class Polling:
    """Receive updates by calling ``getUpdates`` in a loop.

    The raw response is read here, because the library parses a batch as a whole or not at all.
    """

    def __init__(self, settings: TelegramSettings, request: BaseRequest, clock: Clock) -> None:
        self._url = f"{settings.api_url}/bot{settings.token}/getUpdates"
        self._poll_seconds = settings.poll_seconds
        self._request = request
        self._clock = clock
        self._offset = 0
        # The numbers of the current batch's updates that are not accepted yet.
        self._open: set[int] = set()
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
            await self._accept_all(updates, take)

    async def _wait(self, seconds: float, error: TelegramError) -> None:
        why = (
            "another process polls with this token"
            if isinstance(error, Conflict)
            else "too many calls"
        )
        log.warning("telegram: %s; asking again in %.0f s", why, seconds)
        await self._clock.sleep(seconds)

    async def _accept_all(self, updates: Sequence[dict[str, Any]], take: Take) -> None:
        """Accept a batch: the updates of one chat in order, different chats in parallel.

        No chat waits for another, and the database commits many messages together. Cancelling this
        cancels the acceptance of the remaining updates.
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
        """Move the offset past the accepted updates, up to the first that is not accepted."""
        self._offset = max(self._offset, min(self._open, default=self._after))

    async def _accept(self, update: Any, take: Take) -> None:
        """Offer one update again and again, with pauses, until it is stored."""
        pauses = backoff(1.0, 30.0)
        while True:
            try:
                await take(update)
            except StorageFault:
                seconds = next(pauses)
                log.warning("telegram: an update was not stored; offered again in %.0f s", seconds)
                await self._clock.sleep(seconds)
            else:
                return

    async def _fetch(self, wait_seconds: int) -> list[dict[str, Any]]:
        """Return the next raw updates.

        Each update is a dict that holds its id. Raises `ConnectionLost` for a response of any other
        form, because Telegram did not send it.
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

        After a clean stop Telegram then delivers nothing twice.
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


class Webhook:
    """Receive updates by HTTP.

    The response is 200 only after acceptance, so Telegram repeats an update that was not stored.
    The body is read only if the request carries the secret. The port may be open to anybody, so a
    `Gate` limits the connections and the time for headers and bodies. A refused connection is
    closed.
    """

    def __init__(self, settings: TelegramSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._gate = Gate("telegram", clock)

    async def run(self, bot: telegram.Bot, take: Take) -> None:
        """Listen until cancelled.

        Raises `AdapterError`. The webhook then stays set, and Telegram keeps the updates that
        arrive.
        """
        app = web.Application(middlewares=[self._watched], client_max_size=MOST_UPDATE_BYTES)
        app.router.add_post(urlsplit(self._settings.webhook_url).path or "/", self._answerer(take))
        # The library would log a traceback for each malformed request of a stranger. Telegram never
        # compresses a body. A compressed body would be unpacked before the secret is checked.
        runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=1.0,
            logger=_SILENT,
            auto_decompress=False,
            lingering_time=0.0,  # do not wait for the rest of a refused body
        )
        tasks = Tasks("webhook")
        await runner.setup()
        try:
            server = await self._listen(runner)
            tasks.spawn(self._gate.watch(), "late connections")
            try:
                await self._set(bot)
                await asyncio.Event().wait()
            finally:
                server.close()
        finally:
            await tasks.close()
            await runner.cleanup()

    async def _listen(self, runner: web.AppRunner) -> asyncio.AbstractServer:
        quiet_accepts("telegram", self._clock)
        factory = cast("Callable[[], asyncio.Protocol]", runner.server)
        host, port = self._settings.host, self._settings.port
        loop = asyncio.get_running_loop()
        try:
            return await loop.create_server(self._gate.wrap(factory), host, port, backlog=BACKLOG)
        except OSError as error:
            raise ConnectionLost(f"cannot listen on port {port}") from error

    async def _set(self, bot: telegram.Bot) -> None:
        try:
            await bot.set_webhook(
                self._settings.webhook_url,
                secret_token=self._settings.webhook_secret,
                allowed_updates=ALLOWED_UPDATES,
            )
        except BadRequest as error:
            raise ConnectionLost(_BAD_WEBHOOK) from error
        except TelegramError as error:
            raise intake_error(error) from error

    @web.middleware
    async def _watched(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Report a request's progress to its connection; close the connection after a refusal."""
        peer = request.transport.get_extra_info("peername") if request.transport else None
        connection = self._gate.connection(peer)
        if connection is None:
            return web.Response(status=503)  # the client has disconnected and does not read this
        if not connection.begin(connection.address):
            return _closing(429)
        try:
            answer = await handler(request)
        except web.HTTPException as refused:
            answer = _closing(refused.status)
        finally:
            connection.done()
        return answer

    def _answerer(self, take: Take) -> _Handler:
        secret = self._settings.webhook_secret.encode()

        async def answer(request: web.Request) -> web.StreamResponse:
            given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode(
                "utf-8", "surrogateescape"
            )
            if not hmac.compare_digest(given, secret):
                return _closing(403)
            update = await self._body(request)
            try:
                await take(update)
            except StorageFault:
                return web.Response(status=503)
            return web.Response()

        return answer

    async def _body(self, request: web.Request) -> Any:
        """Return the parsed body, or None if it is not JSON.

        The engine skips None and the response is 200, because Telegram would repeat a refused
        update for a day.
        """
        connection = (
            self._gate.connection(request.transport.get_extra_info("peername"))
            if request.transport
            else None
        )
        if connection is not None:
            connection.expect_body()
        try:
            body = await request.read()
        except (ConnectionError, web.RequestPayloadError) as error:  # the client has disconnected
            raise web.HTTPBadRequest from error
        if connection is not None:
            connection.serve()
        try:
            return parse_json(body)
        except ValueError:
            return None


def _closing(status: int) -> web.Response:
    answer = web.Response(status=status)
    answer.force_close()
    return answer
