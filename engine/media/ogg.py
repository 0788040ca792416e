"""Read the length and the loudness of a voice message in OGG/Opus. Pure functions (RFC 7845)."""

from __future__ import annotations

from typing import NamedTuple

_PAGE_HEADER_BYTES = 27
_RATE = 48_000  # positions count samples at this rate, whatever rate was recorded
_HEADERS = 2  # the packets OpusHead and OpusTags
MOST_POINTS = 256  # Discord's limit on a waveform


class Shape(NamedTuple):
    """The length of a recording, and its loudness as up to 256 values of one byte each."""

    seconds: float
    waveform: bytes


def is_opus(content: bytes) -> bool:
    """Return whether a file is OGG/Opus."""
    return content.startswith(b"OggS") and b"OpusHead" in content[:100]


def shape_of(content: bytes) -> Shape:
    """Return the length and the loudness of an OGG/Opus file.

    Opus needs more bytes for louder sound, so the sizes of the packets stand for the loudness. The
    sound itself is not decoded. A damaged file gives the facts of its undamaged beginning.
    """
    position, sizes, size = 0, [], 0
    at = 0
    while content[at : at + 4] == b"OggS" and at + _PAGE_HEADER_BYTES <= len(content):
        table = at + _PAGE_HEADER_BYTES
        lacing = content[table : table + content[at + 26]]
        for length in lacing:
            size += length
            if length < 255:
                sizes.append(size)
                size = 0
        granule = int.from_bytes(content[at + 6 : at + 14], "little", signed=True)
        position = max(position, granule)
        at = table + len(lacing) + sum(lacing)
    head = content.find(b"OpusHead", 0, 100)
    skipped = int.from_bytes(content[head + 10 : head + 12], "little") if head >= 0 else 0
    seconds = max(0, position - skipped) / _RATE
    return Shape(round(seconds, 2), _points(sizes[_HEADERS:]))


def _points(sizes: list[int]) -> bytes:
    """Return the sizes as at most `MOST_POINTS` values between 0 and 255."""
    if not sizes:
        return b""
    count = min(MOST_POINTS, len(sizes))
    bounds = [len(sizes) * number // count for number in range(count + 1)]
    means = [sum(sizes[a:b]) / (b - a) for a, b in zip(bounds, bounds[1:])]
    least, most = min(means), max(means)
    span = most - least
    return bytes(round(255 * (mean - least) / span) if span else 128 for mean in means)
