"""Send, edit and find the messages of one answer on Discord.

An answer appears in a channel, or through the interaction that asked for it.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union
from weakref import WeakValueDictionary

import discord
from discord import ui

from adapters.discord.failures import REPLY_NEEDS_HISTORY
from adapters.discord.fetching import fetch
from adapters.discord.group import standing
from adapters.discord.handle import Handle
from adapters.discord.interaction import FirstWord
from adapters.discord.made import attachments_of, file_of, seconds_for, send_voice
from adapters.discord.pace import PACE, TYPING_PACE
from adapters.discord.view import shown_with, view_of
from adapters.discord.wire import FILE_SECONDS
from adapters.markup import discord_units, render_discord
from engine.attachments import Sign
from engine.contract import Limits, SentId, at_once
from engine.errors import ChatUnavailable, MessageGone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from adapters.discord.wire import Wire
    from engine.attachments import Attachment, Made
    from engine.contract import Author, Button, ChatKey, More
    from engine.groups import Standing

MAX_UNITS = 2000
_TYPING_SECONDS = 10.0
_NONCE_SECONDS = 150.0  # Discord recognises a repeated nonce for "the past few minutes"
_LOOKED_THROUGH = 50
_ALIKE = 40
_NOBODY = discord.AllowedMentions.none()
Reference = Union[discord.MessageReference, None]


@dataclass(eq=False)
class Turnstile:
    """A lock that allows one edit of a message at a time.

    Of several waiting edits, only the newest is made.
    """

    lock: asyncio.Lock
    newest: int = 0


# The turnstile of each message id, as long as an edit of that message is running.
Turnstiles = WeakValueDictionary


class DiscordSink:
    """Show an answer in a channel or through an interaction (see `engine.contract.ReplySink`).

    Each part is sent only once. Its nonce consists of the cause and the part's number. For some
    minutes, Discord answers a repeated nonce with the message that has it. The first part of an
    answer to a command fills the deferred answer, which exists only once.
    """

    def __init__(
        self,
        wire: Wire,
        turnstiles: Turnstiles[int, Turnstile],
        key: ChatKey,
        handle: Handle,
        first_word: FirstWord | None = None,
    ) -> None:
        self._wire = wire
        self._turnstiles = turnstiles
        self._channel_id = int(key.chat_id)
        self._handle = handle
        self._filled = False
        self._first_word = first_word or FirstWord(wire, handle.token, asked_at=handle.asked_at)

    @property
    def limits(self) -> Limits:
        """Return the limits of this sink.

        A deferred answer needs no typing indicator, because Discord shows "thinking…".
        """
        typing_seconds = 0.0 if self._handle.fills or not self._handle.here else _TYPING_SECONDS
        return Limits(MAX_UNITS, discord_units, PACE, typing_seconds, typing_pace=TYPING_PACE)

    @property
    def handle(self) -> str:
        """Return the text from which this sink can be rebuilt."""
        return str(self._handle)

    async def typing(self, sign: Sign = Sign.TYPING) -> None:
        """Show once that an answer is being prepared, if the bot can write in the channel."""
        del sign  # Discord has only one indicator for all activities
        if self._handle.here:
            await self._wire.call(self._typing)

    async def _typing(self, client: discord.Client) -> None:
        await client.get_partial_messageable(self._channel_id).typing()

    async def send(
        self, text: str, buttons: Sequence[Button], part: int, made: Made | None = None
    ) -> SentId:
        """Send a part.

        If the same part was sent within the last minutes, update that message instead.
        """
        content, view = render_discord(text), view_of(buttons)
        filled = await self._fill(content, view, part, made)
        if filled is not None:
            return filled
        if self._handle.here:
            return await self._send_here(content, view, part, made)
        await self._need_token()
        return await self._wire.call(
            lambda client: self._follow_up(client, content, view, made), seconds_for(made)
        )

    async def edit(
        self, sent: SentId, text: str, buttons: Sequence[Button], made: Made | None = None
    ) -> None:
        """Replace a message's text, buttons and picture.

        Of overlapping edits, the one that was requested last is made last.
        """
        turnstile = self._turnstiles.get(int(sent))
        if turnstile is None:
            turnstile = self._turnstiles[int(sent)] = Turnstile(asyncio.Lock())
        turnstile.newest += 1
        mine = turnstile.newest
        async with turnstile.lock:
            if mine == turnstile.newest:
                await self._edit(int(sent), render_discord(text), view_of(buttons), made)

    async def _edit(
        self, message_id: int, content: str, view: ui.View | None, made: Made | None
    ) -> None:
        filled = not self._handle.here or message_id == await self._original()
        self._filled = self._filled or filled
        if filled and await self._edit_answer(message_id, content, view, made):
            return
        await self._wire.call(
            lambda client: self._edit_here(client, message_id, content, view, made),
            seconds_for(made),
        )

    async def delete(self, sent: SentId) -> None:
        """Remove a message. Succeeds if it is already gone."""
        try:
            if self._handle.here:
                await self._wire.call(lambda client: self._message(client, int(sent)).delete())
            else:
                await self._need_token()
                await self._wire.call(
                    lambda client: self._webhook(client).delete_message(int(sent))
                )
        except MessageGone:
            pass

    async def locate(
        self,
        text: str,
        buttons: Sequence[Button],
        part: int,
        more: More = at_once,
        made: Made | None = None,
    ) -> SentId | None:
        """Find the message of a `send` without a known id, and return its id or None.

        While Discord still recognises the nonce, the message is found by its nonce. After that it
        is searched in the channel's history.
        """
        del more  # `more` is not needed, because either way takes only one call
        content, view = render_discord(text), view_of(buttons)
        filled = await self._fill(content, view, part, made)
        if filled is not None or not self._handle.here:
            return filled
        if self._age() < _NONCE_SECONDS:
            return await self._send_here(content, view, part, made)
        return await self._wire.call(lambda client: self._look_back(client, content, part, made))

    async def send_file(self, name: str, content: bytes, caption: str) -> SentId:
        """Send a file. If there is a deferred answer, the file fills it."""
        original = await self._original()
        if not (original or self._handle.here):
            await self._need_token()

        async def upload(client: discord.Client) -> discord.Message:
            file = discord.File(io.BytesIO(content), name)
            if original:
                webhook = self._webhook(client)
                return await webhook.edit_message(
                    original, content=caption, attachments=[file], allowed_mentions=_NOBODY
                )
            if self._handle.here:
                place, nonce = (
                    client.get_partial_messageable(self._channel_id),
                    f"{self._handle.cause}.f",
                )
                return await place.send(caption, file=file, nonce=nonce, allowed_mentions=_NOBODY)
            return await self._webhook(client).send(
                caption, file=file, wait=True, allowed_mentions=_NOBODY
            )

        return _sent(await self._wire.call(upload, FILE_SECONDS))

    async def fetch(self, attachment: Attachment, max_bytes: int) -> bytes:
        """Download an attachment (see `adapters.discord.fetching`)."""
        return await fetch(self._wire, attachment, max_bytes)

    async def standing(self, author: Author) -> Standing:
        """Return whether a person may manage the server, and which intents this session has."""
        return await self._wire.call(lambda client: standing(client, self._channel_id, author))

    # Calls that use the channel

    async def _send_here(
        self, content: str, view: ui.View | None, part: int, made: Made | None
    ) -> SentId:
        nonce = f"{self._handle.cause}.{part}"
        voice = await send_voice(self._wire, self._channel_id, made, nonce, self._reference())
        if voice:
            return SentId(voice)
        message = await self._wire.call(
            lambda client: self._post(client, content, view, part, made), seconds_for(made)
        )
        # Discord returned the message of an earlier attempt, which may show an older text.
        if message.content != content:
            await self._wire.call(lambda client: self._edit_here(client, message.id, content, view))
        return _sent(message)

    async def _post(
        self,
        client: discord.Client,
        content: str,
        view: ui.View | None,
        part: int,
        made: Made | None,
    ) -> discord.Message:
        place = client.get_partial_messageable(self._channel_id)
        facts: dict[str, Any] = {
            "nonce": f"{self._handle.cause}.{part}",
            "allowed_mentions": _NOBODY,
            **shown_with(view),
        }
        if part and made is None:
            facts["silent"] = True  # only the first message of an answer notifies the user
        reference = self._reference() if part == 0 or made is not None else None
        if reference is None:
            return await place.send(content, **facts, **file_of(made))
        try:
            return await place.send(content, reference=reference, **facts, **file_of(made))
        except discord.HTTPException as error:
            if error.code != REPLY_NEEDS_HISTORY:
                raise
            return await place.send(content, **facts, **file_of(made))

    def _reference(self) -> Reference:
        if not self._handle.replies:
            return None
        cause, channel_id = self._handle.cause, self._channel_id
        return discord.MessageReference(
            message_id=cause, channel_id=channel_id, fail_if_not_exists=False
        )

    async def _edit_here(
        self,
        client: discord.Client,
        message_id: int,
        content: str,
        view: ui.View | None,
        made: Made | None = None,
    ) -> None:
        await self._message(client, message_id).edit(
            content=content, view=view, allowed_mentions=_NOBODY, **attachments_of(made)
        )

    def _message(self, client: discord.Client, message_id: int) -> discord.PartialMessage:
        return client.get_partial_messageable(self._channel_id).get_partial_message(message_id)

    async def _look_back(
        self, client: discord.Client, content: str, part: int, made: Made | None
    ) -> SentId | None:
        """Search the messages after the question (`Handle.cause`) for this part.

        Return the id of its message, or None. A part with a picture or recording matches only a
        message with a file, any other part only a message without one. The message must have the
        same beginning, or reply to the question if the part is the first or has a file.
        """
        place, own = client.get_partial_messageable(self._channel_id), client.user
        after = discord.Object(self._handle.cause)
        async for message in place.history(after=after, limit=_LOOKED_THROUGH, oldest_first=True):
            replied = message.reference.message_id if message.reference is not None else 0
            answers = (part == 0 or made is not None) and replied == self._handle.cause
            fits = bool(message.attachments) == (made is not None)
            if (
                own is not None
                and message.author.id == own.id
                and fits
                and (answers or _alike(message.content, content))
            ):
                return _sent(message)
        return None

    # Calls that use the interaction

    async def _original(self) -> int:
        """Return the id of the deferred answer, or 0 if there is none or the token has expired."""
        return await self._first_word.original() if self._handle.fills and self._open() else 0

    async def _fill(
        self, content: str, view: ui.View | None, part: int, made: Made | None = None
    ) -> SentId | None:
        """Show the first part in the deferred answer. Return None if that is not possible.

        A picture fills it too if no text has done so.
        """
        first = not part or (made is not None and not self._filled)
        original = await self._original() if first else 0
        if not original:
            return None
        self._filled = True
        try:
            filled = await self._edit_answer(original, content, view, made)
            return SentId(str(original)) if filled else None
        except MessageGone:
            # The user has deleted the deferred answer, but the text must still be shown.
            return None

    async def _edit_answer(
        self, message_id: int, content: str, view: ui.View | None, made: Made | None = None
    ) -> bool:
        """Edit a message through the interaction.

        Return False if the interaction has expired but the bot can write in the channel itself.
        """

        async def edit(client: discord.Client) -> None:
            webhook = self._webhook(client)
            facts = attachments_of(made)
            await webhook.edit_message(
                message_id, content=content, view=view, allowed_mentions=_NOBODY, **facts
            )

        try:
            await self._need_token()
            await self._wire.call(edit, seconds_for(made))
        except ChatUnavailable:
            if not self._handle.here:
                raise
            return False
        return True

    async def _follow_up(
        self, client: discord.Client, content: str, view: ui.View | None, made: Made | None
    ) -> SentId:
        facts = {**shown_with(view), **file_of(made)}
        webhook = self._webhook(client)
        return _sent(await webhook.send(content, wait=True, allowed_mentions=_NOBODY, **facts))

    def _webhook(self, client: discord.Client) -> discord.Webhook:
        application_id = client.application_id
        assert application_id is not None  # noqa: S101 - set by login
        return discord.Webhook.partial(application_id, self._handle.token, client=client)

    def _open(self) -> bool:
        return self._handle.open_at(self._wire.clock.time())

    async def _need_token(self) -> None:
        if not self._open():
            raise ChatUnavailable("the interaction has expired, and the bot is not in its channel")
        await self._first_word.give()

    def _age(self) -> float:
        return (
            self._wire.clock.time() - discord.utils.snowflake_time(self._handle.cause).timestamp()
        )


def _sent(message: discord.Message) -> SentId:
    return SentId(str(message.id))


def _alike(one: str, other: str) -> bool:
    """Return whether two texts begin equally, so they may be states of one growing text."""
    length = min(len(one), len(other), _ALIKE)
    return length > 0 and one[:length] == other[:length]
