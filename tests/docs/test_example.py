"""Run the worked example of docs/add-an-adapter.md exactly as on the page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.settings import load
from engine.errors import DeliveryFailed, StorageFault
from engine.tasks import SystemClock, Tasks
from tests.rigs.fakes import FakeClock
from tests.servers.model import ModelServer, Reply

PAGE = Path(__file__).resolve().parents[2] / "docs" / "add-an-adapter.md"
LIMIT_SECONDS = 15.0


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    blocks = re.findall(
        r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile("\n".join(blocks), str(PAGE), "exec", dont_inherit=True), names)
    return names


@asynccontextmanager
async def running(adapter: Any, model: ModelServer, root: Path) -> AsyncIterator[None]:
    """Run the whole process with the example as its only platform."""
    settings = load(
        {
            "HF_BASE_URL": model.base_url, "HF_MODEL": "test", "MEMORY": "OFF",
            "DRAIN_SECONDS": "1",
            "DATABASE_PATH": str(root / "pipit.db"),
        },
        Path("no such file"),
    )  # fmt: skip
    stop, tasks = asyncio.Event(), Tasks("test")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "build_adapters", lambda *_: {adapter.name: adapter})
        task = tasks.spawn(app.run(settings, stop=stop), "app")
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait({task}, timeout=LIMIT_SECONDS)
            await tasks.close()


async def until_it_says(file: Path, text: str) -> str:
    limit = asyncio.get_running_loop().time() + LIMIT_SECONDS
    while asyncio.get_running_loop().time() < limit:
        shown = file.read_text(encoding="utf-8") if file.exists() else ""
        if text in shown:
            return shown
        await asyncio.sleep(0.02)
    raise AssertionError(f"{file} never said {text}, but: {shown}")


def write(root: Path, name: str, text: str) -> None:
    file = root / "in" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


async def test_a_message_in_the_folder_is_answered_there(
    example: dict[str, Any], tmp_path: Path
) -> None:
    adapter = example["FolderAdapter"](tmp_path, SystemClock())
    async with ModelServer() as model, running(adapter, model, tmp_path):
        write(tmp_path, "ann/0001.txt", "What is a pipit?")
        shown = await until_it_says(tmp_path / "out/ann/0001.0.txt", "[↻ Retry]")
        assert "You said: What is a pipit?" in shown
        assert not list(tmp_path.glob("in/ann/*"))
        write(tmp_path, "ann/0002.txt", "/help")
        await until_it_says(tmp_path / "out/ann/0002.0.txt", "/export")


async def test_an_answer_that_was_cut_is_finished_in_its_file(
    example: dict[str, Any], tmp_path: Path
) -> None:
    async with ModelServer() as model:
        gate = model.gate()
        whether = Reply("No.")  # to the engine's question whether the endpoint goes on with a text
        model.queue += [Reply("One two three four five six.", gate=gate), whether]
        model.queue.append(Reply("seven eight."))
        file = tmp_path / "out/ann/0001.0.txt"
        async with running(example["FolderAdapter"](tmp_path, SystemClock()), model, tmp_path):
            write(tmp_path, "ann/0001.txt", "count")
            gate.release(5)
            await until_it_says(file, "One two three")
        gate.open()
        async with running(example["FolderAdapter"](tmp_path, SystemClock()), model, tmp_path):
            assert "One two" in await until_it_says(file, "seven eight.")


async def test_a_message_that_cannot_be_kept_stays_in_the_folder(
    example: dict[str, Any], tmp_path: Path
) -> None:
    async def submit(*_: object) -> str:
        raise StorageFault("the disk is full")

    write(tmp_path, "ann/0001.txt", "hello")
    await example["FolderAdapter"](tmp_path, FakeClock())._take(
        tmp_path / "in/ann/0001.txt", submit
    )
    assert (tmp_path / "in/ann/0001.txt").exists()


async def test_a_disk_that_fails_is_a_delivery_that_may_be_tried_again(
    example: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("no folder")
    sink = example["FolderSink"](tmp_path, example["ChatKey"]("folder", "ann"), "1")
    with pytest.raises(DeliveryFailed) as failed:
        await sink.send("hello", (), 0)
    assert failed.value.retryable
