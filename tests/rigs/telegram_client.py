"""The unmodified python-telegram-bot as a client of the Telegram test server, with a fake clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.request import HTTPXRequest

from tests.servers.telegram import TelegramServer, Timing

FORUM = -1001234567890
QUICK = Timing(repeated_poll_seconds=0, conflict_seconds=0, webhook_retry_seconds=0.01)
KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="stop")]])


class Hand:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.at = 1_700_000_000.0

    def __call__(self) -> float:
        return self.at


@asynccontextmanager
async def client(server: TelegramServer, **settings: Any) -> AsyncIterator[Bot]:
    request, polling = HTTPXRequest(**settings), HTTPXRequest(**settings)
    root = server.base_url
    bot = Bot(
        server.token,
        f"{root}/bot",
        f"{root}/file/bot",
        request=request,
        get_updates_request=polling,
    )
    async with bot:
        yield bot
