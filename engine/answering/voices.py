"""Let a service speak a text, at Hugging Face Inference or at a compatible server.

Hugging Face Inference chooses the format itself. A compatible server (``POST /audio/speech``) is
asked for OGG/Opus, the format of voice messages, or for MP3 if it does not offer that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from engine.answering.calling import call_service
from engine.errors import MediaRefused, ModelGarbled

if TYPE_CHECKING:
    from engine.answering.posting import Received
    from engine.tasks import Clock

VOICE_SECONDS = 60.0  # the limit on one recording
# A FLAC recording of `engine.media.speaking.MOST_CHARACTERS` characters of text is smaller.
MOST_BYTES = 20_000_000
_ABOUT_FORMAT = (400, 415, 422)
_OPUS, _MP3 = "opus", "mp3"


class Voices(Protocol):
    """A service that speaks texts."""

    async def speak(self, text: str, request_id: str) -> tuple[bytes, str]:
        """Return the recording and its media type.

        Each call costs money. A repeated `request_id` lets a server recognise a repeated call.
        Raises `ModelError`, or `MediaRefused` if the recording is too large.
        """


@dataclass(frozen=True)
class VoiceSettings:
    """The service that speaks answers.

    With `compatible`, it accepts the requests of OpenAI's ``/audio/speech``. `voice` is the name of
    a voice, which many of these servers require. `tokens` is the number of tokens by which a spoken
    answer reduces a person's daily allowance.
    """

    url: str
    model: str
    token: str = field(default="", repr=False)
    compatible: bool = False
    voice: str = "alloy"
    tokens: int = 1000


class HttpVoices:
    """Speak over HTTP. Each call has a connection of its own."""

    def __init__(self, settings: VoiceSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._format = _OPUS

    async def speak(self, text: str, request_id: str) -> tuple[bytes, str]:
        """Return the recording and its media type. Raises `ModelError` or `MediaRefused`."""
        work = self._speak(text, request_id)
        received = await call_service(self._clock, VOICE_SECONDS, work, "speaking an answer")
        if len(received.content) > MOST_BYTES:
            raise MediaRefused("too_large")
        kind = sound_type_of(received.content)
        if not kind:
            raise ModelGarbled("the endpoint sent what is not a recording")
        return received.content, kind

    async def _speak(self, text: str, request_id: str) -> Received:
        from engine.answering.faults import HttpRefusal  # noqa: PLC0415 - see `_post`

        try:
            return await self._post(text, request_id)
        except HttpRefusal as error:
            said = error.body.lower()
            about_format = "format" in said or _OPUS in said
            asked = self._settings.compatible and self._format == _OPUS
            if not (asked and about_format and error.status in _ABOUT_FORMAT):
                raise
            self._format = _MP3
            return await self._post(text, request_id)

    async def _post(self, text: str, request_id: str) -> Received:
        from engine.answering.posting import (  # noqa: PLC0415 - the library is loaded at the first use
            post,
        )

        settings = self._settings
        headers = {"Accept": "audio/ogg, audio/*", "Idempotency-Key": request_id}
        if settings.token:
            headers["Authorization"] = f"Bearer {settings.token}"
        body: dict[str, Any] = {"inputs": text}
        if settings.compatible:
            body = {"model": settings.model, "input": text, "response_format": self._format}
            if settings.voice:
                body["voice"] = settings.voice
        return await post(settings.url, body, headers, VOICE_SECONDS, MOST_BYTES)


def sound_type_of(content: bytes) -> str:
    """Return the media type of a recording by its first bytes, or "" if it is not a recording."""
    if content.startswith(b"RIFF") and content[8:12] == b"WAVE":
        return "audio/wav"
    if content[4:8] == b"ftyp":
        return "audio/mp4"
    if content.startswith((b"\xff\xf1", b"\xff\xf9")):
        return "audio/aac"
    if content.startswith(b"ID3") or (content[:1] == b"\xff" and content[1:2] >= b"\xe0"):
        return "audio/mpeg"
    return next((kind for magic, kind in _MAGIC if content.startswith(magic)), "")


_MAGIC = ((b"OggS", "audio/ogg"), (b"fLaC", "audio/flac"))
