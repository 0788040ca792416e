"""Convert Discord's messages, commands and button presses to the engine's types. Pure functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord

from adapters.discord.media import attachments
from engine.attachments import MediaKind
from engine.contract import Action, Author, ChatKey, Inbound, Material, Press, SentId
from engine.groups import HERE, Place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

PLATFORM = "discord"
# A message may have 2,000 characters, so a text of this length may have been cut.
UNFINISHED_CHARACTERS = 1900
CUSTOM_ID = "pipit:"
"""The prefix of the custom ids of the bot's buttons.

The action follows it, so handling a press needs no stored state.
"""

_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)
_MENTION = re.compile(r"<@!?(\d{1,20})>")
_CUSTOM_EMOJI = re.compile(r"<a?(:\w+:)\d{1,20}>")


def chat_key(channel_id: int) -> ChatKey:
    """Return the key of a channel's conversation.

    A thread is a channel of its own on Discord, so it is a conversation of its own.
    """
    return ChatKey(PLATFORM, str(channel_id))


def normalize_message(
    message: discord.Message, bot_id: int, *, edited: bool = False
) -> Inbound | None:
    """Return a person's message, or None if it is not a message that the bot should see.

    The bot should not see messages of bots and webhooks, service messages, and messages whose text
    it may not read. Without the message content intent, Discord leaves out the text unless the
    message is direct or mentions the bot.
    """
    if message.author.bot or message.webhook_id is not None or message.type not in _WRITTEN:
        return None
    names = {user.id: user.display_name for user in message.mentions}
    text, by_role = _without_own_role(message, bot_id)
    text = readable(text, bot_id, names)
    material, unseen = _material(message, bot_id, names)
    named = bot_id in names or by_role
    if not (text or material.attachments or material.quoted or named):
        return None
    written_at = (
        message.edited_at if edited and message.edited_at is not None else message.created_at
    )
    return Inbound(
        key=chat_key(message.channel.id),
        message_id=str(message.id),
        author=_writing(message),
        text=text,
        direct=isinstance(message.channel, discord.DMChannel),
        addressed=named or material.quoted_own or _replies_to(message, bot_id),
        sent_at=written_at.timestamp(),
        quoted=material.quoted,
        attachments=material.attachments,
        edited=edited,
        quoted_from=material.quoted_from,
        quoted_own=material.quoted_own,
        forwarded=material.forwarded,
        unseen=unseen,
        unfinished=len(message.content) >= UNFINISHED_CHARACTERS,
        place=_place(message.guild),
    )


def readable(content: str, bot_id: int, names: Mapping[int, str]) -> str:
    """Return the text without the bot's own mention.

    The names of other mentioned people and of custom emoji are written out.
    """
    *before, rest = re.split(f"<@!?{bot_id}>", content)
    text = "".join([*(piece.rstrip(" \t") for piece in before), rest]).strip()
    if before and not before[0].strip():
        text = text.lstrip(" \t\n,:")
    text = _MENTION.sub(
        lambda found: "@" + names[int(found[1])] if int(found[1]) in names else found[0], text
    )
    return _CUSTOM_EMOJI.sub(r"\1", text)


def _without_own_role(message: discord.Message, bot_id: int) -> tuple[str, bool]:
    """Return the text without mentions of the bot's own role, and whether there were any."""
    text = message.content
    own = [role for role in message.role_mentions if role.tags and role.tags.bot_id == bot_id]
    for role in own:
        text = re.sub(rf"\s*<@&{role.id}>[,:]?", "", text)
    return text, bool(own)


def _replied(message: discord.Message) -> discord.Message | None:
    found = message.reference.resolved if message.reference is not None else None
    return found if isinstance(found, discord.Message) else None


def _replies_to(message: discord.Message, user_id: int) -> bool:
    replied = _replied(message)
    return replied is not None and replied.author.id == user_id


def _material(
    message: discord.Message, bot_id: int, names: Mapping[int, str]
) -> tuple[Material, bool]:
    """Return a message's material, and whether some of the material is hidden from the bot.

    Without the message content intent, Discord leaves out the text of a message that is replied to.
    Discord never shows a deleted message.
    """
    place = message.channel.id, message.id
    files = attachments(message, *place)
    if message.message_snapshots:
        forwarded = message.message_snapshots
        texts = [_words(one, bot_id, names) for one in forwarded]
        files += tuple(file for one in forwarded for file in attachments(one, *place))
        quoted = "\n\n".join(filter(None, texts))
        return Material(quoted, forwarded=bool(quoted), attachments=files), not (quoted or files)
    replied = _replied(message)
    if replied is None:
        return Material(attachments=files), message.type is discord.MessageType.reply
    own = replied.author.id == bot_id
    # If the message replies to an answer of the bot, only the answer's media belong to the
    # question, and not an exported file.
    theirs = tuple(
        file
        for file in attachments(replied, replied.channel.id, replied.id)
        if not own or file.kind is not MediaKind.DOCUMENT
    )
    quoted = _words(replied, bot_id, names)
    name = replied.author.display_name if quoted else ""
    return Material(quoted, name, own, attachments=files + theirs), not (quoted or theirs or own)


def _words(
    message: discord.Message | discord.MessageSnapshot, bot_id: int, names: Mapping[int, str]
) -> str:
    """Return a message's text or, if it has none, the text of its embeds."""
    text = readable(message.content, bot_id, names)
    embeds = (filter(None, (embed.title, embed.description)) for embed in message.embeds)
    return text or "\n".join(line for lines in embeds for line in lines)


def normalize_command(interaction: discord.Interaction[Any]) -> Inbound | None:
    """Return a slash command as a message with the text ``/name arguments``.

    Return None for other kinds of interaction.
    """
    if (
        interaction.type is not discord.InteractionType.application_command
        or interaction.channel is None
    ):
        return None
    data: Mapping[str, Any] = interaction.data or {}
    values = [str(option["value"]) for option in data.get("options", ()) if "value" in option]
    return Inbound(
        key=chat_key(interaction.channel.id),
        # This is not a number on purpose. The newest number of a channel shows from where to read
        # missed messages, and a command that overtakes such a message must not hide it.
        message_id=f"menu {interaction.id}",
        author=_interacting(interaction),
        text=" ".join([f"/{data.get('name', '')}", *values]).strip(),
        direct=interaction.context.dm_channel is True,
        addressed=True,
        sent_at=interaction.created_at.timestamp(),
        place=_place(interaction.guild),
    )


def normalize_press(interaction: discord.Interaction[Any]) -> Press | None:
    """Return the press of one of the bot's buttons, or None for anything else."""
    data: Mapping[str, Any] = interaction.data or {}
    custom_id = str(data.get("custom_id", ""))
    action = action_of(custom_id)
    if action is None or interaction.channel is None or interaction.message is None:
        return None
    sent = SentId(str(interaction.message.id))
    return Press(
        chat_key(interaction.channel.id),
        str(interaction.id),
        sent,
        _interacting(interaction),
        action,
        custom_id[len(CUSTOM_ID) :].partition(":")[2],
        _place(interaction.guild),
    )


def action_of(custom_id: str) -> Action | None:
    """Return the action of a button's custom id, or None if it is not a button of the bot."""
    if not custom_id.startswith(CUSTOM_ID):
        return None
    name = custom_id[len(CUSTOM_ID) :].partition(":")[0]
    return next((action for action in Action if action.value == name), None)


def _place(server: discord.Guild | None) -> Place:
    """Return the server as a place. The name of the server may be unknown.

    All channels of a server have the same approval.
    """
    return HERE if server is None else Place(str(server.id), server.name or "")


def _writing(message: discord.Message) -> Author:
    """Return the author of a message, with the language that the server has chosen.

    A message has no language of its own. Every server begins with American English, so that value
    says nothing about its members.
    """
    author, guild = message.author, message.guild
    chosen = "" if guild is None else guild.preferred_locale.value
    language = "" if chosen == discord.Locale.american_english.value else chosen
    return Author(str(author.id), author.display_name, language)


def _interacting(interaction: discord.Interaction[Any]) -> Author:
    user = interaction.user
    return Author(str(user.id), user.display_name, interaction.locale.value)


def usable_here(interaction: discord.Interaction[Any]) -> bool:
    """Return whether the bot can write in the channel itself, not only answer the interaction."""
    if interaction.context.dm_channel:
        return True
    allowed = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    writing = allowed.send_messages_in_threads if in_thread else allowed.send_messages
    return interaction.is_guild_integration() and allowed.view_channel and writing
