"""Test for ``pipit check`` whether a model accepts a small picture."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from engine.answering.huggingface import HuggingFaceModel, ModelSettings
from engine.attachments import Picture
from engine.contract import ChatMessage

if TYPE_CHECKING:
    from engine.tasks import Clock

SQUARE_PIXELS = 64  # some models refuse a smaller picture
ANSWER_TOKENS = 16
_MARK = b"\x89PNG\r\n\x1a\n"


async def look(settings: ModelSettings, name: str, clock: Clock) -> str:
    """Ask a model for the colour of a picture. Raises `ModelError` if no answer begins."""
    model = HuggingFaceModel(settings, clock)
    picture = Picture("image/png", square(), SQUARE_PIXELS, SQUARE_PIXELS, asked=True)
    asked = ChatMessage("user", "Which colour is this? Answer with one word.", (picture,))
    stream = model.stream([asked], ANSWER_TOKENS, name)
    try:
        async for _ in stream:
            break
    finally:
        await stream.aclose()
        await model.close()
    return f"{name} takes pictures"


def square() -> bytes:
    """Return a PNG of a red square."""
    row = b"\0" + b"\xff\0\0" * SQUARE_PIXELS
    size = SQUARE_PIXELS.to_bytes(4, "big") * 2
    chunks = (
        (b"IHDR", size + b"\x08\x02\0\0\0"),
        (b"IDAT", zlib.compress(row * SQUARE_PIXELS)),
        (b"IEND", b""),
    )
    return _MARK + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + name + content + check
