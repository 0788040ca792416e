"""Groups that listen. Their unaddressed messages are context for the next questions.

A group listens only after one of its administrators has used /listen to switch this on. The store
keeps this choice and checks it with each message. This module caches which chats listen, so that
messages of all other chats are dropped at once, without I/O.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from engine.contract import ChatKey, Deleted, Inbound
from engine.errors import StorageFault
from engine.storage.overheard_ports import Overheard
from engine.storage.records import OverheardBounds, OverheardMessage
from engine.tasks import Clock

log = logging.getLogger(__name__)

MESSAGE_CHARACTERS = 1000  # the limit on one overheard message, whose remaining text is dropped
CUT = " […]"


class Listening:
    """The chats that listen, and their overheard messages.

    Without a store, or with a limit of 0 messages, no chat can listen.
    """

    def __init__(self, store: Overheard | None, bounds: OverheardBounds, clock: Clock) -> None:
        self._store = store if bounds.messages > 0 else None
        self.bounds, self._clock = bounds, clock
        self._keys: frozenset[ChatKey] = frozenset()
        self.hears = False
        """Whether recordings are transcribed to learn whether a person says the bot's name."""

    @property
    def possible(self) -> bool:
        """Return whether chats of this process may start to listen."""
        return self._store is not None

    def to(self, key: ChatKey) -> bool:
        """Return whether a chat listens, as far as this process knows."""
        return key in self._keys

    async def refresh(self) -> None:
        """Read again which chats listen, since another process may have changed this.

        Raises `StorageFault`.
        """
        if self._store is not None:
            self._keys = await self._store.listening()

    async def switch(self, key: ChatKey, *, on: bool) -> None:
        """Make a chat listen, or make it stop and erase its overheard messages.

        Raises `StorageFault`.
        """
        if self._store is not None:
            await (self._store.listen(key) if on else self._store.stop(key))
            await self.refresh()

    async def object(self, key: ChatKey, user_id: str) -> None:
        """Record a member's objection, and erase their overheard messages.

        Raises `StorageFault`.
        """
        if self._store is not None:
            await self._store.object(key, user_id)

    async def allow(self, key: ChatKey, user_id: str) -> None:
        """Withdraw a member's objection. Raises `StorageFault`."""
        if self._store is not None:
            await self._store.allow(key, user_id)

    async def objects(self, key: ChatKey, user_id: str) -> bool:
        """Return whether a member objects to being overheard. Raises `StorageFault`."""
        return self._store is None or await self._store.objects(key, user_id)

    async def hear(self, inbound: Inbound) -> None:
        """Keep an unaddressed message, or apply its edit. Never raises.

        Only text is kept. Commands are not kept, because they are for other bots. If several people
        share one id, their messages are not kept, because none of them could object.
        """
        text = inbound.text or (inbound.quoted if inbound.forwarded else "")
        if self._store is None or not self.to(inbound.key) or inbound.author.anonymous:
            return
        if len(text) > MESSAGE_CHARACTERS:
            text = text[:MESSAGE_CHARACTERS] + CUT
        heard = replace(inbound, text=text)
        try:
            if inbound.edited:
                await self._store.amend(heard)
            elif text.strip() and not text.startswith(("/", "\uff0f")):
                await self._store.keep(heard, self.bounds)
        except StorageFault as error:
            log.error("%s: an overheard message was not kept: %s", inbound.key, error)

    async def drop(self, deleted: Deleted) -> None:
        """Erase messages that were deleted on the platform or that belong to a question.

        Never raises.
        """
        if self._store is None or not self.to(deleted.key):
            return
        try:
            await self._store.drop(deleted.key, deleted.message_ids)
        except StorageFault as error:
            log.error("%s: an overheard message was not erased: %s", deleted.key, error)

    async def messages(self, key: ChatKey) -> Sequence[OverheardMessage]:
        """Return the overheard messages of a chat, oldest first, or none if they cannot be read."""
        if self._store is None or not self.to(key):
            return ()
        since = self._clock.time() - self.bounds.seconds
        try:
            return await self._store.newest(key, since, self.bounds.messages)
        except StorageFault as error:
            log.error("%s: overheard messages could not be read: %s", key, error)
            return ()
