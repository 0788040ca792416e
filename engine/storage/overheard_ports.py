"""The port of a store for messages of groups that were not addressed to the bot.

Every method raises `StorageFault` if the store fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.contract import ChatKey, Inbound
from engine.storage.records import OverheardBounds, OverheardMessage


class Overheard(Protocol):
    """Messages that were not addressed to the bot, from the chats that listen.

    A chat listens only after a person has switched this on. A member's objection applies to all
    topics of a group. It is kept until the member withdraws it or all data of the group is erased.
    """

    async def listening(self) -> frozenset[ChatKey]:
        """Return the chats that listen."""

    async def listen(self, key: ChatKey) -> None:
        """Make a chat listen."""

    async def stop(self, key: ChatKey) -> None:
        """Make a chat stop listening, and erase its overheard messages."""

    async def object(self, key: ChatKey, user_id: str) -> None:
        """Record a member's objection in all topics of a group, and erase their messages there."""

    async def allow(self, key: ChatKey, user_id: str) -> None:
        """Withdraw a member's objection, so that the member's messages are kept again."""

    async def objects(self, key: ChatKey, user_id: str) -> bool:
        """Return whether a member of a group objects to being overheard."""

    async def keep(self, inbound: Inbound, bounds: OverheardBounds) -> bool:
        """Keep a message if its chat listens and its author does not object.

        Return whether it was kept. The oldest messages of the chat beyond the limits are deleted.
        """

    async def amend(self, inbound: Inbound) -> bool:
        """Replace the text of a kept message after its edit. Return whether it is kept."""

    async def drop(self, key: ChatKey, message_ids: Sequence[str]) -> int:
        """Erase kept messages of a chat. Return their number."""

    async def newest(self, key: ChatKey, since: float, most: int) -> list[OverheardMessage]:
        """Return the newest messages of a chat that were sent since a Unix time, oldest first."""
