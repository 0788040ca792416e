"""The settings of the services for voice and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.image_settings import read_images
from bot.speech_settings import read_speech
from bot.voice_settings import read_voice
from engine.answering.images import ImageSettings
from engine.answering.speech import SpeechSettings
from engine.answering.voices import VoiceSettings

if TYPE_CHECKING:
    from bot.env_reader import Reader


@dataclass(frozen=True)
class MediaSettings:
    """The services for media.

    `speech` is None if nothing transcribes speech, `images` if nothing draws pictures, and `voice`
    if nothing speaks answers.
    """

    speech: SpeechSettings | None = None
    images: ImageSettings | None = None
    voice: VoiceSettings | None = None


def read_media(read: Reader, token: str) -> MediaSettings:
    """Return the services that are set. `token` is the token for Hugging Face."""
    return MediaSettings(
        read_speech(read, token), read_images(read, token), read_voice(read, token)
    )
