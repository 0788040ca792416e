"""What the Discord adapter needs to know."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class DiscordSettings:
    """The bot's account; the addresses are set only to reach another Discord than the real one.

    `api_url` is the base of REST routes with its version (``https://discord.com/api/v10``),
    `gateway_url` that of the websocket.
    """

    token: str = field(repr=False)
    api_url: str = ""
    gateway_url: str = ""
