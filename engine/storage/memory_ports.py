"""The ports of a store for memory: turns with vectors, documents, and cached answers.

Every method raises `StorageFault` if the store fails.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from engine.contract import Author, ChatKey
from engine.storage.records import PackedPassage, PackedTurn, StoredAnswer, StoredDocument


class Turns(Protocol):
    """The turns of a chat with their vectors."""

    async def newest(self, key: ChatKey, most: int, *, before: int = 0) -> list[PackedTurn]:
        """Return the newest turns of a chat, oldest first.

        If `before` is given, only turns with a smaller number are returned.
        """

    async def some(self, key: ChatKey, turn_ids: Collection[int]) -> list[PackedTurn]:
        """Return the turns with these numbers, as far as they are stored in this chat."""

    async def put_vectors(self, turn_id: int, prompt: bytes, answer: bytes) -> None:
        """Store the vectors of a turn, if the turn still exists."""


class DocumentShelf(Protocol):
    """Documents by chat, with their passages."""

    async def put(
        self,
        key: ChatKey,
        name: str,
        author: Author,
        now: float,
        passages: Sequence[tuple[str, str, bytes]],
        *,
        digest: bytes = b"",
        replaced: Collection[int] = (),
    ) -> int:
        """Store a document with its passages (place, text, vectors). Return its number.

        The documents in `replaced` are deleted by the same call.
        """

    async def of_chat(self, key: ChatKey) -> list[StoredDocument]:
        """Return a chat's documents, oldest first."""

    async def held_by(self, platform: str, author: Author) -> int:
        """Return the size of the documents that a person gave in all chats, in unpacked bytes.

        All people of one origin count as one person.
        """

    async def page(self, document_id: int, after: int, most: int) -> list[PackedPassage]:
        """Return the next passages of a document after number `after`, in order, at most `most`."""

    async def some(self, key: ChatKey, places: Sequence[tuple[int, int]]) -> list[PackedPassage]:
        """Return passages of this chat in the requested order.

        A place is the id of a document and the number of a passage in it.
        """

    async def put_vectors(self, vectors: Mapping[tuple[int, int], bytes]) -> None:
        """Store the vectors of passages, by place (see `some`). Deleted passages are skipped."""

    async def touch(self, document_ids: Collection[int], now: float) -> None:
        """Restart the lifetime of documents."""


class Answers(Protocol):
    """Cached answers, by chat and scope."""

    async def exact(
        self, key: ChatKey, scope: str, exact: str, since: float
    ) -> StoredAnswer | None:
        """Return the cached answer to exactly the same question, or None."""

    async def newest(self, key: ChatKey, scope: str, since: float, most: int) -> list[StoredAnswer]:
        """Return a scope's newest answers, newest first."""

    async def put(
        self,
        key: ChatKey,
        scope: str,
        exact: str,
        turn_id: int,
        question: str,
        text: str,
        vector: bytes,
        now: float,
    ) -> None:
        """Store an answer for as long as its turn is stored.

        It replaces the cached answer to exactly the same question.
        """

    async def put_vectors(self, vectors: Mapping[int, bytes]) -> None:
        """Store the vectors of questions, by the ids of their answers."""


class Vectors(Protocol):
    """The vectors of all chats, and the identity of the model that made them."""

    async def model(self) -> bytes | None:
        """Return the model identity that was stored last, or None."""

    async def adopt(self, model: bytes) -> None:
        """Store the identity of the model."""

    async def discard(self, most: int) -> int:
        """Discard at most `most` vectors of turns, answers or passages.

        Return the number of discarded vectors. It is 0 if no vector is left.
        """


class Memories(Protocol):
    """All stored data of memory: turns, documents, cached answers, vectors."""

    @property
    def turns(self) -> Turns:
        """Return the turns of chats."""

    @property
    def documents(self) -> DocumentShelf:
        """Return the documents of chats."""

    @property
    def answers(self) -> Answers:
        """Return the cached answers."""

    @property
    def vectors(self) -> Vectors:
        """Return the operations on all vectors."""
