"""The Telegram adapter. It uses python-telegram-bot's `Bot` to receive updates and send answers.

The library's Updater and Application are not used. The Updater confirms updates before they are
handled, so a crash would lose them. In this package, an update is confirmed only after the engine
has accepted it.
"""

from __future__ import annotations

from adapters.telegram import vendor  # noqa: F401 - before anything imports the library
from adapters.telegram.adapter import TelegramAdapter, check_token
from adapters.telegram.settings import TelegramSettings

__all__ = ["TelegramAdapter", "TelegramSettings", "check_token"]
