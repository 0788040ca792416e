"""Hold the state of the imitated Discord: users, guilds, channels, messages and commands.

It also holds interactions. Nothing here does I/O or waits. Ids are snowflakes made from the
server's clock, so they grow with time as Discord's do. ``discord_payloads`` renders this state for
clients.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from typing import Any, Callable

from PIL import Image

Json = dict[str, Any]
Clock = Callable[[], float]

EPOCH_MILLISECONDS = 1_420_070_400_000
"""The first millisecond of 2015, from which snowflakes count (Discord's reference, "Snowflakes").
"""

TEXT, DM, GROUP_DM, PUBLIC_THREAD = 0, 1, 3, 11
"""Channel types (Discord's reference, "Channel Types")."""

LOADING, EPHEMERAL, VOICE_MESSAGE = 1 << 7, 1 << 6, 1 << 13
"""Message flags (Discord's reference, "Message Flags")."""

CDN_SECONDS = 86_400.0
"""The time for which a signed attachment URL is served."""


@dataclass(frozen=True)
class User:
    """A person or a bot."""

    id: int
    name: str
    bot: bool = False
    locale: str = "en-US"

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass
class Guild:
    """A server. `joined`: the bot is a member. `owner_id` is the user who created it.

    `managers` are the ids of the members with the role that may manage the server.
    """

    id: int
    name: str
    owner_id: int
    joined: bool = True
    managers: set[int] = field(default_factory=set)


@dataclass
class Channel:
    """A text channel, a thread, a direct conversation or a group of them, as `kind` says.

    `can_send` and `can_read_history` are the bot's rights here, and `takes_voice` that to
    send voice messages. A DM without `can_send` belongs to
    a user who blocked the bot.
    """

    id: int
    kind: int
    name: str = ""
    guild_id: int | None = None
    parent_id: int | None = None
    recipients: tuple[User, ...] = ()
    can_send: bool = True
    can_read_history: bool = True
    archived: bool = False
    deleted: bool = False
    takes_voice: bool = True
    last_message_id: int | None = None

    @property
    def private(self) -> bool:
        return self.guild_id is None


@dataclass(frozen=True)
class File:
    """An attachment as the CDN stores it.

    `content_type` follows from the uploader's file name. `facts` are further fields, such as width
    and height, or the length of a voice message.
    """

    id: int
    channel_id: int
    name: str
    content: bytes
    content_type: str
    description: str
    facts: Json = field(default_factory=dict)

    def path(self, expires_at: float) -> str:
        """Return the signed path that works until a time."""
        until = f"{int(expires_at):x}"
        signature = hashlib.sha256(f"{self.id}{until}".encode()).hexdigest()
        place = f"/attachments/{self.channel_id}/{self.id}/{self.name}"
        return f"{place}?ex={until}&hm={signature}&"

    def opens(self, until: str, signature: str, now: float) -> bool:
        """Return whether a signature is this file's and has not expired."""
        expires_at = int(until or "0", 16)
        return now <= expires_at and signature in self.path(expires_at)


@dataclass(frozen=True)
class Revision:
    """The state of a message from `at` on. `allowed_mentions` is None if the call had none."""

    at: float
    content: str
    components: tuple[Json, ...] = ()
    embeds: tuple[Json, ...] = ()
    files: tuple[File, ...] = ()
    flags: int = 0
    stickers: tuple[Json, ...] = ()
    allowed_mentions: Json | None = None


@dataclass
class Message:
    """A message with all its revisions, the oldest first.

    `pinged` are the users that it notified.
    """

    id: int
    channel: Channel
    author: User
    revisions: list[Revision]
    nonce: str | None = None
    reply_to: int | None = None
    forwards: int | None = None
    mentions: tuple[User, ...] = ()
    pinged: frozenset[int] = frozenset()
    pinged_everyone: bool = False
    interaction: Interaction | None = None
    deleted_at: float | None = None

    @property
    def now(self) -> Revision:
        return self.revisions[-1]

    @property
    def content(self) -> str:
        return self.now.content

    @property
    def ephemeral(self) -> bool:
        return bool(self.now.flags & EPHEMERAL)

    @property
    def contents(self) -> list[str]:
        """Return all texts of the message, the oldest first."""
        return [revision.content for revision in self.revisions]

    @property
    def buttons(self) -> list[Json]:
        """Return the current buttons, in order."""
        return [
            part
            for row in self.now.components
            for part in row.get("components", ())
            if part.get("type") == 2
        ]


@dataclass
class Interaction:
    """A slash command (`kind` 2) or a pressed button (`kind` 3), with the bot's response.

    `response_type` is the type of the bot's callback, or None if there is none yet. `original` is
    the message that ``@original`` names.
    """

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    data: Json
    created_at: float
    message: Message | None = None
    response_type: int | None = None
    original: Message | None = None
    original_filled: bool = False
    followups: list[Message] = field(default_factory=list)

    @property
    def acknowledged(self) -> bool:
        return self.response_type is not None


def size_of(content: bytes) -> Json:
    """Return the width and height of a picture that Discord can read. It cannot read HEIC."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return {"width": picture.width, "height": picture.height}
    except OSError:
        return {}


class World:
    """The world of the imitated Discord: everything that exists on it. It also makes new ids."""

    def __init__(self, clock: Clock, bot_name: str) -> None:
        self.clock = clock
        self._last_id = 0
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        self.files: dict[int, File] = {}
        self.commands: dict[int, dict[int, Json]] = {}
        self.interactions: dict[str, Interaction] = {}
        self.typing: list[tuple[float, int]] = []
        self.bot = self.add_user(bot_name, bot=True)

    @property
    def application_id(self) -> int:
        """Return the application's id, which equals its bot user's id, as for all since 2016."""
        return self.bot.id

    def snowflake(self) -> int:
        """Return a new id, larger than every earlier one."""
        milliseconds = max(0, int(self.clock() * 1000) - EPOCH_MILLISECONDS)
        self._last_id = max(self._last_id + 1, milliseconds << 22)
        return self._last_id

    def add_user(self, name: str, *, bot: bool = False, locale: str = "en-US") -> User:
        user = User(self.snowflake(), name, bot, locale)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, owner: User, *, joined: bool) -> Guild:
        guild = Guild(self.snowflake(), name, owner.id, joined)
        self.guilds[guild.id] = guild
        return guild

    def add_channel(self, kind: int, **facts: Any) -> Channel:
        channel = Channel(self.snowflake(), kind, **facts)
        self.channels[channel.id] = channel
        return channel

    def dm_with(self, user: User) -> Channel:
        """Return the direct conversation of the bot with `user`; it is created if necessary."""
        for channel in self.channels.values():
            if channel.kind == DM and user in channel.recipients:
                return channel
        return self.add_channel(DM, recipients=(user,))

    def channels_of(self, guild: Guild) -> list[Channel]:
        return [c for c in self.channels.values() if c.guild_id == guild.id and not c.deleted]

    def reachable(self, channel: Channel) -> bool:
        """Return whether the bot can reach this channel.

        It cannot reach other people's groups or guilds that it did not join.
        """
        if channel.guild_id is not None:
            return self.guilds[channel.guild_id].joined
        return channel.kind == DM

    def add_file(
        self,
        channel: Channel,
        name: str,
        content: bytes,
        content_type: str,
        description: str = "",
        **facts: Any,
    ) -> File:
        if content_type.startswith("image/"):
            facts = {**size_of(content), **facts}
        file = File(self.snowflake(), channel.id, name, content, content_type, description, facts)
        self.files[file.id] = file
        return file

    def add_message(self, channel: Channel, author: User, shown: Revision, **facts: Any) -> Message:
        message = Message(self.snowflake(), channel, author, [shown], **facts)
        self.messages[message.id] = message
        channel.last_message_id = message.id
        return message

    def messages_in(self, channel_id: int, *, deleted: bool = False) -> list[Message]:
        """Return a channel's messages, the oldest first; `deleted` includes deleted messages."""
        found = (m for m in self.messages.values() if m.channel.id == channel_id)
        return [m for m in found if deleted or m.deleted_at is None]

    def add_interaction(
        self, kind: int, user: User, channel: Channel, data: Json, **facts: Any
    ) -> Interaction:
        identifier = self.snowflake()
        token = f"interaction-{hashlib.sha256(str(identifier).encode()).hexdigest()}"
        interaction = Interaction(
            identifier, token, kind, user, channel, data, self.clock(), **facts
        )
        self.interactions[token] = interaction
        return interaction
