"""Rebuild the question of a row from its body or, if no body is stored, from the recorded turn."""

from __future__ import annotations

from engine.contract import Author, ChatKey, Inbound
from engine.storage.codec import unpack
from engine.storage.packing import unpack_material, unpack_question
from engine.storage.sql.database import Db


async def question_of(
    db: Db,
    chat: int,
    key: ChatKey,
    message_id: str,
    turn: int,
    body: bytes | None,
) -> tuple[Inbound, str] | None:
    """Return the question of a row, and the notice that answers it.

    They come from the row's body or, without a body, from the recorded turn.
    """
    if body is not None:
        return unpack_question(key, message_id, body)
    found = await db.one(
        "SELECT a.user_id, a.name, t.prompt, t.at, t.material FROM turns t JOIN authors a "
        "USING(author) WHERE t.turn = ? AND t.chat = ?",
        turn,
        chat,
    )
    if found is None:
        return None
    user_id, name, prompt, at, material = found
    who, text = Author(user_id, name), unpack(prompt)
    inbound = Inbound(key, message_id, who, text, direct=True, addressed=True, sent_at=at)
    return inbound.asking(text, who, unpack_material(material)), ""
