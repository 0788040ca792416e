"""Small pictures in every format that people send."""

from __future__ import annotations

import io
import zlib
from typing import Any

from PIL import Image


def made(
    size: tuple[int, int] = (640, 480),
    kind: str = "JPEG",
    mode: str = "RGB",
    colour: Any = "red",
    **options: Any,
) -> bytes:
    """Return a picture of one colour."""
    content = io.BytesIO()
    Image.new(mode, size, colour).save(content, kind, **options)
    return content.getvalue()


def opened(content: bytes) -> Image.Image:
    """Return a decoded picture."""
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def header_only(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds no pixel of it."""
    whole = made((1, 1), "PNG")
    at = whole.index(b"IHDR") + 4
    facts = width.to_bytes(4, "big") + height.to_bytes(4, "big") + whole[at + 8 : at + 13]
    check = zlib.crc32(b"IHDR" + facts).to_bytes(4, "big")
    return whole[:at] + facts + check + whole[at + 17 :]
