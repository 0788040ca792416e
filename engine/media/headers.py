"""Read the size of a JPEG or PNG from its header, without decoding the picture. Pure functions.

A picture that models accept unchanged needs no conversion. The converting process handles all other
pictures: other formats, photos that may need turning, and colours for print.
"""

from __future__ import annotations

from typing import NamedTuple

_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = {0xC0, 0xC1, 0xC2}  # frames of baseline, extended and progressive JPEG
# Markers that have no length after them.
_ALONE = {0x01, *range(0xD0, 0xD9)}
# Segments in which cameras write their data: all APP markers except those of JFIF, ICC and Adobe.
_FACTS_OF_CAMERAS = {*range(0xE0, 0xF0)} - {0xE0, 0xE2, 0xEE}
_FACTS_IN_PNG = (b"eXIf", b"iTXt", b"tEXt", b"zTXt")
_PLAIN_COMPONENTS = (1, 3)  # 1 is grey and 3 is colour (a picture with 4 components is for print)
_MOST_SEGMENTS = 200


class Header(NamedTuple):
    """The type and size of a picture that can be sent without conversion."""

    media_type: str
    width: int
    height: int


def read_header(content: bytes) -> Header | None:
    """Return the header of a JPEG or PNG that needs no conversion, else None."""
    if content.startswith(_PNG):
        return _read_png(content)
    return _read_jpeg(content) if content.startswith(b"\xff\xd8\xff") else None


def _read_png(content: bytes) -> Header | None:
    if content[12:16] != b"IHDR" or not content.rstrip(b"\0").endswith(b"IEND\xaeB`\x82"):
        return None  # the file is damaged or incomplete
    if any(name in content for name in _FACTS_IN_PNG):
        return None
    width, height = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    return Header("image/png", width, height) if width and height else None


def _read_jpeg(content: bytes) -> Header | None:
    at = 2
    for _ in range(_MOST_SEGMENTS):
        if content[at : at + 1] != b"\xff":
            return None
        marker = content[at + 1] if at + 1 < len(content) else 0
        if marker == 0xFF or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        segment = content[at + 4 : at + 2 + length]
        if marker in _FRAMES:
            return _read_frame(content, segment)
        if length < 2 or marker in _FACTS_OF_CAMERAS:
            return None  # the photo may have to be turned, and its data may show where it was taken
        at += 2 + length
    return None


def _read_frame(content: bytes, segment: bytes) -> Header | None:
    if len(segment) < 6 or segment[5] not in _PLAIN_COMPONENTS or b"\xff\xd9" not in content[-64:]:
        return None
    height, width = int.from_bytes(segment[1:3], "big"), int.from_bytes(segment[3:5], "big")
    return Header("image/jpeg", width, height) if width and height else None
