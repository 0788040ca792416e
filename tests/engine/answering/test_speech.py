"""Speech goes to Hugging Face Inference as bytes, and to a compatible server as a form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from engine.answering.bodies import Body
from engine.answering.speech import HuggingFaceSpeech, SpeechSettings
from engine.errors import FormatRefused, ModelError, ModelRefused, ModelUnavailable, ModelUnknown
from engine.tasks import SystemClock

# huggingface_hub 2.4 passes the body in a way that its HTTP library calls outdated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=")


@asynccontextmanager
async def a_server(reply: Any) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """Serve both forms of transcription; `reply` makes the response."""
    got: list[dict[str, Any]] = []

    async def raw(request: web.Request) -> web.Response:
        headers = request.headers
        got.append(
            {"body": await request.read(), "type": headers.get("Content-Type", ""),
             "token": headers.get("Authorization", ""), "length": headers.get("Content-Length")}
        )  # fmt: skip
        return reply()

    async def form(request: web.Request) -> web.Response:
        posted = await request.post()
        file = posted["file"]
        assert isinstance(file, web.FileField)
        got.append(
            {"body": file.file.read(), "type": file.content_type, "name": file.filename,
             "model": posted["model"], "token": request.headers.get("Authorization", "")}
        )  # fmt: skip
        return reply()

    app = web.Application(client_max_size=30 * 2**20)
    app.router.add_post("/models/{name:.+}", raw)
    app.router.add_post("/v1/audio/transcriptions", form)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    try:
        yield f"http://127.0.0.1:{port}", got
    finally:
        await runner.cleanup()


def said(text: str) -> Any:
    return lambda: web.json_response({"text": text})


async def test_hugging_face_gets_the_bytes_with_their_type() -> None:
    async with a_server(said(" Hello there. ")) as (url, got):
        settings = SpeechSettings(f"{url}/models/openai/whisper", "openai/whisper", "hf_secret")
        speech = HuggingFaceSpeech(settings, SystemClock())
        assert await speech.transcribe(b"OggS", "audio/ogg", "voice.ogg") == "Hello there."
        (one,) = got
        assert one == {
            "body": b"OggS",
            "type": "audio/ogg",
            "token": "Bearer hf_secret",
            "length": "4",
        }


async def test_a_large_recording_is_sent_whole_and_in_pieces() -> None:
    content = bytes(range(256)) * 2048
    body = Body((b"head", content, b"tail"), "audio/wav")
    assert max([len(piece) async for piece in body.pieces()]) <= 64 * 1024
    async with a_server(said("Hi.")) as (url, got):
        settings = SpeechSettings(f"{url}/models/m", "m", "t")
        await HuggingFaceSpeech(settings, SystemClock()).transcribe(content, "audio/wav", "v.wav")
        assert (got[0]["body"] == content, got[0]["length"]) == (True, str(len(content)))


async def test_hugging_face_gets_the_name_of_a_type_that_it_knows() -> None:
    async with a_server(said("Hi.")) as (url, got):
        settings = SpeechSettings(f"{url}/models/m", "m", "t")
        await HuggingFaceSpeech(settings, SystemClock()).transcribe(b"mp4", "audio/mp4", "v.m4a")
        assert got[0]["type"] == "audio/m4a"


async def test_a_compatible_server_gets_a_form_and_no_saved_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_saved_on_this_machine")
    async with a_server(said("Hi.")) as (url, got):
        settings = SpeechSettings(f"{url}/v1/audio/transcriptions", "whisper-1", form=True)
        content = b"\r\n--boundary--\r\n" + bytes(range(256))
        speech = HuggingFaceSpeech(settings, SystemClock())
        assert await speech.transcribe(content, "audio/mp4", "voice.m4a") == "Hi."
        (one,) = got
        assert (one["body"], one["name"], one["model"]) == (content, "voice.m4a", "whisper-1")
        assert "saved" not in one["token"]


@pytest.mark.parametrize(
    ("status", "expected"), [(503, ModelUnavailable), (401, ModelRefused), (400, ModelRefused)]
)
async def test_a_refusal_is_told_apart(status: int, expected: type[ModelError]) -> None:
    def refusal() -> web.Response:
        return web.json_response({"error": "no"}, status=status)

    async with a_server(refusal) as (url, _):
        speech = HuggingFaceSpeech(SpeechSettings(f"{url}/models/m", "m", "t"), SystemClock())
        with pytest.raises(expected):
            await speech.transcribe(b"OggS", "audio/ogg", "voice.ogg")


@pytest.mark.parametrize(
    ("status", "words", "expected"),
    [
        (400, "Unsupported data URL", FormatRefused),
        (415, "", FormatRefused),
        (422, "Invalid file format. Supported formats: wav, mp3", FormatRefused),
        (500, "Failed to decode audio", FormatRefused),
        (500, "out of memory", ModelUnavailable),
        (503, "unsupported", ModelUnavailable),
        (404, "model 'whisper-1' not found", ModelUnknown),
        (401, "invalid token", ModelRefused),
    ],
)
async def test_a_refusal_of_the_format_is_told_from_all_others(
    status: int, words: str, expected: type[ModelError]
) -> None:
    def refusal() -> web.Response:
        return web.json_response({"error": words}, status=status)

    async with a_server(refusal) as (url, _):
        speech = HuggingFaceSpeech(SpeechSettings(f"{url}/models/m", "m", "t"), SystemClock())
        with pytest.raises(ModelError) as refused:
            await speech.transcribe(b"OggS", "audio/ogg", "voice.ogg")
    assert type(refused.value) is expected


async def test_a_page_in_place_of_a_transcript_is_an_error() -> None:
    async with a_server(lambda: web.Response(text="<html>")) as (url, _):
        speech = HuggingFaceSpeech(SpeechSettings(f"{url}/models/m", "m", "t"), SystemClock())
        with pytest.raises(ModelError):
            await speech.transcribe(b"OggS", "audio/ogg", "voice.ogg")
