"""Model Markdown -> what each platform renders; pure.

Nothing that the model wrote is lost: what is not understood as a mark stays as text. All functions
take any text, also the beginning of a text that is still growing, and never fail.
"""

from __future__ import annotations

from adapters.markup.discord import discord_units, render_discord
from adapters.markup.telegram import Entity, render_telegram, telegram_units

__all__ = ["Entity", "discord_units", "render_discord", "render_telegram", "telegram_units"]
