"""Tests of the embedder with the real model: equal vectors, small memory, and each method's effect."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.memory.embedding import lean
from engine.memory.embedding.embedder import EmbedderSettings, ProcessEmbedder, locate_model
from engine.tasks import SystemClock
from tests.rigs.torch_build import cuda_mb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

ROOT = Path(__file__).resolve().parents[4]
SENTENCES = (
    "The ferry leaves the island at a quarter past six.",
    "Fährt heute noch ein Schiff zur Insel?",
    "My sister repairs bicycles and old radios.",
    "def area(r): return 3.14159 * r ** 2",
    "¿Qué pan compro? 🥖 島へ行く船は何時ですか。",
    "",
    "tide " * 400,
    "tide " * 5000,
)
# The first numbers of each row, as sentence-transformers 3.0.1 and 6.2.0 return them in plain use.
REFERENCE = (
    (0.10585, 0.05338, 0.00488, -0.01787, 0.01997, 0.02857, -0.06055, -0.01482),
    (-0.02352, 0.03534, -0.03472, -0.03905, 0.12554, 0.05826, 0.14225, 0.04727),
    (-0.00862, 0.11035, 0.01508, -0.01475, -0.0458, -0.04635, -0.03147, 0.02611),
    (0.09177, -0.00951, -0.03951, 0.03542, 0.00183, -0.11423, 0.0165, 0.05597),
    (0.07207, 0.04509, 0.02487, -0.06288, 0.00429, 0.0018, 0.14676, 0.08402),
    (-0.11884, 0.0483, -0.00255, -0.01101, 0.05195, 0.01029, 0.11543, 0.0007),
    (0.01231, -0.05647, 0.02487, -0.02005, -0.07333, 0.00295, 0.05114, -0.0272),
    (
        0.01231,
        -0.05647,
        0.02487,
        -0.02005,
        -0.07333,
        0.00295,
        0.05114,
        -0.0272,
    ),  # this text has more than 256 word pieces
)
pytestmark = pytest.mark.timeout(180)  # each run of the real process imports torch
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


@dataclass(frozen=True)
class Seen:
    """The results of one run of the real process. Memory is in MB."""

    rows: np.ndarray
    used_mb: float
    peak_mb: float
    starts: int


@asynccontextmanager
async def _embedder(*without: str) -> AsyncIterator[ProcessEmbedder]:
    embedder = ProcessEmbedder(EmbedderSettings(without=without, queue_size=10_000), SystemClock())
    try:
        yield embedder
    finally:
        await embedder.close()


async def _run(without: tuple[str, ...], work: list[str]) -> Seen:
    async with _embedder(*without) as embedder:
        rows = await embedder.embed(SENTENCES)
        await embedder.embed(work)
        state = embedder.state
        return Seen(rows, state.rss_bytes / 2**20, _peak_mb(state.pid), state.starts)


WORDS = (
    "we",
    "will",
    "bring",
    "bread",
    "cheese",
    "and",
    "the",
    "green",
    "map",
    "to",
    "your",
    "harbour",
    "tomorrow",
)


def _talk(count: int, shortest: int = 3, longest: int = 20) -> list[str]:
    draw = random.Random(7)
    return [" ".join(draw.choices(WORDS, k=draw.randint(shortest, longest))) for _ in range(count)]


def _peak_mb(pid: int) -> float:
    if sys.platform != "linux":
        return 0.0
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


_RUNS: dict[tuple[str, ...], Seen] = {}


async def seen() -> Seen:
    """Run the real process once for a few sentences."""
    if ("seen",) not in _RUNS:
        _RUNS["seen",] = await _run((), [])
    return _RUNS["seen",]


async def worked(*without: str) -> Seen:
    """Run the process once without these methods. Pages of a document need the most memory."""
    if without not in _RUNS:
        _RUNS[without] = await _run(without, [*_talk(100), *_talk(40, 150, 300)])
    return _RUNS[without]


async def test_rows_equal_the_reference() -> None:
    np.testing.assert_allclose((await seen()).rows[:, :8], REFERENCE, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm((await seen()).rows, axis=1), 1.0, atol=1e-5)


async def test_every_trick_applies_to_the_installed_versions() -> None:
    # A second start would run without the patches.
    assert (await seen()).starts == 1


SHARE_MB = 345 + cuda_mb()
"""The bot itself takes about 100 MB."""


@ON_LINUX
async def test_the_process_starts_within_its_share_of_the_memory() -> None:
    assert (await seen()).peak_mb < SHARE_MB


@ON_LINUX
@pytest.mark.slow
async def test_the_process_works_within_its_share_of_the_memory(
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    record_testsuite_property(
        "embedder_peak_mb", (await worked()).peak_mb
    )  # this value goes to the table of ``make lanes``
    assert (await worked()).peak_mb < SHARE_MB


def test_the_bots_own_process_loads_no_torch() -> None:
    program = (
        "import sys, engine.memory.embedding.embedder; sys.exit('torch' in sys.modules or "
        "'transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


@ON_LINUX
@pytest.mark.slow
@pytest.mark.parametrize(
    ("trick", "saves_mb"), [("stand_ins", 25), ("mapped_weights", 20), ("give_back", 50)]
)
async def test_each_trick_saves_memory_in_use(trick: str, saves_mb: float) -> None:
    assert (await worked(trick)).used_mb - (await worked()).used_mb > saves_mb


@ON_LINUX
@pytest.mark.slow
@pytest.mark.skipif(
    cuda_mb() > 100, reason="loading the libraries of CUDA 13 is the peak, whatever comes after"
)
async def test_the_tuned_allocator_lowers_the_peak() -> None:
    assert (await worked("allocator")).peak_mb - (await worked()).peak_mb > 8


@ON_LINUX
@pytest.mark.slow
async def test_without_any_trick_the_process_is_much_larger_and_gives_the_same_rows() -> None:
    stock = await worked(*lean.TRICKS)

    assert stock.peak_mb - (await worked()).peak_mb > 100
    assert np.min(np.sum(stock.rows * (await worked()).rows, axis=1)) > 0.9999


@pytest.mark.slow
async def test_rows_equal_those_of_a_plain_sentence_transformer(tmp_path: Path) -> None:
    program = (
        "import sys, numpy\n"
        "from sentence_transformers import SentenceTransformer\n"
        "from tests.engine.memory.embedding.test_embedder_model import SENTENCES, _talk\n"
        "model = SentenceTransformer(sys.argv[1], device='cpu')\n"
        "numpy.save(sys.argv[2], model.encode([*SENTENCES, *_talk(50)]))\n"
    )
    saved = tmp_path / "rows.npy"
    plain = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, locate_model(""), str(saved)),
        cwd=ROOT,
        env={**os.environ, "TQDM_DISABLE": "1"},
    )
    assert await plain.wait() == 0
    async with _embedder() as embedder:
        ours = await embedder.embed([*SENTENCES, *_talk(50)])

    assert np.min(np.sum(ours * np.load(saved), axis=1)) > 0.9999


@ON_LINUX
@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_memory_does_not_creep_over_ten_thousand_sentences() -> None:
    async with _embedder() as embedder:
        used_mb = []
        for texts in (1280, 8960):
            # First whole shares of GIVE_BACK_TEXTS, then one text, so memory was just freed and is
            # used again.
            await embedder.embed(_talk(texts))
            await embedder.embed(["one more"])
            used_mb.append(embedder.state.rss_bytes / 2**20)

        assert used_mb[1] - used_mb[0] < 20
