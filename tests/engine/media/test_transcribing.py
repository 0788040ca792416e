"""Recordings in formats that the service refuses are converted, and the refusal is remembered."""

from __future__ import annotations

import sys

import pytest

from engine.errors import FormatRefused, ModelError, ModelRefused, ModelUnavailable
from engine.media.converter import Converter
from engine.media.transcribing import REMEMBERED_SECONDS, Transcriber
from engine.tasks import SystemClock
from tests.engine.media.recordings import read, tone
from tests.rigs.fakes import FakeClock

pytest.importorskip("soundfile")


class WavOnly:
    """A service that takes only some media types. `error` is raised for all others."""

    def __init__(self, *takes: str, error: ModelError | None = None) -> None:
        self.takes, self.error = takes, error or FormatRefused("no", status=400)
        self.got: list[tuple[str, str, bytes]] = []

    async def transcribe(self, content: bytes, media_type: str, name: str) -> str:
        self.got.append((media_type, name, content))
        if media_type not in self.takes:
            raise self.error
        return "Hello."

    @property
    def types(self) -> list[str]:
        return [media_type for media_type, *_ in self.got]


def transcriber(speech: WavOnly, clock: FakeClock | None = None) -> Transcriber:
    made = Transcriber(speech, clock or FakeClock())
    made.converter = Converter(SystemClock())
    return made


async def test_a_format_that_is_taken_goes_as_it_is() -> None:
    speech = WavOnly("audio/ogg")
    assert await transcriber(speech).transcribe([b"OggS"], "audio/ogg") == "Hello."
    assert speech.got == [("audio/ogg", "voice.ogg", b"OggS")]


async def test_a_refused_format_is_sent_as_wav_and_remembered_for_a_day() -> None:
    speech, clock = WavOnly("audio/wav"), FakeClock()
    one = transcriber(speech, clock)
    for _ in range(2):
        assert await one.transcribe([tone()], "audio/ogg") == "Hello."
    assert speech.types == ["audio/ogg", "audio/wav", "audio/wav"]
    _, name, content = speech.got[-1]
    assert (name, read(content)[1:]) == ("voice.wav", (16_000, "WAV PCM_16"))
    await clock.advance(REMEMBERED_SECONDS + 1)
    await one.transcribe([tone()], "audio/ogg")
    assert speech.types[3:] == ["audio/ogg", "audio/wav"]


async def test_another_format_is_still_tried_as_it_is() -> None:
    speech = WavOnly("audio/wav", "audio/mpeg")
    one = transcriber(speech)
    await one.transcribe([tone()], "audio/ogg")
    await one.transcribe([b"ID3"], "audio/mpeg")
    assert speech.types[-1] == "audio/mpeg"


async def test_a_service_that_refuses_wav_too_is_not_said_to_refuse_the_format() -> None:
    speech = WavOnly()
    one = transcriber(speech)
    for number in (1, 2):
        with pytest.raises(ModelRefused) as refused:
            await one.transcribe([tone()], "audio/ogg")
        assert type(refused.value) is ModelRefused
        assert speech.types == ["audio/ogg", "audio/wav"] * number


async def test_a_fault_that_is_not_about_the_format_is_not_tried_as_wav() -> None:
    speech = WavOnly(error=ModelUnavailable("down"))
    with pytest.raises(ModelUnavailable):
        await transcriber(speech).transcribe([tone()], "audio/ogg")
    assert speech.types == ["audio/ogg"]


async def test_a_recording_that_cannot_be_converted_is_refused_by_its_format() -> None:
    with pytest.raises(FormatRefused):
        await transcriber(WavOnly("audio/wav")).transcribe([b"\x1aE\xdf\xa3 webm"], "audio/webm")
    with pytest.raises(FormatRefused):
        await transcriber(WavOnly()).transcribe([tone("WAV", "PCM_16")], "audio/wav")


async def test_without_the_package_the_log_names_it(caplog: pytest.LogCaptureFixture) -> None:
    code = (
        "import sys; sys.modules['soundfile'] = None; "
        "from engine.media.converting import main; main()"
    )
    one = Transcriber(WavOnly("audio/wav"), FakeClock())
    one.converter = Converter(SystemClock(), None, (sys.executable, "-c", code))
    with pytest.raises(FormatRefused):
        await one.transcribe([tone()], "audio/ogg")
    assert "install soundfile" in caplog.text
