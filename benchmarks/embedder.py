"""Measure the embedder's time and memory in comparison with plain sentence-transformers.

    python -m benchmarks.embedder --data FOLDER

FOLDER holds stsb-en-dev.csv, which has two sentences and a score on each line. Three ways ("roads")
run one after another, each in a process that has imported the same packages as the bot: the
embedder in its own process, the same optimisations within the bot's process, and a plain
SentenceTransformer. The memory is that of the whole process tree, read from /proc by a process
outside the tree. The first road runs --count sentences, the others a fifth of them.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import importlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.memory.embedding import lean
from engine.memory.embedding import process as embedder_process
from engine.memory.embedding.embedder import EmbedderSettings, ProcessEmbedder, locate_model
from engine.tasks import SystemClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    Embed = Callable[[Sequence[str]], Awaitable[np.ndarray]]

ROADS = {
    "own process": "embedder in its own process (what Pipit does)",
    "one process": "the same tricks inside the bot's process",
    "plain": "plain SentenceTransformer inside the bot's process, batch 32",
}
BOT_IMPORTS = (
    "telegram.ext",
    "discord",
    "huggingface_hub",
    "cachetools",
    "faiss",
    "engine.memory.embedding.embedder",
)
SINGLE = 200
SLICE = 500


def sentences(folder: Path) -> list[str]:
    with (folder / "stsb-en-dev.csv").open(encoding="utf-8", newline="") as rows:
        found = dict.fromkeys(text for row in csv.reader(rows) for text in row[:2])
    return list(found)


def varied(base: list[str], count: int) -> Iterator[str]:
    """Yield `count` different texts: first the sentences, then pairs of them."""
    for index in range(count):
        first, turn = base[index % len(base)], index // len(base)
        yield first if not turn else f"{first} {base[(index * 7 + turn) % len(base)]}"


# --- Code that runs inside the measured process ---


def say(phase: str, **figures: float) -> None:
    """Report a phase to the measuring process, and wait until it has measured."""
    print(json.dumps({"phase": phase, **figures}), flush=True)
    sys.stdin.readline()


async def exercise(
    embed: Embed, rest: Callable[[], Awaitable[None]], base: list[str], count: int, rows: Path
) -> None:
    start = time.perf_counter()
    await embed([base[0]])
    say("first embedding", cold_s=time.perf_counter() - start)
    times = []
    for text in base[:SINGLE]:
        start = time.perf_counter()
        await embed([text])
        times.append((time.perf_counter() - start) * 1000)
    p50, p95 = np.percentile(times, [50, 95])
    start = time.perf_counter()
    found = await embed(base[:1000])
    took = time.perf_counter() - start
    await rest()
    say("1,000 sentences", p50_ms=p50, p95_ms=p95, per_s=1000 / took)
    np.save(rows, found)
    texts = list(varied(base, count))
    for done in range(0, count, SLICE):
        await embed(texts[done : done + SLICE])
        if done + SLICE in {count // 10, count // 2, count}:
            await rest()
            say(f"{done + SLICE:,} more")


async def own_process(base: list[str], count: int, rows_file: Path) -> None:
    embedder = ProcessEmbedder(EmbedderSettings(idle_seconds=8.0), SystemClock())

    async def rest() -> None:
        await asyncio.sleep(embedder_process.QUIET_SECONDS + 1)

    await exercise(embedder.embed, rest, base, count, rows_file)
    while embedder.state.phase == "ready":  # noqa: ASYNC110 - a benchmark may poll
        await asyncio.sleep(0.2)
    await asyncio.sleep(1)
    say("embedder gone")
    await embedder.close()


async def one_process(base: list[str], count: int, rows_file: Path) -> None:
    encode, since = None, 0

    def work(texts: Sequence[str]) -> np.ndarray:
        nonlocal encode, since
        if encode is None:
            encode, _ = embedder_process.load(locate_model(""), 1, ())
            lean.give_back()
        parts = []
        for at in range(0, len(texts), 16):
            parts.append(np.frombuffer(encode(texts[at : at + 16]), "<f4").reshape(-1, 384))
            since += 16
            if since >= embedder_process.GIVE_BACK_TEXTS:
                lean.give_back()
                since = 0
        return np.concatenate(parts)

    async def rest() -> None:
        lean.give_back()

    await exercise(lambda texts: asyncio.to_thread(work, texts), rest, base, count, rows_file)


async def plain(base: list[str], count: int, rows_file: Path) -> None:
    model: Any = None

    def work(texts: Sequence[str]) -> np.ndarray:
        nonlocal model
        if model is None:
            import torch
            from sentence_transformers import SentenceTransformer

            torch.set_num_threads(1)
            model = SentenceTransformer(locate_model(""), device="cpu")
        return np.asarray(model.encode(list(texts), show_progress_bar=False))

    async def rest() -> None:
        """Do nothing, because this road has no memory to free."""

    await exercise(lambda texts: asyncio.to_thread(work, texts), rest, base, count, rows_file)


def run_road(road: str, folder: Path, count: int, rows_file: Path) -> None:
    if road == "one process":
        lean.tune_allocator()
    for name in BOT_IMPORTS:
        importlib.import_module(name)
    base = sentences(folder)
    say("bot alone")
    work = {"own process": own_process, "one process": one_process, "plain": plain}[road]
    asyncio.run(work(base, count, rows_file))


# --- Code that runs in the measuring process ---


def tree(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += tree(int(child))
    return found


def read_mb(pid: int, file: str, name: str) -> float:
    try:
        content = Path(f"/proc/{pid}/{file}").read_text()
    except OSError:
        return 0.0  # the process has just ended
    _, _, rest = content.partition(f"\n{name}:")
    return int(rest.split()[0]) / 1024 if rest else 0.0


class Watch:
    """A thread that samples the memory of a process tree every 20 ms."""

    def __init__(self, pid: int) -> None:
        self._pid, self._over = pid, threading.Event()
        self.peak_rss = self.peak_child = 0.0
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def _sample(self) -> None:
        while not self._over.wait(0.02):
            try:
                own, *others = [read_mb(pid, "status", "VmRSS") for pid in tree(self._pid)]
            except OSError:
                continue
            self.peak_rss = max(self.peak_rss, own + sum(others))
            self.peak_child = max([self.peak_child, *others])

    def stop(self) -> None:
        """Stop sampling."""
        self._over.set()
        self._thread.join()

    def look(self) -> dict[str, float]:
        """Return the current memory of the tree in MB."""
        pids = tree(self._pid)
        return {
            "rss": sum(read_mb(pid, "status", "VmRSS") for pid in pids),
            "pss": sum(read_mb(pid, "smaps_rollup", "Pss") for pid in pids),
            "anonymous": sum(read_mb(pid, "status", "RssAnon") for pid in pids),
            "child_rss": sum(read_mb(pid, "status", "VmRSS") for pid in pids[1:]),
        }


def measure(road: str, folder: Path, count: int, rows_file: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks.embedder",
        "--road",
        road,
        "--rows",
        str(rows_file),
    ]
    measured = subprocess.Popen(
        [*command, "--data", str(folder), "--count", str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert measured.stdin is not None
    assert measured.stdout is not None
    print(
        f"\n{ROADS[road]}\n{'':22}{'RSS':>7}{'PSS':>7}{'anon':>7}{'child':>7}{'peak':>7}  MB, "
        f"whole tree at rest"
    )
    watch = Watch(measured.pid)
    for line in measured.stdout:
        told = json.loads(line)
        seen = watch.look()
        figures = "".join(f"{value:7.0f}" for value in (*seen.values(), watch.peak_rss))
        rest = "  ".join(f"{name} {value:.1f}" for name, value in told.items() if name != "phase")
        print(f"{told['phase']:22}{figures}  {rest}", flush=True)
        measured.stdin.write("\n")
        measured.stdin.flush()
    watch.stop()
    assert measured.wait() == 0, f"{road} failed"
    print(f"peak of the tree {watch.peak_rss:.0f} MB, of the child {watch.peak_child:.0f} MB")


def compare(folder: Path) -> None:
    reference = np.load(folder / "plain.npy")
    for road in ("own process", "one process"):
        cosine = np.sum(np.load(folder / f"{road}.npy") * reference, axis=1)
        print(
            f"{road}: cosine to plain over {len(cosine)} sentences: least {cosine.min():.7f}, "
            f"mean {cosine.mean():.7f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a folder with stsb-en-dev.csv")
    parser.add_argument("--count", type=int, default=10_000, help="sentences in the long run")
    parser.add_argument("--road", choices=ROADS, help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.road:
        run_road(options.road, options.data, options.count, options.rows)
        return
    with tempfile.TemporaryDirectory() as rows:
        for road in ROADS:
            count = options.count if road == "own process" else options.count // 5
            measure(road, options.data, count, Path(rows) / f"{road}.npy")
        print()
        compare(Path(rows))


if __name__ == "__main__":
    main()
