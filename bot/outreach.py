"""The connection from the engine to the admins and to other chats (`engine.approvals.Outreach`)."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, runtime_checkable

from bot.alerts import WritesFirst, with_platform
from bot.live import Live
from engine.approvals import AdminChat
from engine.contract import Adapter, ChatKey, ReplySink
from engine.errors import DeliveryError, RateLimited
from engine.people import Subject

log = logging.getLogger(__name__)


@runtime_checkable
class OpensChats(Protocol):
    """An adapter that can write into a known chat without a question from there."""

    async def opening_sink(self, key: ChatKey) -> ReplySink:
        """Return a sink for a message that answers nothing. Raises `StorageFault`."""


class AdminChats:
    """The private chats with the admins, on platforms on which a bot can start a conversation."""

    def __init__(self, adapters: Mapping[str, Adapter], live: Live) -> None:
        self._adapters, self._live = adapters, live

    @property
    def platforms(self) -> Collection[str]:
        """Return the platforms on which this process can send."""
        return list(self._adapters)

    async def admins(self) -> Sequence[AdminChat]:
        """Return the private chats with the admins.

        If it raises `DeliveryError`, call it again later.
        """
        found = []
        for name in sorted(map(with_platform, self._live.settings.engine.access.admins)):
            platform, _, user_id = name.partition(":")
            adapter: object = self._adapters.get(platform)
            if not isinstance(adapter, WritesFirst):
                continue
            try:
                key, sink = await adapter.private_sink(user_id)
            except DeliveryError as error:
                if isinstance(error, RateLimited) or getattr(error, "retryable", False):
                    raise
                log.warning("the admin %s cannot be reached: %s", name, error)
                continue
            found.append(AdminChat(Subject(platform, user_id), key, sink.handle))
        return found

    def sink(self, key: ChatKey, handle: str) -> ReplySink:
        """Rebuild a sink."""
        return self._adapters[key.platform].sink(key, handle)

    def reaches(self, key: ChatKey) -> bool:
        """Return whether a message that answers nothing can be sent to a chat."""
        return isinstance(self._adapters.get(key.platform), OpensChats)

    async def opening(self, key: ChatKey) -> ReplySink | None:
        """Return a sink for a message that answers nothing, or None. Raises `StorageFault`."""
        adapter: object = self._adapters.get(key.platform)
        return await adapter.opening_sink(key) if isinstance(adapter, OpensChats) else None
