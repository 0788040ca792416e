"""What is kept of a chat or of one person in it: to be counted, shown and erased.

Erasing has two halves. `Holdings.erase` deletes the rows, whose bytes ``secure_delete`` overwrites;
`Holdings.scrub` then writes the file anew and empties the log, because SQLite leaves copies behind
where it moved a row from one page to another, and the log has the pages as they were (measured:
about one text in a hundred is found again without it).
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import aiosqlite

from engine.contract import ChatKey
from engine.storage.codec import unpack
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.ledger import DAY_SECONDS, OPEN
from engine.storage.sqlite.numbers import all_of, one
from engine.tasks import Clock

PAUSE_SECONDS = 0.01
SCRUB_AT_ONCE_BYTES = (
    16 * 1024 * 1024
)  # some tenths of a second; a larger file waits for a quiet moment
LOG_TRIES, LOG_PAUSE_SECONDS = (
    20,
    0.5,
)  # how long a reader of the log is waited for, such as a backup
STATES = ("open", "answered", "given up")


def _scoped(sql: str) -> str:
    """Put the condition that a row is in the scope for each ``@t``, where t names the table."""
    return re.sub(r"@(\w+)", r"\1.chat = :chat AND (:author IS NULL OR \1.author = :author)", sql)


_TURNS = _scoped(
    "SELECT t.turn, t.at, a.user_id, a.name, t.finish, t.prompt, t.answer, length(v.prompt) + length(v.answer), "
    "r.user_id, r.name FROM turns t JOIN authors a USING(author) LEFT JOIN turn_vectors v ON v.turn = t.turn "
    "LEFT JOIN authors r ON r.author = t.repeated_by WHERE @t ORDER BY t.turn"
)
# Of another person's question that somebody had answered again, only that fact is theirs.
_REPEATED = (
    "SELECT turn, at FROM turns WHERE chat = :chat AND repeated_by = :author AND author <> :author "
    "ORDER BY turn"
)
_SETTINGS = (
    "SELECT CASE WHEN :author IS NULL THEN model ELSE '' END, persona, "
    "CASE WHEN :author IS NULL THEN language ELSE '' END FROM chats "
    "WHERE chat = :chat AND (:author IS NULL OR persona_by = :author)"
)
_DOCUMENTS = _scoped(
    "SELECT d.document, d.name, a.user_id, a.name, d.at, d.used_at FROM documents d JOIN authors a USING(author) "
    "WHERE @d ORDER BY d.document"
)
_PASSAGES = _scoped(
    "SELECT p.document, p.place, p.text, length(p.vectors) FROM documents d JOIN passages p USING(document) "
    "WHERE @d ORDER BY p.document, p.number"
)
_ANSWERS = _scoped(
    "SELECT x.turn, x.at, x.question, x.text, length(x.vector) FROM answers x JOIN turns t USING(turn) "
    "WHERE @t ORDER BY x.answer"
)
_USAGE = _scoped(
    "SELECT u.day, a.user_id, a.name, u.finish, u.turns, u.prompt_tokens, u.answer_tokens "
    "FROM usage u JOIN authors a USING(author) WHERE @u ORDER BY u.day"
)
_LEDGER = (
    "SELECT l.row, l.message_id, l.at, l.state, l.turn, l.body, l.shown, t.author, "
    "(SELECT json_group_array(sent) FROM bubbles b WHERE b.row = l.row) "
    "FROM ledger l LEFT JOIN turns t ON t.turn = l.turn WHERE l.chat = :chat AND l.row <= :upto ORDER BY l.row"
)
_AMOUNT = _scoped(
    "SELECT (SELECT count(*) FROM turns t WHERE @t), (SELECT count(*) FROM documents d WHERE @d), "
    "(SELECT coalesce(sum(length(t.prompt) + length(t.answer)), 0) FROM turns t WHERE @t) "
    "+ (SELECT coalesce(sum(d.bytes), 0) FROM documents d WHERE @d)"
)
_SPENT = _scoped(
    "SELECT a.user_id, sum(u.prompt_tokens + u.answer_tokens) FROM usage u JOIN authors a USING(author) "
    "WHERE @u AND u.day = :today GROUP BY a.user_id"
)
_AUTHORS = _scoped(
    "SELECT author FROM turns t WHERE @t UNION SELECT author FROM documents d WHERE @d "
    "UNION SELECT author FROM usage u WHERE @u "
    "UNION SELECT repeated_by FROM turns t WHERE @t UNION SELECT asked_by FROM ledger WHERE chat = :chat "
    "UNION SELECT persona_by FROM chats WHERE chat = :chat UNION SELECT :author"
)
# A document has hundreds of passages.
_DELETE_TURNS = _scoped(
    "DELETE FROM turns WHERE turn IN (SELECT turn FROM turns t WHERE @t LIMIT 200)"
)
_DELETE_DOCUMENTS = _scoped(
    "DELETE FROM documents WHERE document IN (SELECT document FROM documents d WHERE @d LIMIT 1)"
)
_DELETE_USAGE = _scoped("DELETE FROM usage AS u WHERE @u")
_RELEASE_PERSON = (
    "UPDATE turns SET repeated_by = 0 WHERE chat = :chat AND repeated_by = :author",
    "UPDATE ledger SET asked_by = 0 WHERE chat = :chat AND asked_by = :author",
    "UPDATE chats SET persona = '', persona_by = 0 WHERE chat = :chat AND persona_by = :author",
)
_ERASED = "UPDATE facts SET value = value + 1 WHERE name = 'erased'"
# A person's own command is still open (`spared`): its row ends with its answer, and from then on it
# holds no text.
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
_NO_BOUND = 2**62


@dataclass(frozen=True)
class Scope:
    """What a request is about: a whole chat, or with `user_id` what this person gave in it."""

    key: ChatKey
    user_id: str = ""


@dataclass(frozen=True)
class Amount:
    """How much is kept; `packed_bytes` are texts as they are stored, in a file they are two to four times as long."""

    turns: int
    documents: int
    waiting: int
    packed_bytes: int

    @property
    def nothing(self) -> bool:
        """Say whether nothing is kept."""
        return not (self.turns or self.documents or self.waiting)


@dataclass(frozen=True)
class Erased:
    """What is gone; `spent_today` has the tokens that its people had used of their day, by user id."""

    turns: int
    documents: int
    spent_today: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """Which store this is; how often something was erased, and after how much of that the file was written anew."""

    store: str
    erased: int
    scrubbed: int


class Holdings:
    """Count, show and erase; every method raises `StorageFault`. `erased_here` counts what this object erased."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.erased_here = 0

    async def count(self, scope: Scope, *, upto: int = _NO_BOUND) -> Amount:
        """Count what is kept, of the ledger up to a row and without it."""

        async def op(db: aiosqlite.Connection) -> Amount:
            values = await _values(db, scope, upto - 1)
            ((turns, documents, size),) = await _named(db, _AMOUNT, values)
            waiting = [row for row in await _ledger(db, scope, values) if row[5] is not None]
            return Amount(turns, documents, len(waiting), size)

        return await self._store.read(op)

    async def read(self, scope: Scope) -> dict[str, Any]:
        """Return all that is kept, ready for JSON; of vectors, numbers made of the texts, their length."""

        async def op(db: aiosqlite.Connection) -> dict[str, list[Any]]:
            values = await _values(db, scope, _NO_BOUND)
            tables = {
                "turns": _TURNS,
                "documents": _DOCUMENTS,
                "passages": _PASSAGES,
                "answers": _ANSWERS,
            }
            tables["usage"] = _USAGE
            tables["chat"], tables["repeated"] = _SETTINGS, _REPEATED
            found = {name: await _named(db, sql, values) for name, sql in tables.items()}
            return {**found, "ledger": await _ledger(db, scope, values)}

        rows = await self._store.read(op)
        return await asyncio.get_running_loop().run_in_executor(None, _told, scope, rows)

    async def erase(self, scope: Scope, *, upto: int = _NO_BOUND) -> Erased:
        """Delete what is kept, of the ledger up to a row: what was asked after it is still to be answered.

        In batches, so that no other chat's write waits long. Ended half-way it has erased a part,
        the ledger last.
        """
        today = int(self._clock.time() // DAY_SECONDS)

        async def begin(
            db: aiosqlite.Connection,
        ) -> tuple[dict[str, Any], list[int], list[int], dict[str, int]]:
            values = {**await _values(db, scope, upto), "today": today}
            rows = [int(row[0]) for row in await _ledger(db, scope, values)]
            authors = [int(row[0]) for row in await _named(db, _AUTHORS, values) if row[0]]
            return values, rows, authors, dict(await _named(db, _SPENT, values))

        values, rows, authors, spent = await self._store.read(begin)
        turns = await self._in_batches(_DELETE_TURNS, values)
        documents = await self._in_batches(_DELETE_DOCUMENTS, values)
        await self._store.write(lambda db: _finish_erasing(db, scope, values, rows, authors))
        self.erased_here += 1
        return Erased(turns, documents, spent)

    async def note_erased(self) -> None:
        """Count something that was erased elsewhere, so that its copies are scrubbed too."""
        await self._store.write(lambda db: db.execute(_ERASED))
        self.erased_here += 1

    async def facts(self) -> Facts:
        """Read which store this is and what was erased from it."""
        rows = await self._store.read(lambda db: all_of(db, "SELECT name, value FROM facts"))
        return Facts(**dict(rows))

    async def version(self) -> int:
        """Return a number that is another one after every change (https://sqlite.org/pragma.html#pragma_data_version)."""
        row = await self._store.read(lambda db: one(db, "PRAGMA data_version"))
        return int(row[0]) if row else 0

    async def small(self) -> bool:
        """Say whether the file can be written anew at once, without keeping anybody waiting for long."""

        async def op(db: aiosqlite.Connection) -> int:
            page, count = await one(db, "PRAGMA page_size"), await one(db, "PRAGMA page_count")
            return int(page[0]) * int(count[0])  # type: ignore[index]  # a pragma always has a value

        return await self._store.read(op) <= SCRUB_AT_ONCE_BYTES

    async def scrub(self) -> bool:
        """Leave no copy of what was erased in file and log; return False if a reader of the log did not let go."""
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
        """Empty the log, waiting some seconds for who still reads it; return whether it is empty."""
        for _ in range(LOG_TRIES):
            if await self._store.checkpoint():
                return True
            await self._clock.sleep(LOG_PAUSE_SECONDS)
        return False

    async def _in_batches(self, sql: str, values: Mapping[str, Any]) -> int:
        async def op(db: aiosqlite.Connection) -> int:
            return (await db.execute(sql, values)).rowcount

        total = 0
        while (count := await self._store.write(op)) > 0:
            total += count
            await self._clock.sleep(PAUSE_SECONDS)
        return total


async def _named(db: aiosqlite.Connection, sql: str, values: Mapping[str, Any]) -> list[Any]:
    return list(await db.execute_fetchall(sql, dict(values)))


async def _values(db: aiosqlite.Connection, scope: Scope, upto: int) -> dict[str, Any]:
    """Return what the statements of this module take; a chat or a person that is not known matches nothing."""
    chat = await one(db, "SELECT chat FROM chats WHERE key = ?", str(scope.key))
    author = await one(
        db,
        "SELECT author FROM authors WHERE platform = ? AND user_id = ?",
        scope.key.platform,
        scope.user_id,
    )
    person = (author[0] if author else -1) if scope.user_id else None
    return {"chat": chat[0] if chat else -1, "author": person, "upto": upto}


async def _ledger(db: aiosqlite.Connection, scope: Scope, values: Mapping[str, Any]) -> list[Any]:
    """Return the scope's rows: a person's are those that led to their turns, and those with a question of theirs."""
    rows = await _named(db, _LEDGER, values)
    if not scope.user_id:
        return rows
    return [
        row
        for row in rows
        if row[7] == values["author"] or (row[5] and _asked(row[5])["a"][0] == scope.user_id)
    ]


async def _finish_erasing(
    db: aiosqlite.Connection,
    scope: Scope,
    values: Mapping[str, Any],
    rows: Sequence[int],
    authors: Sequence[int],
) -> None:
    await db.execute(_DELETE_USAGE, values)
    spared = OPEN if scope.user_id and values["upto"] != _NO_BOUND else -1
    await db.execute(_DELETE_ROWS, {"rows": json.dumps(list(rows)), "spared": spared})
    if scope.user_id:
        for sql in _RELEASE_PERSON:
            await db.execute(sql, values)
    else:
        await _clear_chat(db, values["chat"])
    await db.execute(_UNUSED_AUTHORS, (json.dumps(list(authors)),))
    await db.execute(_ERASED)


async def _clear_chat(db: aiosqlite.Connection, chat: int) -> None:
    """Delete the chat's row, or its settings if questions wait that were asked later."""
    await db.execute("DELETE FROM answers WHERE chat = ?", (chat,))
    await db.execute(
        "UPDATE chats SET model = '', persona = '', persona_by = 0, language = '', fresh_after = 0 "
        "WHERE chat = ?",
        (chat,),
    )
    await db.execute(
        "DELETE FROM chats WHERE chat = ? AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.chat = chats.chat)",
        (chat,),
    )


def _asked(body: bytes) -> dict[str, Any]:
    asked: dict[str, Any] = json.loads(unpack(body))
    return asked


def _when(at: float) -> str:
    return (
        datetime.fromtimestamp(at, timezone.utc)
        .isoformat(timespec="seconds")
        .replace("+00:00", "Z")
    )


def _told(scope: Scope, rows: Mapping[str, Iterable[Any]]) -> dict[str, Any]:
    """Name and unpack what was read."""
    return {
        "chat": str(scope.key),
        "person": scope.user_id or None,
        "settings": [
            {"model": row[0], "persona": row[1], "language": row[2]} for row in rows["chat"]
        ],
        "turns": [_turn(row) for row in rows["turns"]],
        "repeated": [{"turn": turn, "at": _when(at)} for turn, at in rows["repeated"]],
        "documents": _documents(rows["documents"], rows["passages"]),
        "cached_answers": [
            {
                "turn": turn,
                "at": _when(at),
                "question": unpack(question),
                "answer": unpack(text),
                "vector_bytes": size,
            }
            for turn, at, question, text, size in rows["answers"]
        ],
        "messages": [_message(row) for row in rows["ledger"]],
        "usage": [
            {
                "day": _when(day * DAY_SECONDS)[:10],
                "author": {"id": user_id, "name": name},
                "ended": finish,
                "answers": turns,
                "question_tokens": asked,
                "answer_tokens": answered,
            }
            for day, user_id, name, finish, turns, asked, answered in rows["usage"]
        ],
    }


def _turn(row: Sequence[Any]) -> dict[str, Any]:
    turn, at, user_id, name, finish, prompt, answer, vectors, *repeated_by = row
    return {
        "turn": turn,
        "at": _when(at),
        "author": {"id": user_id, "name": name},
        "question": unpack(prompt),
        "answer": unpack(answer),
        "ended": finish,
        "vector_bytes": vectors or 0,
        "repeated_by": {"id": repeated_by[0], "name": repeated_by[1]} if repeated_by[0] else None,
    }


def _documents(documents: Iterable[Any], passages: Iterable[Any]) -> list[dict[str, Any]]:
    told: dict[int, dict[str, Any]] = {
        number: {
            "document": number,
            "name": name,
            "author": {"id": user_id, "name": who},
            "at": _when(at),
            "used_at": _when(used_at),
            "passages": [],
        }
        for number, name, user_id, who, at, used_at in documents
    }
    for number, place, text, vectors in passages:
        told[number]["passages"].append(
            {"place": place, "text": unpack(text), "vector_bytes": vectors}
        )
    return list(told.values())


def _message(row: Sequence[Any]) -> dict[str, Any]:
    """Tell a ledger row; the addresses of its answer and files are the platform's and may be secret, so they stay."""
    _, message_id, at, state, turn, body, shown, _, sent = row
    told = {
        "message": message_id,
        "at": _when(at),
        "state": STATES[state],
        "turn": turn or None,
        "answer_messages": json.loads(sent),
    }
    if body is not None:
        asked = _asked(body)
        told["author"] = {"id": asked["a"][0], "name": asked["a"][1]}
        told["question"], told["quoted"] = asked["t"], asked["q"]
        told["files"] = [{"name": f[0], "type": f[1], "bytes": f[2]} for f in asked["f"]]
    if shown is not None:
        told["shown"] = unpack(shown)
    return told
