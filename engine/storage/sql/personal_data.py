"""Count, export and erase the stored data of a chat or of one person in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from engine.contract import Author, ChatKey
from engine.storage.ports import NO_BOUND
from engine.storage.records import Amount, Erased, Exported, Facts, Scope
from engine.storage.sql import people
from engine.storage.sql.database import Database, Db
from engine.storage.sql.export import Values, export, ledger_rows, scope_values, scoped
from engine.storage.sql.housekeeping import SqlHousekeeping
from engine.storage.sql.news import ERASE_CHAT
from engine.storage.sql.overheard import AMOUNT, ERASE, ERASE_CHOICES
from engine.storage.sql.rows import OPEN
from engine.storage.sql.spending import fold_people
from engine.tasks import Clock

_AMOUNT = scoped(
    "SELECT (SELECT count(*) FROM turns t WHERE @t), (SELECT count(*) FROM documents d WHERE @d)"
)
_AUTHORS = scoped(
    "SELECT author FROM turns t WHERE @t UNION SELECT author FROM documents d WHERE @d UNION "
    "SELECT author FROM usage u WHERE @u UNION SELECT author FROM spending s WHERE @s UNION "
    "SELECT repeated_by FROM turns t WHERE @t UNION "
    "SELECT asked_by FROM ledger WHERE chat = :chat UNION SELECT persona_by FROM chats WHERE chat "
    "= :chat UNION SELECT CAST(:author AS BIGINT)"
)
# Documents are deleted one at a time, because each has hundreds of passages.
_DELETE_TURNS = scoped(
    "DELETE FROM turns WHERE turn IN (SELECT turn FROM turns t WHERE @t LIMIT 200)"
)
_DELETE_DOCUMENTS = scoped(
    "DELETE FROM documents WHERE document IN (SELECT document FROM documents d WHERE @d LIMIT 1)"
)
_DELETE_TURN = scoped("DELETE FROM turns AS t WHERE @t AND turn = :number")
_DELETE_DOCUMENT = scoped("DELETE FROM documents AS d WHERE @d AND document = :number")
_DELETE_USAGE = scoped("DELETE FROM usage AS u WHERE @u")
_RELEASE_PERSON = (
    "UPDATE turns SET repeated_by = 0 WHERE chat = :chat AND repeated_by = :author",
    "UPDATE ledger SET asked_by = 0 WHERE chat = :chat AND asked_by = :author",
    "UPDATE chats SET persona = '', persona_by = 0 WHERE chat = :chat AND persona_by = :author",
)
_ERASED = "UPDATE facts SET value = ONE_MORE(value) WHERE name = 'erased'"
# The row of the command /forget itself is still open (`spared`). It ends with the command's answer,
# and then has no text any more.
_DELETE_ROWS = "DELETE FROM ledger WHERE row IN NUMBERS(:rows) AND state <> :spared"
_LOCK_CHAT = "SELECT chat FROM chats WHERE chat = :chat FOR_UPDATE()"
_DELETE_RECORDED = (
    "DELETE FROM turns WHERE turn IN "
    "(SELECT turn FROM ledger WHERE row IN NUMBERS(:rows) AND turn <> 0)"
)
_UNUSED_AUTHORS = (
    "DELETE FROM authors WHERE author IN NUMBERS(?) "
    "AND NOT EXISTS (SELECT 1 FROM turns WHERE turns.author = authors.author) "
    "AND NOT EXISTS (SELECT 1 FROM documents WHERE documents.author = authors.author) "
    "AND NOT EXISTS (SELECT 1 FROM usage WHERE usage.author = authors.author) "
    "AND NOT EXISTS (SELECT 1 FROM spending WHERE spending.author = authors.author) "
    "AND NOT EXISTS (SELECT 1 FROM turns WHERE turns.repeated_by = authors.author) "
    "AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.asked_by = authors.author) "
    "AND NOT EXISTS (SELECT 1 FROM chats WHERE chats.persona_by = authors.author)"
)


class SqlPersonalData(SqlHousekeeping):
    """Measure, export and erase data. Every method raises `StorageFault`.

    `erased_here` counts the erasures by this object.
    """

    def __init__(self, store: Database, clock: Clock) -> None:
        super().__init__(store, clock)
        self.erased_here = 0

    async def measure(self, scope: Scope, *, upto: int = NO_BOUND) -> Amount:
        async def op(db: Db) -> tuple[Values, int, int, int, int]:
            values = await scope_values(db, scope, upto - 1)
            ((turns, documents),) = await db.all(_AMOUNT, values)
            ((overheard,),) = await db.all(AMOUNT, values)
            ((held,),) = await db.all(people.AMOUNT, values)
            return values, turns, documents, overheard, held

        values, turns, documents, overheard, waiting = await self._store.query(op)
        async for row in ledger_rows(self._store, scope, values):
            waiting += row[5] is not None
        return Amount(turns, documents, waiting, overheard)

    def export(self, scope: Scope, *, most_bytes: int = NO_BOUND) -> AsyncIterator[Exported]:
        """Yield all stored data of a scope (`engine.storage.ports.PersonalData.export`).

        Vectors are numbers made from the texts, so only their length is exported. Each text is
        counted before it is unpacked.
        """
        return export(self._store, scope, most_bytes)

    async def erase(self, scope: Scope, *, upto: int = NO_BOUND) -> Erased:
        """Delete the stored data of a scope (`engine.storage.ports.PersonalData.erase`).

        The data is deleted in batches, so that no other chat's write waits long.
        """

        async def begin(db: Db) -> tuple[Values, list[int]]:
            values = await scope_values(db, scope, upto)
            return values, [int(row[0]) for row in await db.all(_AUTHORS, values) if row[0]]

        values, authors = await self._store.query(begin)
        rows = [int(row[0]) async for row in ledger_rows(self._store, scope, values)]
        turns = await self._in_batches(_DELETE_TURNS, values)
        documents = await self._in_batches(_DELETE_DOCUMENTS, values)
        await self._store.transact(lambda db: _finish_erasing(db, scope, values, rows, authors))
        self.erased_here += 1
        return Erased(turns, documents)

    async def remove_turn(self, key: ChatKey, turn_id: int, author: Author | None = None) -> bool:
        return await self._remove(_DELETE_TURN, key, turn_id, author)

    async def remove_document(
        self, key: ChatKey, document_id: int, author: Author | None = None
    ) -> bool:
        return await self._remove(_DELETE_DOCUMENT, key, document_id, author)

    async def _remove(self, sql: str, key: ChatKey, number: int, author: Author | None) -> bool:
        async def op(db: Db) -> bool:
            values = await scope_values(db, Scope(key, author.user_id if author else ""), NO_BOUND)
            removed = await db.run(sql, {**values, "number": number}) > 0
            if removed:
                await db.run(_ERASED)
            return removed

        removed = await self._store.transact(op)
        self.erased_here += removed
        return removed

    async def facts(self) -> Facts:
        rows = await self._store.query(lambda db: db.all("SELECT name, value FROM facts"))
        found = dict(rows)
        return Facts(found["store"], int(found["erased"]), int(found["scrubbed"]))

    async def _rewritten(self, erased: int) -> None:
        """Record that no copies are left of the data of the first `erased` erasures."""
        sql = "UPDATE facts SET value = PLAIN(:erased) WHERE name = 'scrubbed'"
        await self._changed(sql, {"erased": erased})


async def _finish_erasing(
    db: Db,
    scope: Scope,
    values: Mapping[str, Any],
    rows: Sequence[int],
    authors: Sequence[int],
) -> None:
    await db.all(_LOCK_CHAT, values)
    # An answer may have been recorded after the turns were deleted.
    await db.run(_DELETE_RECORDED, {"rows": list(rows)})
    await db.run(_DELETE_USAGE, values)
    await fold_people(db, values["chat"], [values["author"]] if scope.user_id else authors)
    for sql in (ERASE, *people.ERASE):
        await db.run(sql, values)
    spared = OPEN if scope.user_id and values["upto"] != NO_BOUND else -1
    await db.run(_DELETE_ROWS, {"rows": list(rows), "spared": spared})
    if scope.user_id:
        for sql in _RELEASE_PERSON:
            await db.run(sql, values)
    else:
        for sql in (*ERASE_CHOICES, *ERASE_CHAT):
            await db.run(sql, values)
        await _clear_chat(db, values["chat"])
    await db.run(_UNUSED_AUTHORS, list(authors))
    await db.run(_ERASED)


async def _clear_chat(db: Db, chat: int) -> None:
    """Delete the chat's row. If the chat has later questions, delete only its settings."""
    await db.run("DELETE FROM answers WHERE chat = ?", chat)
    await db.run("DELETE FROM evictions WHERE key = (SELECT key FROM chats WHERE chat = ?)", chat)
    await db.run(
        "UPDATE chats SET model = '', persona = '', persona_by = 0, language = '', time_zone = '', "
        "voice = '', fresh_after = 0 WHERE chat = ?",
        chat,
    )
    await db.run(
        "DELETE FROM chats WHERE chat = ? AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.chat "
        "= chats.chat)",
        chat,
    )
