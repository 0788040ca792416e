"""Pass Discord's events to the engine, in order within a channel, and each event only once.

Discord delivers an event only once. An event that could not be stored is therefore offered again
until it is stored. Messages that arrived while there was no session are read from channel histories
(`catch_up`). This cannot find the first direct message of a person who never wrote before, because
Discord has no list of a bot's DM channels.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Callable, Optional, Union
from weakref import WeakValueDictionary

import discord
from cachetools import LRUCache

from adapters.discord.failures import VENDOR, delivery_error
from adapters.discord.handle import Handle
from adapters.discord.interaction import FirstWord
from adapters.discord.normalize import (
    CUSTOM_ID,
    PLATFORM,
    chat_key,
    normalize_command,
    normalize_message,
    normalize_press,
    usable_here,
)
from engine.contract import Deleted, Inbound, Press
from engine.errors import DeliveryError, DeliveryFailed, RateLimited, StorageFault
from engine.tasks import Tasks, backoff, describe

if TYPE_CHECKING:
    from typing import Any

    from adapters.discord.wire import Wire
    from engine.contract import ChatKey, LastSeen, ReplySink, Submit, Wants

log = logging.getLogger(__name__)

CHANNELS_LOOKED_INTO = 200
MESSAGES_OF_EACH = 100
EDIT_SECONDS = 300.0
# The pause in seconds between two channels. Reading a channel takes two calls, and answers need
# calls too.
_BETWEEN_SECONDS = 0.2
_CHATS_REMEMBERED = 4096
# The pauses in seconds before the attempts to acknowledge an interaction. Together they fit into
# the three seconds that Discord allows.
_AGAIN_SECONDS = (0.0, 0.2, 0.6)

NewSink = Callable[["ChatKey", Handle, Optional[FirstWord]], "ReplySink"]
Channel = Union[discord.TextChannel, discord.VoiceChannel, discord.Thread]
_READABLE = (discord.DMChannel, discord.TextChannel, discord.VoiceChannel, discord.Thread)


class Intake:
    """Handle the events of one run of the adapter."""

    def __init__(
        self,
        client: discord.Client,
        submit: Submit,
        last_seen: LastSeen,
        sink: NewSink,
        wire: Wire,
        wants: Wants = lambda _: True,
    ) -> None:
        self._client = client
        self._submit, self._wants = submit, wants
        self._last_seen = last_seen
        self._sink = sink
        self._wire, self._clock = wire, wire.clock
        self._tasks = Tasks(PLATFORM)
        self._orders: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._newest: LRUCache[int, int] = LRUCache(_CHATS_REMEMBERED)
        # The channels whose missed messages must still be read, each with the id after which to
        # read. They are known once `_listed` is set.
        self._missed: dict[int, int] = {}
        self._listed = asyncio.Event()

    async def close(self) -> None:
        """Stop taking events. The next start reads unaccepted messages from the histories."""
        await self._tasks.close()

    # Handlers of the library's events

    def message(self, message: discord.Message) -> None:
        """Start to offer a new message to the engine."""
        inbound = normalize_message(message, self._bot_id)
        if inbound is not None and self._worth_queueing(inbound):
            self._tasks.spawn(self._in_order(inbound), "message")

    def edited(self, message: discord.Message) -> None:
        """Start to offer an edited message to the engine.

        Discord sends the same event for link previews and pins. A message whose text was not edited
        recently is therefore ignored.
        """
        edited_at = message.edited_at
        if edited_at is None or edited_at.timestamp() < self._clock.time() - EDIT_SECONDS:
            return
        inbound = normalize_message(message, self._bot_id, edited=True)
        if inbound is not None and self._worth_queueing(inbound):
            self._tasks.spawn(self._in_order(inbound), "edit")

    def deleted(self, channel_id: int, message_ids: Iterable[int]) -> None:
        """Start to report to the engine that messages were deleted."""
        item = Deleted(chat_key(channel_id), tuple(map(str, message_ids)))
        self._tasks.spawn(self._deleted(item), "deletion")

    def interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Start to offer a command or a button press to the engine."""
        if interaction.type is discord.InteractionType.application_command:
            self._tasks.spawn(self._command(interaction), "command")
        elif interaction.type is discord.InteractionType.component:
            self._tasks.spawn(self._press(interaction), "press")

    def ready(self) -> None:
        """Start to read the messages that arrived before this session.

        New messages wait until the missed messages of their channel have been read. Otherwise the
        newest known message would be newer than the missed messages, and they would not be found.
        """
        self._listed.clear()
        self._tasks.spawn(self.catch_up(), "catch up")

    @property
    def _bot_id(self) -> int:
        return self._client.user.id if self._client.user is not None else 0

    # Offering items to the engine

    def _worth_queueing(self, inbound: Inbound) -> bool:
        """Return whether to queue a message. `_offer_once` checks it again when its turn comes.

        A message is queued if the engine wants it, or if earlier messages of the channel may be
        waiting. The engine may not know yet that the message is a piece of the same question as
        those.
        """
        channel_id = int(inbound.key.chat_id)
        waits = channel_id in self._orders or channel_id in self._missed
        if self._wants(inbound) or waits or not self._listed.is_set():
            return True
        self._note(inbound)
        return False

    async def _in_order(self, inbound: Inbound) -> None:
        async with self._order(inbound.key):
            await self._listed.wait()
            await self._read_first(int(inbound.key.chat_id))
            await self._offer_once(inbound)

    async def _deleted(self, item: Deleted) -> None:
        async with self._order(item.key):
            await self._offer(item, self._sink(item.key, Handle(0), None))

    async def _offer_once(self, inbound: Inbound) -> None:
        """Offer a message unless a newer one of its channel was offered already.

        The caller holds the channel's lock.
        """
        channel_id, message_id = int(inbound.key.chat_id), int(inbound.message_id)
        if not inbound.edited and message_id <= self._newest.get(channel_id, 0):
            return
        if self._wants(inbound):
            handle = Handle(message_id, replies=not inbound.direct)
            await self._offer(inbound, self._sink(inbound.key, handle, None))
        self._note(inbound)

    def _note(self, inbound: Inbound) -> None:
        """Record the newest message of a channel."""
        channel_id, message_id = int(inbound.key.chat_id), int(inbound.message_id)
        self._newest[channel_id] = max(message_id, self._newest.get(channel_id, 0))

    def _order(self, key: ChatKey) -> asyncio.Lock:
        """Return the lock of a channel. The lock is fair, so messages keep their order."""
        channel_id = int(key.chat_id)
        lock = self._orders.get(channel_id)
        if lock is None:
            lock = self._orders[channel_id] = asyncio.Lock()
        return lock

    async def _offer(self, item: Inbound | Press | Deleted, sink: ReplySink) -> str:
        pauses = backoff(1.0, 60.0)
        while True:
            try:
                return await self._submit(item, sink)
            except StorageFault as error:
                log.error(
                    "%s: a message was not accepted and is offered again soon: %s",
                    item.key,
                    describe(error),
                )
                await self._clock.sleep(next(pauses))

    # Interactions. They are accepted before they are acknowledged, because Discord never delivers
    # an acknowledged interaction again

    async def _command(self, interaction: discord.Interaction[Any]) -> None:
        inbound = normalize_command(interaction)
        if inbound is not None:
            await self._offer_interaction(interaction, inbound, fills=True)

    async def _press(self, interaction: discord.Interaction[Any]) -> None:
        data: Mapping[str, Any] = interaction.data or {}
        if not str(data.get("custom_id", "")).startswith(CUSTOM_ID):
            return
        press = normalize_press(interaction)
        if press is not None:
            await self._offer_interaction(interaction, press, fills=False)
        else:
            await self._acknowledge(
                interaction, FirstWord(self._wire, interaction.token, interaction)
            )

    async def _offer_interaction(
        self, interaction: discord.Interaction[Any], item: Inbound | Press, *, fills: bool
    ) -> None:
        handle = Handle(
            interaction.id, here=usable_here(interaction), fills=fills, token=interaction.token
        )
        first = FirstWord(self._wire, interaction.token, interaction)
        word = await self._offer(item, self._sink(item.key, handle, first))
        await self._acknowledge(interaction, first, word)

    async def _acknowledge(
        self, interaction: discord.Interaction[Any], first: FirstWord, word: str = ""
    ) -> None:
        """Acknowledge an interaction.

        Include the engine's text if the chat itself will not show it. If this fails for a temporary
        reason, it is tried again. The last failure is logged.
        """
        told: DeliveryError | None = None
        for pause in _AGAIN_SECONDS:
            await self._clock.sleep(pause)
            try:
                await self._first_word(interaction, first, word)
            except DeliveryError as error:
                told = error
                if not (isinstance(error, DeliveryFailed) and error.retryable):
                    break
            else:
                return
        log.warning(
            "discord:%s: an interaction was not acknowledged: %s", interaction.channel_id, told
        )

    async def _first_word(
        self, interaction: discord.Interaction[Any], first: FirstWord, word: str
    ) -> None:
        if not word:
            await first.give()
        elif interaction.response.is_done():
            await self._wire.call(
                lambda _: interaction.followup.send(word, ephemeral=True, wait=True)
            )
        else:
            await self._wire.call(lambda _: interaction.response.send_message(word, ephemeral=True))

    # Missed messages

    async def catch_up(self) -> None:
        """Offer the messages that arrived after the newest known one, channel by channel.

        Reads at most `CHANNELS_LOOKED_INTO` channels, beginning with the one that has the newest
        known message, and `MESSAGES_OF_EACH` messages of each. If Discord answers 429, the channel
        is read again after the requested pause.
        """
        seen = await self._seen()
        candidates = self._candidates(seen) if seen else {}
        missed = sorted(candidates.items(), key=lambda item: item[1], reverse=True)
        if len(missed) > CHANNELS_LOOKED_INTO:
            log.warning(
                "discord: %d channels may hold missed messages, %d are read",
                len(missed),
                CHANNELS_LOOKED_INTO,
            )
        self._missed = dict(missed[:CHANNELS_LOOKED_INTO])
        self._listed.set()
        for channel_id in tuple(self._missed):
            async with self._order(chat_key(channel_id)):
                await self._read_first(channel_id)
            await self._clock.sleep(_BETWEEN_SECONDS)

    async def _read_first(self, channel_id: int) -> None:
        """Read the missed messages of a channel, unless that has been done already.

        The caller holds the channel's lock.
        """
        after = self._missed.get(channel_id)
        if after is None:
            return
        while not await self._look_into(channel_id, after):
            pass
        self._missed.pop(channel_id, None)

    async def _look_into(self, channel_id: int, after: int) -> bool:
        """Read a channel. Return False if it must be read again."""
        try:
            await self._read_missed(channel_id, after)
        except VENDOR as error:
            meaning = delivery_error(error)
            log.warning("discord:%d: missed messages could not be read: %s", channel_id, meaning)
            if isinstance(meaning, RateLimited):
                await self._clock.sleep(meaning.retry_after)
                return False
        return True

    async def _seen(self) -> dict[int, int]:
        """Return the newest known message id of each channel, from the store and from this run."""
        try:
            known = await self._last_seen(PLATFORM)
        except StorageFault as error:
            log.error("discord: the search for missed messages failed: %s", describe(error))
            return {}
        seen = {
            int(key.chat_id): int(message_id)
            for key, message_id in known.items()
            if message_id.isascii() and message_id.isdigit()
        }
        for channel_id, message_id in self._newest.items():
            seen[channel_id] = max(message_id, seen.get(channel_id, 0))
        return seen

    def _candidates(self, seen: Mapping[int, int]) -> dict[int, int]:
        """Return the channels to read, each with the id after which to read.

        A known channel is read after its last known message, unless Discord reports that it has no
        newer message. A channel without a known message is read only if it had a message after the
        newest known message of all channels.
        """
        newest = max(seen.values())
        candidates = dict(seen)
        for guild in self._client.guilds:
            channels: list[Channel] = [*guild.text_channels, *guild.voice_channels, *guild.threads]
            for channel in channels:
                if (channel.last_message_id or 0) <= seen.get(channel.id, newest):
                    candidates.pop(channel.id, None)
                else:
                    candidates.setdefault(channel.id, newest)
        return candidates

    async def _read_missed(self, channel_id: int, after: int) -> None:
        channel = self._client.get_channel(channel_id) or await self._client.fetch_channel(
            channel_id
        )
        if not isinstance(channel, _READABLE):
            return
        since = discord.Object(max(after, self._newest.get(channel_id, 0)))
        async for message in channel.history(
            after=since, limit=MESSAGES_OF_EACH, oldest_first=True
        ):
            inbound = normalize_message(message, self._bot_id)
            if inbound is not None:
                await self._offer_once(inbound)
