"""The documents of a chat: read, split, embedded, kept for a time, and quoted for questions.

The text of a document is data, not an instruction. It reaches the model only through
`render_quotes`, which marks every line of it and tells the model not to follow it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Callable

import numpy as np

from engine.contract import Author, ChatKey
from engine.errors import DocumentRefused, MemoryFault, StorageFault
from engine.large_child import Room
from engine.memory.documents.formats.sections import Content
from engine.memory.documents.index import QUESTION_CHARACTERS, DocumentIndexes, Place
from engine.memory.documents.passages import split, texts_to_embed
from engine.memory.documents.quotes import NOTE, Quote, barred, block
from engine.memory.documents.quoting import Passage, quoted
from engine.memory.documents.reader import Reader, ReadingSettings
from engine.memory.embedding.backfill import Backfill
from engine.memory.embedding.embedder import Embedder, vector_of
from engine.memory.search.vectors import ROW_BYTES, quantize
from engine.storage.records import PackedPassage, StoredDocument
from engine.tasks import Clock, Noted, Tasks, describe, unmarked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.storage.ports import Storage

log = logging.getLogger(__name__)

Progress = Callable[[int, int], Awaitable[None]]
"""Called with the number of embedded passages and the number of all passages."""


PASSAGES_AT_ONCE = 8
NAME_CHARACTERS = 80
FENCE_TOKENS = 10
SAME_SENDING_SECONDS = 600.0
"""If the same content comes again within this time, it was sent only once. Its caption was edited,
or the question was taken up again after a restart.
"""
_NAMES_OF_NOTHING = frozenset({"document", "message.txt", "untitled.txt"})
"""Default names of programs. Two files with such a name are not versions of each other."""


@dataclass(frozen=True)
class DocumentSettings:
    """The limits on stored documents. The time limits are in `engine.storage.records.Lifetimes`.

    `chat_bytes` is the limit on the text and vectors of one chat on disk. `index_bytes` is the
    limit on the indexes of all chats in memory, and one chat may use three quarters of it. If
    embedding a document takes longer than `embed_seconds`, the document is kept without vectors. It
    is then found by its words, and embedded when a later question needs it.
    """

    chat_documents: int = 20
    chat_bytes: int = 32 * 1024 * 1024
    index_bytes: int = 32 * 1024 * 1024
    question_seconds: float = 1.5
    embed_seconds: float = 25.0
    reading: ReadingSettings = field(default_factory=ReadingSettings)


@dataclass(frozen=True)
class Kept:
    """The result of keeping a file.

    `known` is true if the file was kept before, so that nothing was added. `replaces` is true if an
    earlier version was deleted. `unread` are the numbers of pages that are pictures or damaged.
    """

    document: StoredDocument
    known: bool = False
    replaces: bool = False
    unread: tuple[int, ...] = ()


class Documents:
    """Documents by chat. The documents of a chat are never found in another chat."""

    def __init__(
        self,
        store: Storage,
        embedder: Embedder,
        clock: Clock,
        measure: Callable[[str], int],
        settings: DocumentSettings,
        reader: Reader | None = None,
        room: Room | None = None,
    ) -> None:
        self._rows, self._embedder, self._clock = store.memories.documents, embedder, clock
        self._personal_data = store.personal_data
        self._measure, self._settings = measure, settings
        self._reader = reader or Reader(settings.reading, clock, room=room)
        self.indexes = DocumentIndexes(self._rows, settings.index_bytes)
        self._adding = asyncio.Lock()
        self._tasks = Tasks("documents")
        self._backfill = Backfill(self._tasks, self.drop)

    async def add(
        self,
        key: ChatKey,
        author: Author,
        name: str,
        media_type: str,
        content: bytes,
        progress: Progress | None = None,
        noted: Noted = unmarked,
    ) -> Kept:
        """Read a file in another process, embed it and keep it.

        The same content is kept only once. A file replaces the files that the same author sent to
        this chat under the same name, in one transaction. If the embedder is not available, the
        file is kept without vectors, found by its words, and embedded when a later question needs
        it. `noted` marks the steps after the reading, which take memory in this process. If the
        call is cancelled, nothing is kept. Raises `DocumentRefused` or `StorageFault`.
        """
        digest = await asyncio.to_thread(_digest, content)
        known = await self._known(key, digest)
        if known is not None:
            return known
        found = await self._reader.read(name, media_type, content)
        async with noted():
            return await self._keep(key, author, name, digest, found, progress)

    async def _keep(
        self,
        key: ChatKey,
        author: Author,
        name: str,
        digest: bytes,
        found: Content,
        progress: Progress | None,
    ) -> Kept:
        passages, size = await asyncio.to_thread(_split, found.sections)
        texts = [text for _, text in passages]
        # The room is checked before the embedding and again after it, because other files may have
        # been added meanwhile.
        name = _short(name)
        await self._check_room(key, author, size, await self._earlier(key, author, name))
        await self._check_index(key, texts)
        vectors = await self._embed_all(key, texts, progress)
        async with self._adding:
            known = await self._known(key, digest)
            if known is not None:
                return known
            earlier = await self._earlier(key, author, name)
            await self._check_room(key, author, size, earlier)
            rows = [(place, text, blob) for (place, text), blob in zip(passages, vectors)]
            now = self._clock.time()
            number = await self._rows.put(
                key, name, author, now, rows, digest=digest, replaced=earlier
            )
        self.drop(key)
        kept = next(one for one in await self._rows.of_chat(key) if one.document_id == number)
        return Kept(kept, replaces=bool(earlier), unread=found.unread)

    async def _known(self, key: ChatKey, digest: bytes) -> Kept | None:
        """Return the document with this content, or None. Restart the document's lifetime."""
        for one in await self._rows.of_chat(key):
            if one.digest == digest:
                now = self._clock.time()
                await self._rows.touch({one.document_id}, now)
                return Kept(one, known=now - one.at > SAME_SENDING_SECONDS)
        return None

    async def _earlier(self, key: ChatKey, author: Author, name: str) -> set[int]:
        """Return the documents that a new document of this author and name replaces."""
        if name.lower() in _NAMES_OF_NOTHING:
            return set()
        return {
            one.document_id
            for one in await self._rows.of_chat(key)
            if one.name == name and one.author.user_id == author.user_id
        }

    async def _check_room(
        self, key: ChatKey, author: Author, size: int, replaced: Collection[int]
    ) -> None:
        """Raise `DocumentRefused` if the chat or the person has no room for `size` bytes.

        The size is that of the unpacked texts and vectors.
        """
        every = await self._rows.of_chat(key)
        kept = [one for one in every if one.document_id not in replaced]
        freed = sum(one.unpacked_bytes for one in every if one.document_id in replaced)
        if size > self._settings.chat_bytes:
            raise DocumentRefused("too_long")
        full = sum(one.unpacked_bytes for one in kept) + size > self._settings.chat_bytes
        full = full or len(kept) >= self._settings.chat_documents
        # In all chats together, a person may store as much as one chat may hold.
        held = await self._rows.held_by(key.platform, author)
        if full or held - freed + size > self._settings.chat_bytes:
            raise DocumentRefused("full")

    async def _check_index(self, key: ChatKey, texts: Sequence[str]) -> None:
        try:
            room = await self.indexes.has_room(key, texts)
        except MemoryFault as error:
            raise StorageFault(f"the chat's documents cannot be read: {describe(error)}") from error
        if not room:
            raise DocumentRefused("full" if await self._rows.of_chat(key) else "too_long")

    async def listed(self, key: ChatKey) -> list[StoredDocument]:
        """Return a chat's documents, oldest first. Raises `StorageFault`."""
        return await self._rows.of_chat(key)

    async def version(self, key: ChatKey) -> str:
        """Return a value that changes with every change of a chat's documents.

        Raises `StorageFault`.
        """
        kept = await self._rows.of_chat(key)
        # Numbers are never reused, so the newest number and the count identify every state of a
        # chat.
        return f"{len(kept)}.{kept[-1].document_id}" if kept else "0"

    async def find(
        self,
        key: ChatKey,
        question: str,
        *,
        budget_tokens: int = 1500,
        most: int = 5,
        came: Sequence[str] = (),
    ) -> tuple[Quote, ...]:
        """Return the quotes for a question, best first, within a budget (`quoting`).

        `came` are the names of files that came with the question. The beginnings of these documents
        are always candidates, because a question like "Sum this up" has no word in common with
        them. Without the embedder, only words are compared. If the store cannot be read, the result
        is empty and the error is logged.
        """
        try:
            kept = await self._rows.of_chat(key)
            names = {one.document_id: one.name for one in kept}
            if not names:
                return ()
            index = await self.indexes.of(key)
            vector = await self._vector(key, question)
            if vector is not None and index.missing:
                missing = tuple(index.missing)
                self._backfill.begin(key, partial(self._embed_missing, key, missing))
            ranked = await self.indexes.rank(index, question, vector, most)
            beginning = index.beginning(_newest_of(came, kept), most)
            places = _with_beginning(ranked, beginning, most)
            passages = await self._rows.some(key, places)
            quotes = await asyncio.to_thread(
                self._fitting, passages, names, question, vector, budget_tokens
            )
            await self._rows.touch({quote.document_id for quote in quotes}, self._clock.time())
        except (StorageFault, MemoryFault) as error:
            log.warning("%s: no documents were quoted: %s", key, describe(error))
            return ()
        return quotes

    async def remove(self, key: ChatKey, document_id: int, author: Author | None = None) -> bool:
        """Delete a document. Raises `StorageFault`.

        If `author` is given, only a document of this author is deleted.
        """
        removed = await self._personal_data.remove_document(key, document_id, author)
        self.drop(key)
        return removed

    def drop(self, key: ChatKey) -> None:
        """Evict a chat's index. It is built again from the store when it is needed."""
        self.indexes.drop(key)

    def drop_all(self) -> None:
        """Evict the indexes of all chats."""
        self.indexes.drop_all()

    async def settle(self) -> None:
        """Wait for the background work that makes missing vectors."""
        await self._tasks.join()

    async def close(self) -> None:
        """Cancel the running work. Idempotent."""
        await self._tasks.close()
        self.indexes.close()

    async def _embed_all(
        self, key: ChatKey, texts: Sequence[str], progress: Progress | None
    ) -> list[bytes]:
        vectors: list[bytes] = []
        try:
            limit = self._clock.now() + self._settings.embed_seconds
            for start in range(0, len(texts), PASSAGES_AT_ONCE):
                if self._clock.now() > limit:
                    log.info("%s: the rest of a document is embedded later", key)
                    break
                vectors += await self._embed_some(texts[start : start + PASSAGES_AT_ONCE])
                if progress is not None:
                    await progress(len(vectors), len(texts))
        except MemoryFault as error:
            log.info("%s: a document is found by its words only: %s", key, describe(error))
        return vectors + [b""] * (len(texts) - len(vectors))

    async def _embed_some(self, passages: Sequence[str]) -> list[bytes]:
        groups = [texts_to_embed(text) for text in passages]
        rows = await self._embedder.embed([text for group in groups for text in group])
        ends = np.cumsum([len(group) for group in groups])[:-1]
        return [quantize(part) for part in np.split(rows, ends)]

    async def _embed_missing(self, key: ChatKey, places: Sequence[Place]) -> None:
        for start in range(0, len(places), PASSAGES_AT_ONCE):
            some = await self._rows.some(key, places[start : start + PASSAGES_AT_ONCE])
            blobs = await self._embed_some([passage.unpack() for passage in some])
            await self._rows.put_vectors(
                {(one.document_id, one.number): blob for one, blob in zip(some, blobs)}
            )

    async def _vector(self, key: ChatKey, question: str) -> NDArray[np.float32] | None:
        seconds, purpose = self._settings.question_seconds, f"embed a question of {key}"
        return await vector_of(
            self._embedder, self._clock, question, seconds=seconds, purpose=purpose
        )

    def _fitting(
        self,
        passages: Sequence[PackedPassage],
        names: dict[int, str],
        question: str,
        vector: NDArray[np.float32] | None,
        budget_tokens: int,
    ) -> tuple[Quote, ...]:
        """Return the passages as quotes that fit the budget.

        Raises `StorageFault` if a text is damaged.
        """

        def measure(text: str) -> int:
            return self._measure(barred(text))

        quotes = [
            Quote(one.document_id, names.get(one.document_id, ""), one.place, one.unpack())
            for one in passages
        ]
        ranked = [
            Passage(
                quote.text, self._measure(block(9, replace(quote, text=""))), measure, one.vectors
            )
            for one, quote in zip(passages, quotes)
        ]
        room = budget_tokens - self._measure(NOTE) - FENCE_TOKENS
        texts = quoted(ranked, question[:QUESTION_CHARACTERS], vector, room, measure)
        return tuple(replace(quote, text=text) for quote, text in zip(quotes, texts) if text)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _newest_of(names: Sequence[str], kept: Sequence[StoredDocument]) -> set[int]:
    """Return the newest document of each name."""
    newest = {one.name: one.document_id for one in kept}
    return {newest[name] for name in map(_short, names) if name in newest}


def _split(sections: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, str]], int]:
    """Return passages with their places, and the most bytes that they take with their vectors."""
    passages = split(sections)
    texts = sum(len(text.encode("utf-8", "replace")) for _, text in passages)
    return passages, texts + ROW_BYTES * sum(len(texts_to_embed(text)) for _, text in passages)


def _with_beginning(ranked: Sequence[Place], beginning: Sequence[Place], most: int) -> list[Place]:
    """Put the document's first passage after the best passage, and its next passages last."""
    mixed = [*ranked[:1], *beginning[:1], *ranked[1:], *beginning[1:]]
    return list(dict.fromkeys(mixed))[:most]


def _short(name: str) -> str:
    """Return the last part of a file's name in a form that can be shown: one line, not too long."""
    last = " ".join(name.replace("\\", "/").rsplit("/", 1)[-1].split())
    return last[-NAME_CHARACTERS:] or "document"
