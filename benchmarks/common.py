"""Shared parts of the benchmarks: the model server's process, statistics, memory and CPU time."""

from __future__ import annotations

import asyncio
import json
import math
import sys
from bisect import bisect_left, bisect_right
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence


@dataclass(frozen=True)
class Told:
    """One request as the model server saw it.

    Times are Unix seconds. `words` holds, for each word, the time at which it was sent and the
    number of characters sent by then.
    """

    asked: str
    arrived: float
    words: list[tuple[float, int]]
    answer: str

    @property
    def first_at(self) -> float:
        """Return the time at which the first word was sent."""
        return self.words[0][0]

    @property
    def last_at(self) -> float:
        """Return the time at which the last word was sent."""
        return self.words[-1][0]

    def when(self, characters: int) -> float:
        """Return the time at which this many characters had been sent; infinity if never."""
        at = bisect_left([said for _, said in self.words], characters)
        return self.words[at][0] if at < len(self.words) else math.inf

    def said(self, at: float) -> int:
        """Return the number of characters that had been sent at a time."""
        number = bisect_right([left for left, _ in self.words], at)
        return self.words[number - 1][1] if number else 0


@dataclass
class ModelProcess:
    """The model server's process. `told` holds its finished requests in the order of their end."""

    base_url: str
    told: list[Told] = field(default_factory=list)
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, requests: int) -> None:
        """Wait until this many requests have ended in all."""
        while len(self.told) < requests:
            self._came.clear()
            await self._came.wait()

    async def follow(self, lines: asyncio.StreamReader) -> None:
        """Record the server's reports until its output ends."""
        async for line in lines:
            data = json.loads(line)
            words = [(at, characters) for at, characters in data["words"]]
            self.told.append(Told(data["asked"], data["arrived"], words, data["answer"]))
            self._came.set()


@asynccontextmanager
async def model_process(*options: str) -> AsyncIterator[ModelProcess]:
    """Run `benchmarks.timed_model` with these options as a process within this block."""
    arguments = ["-m", "benchmarks.timed_model", *options]
    child = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, limit=2**24
    )
    assert child.stdout is not None
    model = ModelProcess((await child.stdout.readline()).decode().strip())
    reader = Tasks("model server")
    reader.spawn(model.follow(child.stdout), "what it tells")
    try:
        yield model
    finally:
        child.terminate()
        await child.wait()
        await reader.join()


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value below which this share of the values lies; NaN if there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else math.nan


def spread(values: Sequence[float], unit: str = "ms", scale: float = 1000.0) -> str:
    """Return the median and the 95th percentile as text."""
    half, most = percentile(values, 0.5) * scale, percentile(values, 0.95) * scale
    return f"p50 {half:7.1f} {unit}, p95 {most:7.1f} {unit}"


def resident_mb(pid: int | str = "self") -> float:
    """Return the resident memory of a process in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4 / 1024


def cpu_seconds(pid: int) -> tuple[float, float]:
    """Return how long a process has run on a core, and how long it has waited for one, in seconds.

    Linux only (schedstat).
    """
    threads = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(ran) for ran, *_ in threads) / 1e9, sum(
        int(waited) for _, waited, *_ in threads
    ) / 1e9


def machine() -> str:
    """Return the machine's load, because other work on it makes every time longer."""
    load = Path("/proc/loadavg").read_text().split()[0]
    return f"load average {load}"
