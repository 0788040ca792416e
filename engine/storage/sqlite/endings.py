"""Small writes of the ledger.

They store the newest message of a chat, and the turn, usage and state with which a row ends.
"""

from __future__ import annotations

import sqlite3

from engine.contract import Finish, Turn, Usage
from engine.storage.codec import pack
from engine.storage.packing import pack_material


def put_turn(
    db: sqlite3.Connection, chat: int, people: tuple[int, int], number: int, turn: Turn
) -> int:
    """Insert the turn, or replace the turn with the given number.

    A turn that is replaced stays in its conversation. `people` are the turn's author and the person
    who pressed Retry, as numbers.
    """
    cursor = db.execute(
        "INSERT OR REPLACE INTO turns(turn, chat, author, repeated_by, at, finish, prompt, answer, "
        "material, conversation) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce((SELECT conversation "
        "FROM turns WHERE turn = ?), (SELECT fresh_after FROM chats WHERE chat = ?), 0))",
        (
            number or None,
            chat,
            *people,
            int(turn.at),
            turn.finish.value,
            pack(turn.prompt),
            pack(turn.answer),
            pack_material(turn.material),
            number,
            chat,
        ),
    )
    return int(cursor.lastrowid or 0)


def close_row(db: sqlite3.Connection, row: int, state: int, turn: int) -> None:
    """End a row with its turn. The same commit deletes the row's body."""
    db.execute(
        "UPDATE ledger SET state = ?, turn = ?, body = NULL, shown = NULL, finish = '' WHERE row "
        "= ?",
        (state, turn, row),
    )


def count(
    db: sqlite3.Connection, chat: int, author: int, day: int, finish: Finish, usage: Usage
) -> None:
    """Add one turn to a person's usage in a chat on a day."""
    db.execute(
        "INSERT INTO usage VALUES(?, ?, ?, ?, 1, ?, ?) ON CONFLICT(chat, author, day, finish) DO "
        "UPDATE SET turns = turns + 1, prompt_tokens = prompt_tokens + excluded.prompt_tokens, "
        "answer_tokens = answer_tokens + excluded.answer_tokens",
        (chat, author, day, finish.value, usage.prompt_tokens, usage.answer_tokens),
    )


def note_last(db: sqlite3.Connection, chat: int, message_id: str) -> None:
    """Record the newest message of a chat.

    An id such as ``continue 12`` is Pipit's own and is skipped.
    """
    if message_id.isascii() and message_id.isdigit():
        db.execute(
            "UPDATE chats SET last_message = ? WHERE chat = ? "
            "AND CAST(last_message AS INTEGER) < CAST(? AS INTEGER)",
            (message_id, chat, message_id),
        )
