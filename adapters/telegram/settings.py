"""The settings of the Telegram adapter."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TelegramSettings:
    """The account and its intake: long polling, or a webhook if `webhook_url` is set.

    `api_url` is the root of the Bot API: ``<api_url>/bot<token>/<method>``. A webhook needs a
    `webhook_secret` of 1 to 256 characters from ``A-Z a-z 0-9 _ -``, and listens on `port`; the
    path is that of the URL.
    """

    token: str = field(repr=False)
    api_url: str = "https://api.telegram.org"
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    port: int = 8080
    host: str = "0.0.0.0"  # noqa: S104 - a webhook is to be reached from outside
    poll_seconds: int = 30
