"""Tests that processes which share a file know which of them have ended."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from engine.storage.records import RELEASED
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.processes import Owners

ROOT = Path(__file__).resolve().parents[4]
OTHER = """
import asyncio, sys
from pathlib import Path
from engine.storage.sqlite.processes import Owners
from engine.storage.sqlite.database import Store

async def main():
    store = await Store.open(Path(sys.argv[1]))
    owners = await Owners.enter(store)
    print(owners.number, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await owners.leave()
    await store.close()

asyncio.run(main())
"""


async def other_process(file: Path) -> tuple[asyncio.subprocess.Process, int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        OTHER,
        str(file),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    return process, int(await process.stdout.readline())


async def test_nobody_else_is_gone_at_first(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "p.db")
    owners = await Owners.enter(store)
    assert await owners.gone() == [RELEASED]
    await owners.leave()
    await owners.leave()
    await store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="record locks are POSIX")
async def test_a_living_process_is_not_gone_and_a_killed_one_is_at_once(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "p.db")
    process, number = await other_process(tmp_path / "p.db")
    owners = await Owners.enter(store)
    try:
        assert owners.number != number
        assert await owners.gone() == [RELEASED]
        process.kill()
        await process.communicate()
        assert await owners.gone() == [RELEASED, number]
        await owners.strike([RELEASED, number])
        assert await owners.gone() == [RELEASED]
    finally:
        await owners.leave()
        await store.close()


async def test_a_process_that_leaves_in_order_is_off_the_list(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "p.db")
    process, _ = await other_process(tmp_path / "p.db")
    await process.communicate(b"")
    owners = await Owners.enter(store)
    assert await owners.gone() == [RELEASED]
    await owners.leave()
    await store.close()
