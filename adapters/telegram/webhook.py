"""Receive updates through a webhook, by HTTP.

This module is loaded only if a webhook is set, because it loads aiohttp.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Callable, cast
from urllib.parse import urlsplit

from aiohttp import web
from telegram.error import BadRequest, TelegramError

from adapters.edge.gate import BACKLOG, Gate, quiet_accepts
from adapters.edge.parsing import parse_json
from adapters.telegram.failures import intake_error
from adapters.telegram.intake import ALLOWED_UPDATES, Take
from engine.errors import ConnectionLost, StorageFault
from engine.tasks import Tasks

if TYPE_CHECKING:
    import telegram

    from adapters.telegram.settings import TelegramSettings
    from engine.tasks import Clock

MOST_UPDATE_BYTES = 1 << 20
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_SILENT = logging.Logger("telegram webhook", logging.CRITICAL + 1)  # noqa: LOG001 - no handler may reach it
# Source of these rules: https://core.telegram.org/bots/webhooks
_BAD_WEBHOOK = (
    "Telegram refuses TELEGRAM_WEBHOOK_URL: it takes a public https:// address, port "
    "443, 80, 88 or 8443"
)


class Webhook:
    """Receive updates by HTTP.

    The response is 200 only after acceptance, so that Telegram repeats an update that was not
    stored. The body is read only if the request carries the secret. The port may be open to
    anybody, so a `Gate` limits the connections and the time for headers and bodies. After a
    refusal, the connection is closed.
    """

    def __init__(self, settings: TelegramSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self.gate = Gate("telegram", clock)

    async def run(self, bot: telegram.Bot, take: Take) -> None:
        """Listen until cancelled.

        Raises `AdapterError`. The webhook then stays set, and Telegram keeps the updates that
        arrive.
        """
        app = web.Application(middlewares=[self._watched], client_max_size=MOST_UPDATE_BYTES)
        app.router.add_post(urlsplit(self._settings.webhook_url).path or "/", self._answerer(take))
        # The library would log a traceback for each malformed request of a stranger. Telegram never
        # compresses a body, and a compressed body would be unpacked before the secret is checked.
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
            tasks.spawn(self.gate.watch(), "late connections")
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
            return await loop.create_server(self.gate.wrap(factory), host, port, backlog=BACKLOG)
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
        """Report a request's progress to its connection. Close the connection after a refusal."""
        peer = request.transport.get_extra_info("peername") if request.transport else None
        connection = self.gate.connection(peer)
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

        The adapter skips None as an unreadable update, and the response is 200. Telegram would
        repeat a refused update for a day.
        """
        connection = (
            self.gate.connection(request.transport.get_extra_info("peername"))
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
