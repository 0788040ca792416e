"""A connection of SQLite with the interface for operations (`engine.storage.sql.database`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from engine.storage.sql.macros import for_sqlite


class SqliteDb:
    """A connection during one operation. No method ever waits."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw

    async def one(self, sql: str, *values: object) -> Any | None:
        return self.raw.execute(for_sqlite(sql), _bound(values)).fetchone()

    async def all(self, sql: str, *values: object) -> list[Any]:
        return self.raw.execute(for_sqlite(sql), _bound(values)).fetchall()

    async def run(self, sql: str, *values: object) -> int:
        return self.raw.execute(for_sqlite(sql), _bound(values)).rowcount

    async def many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        self.raw.executemany(for_sqlite(sql), rows)

    async def insert(self, number: str, sql: str, *values: object) -> int:  # noqa: ARG002 - SQLite knows the column itself
        return int(self.raw.execute(for_sqlite(sql), _bound(values)).lastrowid or 0)


def _bound(values: Sequence[object]) -> Any:
    """Return the parameters of a statement. A list becomes JSON (`NUMBERS`, `TEXTS`)."""
    for value in values:  # most statements have no list
        if isinstance(value, (list, dict)):  # a check for `Mapping` would take ten times as long
            break
    else:
        return values
    if isinstance(values[0], dict):
        return {name: _plain(value) for name, value in values[0].items()}
    return [_plain(value) for value in values]


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, list) else value
