"""Send recordings to the service for speech, and convert those whose format it does not accept.

A service shows only by its refusals which formats it accepts. A recording is therefore sent
unchanged first. If the service refuses the format, the recording is sent once more as WAV. If that
works, recordings of the same media type are converted before they are sent, for a day.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from cachetools import TTLCache

from engine.errors import FormatRefused, MediaRefused, ModelRefused
from engine.media.recoding import to_wav

if TYPE_CHECKING:
    from engine.answering.speech import Speech
    from engine.media.converter import Converter
    from engine.tasks import Clock

log = logging.getLogger(__name__)

REMEMBERED_SECONDS = 86_400.0
_MOST_TYPES = 32  # people choose the media types of their files
WAV = "audio/wav"
# Servers recognise the format by the extension of the file name and not by the media type.
_ENDINGS = {
    "audio/ogg": "ogg", "audio/opus": "ogg", "audio/mpeg": "mp3", "audio/mp3": "mp3",
    "audio/mp4": "m4a", "audio/x-m4a": "m4a", "audio/m4a": "m4a", WAV: "wav",
    "audio/x-wav": "wav", "audio/flac": "flac", "audio/x-flac": "flac", "audio/webm": "webm",
    "video/mp4": "mp4",
}  # fmt: skip


class Transcriber:
    """Transcribe with one service. Without `converter`, nothing is converted."""

    def __init__(self, speech: Speech, clock: Clock) -> None:
        self._speech = speech
        self.converter: Converter | None = None
        self._refused: TTLCache[str, bool] = TTLCache(
            _MOST_TYPES, REMEMBERED_SECONDS, timer=clock.now
        )

    async def transcribe(self, held: list[bytes], media_type: str) -> str:
        """Return the spoken words of the recording that is the only item of a list.

        The item is removed from the list, so that a large recording is not in memory twice. Raises
        `ModelError`, and `FormatRefused` if the service accepts only other formats.
        """
        if media_type not in self._refused:
            try:
                return await self._send(held[0], media_type)
            except FormatRefused as refused:
                await self._convert(held, media_type, refused)
        else:
            await self._convert(held, media_type, FormatRefused(f"{media_type} is not taken"))
        try:
            text = await self._send(held.pop(), WAV)
        # The second attempt failed too, so the format was not the reason.
        except FormatRefused as error:
            raise ModelRefused(str(error), status=error.status) from error
        self._refused[media_type] = True
        return text

    async def _send(self, content: bytes, media_type: str) -> str:
        name = f"voice.{_ENDINGS.get(media_type, 'ogg')}"
        return await self._speech.transcribe(content, media_type, name)

    async def _convert(self, held: list[bytes], media_type: str, refused: FormatRefused) -> None:
        """Replace the recording in the list by its WAV. Raises `refused` if that fails."""
        if self.converter is None or media_type == WAV:
            raise refused
        try:
            made = await to_wav(self.converter, held)
        except MediaRefused as error:
            if error.reason == "no_library":
                log.warning("install soundfile: the service for speech refuses %s", media_type)
            raise refused from error
        held.append(made.content)
