"""The settings of the service that speaks answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.answering.huggingface import ROUTER_URL
from engine.answering.speech import HUB_SPEECH_URL
from engine.answering.voices import VoiceSettings

if TYPE_CHECKING:
    from bot.env_reader import Reader


def read_voice(read: Reader, token: str) -> VoiceSettings | None:
    """Return the settings of the service that speaks answers, or None if no model is set."""
    base_url = read.root("VOICE_BASE_URL") if read.text("VOICE_BASE_URL") else ""
    model = read.text("HF_VOICE_MODEL")
    own_token = read.secret("VOICE_TOKEN", r"\S{1,500}", "a token")
    voice = read.text("VOICE_NAME", "alloy")
    tokens = read.integer("VOICE_COST", 1000, 0, 10**6, "tokens")
    if not model or model.upper() == "OFF":
        if base_url and not model:
            read.problems.append(
                "VOICE_BASE_URL: HF_VOICE_MODEL must name the model that speaks there"
            )
        return None
    if base_url:
        url = f"{base_url}/audio/speech"
        return VoiceSettings(url, model, own_token, compatible=True, voice=voice, tokens=tokens)
    if not token or read.text("HF_BASE_URL", ROUTER_URL).rstrip("/") != ROUTER_URL:
        read.problems.append(
            "HF_VOICE_MODEL: needs HF_TOKEN without HF_BASE_URL, or VOICE_BASE_URL"
        )
        return None
    return VoiceSettings(HUB_SPEECH_URL + model, model, token, tokens=tokens)
