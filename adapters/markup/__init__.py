"""Convert the model's Markdown to the format of each platform. Pure functions.

No text of the model is lost: characters that are not understood as markup stay as text. All
functions accept any text, including the beginning of a text that is still growing, and never fail.
"""

from __future__ import annotations

from adapters.markup.discord import discord_units, render_discord
from adapters.markup.telegram import Entity, render_telegram, telegram_units

__all__ = ["Entity", "discord_units", "render_discord", "render_telegram", "telegram_units"]
