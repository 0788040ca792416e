"""What the benchmarks share: the model server's process, figures of many values, memory."""

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

    Times are Unix seconds, `words` are (left at, characters by then).
    """

    asked: str
    arrived: float
    words: list[tuple[float, int]]
    answer: str

    @property
    def first_at(self) -> float:
        """Return when the first word left."""
        return self.words[0][0]

    @property
    def last_at(self) -> float:
        """Return when the last word left."""
        return self.words[-1][0]

    def when(self, characters: int) -> float:
        """Return when so many characters had left, infinity if they never did."""
        at = bisect_left([said for _, said in self.words], characters)
        return self.words[at][0] if at < len(self.words) else math.inf

    def said(self, at: float) -> int:
        """Return how many characters had left by then."""
        number = bisect_right([left for left, _ in self.words], at)
        return self.words[number - 1][1] if number else 0


@dataclass
class ModelProcess:
    """The model server; `told` are its requests that have ended, in that order."""

    base_url: str
    told: list[Told] = field(default_factory=list)
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, requests: int) -> None:
        """Wait until so many requests have ended in all."""
        while len(self.told) < requests:
            self._came.clear()
            await self._came.wait()

    async def follow(self, lines: asyncio.StreamReader) -> None:
        """Note what the server tells, until it ends."""
        async for line in lines:
            data = json.loads(line)
            words = [(at, characters) for at, characters in data["words"]]
            self.told.append(Told(data["asked"], data["arrived"], words, data["answer"]))
            self._came.set()


@asynccontextmanager
async def model_process(*options: str) -> AsyncIterator[ModelProcess]:
    """Run `benchmarks.timed_model` with these options in a process of its own."""
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
    """Return the value below which that share lies; not a number if there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else math.nan


def spread(values: Sequence[float], unit: str = "ms", scale: float = 1000.0) -> str:
    """Return median and 95th percentile in words."""
    half, most = percentile(values, 0.5) * scale, percentile(values, 0.95) * scale
    return f"p50 {half:7.1f} {unit}, p95 {most:7.1f} {unit}"


def resident_mb(pid: int | str = "self") -> float:
    """Return the memory of a process that lies in RAM."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4 / 1024


def cpu_seconds(pid: int) -> tuple[float, float]:
    """Return how long a process has run, and how long it was ready to and waited for a core (Linux, schedstat)."""
    threads = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(ran) for ran, *_ in threads) / 1e9, sum(
        int(waited) for _, waited, *_ in threads
    ) / 1e9


def machine() -> str:
    """Say what else the machine is busy with: other people's work makes every time longer."""
    load = Path("/proc/loadavg").read_text().split()[0]
    return f"load average {load}"
