"""Numbers for chats and authors, so that the file stores a platform's long ids only once."""

from __future__ import annotations

import sqlite3
from typing import Any

from engine.contract import Author, ChatKey


def one(db: sqlite3.Connection, sql: str, *values: Any) -> Any | None:
    """Return the first row of a query, or None."""
    return db.execute(sql, values).fetchone()


def all_of(db: sqlite3.Connection, sql: str, *values: Any) -> list[Any]:
    """Return all rows of a query. The query has a LIMIT."""
    return db.execute(sql, values).fetchall()


def storable(text: str) -> str:
    """Return a text that a column accepts.

    SQLite refuses a lone surrogate, so it becomes a question mark.
    """
    return text.encode("utf-8", "replace").decode()


def present_key(db: sqlite3.Connection, key: ChatKey) -> str:
    """Return the chat's present key in its written form."""
    row = one(db, "SELECT key FROM moves WHERE former = ?", str(key))
    return str(row[0]) if row else str(key)


def chat_number(db: sqlite3.Connection, key: ChatKey) -> int | None:
    """Return the chat's number, or None if nothing of it is stored."""
    row = one(db, "SELECT chat FROM chats WHERE key = ?", present_key(db, key))
    return int(row[0]) if row else None


def enter_chat(db: sqlite3.Connection, key: ChatKey, now: float) -> int:
    """Return the chat's number, a new one for a new chat.

    `now` becomes the time of its last use.
    """
    name = present_key(db, key)
    db.execute(
        "INSERT INTO chats(key, used_at) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET used_at = "
        "excluded.used_at",
        (name, int(now)),
    )
    row = one(db, "SELECT chat FROM chats WHERE key = ?", name)
    # The line above wrote it in the same transaction.
    return int(row[0])  # type: ignore[index]


def enter_author(db: sqlite3.Connection, platform: str, author: Author, now: float) -> int:
    """Return the author's number.

    A changed name or origin is stored. For a new author, `now` is stored as the time of the first
    message.
    """
    db.execute(
        "INSERT INTO authors(platform, user_id, name, origin, since) VALUES(?, ?, ?, ?, ?) "
        "ON CONFLICT(platform, user_id) DO UPDATE SET name = excluded.name, "
        "origin = CASE WHEN excluded.origin = '' THEN origin ELSE excluded.origin END "
        "WHERE name <> excluded.name OR (excluded.origin <> '' AND origin <> excluded.origin)",
        (platform, author.user_id, storable(author.name), author.origin, int(now)),
    )
    row = one(
        db,
        "SELECT author FROM authors WHERE platform = ? AND user_id = ?",
        platform,
        author.user_id,
    )
    return int(row[0])  # type: ignore[index]  # as above
