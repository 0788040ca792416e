"""Transcribe speech with huggingface_hub, at Hugging Face Inference or at a compatible server.

The library's function for speech is not used. With a model name it first asks the Hub which
provider serves the model, in a call that blocks the event loop, and then ignores the base URL. It
also copies the recording three times (huggingface_hub 0.36 and 2.4).
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from engine.answering.bodies import Body
from engine.answering.calling import call_service
from engine.answering.model_errors import to_model_error
from engine.errors import FormatRefused, ModelError, ModelRefused

if TYPE_CHECKING:
    from engine.answering.faults import Fault
    from engine.tasks import Clock

SPEECH_SECONDS = 60.0  # the limit on one transcription
HUB_SPEECH_URL = "https://router.huggingface.co/hf-inference/models/"
HUB_SPEECH_MODEL = "openai/whisper-large-v3"
# Hugging Face Inference recognises the format by the media type, and knows only these names.
_RAW_TYPES = {"audio/mp4": "audio/m4a", "audio/opus": "audio/ogg", "audio/mp3": "audio/mpeg"}

# A refusal with one of these statuses may be about the format, whatever its text says.
_ABOUT_FORMAT = (400, 415, 422)
# Some servers fail (500, 501) when their decoder does not know the format.
_DECODER = re.compile(
    r"decod|\bformats?\b|codec|ffmpeg|librosa|soundfile|sndfile|unsupported|invalid.{0,20}(audio|file)"
    r"|audio.{0,20}(invalid|corrupt)",
    re.IGNORECASE,
)


class Speech(Protocol):
    """A service that transcribes recordings."""

    async def transcribe(self, content: bytes, media_type: str, name: str) -> str:
        """Return the spoken words, or "" if there are none.

        `name` is a file name with the extension of the format. Raises `ModelError`, and
        `FormatRefused` if another format may help.
        """


@dataclass(frozen=True)
class SpeechSettings:
    """The service that transcribes speech.

    With `form`, the recording is sent in a form, as OpenAI's ``/audio/transcriptions`` needs it.
    Without `form`, the request's body is the recording itself, as Hugging Face Inference needs it.
    `names` are the names by which the bot is called in a group.
    """

    url: str
    model: str
    token: str = field(default="", repr=False)
    form: bool = False
    names: tuple[str, ...] = ()


class HuggingFaceSpeech:
    """Transcribe with huggingface_hub. Each call has an HTTP client of its own."""

    def __init__(self, settings: SpeechSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock

    async def transcribe(self, content: bytes, media_type: str, name: str) -> str:
        """Return the spoken words, or "" if there are none. Raises `ModelError`."""
        before, after, kind = b"", b"", _RAW_TYPES.get(media_type, media_type)
        if self._settings.form:
            before, after, kind = _form(media_type, name, self._settings.model)
        body = Body((before, content, after), kind)
        work = self._ask(body)
        return await call_service(self._clock, SPEECH_SECONDS, work, "transcription", _to_error)

    async def _ask(self, body: Body) -> str:
        from engine.answering.hf_posting import (  # noqa: PLC0415 - the library is loaded at the first use
            post,
        )

        settings = self._settings
        answer = await post(settings.url, settings.token, body, SPEECH_SECONDS)
        return str(json.loads(answer)["text"] or "").strip()


def _to_error(fault: Fault, now: float) -> ModelError:
    """Return the error for a fault. `now` is Unix time, for the dates of Retry-After headers."""
    error = to_model_error(fault, started=False, now=now)
    failed = fault.status in (500, 501) and _DECODER.search(fault.text)
    if failed or (fault.status in _ABOUT_FORMAT and type(error) is ModelRefused):
        return FormatRefused(str(error), status=fault.status)
    return error


def _form(media_type: str, name: str, model: str) -> tuple[bytes, bytes, str]:
    """Return what a form has before and after the recording (RFC 7578), and its media type."""
    boundary = secrets.token_hex(16)
    fields = {"model": model, "response_format": "json"}
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    plain = "".join(letter for letter in name if letter.isalnum() or letter in "._-") or "voice.ogg"
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{plain}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    )
    end = f"\r\n--{boundary}--\r\n".encode()
    return "".join(parts).encode(), end, f"multipart/form-data; boundary={boundary}"
