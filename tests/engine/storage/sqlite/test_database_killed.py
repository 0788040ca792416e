"""Tests that the file of a killed process has all data that was acknowledged."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.storage.sqlite.database import Store
from engine.storage.sqlite.numbers import all_of

ROOT = Path(__file__).resolve().parents[4]

WRITER = """
import asyncio, sys
from pathlib import Path
from engine.storage.sqlite.database import Store
from engine.tasks import Tasks

async def main():
    store = await Store.open(Path(sys.argv[1]))
    table = "CREATE TABLE IF NOT EXISTS notes(n INTEGER PRIMARY KEY, text TEXT)"
    await store.write(lambda db: db.execute(table))
    tasks = Tasks("writer")
    async def write(first):
        for n in range(first, 1_000_000, 8):
            row = (n, "x" * 2000)
            await store.write(lambda db: db.execute("INSERT INTO notes VALUES(?, ?)", row))
            print(n, flush=True)
    for first in range(8):
        tasks.spawn(write(first), "write")
    await tasks.join()

asyncio.run(main())
"""


def killed_after(path: Path, acknowledged: int) -> set[int]:
    """Let a process write until this many rows are acknowledged, then kill it.

    Returns the acknowledged rows.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    seen: set[int] = set()
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            seen.add(int(line))
            if len(seen) == acknowledged:
                process.send_signal(
                    signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM
                )
                break
        # The rows that were still in the pipe were acknowledged as well. The last line may be
        # incomplete.
        seen |= {int(line) for line in process.stdout if line.endswith("\n")}
    assert process.returncode != 0
    return seen


@pytest.mark.parametrize("acknowledged", [1, 37, 400])
async def test_the_file_of_a_killed_process_opens_with_all_that_was_acknowledged(
    tmp_path: Path, acknowledged: int
) -> None:
    seen = killed_after(tmp_path / "pipit.sqlite", acknowledged)
    store = await Store.open(tmp_path / "pipit.sqlite")
    assert seen <= {
        row[0] for row in await store.read(lambda db: all_of(db, "SELECT n FROM notes"))
    }
    assert [
        row[0] for row in await store.read(lambda db: all_of(db, "PRAGMA integrity_check"))
    ] == ["ok"]
    await store.close()
