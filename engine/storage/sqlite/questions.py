"""A question as its row keeps it.

That is, packed while it is open, rebuilt from the recorded turn once it is answered.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from engine.contract import Attachment, Author, ChatKey, Inbound, Material
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
        "f": [[f.name, f.media_type, f.size_bytes, f.ref, f.pasted] for f in files],
    }
    if notice:
        body["w"] = notice
    if inbound.quoted:
        body["m"] = [inbound.quoted_from, inbound.quoted_own, inbound.forwarded]
    if inbound.unseen:
        body["u"] = True
    if inbound.group or inbound.unfinished:
        body["p"] = [inbound.group, inbound.unfinished]
    return pack(json.dumps(body, ensure_ascii=False, separators=(",", ":")))


def question_of(
    db: sqlite3.Connection,
    chat: int,
    key: ChatKey,
    message_id: str,
    turn: int,
    body: bytes | None,
) -> tuple[Inbound, str] | None:
    """Rebuild the question, with the notice that answers it, from the row's body.

    Else from the recorded turn.
    """
    if body is not None:
        return unpack_question(key, message_id, body)
    found = one(
        db,
        "SELECT a.user_id, a.name, t.prompt, t.at, t.material FROM turns t JOIN authors a "
        "USING(author) "
        "WHERE t.turn = ? AND t.chat = ?",
        turn,
        chat,
    )
    if found is None:
        return None
    user_id, name, prompt, at, material = found
    who, text = Author(user_id, name), unpack(prompt)
    inbound = Inbound(key, message_id, who, text, direct=True, addressed=True, sent_at=at)
    return inbound.asking(text, who, unpack_material(material)), ""


def pack_material(material: Material) -> bytes | None:
    """Return what a turn keeps beside the text of its question; None for nothing."""
    if material == Material():
        return None
    body = {
        "q": material.quoted,
        "m": [material.quoted_from, material.quoted_own, material.forwarded],
        "f": [[f.name, f.media_type, f.size_bytes] for f in material.attachments],
    }
    return pack(json.dumps(body, ensure_ascii=False, separators=(",", ":")))


def unpack_material(blob: bytes | None) -> Material:
    """Read what `pack_material` wrote. Raises `StorageFault` if it is damaged."""
    if blob is None:
        return Material()
    data = _json(blob)
    files = tuple(Attachment(name, kind, size, "") for name, kind, size in data["f"])
    quoted_from, quoted_own, forwarded = data["m"]
    return Material(data["q"], quoted_from, quoted_own, forwarded, files)


def _json(blob: bytes) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(unpack(blob))
    except ValueError as error:
        raise StorageFault("a stored question is damaged") from error
    return data


def unpack_question(key: ChatKey, message_id: str, body: bytes) -> tuple[Inbound, str]:
    """Return a question and its notice. Raises `StorageFault` if the row is damaged."""
    data = _json(body)
    group, unfinished = data.get("p", ["", False])
    quoted_from, quoted_own, forwarded = data.get("m", ["", False, False])
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
        quoted_from=quoted_from,
        quoted_own=quoted_own,
        forwarded=forwarded,
        unseen=data.get("u", False),
        group=group,
        unfinished=unfinished,
    )
    return inbound, data.get("w", "")
