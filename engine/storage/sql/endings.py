"""Small writes of the ledger.

They store the newest message of a chat, and the turn, usage and state with which a row ends.
"""

from __future__ import annotations

from engine.contract import Finish, Turn, Usage
from engine.storage.codec import pack
from engine.storage.packing import pack_material
from engine.storage.sql.database import Db
from engine.storage.sql.made import drop_made

_COLUMNS = "chat, author, repeated_by, at, finish, prompt, answer, material"
_FRESH = "coalesce((SELECT fresh_after FROM chats WHERE chat = ?), 0)"
_INSERT = f"INSERT INTO turns({_COLUMNS}, conversation) VALUES(?, ?, ?, ?, ?, ?, ?, ?, {_FRESH})"
_REPLACE = (
    f"INSERT INTO turns(turn, {_COLUMNS}, conversation) "
    f"VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, {_FRESH}) ON CONFLICT(turn) DO UPDATE SET "
    + ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS.split(", "))
)
# If a turn is answered again, it needs new vectors, and its cached answer is no longer valid.
_DERIVED = ("DELETE FROM turn_vectors WHERE turn = ?", "DELETE FROM answers WHERE turn = ?")


async def put_turn(db: Db, chat: int, people: tuple[int, int], number: int, turn: Turn) -> int:
    """Insert the turn, or replace the turn with the given number.

    A turn that is replaced stays in its conversation. `people` are the numbers of the turn's author
    and of the person who pressed Retry.
    """
    values = (
        chat,
        *people,
        int(turn.at),
        turn.finish.value,
        pack(turn.prompt),
        pack(turn.answer),
        pack_material(turn.material),
        chat,
    )
    if not number:
        return await db.insert("turn", _INSERT, *values)
    for statement in _DERIVED:
        await db.run(statement, number)
    await db.run(_REPLACE, number, *values)
    return number


async def close_row(db: Db, row: int, state: int, turn: int) -> None:
    """End a row with its turn, and delete the row's body and its made media in the same commit."""
    await drop_made(db, row)
    await db.run(
        "UPDATE ledger SET state = ?, turn = ?, body = NULL, shown = NULL, finish = '' WHERE row "
        "= ?",
        state,
        turn,
        row,
    )


async def count(
    db: Db,
    chat: int,
    author: int,
    day: int,
    finish: Finish,
    usage: Usage,
    *,
    turns: int = 1,
) -> None:
    """Add turns and tokens to a person's usage in a chat on a day."""
    await db.run(
        "INSERT INTO usage VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(chat, author, day, finish) DO "
        "UPDATE SET turns = usage.turns + excluded.turns, prompt_tokens = usage.prompt_tokens + "
        "excluded.prompt_tokens, answer_tokens = usage.answer_tokens + excluded.answer_tokens",
        chat,
        author,
        day,
        finish.value,
        turns,
        usage.prompt_tokens,
        usage.answer_tokens,
    )


async def note_last(db: Db, chat: int, message_id: str) -> None:
    """Record the newest message of a chat.

    An id such as ``continue 12`` does not come from the platform and is skipped.
    """
    if message_id.isascii() and message_id.isdigit():
        await db.run(
            # The ids are compared as numbers, which may have any length.
            "UPDATE chats SET last_message = ? WHERE chat = ? "
            "AND (length(last_message), last_message) < (?, ?)",
            message_id,
            chat,
            len(message_id),
            message_id,
        )
