"""Convert recordings for services and platforms that do not accept their format.

Both functions run `engine.media.sound` in the converting process. They need the package soundfile.
They read OGG, MP3, FLAC and WAV.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.media.converter import Converter

# A recording may last ten minutes. This limit is higher, because the length that a platform states
# is sometimes an estimate.
MOST_SECONDS = 660.0
# The time limits are enough for one slow core, which needs four times as long to write Opus.
WAV_SECONDS, OPUS_SECONDS = 20.0, 40.0


@dataclass(frozen=True)
class Recording:
    """A recording of `seconds` seconds. The media type matches the bytes."""

    media_type: str
    content: bytes = field(repr=False)
    seconds: float


async def to_wav(converter: Converter, content: bytes | list[bytes]) -> Recording:
    """Return a recording as WAV, one channel with 16 kHz and 16 bits (32 kB a second).

    All services for speech recognition accept this format. Raises `MediaRefused` with the reason
    kind, too_large (longer than `MOST_SECONDS`), unreadable, too_slow or no_library.
    `Converter.convert` describes `content` and the effect of cancelling.
    """
    return await _convert(converter, content, "wav", WAV_SECONDS)


async def to_opus(converter: Converter, content: bytes | list[bytes]) -> Recording:
    """Return a recording as OGG/Opus, one channel with 32 kbit/s (4 kB a second).

    Telegram and Discord show this format as a voice message. Raises the same errors as `to_wav`.
    """
    return await _convert(converter, content, "ogg", OPUS_SECONDS)


async def _convert(
    converter: Converter, content: bytes | list[bytes], kind: str, seconds: float
) -> Recording:
    options = {"to": kind, "seconds": MOST_SECONDS}
    facts, made = await converter.convert("sound", content, options, seconds)
    return Recording(facts["type"], made, facts["seconds"])
