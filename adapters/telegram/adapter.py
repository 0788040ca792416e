"""The Telegram adapter: it connects one bot account, takes its updates and builds its sinks."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import telegram
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from adapters.telegram.commands import publish_commands
from adapters.telegram.failures import intake_error
from adapters.telegram.intake import Polling
from adapters.telegram.known import KnownIds, nothing_taken
from adapters.telegram.normalize import PLATFORM, Me, normalize_move, normalize_update, press_handle
from adapters.telegram.sink import TelegramSink
from engine.contract import ChatKey, Inbound, Press, ReplySink, SentId, Submit
from engine.errors import ChatUnavailable, SettingsError, StorageFault
from engine.tasks import Clock, SystemClock, Tasks, describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.telegram.settings import TelegramSettings
    from adapters.telegram.webhook import Webhook
    from engine.contract import CommandInfo, Taken, Wants

log = logging.getLogger(__name__)
_TOAST_CHARACTERS = 200
PRESS_SECONDS = 0.25  # later updates of the chat wait at most this long for a press
PRESSES_AT_ONCE, MOST_SIGNS = 4, 32


class TelegramAdapter:
    """The adapter of one bot account. It takes the account's messages and builds sinks.

    `taken` returns the message ids that other processes knew. `wants` says which messages the
    engine takes. `alone` is true if no other process uses the account now.
    """

    name = PLATFORM

    def __init__(
        self,
        settings: TelegramSettings,
        commands: Sequence[CommandInfo] = (),
        clock: Clock | None = None,
        taken: Taken = nothing_taken,
        wants: Wants = lambda _: True,
        *,
        alone: bool = True,
    ) -> None:
        if settings.webhook_url and not settings.webhook_secret:
            raise SettingsError(
                ["TELEGRAM_WEBHOOK_SECRET is missing; a webhook must check who sends updates"]
            )
        _keep_token_out_of_logs()
        self._settings, self._wants = settings, wants
        self._commands = commands
        requests = [
            HTTPXRequest(connection_pool_size=size, read_timeout=10.0, pool_timeout=10.0)
            for size in (2, 64)
        ]
        self.bot = _bot(settings, *requests)
        """The library's client of the Bot API, which all sinks share."""
        clock = clock or SystemClock()
        self._polling = Polling(settings, requests[0], clock)
        self._clock = clock
        self.webhook: Webhook | None = None
        self.tasks = Tasks(PLATFORM)
        """The calls in the background: the command menu, presses and the answers to presses."""
        self.known = KnownIds(taken, alone=alone)
        """The message ids that this process knows."""
        self._moved: dict[int, int] = {}
        # The messages in each chat that have an unfinished press.
        self._pressed: dict[ChatKey, set[SentId]] = {}
        self.unreadable = 0
        """The number of updates that could not be read and were skipped."""

    async def run(self, submit: Submit) -> None:
        """Take updates until cancelled. Raises `LoginRejected` or `ConnectionLost`.

        The caller may call it again after `ConnectionLost`.
        """
        try:
            await self.bot.initialize()
        except TelegramError as error:
            raise intake_error(error) from error
        names = frozenset(command.name.lower() for command in self._commands)
        me = Me(self.bot.id, self.bot.username, names)
        log.info("telegram: connected as @%s", me.username)
        publishing = publish_commands(self.bot, self._commands, self._clock)
        self.tasks.spawn(publishing, "publish the commands")

        async def take(raw: Any) -> None:
            await self._take(raw, me, submit)

        await self._way_in().run(self.bot, take)

    def _way_in(self) -> Polling | Webhook:
        """Return the intake: a webhook if one is set, else polling.

        The webhook's library is loaded only if it is needed.
        """
        if not self._settings.webhook_url:
            return self._polling
        if self.webhook is None:
            from adapters.telegram.webhook import Webhook  # noqa: PLC0415 - loads aiohttp

            self.webhook = Webhook(self._settings, self._clock)
        return self.webhook

    async def reach(self) -> None:
        """Wait until cancelled.

        Sending needs nothing else, because calls to Telegram need no permanent connection.
        """
        await asyncio.Event().wait()

    async def duties(self) -> Sequence[str]:
        """Return the duty of polling, or none with a webhook.

        Any number of processes may serve the webhook.
        """
        bot = self._settings.token.partition(":")[0]
        return () if self._settings.webhook_url else (f"poll of the Telegram bot {bot}",)

    async def run_duty(self, duty: str, submit: Submit) -> None:
        """Poll until cancelled (see `run`)."""
        log.debug("telegram: %s", duty)
        await self.run(submit)

    async def close(self) -> None:
        """Confirm the accepted updates and close the connections. Idempotent."""
        await self.tasks.close()
        await self._polling.confirm()
        await self.bot.shutdown()

    def sink(self, key: ChatKey, handle: str) -> ReplySink:
        """Build a sink. The handle is the id of the question's message."""
        return TelegramSink(self.bot, key, handle, self.known, self._moved)

    def silent_seconds(self) -> float:
        """Return the seconds since Telegram last answered a poll, or 0 with a webhook."""
        if self._settings.webhook_url:
            return 0.0
        return self._polling.silent_seconds()

    async def private_sink(self, user_id: str) -> tuple[ChatKey, ReplySink]:
        """Return a sink for the private chat with a person. Raises `ChatUnavailable`."""
        if not user_id.isdigit():
            raise ChatUnavailable("this is not a user id of Telegram")
        key = ChatKey(PLATFORM, user_id)
        return key, self.sink(key, "")

    async def opening_sink(self, key: ChatKey) -> ReplySink:
        """Return a sink for a message that replies to nothing. Raises `StorageFault`."""
        await self.known.recall()
        newest = self.known.newest(int(key.chat_id))
        return self.sink(key, f"+{newest}" if newest else "")

    async def _take(self, raw: Any, me: Me, submit: Submit) -> None:
        """Accept one raw update.

        Raises `StorageFault` if it could not be stored; it must then be offered again. After any
        other error the update is counted and skipped.
        """
        try:
            await self._submit(telegram.Update.de_json(raw, None), me, submit)
        except StorageFault:
            raise
        except Exception as error:  # noqa: BLE001 - one odd update must not block all others
            self.unreadable += 1
            log.error("telegram: update skipped, %d so far: %s", self.unreadable, describe(error))

    async def _submit(self, update: telegram.Update, me: Me, submit: Submit) -> None:
        self._note(update)
        item = normalize_update(update, me)
        moved = normalize_move(update)
        if moved is not None:
            await submit(moved, self.sink(moved.key, ""))
        elif isinstance(item, Inbound) and self._wants(item):
            await submit(item, self.sink(item.key, item.message_id))
        elif isinstance(item, Press):
            await self._take_press(item, update, submit)
        elif update.callback_query is not None:
            self._drop_press(update.callback_query.id)

    async def _take_press(self, press: Press, update: telegram.Update, submit: Submit) -> None:
        """Submit a press. Wait for its end only a short time, because later updates have to wait.

        A press is dropped if another press on the same message is not finished yet, or if its chat
        has too many unfinished presses. The loading indicator of a dropped press ends without a
        text.
        """
        busy = self._pressed.setdefault(press.key, set())
        if press.sent in busy or len(busy) >= PRESSES_AT_ONCE:
            self._drop_press(press.press_id)
            return
        busy.add(press.sent)
        data = update.callback_query.data if update.callback_query is not None else None
        work = self._press(press, data or "", submit)
        await asyncio.wait({self.tasks.spawn(work, "press")}, timeout=PRESS_SECONDS)

    async def _press(self, press: Press, data: str, submit: Submit) -> None:
        word = ""
        try:
            word = await submit(press, self.sink(press.key, press_handle(press, data)))
        finally:
            busy = self._pressed.get(press.key, set())
            busy.discard(press.sent)
            if not busy:
                self._pressed.pop(press.key, None)
        self.tasks.spawn(self._answer_press(press.press_id, word), "answer a press")

    def _drop_press(self, press_id: str) -> None:
        """End the loading indicator of a dropped press.

        If too many of these calls are running already, this does nothing. Telegram ends the
        indicator itself after a while.
        """
        if len(self.tasks) < MOST_SIGNS:
            self.tasks.spawn(self._answer_press(press_id, ""), "answer a press")

    def _note(self, update: telegram.Update) -> None:
        """Remember a message's id and, for a group that became a supergroup, the new chat id."""
        message = update.message
        if message is None:
            return
        self.known.note(message.chat.id, message.message_id)
        if message.migrate_to_chat_id:
            self._moved[message.chat.id] = message.migrate_to_chat_id

    async def _answer_press(self, press_id: str, word: str) -> None:
        """End the loading indicator on the pressed button.

        If the press is too old, Telegram refuses the call. The refusal does no harm and is only
        logged.
        """
        try:
            await self.bot.answer_callback_query(press_id, word[:_TOAST_CHARACTERS] or None)
        except TelegramError as error:
            log.info("telegram: a press was not answered (%s)", type(error).__name__)


def _bot(settings: TelegramSettings, polling: HTTPXRequest, calls: HTTPXRequest) -> telegram.Bot:
    root = settings.api_url
    return telegram.Bot(
        settings.token,
        f"{root}/bot",
        f"{root}/file/bot",
        request=calls,
        get_updates_request=polling,
    )


async def check_token(settings: TelegramSettings) -> str:
    """Return the name of the bot to which the token belongs, as ``@name``.

    Raises `LoginRejected` or `ConnectionLost`.
    """
    _keep_token_out_of_logs()
    try:
        async with _bot(settings, HTTPXRequest(1), HTTPXRequest(1)) as bot:
            return f"@{bot.username}"
    except TelegramError as error:
        raise intake_error(error) from error


def _keep_token_out_of_logs() -> None:
    """Silence the libraries' loggers that would print the URL with the token, or a bad response."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
