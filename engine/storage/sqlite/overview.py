"""Lists for the operator, read from the SQLite file."""

from __future__ import annotations

import sqlite3

from engine.contract import ChatKey
from engine.storage.overview import CHAT, DAY, MONTH, PERSON, ChatLine, UsageLine
from engine.storage.records import DAY_SECONDS
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.numbers import all_of

_CHATS = """SELECT key, used_at, model,
    (SELECT count(*) FROM turns t WHERE t.chat = c.chat),
    (SELECT count(*) FROM documents d WHERE d.chat = c.chat)
    FROM chats c ORDER BY used_at DESC, chat DESC LIMIT ?"""
# For each group: the name of a line, the table with the name, and the order.
_GROUPED = {
    DAY: ("date(day * 86400, 'unixepoch')", "", "1 DESC"),
    MONTH: ("strftime('%Y-%m', day * 86400, 'unixepoch')", "", "1 DESC"),
    CHAT: ("c.key", "JOIN chats c USING (chat)", "sum(prompt_tokens + answer_tokens) DESC"),
    PERSON: (
        "a.platform || ':' || a.user_id",
        "JOIN authors a USING (author)",
        "sum(prompt_tokens + answer_tokens) DESC",
    ),
}


class SqliteOverview:
    """The lists for the operator (`engine.storage.overview.Overview`)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def chats(self, most: int) -> list[ChatLine]:
        """Return the most recently used chats, newest first."""
        rows = await self._store.read(lambda db: all_of(db, _CHATS, most))
        return [
            ChatLine(ChatKey.parse(key), float(used_at), int(turns), int(documents), str(model))
            for key, used_at, model, turns, documents in rows
        ]

    async def usage(self, by: str, since: float, most: int) -> list[UsageLine]:
        """Return the usage since a Unix time, grouped by one of `GROUPS`."""
        name, joined, order = _GROUPED[by]
        statement = (
            f"SELECT {name}, sum(turns), sum(prompt_tokens), sum(answer_tokens) "  # noqa: S608 - the parts stand above
            f"FROM usage {joined} WHERE day >= ? GROUP BY 1 ORDER BY {order} LIMIT ?"
        )

        def op(db: sqlite3.Connection) -> list[UsageLine]:
            rows = all_of(db, statement, int(since // DAY_SECONDS), most)
            return [UsageLine(str(row[0]), *map(int, row[1:])) for row in rows]

        return await self._store.read(op)
