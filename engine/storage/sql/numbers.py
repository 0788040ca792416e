"""Numbers for chats and authors, so that a platform's long ids are stored only once."""

from __future__ import annotations

from engine.contract import Author, ChatKey
from engine.storage.sql.database import Db


def storable(text: str) -> str:
    """Return a text that a column accepts.

    A lone surrogate becomes a question mark, because no database accepts it.
    """
    return text.encode("utf-8", "replace").decode()


async def present_key(db: Db, key: ChatKey) -> str:
    """Return the chat's present key as text."""
    row = await db.one("SELECT key FROM moves WHERE former = ?", str(key))
    return str(row[0]) if row else str(key)


async def chat_number(db: Db, key: ChatKey) -> int | None:
    """Return the chat's number, or None if no data of the chat is stored."""
    row = await db.one("SELECT chat FROM chats WHERE key = ?", await present_key(db, key))
    return int(row[0]) if row else None


async def enter_chat(db: Db, key: ChatKey, now: float) -> int:
    """Return the chat's number. A new chat gets a new number.

    `now` becomes the time of its last use. No other transaction changes the chat's row until this
    transaction ends. An operation that locks both a chat and its rows must call this function
    first.
    """
    name = await present_key(db, key)
    await db.run(
        "INSERT INTO chats(key, used_at) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET used_at = "
        "excluded.used_at",
        name,
        int(now),
    )
    row = await db.one("SELECT chat FROM chats WHERE key = ?", name)
    # The row exists, because the line above wrote it in the same transaction.
    return int(row[0])  # type: ignore[index]


async def enter_author(db: Db, platform: str, author: Author, now: float) -> int:
    """Return the author's number.

    If the author's name or origin has changed, it is stored. For a new author, `now` is stored too.
    """
    name, sql = storable(author.name), _AUTHOR
    found = await db.one(sql, platform, author.user_id)
    if found is None or found[1] != name or author.origin not in ("", found[2]):
        await db.run(
            "INSERT INTO authors(platform, user_id, name, origin, since) VALUES(?, ?, ?, ?, ?) "
            "ON CONFLICT(platform, user_id) DO UPDATE SET name = excluded.name, "
            "origin = CASE WHEN excluded.origin = '' THEN authors.origin ELSE excluded.origin END",
            platform,
            author.user_id,
            name,
            author.origin,
            int(now),
        )
        found = await db.one(sql, platform, author.user_id)
    return int(found[0])  # type: ignore[index]  # the row exists now


_AUTHOR = "SELECT author, name, origin FROM authors WHERE platform = ? AND user_id = ?"
