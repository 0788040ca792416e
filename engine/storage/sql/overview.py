"""Lists for the operator, read from a database of either kind."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timezone

from engine.contract import ChatKey
from engine.storage.overview import CHAT, MONTH, PERSON, ChatLine, UsageLine
from engine.storage.records import DAY_SECONDS
from engine.storage.sql.database import Database, Db

_CHATS = """SELECT key, used_at, model,
    (SELECT count(*) FROM turns t WHERE t.chat = c.chat),
    (SELECT count(*) FROM documents d WHERE d.chat = c.chat)
    FROM chats c ORDER BY used_at DESC, chat DESC LIMIT ?"""
_SUMS = "sum(turns), sum(prompt_tokens), sum(answer_tokens) FROM usage"
_BY_DAY = f"SELECT day, {_SUMS} WHERE day >= ? GROUP BY day ORDER BY day DESC LIMIT 40000"
_BY_NAME = {
    CHAT: f"SELECT c.key, {_SUMS} JOIN chats c ON c.chat = usage.chat WHERE day >= ? "
    "GROUP BY c.key ORDER BY sum(prompt_tokens) + sum(answer_tokens) DESC LIMIT ?",
    PERSON: f"SELECT a.platform || ':' || a.user_id, {_SUMS} JOIN authors a "
    "ON a.author = usage.author WHERE day >= ? GROUP BY a.platform, a.user_id "
    "ORDER BY sum(prompt_tokens) + sum(answer_tokens) DESC LIMIT ?",
}


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

    async def usage(self, by: str, since: float, most: int) -> list[UsageLine]:
        first = int(since // DAY_SECONDS)

        async def op(db: Db) -> list[UsageLine]:
            if by in _BY_NAME:
                rows = await db.all(_BY_NAME[by], first, most)
                return [UsageLine(str(row[0]), *map(int, row[1:])) for row in rows]
            form = "%Y-%m" if by == MONTH else "%Y-%m-%d"
            return _dated(await db.all(_BY_DAY, first), form)[:most]

        return await self._database.query(op)


def _dated(rows: list[tuple[int, int, int, int]], form: str) -> list[UsageLine]:
    """Return usage lines with dates. Rows with the same date are added up."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for day, *numbers in rows:
        name = datetime.fromtimestamp(int(day) * DAY_SECONDS, timezone.utc).strftime(form)
        sums[name] = [before + int(number) for before, number in zip(sums[name], numbers)]
    return [UsageLine(name, *found) for name, found in sums.items()]
