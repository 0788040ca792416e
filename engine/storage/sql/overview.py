"""Lists for the operator, read from a database of either kind."""

from __future__ import annotations

from engine.contract import ChatKey
from engine.storage.overview import ChatLine
from engine.storage.sql.database import Database, Db

_CHATS = """SELECT key, used_at, model,
    (SELECT count(*) FROM turns t WHERE t.chat = c.chat),
    (SELECT count(*) FROM documents d WHERE d.chat = c.chat)
    FROM chats c ORDER BY used_at DESC, chat DESC LIMIT ?"""


class SqlOverview:
    """Implements `engine.storage.overview.Overview`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def chats(self, most: int) -> list[ChatLine]:
        async def op(db: Db) -> list[ChatLine]:
            rows = await db.all(_CHATS, most)
            return [
                ChatLine(ChatKey.parse(key), float(used_at), int(turns), int(documents), str(model))
                for key, used_at, model, turns, documents in rows
            ]

        return await self._database.query(op)

    async def open_questions(self) -> int:
        async def op(db: Db) -> int:
            row = await db.one("SELECT count(*) FROM ledger WHERE state = 0")
            return int(row[0]) if row else 0

        return await self._database.query(op)
