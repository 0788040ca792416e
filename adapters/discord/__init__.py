"""Discord: DMs, mentions, replies, threads, slash commands and buttons, with no privileged intent.

The library is discord.py (absolute imports: ``import discord`` is never this package). It keeps the
gateway connected. Its HTTP client makes the calls, but neither waits nor retries (``wire``).
Messages that arrived while nobody was connected are read from channel histories (``intake``).
"""

from __future__ import annotations

from adapters.discord.adapter import DiscordAdapter, check_token
from adapters.discord.settings import DiscordSettings

__all__ = ["DiscordAdapter", "DiscordSettings", "check_token"]
