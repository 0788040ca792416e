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
from discord import ButtonStyle, ui

from adapters.discord.failures import REPLY_NEEDS_HISTORY
from adapters.discord.fetching import fetch
from adapters.discord.group import standing
from adapters.discord.handle import Handle
from adapters.discord.interaction import FirstWord
from adapters.discord.normalize import CUSTOM_ID
from adapters.discord.wire import FILE_SECONDS
from adapters.markup import discord_units, render_discord
from engine.contract import Action, Limits, Pace, SentId, at_once
from engine.errors import ChatUnavailable, MessageGone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from adapters.discord.wire import Wire
    from engine.attachments import Attachment
    from engine.contract import Author, Button, ChatKey, More
    from engine.groups import Standing

# Discord refuses the sixth create or edit within 5 seconds in a channel, and the 51st call within a
# second overall. Ten of those 50 calls are reserved for calls that this pace does not count:
# interactions, and reading missed messages. discord.py would wait inside a call if its rate-limit
# bucket were empty. A growing answer therefore leaves one call of the bucket for its final text.
PACE = Pace(
    spacing_seconds=1.3,
    window_calls=5,
    window_seconds=5.0,
    reserve_calls=1,
    overall_calls=40,
    overall_seconds=1.0,
)
# The typing indicator has a route of its own, and each route has its own bucket (Discord's
# reference, "Rate Limits").
TYPING_PACE = Pace(
    spacing_seconds=0.0,
    window_calls=4,
    window_seconds=5.0,
    reserve_calls=0,
    overall_calls=40,
    overall_seconds=1.0,
)
MAX_UNITS = 2000
_TYPING_SECONDS = 10.0
_NONCE_SECONDS = 150.0  # Discord recognises a repeated nonce for "the past few minutes"
_LOOKED_THROUGH = 50
_ALIKE = 40
_NOBODY = discord.AllowedMentions.none()
_STYLES = {
    Action.STOP: ButtonStyle.danger,
    Action.CONTINUE: ButtonStyle.primary,
    Action.RETRY: ButtonStyle.secondary,
    Action.OBJECT: ButtonStyle.secondary,
    Action.ALLOW: ButtonStyle.secondary,
    Action.SILENCE: ButtonStyle.danger,
    Action.APPROVE: ButtonStyle.success,
    Action.BLOCK: ButtonStyle.danger,
    Action.PEOPLE: ButtonStyle.secondary,
}

Reference = Union[discord.MessageReference, None]


@dataclass(eq=False)
class Turnstile:
    """A lock that allows one edit of a message at a time.

    Of several waiting edits, only the newest is made.
    """

    lock: asyncio.Lock
    newest: int = 0


# the turnstile of each message id, as long as an edit of that message is running
Turnstiles = WeakValueDictionary


class DiscordSink:
    """Show an answer in a channel or through an interaction (see `engine.contract.ReplySink`).

    Each part is sent only once. Its nonce consists of the cause and the part's number, and for some
    minutes Discord answers a repeated nonce with the first message. The first part of an answer to
    a command fills the deferred answer, which exists only once.
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

    async def typing(self) -> None:
        """Show once that an answer is being prepared, if the bot can write in the channel."""
        if self._handle.here:
            await self._wire.call(self._typing)

    async def _typing(self, client: discord.Client) -> None:
        await client.get_partial_messageable(self._channel_id).typing()

    async def send(self, text: str, buttons: Sequence[Button], part: int) -> SentId:
        """Send a part.

        If the same part was sent within the last minutes, update that message instead.
        """
        content, view = render_discord(text), _view(buttons)
        filled = await self._fill(content, view, part)
        if filled is not None:
            return filled
        if self._handle.here:
            return await self._send_here(content, view, part)
        await self._need_token()
        return await self._wire.call(
            lambda client: self._follow_up(client, content=content, **_shown(view))
        )

    async def edit(self, sent: SentId, text: str, buttons: Sequence[Button]) -> None:
        """Replace a message's text and buttons.

        Of overlapping edits, the one that was requested last is made last.
        """
        turnstile = self._turnstiles.get(int(sent))
        if turnstile is None:
            turnstile = self._turnstiles[int(sent)] = Turnstile(asyncio.Lock())
        turnstile.newest += 1
        mine = turnstile.newest
        async with turnstile.lock:
            if mine == turnstile.newest:
                await self._edit(int(sent), render_discord(text), _view(buttons))

    async def _edit(self, message_id: int, content: str, view: ui.View | None) -> None:
        filled = not self._handle.here or message_id == await self._original()
        if filled and await self._edit_answer(message_id, content, view):
            return
        await self._wire.call(lambda client: self._edit_here(client, message_id, content, view))

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
        self, text: str, buttons: Sequence[Button], part: int, more: More = at_once
    ) -> SentId | None:
        """Find the message of a `send` without a known id, and return its id or None.

        While Discord still recognises the nonce, the message is found by its nonce. After that it
        is searched in the channel's history.
        """
        del more  # `more` is not needed, because either way takes only one call
        content, view = render_discord(text), _view(buttons)
        filled = await self._fill(content, view, part)
        if filled is not None or not self._handle.here:
            return filled
        if self._age() < _NONCE_SECONDS:
            return await self._send_here(content, view, part)
        return await self._wire.call(lambda client: self._look_back(client, content, part))

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

    async def _send_here(self, content: str, view: ui.View | None, part: int) -> SentId:
        message = await self._wire.call(lambda client: self._post(client, content, view, part))
        # Discord returned the message of an earlier attempt, which may show an older text.
        if message.content != content:
            await self._wire.call(lambda client: self._edit_here(client, message.id, content, view))
        return _sent(message)

    async def _post(
        self, client: discord.Client, content: str, view: ui.View | None, part: int
    ) -> discord.Message:
        place = client.get_partial_messageable(self._channel_id)
        facts: dict[str, Any] = {
            "nonce": f"{self._handle.cause}.{part}",
            "allowed_mentions": _NOBODY,
            **_shown(view),
        }
        if part:
            facts["silent"] = True  # only the first message of an answer notifies the user
        reference = self._reference() if part == 0 else None
        if reference is None:
            return await place.send(content, **facts)
        try:
            return await place.send(content, reference=reference, **facts)
        except discord.HTTPException as error:
            if error.code != REPLY_NEEDS_HISTORY:
                raise
            return await place.send(content, **facts)

    def _reference(self) -> Reference:
        if not self._handle.replies:
            return None
        cause, channel_id = self._handle.cause, self._channel_id
        return discord.MessageReference(
            message_id=cause, channel_id=channel_id, fail_if_not_exists=False
        )

    async def _edit_here(
        self, client: discord.Client, message_id: int, content: str, view: ui.View | None
    ) -> None:
        await self._message(client, message_id).edit(
            content=content, view=view, allowed_mentions=_NOBODY
        )

    def _message(self, client: discord.Client, message_id: int) -> discord.PartialMessage:
        return client.get_partial_messageable(self._channel_id).get_partial_message(message_id)

    async def _look_back(self, client: discord.Client, content: str, part: int) -> SentId | None:
        """Search the messages after the cause for a message of the bot, and return its id or None.

        A reply to the cause matches the first part. A message with the same beginning matches any
        part.
        """
        place, own = client.get_partial_messageable(self._channel_id), client.user
        after = discord.Object(self._handle.cause)
        async for message in place.history(after=after, limit=_LOOKED_THROUGH, oldest_first=True):
            replied = message.reference.message_id if message.reference is not None else 0
            answers = part == 0 and replied == self._handle.cause
            if (
                own is not None
                and message.author.id == own.id
                and (answers or _alike(message.content, content))
            ):
                return _sent(message)
        return None

    # Calls that use the interaction

    async def _original(self) -> int:
        """Return the id of the deferred answer, or 0 if there is none or the token has expired."""
        return await self._first_word.original() if self._handle.fills and self._open() else 0

    async def _fill(self, content: str, view: ui.View | None, part: int) -> SentId | None:
        """Show the first part in the deferred answer. Return None if that is not possible."""
        original = 0 if part else await self._original()
        if not original:
            return None
        try:
            return (
                SentId(str(original)) if await self._edit_answer(original, content, view) else None
            )
        except MessageGone:
            # The user has deleted the deferred answer, but the text must still be shown.
            return None

    async def _edit_answer(self, message_id: int, content: str, view: ui.View | None) -> bool:
        """Edit a message through the interaction.

        Return False if the interaction has expired but the bot can write in the channel itself.
        """

        async def edit(client: discord.Client) -> None:
            webhook = self._webhook(client)
            await webhook.edit_message(
                message_id, content=content, view=view, allowed_mentions=_NOBODY
            )

        try:
            await self._need_token()
            await self._wire.call(edit)
        except ChatUnavailable:
            if not self._handle.here:
                raise
            return False
        return True

    async def _follow_up(self, client: discord.Client, **facts: Any) -> SentId:
        return _sent(await self._webhook(client).send(wait=True, allowed_mentions=_NOBODY, **facts))

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


def _view(buttons: Sequence[Button]) -> ui.View | None:
    """Build the lines of buttons, or return None if there are none.

    The view is stopped at once, because the library keeps running views in memory.
    """
    if not buttons:
        return None
    view = ui.View(timeout=None)
    for button in buttons:
        about = f":{button.about}" if button.about else ""
        custom_id = f"{CUSTOM_ID}{button.action.value}{about}"
        style = _STYLES[button.action]
        view.add_item(
            ui.Button(style=style, label=button.label, custom_id=custom_id, row=button.line)
        )
    view.stop()
    return view


def _shown(view: ui.View | None) -> dict[str, Any]:
    return {} if view is None else {"view": view}


def _sent(message: discord.Message) -> SentId:
    return SentId(str(message.id))


def _alike(one: str, other: str) -> bool:
    """Return whether two texts may be states of one growing text.

    They may be if their beginnings are equal.
    """
    length = min(len(one), len(other), _ALIKE)
    return length > 0 and one[:length] == other[:length]
