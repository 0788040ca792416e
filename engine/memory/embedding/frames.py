"""The frames between the bot and the embedder's process.

A frame is four bytes of length, one byte of kind, then the payload. Integers are big-endian. Rows
are little-endian float32. The bot sends TEXTS. The process first sends READY or a fault, once. It
then sends ROWS or FAULT for each TEXTS. Both ends belong to one version of Pipit, so nothing is
negotiated.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

TEXTS = b"T"
READY = b"R"
ROWS = b"V"
FAULT = b"F"
PATCHED_FAULT = b"P"
"""Loading failed with patches of ``lean`` in place. It may succeed without them."""

_HEAD = struct.Struct(">Ic")
MAX_FRAME_BYTES = 64 * 1024 * 1024


def pack(kind: bytes, payload: bytes) -> bytes:
    """Return a whole frame."""
    return _HEAD.pack(len(payload), kind) + payload


def pack_texts(texts: Sequence[str]) -> bytes:
    """Return a TEXTS frame."""
    return pack(TEXTS, json.dumps(list(texts)).encode("ascii"))


def unpack_texts(payload: bytes) -> list[str]:
    """Return the texts that `pack_texts` wrote.

    No tokenizer accepts a lone surrogate, so it becomes a question mark.
    """
    return [str(text).encode("utf-8", "replace").decode("utf-8") for text in json.loads(payload)]


def read(source: BinaryIO) -> tuple[bytes, bytes] | None:
    """Read one frame as kind and payload.

    Return None at the end of the file, even within a frame.
    """
    head = source.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    size, kind = _HEAD.unpack(head)
    payload = source.read(size)
    return (kind, payload) if len(payload) == size else None


async def receive(source: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Read one frame as kind and payload.

    Raises EOFError (`asyncio.IncompleteReadError`) at the end, and ValueError for a length that
    neither end would send.
    """
    size, kind = _HEAD.unpack(await source.readexactly(_HEAD.size))
    if size > MAX_FRAME_BYTES:
        raise ValueError(f"a frame of {size} bytes")
    return kind, await source.readexactly(size)
