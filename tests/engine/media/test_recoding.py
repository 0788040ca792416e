"""Recordings become WAV for speech recognition and OGG/Opus for voice messages."""

from __future__ import annotations

import sys

import pytest

from engine.errors import MediaRefused
from engine.media import recoding
from engine.media.converter import Converter
from engine.media.recoding import to_opus, to_wav
from engine.tasks import SystemClock
from tests.engine.media.recordings import purity, read, silent_wav, tone

pytest.importorskip("soundfile")


@pytest.mark.parametrize(
    ("kind", "subtype", "rate", "channels"),
    [
        ("OGG", "OPUS", 48_000, 1),
        ("OGG", "VORBIS", 44_100, 2),
        ("MP3", "MPEG_LAYER_III", 44_100, 2),
        ("FLAC", "PCM_16", 22_050, 1),
        ("WAV", "FLOAT", 8_000, 1),
    ],
)
async def test_a_recording_sounds_the_same_in_both_formats(
    kind: str, subtype: str, rate: int, channels: int
) -> None:
    content = tone(kind, subtype, rate=rate, channels=channels, seconds=2.0)
    converter = Converter(SystemClock())
    for convert, form, media_type in (
        (to_wav, "WAV PCM_16", "audio/wav"),
        (to_opus, "OGG OPUS", "audio/ogg"),
    ):
        made = await convert(converter, content)
        samples, wanted, written = read(made.content)
        assert (written, made.media_type) == (form, media_type)
        assert abs(made.seconds - 2.0) < 0.1
        assert abs(len(samples) / wanted - 2.0) < 0.1
        assert samples.ndim == 1
        assert purity(samples, wanted) > 30
        assert 0.4 < abs(samples).max() < 0.7


async def test_speech_recognition_gets_16_khz_and_a_voice_message_4_kb_a_second() -> None:
    converter = Converter(SystemClock())
    wav = await to_wav(converter, tone(seconds=2.0))
    assert read(wav.content)[1] == 16_000
    assert len(wav.content) == pytest.approx(64_000, rel=0.02)
    opus = await to_opus(converter, wav.content)
    assert len(opus.content) < 12_000


async def test_a_tone_above_the_new_rates_half_is_removed() -> None:
    made = await to_wav(Converter(SystemClock()), tone("FLAC", "PCM_16", hertz=9_500.0))
    assert abs(read(made.content)[0][1_000:-1_000]).max() < 0.02


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "kind"),
        (b"no recording at all", "kind"),
        (b"\x1aE\xdf\xa3" + bytes(200), "kind"),
        (silent_wav(0), "unreadable"),
    ],
)
async def test_a_bad_recording_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(MediaRefused) as refused:
        await to_wav(Converter(SystemClock()), content)
    assert refused.value.reason == reason


async def test_a_recording_longer_than_the_limit_is_refused() -> None:
    with pytest.raises(MediaRefused) as refused:
        await to_wav(Converter(SystemClock()), silent_wav(recoding.MOST_SECONDS + 5))
    assert refused.value.reason == "too_large"


async def test_without_the_package_the_reason_is_the_package() -> None:
    code = (
        "import sys; sys.modules['soundfile'] = None; "
        "from engine.media.converting import main; main()"
    )
    converter = Converter(SystemClock(), None, (sys.executable, "-c", code))
    with pytest.raises(MediaRefused) as refused:
        await to_wav(converter, tone())
    assert refused.value.reason == "no_library"
