"""Read all stored data of a scope, a few rows at a time, and count each text before unpacking it.

A packed text states its unpacked length. If a chat is full of texts that compress well, the export
can therefore be refused before they take memory.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timezone
from typing import Any, Callable

from engine.errors import ExportTooLong
from engine.storage.codec import unpack, unpacked_bytes
from engine.storage.packing import told_file, unpack_file, unpack_material
from engine.storage.ports import NO_BOUND
from engine.storage.records import DAY_SECONDS, Exported, Scope
from engine.storage.spending import COST_UNIT
from engine.storage.sql import people
from engine.storage.sql.database import Database, Db
from engine.storage.sql.overheard import EXPORT, EXPORT_OBJECTIONS, person_values

BATCH = 64  # the number of rows that are unpacked at a time
STATES = ("open", "answered", "given up")

Row = Sequence[Any]
Values = dict[str, Any]


def scoped(sql: str) -> str:
    """Replace each ``@t`` by the condition that a row of table t belongs to the scope."""
    condition = r"\1.chat = :chat AND (CAST(:author AS BIGINT) IS NULL OR \1.author = :author)"
    return re.sub(r"@(\w+)", condition, sql)


# Each statement returns its rows in the order of the number in the first column. It begins with the
# first number above :after.
_TURNS = scoped(
    "SELECT t.turn, t.at, a.user_id, a.name, t.finish, t.prompt, t.answer, length(v.prompt) + "
    "length(v.answer), t.material, r.user_id, r.name FROM turns t JOIN authors a USING(author) "
    "LEFT JOIN turn_vectors v ON v.turn = t.turn LEFT JOIN authors r ON r.author = t.repeated_by "
    "WHERE @t AND t.turn > :after ORDER BY t.turn LIMIT :most"
)
# A person may press Retry on another person's question. Only the press is data of the
# person who pressed. The question and its answer are not.
_REPEATED = (
    "SELECT turn, at FROM turns WHERE chat = :chat AND repeated_by = :author AND author <> :author "
    "AND turn > :after ORDER BY turn LIMIT :most"
)
_SETTINGS = (
    "SELECT 1, CASE WHEN CAST(:author AS BIGINT) IS NULL THEN model ELSE '' END, persona, "
    "CASE WHEN CAST(:author AS BIGINT) IS NULL THEN language ELSE '' END, "
    "CASE WHEN CAST(:author AS BIGINT) IS NULL THEN time_zone ELSE '' END, "
    "CAST(:author AS BIGINT) IS NULL AND voice <> '', CAST(:author AS BIGINT) IS NULL AND EXISTS "
    "(SELECT 1 FROM listening l WHERE l.chat = chats.chat), "
    "CAST(:author AS BIGINT) IS NULL AND EXISTS "
    "(SELECT 1 FROM news n WHERE n.chat = chats.chat) FROM chats WHERE chat = :chat AND "
    "(CAST(:author AS BIGINT) IS NULL OR persona_by = :author) AND 1 > :after LIMIT :most"
)
_DOCUMENTS = scoped(
    "SELECT d.document, d.name, a.user_id, a.name, d.at, d.used_at FROM documents d JOIN authors a "
    "USING(author) WHERE @d AND d.document > :after ORDER BY d.document LIMIT :most"
)
_PASSAGES = (
    "SELECT number, place, text, length(vectors) FROM passages "
    "WHERE document = :document AND number > :after ORDER BY number LIMIT :most"
)
_ANSWERS = scoped(
    "SELECT x.answer, x.turn, x.at, x.question, x.text, length(x.vector) FROM answers x JOIN turns "
    "t USING(turn) WHERE @t AND x.answer > :after ORDER BY x.answer LIMIT :most"
)
_USAGE = scoped(
    "SELECT u.rank, u.day, a.user_id, a.name, u.finish, u.turns, u.prompt_tokens, u.answer_tokens "
    "FROM (SELECT row_number() OVER (ORDER BY day, author, finish) AS rank, * FROM usage u WHERE "
    "@u) u JOIN authors a USING(author) WHERE u.rank > :after ORDER BY u.rank LIMIT :most"
)
_SPENDING = scoped(
    "SELECT s.rank, s.day, a.user_id, a.name, s.model, s.answers, s.prompt_tokens, "
    "s.answer_tokens, s.estimated_tokens, s.pictures, s.recordings, s.cost FROM (SELECT "
    "row_number() OVER (ORDER BY day, author, model) AS rank, * FROM spending s WHERE @s) s JOIN "
    "authors a USING(author) WHERE s.rank > :after ORDER BY s.rank LIMIT :most"
)
_LEDGER = (
    "SELECT l.row, l.message_id, l.at, l.state, l.turn, l.body, l.shown, t.author, "
    "(SELECT GATHERED(sent) FROM bubbles b WHERE b.row = l.row), "
    "(SELECT m.kind || ' ' || m.media_type || ' ' || length(m.body) FROM made m "
    "WHERE m.row = l.row) "
    "FROM ledger l LEFT JOIN turns t ON t.turn = l.turn "
    "WHERE l.chat = :chat AND l.row <= :upto AND l.row > :after ORDER BY l.row LIMIT :most"
)


class Room:
    """The number of bytes of unpacked text that may still be read."""

    def __init__(self, most_bytes: int) -> None:
        self._left = most_bytes

    def take(self, packed: bytes | None) -> None:
        """Count a packed text. Raise `ExportTooLong` if there is no room for it."""
        self._left -= unpacked_bytes(packed) if packed else 0
        if self._left < 0:
            raise ExportTooLong

    def unpack(self, packed: bytes) -> str:
        """Count a packed text and return it. Raise `ExportTooLong` if there is no room for it."""
        self.take(packed)
        return unpack(packed)


async def scope_values(db: Db, scope: Scope, upto: int) -> Values:
    """Return the parameters of scoped statements. An unknown chat or person matches no rows."""
    chat = await db.one("SELECT chat FROM chats WHERE key = ?", str(scope.key))
    author = await db.one(
        "SELECT author FROM authors WHERE platform = ? AND user_id = ?",
        scope.key.platform,
        scope.user_id,
    )
    person = (author[0] if author else -1) if scope.user_id else None
    return {
        "chat": chat[0] if chat else -1,
        "author": person,
        "upto": upto,
        **person_values(scope.key, scope.user_id),
        "platform": scope.key.platform,
        "chat_id": scope.key.chat_id,
    }


async def rows_after(store: Database, sql: str, values: Values) -> AsyncIterator[list[Row]]:
    """Yield a statement's rows in batches. Rows that are written meanwhile may be included."""
    after = -1
    while True:
        bound = {**values, "after": after, "most": BATCH}
        rows = await store.query(lambda db, bound=bound: db.all(sql, bound))  # type: ignore[misc]
        if not rows:
            return
        yield list(rows)
        after = list(rows)[-1][0]


async def export(store: Database, scope: Scope, most_bytes: int) -> AsyncIterator[Exported]:
    """Yield all stored data of a scope, by section (`engine.storage.records.SECTIONS`).

    Raises `ExportTooLong` once the texts would take more than `most_bytes` unpacked.
    """
    values = await store.query(lambda db: scope_values(db, scope, NO_BOUND))
    room = Room(most_bytes)
    told: dict[str, tuple[str, Callable[[Row], dict[str, Any]]]] = {
        "settings": (_SETTINGS, _settings),
        "turns": (_TURNS, lambda row: _turn(row, room)),
        "repeated": (_REPEATED, lambda row: {"turn": row[0], "at": _when(row[1])}),
    }
    for section, (sql, tell) in told.items():
        async for content in _told(store, sql, values, tell):
            yield Exported(section, content)
    async for content in _documents(store, values, room):
        yield Exported("documents", content)
    async for content in _told(store, _ANSWERS, values, lambda row: _answer(row, room)):
        yield Exported("cached_answers", content)
    async for row in ledger_rows(store, scope, values):
        yield Exported("messages", _message(row, room))
    last: dict[str, tuple[str, Callable[[Row], dict[str, Any]]]] = {
        "usage": (_USAGE, _used),
        "spending": (_SPENDING, _spent),
        "overheard": (EXPORT, lambda row: _overheard(row, room)),
        "objections": (EXPORT_OBJECTIONS, lambda row: {"id": row[1]}),
        "waiting": (people.EXPORT_HELD, lambda row: _waiting(row, room)),
        "access": (people.EXPORT, _access),
    }
    for section, (sql, tell) in last.items():
        async for content in _told(store, sql, values, tell):
            yield Exported(section, content)


async def ledger_rows(store: Database, scope: Scope, values: Values) -> AsyncIterator[Row]:
    """Yield the scope's ledger rows.

    A person's rows are those that led to their turns or that hold one of their questions.
    """
    async for rows in rows_after(store, _LEDGER, values):
        for row in rows:
            if is_of(scope, values, row):
                yield row


def is_of(scope: Scope, values: Values, row: Row) -> bool:
    """Return whether a ledger row belongs to the scope."""
    if not scope.user_id or row[7] == values["author"]:
        return True
    return bool(row[5]) and _asked(unpack(row[5]))["a"][0] == scope.user_id


async def _told(
    store: Database, sql: str, values: Values, tell: Callable[[Row], dict[str, Any]]
) -> AsyncIterator[dict[str, Any]]:
    loop = asyncio.get_running_loop()
    async for rows in rows_after(store, sql, values):
        told = await loop.run_in_executor(
            None, lambda rows=rows: [tell(row) for row in rows]  # type: ignore[misc]
        )  # fmt: skip
        for content in told:
            yield content


async def _documents(store: Database, values: Values, room: Room) -> AsyncIterator[dict[str, Any]]:
    async for rows in rows_after(store, _DOCUMENTS, values):
        for number, name, user_id, who, at, used_at in rows:
            passages = _told(
                store, _PASSAGES, {"document": number}, lambda row: _passage(row, room)
            )
            yield {
                "document": number,
                "name": name,
                "author": {"id": user_id, "name": who},
                "at": _when(at),
                "used_at": _when(used_at),
                "passages": [passage async for passage in passages],
            }


def _passage(row: Row, room: Room) -> dict[str, Any]:
    _, place, text, vectors = row
    return {"place": place, "text": room.unpack(text), "vector_bytes": vectors}


def _settings(row: Row) -> dict[str, Any]:
    _, model, persona, language, time_zone, voice, listening, news = row
    return {
        "model": model,
        "persona": persona,
        "language": language,
        "time_zone": time_zone,
        "voice": bool(voice),
        "listening": bool(listening),
        "news": bool(news),
    }


def _turn(row: Row, room: Room) -> dict[str, Any]:
    turn, at, user_id, name, finish, prompt, answer, vectors, blob, *repeated_by = row
    room.take(blob)
    material = unpack_material(blob)
    return {
        "turn": turn,
        "at": _when(at),
        "author": {"id": user_id, "name": name},
        "question": room.unpack(prompt),
        "answer": room.unpack(answer),
        "quoted": material.quoted,
        "quoted_from": material.quoted_from,
        "forwarded": material.forwarded,
        "files": [told_file(file) for file in material.attachments],
        "ended": finish,
        "vector_bytes": vectors or 0,
        "repeated_by": {"id": repeated_by[0], "name": repeated_by[1]} if repeated_by[0] else None,
    }


def _answer(row: Row, room: Room) -> dict[str, Any]:
    _, turn, at, question, text, size = row
    return {
        "turn": turn,
        "at": _when(at),
        "question": room.unpack(question),
        "answer": room.unpack(text),
        "vector_bytes": size,
    }


def _message(row: Row, room: Room) -> dict[str, Any]:
    """Describe a ledger row without the handles of its answer and files.

    Handles may hold secrets of the platform.
    """
    _, message_id, at, state, turn, body, shown, _, sent, made = row
    told = {
        "message": message_id,
        "at": _when(at),
        "state": STATES[state],
        "turn": turn or None,
        "answer_messages": json.loads(sent),
    }
    if body is not None:
        told |= _question(_asked(room.unpack(body)))
    if shown is not None:
        told["shown"] = room.unpack(shown)
    if made is not None:
        told["made"] = made
    return told


def _question(asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "author": {"id": asked["a"][0], "name": asked["a"][1]},
        "question": asked["t"],
        "quoted": asked["q"],
        "files": [told_file(unpack_file(file)) for file in asked["f"]],
    }


def _overheard(row: Row, room: Room) -> dict[str, Any]:
    _, message_id, at, user_id, body = row
    name, text = json.loads(room.unpack(body))
    author = {"id": user_id, "name": name}
    return {"message": message_id, "at": _when(at), "author": author, "text": text}


def _waiting(row: Row, room: Room) -> dict[str, Any]:
    _, message_id, at, _, body = row
    return {"message": message_id, "at": _when(at), **_question(_asked(room.unpack(body)))}


def _access(row: Row) -> dict[str, Any]:
    _, subject, name, state, role, decided_at = row
    return {
        "id": subject,
        "name": name,
        "state": state,
        "role": role,
        "decided_at": _when(decided_at) if decided_at else "",
    }


def _used(row: Row) -> dict[str, Any]:
    _, day, user_id, name, finish, turns, asked, answered = row
    return {
        "day": _when(day * DAY_SECONDS)[:10],
        "author": {"id": user_id, "name": name},
        "ended": finish,
        "answers": turns,
        "question_tokens": asked,
        "answer_tokens": answered,
    }


def _spent(row: Row) -> dict[str, Any]:
    _, day, user_id, name, model, answers, asked, answered, estimated, pictures, heard, cost = row
    return {
        "day": _when(day * DAY_SECONDS)[:10],
        "author": {"id": user_id, "name": name},
        "model": model,
        "answers": answers,
        "question_tokens": asked,
        "answer_tokens": answered,
        "estimated_tokens": estimated,
        "pictures": pictures,
        "recordings": heard,
        "cost": round(cost * COST_UNIT, 9),
    }


def _asked(body: str) -> dict[str, Any]:
    asked: dict[str, Any] = json.loads(body)
    return asked


def _when(at: float) -> str:
    told = datetime.fromtimestamp(at, timezone.utc).isoformat(timespec="seconds")
    return told.replace("+00:00", "Z")
