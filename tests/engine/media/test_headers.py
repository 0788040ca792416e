"""A picture that a model can take is passed on as it is; any other one is converted."""

from __future__ import annotations

import pytest
from PIL import Image, PngImagePlugin

from engine.media.headers import Header, read_header
from engine.media.tokens import SIDES, best_side, picture_tokens
from tests.engine.media.pictures import made


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"quality": 95}, {"dpi": (72, 72)}])
def test_a_plain_jpeg_is_taken_as_it_is(options: dict[str, object]) -> None:
    assert read_header(made((640, 480), **options)) == Header("image/jpeg", 640, 480)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA"])
def test_a_plain_png_is_taken_as_it_is(mode: str) -> None:
    colour = (1, 2, 3, 4) if mode == "RGBA" else 1 if mode in "LP" else "red"
    assert read_header(made((33, 44), "PNG", mode, colour)) == Header("image/png", 33, 44)


def _camera() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def _words() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "taken at home")
    return info


def _with_xmp(jpeg: bytes) -> bytes:
    """Return a JPEG with an XMP segment behind its start; Pillow before 11 writes none."""
    packet = b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta/>"
    return jpeg[:2] + b"\xff\xe1" + (len(packet) + 2).to_bytes(2, "big") + packet + jpeg[2:]


@pytest.mark.parametrize(
    "content",
    [
        made((64, 64), exif=_camera()),
        _with_xmp(made((64, 64))),
        made((64, 64), comment=b"a word", exif=_camera()),
        made((64, 64), "JPEG", "CMYK", (0, 255, 255, 0)),
        made((64, 64), "PNG", exif=_camera()),
        made((64, 64), "PNG", pnginfo=_words()),
        made((64, 64), "WEBP"),
        made((64, 64), "GIF"),
        made((640, 480))[:2000],
        made((640, 480), "PNG")[:-8],
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0",
        b"\xff\xd8\xff\xff\xff",
        b"",
        b"no picture",
    ],
)
def test_anything_else_is_converted(content: bytes) -> None:
    assert read_header(content) is None


@pytest.mark.parametrize(
    ("model", "size", "tokens"),
    [
        ("Qwen/Qwen2.5-VL-7B-Instruct", (1280, 960), 1568),
        ("Qwen/Qwen3-VL-8B-Instruct", (1280, 960), 1200),
        ("google/gemma-3-27b-it", (1280, 960), 256),
        ("google/gemma-4-31B-it", (4000, 3000), 280),
        ("meta-llama/Llama-4-Scout-17B-16E-Instruct", (336, 336), 144),
        ("meta-llama/Llama-4-Scout-17B-16E-Instruct", (1280, 960), 13 * 144),
        ("somebody/unknown", (800, 600), 613),
    ],
)
def test_a_picture_costs_tokens_by_the_rule_of_the_models_family(
    model: str, size: tuple[int, int], tokens: int
) -> None:
    assert picture_tokens(*size, model) == tokens


@pytest.mark.parametrize("room", [0, 80, 150, 400, 1000, 2000])
def test_the_largest_side_is_chosen_that_the_room_takes(room: int) -> None:
    side = best_side(4000, 3000, room, "m")
    assert side in (0, *SIDES)
    if side:
        assert picture_tokens(side, side * 3 // 4, "m") <= room
    larger = [one for one in SIDES if one > side]
    assert all(picture_tokens(one, one * 3 // 4, "m") > room for one in larger)
