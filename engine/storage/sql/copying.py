"""Copy all rows from one database to another, and compare the two databases.

Each of them may be an SQLite file or a PostgreSQL database.

Rows are copied in the order of their keys, with a transaction for each batch. An interrupted copy
therefore continues after the last row that the target has. No other process may use either
database.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Callable

from engine.storage.sql.database import Database, Db

BATCH_ROWS = 200


@dataclass(frozen=True)
class Table:
    """A table: the columns of its key, its other columns, and its parents.

    A parent is a table to which the rows belong, together with the column that both tables have.
    """

    name: str
    key: tuple[str, ...]
    others: tuple[str, ...] = ()
    parents: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return all columns: first those of the key, then the others."""
        return (*self.key, *self.others)


def _table(name: str, key: str, others: str = "", *parents: str) -> Table:
    pairs = tuple((parent, column) for parent, _, column in (p.partition(".") for p in parents))
    return Table(name, tuple(key.split()), tuple(others.split()), pairs)


# A parent is listed before the tables whose rows belong to it.
TABLES = (
    _table(
        "chats",
        "chat",
        "key model persona language time_zone fresh_after last_message used_at persona_by voice",
    ),
    _table("authors", "author", "platform user_id name since origin"),
    _table(
        "turns",
        "turn",
        "chat author at finish prompt answer repeated_by material conversation",
        "chats.chat",
    ),
    _table(
        "ledger",
        "row",
        "chat message_id handle state attempts owner at direct turn body shown sure finish "
        "revision previous_owner step deaths asked_by settles_at",
        "chats.chat",
    ),
    _table("pieces", "piece", "row chat message_id body", "ledger.row"),
    _table("made", "row", "revision kind media_type alt duration waveform body sent", "ledger.row"),
    _table("bubbles", "chat sent", "row part", "ledger.row"),
    _table(
        "usage",
        "chat author day finish",
        "turns prompt_tokens answer_tokens",
        "chats.chat",
    ),
    _table(
        "spending",
        "day author chat model",
        "answers prompt_tokens answer_tokens estimated_tokens pictures recordings cost",
    ),
    _table("cap_warnings", "name until"),
    _table("chosen", "name", "value"),
    _table("news", "chat", "handle", "chats.chat"),
    _table("broadcasts", "broadcast", "key message_id user_id handle language card state at body"),
    _table("receivers", "broadcast chat", "state", "broadcasts.broadcast", "chats.chat"),
    _table("turn_vectors", "turn", "prompt answer", "turns.turn"),
    _table(
        "documents",
        "document",
        "chat author name at used_at bytes passages unpacked digest",
        "chats.chat",
    ),
    _table("passages", "document number", "place text vectors", "documents.document"),
    _table(
        "answers",
        "answer",
        "chat scope exact turn question text vector at",
        "chats.chat",
        "turns.turn",
    ),
    _table("listening", "chat", "since", "chats.chat"),
    _table("overheard", "line", "chat message_id user_id at bytes body", "chats.chat"),
    _table("objections", "place user_id"),
    _table("evictions", "key", "at"),
    _table("moves", "former", "key"),
    _table("embedding", "model"),
    _table(
        "people",
        "person",
        "platform subject grouped name language chat handle state role asked_at decided_by "
        "decided_at version card due",
    ),
    _table("held", "line", "person chat message_id user_id direct at handle body", "people.person"),
    _table("decisions", "line", "at decided_by subject what"),
)
# While a copy is incomplete, this row of the target's table `facts` holds the name of the source.
MOVING = "moving"
_FACTS = "SELECT name, value FROM facts"
_SET_FACT = (
    "INSERT INTO facts(name, value) VALUES(?, ?) "
    "ON CONFLICT(name) DO UPDATE SET value = excluded.value"
)
_SET_COUNT = "UPDATE facts SET value = PLAIN(?) WHERE name = ?"
_COUNTS = ("erased", "scrubbed")
# All processes of the source have ended, so their numbers mean nothing in the target.
_RELEASE = (
    "UPDATE ledger SET owner = 0, previous_owner = CASE WHEN previous_owner = 0 THEN 0 ELSE -1 END "
    "WHERE state = 0"
)


@dataclass(frozen=True)
class Sum:
    """The number of rows in a table, and a digest of them that does not depend on their order."""

    rows: int
    digest: int


async def copy_table(
    source: Database, target: Database, table: Table, told: Callable[[int], None]
) -> None:
    """Copy the rows that the target does not have yet. Each batch's size is given to `told`."""
    insert = (
        f"INSERT INTO {table.name}({', '.join(table.columns)}) "
        f"VALUES({', '.join('?' * len(table.columns))})"
    )
    after = await _last_key(target, table)
    async for rows in _batches(source, table, after):
        batch = [tuple(row) for row in rows]
        await target.transact(lambda db, batch=batch: db.many(insert, batch))  # type: ignore[misc]
        told(len(batch))


async def sum_of(database: Database, table: Table) -> Sum:
    """Return the number of rows in a table, and their digest."""
    count = total = 0
    async for rows in _batches(database, table, None):
        for row in rows:
            raw = repr(tuple(row)).encode("utf-8", "surrogatepass")
            total += int.from_bytes(hashlib.blake2b(raw, digest_size=16).digest(), "big")
            count += 1
    return Sum(count, total % 2**128)


async def left_out(source: Database, table: Table) -> int:
    """Return how many rows are not copied because their parent row does not exist."""
    if not table.parents:
        return 0
    orphans = f"SELECT count(*) FROM {table.name} t WHERE NOT ({_has_parents(table)})"  # noqa: S608 - constants
    row = await source.query(lambda db: db.one(orphans))
    return int(row[0]) if row else 0


async def facts_of(database: Database) -> dict[str, str]:
    """Return the values of a database's `facts` table, by name, as texts."""
    rows = await database.query(lambda db: db.all(_FACTS))
    return {str(name): str(value) for name, value in rows}


async def set_fact(database: Database, name: str, value: str) -> None:
    """Set a value in a database's `facts` table."""
    await database.transact(lambda db: db.run(_SET_FACT, name, value))


async def is_empty(database: Database) -> bool:
    """Return whether all tables are empty."""
    for table in TABLES:
        sql = f"SELECT 1 FROM {table.name} LIMIT 1"  # noqa: S608 - constants
        if await database.query(lambda db, sql=sql: db.one(sql)) is not None:  # type: ignore[misc]
            return False
    return True


async def complete(target: Database, facts: dict[str, str]) -> None:
    """Complete a copy: set the target's identity and counts, and release its open questions.

    A released question belongs to no process, so that any process can answer it.
    """

    async def op(db: Db) -> None:
        await db.run(_SET_FACT, "store", facts["store"])
        for name in _COUNTS:
            await db.run(_SET_COUNT, int(facts[name]), name)
        await db.run(_RELEASE)
        await db.run("DELETE FROM facts WHERE name = ?", MOVING)

    await target.transact(op)


def _has_parents(table: Table) -> str:
    return " AND ".join(
        f"EXISTS (SELECT 1 FROM {parent} p WHERE p.{column} = t.{column})"  # noqa: S608 - constants
        for parent, column in table.parents
    )


async def _last_key(database: Database, table: Table) -> Sequence[Any] | None:
    order = ", ".join(f"{column} DESC" for column in table.key)
    sql = f"SELECT {', '.join(table.key)} FROM {table.name} ORDER BY {order} LIMIT 1"  # noqa: S608 - constants
    row = await database.query(lambda db: db.one(sql))
    return None if row is None else tuple(row)


async def _batches(
    database: Database, table: Table, after: Sequence[Any] | None
) -> AsyncIterator[list[Any]]:
    """Yield the rows that come after the key `after` in batches, in the order of their keys."""
    key, columns = ", ".join(table.key), ", ".join(table.columns)
    conditions = [_has_parents(table)] if table.parents else []
    behind = f"({key}) > ({', '.join('?' * len(table.key))})"
    while True:
        both = [*conditions, behind] if after is not None else conditions
        where = f"WHERE {' AND '.join(both)}" if both else ""
        sql = f"SELECT {columns} FROM {table.name} t {where} ORDER BY {key} LIMIT {BATCH_ROWS}"  # noqa: S608 - constants
        values = after or ()
        rows = await database.query(lambda db, sql=sql, v=values: db.all(sql, *v))  # type: ignore[misc]
        if not rows:
            return
        yield rows
        after = tuple(rows[-1])[: len(table.key)]
