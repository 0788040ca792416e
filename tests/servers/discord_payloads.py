"""Render the state of the imitated Discord as JSON objects.

All functions are pure functions of ``discord_world``. Field names and their presence follow
Discord's reference for API version 10 and the needs of discord.py 2.7.1.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from tests.servers.discord_world import CDN_SECONDS, DM, EPHEMERAL, GROUP_DM, LOADING, PUBLIC_THREAD

if TYPE_CHECKING:
    from tests.servers.discord_world import (
        Channel,
        File,
        Guild,
        Interaction,
        Json,
        Message,
        User,
        World,
    )

ALL_PERMISSIONS = str((1 << 53) - 1)
ADMINISTRATOR, MANAGE_GUILD = 1 << 3, 1 << 5
MEMBER_PERMISSIONS = str(((1 << 53) - 1) & ~(ADMINISTRATOR | MANAGE_GUILD))
READS_CONTENT = 1 << 19  # GATEWAY_MESSAGE_CONTENT_LIMITED
ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024


def timestamp(seconds: float) -> str:
    """Format a time as Discord does: ISO 8601 with microseconds and an offset."""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="microseconds")


def user(who: User) -> Json:
    name = who.name.lower().replace(" ", "_")
    return {
        "id": str(who.id), "username": name, "global_name": None if who.bot else who.name, "discriminator": "0",
        "avatar": None, "bot": who.bot, "public_flags": 0,
    }  # fmt: skip


def managing_role(which: Guild) -> int:
    """Return the id of the role that may manage a guild."""
    return which.id + 1


def member(of: Guild | None = None, user_id: int = 0) -> Json:
    """Render a user's membership of a guild. Nobody has a nickname here."""
    roles = [str(managing_role(of))] if of is not None and user_id in of.managers else []
    return {
        "roles": roles, "nick": None, "avatar": None, "joined_at": timestamp(1_600_000_000.0), "premium_since": None,
        "deaf": False, "mute": False, "pending": False, "flags": 0, "communication_disabled_until": None,
    }  # fmt: skip


def channel(which: Channel) -> Json:
    """Render a channel as it appears in a guild, in an interaction and in the response to a GET."""
    shown: Json = {"id": str(which.id), "type": which.kind, "flags": 0}
    shown["last_message_id"] = None if which.last_message_id is None else str(which.last_message_id)
    if which.kind in (DM, GROUP_DM):
        shown["recipients"] = [user(who) for who in which.recipients]
        if which.kind == GROUP_DM:
            shown.update(name=which.name or None, icon=None, owner_id=str(which.recipients[0].id))
        return shown
    shown.update(guild_id=str(which.guild_id), name=which.name, nsfw=False, rate_limit_per_user=0)
    shown["parent_id"] = None if which.parent_id is None else str(which.parent_id)
    shown.update(_thread(which) if which.kind == PUBLIC_THREAD else _text_channel())
    return shown


def _text_channel() -> Json:
    return {"position": 0, "topic": None, "permission_overwrites": []}


def _thread(which: Channel) -> Json:
    opened = timestamp(1_600_000_000.0)
    return {
        "owner_id": str(which.recipients[0].id), "message_count": 0, "member_count": 2, "total_message_sent": 0,
        "thread_metadata": {
            "archived": which.archived, "auto_archive_duration": 1440, "archive_timestamp": opened, "locked": False,
            "create_timestamp": opened,
        },
        "member": {"id": str(which.id), "join_timestamp": opened, "flags": 0},
    }  # fmt: skip


def guild(world: World, which: Guild) -> Json:
    """Render the data of GUILD_CREATE."""
    channels = world.channels_of(which)
    people = [who for who in world.users.values() if who is world.bot or who.id == which.owner_id]
    everyone = {
        "id": str(which.id), "name": "@everyone", "permissions": MEMBER_PERMISSIONS, "position": 0, "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}, "hoist": False,
        "managed": False, "mentionable": False, "flags": 0,
    }  # fmt: skip
    managers = {
        **everyone, "id": str(managing_role(which)), "name": "managers", "permissions": str(MANAGE_GUILD), "position": 1,
    }  # fmt: skip
    return {
        **_guild_defaults(), "id": str(which.id), "name": which.name, "owner_id": str(which.owner_id),
        "roles": [everyone, managers], "member_count": len(people), "members": [{**member(), "user": user(p)} for p in people],
        "channels": [channel(c) for c in channels if c.kind != PUBLIC_THREAD],
        "threads": [channel(c) for c in channels if c.kind == PUBLIC_THREAD],
    }  # fmt: skip


def _guild_defaults() -> Json:
    return {
        "icon": None, "splash": None, "discovery_splash": None, "banner": None, "description": None, "features": [],
        "emojis": [], "stickers": [], "afk_channel_id": None, "afk_timeout": 300, "verification_level": 0,
        "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0, "premium_tier": 0,
        "preferred_locale": "en-US", "system_channel_id": None, "system_channel_flags": 0, "rules_channel_id": None,
        "public_updates_channel_id": None, "safety_alerts_channel_id": None, "vanity_url_code": None, "nsfw_level": 0,
        "premium_progress_bar_enabled": False, "application_id": None, "joined_at": timestamp(1_600_000_000.0),
        "large": False, "unavailable": False, "voice_states": [], "presences": [], "stage_instances": [],
        "guild_scheduled_events": [], "soundboard_sounds": [], "max_members": 500_000,
    }  # fmt: skip


def attachment(world: World, file: File, origin: str) -> Json:
    """Render an attachment. Its URLs are signed again each time and are valid for a day."""
    path = file.path(world.clock() + CDN_SECONDS)
    shown: Json = {
        "id": str(file.id), "filename": file.name, "size": len(file.content), "url": origin + path,
        "proxy_url": f"{origin}/proxy{path}", "content_type": file.content_type, "flags": 0, **file.facts,
    }  # fmt: skip
    if file.description:
        shown["description"] = file.description
    return shown


def message(
    world: World, which: Message, origin: str, *, content: bool = True, quote: bool = True
) -> Json:
    """Render a message.

    Without `content` the text, attachments, embeds and components are empty, as they are for an app
    that has not the message content intent. `quote` adds the message that this one replies to, one
    level deep.
    """
    now = which.now
    shown: Json = {
        "id": str(which.id), "channel_id": str(which.channel.id), "type": _message_type(which),
        "author": user(which.author), "content": now.content, "timestamp": timestamp(which.revisions[0].at),
        "edited_timestamp": timestamp(now.at) if _edited(which) else None, "tts": False,
        "mention_everyone": which.pinged_everyone, "mentions": [user(who) for who in which.mentions],
        "mention_roles": [], "attachments": [attachment(world, file, origin) for file in now.files],
        "embeds": list(now.embeds), "components": list(now.components), "pinned": False, "flags": now.flags,
    }  # fmt: skip
    if now.stickers:
        shown["sticker_items"] = list(now.stickers)
    if not content:
        shown.update(content="", attachments=[], embeds=[], components=[])
    if which.nonce is not None:
        shown["nonce"] = which.nonce
    if which.interaction is not None:
        shown.update(_interaction_metadata(world, which.interaction))
    if which.reply_to is not None:
        shown.update(_reference(world, which, origin, quote=quote))
    if which.forwards is not None:
        shown.update(_forward(world, which.forwards, origin))
    return shown


def _forward(world: World, forwarded: int, origin: str) -> Json:
    """Render a forward: a snapshot of the message as it was (reference, "Message Snapshot")."""
    source = world.messages[forwarded]
    reference = {"type": 1, "message_id": str(source.id), "channel_id": str(source.channel.id)}
    kept = (
        "type", "content", "embeds", "attachments", "timestamp", "edited_timestamp", "flags",
        "sticker_items",
    )  # fmt: skip
    shown = message(world, source, origin, quote=False)
    names = (*kept, "mentions", "mention_roles", "components")
    snapshot = {name: shown[name] for name in names if name in shown}
    return {"message_reference": reference, "message_snapshots": [{"message": snapshot}]}


def _edited(which: Message) -> bool:
    """Return whether the message counts as edited. Filling in a deferred answer does not count."""
    return len([revision for revision in which.revisions if not revision.flags & LOADING]) > 1


def _message_type(which: Message) -> int:
    if which.interaction is not None and which.interaction.kind == 2:
        return 20
    return 0 if which.reply_to is None else 19


def _interaction_metadata(world: World, cause: Interaction) -> Json:
    metadata: Json = {
        "id": str(cause.id), "type": cause.kind, "user": user(cause.user),
        "authorizing_integration_owners": installation(world, cause),
    }  # fmt: skip
    if cause.message is not None:
        metadata["interacted_message_id"] = str(cause.message.id)
    application = str(world.application_id)
    return {
        "webhook_id": application,
        "application_id": application,
        "interaction_metadata": metadata,
    }


def _reference(world: World, which: Message, origin: str, *, quote: bool) -> Json:
    reference: Json = {
        "type": 0,
        "message_id": str(which.reply_to),
        "channel_id": str(which.channel.id),
    }
    if which.channel.guild_id is not None:
        reference["guild_id"] = str(which.channel.guild_id)
    target = world.messages.get(which.reply_to or 0)
    if not quote:
        return {"message_reference": reference}
    gone = target is None or target.deleted_at is not None
    quoted = None if gone or target is None else message(
        world, target, origin, content=readable(world, target, privileged=False), quote=False
    )  # fmt: skip
    return {"message_reference": reference, "referenced_message": quoted}


def readable(world: World, which: Message, *, privileged: bool) -> bool:
    """Return whether the bot is shown a message's text.

    With the message content intent it always is. Otherwise it is in a DM, in the bot's own messages
    and where the bot is mentioned (Discord's reference, "Message Content Intent").
    """
    own = which.author.id == world.bot.id
    return privileged or own or which.channel.kind == DM or world.bot in which.mentions


def message_event(world: World, which: Message, origin: str, *, privileged: bool) -> Json:
    """Render the data of MESSAGE_CREATE and MESSAGE_UPDATE."""
    shown = message(world, which, origin, content=readable(world, which, privileged=privileged))
    shown["channel_type"] = which.channel.kind
    if which.channel.guild_id is not None:
        shown.update(guild_id=str(which.channel.guild_id), member=member())
        shown["mentions"] = [{**mention, "member": member()} for mention in shown["mentions"]]
    return shown


def installation(world: World, cause: Interaction) -> Json:
    """Return whose installation makes the interaction possible.

    Key 0 is a guild's (or 0 in a DM), key 1 is a user's.
    """
    if world.reachable(cause.channel):
        return {"0": str(cause.channel.guild_id or 0)}
    return {"1": str(cause.user.id)}


def interaction(world: World, which: Interaction, origin: str) -> Json:
    """Render the data of INTERACTION_CREATE."""
    place = which.channel
    shown: Json = {
        "id": str(which.id), "application_id": str(world.application_id), "type": which.kind, "data": which.data,
        "token": which.token, "version": 1, "locale": which.user.locale, "channel_id": str(place.id),
        "channel": {**channel(place), "permissions": ALL_PERMISSIONS}, "app_permissions": ALL_PERMISSIONS,
        "entitlements": [], "attachment_size_limit": ATTACHMENT_SIZE_LIMIT, "context": _context(place),
        "authorizing_integration_owners": installation(world, which),
    }  # fmt: skip
    if which.message is not None:
        shown["message"] = message(world, which.message, origin)
    if place.guild_id is None:
        return {**shown, "user": user(which.user)}
    home = {"id": str(place.guild_id), "locale": "en-US", "features": []}
    who = {**member(), "user": user(which.user), "permissions": ALL_PERMISSIONS}
    return {
        **shown,
        "guild_id": str(place.guild_id),
        "guild": home,
        "guild_locale": "en-US",
        "member": who,
    }


def _context(place: Channel) -> int:
    """Return where the interaction happens.

    0 is a guild, 1 the bot's DM, 2 another private channel.
    """
    if place.guild_id is not None:
        return 0
    return 1 if place.kind == DM else 2


def callback(which: Interaction, shown: Json | None) -> Json:
    """Render the answer to an interaction callback that asked for one with ``with_response``."""
    facts: Json = {"id": str(which.id), "type": which.kind}
    if shown is None:
        return {"interaction": facts}
    facts["response_message_id"] = shown["id"]
    facts["response_message_loading"] = bool(shown["flags"] & LOADING)
    facts["response_message_ephemeral"] = bool(shown["flags"] & EPHEMERAL)
    return {"interaction": facts, "resource": {"type": which.response_type, "message": shown}}


def application(world: World, *, reads_content: bool = False) -> Json:
    """Render the application of this token.

    `reads_content`: its owner has allowed the message content intent.
    """
    owner = next(who for who in world.users.values() if not who.bot)
    return {
        "id": str(world.application_id), "name": world.bot.name, "description": "", "icon": None, "bot_public": True,
        "bot_require_code_grant": False, "owner": user(owner), "verify_key": "0" * 64, "team": None, "summary": "",
        "flags": READS_CONTENT if reads_content else 0, "approximate_guild_count": len(world.guilds), "interactions_endpoint_url": None,
        "integration_types_config": {"0": {}, "1": {}}, "redirect_uris": [], "tags": [],
    }  # fmt: skip
