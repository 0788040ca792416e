"""Convert questions and their material to bytes that any store can keep, and back."""

from __future__ import annotations

import json
from typing import Any

from engine.attachments import Attachment, MediaKind
from engine.contract import Author, ChatKey, Inbound, Material
from engine.errors import StorageFault
from engine.groups import Place
from engine.media.naming import may_call
from engine.storage.codec import pack, unpack


def pack_question(inbound: Inbound, notice: str) -> bytes:
    """Return the bytes of a question and of the notice that answers it, if there is one."""
    author, files = inbound.author, inbound.attachments
    body: dict[str, object] = {
        "a": [author.user_id, author.name, author.language, author.anonymous],
        "t": inbound.text,
        "q": inbound.quoted,
        "s": inbound.sent_at,
        "f": [_pack_file(file) for file in files],
    }
    if notice:
        body["w"] = notice
    if inbound.quoted:
        body["m"] = [inbound.quoted_from, inbound.quoted_own, inbound.forwarded]
    if inbound.unseen:
        body["u"] = True
    if may_call(inbound):
        body["n"] = True
    if inbound.group or inbound.unfinished:
        body["p"] = [inbound.group, inbound.unfinished]
    if inbound.place.place_id:
        body["g"] = inbound.place.place_id
    return pack(json.dumps(body, ensure_ascii=False, separators=(",", ":")))


def pack_material(material: Material) -> bytes | None:
    """Return the bytes of a turn's material, or None if the turn has no material."""
    if material == Material():
        return None
    body = {
        "q": material.quoted,
        "m": [material.quoted_from, material.quoted_own, material.forwarded],
        "f": [_pack_file(file.recorded) for file in material.attachments],
    }
    return pack(json.dumps(body, ensure_ascii=False, separators=(",", ":")))


def unpack_material(blob: bytes | None) -> Material:
    """Return the material that `pack_material` wrote. Raises `StorageFault` if it is damaged."""
    if blob is None:
        return Material()
    data = _json(blob)
    files = tuple(map(unpack_file, data["f"]))
    quoted_from, quoted_own, forwarded = data["m"]
    return Material(data["q"], quoted_from, quoted_own, forwarded, files)


# The stored names of the attributes of media. An empty attribute is not stored.
_FACTS = {
    "k": "kind",
    "l": "link",
    "p": "preview",
    "w": "width",
    "h": "height",
    "s": "duration_seconds",
    "a": "alt",
    "d": "description",
    "x": "digest",
}


def _pack_file(file: Attachment) -> list[object]:
    basic: list[object] = [file.name, file.media_type, file.size_bytes, file.ref, file.pasted]
    facts = {key: value for key, name in _FACTS.items() if (value := getattr(file, name))}
    if file.kind is MediaKind.DOCUMENT:
        del facts["k"]
    return [*basic, facts] if facts else basic


def unpack_file(stored: list[Any]) -> Attachment:
    """Read a stored file. Older versions stored only the first three or five values."""
    missing: list[Any] = ["", False, {}][len(stored) - 3 :]
    name, media_type, size, ref, pasted, facts = [*stored, *missing]
    known = {_FACTS[key]: value for key, value in facts.items() if key in _FACTS}
    kind = MediaKind(known.pop("kind", MediaKind.DOCUMENT))
    return Attachment(name, media_type, size, ref, pasted, kind, **known)


def told_file(file: Attachment) -> dict[str, object]:
    """Describe a stored file for an export, without the platform's handles."""
    told: dict[str, object] = {
        "name": file.name,
        "type": file.media_type,
        "bytes": file.size_bytes,
        "kind": file.kind.value,
    }
    more = {"width": file.width, "height": file.height, "seconds": file.duration_seconds}
    texts = {"alt": file.alt, "description": file.description, "sha256": file.digest}
    return {**told, **{name: value for name, value in {**more, **texts}.items() if value}}


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
        addressed=not data.get("n", False),
        sent_at=data["s"],
        quoted=data["q"],
        attachments=tuple(map(unpack_file, data["f"])),
        quoted_from=quoted_from,
        quoted_own=quoted_own,
        forwarded=forwarded,
        unseen=data.get("u", False),
        group=group,
        unfinished=unfinished,
        place=Place(data.get("g", "")),
    )
    return inbound, data.get("w", "")
