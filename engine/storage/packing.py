"""Convert questions and their material to bytes that any store can keep, and back."""

from __future__ import annotations

import json
from typing import Any

from engine.contract import Attachment, Author, ChatKey, Inbound, Material
from engine.errors import StorageFault
from engine.storage.codec import pack, unpack


def pack_question(inbound: Inbound, notice: str) -> bytes:
    """Return the bytes of a question and of the notice that answers it, if there is one."""
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


def pack_material(material: Material) -> bytes | None:
    """Return the bytes of a turn's material, None if there is none."""
    if material == Material():
        return None
    body = {
        "q": material.quoted,
        "m": [material.quoted_from, material.quoted_own, material.forwarded],
        "f": [[f.name, f.media_type, f.size_bytes] for f in material.attachments],
    }
    return pack(json.dumps(body, ensure_ascii=False, separators=(",", ":")))


def unpack_material(blob: bytes | None) -> Material:
    """Return the material that `pack_material` wrote. Raises `StorageFault` if it is damaged."""
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
