"""Recordings come from Hugging Face Inference and from compatible servers, within limits."""

from __future__ import annotations

import pytest

from engine.answering.voices import MOST_BYTES, HttpVoices, VoiceSettings, sound_type_of
from engine.errors import (
    MediaRefused,
    ModelError,
    ModelGarbled,
    ModelUnavailable,
    ModelUnknown,
    OutOfCredit,
)
from engine.tasks import SystemClock
from tests.servers.model import ModelServer
from tests.servers.model_media import NO_CREDIT, NO_MODEL, Refusal

OGG = b"OggS rest of the recording"
MP3 = b"ID3 rest of the recording"
FLAC = b"fLaC rest of the recording"


def compatible(server: ModelServer) -> HttpVoices:
    url = f"{server.base_url}/audio/speech"
    return HttpVoices(VoiceSettings(url, "speaker", "secret", True, "nova"), SystemClock())


def hub(server: ModelServer) -> HttpVoices:
    url = f"{server.base_url.removesuffix('/v1')}/hf-inference/models/speaker"
    return HttpVoices(VoiceSettings(url, "speaker", "secret"), SystemClock())


async def test_a_compatible_server_is_asked_for_opus() -> None:
    async with ModelServer() as server:
        server.media.made.append(OGG)
        assert await compatible(server).speak("Hello.", "id-1") == (OGG, "audio/ogg")
        (asked,) = server.media.asked
        assert asked.body == {
            "model": "speaker", "input": "Hello.", "voice": "nova", "response_format": "opus",
        }  # fmt: skip
        assert (asked.token, asked.request_id) == ("secret", "id-1")


async def test_a_server_without_opus_is_asked_for_mp3_from_then_on() -> None:
    async with ModelServer() as server:
        server.media.formats = ("mp3",)
        server.media.made.extend([MP3, MP3])
        voices = compatible(server)
        assert await voices.speak("One.", "id") == (MP3, "audio/mpeg")
        assert await voices.speak("Two.", "id") == (MP3, "audio/mpeg")
        formats = [asked.body["response_format"] for asked in server.media.asked]
        assert formats == ["opus", "mp3", "mp3"]


async def test_hugging_face_inference_sends_a_format_of_its_own() -> None:
    async with ModelServer() as server:
        server.media.made.append(FLAC)
        assert await hub(server).speak("Hello.", "id") == (FLAC, "audio/flac")
        (asked,) = server.media.asked
        assert asked.body == {"inputs": "Hello."}


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (NO_CREDIT, OutOfCredit),
        (NO_MODEL, ModelUnknown),
        (Refusal(503, {"error": "loading"}), ModelUnavailable),
        (b"<html>no recording</html>", ModelGarbled),
    ],
    ids=["credit", "model", "fault", "page"],
)
async def test_each_refusal_becomes_its_error(
    made: bytes | Refusal, error: type[ModelError]
) -> None:
    async with ModelServer() as server:
        server.media.made.append(made)
        with pytest.raises(error):
            await compatible(server).speak("Hello.", "id")


async def test_a_recording_that_is_too_large_is_refused() -> None:
    async with ModelServer() as server:
        server.media.made.append(OGG + bytes(MOST_BYTES))
        with pytest.raises(MediaRefused):
            await compatible(server).speak("Hello.", "id")


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (b"OggS....", "audio/ogg"),
        (b"fLaC....", "audio/flac"),
        (b"ID3.....", "audio/mpeg"),
        (b"\xff\xfb......", "audio/mpeg"),
        (b"\xff\xf1......", "audio/aac"),
        (b"RIFF....WAVE", "audio/wav"),
        (b"....ftypM4A ", "audio/mp4"),
        (b'{"error": 1}', ""),
        (b"", ""),
    ],
)
def test_a_recording_is_known_by_its_first_bytes(beginning: bytes, kind: str) -> None:
    assert sound_type_of(beginning) == kind
