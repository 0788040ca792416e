"""Scale a picture and write it as JPEG or PNG. This is done only in the converting process.

The header is checked before anything is decoded, because a small file may hold a huge picture. JPEG
is decoded at a fraction of its size (`draft`), so that 108 megapixels take 30 MB. Print colours
(CMYK) become RGB, and transparent parts become white. The camera's orientation is applied. All
other metadata of the file, such as the location, is dropped.
"""

from __future__ import annotations

import importlib
import io
import sys
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from engine.media.results import Converted, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF", "HEIF"]
_MEGA = 1_000_000
MOST_PIXELS = {
    "JPEG": 120 * _MEGA,
    "MPO": 120 * _MEGA,
    "WEBP": 5 * _MEGA,
    "AVIF": 8 * _MEGA,
    "HEIF": 12 * _MEGA + _MEGA // 2,
}
"""The limit of each format.

`OTHERS` is the limit of all other formats. docs/media.md explains the memory.
"""
PROGRESSIVE = 18 * _MEGA  # a lower limit than JPEG's, because the decoder holds all coefficients
OTHERS = 12 * _MEGA + _MEGA // 2
_STRIPS_FROM, _STRIP_ROWS = 3 * _MEGA, 64
_QUALITY = 80
_MOST_RATIO = 60  # the largest ratio of the sides, because a model sees nothing in a longer strip
_PLUGINS = (
    ("Jpeg", b"\xff\xd8"),
    ("Png", b"\x89PNG"),
    ("Gif", b"GIF8"),
    ("Bmp", b"BM"),
    ("WebP", b"WEBP"),
    ("Tiff", b"II*\0"),
    ("Tiff", b"MM\0*"),
    ("Avif", b"ftypavi"),
)
_HEIF = (b"ftyphei", b"ftyphev", b"ftypmif1", b"ftypmsf1", b"ftypmsi")
_image: Any = None
_transpose: Any = None


def prepare(beginning: bytes) -> None:
    """Import the decoder of a picture's format. HEIC needs a package that may not be installed."""
    global _image, _transpose  # noqa: PLW0603 - the process exists for one picture
    _image = importlib.import_module("PIL.Image")
    _transpose = importlib.import_module("PIL.ImageOps").exif_transpose
    # Photos of phones have metadata in the form of TIFF, and some have a second picture (MPO).
    named = [name for name, mark in _PLUGINS if mark in beginning[:16]]
    for name in ("Jpeg", "Tiff", "Mpo", *named):
        _import(f"PIL.{name}ImagePlugin")
    if any(mark in beginning[:16] for mark in _HEIF):
        heif = importlib.import_module("pillow_heif")
        heif.options.DECODE_THREADS = 1  # each thread needs memory of its own
        heif.register_heif_opener(thumbnails=False)
    # Without this line, Pillow imports the plug-ins of all its formats at the first picture.
    _image._initialized = 2  # noqa: SLF001 - as above
    # Pillow's own limit at first only gives a warning. The limits above are checked before it.
    _image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")


def _import(name: str) -> None:
    with suppress(ImportError):  # older versions of Pillow have no AVIF
        importlib.import_module(name)


def convert(content: io.BytesIO, options: Mapping[str, Any]) -> Converted:
    """Scale a picture to at most ``side`` pixels and at most ``bytes`` bytes.

    Raises `Refused` with the reason kind, too_large or unreadable.
    """
    picture = _open(content)
    _judge(picture)
    side = int(options["side"])
    if picture.format == "HEIF":
        picture = _halved(picture, content)
    picture.draft("RGB", (side, side))
    picture.thumbnail((side, side), reducing_gap=None)
    picture = _flat(_transpose(picture) or picture)
    made = _written(picture, int(options["bytes"]))
    facts = {"type": "image/jpeg", "width": picture.width, "height": picture.height}
    return Converted(facts, made)


def _open(content: io.BytesIO) -> Any:
    known = [name for name in _FORMATS if name in _image.OPEN]
    try:
        return _image.open(content, formats=known)
    except (OSError, SyntaxError, ValueError) as error:
        raise Refused("kind") from error


def _halved(picture: Any, content: io.BytesIO) -> Any:
    """Return a large HEIC at half its size, strip by strip.

    Pillow holds a picture with four bytes for each pixel, in addition to three in the decoder.
    """
    width, height = picture.size
    if width * height < _STRIPS_FROM or picture.mode != "RGB":
        return picture
    content.seek(0)  # the plug-in may have closed the file
    heif = sys.modules["pillow_heif"].open_heif(content, convert_hdr_to_8bit=True)
    if heif.mode != "RGB" or heif.size != picture.size:
        return picture
    half = _image.new("RGB", ((width + 1) // 2, (height + 1) // 2))
    rows, stride, data = memoryview(heif.data), heif.stride, None
    for top in range(0, height, _STRIP_ROWS):
        count = min(_STRIP_ROWS, height - top)
        data = rows[top * stride : (top + count) * stride]
        strip = _image.frombuffer("RGB", (width, count), data, "raw", "RGB", stride, 1)
        half.paste(strip.reduce(2), (0, top // 2))
    return half


def _judge(picture: Any) -> None:
    """Raise `Refused` if the header shows that the picture would take too much memory."""
    pixels = picture.width * picture.height
    most = MOST_PIXELS.get(picture.format, OTHERS)
    if picture.info.get("progressive") or picture.info.get("progression"):
        most = PROGRESSIVE
    longer, shorter = max(picture.size), max(1, min(picture.size))
    if pixels > most or longer > _MOST_RATIO * shorter:
        raise Refused("too_large")


def _flat(picture: Any) -> Any:
    """Return the picture in RGB, with white behind its transparent parts."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        ground = _image.new("RGBA", seen.size, "white")
        return _image.alpha_composite(ground, seen).convert("RGB")
    if picture.mode.startswith("I") or picture.mode == "F":  # grey with 16 bits or more
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    return picture.convert("RGB")


def _written(picture: Any, most_bytes: int) -> bytes:
    for quality in (_QUALITY, 60, 40):
        made = io.BytesIO()
        picture.save(made, "JPEG", quality=quality)
        if made.tell() <= most_bytes:
            break
    return made.getvalue()
