"""Find older turns of a chat by meaning and by words, and render them for the prompt.

Turns are stored and looked up only under their chat's key. Deleted turns are never shown, because
indexes hold no text, and the text of a hit is read from the store under its key.

An index is built from the newest turns first, until it reaches a limit in bytes. Its size therefore
does not depend on what people write. It is built in short steps, so that one thread serves all
chats in turn.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Callable, TypeVar

from engine.answering.speakers import BOT, label
from engine.contract import Author, ChatKey, Turn
from engine.errors import DeadlinePassed, MemoryFault, StorageFault
from engine.memory.embedding.backfill import Backfill
from engine.memory.embedding.embedder import Embedder, vector_of
from engine.memory.recall.chat_index import (
    GROWTH,
    ChatIndex,
    Line,
    Query,
    excerpt,
)
from engine.memory.recall.draft import Draft
from engine.memory.recall.pending import Pending, embed_turn
from engine.memory.recall.recollections import Recollection
from engine.memory.search.shelf import Shelf
from engine.memory.search.steps import KeyedLocks, TwoThreads, run_in_steps
from engine.storage.records import PackedTurn
from engine.tasks import Clock, Tasks, describe, finish_by

if TYPE_CHECKING:
    from engine.storage.ports import Storage

log = logging.getLogger(__name__)
T = TypeVar("T")

CANDIDATES = 24
WIDENED = 2
"""The number of best lines that come with their counterpart: a question with its answer, or an
answer with its question.
"""
WAITING_CHATS = 256
WORDS_TOKENS = 20_000  # all candidates together have fewer tokens than this
PAGE_TURNS = 32
"""The number of turns that are read from the store at once."""
LARGE_BYTES = 1024 * 1024
"""Only one index above this size is built at a time, which limits the memory of all builds."""
FILLED = 0.75
"""An index is built up to this share of its limit. The rest is for later turns."""


@dataclass(frozen=True)
class RecallSettings:
    """The limits on the cost of recall.

    `index_bytes` limits the memory for the indexes of all chats, and `chat_bytes` for the index of
    one chat. `turns` is the number of turns that are searched in one chat. `backfill_turns` is the
    number of turns that are embedded later if the embedder was not available. `question_seconds` is
    the longest wait for the vector of a question.
    """

    index_bytes: int = 32 * 1024 * 1024
    chat_bytes: int = 16 * 1024 * 1024
    turns: int = 2000
    backfill_turns: int = 200
    question_seconds: float = 1.5
    line_characters: int = 400


class Recall:
    """The indexes of chats.

    `remember` returns at once. `find` takes a few milliseconds if the chat's index is in memory.
    """

    def __init__(
        self,
        store: Storage,
        embedder: Embedder,
        clock: Clock,
        measure: Callable[[str], int],
        settings: RecallSettings,
    ) -> None:
        self._rows, self.embedder, self._clock = store.memories.turns, embedder, clock
        self._remove_turn = store.personal_data.remove_turn
        self._measure, self._settings = measure, settings
        self._indexes: Shelf[ChatKey, ChatIndex] = Shelf(settings.index_bytes)
        self._threads = TwoThreads("recall")
        self.building: KeyedLocks[ChatKey] = KeyedLocks()
        # Only one large index is built at a time, and the turns of only one chat at a time are
        # embedded.
        self._large, self._embedding = asyncio.Lock(), asyncio.Lock()
        self._tasks, self._pending = Tasks("recall"), Pending()
        self._backfill = Backfill(self._tasks, self.drop)

    @property
    def size_bytes(self) -> int:
        """Return the memory used by the indexes."""
        return self._indexes.size_bytes

    def __len__(self) -> int:
        return len(self._indexes)

    def remember(self, key: ChatKey, turn: Turn) -> None:
        """Make a stored turn findable, in the background.

        Its vectors are made together with those of later turns, or before the first search that may
        find it. If this fails, a later `find` makes them.
        """
        if not turn.turn_id or not self._pending.add(key, turn.turn_id):
            return
        if len(self._tasks) < WAITING_CHATS:
            self._tasks.spawn(self._embed_pending(key), f"remember turns of {key}")
        else:
            self.drop(key)

    async def settle(self) -> None:
        """Embed all turns given to `remember`, and wait until they are findable."""
        for key in self._pending.chats():
            await self._embed_pending(key)
        await self._tasks.join()

    async def find(
        self,
        key: ChatKey,
        question: str,
        author: Author,
        *,
        without: Collection[int] = (),
        budget_tokens: int = 600,
        most: int = CANDIDATES,
    ) -> tuple[Recollection, ...]:
        """Return the lines that match a question, best first, within a budget.

        Turns in `without` are left out. Without the embedder, only words are compared. If the store
        cannot be read, the result is empty and the error is logged.
        """
        try:
            if self._pending.outside(key, without):
                await self._catch_up(key)
            index = await self.index(key)
            if not set(index.turn_ids).difference(without):
                return ()
            query = await self._run(partial(index.query, question, author.user_id))
            if not query:
                return ()
            seconds, purpose = self._settings.question_seconds, f"embed a question of {key}"
            vector = await vector_of(
                self.embedder, self._clock, query.text, seconds=seconds, purpose=purpose
            )
            if vector is not None and index.without_vectors:
                missing = index.without_vectors[-self._settings.backfill_turns :]
                self._backfill.begin(key, partial(self._embed_missing, key, missing))
            lines = await self._run(lambda: index.rank(query, vector, without=without, most=most))
            return await self._read(key, lines, query, set(without), budget_tokens)
        except (StorageFault, MemoryFault) as error:
            log.warning("%s: no lines were recalled: %s", key, describe(error))
            return ()

    async def with_words(
        self, key: ChatKey, question: str, author: Author
    ) -> tuple[Recollection, ...] | None:
        """Return lines that have words in common with a question, found without the embedder.

        Return None if the store cannot be read.
        """
        try:
            if self._pending.outside(key, ()):
                await self._catch_up(key)
            index = await self.index(key)
            query = await self._run(partial(index.query, question, author.user_id))
            lines = await self._run(lambda: index.rank(query, None, without=(), most=CANDIDATES))
            return await self._read(key, lines, query, set(), WORDS_TOKENS)
        except (StorageFault, MemoryFault) as error:
            log.warning("%s: no lines were compared: %s", key, describe(error))
            return None

    async def newest(
        self, key: ChatKey, author: Author | None = None, most: int = 10
    ) -> tuple[Recollection, ...]:
        """Return the newest questions, newest first. Raises `StorageFault`.

        If `author` is given, only questions of this author are returned.
        """
        found: list[Turn] = []
        looked_at, before = 0, 0
        while len(found) < most and looked_at < self._settings.turns:
            rows = await self._rows.newest(key, PAGE_TURNS, before=before)
            if not rows:
                break
            looked_at, before = looked_at + len(rows), rows[0].turn_id
            mine = [row for row in reversed(rows) if author is None or _by(author, row)]
            found += [row.unpack() for row in mine[: most - len(found)]]
        return tuple([await self._recollection(turn, 0, ()) for turn in found])

    async def remove(self, key: ChatKey, turn_id: int, author: Author | None = None) -> bool:
        """Delete one turn. Raises `StorageFault`.

        If `author` is given, only a turn of this author is deleted.
        """
        removed = await self._remove_turn(key, turn_id, author)
        self.drop(key)
        return removed

    def drop(self, key: ChatKey) -> None:
        """Evict a chat's index. It is built again from the store when it is needed."""
        self._indexes.drop(key)
        self._pending.take(key)

    def drop_all(self) -> None:
        """Evict the indexes of all chats."""
        self._indexes.clear()
        self._pending.clear()

    async def close(self) -> None:
        """Cancel the running work. Idempotent."""
        await self._tasks.close()
        self._threads.close()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads.search, work)

    async def _build(self, key: ChatKey) -> ChatIndex:
        draft = Draft(self._settings.turns, int(self._settings.chat_bytes * FILLED))
        async with AsyncExitStack() as held:
            alone, before = False, 0
            while not draft.full:
                rows = await self._rows.newest(key, PAGE_TURNS, before=before)
                if not rows:
                    break
                before = rows[0].turn_id
                if draft.size_bytes > LARGE_BYTES and not alone:
                    alone = True
                    await held.enter_async_context(self._large)
                await run_in_steps(self._threads.build, draft.take(rows[::-1]))
            index = ChatIndex(draft.stemming)
            await run_in_steps(self._threads.build, index.add_all(draft.turns[::-1]))
        return index

    async def _catch_up(self, key: ChatKey) -> None:
        """Make the waiting turns findable.

        If the embedder is slow, they are findable only by words.
        """
        until = self._clock.now() + self._settings.question_seconds
        if not self.embedder.late:
            try:
                await finish_by(self._clock, until, self._embed_pending(key), "turns that wait")
                return
            except DeadlinePassed:
                log.debug("%s: the newest turns have no vectors yet", key)
        self.drop(key)

    async def _embed_pending(self, key: ChatKey) -> None:
        """Embed the waiting turns of a chat, and add them to its index."""
        ids = self._pending.take(key)
        if not ids:
            return
        async with self._embedding:
            turns: list[Turn] = []
            vectors: Sequence[tuple[bytes, bytes] | None] = ()
            try:
                turns = [row.unpack() for row in await self._rows.some(key, ids)]
                vectors = [None] * len(turns)
                vectors = await asyncio.gather(*map(self._embed, turns))
            except (MemoryFault, StorageFault) as error:
                log.debug("%s: turns are findable by their words only: %s", key, describe(error))
            if not turns:
                self.drop(key)
            for turn, found in sorted(zip(turns, vectors), key=lambda pair: pair[0].turn_id):
                await self._enter(key, turn, found)

    async def _embed(self, turn: Turn) -> tuple[bytes, bytes]:
        """Embed a turn and store its vectors."""
        vectors = await embed_turn(self.embedder, turn)
        await self._rows.put_vectors(turn.turn_id, *vectors)
        return vectors

    async def _enter(self, key: ChatKey, turn: Turn, vectors: tuple[bytes, bytes] | None) -> None:
        """Add a turn to its chat's index if the index is in memory.

        If the index cannot take the turn, evict the index.
        """
        async with self.building.hold(key):
            index = self._indexes.get(key)
            if index is None:
                return
            newer = turn.turn_id > max(index.turn_ids, default=0)
            if not newer or len(index.turn_ids) >= self._settings.turns * GROWTH:
                self.drop(key)
                return
            await self._run(partial(index.add, turn, vectors))
            if index.size_bytes > self._settings.chat_bytes:
                self.drop(key)
            self._indexes.bound()

    async def index(self, key: ChatKey) -> ChatIndex:
        """Return a chat's index, which is built if it is not in memory.

        Raises `StorageFault` or `MemoryFault`.
        """
        index = self._indexes.get(key)
        if index is not None:
            return index
        async with self.building.hold(key):
            index = self._indexes.get(key)
            if index is None:
                with self._indexes.building(key) as ticket:
                    index = await self._build(key)
                    self._indexes.put(key, index, ticket)
            return index

    async def _embed_missing(self, key: ChatKey, turn_ids: Sequence[int]) -> None:
        """Embed turns, newest first."""
        for row in reversed(await self._rows.some(key, turn_ids)):
            async with self._embedding:
                await self._rows.put_vectors(
                    row.turn_id, *await embed_turn(self.embedder, row.unpack())
                )

    async def _read(
        self,
        key: ChatKey,
        lines: Sequence[Line],
        query: Query,
        without: set[int],
        budget_tokens: int,
    ) -> tuple[Recollection, ...]:
        """Read the found lines from the store, and return as many as fit the budget."""
        ids = sorted({line.turn_id for line in lines} - without)
        if not ids:
            return ()
        turns = {row.turn_id: row.unpack() for row in await self._rows.some(key, ids)}
        kept: list[Recollection] = []
        for line in _widen(lines):
            turn = turns.get(line.turn_id)
            if turn is None or not (turn.answer if line.part else turn.asked).strip():
                continue
            found = await self._recollection(turn, line.part, query.terms)
            cost = self._measure(str(found) + "\n")
            if cost <= budget_tokens:
                kept.append(found)
                budget_tokens -= cost
        return tuple(kept)

    async def _recollection(self, turn: Turn, part: int, wanted: Collection[str]) -> Recollection:
        text, characters = turn.answer if part else turn.asked, self._settings.line_characters
        if len(text) > characters:
            text = await self._run(partial(excerpt, text, wanted, characters))
        speaker = BOT if part else label(turn.author) if turn.author.name else "user"
        return Recollection(turn.turn_id, part, speaker, turn.author, turn.at, text)


def _by(author: Author, row: PackedTurn) -> bool:
    return row.author.user_id == author.user_id


def _widen(lines: Sequence[Line]) -> list[Line]:
    """Return the lines. After each of the best lines, add the other line of its turn.

    No line is returned twice.
    """
    widened: dict[Line, None] = {}
    for place, line in enumerate(lines):
        widened[line] = None
        if place < WIDENED:
            widened.setdefault(Line(line.turn_id, 1 - line.part))
    return list(widened)
