"""Several bots on one machine share one embedder's process, here a process without a model."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
import pytest_asyncio

from engine.errors import MemoryFault
from engine.memory.embedding.child import LoadFault
from engine.memory.embedding.embedder import EmbedderSettings, ProcessEmbedder
from engine.memory.embedding.sharing import socket_of
from tests.rigs import embedder_stub as stub
from tests.rigs.fakes import FakeClock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets")

Make = Callable[..., ProcessEmbedder]


@pytest.fixture
def folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Give the sockets a folder with a short path, because a socket's path has 107 bytes at most."""
    tmp_path_factory.getbasetemp()  # pytest makes it now, and not in the sockets' folder
    made = tempfile.mkdtemp(prefix="pipit-")
    monkeypatch.setattr(tempfile, "tempdir", made)
    yield Path(made)
    shutil.rmtree(made)


@pytest_asyncio.fixture
async def make(folder: Path) -> AsyncIterator[Make]:
    clock, made = FakeClock(), list[ProcessEmbedder]()

    def one(model: str = "stub/plain", **settings: Any) -> ProcessEmbedder:
        shared = EmbedderSettings(model=model, shared=True, **settings)
        made.append(ProcessEmbedder(shared, clock, stub.COMMAND))
        return made[-1]

    yield one
    pids = {embedder.state.pid for embedder in made} - {0}
    for embedder in made:
        await embedder.close()
    for pid in pids:
        await gone(pid)


async def gone(pid: int) -> None:
    """Wait until a process has ended. The test's time limit bounds the wait."""
    while True:  # what is awaited is another process's doing
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        await asyncio.sleep(0.02)


async def test_bots_that_start_at_once_use_one_process_and_each_gets_its_rows(make: Make) -> None:
    bots = [make() for _ in range(4)]
    rows = await asyncio.gather(*(bot.embed(["x" * (n + 1)]) for n, bot in enumerate(bots)))
    assert [int(row[0][0]) for row in rows] == [1, 2, 3, 4]
    assert len({bot.state.pid for bot in bots}) == 1
    assert {bot.state.phase for bot in bots} == {"ready"}
    assert sorted(int(row[0][1]) for row in rows) == [1, 2, 3, 4]  # frames of one process


async def test_the_process_goes_on_when_the_bot_that_started_it_ends(make: Make) -> None:
    first, second = make(), make()
    await first.embed(["one"])
    await second.embed(["two"])
    pid = second.state.pid
    await first.close()
    assert int((await second.embed(["four"]))[0][0]) == 4
    assert second.state.pid == pid


async def test_the_process_ends_after_the_last_bot_and_a_later_bot_starts_another(
    make: Make,
) -> None:
    first = make()
    await first.embed(["one"])
    pid = first.state.pid
    await first.close()
    await gone(pid)
    later = make()
    await later.embed(["two"])
    assert later.state.pid != pid


async def test_after_the_process_was_killed_all_bots_share_the_next_one(make: Make) -> None:
    bots = [make(), make()]
    for bot in bots:
        await bot.embed(["one"])
    os.kill(bots[0].state.pid, signal.SIGKILL)
    await gone(bots[0].state.pid)
    rows = await asyncio.gather(*(bot.embed(["three"]) for bot in bots))
    assert [int(row[0][0]) for row in rows] == [5, 5]
    assert len({bot.state.pid for bot in bots}) == 1


async def test_a_cancelled_bot_leaves_the_process_to_the_others(make: Make, tmp_path: Path) -> None:
    first, second = make(), make()
    await first.embed(["one"])
    await second.embed(["one"])
    pid, fifo = second.state.pid, tmp_path / "gate"
    os.mkfifo(fifo)
    waiting = asyncio.get_running_loop().create_task(first.embed([stub.gate(fifo)]))
    with await asyncio.to_thread(fifo.open, "wb"):  # the process has the text now
        await first.close()
    with pytest.raises(MemoryFault):
        await waiting
    assert int((await second.embed(["two"]))[0][0]) == 3
    assert second.state.pid == pid


async def test_a_model_that_cannot_be_loaded_is_reported_to_each_bot(make: Make) -> None:
    bots = [make(stub.NO_WEIGHTS), make(stub.NO_WEIGHTS)]
    told = await asyncio.gather(*(bot.embed(["x"]) for bot in bots), return_exceptions=True)
    assert all(isinstance(one, MemoryFault) and "no weights there" in str(one) for one in told)


async def test_bots_with_other_models_have_other_processes(make: Make) -> None:
    one, other = make(), make("stub/other")
    await one.embed(["x"])
    await other.embed(["x"])
    assert one.state.pid != other.state.pid


async def test_a_folder_that_others_can_open_is_refused(make: Make, folder: Path) -> None:
    (folder / f"pipit-{os.getuid()}").mkdir(mode=0o755)
    with pytest.raises(MemoryFault, match="only this user"):
        await make().embed(["x"])
    with pytest.raises(LoadFault):
        socket_of(stub.COMMAND, ["stub/plain", "1"])
