"""The Discord adapter, for DMs, mentions, replies, threads, slash commands and buttons.

It needs no privileged intent. The library is discord.py. Imports are absolute, so ``import
discord`` never means this package. The library keeps the gateway connected. Its HTTP client makes
the calls, but neither waits nor retries (see ``wire``). Messages that arrived while the bot was
offline are read from channel histories (see ``intake``).
"""

from __future__ import annotations

from adapters.discord.adapter import DiscordAdapter, check_token
from adapters.discord.settings import DiscordSettings

__all__ = ["DiscordAdapter", "DiscordSettings", "check_token"]
