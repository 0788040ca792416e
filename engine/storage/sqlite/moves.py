"""Move a chat that got a new key on its platform, with all of its data.

Message ids start again in the new chat. So stored ids of the old chat are marked, and new messages
are never confused with them. The old chat's bubbles cannot be reached any more. They are dropped,
so that an open answer is sent to the new chat.
"""

from __future__ import annotations

import sqlite3

from engine.contract import ChatKey
from engine.storage.sqlite.numbers import chat_number, enter_chat, one
from engine.storage.sqlite.overheard import MARK_IDS

_MARK_IDS = (
    "UPDATE ledger SET message_id = :former || ' ' || message_id, handle = '' WHERE chat = :old",
    "UPDATE pieces SET message_id = :former || ' ' || message_id WHERE chat = :old",
    "DELETE FROM bubbles WHERE chat = :old",
    *MARK_IDS,
)
_MERGE = (
    *(
        f"UPDATE OR IGNORE {table} SET chat = :new WHERE chat = :old"  # noqa: S608 - constants
        for table in (
            "turns",
            "ledger",
            "pieces",
            "usage",
            "documents",
            "answers",
            "overheard",
            "listening",
        )
    ),
    "UPDATE chats SET (model, persona, language, time_zone, persona_by) = "
    "(SELECT model, persona, language, time_zone, persona_by FROM chats WHERE chat = :old) "
    "WHERE chat = :new AND model || persona || language || time_zone = ''",
    "DELETE FROM chats WHERE chat = :old",
)


def move_chat(db: sqlite3.Connection, former: ChatKey, key: ChatKey, now: float) -> bool:
    """Give a chat's rows a new key. Return False if nothing is stored under the old key."""
    row = one(db, "SELECT chat FROM chats WHERE key = ?", str(former))
    if row is None:
        return False
    facts = {
        "old": int(row[0]),
        "new": chat_number(db, key),
        "former": str(former),
        "key": str(key),
    }
    for statement in _MARK_IDS:
        db.execute(statement, facts)
    if facts["new"] is None:
        db.execute(
            "UPDATE chats SET key = ?, last_message = '' WHERE chat = ?", (str(key), facts["old"])
        )
    else:  # a message in the new chat arrived first
        for statement in _MERGE:
            db.execute(statement, facts)
    # A job in progress still uses the old key.
    db.execute("UPDATE moves SET key = ? WHERE key = ?", (str(key), str(former)))
    db.execute("INSERT OR REPLACE INTO moves(former, key) VALUES(?, ?)", (str(former), str(key)))
    enter_chat(db, key, now)
    return True
