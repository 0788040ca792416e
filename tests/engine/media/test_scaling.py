"""Pictures of every format become JPEG of a bounded size, in a process that can do nothing else."""

from __future__ import annotations

import asyncio
import io
import sys
from typing import Any

import pytest
from PIL import Image

from engine.errors import MediaRefused
from engine.large_child import Room
from engine.media.converter import ConversionBounds, Converter
from engine.tasks import SystemClock, Tasks
from tests.engine.media.pictures import header_only, made, opened

OPTIONS = {"side": 320, "bytes": 200_000}


async def scaled(content: bytes, **options: Any) -> tuple[Any, Any]:
    """Return the decoded result, and the facts."""
    facts, jpeg = await Converter(SystemClock()).convert("picture", content, {**OPTIONS, **options})
    return opened(jpeg), facts


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
async def test_every_format_becomes_a_jpeg_of_the_asked_size(kind: str) -> None:
    Image.init()
    if kind not in Image.SAVE:
        pytest.skip("this Pillow reads no AVIF")
    picture, facts = await scaled(made((640, 480), kind))
    assert (picture.format, picture.size, picture.mode) == ("JPEG", (320, 240), "RGB")
    assert facts == {"type": "image/jpeg", "width": 320, "height": 240}
    red, green, blue = picture.getpixel((100, 100))
    assert red > 240
    assert max(green, blue) < 20


async def test_a_photo_of_a_phone_in_heic_is_read() -> None:
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    for size in ((640, 480), (2400, 1800), (1801, 2399)):
        picture, _ = await scaled(made(size, "HEIF"))
        assert max(picture.size) == 320
        assert abs(picture.width / picture.height - size[0] / size[1]) < 0.01
        assert picture.getpixel((100, 100))[0] > 200


async def test_a_smaller_picture_keeps_its_size() -> None:
    picture, _ = await scaled(made((100, 50)))
    assert picture.size == (100, 50)


async def test_the_cameras_orientation_is_applied_and_its_place_is_dropped() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the picture is turned by 90 degrees
    exif[0x010F] = "a camera"
    picture, facts = await scaled(made((640, 480), exif=exif))
    assert picture.size == (240, 320)
    assert (facts["width"], facts["height"]) == (240, 320)
    assert not picture.getexif()


async def test_a_photo_that_holds_a_second_one_is_read() -> None:
    second = [Image.new("RGB", (640, 480), "blue")]
    content = made((640, 480), "MPO", save_all=True, append_images=second)
    picture, _ = await scaled(content)
    assert picture.getpixel((9, 9))[0] > 200


async def test_colours_of_print_become_colours_of_a_screen() -> None:
    picture, _ = await scaled(made((64, 64), "JPEG", "CMYK", (0, 255, 255, 0)))
    assert picture.mode == "RGB"
    assert picture.getpixel((9, 9))[0] > 200


async def test_transparent_parts_become_white() -> None:
    for mode, colour in (("RGBA", (0, 0, 0, 0)), ("LA", (0, 0))):
        picture, _ = await scaled(made((64, 64), "PNG", mode, colour))
        assert min(picture.getpixel((9, 9))) > 250


async def test_a_deep_grey_is_not_cut_off() -> None:
    picture, _ = await scaled(made((64, 64), "PNG", "I;16", 128 * 256))
    assert 110 < picture.getpixel((9, 9))[0] < 145


async def test_the_first_frame_of_a_moving_picture_is_taken() -> None:
    later = [Image.new("RGB", (64, 64), "blue")]
    content = made((64, 64), "GIF", save_all=True, append_images=later)
    picture, _ = await scaled(content)
    assert picture.getpixel((9, 9))[0] > 200


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (header_only(13_000, 13_000), "too_large"),
        (header_only(60_000, 2), "too_large"),
        (b"no picture at all", "kind"),
        (b"", "kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        (made((640, 480))[:3000], "unreadable"),
        (header_only(640, 480), "unreadable"),
    ],
)
async def test_a_bad_picture_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(MediaRefused) as refused:
        await scaled(content)
    assert refused.value.reason == reason


async def test_the_result_keeps_within_its_bytes() -> None:
    noise = io.BytesIO()
    Image.effect_noise((640, 640), 200).convert("RGB").save(noise, "PNG")
    _, loose = await Converter(SystemClock()).convert(
        "picture", noise.getvalue(), {"side": 640, "bytes": 10**6}
    )
    _, tight = await Converter(SystemClock()).convert(
        "picture", noise.getvalue(), {"side": 640, "bytes": len(loose) - 1}
    )
    assert len(tight) < len(loose)


async def test_too_little_memory_is_said_and_not_a_crash() -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux bounds the address space")
    small = ConversionBounds(memory_bytes=70 * 1024 * 1024)
    big = made((3900, 3900), "PNG")
    with pytest.raises(MediaRefused) as refused:
        await Converter(SystemClock(), small).convert("picture", big, OPTIONS)
    assert refused.value.reason in {"too_large", "unreadable"}


async def test_a_process_that_hangs_is_ended() -> None:
    command = (sys.executable, "-c", "import time; time.sleep(60)")
    bounds = ConversionBounds(seconds=0.3)
    with pytest.raises(MediaRefused) as refused:
        await Converter(SystemClock(), bounds, command).convert("picture", b"x", OPTIONS)
    assert refused.value.reason == "too_slow"


async def test_a_process_that_ends_without_a_report_is_an_unreadable_file() -> None:
    command = (sys.executable, "-c", "pass")
    with pytest.raises(MediaRefused) as refused:
        await Converter(SystemClock(), None, command).convert("picture", b"x", OPTIONS)
    assert refused.value.reason == "unreadable"


async def test_one_process_runs_at_a_time_and_the_room_may_be_shared() -> None:
    room = Room()
    converter = Converter(SystemClock(), room=room)
    tasks = Tasks("test")
    async with room.taken():
        task = tasks.spawn(converter.convert("picture", made((8, 8)), OPTIONS), "conversion")
        await asyncio.sleep(0)
        assert not task.done()
    facts, _ = await task
    assert facts["width"] == 8
    await tasks.close()


async def test_the_process_has_no_network_and_opens_no_file() -> None:
    """A picture whose decoder would read a file: the process refuses every further one."""
    code = (
        "import sys; from engine.media import converting as c\n"
        "class M:\n"
        "    prepare = staticmethod(lambda beginning: None)\n"
        "    @staticmethod\n"
        "    def convert(content, options): open('/etc/hostname'); return {}, b''\n"
        "c.importlib.import_module = lambda name: M\n"
        "c.main()"
    )
    converter = Converter(SystemClock(), None, (sys.executable, "-c", code))
    with pytest.raises(MediaRefused) as refused:
        await converter.convert("picture", b"x", OPTIONS)
    assert refused.value.reason == "unreadable"
