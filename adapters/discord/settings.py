"""The settings of the Discord adapter."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class DiscordSettings:
    """The bot's account; set the addresses only to use a server other than Discord's.

    `api_url` is the base of the REST routes with its version (``https://discord.com/api/v10``);
    `gateway_url` is the address of the websocket.
    """

    token: str = field(repr=False)
    api_url: str = ""
    gateway_url: str = ""
