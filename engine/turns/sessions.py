"""The live state of chats: an LRU cache in front of the store.

Each use restarts a session's lifetime. The key (the chat) and the lifetime (24 h) were chosen by
replaying the traffic of real group chats (benchmarks/session_cache.py). Nothing is lost when a
session leaves the cache. It is read again at the chat's next message.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Callable
from weakref import WeakValueDictionary

from cachetools import TTLCache

from engine.contract import Author, ChatKey, Turn, Usage
from engine.errors import StorageFault
from engine.kept import Conversation
from engine.storage.records import WINDOW_TURNS, ChatUsage
from engine.storage.shared_ports import Version
from engine.text import well_formed

if TYPE_CHECKING:
    from engine.storage.ports import Conversations
    from engine.storage.shared_ports import Versions
    from engine.tasks import Clock

log = logging.getLogger(__name__)

DEFAULT_ENTRIES = 256
# This is 62 KB for each of 256 entries: 40 turns of 1.5 KB, the size of turns with short answers.
# The longest possible turns are 20 times as large. 256 chats full of such turns would not fit a
# host of 512 MB.
DEFAULT_BYTES = 16_000_000
# The size of a turn's Python objects without its texts, measured with tracemalloc on CPython 3.11.
TURN_BYTES = 450


@dataclass
class Session:
    """A chat's live state. `turns` are the newest turns of the running conversation, oldest first.

    `model`, `persona`, `language` and `time_zone` are empty if the chat has not chosen them.
    `voice` is ON if answers are also spoken, else empty. `evicted` is true if some of the chat's
    turns or documents were deleted to make room and no answer has said so yet. `grown` is called
    after turns were added. `version` is the chat's version in a store that several processes share
    (`engine.storage.shared_ports.Versions`).
    """

    key: ChatKey
    turns: list[Turn] = field(default_factory=list)
    model: str = ""
    persona: str = ""
    language: str = ""
    time_zone: str = ""
    voice: str = ""
    evicted: bool = False
    grown: Callable[[Session], None] | None = field(default=None, repr=False, compare=False)
    version: Version = (0, 0)

    @property
    def size_bytes(self) -> int:
        """Estimate the memory held by this session."""
        texts = sum(
            sys.getsizeof(text)
            for turn in self.turns
            for text in (turn.prompt, turn.answer, turn.material.quoted)
        )
        return texts + len(self.turns) * TURN_BYTES + sys.getsizeof(self.persona)

    def record(self, turn: Turn) -> None:
        """Add a turn, or replace the turn with the same number.

        The number 0 means that the turn is not stored yet.
        """
        self._put(turn)
        self.version = (self.version[0], self.version[1] + 1)  # the store also counts this turn
        self.evicted = False  # the notices under this answer have mentioned it
        if self.grown is not None:
            self.grown(self)

    def replace(self, turn: Turn) -> None:
        """Replace the turn that has the same number. If there is none, do nothing."""
        if any(old.turn_id == turn.turn_id for old in self.turns):
            self._put(turn)

    def _put(self, turn: Turn) -> None:
        for index, old in enumerate(self.turns):
            if turn.turn_id and old.turn_id == turn.turn_id:
                self.turns[index] = turn
                return
        self.turns.append(turn)
        del self.turns[:-WINDOW_TURNS]


class Sessions:
    """The cached sessions by chat, with a limit on their number and on their total size.

    `hits` and `misses` count the reads of the cache.
    """

    def __init__(
        self,
        conversations: Conversations,
        clock: Clock,
        ttl_seconds: float,
        entries: int = DEFAULT_ENTRIES,
        most_bytes: int = DEFAULT_BYTES,
        versions: Versions | None = None,
    ) -> None:
        self._conversations, self._versions = conversations, versions
        self.changed: Callable[[ChatKey], None] = lambda _: None
        """Called with a chat that another process has changed."""
        # The cache can limit only the sum of sizes, but the number of sessions must be limited too.
        # A small session therefore counts as one share of the bytes, so at most `entries` sessions
        # fit. A session that is larger than the cache counts only as the size of the cache, because
        # the cache refuses larger items. Such a session is then the only one in the cache.
        share = most_bytes // entries
        self._cache: TTLCache[ChatKey, Session] = TTLCache(
            most_bytes,
            ttl_seconds,
            timer=clock.now,
            getsizeof=lambda session: min(most_bytes, max(share, session.size_bytes)),
        )
        # A running answer may use a session that has left the cache. The session is found here in
        # that case, so the answer's turn is not lost.
        self._held: WeakValueDictionary[ChatKey, Session] = WeakValueDictionary()
        self._drops = 0
        # This is called with a chat's key when the chat's live state is removed, and with None for
        # all chats.
        self.on_drop: Callable[[ChatKey | None], None] = lambda _: None
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._cache)

    @property
    def size_bytes(self) -> int:
        """Estimate the memory that the cache holds."""
        return sum(session.size_bytes for session in self._cache.values())

    async def get(self, key: ChatKey) -> Session:
        """Return the chat's session. It is read from the store if it is not cached.

        Raises `StorageFault`.
        """
        version: Version = (0, 0) if self._versions is None else await self._versions.of_chat(key)
        session = self._cache.get(key) or self._held.get(key)
        if self._versions is not None and session is not None and session.version != version:
            self.drop(key)
            self.changed(key)
            session = None
        if session is None:
            self.misses += 1
            drops = -1
            while drops != self._drops:  # the loaded data may have been erased during the read
                drops = self._drops
                loaded = await self._load(key)
            loaded.version = version
            # Another task may have loaded the same chat during the read. Both must then use one
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

        An answer without history is better than no answer.
        """
        try:
            return await self.get(key)
        except StorageFault as error:
            log.error("%s: history could not be read: %s", key, error)
            return Session(key)

    def _keep(self, session: Session) -> None:
        """Put a session into the cache with its present size. This restarts its lifetime."""
        # If the old entry stayed, the cache would make room for the old and the new size together.
        self._cache.pop(session.key, None)
        self._cache[session.key] = session

    def _grown(self, session: Session) -> None:
        # A session that was dropped in the meantime is not added again.
        if self._cache.get(session.key) is session:
            self._keep(session)

    def expire(self) -> int:
        """Drop the sessions past their lifetime and return their number.

        The check and the removal are in one step, with no await between them.
        """
        return len(self._cache.expire() or ())

    async def move(self, former: ChatKey, key: ChatKey) -> bool:
        """Give a chat another key (`Conversations.move`). Raises `StorageFault`."""
        moved = await self._conversations.move(former, key)
        self.drop(former)
        self.drop(key)
        return moved

    def drop(self, key: ChatKey) -> None:
        """Remove the live state of a chat. The store keeps its rows."""
        self._drops += 1
        self._cache.pop(key, None)
        self._held.pop(key, None)
        self.on_drop(key)

    def drop_all(self) -> None:
        """Remove the live state of every chat."""
        self._drops += 1
        self._cache.clear()
        self._held.clear()
        self.on_drop(None)

    async def describe(
        self, session: Session, turn_id: int, descriptions: Mapping[str, str], usage: Usage
    ) -> Turn | None:
        """Store the descriptions of a turn's pictures (`Conversations.describe`).

        Return the turn with the descriptions, or None if the turn is no longer stored. Raises
        `StorageFault`.
        """
        key = session.key
        material = await self._conversations.describe(key, turn_id, descriptions, usage)
        old = next((turn for turn in session.turns if turn.turn_id == turn_id), None)
        if material is None or old is None:
            return None
        turn = replace(old, material=material)
        session.replace(turn)
        return turn

    async def choose(
        self,
        session: Session,
        *,
        model: str | None = None,
        persona: str | None = None,
        language: str | None = None,
        time_zone: str | None = None,
        voice: str | None = None,
        by: Author | None = None,
    ) -> None:
        """Change the given settings of the chat, first in the store and then in memory.

        `by` is the person who chose the persona, if a persona is given. Raises `StorageFault`.
        """
        wished = {
            "model": model,
            "persona": persona,
            "language": language,
            "time_zone": time_zone,
            "voice": voice,
        }
        given = {name: well_formed(text) for name, text in wished.items() if text is not None}
        await self._conversations.choose(session.key, **given, by=by)
        for name, text in given.items():
            setattr(session, name, text)

    async def begin_anew(self, session: Session) -> None:
        """Start a new conversation. Earlier turns stay stored but no longer enter the prompt.

        Raises `StorageFault`.
        """
        await self._conversations.begin_anew(session.key)
        session.turns.clear()

    async def earlier(self, session: Session, most: int) -> list[Conversation]:
        """Return the chat's conversations, newest first. Raises `StorageFault`."""
        return await self._conversations.earlier(session.key, most)

    async def resume(self, session: Session, turn_id: int) -> bool:
        """Continue the conversation of a turn. Return False if there is no such turn.

        Raises `StorageFault`.
        """
        found = await self._conversations.resume(session.key, turn_id)
        if found:
            kept = await self._conversations.load(session.key)
            session.turns[:] = kept.turns
        return found

    async def usage(self, key: ChatKey) -> ChatUsage:
        """Return the usage of the chat. Raises `StorageFault`."""
        return await self._conversations.usage(key)

    async def _load(self, key: ChatKey) -> Session:
        kept = await self._conversations.load(key)
        choices = (kept.model, kept.persona, kept.language, kept.time_zone, kept.voice)
        return Session(key, list(kept.turns), *choices, kept.evicted)
