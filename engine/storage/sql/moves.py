"""Move a chat with all of its data to the new key that it got on its platform.

Message ids start again in the new chat. Stored ids of the old chat are therefore marked, so that
they are never confused with new ids. The old chat's bubbles cannot be reached any more. They are
dropped, so that an open answer is sent to the new chat.
"""

from __future__ import annotations

from engine.contract import ChatKey
from engine.storage.sql.database import Db
from engine.storage.sql.numbers import chat_number, enter_chat
from engine.storage.sql.overheard import MARK_IDS
from engine.storage.sql.people import MOVE, move_values

_MARK_IDS = (
    "UPDATE ledger SET message_id = :former || ' ' || message_id, handle = '' WHERE chat = :old",
    "UPDATE pieces SET message_id = :former || ' ' || message_id WHERE chat = :old",
    "DELETE FROM bubbles WHERE chat = :old",
    *MARK_IDS,
)
# For each table, the columns that together are unique within a chat. If both chats have a row with
# the same values, the old chat's row is not moved. It is deleted with the old chat.
_MOVED: dict[str, tuple[str, ...] | None] = {
    "turns": None,
    "ledger": ("message_id",),
    "pieces": ("message_id",),
    "usage": ("author", "day", "finish"),
    "spending": ("day", "author", "model"),
    "news": (),
    "receivers": ("broadcast",),
    "documents": None,
    "answers": ("scope", "exact"),
    "overheard": ("message_id",),
    "listening": (),
}


def _to_new(table: str, unique: tuple[str, ...] | None) -> str:
    sql = f"UPDATE {table} SET chat = :new WHERE chat = :old"  # noqa: S608 - constants of this module
    if unique is None:
        return sql
    same = "".join(f" AND o.{column} = {table}.{column}" for column in unique)
    return f"{sql} AND NOT EXISTS (SELECT 1 FROM {table} o WHERE o.chat = :new{same})"  # noqa: S608 - as above


_MERGE = (
    *(_to_new(table, unique) for table, unique in _MOVED.items()),
    "UPDATE chats SET (model, persona, language, time_zone, voice, persona_by) = "
    "(SELECT model, persona, language, time_zone, voice, persona_by FROM chats WHERE chat = :old) "
    "WHERE chat = :new AND model || persona || language || time_zone || voice = ''",
    "DELETE FROM chats WHERE chat = :old",
)


async def move_chat(db: Db, former: ChatKey, key: ChatKey, now: float) -> bool:
    """Give a chat's rows a new key. Return False if nothing is stored under the old key."""
    for statement in MOVE:  # a group may ask for approval before it has a chat
        await db.run(statement, move_values(former, key))
    row = await db.one("SELECT chat FROM chats WHERE key = ? FOR_UPDATE()", str(former))
    if row is None:
        return False
    facts = {
        "old": int(row[0]),
        "new": await chat_number(db, key),
        "former": str(former),
        "key": str(key),
    }
    for statement in _MARK_IDS:
        await db.run(statement, facts)
    if facts["new"] is None:
        await db.run(
            "UPDATE chats SET key = ?, last_message = '' WHERE chat = ?", str(key), facts["old"]
        )
    else:  # the new chat exists already, because one of its messages arrived first
        for statement in _MERGE:
            await db.run(statement, facts)
    # A running job still uses the old key.
    await db.run("UPDATE moves SET key = ? WHERE key = ?", str(key), str(former))
    await db.run(
        "INSERT INTO moves(former, key) VALUES(?, ?) ON CONFLICT(former) DO UPDATE SET key = "
        "excluded.key",
        str(former),
        str(key),
    )
    await enter_chat(db, key, now)
    return True
