"""Short forms of queries on a connection of SQLite."""

from __future__ import annotations

import sqlite3
from typing import Any


def one(db: sqlite3.Connection, sql: str, *values: Any) -> Any | None:
    """Return the first row of a query, or None."""
    return db.execute(sql, values).fetchone()


def all_of(db: sqlite3.Connection, sql: str, *values: Any) -> list[Any]:
    """Return all rows of a query. The query has a LIMIT."""
    return db.execute(sql, values).fetchall()
