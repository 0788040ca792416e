"""The tables of memory beside the turns: vectors, documents with passages, cached answers.

No row here outlives its source. Triggers delete vectors and cached answers with their turn, and all
rows of a chat with the chat. Code that deletes a turn or a chat therefore need not know this
module.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.contract import Author, ChatKey
from engine.storage.codec import pack, unpacked_bytes
from engine.storage.records import PackedPassage, PackedTurn, StoredAnswer, StoredDocument
from engine.storage.sql.numbers import chat_number, enter_author, enter_chat

if TYPE_CHECKING:
    from engine.storage.sql.database import Database, Db


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

    def __init__(self, store: Database) -> None:
        self._store = store

    async def newest(self, key: ChatKey, most: int, *, before: int = 0) -> list[PackedTurn]:
        async def op(db: Db) -> list[PackedTurn]:
            chat = await chat_number(db, key)
            sql = f"{_TURNS} AND (CAST(? AS BIGINT) = 0 OR t.turn < ?) ORDER BY t.turn DESC LIMIT ?"
            rows = await db.all(sql, chat, before, before, most)
            return [_turn(row) for row in reversed(rows)]

        return await self._store.query(op)

    async def some(self, key: ChatKey, turn_ids: Collection[int]) -> list[PackedTurn]:
        async def op(db: Db) -> list[PackedTurn]:
            chat = await chat_number(db, key)
            sql = f"{_TURNS} AND t.turn IN NUMBERS(?) ORDER BY t.turn"
            rows = await db.all(sql, chat, list(turn_ids))
            return [_turn(row) for row in rows]

        return await self._store.query(op)

    async def put_vectors(self, turn_id: int, prompt: bytes, answer: bytes) -> None:
        async def op(db: Db) -> None:
            await db.run(
                "INSERT INTO turn_vectors(turn, prompt, answer) SELECT turn, ?, ? FROM turns "
                "WHERE turn = ? ON CONFLICT(turn) DO UPDATE SET prompt = excluded.prompt, "
                "answer = excluded.answer",
                prompt,
                answer,
                turn_id,
            )

        await self._store.transact(op)


_VECTOR_BYTES = "SELECT coalesce(sum(length(vectors)), 0) FROM passages WHERE document = ?"
_GROWN = "UPDATE documents SET bytes = bytes + ?, unpacked = unpacked + ? WHERE document = ?"
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


async def _vector_bytes(db: Db, document: int) -> int:
    row = await db.one(_VECTOR_BYTES, document)
    return int(row[0]) if row else 0


class DocumentRows:
    """Documents by chat. Every method raises `StorageFault`."""

    def __init__(self, store: Database) -> None:
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
        # A thread is used because a long document takes 40 ms.
        packed = await asyncio.to_thread(_packed, passages)
        size = sum(len(text) + len(vectors) for _, text, vectors in packed)
        unpacked = sum(unpacked_bytes(text) + len(vectors) for _, text, vectors in packed)

        async def op(db: Db) -> int:
            chat, who = (
                await enter_chat(db, key, now),
                await enter_author(db, key.platform, author, now),
            )
            number = await db.insert(
                "document",
                "INSERT INTO documents(chat, author, name, at, used_at, bytes, passages, unpacked, "
                "digest) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                chat, who, name, int(now), int(now), size, len(packed), unpacked, digest,
            )  # fmt: skip
            await db.many(
                "DELETE FROM documents WHERE document = ? AND chat = ?",
                [(old, chat) for old in replaced],
            )
            await db.many(
                "INSERT INTO passages(document, number, place, text, vectors) VALUES(?, ?, ?, ?, "
                "?)",
                [(number, i, *row) for i, row in enumerate(packed)],
            )
            return number

        return await self._store.transact(op)

    async def of_chat(self, key: ChatKey) -> list[StoredDocument]:
        async def op(db: Db) -> list[StoredDocument]:
            chat = await chat_number(db, key)
            return [
                _document(row)
                for row in await db.all(f"{_DOCUMENTS} WHERE d.chat = ? ORDER BY 1", chat)
            ]

        return await self._store.query(op)

    async def held_by(self, platform: str, author: Author) -> int:
        sql = (
            "SELECT coalesce(sum(d.unpacked), 0) FROM documents d JOIN authors a USING(author) "
            "WHERE a.platform = ? AND (a.user_id = ? OR (a.origin <> '' AND a.origin = ?))"
        )
        values = (platform, author.user_id, author.origin)
        row = await self._store.query(lambda db: db.one(sql, *values))
        return int(row[0]) if row else 0

    async def page(self, document_id: int, after: int, most: int) -> list[PackedPassage]:
        async def op(db: Db) -> list[PackedPassage]:
            rows = await db.all(_PAGE, document_id, after, most)
            return [PackedPassage(*row) for row in rows]

        return await self._store.query(op)

    async def some(self, key: ChatKey, places: Sequence[tuple[int, int]]) -> list[PackedPassage]:
        async def op(db: Db) -> list[PackedPassage]:
            chat = await chat_number(db, key)
            rows = [await db.one(_PASSAGE, *place, chat) for place in places]
            return [PackedPassage(*row) for row in rows if row is not None]

        return await self._store.query(op)

    async def put_vectors(self, vectors: Mapping[tuple[int, int], bytes]) -> None:
        async def op(db: Db) -> None:
            documents = sorted({document for document, _ in vectors})
            before = {number: await _vector_bytes(db, number) for number in documents}
            rows = [(blob, *passage) for passage, blob in vectors.items()]
            await db.many("UPDATE passages SET vectors = ? WHERE document = ? AND number = ?", rows)
            for number in documents:
                grown = await _vector_bytes(db, number) - before[number]
                await db.run(_GROWN, grown, grown, number)

        await self._store.transact(op)

    async def touch(self, document_ids: Collection[int], now: float) -> None:
        rows = [(int(now), number) for number in document_ids]

        async def op(db: Db) -> None:
            await db.many("UPDATE documents SET used_at = ? WHERE document = ?", rows)

        await self._store.transact(op)


_ANSWERS = (
    "SELECT answer, question, text, vector, at FROM answers "
    "WHERE chat = (SELECT chat FROM chats WHERE key = ?) AND scope = ? AND at >= ?"
)


class AnswerRows:
    """Cached answers by chat and scope. Every method raises `StorageFault`."""

    def __init__(self, store: Database) -> None:
        self._store = store

    async def exact(
        self, key: ChatKey, scope: str, exact: str, since: float
    ) -> StoredAnswer | None:
        async def op(db: Db) -> StoredAnswer | None:
            row = await db.one(f"{_ANSWERS} AND exact = ?", str(key), scope, int(since), exact)
            return StoredAnswer(*row) if row else None

        return await self._store.query(op)

    async def newest(self, key: ChatKey, scope: str, since: float, most: int) -> list[StoredAnswer]:
        async def op(db: Db) -> list[StoredAnswer]:
            sql = f"{_ANSWERS} ORDER BY answer DESC LIMIT ?"
            return [
                StoredAnswer(*row) for row in await db.all(sql, str(key), scope, int(since), most)
            ]

        return await self._store.query(op)

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
        packed = (pack(question), pack(text))

        async def op(db: Db) -> None:
            chat = await db.one("SELECT chat FROM chats WHERE key = ? FOR_UPDATE()", str(key))
            if chat is None:
                return
            # The newest answer has the highest number, so an older answer never replaces it.
            await db.run(
                "DELETE FROM answers WHERE chat = ? AND scope = ? AND exact = ?",
                *(chat[0], scope, exact),
            )
            await db.run(
                "INSERT INTO answers(chat, scope, exact, turn, question, text, vector, at) "
                "SELECT chat, ?, ?, turn, ?, ?, ?, ? FROM turns WHERE turn = ? AND chat = ?",
                *(scope, exact, *packed, vector, int(now), turn_id, chat[0]),
            )

        await self._store.transact(op)

    async def put_vectors(self, vectors: Mapping[int, bytes]) -> None:
        async def op(db: Db) -> None:
            for answer, vector in vectors.items():
                await db.run("UPDATE answers SET vector = ? WHERE answer = ?", vector, answer)

        await self._store.transact(op)


_NO_VECTORS = "DELETE FROM turn_vectors WHERE turn IN (SELECT turn FROM turn_vectors LIMIT ?)"
_NO_VECTOR = (
    "UPDATE answers SET vector = ? WHERE answer IN (SELECT answer FROM answers WHERE "
    "length(vector) > 0 LIMIT ?)"
)
_WITH_VECTORS = (
    "SELECT document, number, length(vectors) FROM passages WHERE length(vectors) > 0 LIMIT ?"
)


class VectorRows:
    """The vectors of all chats, and the identity of the model that made them.

    Every method raises `StorageFault`.
    """

    def __init__(self, store: Database) -> None:
        self._store = store

    async def model(self) -> bytes | None:
        row = await self._store.query(lambda db: db.one("SELECT model FROM embedding"))
        return bytes(row[0]) if row else None

    async def adopt(self, model: bytes) -> None:
        async def op(db: Db) -> None:
            await db.run("DELETE FROM embedding")
            await db.run("INSERT INTO embedding(model) VALUES(?)", model)

        await self._store.transact(op)

    async def discard(self, most: int) -> int:
        async def op(db: Db) -> int:
            discarded = await db.run(_NO_VECTORS, most)
            return discarded or await db.run(_NO_VECTOR, b"", most) or await _discard(db, most)

        return await self._store.transact(op)


async def _discard(db: Db, most: int) -> int:
    """Discard vectors of passages, and measure the size of their documents again."""
    rows = await db.all(_WITH_VECTORS, most)
    for document, number, size in rows:
        await db.run(
            "UPDATE passages SET vectors = ? WHERE document = ? AND number = ?",
            *(b"", document, number),
        )
        await db.run(_GROWN, -size, -size, document)
    return len(rows)


class SqlMemories:
    """The stored data of memory (`engine.storage.memory_ports.Memories`)."""

    def __init__(self, store: Database) -> None:
        self.turns, self.documents = TurnRows(store), DocumentRows(store)
        self.answers, self.vectors = AnswerRows(store), VectorRows(store)
