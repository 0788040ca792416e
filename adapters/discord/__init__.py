"""Discord as a platform: DMs, mentions, replies, threads, slash commands and buttons, without a privileged intent.

The library is discord.py (absolute imports: ``import discord`` is never this package). It keeps the
gateway alive; its HTTP client makes the calls, but neither waits nor retries by itself (``wire``).
What was missed while nobody was connected is read from the channels' history (``intake``).
"""

from __future__ import annotations

from adapters.discord.adapter import DiscordAdapter, check_token
from adapters.discord.settings import DiscordSettings

__all__ = ["DiscordAdapter", "DiscordSettings", "check_token"]
