"""The settings of the Telegram adapter."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TelegramSettings:
    """The bot's account and its intake: a webhook if `webhook_url` is set, else long polling."""

    token: str = field(repr=False)
    api_url: str = "https://api.telegram.org"
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    port: int = 8080
    host: str = "0.0.0.0"  # noqa: S104 - a webhook must be reachable from outside
    poll_seconds: int = 30
