"""Short recordings of a tone, in every format that soundfile writes."""

from __future__ import annotations

import io
import struct
from typing import Any


def tone(
    kind: str = "OGG", subtype: str = "OPUS", *, rate: int = 48_000, seconds: float = 1.0,
    channels: int = 1, hertz: float = 440.0,
) -> bytes:  # fmt: skip
    """Return a recording of one tone."""
    import numpy as np
    import soundfile

    times = np.arange(int(rate * seconds)) / rate
    wave = (0.5 * np.sin(2 * np.pi * hertz * times)).astype(np.float32)
    made = io.BytesIO()
    soundfile.write(
        made, np.repeat(wave[:, None], channels, axis=1), rate, format=kind, subtype=subtype
    )
    return made.getvalue()


def silent_wav(seconds: float, rate: int = 8_000) -> bytes:
    """Return a WAV of 8 bits, made without any library."""
    samples = bytes([128]) * int(rate * seconds)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate, 1, 8)
    data = struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data


def read(content: bytes) -> tuple[Any, int, str]:
    """Return the samples, the rate and the format of a recording."""
    import soundfile

    with soundfile.SoundFile(io.BytesIO(content)) as file:
        form = f"{file.format} {file.subtype}"
        return file.read(dtype="float32"), file.samplerate, form


def purity(samples: Any, rate: int, hertz: float = 440.0) -> float:
    """Return how much louder a tone is than all other sounds in the middle of a recording, in dB."""
    import numpy as np

    quarter = len(samples) // 4
    middle = samples[quarter : quarter + rate // 2]
    seen = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    at = round(hertz * len(middle) / rate)
    peak = (seen[at - 2 : at + 3] ** 2).sum()
    return float(10 * np.log10(peak / ((seen**2).sum() - peak + 1e-12)))
