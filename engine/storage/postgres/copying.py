"""A database on a server as the source or target of a copy (`engine.storage.sql.copying`)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.storage.postgres.connection import Postgres
from engine.storage.sql.database import Db

# The tables that number their rows, each with the column of that number.
_GIVES = {
    "chats": "chat",
    "authors": "author",
    "turns": "turn",
    "ledger": "row",
    "pieces": "piece",
    "documents": "document",
    "answers": "answer",
    "overheard": "line",
    "people": "person",
    "held": "line",
    "decisions": "line",
}
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND application_name = $1 AND pid <> pg_backend_pid()"
)
# The source's open questions are put into the queue, so that any process can answer them.
_QUEUE = (
    "INSERT INTO lanes(chat, platform) SELECT DISTINCT l.chat, split_part(c.key, ':', 1) "
    "FROM ledger l JOIN chats c USING(chat) WHERE l.state = 0 ON CONFLICT DO NOTHING"
)


async def anyone_lives(database: Postgres) -> bool:
    """Return whether a process of Pipit is connected to this database."""
    link = await database.direct()
    try:
        return bool(await link.fetchval(_OTHERS, "pipit"))
    finally:
        await link.close()


async def last_numbers(database: Postgres) -> dict[str, int]:
    """Return the highest number that each table has ever given to a row."""

    async def op(db: Db) -> dict[str, int]:
        found = {}
        for table, column in _GIVES.items():
            row = await db.one(f"SELECT last_value FROM {table}_{column}_seq")  # noqa: S608 - constants
            found[table] = int(row[0]) if row else 0
        return found

    return await database.query(op)


async def go_on_from(database: Postgres, numbers: Mapping[str, int]) -> None:
    """Make each table number new rows above the given number and above its existing rows."""

    async def op(db: Db) -> None:
        for table, column in _GIVES.items():
            await db.one(
                f"SELECT setval('{table}_{column}_seq', greatest(CAST(? AS bigint), 1, "  # noqa: S608 - constants
                f"(SELECT max({column}) FROM {table})))",
                numbers.get(table, 0),
            )

    await database.transact(op)


async def enter_queue(database: Postgres) -> None:
    """Put all open questions into the queue, so that any process can answer them."""

    async def op(db: Db) -> None:
        row = await db.one("SELECT to_regclass('lanes')")
        if row and row[0] is not None:
            await db.run(_QUEUE)

    await database.transact(op)
