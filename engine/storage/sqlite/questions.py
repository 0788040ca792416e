"""A question as its row keeps it: packed while it is open, rebuilt from the recorded turn once it is answered."""

from __future__ import annotations

import json

import aiosqlite

from engine.contract import Attachment, Author, ChatKey, Inbound
from engine.errors import StorageFault
from engine.storage.codec import pack, unpack
from engine.storage.sqlite.numbers import one


def pack_question(inbound: Inbound, notice: str) -> bytes:
    """Return the body of a question's row, with the notice that answers it if there is one."""
    author, files = inbound.author, inbound.attachments
    body: dict[str, object] = {
        "a": [author.user_id, author.name, author.language, author.anonymous],
        "t": inbound.text,
        "q": inbound.quoted,
        "s": inbound.sent_at,
        "f": [[f.name, f.media_type, f.size_bytes, f.ref] for f in files],
    }
    if notice:
        body["w"] = notice
    return pack(json.dumps(body, ensure_ascii=False, separators=(",", ":")))


async def question_of(
    db: aiosqlite.Connection,
    chat: int,
    key: ChatKey,
    message_id: str,
    turn: int,
    body: bytes | None,
) -> tuple[Inbound, str] | None:
    """Rebuild the question, with the notice that answers it, from the row's body; else from the recorded turn."""
    if body is not None:
        return _unpacked(key, message_id, body)
    found = await one(
        db,
        "SELECT a.user_id, a.name, t.prompt, t.at FROM turns t JOIN authors a USING(author) "
        "WHERE t.turn = ? AND t.chat = ?",
        turn,
        chat,
    )
    if found is None:
        return None
    user_id, name, prompt, at = found
    who = Author(user_id, name)
    return Inbound(
        key, message_id, who, unpack(prompt), direct=True, addressed=True, sent_at=at
    ), ""


def _unpacked(key: ChatKey, message_id: str, body: bytes) -> tuple[Inbound, str]:
    try:
        data = json.loads(unpack(body))
    except ValueError as error:
        raise StorageFault("a stored question is damaged") from error
    inbound = Inbound(
        key,
        message_id,
        Author(*data["a"]),
        data["t"],
        direct=True,
        addressed=True,
        sent_at=data["s"],
        quoted=data["q"],
        attachments=tuple(Attachment(*f) for f in data["f"]),
    )
    return inbound, data.get("w", "")
