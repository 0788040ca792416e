"""Ask Discord about a server: who manages it, and which messages the bot sees there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from engine.groups import Hearing, Standing

if TYPE_CHECKING:
    from engine.contract import Author


async def standing(client: discord.Client, channel_id: int, author: Author) -> Standing:
    """Return whether a person may manage a channel's server, and whether the bot sees its texts.

    Without the message content intent, the bot sees only texts that mention it. Raises the
    library's own errors.
    """
    hearing = Hearing.ALL if client.intents.message_content else Hearing.BY_OWNER
    place = client.get_channel(channel_id) or await client.fetch_channel(channel_id)
    guild = getattr(place, "guild", None)
    if not isinstance(guild, discord.Guild):
        return Standing(hearing=hearing)
    member = await guild.fetch_member(int(author.user_id))
    return Standing(member.guild_permissions.manage_guild, hearing)
