"""Delete data past its lifetime, make room, and update the caches (`PersonalData`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.contract import ChatKey
from engine.storage.ports import PersonalData
from engine.storage.records import Lifetimes, Removed, Size


class Cache(Protocol):
    """A cache of the state of chats."""

    def drop(self, key: ChatKey) -> None:
        """Remove a chat from the cache."""


class ExpiringCache(Cache, Protocol):
    """A cache whose entries have a lifetime (`engine.turns.sessions.Sessions`)."""

    def expire(self) -> int:
        """Remove the entries past their lifetime and return their number."""


@dataclass(frozen=True)
class Swept:
    """The result of one sweep: the numbers of evicted sessions, deleted old rows and deleted chats.

    `size` is the size of the store after the sweep.
    """

    sessions: int
    rows: int
    chats: int
    size: Size


class Sweep:
    """Sweep a store. `run` may be cancelled between any two steps."""

    def __init__(
        self,
        personal_data: PersonalData,
        sessions: ExpiringCache,
        *,
        lifetimes: Lifetimes,
        limit_bytes: int,
        memory: Cache | None = None,
    ) -> None:
        self._personal_data, self._sessions, self._memory = personal_data, sessions, memory
        self._lifetimes, self._limit_bytes = lifetimes, limit_bytes

    async def run(self) -> Swept:
        """Sweep once. Raises `StorageFault`."""
        sessions = self._sessions.expire()
        old = self._followed(await self._personal_data.expire(self._lifetimes))
        room = self._followed(await self._personal_data.make_room(self._limit_bytes))
        size = await self._personal_data.size()
        return Swept(sessions, old.rows, old.chats + room.chats, size)

    async def crowded(self) -> bool:
        """Return whether the store is near its limit. Raises `StorageFault`."""
        return await self._personal_data.crowded(self._limit_bytes)

    async def size(self) -> Size:
        """Measure the store. Raises `StorageFault`."""
        return await self._personal_data.size()

    async def wait_until_full(self) -> None:
        """Wait until the limit refuses a write, or a write brings the store near the limit."""
        await self._personal_data.wait_until_full()

    def _followed(self, removed: Removed) -> Removed:
        for key in removed.changed:
            self._sessions.drop(key)
            if self._memory is not None:
                self._memory.drop(key)
        return removed
