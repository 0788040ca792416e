"""Memory as the engine uses it: context for a question, documents, and their removal.

The heavy parts (numpy, FAISS, the embedder's process) are loaded only together with this module.
"""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Hashable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timezone, tzinfo
from typing import TYPE_CHECKING, Callable

from cachetools import LRUCache

from engine.contract import Author, ChatKey, Inbound, Turn
from engine.errors import StorageFault
from engine.large_child import Room
from engine.memory.documents.documents import Documents, DocumentSettings, Kept
from engine.memory.documents.quotes import render_quotes
from engine.memory.documents.reader import Turns
from engine.memory.embedding.one_model import OneModelEmbedder
from engine.memory.embedding.recent import RecentVectors
from engine.memory.recall.recall import Recall, RecallSettings
from engine.memory.recall.recollections import Recollection, dated, render_lines
from engine.memory.repeats.answer_cache import AnswerCache, CacheCounts, CacheSettings, Scope
from engine.memory.repeats.sameness import alike
from engine.memory.search.stems import terms
from engine.storage.records import StoredDocument
from engine.tasks import Noted, unmarked

if TYPE_CHECKING:
    from engine.memory.embedding.embedder import Embedder
    from engine.storage.ports import Storage
    from engine.tasks import Clock

TURNS_REMEMBERED = 1024
FILES_AT_ONCE = 3  # while one file is read, others may be fetched and embedded
CHATS_SHARE = 4
"""The documents of one chat may take a quarter of a file with a size limit, so that they do not
displace all other chats.
"""
QUOTES_SHARE = 0.75  # if there are documents to quote, they get this share of the room for context
MOST_QUOTES = 8
Progress = Callable[[int, int], Awaitable[None]]


class Memory:
    """Recall and documents of all chats. Create and close it inside the event loop."""

    def __init__(
        self,
        store: Storage,
        embedder: Embedder,
        clock: Clock,
        measure: Callable[[str], int],
        *,
        answer_cache: bool = True,
        room: Room | None = None,
    ) -> None:
        documents = DocumentSettings()
        if store.most_bytes:
            share = store.most_bytes // CHATS_SHARE
            documents = replace(documents, chat_bytes=min(documents.chat_bytes, share))
        embedder = self._recent = RecentVectors(OneModelEmbedder(embedder, store, self._drop_all))
        self.recall = Recall(store, embedder, clock, measure, RecallSettings())
        self.room = room or Room()
        self._documents = Documents(store, embedder, clock, measure, documents, room=self.room)
        self._answers = AnswerCache(store, embedder, clock, CacheSettings(enabled=answer_cache))
        self._measure = measure
        self._file_bytes = documents.reading.file_bytes
        self._reading = Turns(FILES_AT_ONCE)
        self._given: LRUCache[int, bool] = LRUCache(TURNS_REMEMBERED)
        # The questions whose prompt had recalled text on which the answer may depend, by chat and
        # message.
        self._leaning: LRUCache[tuple[ChatKey, str], bool] = LRUCache(TURNS_REMEMBERED)

    @property
    def file_bytes(self) -> int:
        """Return the limit on the size of a file."""
        return self._file_bytes

    def reading_turn(self, person: Hashable) -> AbstractAsyncContextManager[None]:
        """Hold one of the `FILES_AT_ONCE` places for files.

        Their number is limited because a whole file is in memory until it is read.
        """
        return self._reading.turn(person)

    @property
    def files_at_work(self) -> int:
        """Return the number of files that are being fetched, read or embedded."""
        return self._reading.held

    async def context(
        self,
        inbound: Inbound,
        without: Collection[int],
        room_tokens: int,
        zone: tzinfo | None = timezone.utc,
        spare_tokens: int = 0,
    ) -> str:
        """Return the context of a question as text for the prompt, or "".

        `without` are turns that are in the prompt already. Dates are shown in `zone`. Quotes of
        documents may use `spare_tokens` in addition to their share of `room_tokens`. Raises only on
        a defect.
        """
        quotes = await self._documents.find(
            inbound.key,
            inbound.text,
            budget_tokens=int(room_tokens * QUOTES_SHARE) + spare_tokens,
            came=tuple(file.name for file in inbound.attachments),
            most=MOST_QUOTES,
        )
        quoted = render_quotes(quotes)
        room = min(room_tokens, room_tokens + spare_tokens - self._measure(quoted))
        found = await self.recall.find(
            inbound.key, inbound.text, inbound.author, without=without, budget_tokens=room
        )
        if _decides(inbound, found):
            self._leaning[inbound.key, inbound.message_id] = True
        return "\n".join(part for part in (render_lines(dated(found, zone)), quoted) if part)

    def recorded(self, key: ChatKey, turn: Turn) -> None:
        """Make a stored turn findable. The work is done in the background."""
        self.recall.remember(key, turn)

    @property
    def cache_counts(self) -> CacheCounts:
        """Return the counts of the answer cache since the start."""
        return self._answers.counts

    async def look_up(self, inbound: Inbound, persona: str, model: str) -> str:
        """Return a cached answer to a question that stands alone, or "".

        The answer is not repeated if anybody has written a line with all words of the question in
        the meantime, because a new answer would use that line.
        """
        found = await self._answers.look_up(
            inbound.key,
            inbound.text,
            inbound.author,
            await self._scope(inbound.key, persona, model),
        )
        if found is None:
            return ""
        said = await self.recall.with_words(inbound.key, inbound.text, inbound.author)
        return "" if said is None or _tells(said, inbound.text, found.question) else found.text

    async def keep_answer(self, inbound: Inbound, persona: str, model: str, turn: Turn) -> None:
        """Store an answer to a question that stood alone.

        It is not stored if its prompt had recalled text on which the answer may depend.
        """
        if self._leaning.pop((inbound.key, inbound.message_id), False):
            return
        scope = await self._scope(inbound.key, persona, model)
        await self._answers.keep(inbound.key, inbound.text, turn, scope)

    def given(self, turn_id: int) -> None:
        """Record that a turn's answer came from the cache."""
        self._given[turn_id] = True

    def retried(self, turn_id: int) -> None:
        """Record that a person pressed Retry on a turn."""
        if self._given.pop(turn_id, False):
            self._answers.retried()

    async def _scope(self, key: ChatKey, persona: str, model: str) -> Scope:
        try:
            return Scope(persona, model, await self._documents.version(key))
        except StorageFault:
            return Scope(persona, model, "unknown")  # this scope equals no stored scope

    async def keep_file(
        self,
        inbound: Inbound,
        name: str,
        media_type: str,
        content: bytes,
        progress: Progress,
        noted: Noted = unmarked,
    ) -> Kept:
        """Read and keep a document. Raises `DocumentRefused` or `StorageFault`."""
        return await self._documents.add(
            inbound.key, inbound.author, name, media_type, content, progress, noted
        )

    async def documents(self, key: ChatKey) -> list[StoredDocument]:
        """Return a chat's documents, oldest first. Raises `StorageFault`."""
        return await self._documents.listed(key)

    async def remove_document(self, key: ChatKey, number: int, author: Author | None) -> bool:
        """Delete a document, of this author if one is given. Raises `StorageFault`."""
        return await self._documents.remove(key, number, author)

    async def newest(
        self, key: ChatKey, author: Author | None, zone: tzinfo | None = timezone.utc
    ) -> tuple[Recollection, ...]:
        """Return the newest remembered questions. Raises `StorageFault`."""
        return dated(await self.recall.newest(key, author), zone)

    async def search(
        self, inbound: Inbound, wish: str, zone: tzinfo | None = timezone.utc
    ) -> tuple[Recollection, ...]:
        """Return the remembered lines that match `wish`, best first."""
        found = await self.recall.find(inbound.key, wish, inbound.author, most=10)
        return dated(found, zone)

    async def remove_turn(self, key: ChatKey, number: int, author: Author | None) -> bool:
        """Delete a turn with everything that was made from it. Raises `StorageFault`.

        If `author` is given, only a turn of this author is deleted.
        """
        return await self.recall.remove(key, number, author)

    def drop(self, key: ChatKey) -> None:
        """Evict a chat from memory, because its rows were deleted or changed."""
        self._recent.clear()
        self.recall.drop(key)
        self._documents.drop(key)

    def _drop_all(self) -> None:
        self.recall.drop_all()
        self._documents.drop_all()

    async def close(self) -> None:
        """Cancel the running work. Idempotent."""
        await self.recall.close()
        await self._documents.close()
        await self._answers.close()
        await self._recent.close()


def _decides(inbound: Inbound, found: Sequence[Recollection]) -> bool:
    """Return whether the answer may depend on recalled lines.

    In a group, it may depend on any line of another person.
    """
    others = (one for one in found if one.author.user_id != inbound.author.user_id)
    return (not inbound.direct and any(others)) or _tells(found, inbound.text, inbound.text)


def _tells(found: Sequence[Recollection], *questions: str) -> bool:
    """Return whether a line has all words of the first question.

    Lines that are one of the given questions do not count.
    """
    wanted = set(terms(questions[0]))
    return bool(wanted) and any(
        one.part == 0
        and wanted.issubset(terms(one.text))
        and not any(alike(one.text, question) for question in questions)
        for one in found
    )
