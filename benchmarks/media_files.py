"""The pictures and recordings of ``benchmarks.media``, made once and kept in a folder."""

from __future__ import annotations

import importlib.util
import io
import math
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable

from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

TILE = 500
MEGA = 1_000_000
NOTE_SECONDS, FILE_BYTES = 600, 20 * 1024 * 1024


@dataclass(frozen=True)
class Sample:
    """A file of the benchmark. `refused`: no picture of it may reach the model."""

    name: str
    file: str
    media_type: str
    make: Callable[[], bytes]
    refused: bool = False
    thumbnail: bool = True

    def content(self, folder: Path) -> bytes:
        """Return the file, which is made at the first call."""
        kept = folder / self.name.replace(" ", "-")
        if not kept.exists():
            kept.write_bytes(self.make())
        return kept.read_bytes()


def photo(megapixels: float) -> Image.Image:
    """Return a noisy picture of a phone's shape. Its noise repeats, its brightness does not."""
    width = round(math.sqrt(megapixels * MEGA * 4 / 3))
    height = round(width * 3 / 4)
    noise = Image.effect_noise((TILE, TILE), 25).convert("RGB")
    made = Image.new("RGB", (width, height))
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            shade = Image.new("RGB", (TILE, TILE), (left * 255 // width, top * 255 // height, 90))
            made.paste(Image.blend(noise, shade, 0.6), (left, top))
    return made


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    content = io.BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


def moving() -> bytes:
    """Return an animated GIF of 24 frames."""
    frames = [
        Image.effect_noise((640, 360), 10 + number).convert("P").resize((1280, 720))
        for number in range(24)
    ]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=40)


def bomb(side: int = 13_000) -> bytes:
    """Return a valid PNG of one colour, which is small and holds side * side pixels."""
    packed, row = zlib.compressobj(9), bytes(1 + 3 * side)
    data = b"".join(packed.compress(row) for _ in range(side)) + packed.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def heic() -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    return saved(photo(12), "HEIF", quality=60, enc_params={"preset": "ultrafast"})


def spoken(kind: str, subtype: str, seconds: float, **options: Any) -> bytes:
    """Return a recording of a tone that rises and falls."""
    import numpy as np
    import soundfile

    times = np.arange(int(48_000 * min(seconds, 60))) / 48_000
    wave = 0.4 * np.sin(2 * np.pi * (220 + 90 * np.sin(times)) * times) * np.sin(3 * times)
    made = io.BytesIO()
    with soundfile.SoundFile(made, "w", 48_000, 1, subtype, format=kind, **options) as file:
        left = int(48_000 * seconds)
        while left > 0:
            for at in range(0, min(left, len(wave)), 8_192):
                file.write(wave[at : at + 8_192])
            left -= len(wave)
    return made.getvalue()


def large_audio() -> bytes:
    """Return an MP3 of almost 20 MB: eight minutes with 320 kbit/s."""
    music = spoken("MP3", "MPEG_LAYER_III", 500, bitrate_mode="CONSTANT", compression_level=0.0)
    return music + bytes(max(0, FILE_BYTES - len(music) - 1024))


def jpeg(megapixels: float, **options: Any) -> Callable[[], bytes]:
    return lambda: saved(photo(megapixels), "JPEG", quality=65, **options)


PHOTOS = [
    Sample(f"JPEG {size} MP {kind}".strip(), "photo.jpg", "image/jpeg", jpeg(size, **options))
    for kind, options in (("", {}), ("progressive", {"progressive": True}))
    for size in (12, 48, 108)
]
PICTURES = [
    *PHOTOS,
    Sample("WebP 12 MP", "photo.webp", "image/webp", lambda: saved(photo(12), "WEBP", method=2)),
    Sample(
        "PNG 12 MP", "photo.png", "image/png", lambda: saved(photo(12), "PNG", compress_level=1)
    ),
    Sample("HEIC 12 MP", "photo.heic", "image/heic", heic),
    Sample("GIF 24 frames", "moving.gif", "image/gif", moving, thumbnail=False),
    Sample("PNG bomb 169 MP", "bomb.png", "image/png", bomb, refused=True, thumbnail=False),
]
NOTE = Sample(
    "voice note 10 min", "voice.ogg", "audio/ogg", lambda: spoken("OGG", "OPUS", NOTE_SECONDS,
    compression_level=0.896)
)  # fmt: skip
AUDIO = Sample("MP3 20 MB", "talk.mp3", "audio/mpeg", large_audio)


def skipped(sample: Sample) -> str:
    """Return why a sample cannot be made here, "" if it can."""
    needed = {"image/heic": "pillow_heif", "audio/ogg": "soundfile", "audio/mpeg": "soundfile"}
    package = needed.get(sample.media_type, "")
    missing = package and importlib.util.find_spec(package) is None
    return f"skipped: {package} is not installed" if missing else ""
