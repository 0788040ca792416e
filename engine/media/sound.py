"""Convert a recording of speech to another format. This is done only in the converting process.

The package soundfile does the work, with its own copy of libsndfile (https://libsndfile.github.io).
It reads OGG (Opus, Vorbis), MP3, FLAC, WAV and AIFF, but neither WebM nor MP4. It works block by
block, so that a long recording needs memory only for the two files.
"""

from __future__ import annotations

import importlib
import io
from typing import TYPE_CHECKING, Any

from engine.children import use_one_thread
from engine.media.results import Converted, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OPUS_RATES = (8_000, 12_000, 16_000, 24_000, 48_000)
_SPEECH_RATE = 16_000  # the rate of the models that recognise speech
_MOST_RATE, _MOST_CHANNELS = 192_000, 8
_BLOCK_FRAMES = 8_192  # larger blocks can overflow the stack in the Opus writer of libsndfile 1.2.2
# In libsndfile, the levels 0 to 1 mean 256 to 6 kbit/s. This level means 32 kbit/s.
_OPUS_LEVEL = 0.896
_np: Any = None
_sf: Any = None
_resample: Any = None


def prepare(beginning: bytes) -> None:  # noqa: ARG001 - one library reads all formats
    """Import the library. Raises `ImportError` if it is not installed or incomplete."""
    global _np, _sf, _resample  # noqa: PLW0603 - the process exists for one recording
    use_one_thread()
    _np = importlib.import_module("numpy")
    _resample = importlib.import_module("engine.media.resampling").resample
    try:
        _sf = importlib.import_module("soundfile")
    except OSError as error:  # the wheel holds no libsndfile, and the system has none
        raise ImportError(str(error)) from error


def convert(content: io.BytesIO, options: Mapping[str, Any]) -> Converted:
    """Convert to one channel in the format ``to``: wav (16 kHz, 16 bits) or ogg (Opus).

    The recording may have ``seconds`` at most. The facts of the result are its ``type`` and
    ``seconds``. Raises `Refused` with the reason kind, too_large or unreadable.
    """
    try:
        source = _reader(content)
    except _sf.LibsndfileError as error:
        raise Refused("kind") from error
    if source.samplerate > _MOST_RATE or source.channels > _MOST_CHANNELS:
        raise Refused("too_large")
    kind = str(options["to"])
    rate = _SPEECH_RATE if kind == "wav" else _opus_rate(source.samplerate)
    made = io.BytesIO()
    try:
        with _writer(made, kind, rate) as target:
            count = _copy(source, target, int(float(options["seconds"]) * rate))
    except _sf.LibsndfileError as error:
        raise Refused("unreadable") from error
    return Converted({"type": f"audio/{kind}", "seconds": round(count / rate, 2)}, made.getvalue())


def _copy(source: Any, target: Any, most: int) -> int:
    """Copy at most this many samples at the rate of the target. Return how many there were."""
    count = 0
    for block in _resample(_mono(source), source.samplerate, target.samplerate):
        count += len(block)
        if count > most:
            raise Refused("too_large")
        target.write(_np.clip(block, -1.0, 1.0))
    if not count:
        raise Refused("unreadable")
    return count


def _mono(source: Any) -> Iterator[Any]:
    while True:
        block = source.read(_BLOCK_FRAMES, dtype="float32", always_2d=True)
        if not len(block):
            return
        yield block.mean(axis=1)


def _opus_rate(rate: int) -> int:
    """Return the lowest sampling rate of Opus that loses nothing of a recording with this rate."""
    return next((known for known in _OPUS_RATES if known >= rate), _OPUS_RATES[-1])


def _reader(content: io.BytesIO) -> Any:
    # soundfile 0.14 seeks to its own position after each read of a seekable file. The decoder of
    # MP3 then starts again, and each block begins with a crack.
    kind = type("Reader", (_sf.SoundFile,), {"seekable": lambda _: False})
    return kind(content)


def _writer(made: io.BytesIO, kind: str, rate: int) -> Any:
    if kind == "wav":
        return _sf.SoundFile(made, "w", rate, 1, "PCM_16", format="WAV")
    return _sf.SoundFile(made, "w", rate, 1, "OPUS", format="OGG", compression_level=_OPUS_LEVEL)
