"""Tests of the bot's side of the embedder, with a process without a model.

They cover batching, limits, faults and the process's lifetime.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

import numpy as np
import pytest
import pytest_asyncio

from engine.errors import MemoryFault
from engine.memory.embedding import embedder as embedder_module
from engine.memory.embedding.embedder import (
    FRAME_TEXTS,
    EmbedderSettings,
    ProcessEmbedder,
    locate_model,
)
from tests.rigs import embedder_stub as stub
from tests.rigs.fakes import FakeClock, settle

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = Path(__file__).resolve().parents[4]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and named pipes")


class Bench:
    """Embedders with the stub process. All are closed at the end."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.folder = folder
        self.made: list[ProcessEmbedder] = []

    def make(self, model: str = "stub/plain", **settings: Any) -> ProcessEmbedder:
        embedder = ProcessEmbedder(
            EmbedderSettings(model=model, **settings), self.clock, stub.COMMAND
        )
        self.made.append(embedder)
        return embedder

    async def held(self, embedder: ProcessEmbedder) -> tuple[asyncio.Task[Any], Callable[[], Any]]:
        """Occupy the process with a first frame; return its task and a function that opens the gate."""
        fifo = self.folder / "gate"
        os.mkfifo(fifo)
        first = asyncio.get_running_loop().create_task(embedder.embed([stub.gate(fifo)]))
        await until(lambda: embedder.state.phase == "ready")
        await settle()
        return first, lambda: asyncio.to_thread(fifo.write_bytes, b"")


@pytest_asyncio.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path)
    yield made
    for embedder in made.made:
        await embedder.close()


async def until(true: Callable[[], bool]) -> None:
    """Let the loop run until a condition is true. The test's time limit bounds the wait."""
    while not true():  # noqa: ASYNC110 - what is awaited is another process's doing
        await asyncio.sleep(0)


def spawn(embedder: ProcessEmbedder, *texts: str) -> asyncio.Task[Any]:
    return asyncio.get_running_loop().create_task(embedder.embed(texts))


async def test_every_text_gets_its_own_row_in_order(bench: Bench) -> None:
    rows = await bench.make().embed(["a", "four", "three", "hi", ""])

    assert rows.dtype == np.float32
    assert rows.shape == (5, 384)
    assert rows[:, 0].tolist() == [1, 4, 5, 2, 0]


async def test_no_text_needs_no_process(bench: Bench) -> None:
    embedder = bench.make()

    assert (await embedder.embed([])).shape == (0, 384)
    assert embedder.state.starts == 0


async def test_nothing_starts_before_the_first_call(bench: Bench) -> None:
    embedder = bench.make()
    await settle()

    assert embedder.state == embedder_module.EmbedderState("absent")


async def test_callers_that_wait_share_one_frame(bench: Bench) -> None:
    embedder = bench.make()
    first, open_gate = await bench.held(embedder)
    waiting = [spawn(embedder, "x" * size) for size in range(1, 5)]
    await settle()
    await open_gate()

    rows = np.concatenate(await asyncio.gather(*waiting))
    assert rows[:, 0].tolist() == [1, 2, 3, 4]
    assert set(rows[:, 1]) == {2}
    assert set(rows[:, 2]) == {4}
    assert (await first)[0, 2] == 1


async def test_a_long_document_does_not_delay_a_question(bench: Bench) -> None:
    embedder = bench.make()
    _, open_gate = await bench.held(embedder)
    document = spawn(embedder, *["page"] * 5 * FRAME_TEXTS)
    await settle()
    question = spawn(embedder, "where is my boat?")
    await settle()
    await open_gate()

    assert (await question)[0, 1] == 2
    assert (await document)[-1, 1] == 7


async def test_many_documents_do_not_starve_a_question(bench: Bench) -> None:
    embedder = bench.make(queue_size=10_000)
    _, open_gate = await bench.held(embedder)
    documents = [spawn(embedder, *["page"] * 20) for _ in range(2 * FRAME_TEXTS)]
    await settle()
    question = spawn(embedder, "where is my boat?")
    await settle()
    await open_gate()

    assert (await question)[0, 1] == 4
    await asyncio.gather(*documents)


async def test_a_frame_holds_no_more_than_its_share(bench: Bench) -> None:
    rows = await bench.make().embed(["page"] * (2 * FRAME_TEXTS + 3))

    assert rows[:, 2].tolist() == [FRAME_TEXTS] * 2 * FRAME_TEXTS + [3] * 3


async def test_texts_over_the_queue_are_refused_at_once(bench: Bench) -> None:
    embedder = bench.make(queue_size=4)
    _, open_gate = await bench.held(embedder)
    waiting = spawn(embedder, "a", "b", "c", "d")
    await settle()

    with pytest.raises(MemoryFault, match="over 4 texts"):
        await embedder.embed(["e"])
    await open_gate()
    assert len(await waiting) == 4


async def test_the_texts_of_a_cancelled_caller_are_not_sent(bench: Bench) -> None:
    embedder = bench.make()
    _, open_gate = await bench.held(embedder)
    gone, stays = spawn(embedder, "gone"), spawn(embedder, "stays")
    await settle()
    gone.cancel()
    await settle()
    await open_gate()

    assert (await stays)[0, 2] == 1
    assert gone.cancelled()


async def test_a_caller_cancelled_under_way_leaves_the_process_in_use(bench: Bench) -> None:
    embedder = bench.make()
    first, open_gate = await bench.held(embedder)
    first.cancel()
    await settle()
    await open_gate()

    assert (await embedder.embed(["next"]))[0, 1] == 2
    assert embedder.state.starts == 1


async def test_what_the_process_prints_does_not_disturb_the_pipe(bench: Bench) -> None:
    assert (await bench.make().embed(["the stub prints a line before this"])).shape == (1, 384)


async def test_nothing_is_embedded_while_the_embedder_rests(bench: Bench) -> None:
    embedder = bench.make()
    await embedder.embed(["one"])
    async with embedder.at_rest():
        waiting = spawn(embedder, "two")
        await settle()
        assert not waiting.done()
    assert (await waiting).shape == (1, 384)


async def test_the_rest_begins_after_the_frame_in_flight(bench: Bench) -> None:
    embedder = bench.make()
    first, release = await bench.held(embedder)
    rested = asyncio.Event()

    async def rest() -> None:
        async with embedder.at_rest():
            assert first.done()
            rested.set()

    resting = asyncio.get_running_loop().create_task(rest())
    await settle()
    assert not rested.is_set()
    await release()
    await resting
    assert rested.is_set()


async def test_an_idle_process_leaves_and_comes_back_on_demand(bench: Bench) -> None:
    embedder = bench.make(idle_seconds=300)
    await embedder.embed(["one"])
    await bench.clock.advance(299)
    assert embedder.state.phase == "ready"
    left = _exit_of(embedder.state.pid)

    await bench.clock.advance(1)
    await left
    assert embedder.state.phase == "absent"
    assert (await embedder.embed(["two"]))[0, 1] == 1
    assert embedder.state.starts == 2


async def test_use_puts_off_the_leaving(bench: Bench) -> None:
    embedder = bench.make(idle_seconds=300)
    for _ in range(3):
        await embedder.embed(["again"])
        await bench.clock.advance(200)

    assert embedder.state.starts == 1
    assert embedder.state.phase == "ready"


async def test_texts_survive_a_killed_process_once(bench: Bench) -> None:
    embedder = bench.make()
    rows = await embedder.embed([stub.dies_once(bench.folder / "marker"), "beside it"])

    assert rows.shape == (2, 384)
    assert embedder.state.starts == 2


async def test_a_process_killed_while_idle_is_not_noticed_by_callers(bench: Bench) -> None:
    embedder = bench.make()
    await embedder.embed(["one"])
    os.kill(embedder.state.pid, signal.SIGKILL)
    await until(lambda: embedder.state.phase == "absent")

    assert len(await embedder.embed(["two"])) == 1


async def test_a_text_that_kills_every_process_fails_alone(bench: Bench) -> None:
    embedder = bench.make()
    _, open_gate = await bench.held(embedder)
    deadly, innocent = spawn(embedder, "die"), spawn(embedder, "innocent")
    await settle()
    await open_gate()

    assert (await innocent)[0, 0] == len("innocent")
    with pytest.raises(MemoryFault, match="without an answer"):
        await deadly


async def test_a_text_the_model_fails_on_fails_alone_and_is_not_quoted(bench: Bench) -> None:
    embedder = bench.make()
    _, open_gate = await bench.held(embedder)
    bad, good = spawn(embedder, "fail secret"), spawn(embedder, "good")
    await settle()
    await open_gate()

    assert len(await good) == 1
    with pytest.raises(MemoryFault) as caught:
        await bad
    assert str(caught.value) == "the model failed with ValueError"
    assert embedder.state.starts == 1


async def test_a_process_that_hangs_is_replaced_and_then_given_up(bench: Bench) -> None:
    embedder = bench.make(answer_seconds=60, idle_seconds=10_000)
    hanging = spawn(embedder, "hang")
    for starts in (1, 2):
        await until(
            lambda starts=starts: embedder.state.starts == starts
            and embedder.state.phase == "ready"
        )
        await bench.clock.advance(60)

    with pytest.raises(MemoryFault, match="within 60 s"):
        await hanging
    assert embedder.state.phase == "absent"


async def test_a_model_that_cannot_load_is_told_to_the_operator(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    embedder = bench.make(stub.NO_WEIGHTS)
    with pytest.raises(MemoryFault, match="no weights there"):
        await embedder.embed(["text of a user"])

    assert "no weights there" in embedder.state.fault
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "continues without memory" in record.getMessage()
    assert "text of a user" not in caplog.text


async def test_after_a_failed_load_callers_are_refused_at_once_for_a_growing_pause(
    bench: Bench,
) -> None:
    embedder = bench.make(stub.NO_WEIGHTS)
    starts = []
    for pause in (0.0, 1.0, 5.0, 5.0, 10.0):
        await bench.clock.advance(pause)
        with pytest.raises(MemoryFault):
            await embedder.embed(["text"])
        starts.append(embedder.state.starts)

    assert starts == [1, 1, 2, 2, 3]


async def test_a_process_that_ends_while_loading_is_tried_twice(bench: Bench) -> None:
    embedder = bench.make(stub.MUTE)
    with pytest.raises(MemoryFault, match="without an answer"):
        await embedder.embed(["text"])

    assert embedder.state.starts == 2
    assert embedder.state.fault


async def test_a_load_that_fails_under_patches_succeeds_without_them(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    embedder = bench.make(stub.NOT_PATCHED)

    assert len(await embedder.embed(["text"])) == 1
    assert embedder.state.starts == 2
    assert "a name is gone" in caplog.text


async def test_a_model_of_another_width_is_refused(bench: Bench) -> None:
    with pytest.raises(MemoryFault, match="768 numbers per text instead of 384"):
        await bench.make(stub.WIDE).embed(["text"])


async def test_closing_fails_who_waits_and_ends_the_process(bench: Bench) -> None:
    embedder = bench.make()
    first, _ = await bench.held(embedder)
    waiting = spawn(embedder, "never answered")
    await settle()
    left = _exit_of(embedder.state.pid)
    await embedder.close()
    await embedder.close()

    await left
    for call in (first, waiting):
        with pytest.raises(MemoryFault, match="stopped"):
            await call
    with pytest.raises(MemoryFault, match="closed"):
        await embedder.embed(["later"])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_closing_while_the_model_loads_leaves_no_process(bench: Bench) -> None:
    embedder = bench.make(stub.SLOW)
    waiting = spawn(embedder, "text")
    await until(lambda: bool(_children()))
    assert embedder.state.phase == "starting"
    await embedder.close()

    assert _children() == []
    with pytest.raises(MemoryFault, match="stopped"):
        await waiting


async def test_the_signals_that_stop_the_bot_leave_the_process_to_its_drain(bench: Bench) -> None:
    embedder = bench.make()
    await embedder.embed(["one"])
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(embedder.state.pid, number)

    assert (await embedder.embed(["two"]))[0, 1] == 2


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_a_host_out_of_memory_takes_the_embedder_and_not_the_bot(bench: Bench) -> None:
    embedder = bench.make()
    await embedder.embed(["one"])

    own = Path("/proc/self/oom_score_adj").read_text(encoding="ascii")
    child = Path(f"/proc/{embedder.state.pid}/oom_score_adj").read_text(encoding="ascii")
    assert int(child) > int(own)
    assert embedder.state.rss_bytes > 1_000_000


@pytest.mark.parametrize(
    ("model", "told"),
    [("stub/plain", "embedded"), (stub.SLOW, "loading")],
    ids=["in use", "while loading"],
)
async def test_the_process_dies_with_a_bot_that_is_killed(model: str, told: str) -> None:
    program = (
        "import asyncio, sys\n"
        "from engine.memory.embedding.embedder import EmbedderSettings, ProcessEmbedder\n"
        "from engine.tasks import SystemClock\n"
        "from tests.rigs.embedder_stub import COMMAND\n"
        "async def main():\n"
        f"    embedder = ProcessEmbedder(EmbedderSettings(model={model!r}), SystemClock(), "
        f"COMMAND)\n"
        "    await embedder.embed(['text'])\n"
        "    print('embedded', file=sys.stderr, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    bot = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
        stdin=asyncio.subprocess.DEVNULL,
    )
    assert bot.stderr is not None
    while told.encode() not in await bot.stderr.readline():
        assert bot.returncode is None
    bot.kill()

    # Both processes hold this pipe, so it ends when the last of them has ended.
    await bot.stderr.read()
    assert await bot.wait() == -signal.SIGKILL


def test_the_package_is_the_default_model() -> None:
    assert (Path(locate_model("")) / "model.safetensors").is_file()


def test_without_the_package_the_hub_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder_module, "PACKAGED_MODEL", "no_such_package_here")

    assert locate_model("") == "sentence-transformers/all-MiniLM-L6-v2"


def test_a_relative_folder_is_sent_as_an_absolute_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path)

    assert locate_model("models") == str((tmp_path / "models").resolve())


@pytest.mark.parametrize("model", ["/no/such/folder", "./nowhere", "~/nowhere", "a/b/c"])
def test_a_path_that_is_no_folder_is_not_taken_for_a_hub_model(model: str) -> None:
    with pytest.raises(MemoryFault, match="not a folder"):
        locate_model(model)


async def test_a_folder_that_is_missing_is_told_by_embed(bench: Bench) -> None:
    with pytest.raises(MemoryFault, match="not a folder"):
        await bench.make("/no/such/folder").embed(["text"])


async def test_a_process_that_cannot_start_is_a_memory_fault(bench: Bench) -> None:
    embedder = ProcessEmbedder(
        EmbedderSettings(model="stub/plain"), bench.clock, ["/no/such/program"]
    )
    with pytest.raises(MemoryFault, match="does not start"):
        await embedder.embed(["text"])
    await embedder.close()


def _children() -> list[str]:
    return " ".join(path.read_text() for path in Path("/proc/self/task").glob("*/children")).split()


def _exit_of(pid: int) -> asyncio.Future[None]:
    """Return a future that is done when a process has ended."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()
    handle = os.pidfd_open(pid)

    def note() -> None:
        loop.remove_reader(handle)
        os.close(handle)
        ended.set_result(None)

    loop.add_reader(handle, note)
    return ended
