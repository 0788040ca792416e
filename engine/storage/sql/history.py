"""Read the stored exchanges of one chat, to show them again (`engine.kept.Kept`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.contract import ChatKey, Finish
from engine.kept import Exchange, Overview
from engine.storage.codec import unpack
from engine.storage.packing import unpack_file, unpack_material
from engine.storage.records import WINDOW_TURNS
from engine.storage.sql.conversations import conversations
from engine.storage.sql.database import Database, Db

MOST_EARLIER = 200

# /retry creates a second row for the same turn. The newest row of a turn is used.
_TURNS = """SELECT coalesce((SELECT handle FROM ledger l WHERE l.turn = t.turn ORDER BY row DESC
    LIMIT 1), ''),
    t.prompt, t.answer, t.finish, t.at, t.turn, t.material FROM turns t
    WHERE t.chat = ? AND t.turn > ? {} ORDER BY t.turn DESC LIMIT ?"""
_ALL, _RUNNING = _TURNS.format(""), _TURNS.format("AND t.conversation = ?")
_DOCUMENTS = "SELECT document, name FROM documents WHERE chat = ? ORDER BY document DESC LIMIT ?"
_OPEN = """SELECT handle, body, shown, state, at FROM ledger
    WHERE chat = ? AND state <> 1 AND turn = 0 AND body IS NOT NULL ORDER BY row LIMIT ?"""


class KeptChats:
    """Read the stored exchanges of chats."""

    def __init__(self, store: Database) -> None:
        self._store = store

    async def exchanges(self, key: ChatKey, *, earlier: bool = False) -> Sequence[Exchange]:
        """Return the newest exchanges, oldest first, and then the questions without an answer."""

        async def op(db: Db) -> list[Exchange]:
            chat = await db.one("SELECT chat, fresh_after FROM chats WHERE key = ?", str(key))
            if chat is None:
                return []
            number, fresh_after = chat
            most = MOST_EARLIER if earlier else WINDOW_TURNS
            # An answer may be recorded between the two statements. In this order its exchange is
            # then found twice, and the second one is recognised by its handle. In the other order
            # the exchange could be missed.
            waiting = [_waiting(row) for row in await db.all(_OPEN, number, most)]
            if earlier:
                turns = await db.all(_ALL, number, 0, most)
            else:
                turns = await db.all(_RUNNING, number, fresh_after, fresh_after, most)
            recorded = [_recorded(row) for row in reversed(turns)]
            known = {one.handle for one in recorded}
            return [*recorded, *(one for one in waiting if one.handle not in known)]

        return await self._store.query(op)

    async def overview(self, key: ChatKey, most: int) -> Overview:
        async def op(db: Db) -> Overview:
            chat = await db.one(
                "SELECT chat, model, persona, language, voice FROM chats WHERE key = ?", str(key)
            )
            if chat is None:
                return Overview()
            number, model, persona, language, voice = chat
            return Overview(
                model,
                persona,
                language,
                await conversations(db, number, most),
                [_recorded(row) for row in await db.all(_ALL, number, 0, most)],
                [(row[0], row[1]) for row in await db.all(_DOCUMENTS, number, most)],
                speaks=bool(voice),
            )

        return await self._store.query(op)

    async def language(self, key: ChatKey) -> str:
        async def op(db: Db) -> str:
            row = await db.one("SELECT language FROM chats WHERE key = ?", str(key))
            return str(row[0]) if row else ""

        return await self._store.query(op)


def _recorded(row: Sequence[Any]) -> Exchange:
    handle, prompt, answer, finish, at, turn, material = row
    files = tuple(file.name for file in unpack_material(material).attachments)
    return Exchange(handle, unpack(prompt), unpack(answer), Finish(finish), at, turn, files)


def _waiting(row: Sequence[object]) -> Exchange:
    """Return the exchange of a row without a turn. Such a row is open or given up."""
    handle, body, shown, state, at = row
    asked = json.loads(unpack(bytes(body)))  # type: ignore[call-overload]  # a BLOB
    files = tuple(unpack_file(file).name for file in asked["f"])
    said = unpack(bytes(shown)) if shown else ""  # type: ignore[call-overload]  # a BLOB
    finish = Finish.FAILED if state else None
    return Exchange(str(handle), str(asked["t"]), said, finish, float(str(at)), files=files)
