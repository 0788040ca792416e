"""Store the pieces of questions that came in several messages (`engine.turns.pieces`).

A question of one message has no rows here. From the second message on, every piece has a row, so
that the question can be combined again after an edit of any piece. The rows are deleted with the
question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.contract import Inbound
from engine.storage.packing import pack_question, unpack_question
from engine.storage.sql.database import Db
from engine.turns.pieces import combine, settle_seconds


async def row_of_message(db: Db, chat: int, message_id: str) -> int:
    """Return the row of an accepted message or of a piece, or 0 if it is unknown."""
    which = (chat, message_id)
    found = await db.one("SELECT row FROM ledger WHERE chat = ? AND message_id = ?", *which)
    if found is None:
        found = await db.one("SELECT row FROM pieces WHERE chat = ? AND message_id = ?", *which)
    return int(found[0]) if found else 0


async def add_pieces(db: Db, chat: int, row: int, pieces: Sequence[Inbound]) -> Inbound:
    """Add messages to a question, or replace existing ones. Return the combined question."""
    await db.many(
        "INSERT INTO pieces(row, chat, message_id, body) VALUES(?, ?, ?, ?) "
        "ON CONFLICT(chat, message_id) DO UPDATE SET body = excluded.body",
        [(row, chat, piece.message_id, pack_question(piece, "")) for piece in pieces],
    )
    rows = await db.all("SELECT message_id, body FROM pieces WHERE row = ? ORDER BY piece", row)
    key, direct = pieces[0].key, pieces[0].direct
    questions = [unpack_question(key, number, body)[0] for number, body in rows]
    return replace(combine(questions), direct=direct)


async def has_pieces(db: Db, row: int) -> bool:
    """Return whether a question consists of several messages."""
    return await db.one("SELECT 1 FROM pieces WHERE row = ? LIMIT 1", row) is not None


async def edited_question(db: Db, chat: int, row: int, inbound: Inbound) -> Inbound:
    """Return the question after an edit of one of its messages."""
    if not await has_pieces(db, row):
        return inbound
    return replace(await add_pieces(db, chat, row, (inbound,)), edited=True)


def wait_until(newest: Inbound, now: float) -> float:
    """Return the Unix time until which a question waits for a further piece, or 0."""
    seconds = settle_seconds(newest)
    return now + seconds if seconds else 0.0
