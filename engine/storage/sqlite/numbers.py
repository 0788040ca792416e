"""Numbers for chats and authors, so that a platform's long ids stand once in the file."""

from __future__ import annotations

from typing import Any

import aiosqlite

from engine.contract import Author, ChatKey


async def one(db: aiosqlite.Connection, sql: str, *values: Any) -> Any | None:
    """Return the first row of a query, or None."""
    async with db.execute(sql, values) as cursor:
        return await cursor.fetchone()


async def all_of(db: aiosqlite.Connection, sql: str, *values: Any) -> list[Any]:
    """Return every row of a query; callers bound it with LIMIT."""
    async with db.execute(sql, values) as cursor:
        return list(await cursor.fetchall())


def storable(text: str) -> str:
    """Return a text as a column takes it: a half of a character pair, which SQLite refuses, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


async def chat_number(db: aiosqlite.Connection, key: ChatKey) -> int | None:
    """Return the chat's number, or None if nothing is kept of it."""
    row = await one(db, "SELECT chat FROM chats WHERE key = ?", str(key))
    return int(row[0]) if row else None


async def enter_chat(db: aiosqlite.Connection, key: ChatKey, now: float) -> int:
    """Return the chat's number, giving it one at its first message; `now` becomes its last use."""
    await db.execute(
        "INSERT INTO chats(key, used_at) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET used_at = excluded.used_at",
        (str(key), int(now)),
    )
    row = await one(db, "SELECT chat FROM chats WHERE key = ?", str(key))
    return int(row[0])  # type: ignore[index]  # it was written a line above, in the same transaction


async def enter_author(db: aiosqlite.Connection, platform: str, author: Author, now: float) -> int:
    """Return the author's number; a changed name or origin is stored, and `now` if the author is new."""
    await db.execute(
        "INSERT INTO authors(platform, user_id, name, origin, since) VALUES(?, ?, ?, ?, ?) "
        "ON CONFLICT(platform, user_id) DO UPDATE SET name = excluded.name, "
        "origin = CASE WHEN excluded.origin = '' THEN origin ELSE excluded.origin END "
        "WHERE name <> excluded.name OR (excluded.origin <> '' AND origin <> excluded.origin)",
        (platform, author.user_id, storable(author.name), author.origin, int(now)),
    )
    row = await one(
        db,
        "SELECT author FROM authors WHERE platform = ? AND user_id = ?",
        platform,
        author.user_id,
    )
    return int(row[0])  # type: ignore[index]  # as above
