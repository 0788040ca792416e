"""The settings of the service that transcribes speech."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.answering.huggingface import ROUTER_URL
from engine.answering.speech import HUB_SPEECH_MODEL, HUB_SPEECH_URL, SpeechSettings
from engine.media.naming import NAMES

if TYPE_CHECKING:
    from bot.env_reader import Reader


def read_speech(read: Reader, token: str) -> SpeechSettings | None:
    """Return the settings of the service that transcribes speech, or None if there is none.

    A recording goes to Hugging Face only if the language model is used there too.
    """
    base_url = read.root("SPEECH_BASE_URL") if read.text("SPEECH_BASE_URL") else ""
    model = read.text("HF_SPEECH_MODEL")
    own_token = read.secret("SPEECH_TOKEN", r"\S{1,500}", "a token")
    names = read.names("SPOKEN_NAMES", NAMES)
    if model.upper() == "OFF":
        return None
    if base_url:
        url = f"{base_url}/audio/transcriptions"
        return SpeechSettings(url, model or "whisper-1", own_token, form=True, names=names)
    if not token or read.text("HF_BASE_URL", ROUTER_URL).rstrip("/") != ROUTER_URL:
        return None
    model = model or HUB_SPEECH_MODEL
    return SpeechSettings(HUB_SPEECH_URL + model, model, token, names=names)
