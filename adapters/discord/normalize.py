"""Discord's messages, commands and button presses -> what the engine speaks; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord

from engine.contract import Action, Attachment, Author, ChatKey, Inbound, Press, SentId

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

PLATFORM = "discord"
CUSTOM_ID = "pipit:"
"""What the ids of our buttons begin with; the action follows, so that a press needs nothing remembered."""

_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)
_MENTION = re.compile(r"<@!?(\d{1,20})>")
_CUSTOM_EMOJI = re.compile(r"<a?(:\w+:)\d{1,20}>")


def chat_key(channel_id: int) -> ChatKey:
    """Name the conversation of a channel; a thread is a channel of its own to Discord, and so it is to us."""
    return ChatKey(PLATFORM, str(channel_id))


def normalize_message(
    message: discord.Message, bot_id: int, *, edited: bool = False
) -> Inbound | None:
    """Return what a person wrote; None for bots, webhooks, service messages, and what the bot is not allowed to read.

    Without the message content intent Discord leaves out the text unless the bot is written to or
    mentioned.
    """
    if message.author.bot or message.webhook_id is not None or message.type not in _WRITTEN:
        return None
    names = {user.id: user.display_name for user in message.mentions}
    text = readable(message.content, bot_id, names)
    # A forwarded file is the sender's as much as one of their own: they sent it for the bot to
    # read.
    files = [
        *message.attachments,
        *(file for one in message.message_snapshots for file in one.attachments),
    ]
    attachments = tuple(_attachment(file) for file in files)
    quoted, replied_to_us = _quoted(message, bot_id, names)
    if not (text or attachments or quoted or bot_id in names):
        return None
    written_at = (
        message.edited_at if edited and message.edited_at is not None else message.created_at
    )
    return Inbound(
        key=chat_key(message.channel.id),
        message_id=str(message.id),
        author=Author(str(message.author.id), message.author.display_name),
        text=text,
        direct=isinstance(message.channel, discord.DMChannel),
        addressed=bot_id in names or replied_to_us,
        sent_at=written_at.timestamp(),
        quoted=quoted,
        attachments=attachments,
        edited=edited,
    )


def readable(content: str, bot_id: int, names: Mapping[int, str]) -> str:
    """Return the text without the bot's own mention, with other people's names and emoji written out."""
    *before, rest = re.split(f"<@!?{bot_id}>", content)
    text = "".join([*(piece.rstrip(" \t") for piece in before), rest]).strip()
    if before and not before[0].strip():
        text = text.lstrip(" \t\n,:")
    text = _MENTION.sub(
        lambda found: "@" + names[int(found[1])] if int(found[1]) in names else found[0], text
    )
    return _CUSTOM_EMOJI.sub(r"\1", text)


def _attachment(file: discord.Attachment) -> Attachment:
    media_type = (file.content_type or "application/octet-stream").split(";")[0]
    return Attachment(file.filename, media_type, file.size, file.url)


def _quoted(message: discord.Message, bot_id: int, names: Mapping[int, str]) -> tuple[str, bool]:
    """Return the text replied to or forwarded, and whether it was the bot's."""
    for snapshot in message.message_snapshots:
        return readable(snapshot.content, bot_id, names), False
    replied = message.reference.resolved if message.reference is not None else None
    if not isinstance(replied, discord.Message):
        return "", False
    return readable(replied.content, bot_id, names), replied.author.id == bot_id


def normalize_command(interaction: discord.Interaction[Any]) -> Inbound | None:
    """Return a slash command as the text ``/name arguments``; None for other kinds of interaction."""
    if (
        interaction.type is not discord.InteractionType.application_command
        or interaction.channel is None
    ):
        return None
    data: Mapping[str, Any] = interaction.data or {}
    values = [str(option["value"]) for option in data.get("options", ()) if "value" in option]
    return Inbound(
        key=chat_key(interaction.channel.id),
        message_id=str(interaction.id),
        author=_interacting(interaction),
        text=" ".join([f"/{data.get('name', '')}", *values]).strip(),
        direct=interaction.context.dm_channel is True,
        addressed=True,
        sent_at=interaction.created_at.timestamp(),
    )


def normalize_press(interaction: discord.Interaction[Any]) -> Press | None:
    """Return the press of one of our buttons; None for anything else."""
    data: Mapping[str, Any] = interaction.data or {}
    action = action_of(str(data.get("custom_id", "")))
    if action is None or interaction.channel is None or interaction.message is None:
        return None
    sent = SentId(str(interaction.message.id))
    return Press(
        chat_key(interaction.channel.id),
        str(interaction.id),
        sent,
        _interacting(interaction),
        action,
    )


def action_of(custom_id: str) -> Action | None:
    """Return the action of a button's custom id; None if it is not one of ours."""
    if not custom_id.startswith(CUSTOM_ID):
        return None
    return next((action for action in Action if action.value == custom_id[len(CUSTOM_ID) :]), None)


def _interacting(interaction: discord.Interaction[Any]) -> Author:
    user = interaction.user
    return Author(str(user.id), user.display_name, interaction.locale.value)


def usable_here(interaction: discord.Interaction[Any]) -> bool:
    """Say whether the bot itself can write where the interaction is, beside answering the interaction."""
    if interaction.context.dm_channel:
        return True
    allowed = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    writing = allowed.send_messages_in_threads if in_thread else allowed.send_messages
    return interaction.is_guild_integration() and allowed.view_channel and writing
