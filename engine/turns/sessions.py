"""Live state of chats: an LRU cache with a sliding lifetime over what the store keeps.

Key and lifetime were chosen on replayed traffic of real group chats (benchmarks/session_cache.py):
keyed by chat, 24 h. A session that leaves the cache loses nothing; it is read again at the chat's
next message.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Callable
from weakref import WeakValueDictionary

from cachetools import TTLCache

from engine.contract import Author, ChatKey, Turn
from engine.errors import StorageFault
from engine.storage.records import WINDOW_TURNS, ChatUsage, Conversation
from engine.text import well_formed

if TYPE_CHECKING:
    from engine.storage.ports import Conversations
    from engine.tasks import Clock

log = logging.getLogger(__name__)

DEFAULT_ENTRIES = 256
# 62 KB for each of them: 40 turns of 1.5 KB, as short answers make them. The longest that people
# can write are 20 times as long, and 256 chats full of those would not fit a host of 512 MB.
DEFAULT_BYTES = 16_000_000
# The Python objects of a turn beside its two texts, measured with tracemalloc on CPython 3.11.
TURN_BYTES = 450


@dataclass
class Session:
    """A chat's live state; `turns` are the newest, oldest first, of the running conversation.

    `model`, `persona`, `language` and `time_zone` are empty where the chat has not chosen.
    `evicted`: some of the chat's turns or documents were deleted to make room, and nobody has been
    told yet. `grown` is called when turns were added.
    """

    key: ChatKey
    turns: list[Turn] = field(default_factory=list)
    model: str = ""
    persona: str = ""
    language: str = ""
    time_zone: str = ""
    evicted: bool = False
    grown: Callable[[Session], None] | None = field(default=None, repr=False, compare=False)

    @property
    def size_bytes(self) -> int:
        """Estimate the memory held."""
        texts = sum(
            sys.getsizeof(text)
            for turn in self.turns
            for text in (turn.prompt, turn.answer, turn.material.quoted)
        )
        return texts + len(self.turns) * TURN_BYTES + sys.getsizeof(self.persona)

    def record(self, turn: Turn) -> None:
        """Add a turn, or put it in the place of the one with its number (0: not written yet)."""
        self._put(turn)
        self.evicted = False  # the turn's answer said so
        if self.grown is not None:
            self.grown(self)

    def _put(self, turn: Turn) -> None:
        for index, old in enumerate(self.turns):
            if turn.turn_id and old.turn_id == turn.turn_id:
                self.turns[index] = turn
                return
        self.turns.append(turn)
        del self.turns[:-WINDOW_TURNS]


class Sessions:
    """Sessions by chat, so many and in so many bytes at most.

    `hits` and `misses` count the cache.
    """

    def __init__(
        self,
        conversations: Conversations,
        clock: Clock,
        ttl_seconds: float,
        entries: int = DEFAULT_ENTRIES,
        most_bytes: int = DEFAULT_BYTES,
    ) -> None:
        self._conversations = conversations
        # One sum bounds both: nothing counts less than its share, so that no more than `entries`
        # fit, and nothing more than all, since a cache refuses what it could never hold: a session
        # as large as that is held alone.
        share = most_bytes // entries
        self._cache: TTLCache[ChatKey, Session] = TTLCache(
            most_bytes,
            ttl_seconds,
            timer=clock.now,
            getsizeof=lambda session: min(most_bytes, max(share, session.size_bytes)),
        )
        # A session that a running answer holds is found again although it has left the cache: its
        # turn is not lost.
        self._held: WeakValueDictionary[ChatKey, Session] = WeakValueDictionary()
        self._drops = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._cache)

    @property
    def size_bytes(self) -> int:
        """Estimate the memory that the cache holds."""
        return sum(session.size_bytes for session in self._cache.values())

    async def get(self, key: ChatKey) -> Session:
        """Return the chat's session, read from the file if it is not live.

        Raises `StorageFault`.
        """
        session = self._cache.get(key) or self._held.get(key)
        if session is None:
            self.misses += 1
            drops = -1
            while drops != self._drops:  # what was read may have been erased meanwhile
                drops = self._drops
                loaded = await self._load(key)
            # A second task may have loaded the same chat during the read; both must then hold one
            # object.
            session = self._held.get(key, loaded)
        else:
            self.hits += 1
        self._held[key] = session
        self._keep(session)
        session.grown = self._grown
        return session

    async def get_or_empty(self, key: ChatKey) -> Session:
        """Return the chat's session, or an empty one if it cannot be read.

        Answering matters more than history.
        """
        try:
            return await self.get(key)
        except StorageFault as error:
            log.error("%s: history could not be read: %s", key, error)
            return Session(key)

    def _keep(self, session: Session) -> None:
        """Put a session in, with its size now; each use begins its lifetime anew."""
        # Otherwise the cache would make room for the old size beside the new one.
        self._cache.pop(session.key, None)
        self._cache[session.key] = session

    def _grown(self, session: Session) -> None:
        if self._cache.get(session.key) is session:  # one that was dropped meanwhile stays out
            self._keep(session)

    def expire(self) -> int:
        """Drop sessions past their lifetime, without an await between check and removal.

        Return how many.
        """
        return len(self._cache.expire() or ())

    async def move(self, former: ChatKey, key: ChatKey) -> bool:
        """Give a chat another key (`Conversations.move`). Raises `StorageFault`."""
        moved = await self._conversations.move(former, key)
        self.drop(former)
        self.drop(key)
        return moved

    def drop(self, key: ChatKey) -> None:
        """Forget the live state of a chat; the file keeps its rows."""
        self._drops += 1
        self._cache.pop(key, None)
        self._held.pop(key, None)

    def drop_all(self) -> None:
        """Forget the live state of every chat."""
        self._drops += 1
        self._cache.clear()
        self._held.clear()

    async def choose(
        self,
        session: Session,
        *,
        model: str | None = None,
        persona: str | None = None,
        language: str | None = None,
        time_zone: str | None = None,
        by: Author | None = None,
    ) -> None:
        """Set what is given, in the store first; `by` is the author of a persona.

        Raises `StorageFault`.
        """
        wished = {"model": model, "persona": persona, "language": language, "time_zone": time_zone}
        given = {name: well_formed(text) for name, text in wished.items() if text is not None}
        await self._conversations.choose(session.key, **given, by=by)
        for name, text in given.items():
            setattr(session, name, text)

    async def begin_anew(self, session: Session) -> None:
        """Start a new conversation: earlier turns are kept and leave the prompt.

        Raises `StorageFault`.
        """
        await self._conversations.begin_anew(session.key)
        session.turns.clear()

    async def earlier(self, session: Session, most: int) -> list[Conversation]:
        """Return the chat's newest conversations, newest first. Raises `StorageFault`."""
        return await self._conversations.earlier(session.key, most)

    async def resume(self, session: Session, turn_id: int) -> bool:
        """Go back to the conversation that a turn belongs to; False if there is no such turn.

        Raises `StorageFault`.
        """
        found = await self._conversations.resume(session.key, turn_id)
        if found:
            kept = await self._conversations.load(session.key)
            session.turns[:] = kept.turns
        return found

    async def usage(self, key: ChatKey) -> ChatUsage:
        """Add up what the chat has used. Raises `StorageFault`."""
        return await self._conversations.usage(key)

    async def tokens_today(self, platform: str, user_id: str) -> int:
        """Add up a person's tokens of this day (UTC) over all chats of a platform.

        Raises `StorageFault`.
        """
        return await self._conversations.tokens_today(platform, user_id)

    async def _load(self, key: ChatKey) -> Session:
        kept = await self._conversations.load(key)
        choices = (kept.model, kept.persona, kept.language, kept.time_zone)
        return Session(key, list(kept.turns), *choices, kept.evicted)
