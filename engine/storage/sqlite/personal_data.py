"""Count, export and erase the stored data of a chat or of one person in it.

Erasing has two steps. `erase` deletes the rows, and ``secure_delete`` overwrites their bytes.
`scrub` then rewrites the file and empties the log. This is needed because SQLite leaves copies when
it moves a row from one page to another, and the log has the former pages. Without the second step,
about one text in a hundred was found again in a measurement.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from engine.contract import Author, ChatKey
from engine.storage.ports import NO_BOUND
from engine.storage.records import DAY_SECONDS, Amount, Erased, Exported, Facts, Scope
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.export import Values, export, ledger_rows, scope_values, scoped
from engine.storage.sqlite.housekeeping import Housekeeping
from engine.storage.sqlite.numbers import all_of, one
from engine.storage.sqlite.overheard import AMOUNT, ERASE, ERASE_CHOICES
from engine.storage.sqlite.rows import OPEN
from engine.tasks import Clock

PAUSE_SECONDS = 0.01
# Rewriting a file of this size takes some tenths of a second. A larger file is rewritten later,
# when little is going on.
SCRUB_AT_ONCE_BYTES = 16 * 1024 * 1024
# The number and the length of the waits for a reader of the log, such as a backup.
LOG_TRIES, LOG_PAUSE_SECONDS = 20, 0.5


_AMOUNT = scoped(
    "SELECT (SELECT count(*) FROM turns t WHERE @t), (SELECT count(*) FROM documents d WHERE @d)"
)
_SPENT = scoped(
    "SELECT a.user_id, sum(u.prompt_tokens + u.answer_tokens) FROM usage u JOIN authors a "
    "USING(author) WHERE @u AND u.day = :today GROUP BY a.user_id"
)
_AUTHORS = scoped(
    "SELECT author FROM turns t WHERE @t UNION SELECT author FROM documents d WHERE @d UNION "
    "SELECT author FROM usage u WHERE @u UNION SELECT repeated_by FROM turns t WHERE @t UNION "
    "SELECT asked_by FROM ledger WHERE chat = :chat UNION SELECT persona_by FROM chats WHERE chat "
    "= :chat UNION SELECT :author"
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
_ERASED = "UPDATE facts SET value = value + 1 WHERE name = 'erased'"
# The row of the command /forget itself is still open (`spared`). It ends with the command's answer
# and has no text from then on.
_DELETE_ROWS = (
    "DELETE FROM ledger WHERE row IN (SELECT value FROM json_each(:rows)) AND state <> :spared"
)
_UNUSED_AUTHORS = (
    "DELETE FROM authors WHERE author IN (SELECT value FROM json_each(?)) "
    "AND NOT EXISTS (SELECT 1 FROM turns WHERE turns.author = authors.author) "
    "AND NOT EXISTS (SELECT 1 FROM documents WHERE documents.author = authors.author) "
    "AND NOT EXISTS (SELECT 1 FROM usage WHERE usage.author = authors.author) "
    "AND NOT EXISTS (SELECT 1 FROM turns WHERE turns.repeated_by = authors.author) "
    "AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.asked_by = authors.author) "
    "AND NOT EXISTS (SELECT 1 FROM chats WHERE chats.persona_by = authors.author)"
)


class SqlitePersonalData(Housekeeping):
    """Measure, export and erase data. Every method raises `StorageFault`.

    `erased_here` counts the erasures by this object.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self.erased_here = 0

    async def measure(self, scope: Scope, *, upto: int = NO_BOUND) -> Amount:
        """Count the stored data of a scope. Only ledger rows before `upto` are counted."""

        def op(db: sqlite3.Connection) -> tuple[Values, int, int, int]:
            values = scope_values(db, scope, upto - 1)
            ((turns, documents),) = _named(db, _AMOUNT, values)
            ((overheard,),) = _named(db, AMOUNT, values)
            return values, turns, documents, overheard

        values, turns, documents, overheard = await self._store.read(op)
        waiting = 0
        async for row in ledger_rows(self._store, scope, values):
            waiting += row[5] is not None
        return Amount(turns, documents, waiting, overheard)

    def export(self, scope: Scope, *, most_bytes: int = NO_BOUND) -> AsyncIterator[Exported]:
        """Yield all stored data, ready for JSON.

        Vectors are numbers made from the texts. Only their length is exported. Texts are counted
        before they are unpacked, and `ExportTooLong` is raised before they take more than
        `most_bytes`.
        """
        return export(self._store, scope, most_bytes)

    async def erase(self, scope: Scope, *, upto: int = NO_BOUND) -> Erased:
        """Delete the stored data of a scope. Only ledger rows up to `upto` are deleted.

        Questions asked after that row are still answered. The data is deleted in batches, so that
        no other chat's write waits long. If the work is interrupted, a part is erased. The ledger
        is erased last.
        """
        today = int(self._clock.time() // DAY_SECONDS)

        def begin(
            db: sqlite3.Connection,
        ) -> tuple[Values, list[int], dict[str, int]]:
            values = {**scope_values(db, scope, upto), "today": today}
            authors = [int(row[0]) for row in _named(db, _AUTHORS, values) if row[0]]
            return values, authors, dict(_named(db, _SPENT, values))

        values, authors, spent = await self._store.read(begin)
        rows = [int(row[0]) async for row in ledger_rows(self._store, scope, values)]
        turns = await self._in_batches(_DELETE_TURNS, values)
        documents = await self._in_batches(_DELETE_DOCUMENTS, values)
        await self._store.write(lambda db: _finish_erasing(db, scope, values, rows, authors))
        self.erased_here += 1
        return Erased(turns, documents, spent)

    async def remove_turn(self, key: ChatKey, turn_id: int, author: Author | None = None) -> bool:
        """Delete a turn of this chat, and of this author if one is given.

        Return whether it existed.
        """
        return await self._remove(_DELETE_TURN, key, turn_id, author)

    async def remove_document(
        self, key: ChatKey, document_id: int, author: Author | None = None
    ) -> bool:
        """Delete a document of this chat, and of this author if one is given.

        Return whether it existed.
        """
        return await self._remove(_DELETE_DOCUMENT, key, document_id, author)

    async def _remove(self, sql: str, key: ChatKey, number: int, author: Author | None) -> bool:
        def op(db: sqlite3.Connection) -> bool:
            values = scope_values(db, Scope(key, author.user_id if author else ""), NO_BOUND)
            removed = db.execute(sql, {**values, "number": number}).rowcount > 0
            if removed:
                db.execute(_ERASED)
            return removed

        removed = await self._store.write(op)
        self.erased_here += removed
        return removed

    async def facts(self) -> Facts:
        """Read the store's identity and its erasures."""
        rows = await self._store.read(lambda db: all_of(db, "SELECT name, value FROM facts"))
        return Facts(**dict(rows))

    async def version(self) -> int:
        """Return a number that differs after every change.

        See https://sqlite.org/pragma.html#pragma_data_version.
        """
        row = await self._store.read(lambda db: one(db, "PRAGMA data_version"))
        return int(row[0]) if row else 0

    async def small(self) -> bool:
        """Return whether the file is small enough to be rewritten at once."""

        def op(db: sqlite3.Connection) -> int:
            page, count = one(db, "PRAGMA page_size"), one(db, "PRAGMA page_count")
            # A pragma always has a value.
            return int(page[0]) * int(count[0])  # type: ignore[index]

        return await self._store.read(op) <= SCRUB_AT_ONCE_BYTES

    async def scrub(self) -> bool:
        """Remove every copy of erased data from the file and the log.

        Return False if a reader still needs the log.
        """
        facts = await self.facts()
        if facts.scrubbed < facts.erased:
            await self._store.compact()
        if not await self.empty_log():
            return False
        if facts.scrubbed < facts.erased:
            sql = "UPDATE facts SET value = ? WHERE name = 'scrubbed'"
            await self._store.write(lambda db: db.execute(sql, (facts.erased,)))
        return True

    async def empty_log(self) -> bool:
        """Empty the log, after waiting some seconds for its readers if needed.

        Return whether it is empty.
        """
        for _ in range(LOG_TRIES):
            if await self._store.checkpoint():
                return True
            await self._clock.sleep(LOG_PAUSE_SECONDS)
        return False


def _named(db: sqlite3.Connection, sql: str, values: Mapping[str, Any]) -> list[Any]:
    return list(db.execute(sql, dict(values)).fetchall())


def _finish_erasing(
    db: sqlite3.Connection,
    scope: Scope,
    values: Mapping[str, Any],
    rows: Sequence[int],
    authors: Sequence[int],
) -> None:
    db.execute(_DELETE_USAGE, values)
    db.execute(ERASE, values)
    spared = OPEN if scope.user_id and values["upto"] != NO_BOUND else -1
    db.execute(_DELETE_ROWS, {"rows": json.dumps(list(rows)), "spared": spared})
    if scope.user_id:
        for sql in _RELEASE_PERSON:
            db.execute(sql, values)
    else:
        for sql in ERASE_CHOICES:
            db.execute(sql, values)
        _clear_chat(db, values["chat"])
    db.execute(_UNUSED_AUTHORS, (json.dumps(list(authors)),))
    db.execute(_ERASED)


def _clear_chat(db: sqlite3.Connection, chat: int) -> None:
    """Delete the chat's row, or only its settings if it has later questions."""
    db.execute("DELETE FROM answers WHERE chat = ?", (chat,))
    db.execute("DELETE FROM evictions WHERE key = (SELECT key FROM chats WHERE chat = ?)", (chat,))
    db.execute(
        "UPDATE chats SET model = '', persona = '', persona_by = 0, language = '', time_zone = '', "
        "fresh_after = 0 WHERE chat = ?",
        (chat,),
    )
    db.execute(
        "DELETE FROM chats WHERE chat = ? AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.chat "
        "= chats.chat)",
        (chat,),
    )
