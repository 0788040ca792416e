"""The tables of memory beside the turns: vectors, documents with passages, cached answers.

No row here outlives its source. Triggers delete vectors and cached answers with their turn, and
everything with its chat. So code that deletes a turn or a chat need not know this module.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.contract import Author, ChatKey
from engine.storage.codec import pack, unpacked_bytes
from engine.storage.records import PackedPassage, PackedTurn, StoredAnswer, StoredDocument
from engine.storage.sqlite.numbers import all_of, chat_number, enter_author, enter_chat, one

if TYPE_CHECKING:
    from engine.storage.sqlite.database import Store


_TURNS = (
    "SELECT t.turn, a.user_id, a.name, t.at, t.finish, t.prompt, t.answer, v.prompt, v.answer, "
    "t.material FROM turns t JOIN authors a USING(author) LEFT JOIN turn_vectors v ON v.turn = "
    "t.turn WHERE t.chat = ?"
)


def _turn(row: Sequence[object]) -> PackedTurn:
    turn_id, user_id, name, at, finish, prompt, answer, first, second, material = row
    vectors = None if first is None else (first, second)
    author = Author(user_id, name)  # type: ignore[arg-type]  # the columns have these types
    # The columns have these types.
    return PackedTurn(turn_id, author, float(at), finish, prompt, answer, vectors, material)  # type: ignore[arg-type]


class TurnRows:
    """The turns of chats with their vectors. Every method raises `StorageFault`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def newest(self, key: ChatKey, most: int, *, before: int = 0) -> list[PackedTurn]:
        """Return the newest turns of a chat, or the newest before `before`, oldest first."""

        def op(db: sqlite3.Connection) -> list[PackedTurn]:
            chat = chat_number(db, key)
            sql = f"{_TURNS} AND (? = 0 OR t.turn < ?) ORDER BY t.turn DESC LIMIT ?"
            rows = all_of(db, sql, chat, before, before, most)
            return [_turn(row) for row in reversed(rows)]

        return await self._store.read(op)

    async def some(self, key: ChatKey, turn_ids: Collection[int]) -> list[PackedTurn]:
        """Return those of the given turns that are stored in this chat."""
        marks = ",".join("?" * len(turn_ids))

        def op(db: sqlite3.Connection) -> list[PackedTurn]:
            chat = chat_number(db, key)
            rows = all_of(db, f"{_TURNS} AND t.turn IN ({marks}) ORDER BY t.turn", chat, *turn_ids)
            return [_turn(row) for row in rows]

        return await self._store.read(op)

    async def put_vectors(self, turn_id: int, prompt: bytes, answer: bytes) -> None:
        """Store the vectors of a turn, if the turn still exists."""

        def op(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT OR REPLACE INTO turn_vectors(turn, prompt, answer) SELECT turn, ?, ? FROM "
                "turns WHERE turn = ?",
                (prompt, answer, turn_id),
            )

        await self._store.write(op)


_SIZES = (
    "UPDATE documents SET (bytes, unpacked) = (SELECT total(length(p.text) + length(p.vectors)), "
    "total(unpacked_bytes(p.text) + length(p.vectors)) FROM passages p WHERE p.document = "
    "documents.document)"
)
_PAGE = (
    "SELECT document, number, place, text, vectors FROM passages "
    "WHERE document = ? AND number > ? ORDER BY number LIMIT ?"
)
_PASSAGE = (
    "SELECT document, number, place, text, vectors FROM passages "
    "WHERE document = ? AND number = ? AND document IN (SELECT document FROM documents WHERE chat "
    "= ?)"
)
_DOCUMENTS = (
    "SELECT d.document, d.name, a.user_id, a.name, d.at, d.used_at, d.bytes, d.passages, "
    "d.unpacked, d.digest FROM documents d JOIN authors a USING(author)"
)


def _document(row: Sequence[Any]) -> StoredDocument:
    document, name, user_id, author, *rest = row
    return StoredDocument(document, name, Author(user_id, author), *rest)


def _packed(passages: Sequence[tuple[str, str, bytes]]) -> list[tuple[str, bytes, bytes]]:
    return [(place, pack(text), vectors) for place, text, vectors in passages]


class DocumentRows:
    """Documents by chat. Every method raises `StorageFault`."""

    def __init__(self, store: Store) -> None:
        self._store = store

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

        The documents that it replaces are deleted in the same transaction.
        """
        packed = await asyncio.to_thread(_packed, passages)  # a long document takes 40 ms
        size = sum(len(text) + len(vectors) for _, text, vectors in packed)
        unpacked = sum(unpacked_bytes(text) + len(vectors) for _, text, vectors in packed)

        def op(db: sqlite3.Connection) -> int:
            chat, who = (
                enter_chat(db, key, now),
                enter_author(db, key.platform, author, now),
            )
            cursor = db.execute(
                "INSERT INTO documents(chat, author, name, at, used_at, bytes, passages, unpacked, "
                "digest) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (chat, who, name, int(now), int(now), size, len(packed), unpacked, digest),
            )
            number = cursor.lastrowid or 0
            db.executemany(
                "DELETE FROM documents WHERE document = ? AND chat = ?",
                [(old, chat) for old in replaced],
            )
            db.executemany(
                "INSERT INTO passages(document, number, place, text, vectors) VALUES(?, ?, ?, ?, "
                "?)",
                [(number, i, *row) for i, row in enumerate(packed)],
            )
            return number

        return await self._store.write(op)

    async def of_chat(self, key: ChatKey) -> list[StoredDocument]:
        """Return a chat's documents, oldest first."""

        def op(db: sqlite3.Connection) -> list[StoredDocument]:
            chat = chat_number(db, key)
            return [
                _document(row)
                for row in all_of(db, f"{_DOCUMENTS} WHERE d.chat = ? ORDER BY 1", chat)
            ]

        return await self._store.read(op)

    async def held_by(self, platform: str, author: Author) -> int:
        """Return the number of unpacked bytes in the documents that a person gave in all chats.

        People of one origin count as one person.
        """
        sql = (
            "SELECT coalesce(sum(d.unpacked), 0) FROM documents d JOIN authors a USING(author) "
            "WHERE a.platform = ? AND (a.user_id = ? OR (a.origin <> '' AND a.origin = ?))"
        )
        values = (platform, author.user_id, author.origin)
        row = await self._store.read(lambda db: one(db, sql, *values))
        return int(row[0]) if row else 0

    async def page(self, document_id: int, after: int, most: int) -> list[PackedPassage]:
        """Return up to `most` passages of a document with numbers above `after`, in order."""

        def op(db: sqlite3.Connection) -> list[PackedPassage]:
            rows = all_of(db, _PAGE, document_id, after, most)
            return [PackedPassage(*row) for row in rows]

        return await self._store.read(op)

    async def some(self, key: ChatKey, places: Sequence[tuple[int, int]]) -> list[PackedPassage]:
        """Return passages of this chat by document and number, in the given order."""

        def op(db: sqlite3.Connection) -> list[PackedPassage]:
            chat = chat_number(db, key)
            rows = [one(db, _PASSAGE, *place, chat) for place in places]
            return [PackedPassage(*row) for row in rows if row is not None]

        return await self._store.read(op)

    async def put_vectors(self, vectors: Mapping[tuple[int, int], bytes]) -> None:
        """Store the vectors of passages by document and number. Deleted passages are skipped."""

        def op(db: sqlite3.Connection) -> None:
            rows = [(blob, *passage) for passage, blob in vectors.items()]
            db.executemany(
                "UPDATE passages SET vectors = ? WHERE document = ? AND number = ?", rows
            )
            db.executemany(f"{_SIZES} WHERE document = ?", {(document,) for document, _ in vectors})

        await self._store.write(op)

    async def touch(self, document_ids: Collection[int], now: float) -> None:
        """Restart the lifetime of documents."""
        rows = [(int(now), number) for number in document_ids]

        def op(db: sqlite3.Connection) -> None:
            db.executemany("UPDATE documents SET used_at = ? WHERE document = ?", rows)

        await self._store.write(op)


_ANSWERS = (
    "SELECT answer, question, text, vector, at FROM answers "
    "WHERE chat = (SELECT chat FROM chats WHERE key = ?) AND scope = ? AND at >= ?"
)


class AnswerRows:
    """Cached answers by chat and scope. Every method raises `StorageFault`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def exact(
        self, key: ChatKey, scope: str, exact: str, since: float
    ) -> StoredAnswer | None:
        """Return the answer to exactly the same question, or None."""

        def op(db: sqlite3.Connection) -> StoredAnswer | None:
            row = one(db, f"{_ANSWERS} AND exact = ?", str(key), scope, int(since), exact)
            return StoredAnswer(*row) if row else None

        return await self._store.read(op)

    async def newest(self, key: ChatKey, scope: str, since: float, most: int) -> list[StoredAnswer]:
        """Return a scope's newest answers, newest first."""

        def op(db: sqlite3.Connection) -> list[StoredAnswer]:
            sql = f"{_ANSWERS} ORDER BY answer DESC LIMIT ?"
            return [
                StoredAnswer(*row) for row in all_of(db, sql, str(key), scope, int(since), most)
            ]

        return await self._store.read(op)

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

        It replaces the answer to exactly the same question.
        """
        packed = (pack(question), pack(text))

        def op(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT OR REPLACE INTO answers(chat, scope, exact, turn, question, text, vector, "
                "at) SELECT chat, ?, ?, turn, ?, ?, ?, ? FROM turns WHERE turn = ? AND chat = "
                "(SELECT chat FROM chats WHERE key = ?)",
                (scope, exact, *packed, vector, int(now), turn_id, str(key)),
            )

        await self._store.write(op)


_DISCARD = (
    "DELETE FROM turn_vectors WHERE turn IN (SELECT turn FROM turn_vectors LIMIT ?)",
    "UPDATE answers SET vector = x'' WHERE answer IN (SELECT answer FROM answers WHERE "
    "length(vector) LIMIT ?)",
    "UPDATE passages SET vectors = x'' WHERE (document, number) IN "
    "(SELECT document, number FROM passages WHERE length(vectors) LIMIT ?)",
)


class VectorRows:
    """The vectors of all chats, and the identity of the model that made them.

    Every method raises `StorageFault`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def model(self) -> bytes | None:
        """Return the model identity that was stored last, or None."""
        row = await self._store.read(lambda db: one(db, "SELECT model FROM embedding"))
        return bytes(row[0]) if row else None

    async def adopt(self, model: bytes) -> None:
        """Store the identity of the model.

        Documents are measured again, because they may have lost vectors.
        """

        def op(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM embedding")
            db.execute("INSERT INTO embedding(model) VALUES(?)", (model,))
            db.execute(_SIZES)

        await self._store.write(op)

    async def discard(self, most: int) -> int:
        """Discard up to `most` vectors of turns, answers or passages.

        Return the number of discarded vectors, 0 if none is left.
        """

        def op(db: sqlite3.Connection) -> int:
            for sql in _DISCARD:
                discarded = (db.execute(sql, (most,))).rowcount
                if discarded:
                    return discarded
            return 0

        return await self._store.write(op)


class SqliteMemories:
    """The stored data of memory in the file (`engine.storage.ports.Memories`)."""

    def __init__(self, store: Store) -> None:
        self.turns, self.documents = TurnRows(store), DocumentRows(store)
        self.answers, self.vectors = AnswerRows(store), VectorRows(store)
