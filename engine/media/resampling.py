"""Change the sampling rate of a recording, block by block.

The filter is a sinc with a Hann window. It has one set of coefficients for each position between
two samples (https://ccrma.stanford.edu/~jos/resample/). This module needs numpy: only the
converting process imports it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CROSSINGS = 8  # the zero crossings of the sinc on each side


def resample(blocks: Iterable[Any], rate: int, wanted: int) -> Iterator[Any]:
    """Yield the samples of the blocks (float32, one channel) at another rate."""
    if rate == wanted:
        yield from blocks
        return
    common = math.gcd(rate, wanted)
    up, down = wanted // common, rate // common
    table = _filters(up, down)
    taps = table.shape[1]
    half = taps // 2
    # `held[0]` is the first sample that the next output needs. `phase` is the position of that
    # output behind the sample `held[half - 1]`, in steps of 1 / up.
    held, phase = np.zeros(half - 1, np.float32), 0
    for block in _with_end(blocks, half):
        held = np.concatenate((held, block))
        count = max(0, ((len(held) - taps + 1) * up - phase + down - 1) // down)
        places = phase + np.arange(count, dtype=np.int64) * down
        rows = held[(places // up)[:, None] + np.arange(taps)]
        yield (rows * table[places % up]).sum(axis=1, dtype=np.float32)
        whole, phase = divmod(phase + count * down, up)
        held, missing = held[whole:], max(0, whole - len(held))
        phase += missing * up  # the next output needs samples that have not arrived yet


def _with_end(blocks: Iterable[Any], half: int) -> Iterator[Any]:
    yield from blocks
    yield np.zeros(half, np.float32)


def _filters(up: int, down: int) -> Any:
    """Return the weights of the samples around an output, one row for each phase."""
    cutoff = min(1.0, up / down)
    half = math.ceil(_CROSSINGS / cutoff)
    steps = np.arange(1 - half, half + 1)[None, :] - np.arange(up)[:, None] / up
    window = np.cos(np.pi * np.clip(steps / half, -1, 1) / 2) ** 2
    weights = cutoff * np.sinc(cutoff * steps) * window
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
