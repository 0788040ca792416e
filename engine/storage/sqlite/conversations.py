"""Live state of chats: an LRU cache with a sliding lifetime over the rows in SQLite.

Key and lifetime were chosen on replayed traffic of real group chats (benchmarks/session_cache.py):
keyed by chat, 24 h. To leave the cache forgets nothing; it is read again at the chat's next
message.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
from dataclasses import dataclass, field
from typing import Callable
from weakref import WeakValueDictionary

from cachetools import TTLCache

from engine.contract import Author, ChatKey, Finish, Turn
from engine.errors import StorageFault
from engine.storage.codec import unpack
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.ledger import DAY_SECONDS
from engine.storage.sqlite.numbers import (
    all_of,
    chat_number,
    enter_author,
    enter_chat,
    one,
    storable,
)
from engine.storage.sqlite.questions import unpack_material
from engine.tasks import Clock

log = logging.getLogger(__name__)

WINDOW_TURNS = 40  # more never fits the prompt's token budget
DEFAULT_ENTRIES = 256
# 62 KB for each of them: 40 turns of 1.5 KB, as short answers make them. The longest that people
# can write are 20 times as long, and 256 chats full of those would not fit a host of 512 MB.
DEFAULT_BYTES = 16_000_000
TURN_BYTES = (
    450  # of Python objects beside a turn's two texts, measured with tracemalloc on CPython 3.11
)


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


@dataclass(frozen=True)
class ChatUsage:
    """What a chat has used: turns and tokens, today (UTC) and in all that is kept."""

    turns: int
    tokens: int
    turns_today: int
    tokens_today: int


class Sessions:
    """Sessions by chat, so many and in so many bytes at most.

    `hits` and `misses` count the cache.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ttl_seconds: float,
        entries: int = DEFAULT_ENTRIES,
        most_bytes: int = DEFAULT_BYTES,
    ) -> None:
        self._store = store
        self._clock = clock
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
        """Return the chat's session, an empty one if it cannot be read.

        That is, to answer matters more than history.
        """
        try:
            return await self.get(key)
        except StorageFault as error:
            log.error("%s: history could not be read: %s", key, error)
            return Session(key)

    def _keep(self, session: Session) -> None:
        """Put a session in, with its size now; each use begins its lifetime anew."""
        self._cache.pop(
            session.key, None
        )  # or the cache would make room for its old size beside the new one
        self._cache[session.key] = session

    def _grown(self, session: Session) -> None:
        if self._cache.get(session.key) is session:  # one that was dropped meanwhile stays out
            self._keep(session)

    def expire(self) -> int:
        """Drop sessions past their lifetime, without an await between check and removal.

        Return how many.
        """
        return len(self._cache.expire() or ())

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

    async def choose(self, session: Session, *, model: str | None = None, persona: str | None = None,
                     language: str | None = None, time_zone: str | None = None,
                     by: Author | None = None) -> None:  # fmt: skip
        """Set what is given, on disk first; `by` is the author of a persona.

        Raises `StorageFault`.
        """
        wished = (model, persona, language, time_zone)
        given = [None if text is None else storable(text) for text in wished]

        def op(db: sqlite3.Connection) -> None:
            chat = enter_chat(db, session.key, self._clock.time())
            now, platform = self._clock.time(), session.key.platform
            author = enter_author(db, platform, by, now) if by and persona else 0
            db.execute(
                "UPDATE chats SET model = coalesce(?, model), persona = coalesce(?, persona), "
                "language = coalesce(?, language), time_zone = coalesce(?, time_zone), "
                "persona_by = CASE WHEN ? THEN ? ELSE persona_by END WHERE chat = ?",
                (*given, persona is not None, author, chat),
            )

        await self._store.write(op)
        for name, text in zip(("model", "persona", "language", "time_zone"), given):
            if text is not None:
                setattr(session, name, text)

    async def begin_anew(self, session: Session) -> None:
        """Start a new conversation: earlier turns stay in the file and leave the prompt.

        Raises `StorageFault`.
        """

        def op(db: sqlite3.Connection) -> None:
            chat = enter_chat(db, session.key, self._clock.time())
            db.execute(
                "UPDATE chats SET fresh_after = "
                "(SELECT coalesce(max(turn), 0) FROM turns WHERE turns.chat = chats.chat) WHERE "
                "chat = ?",
                (chat,),
            )

        await self._store.write(op)
        session.turns.clear()

    async def usage(self, key: ChatKey) -> ChatUsage:
        """Add up what the chat has used. Raises `StorageFault`."""
        today = int(self._clock.time() // DAY_SECONDS)

        def op(db: sqlite3.Connection) -> ChatUsage:
            row = one(
                db,
                "SELECT coalesce(sum(turns), 0), coalesce(sum(prompt_tokens + answer_tokens), 0), "
                "coalesce(sum(turns) FILTER (WHERE day = ?), 0), "
                "coalesce(sum(prompt_tokens + answer_tokens) FILTER (WHERE day = ?), 0) FROM "
                "usage WHERE chat = ?",
                today,
                today,
                chat_number(db, key),
            )
            return ChatUsage(*(row or (0, 0, 0, 0)))

        return await self._store.read(op)

    async def tokens_today(self, platform: str, user_id: str) -> int:
        """Add up a user's tokens of this day (UTC) over all chats of a platform.

        Raises `StorageFault`.
        """
        today = int(self._clock.time() // DAY_SECONDS)

        def op(db: sqlite3.Connection) -> int:
            row = one(
                db,
                "SELECT coalesce(sum(u.prompt_tokens + u.answer_tokens), 0) FROM usage u JOIN "
                "authors a USING(author) "
                "WHERE a.platform = ? AND a.user_id = ? AND u.day = ?",
                platform,
                user_id,
                today,
            )
            return int(row[0]) if row else 0

        return await self._store.read(op)

    async def _load(self, key: ChatKey) -> Session:
        def op(db: sqlite3.Connection) -> Session:
            chat = one(
                db,
                "SELECT chat, model, persona, language, time_zone, fresh_after FROM chats WHERE "
                "key = ?",
                str(key),
            )
            evicted = one(db, "SELECT 1 FROM evictions WHERE key = ?", str(key)) is not None
            if chat is None:
                return Session(key, evicted=evicted)
            number, model, persona, language, time_zone, fresh_after = chat
            rows = all_of(
                db,
                "SELECT t.turn, a.user_id, a.name, t.prompt, t.answer, t.finish, t.at, t.material "
                "FROM turns t "
                "JOIN authors a USING(author) WHERE t.chat = ? AND t.turn > ? ORDER BY t.turn "
                "DESC LIMIT ?",
                number,
                fresh_after,
                WINDOW_TURNS,
            )
            turns = [_turn(row) for row in reversed(rows)]
            return Session(key, turns, model, persona, language, time_zone, evicted)

        return await self._store.read(op)


def _turn(row: tuple[int, str, str, bytes, bytes, str, int, bytes | None]) -> Turn:
    number, user_id, name, prompt, answer, finish, at, material = row
    return Turn(
        Author(user_id, name),
        unpack(prompt),
        unpack(answer),
        Finish(finish),
        float(at),
        number,
        material=unpack_material(material),
    )
