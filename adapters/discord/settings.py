"""The settings of the Discord adapter."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class DiscordSettings:
    """The bot's account. The addresses are set only to use a server other than Discord's.

    `api_url` is the base URL of the REST routes with its version (``https://discord.com/api/v10``).
    `gateway_url` is the URL of the gateway's websocket. If `shards` is 0, Discord recommends their
    number. Shards matter only if several processes use the account.
    """

    token: str = field(repr=False)
    api_url: str = ""
    gateway_url: str = ""
    shards: int = 0
