"""Another process that opens and closes the file leaves this process its log."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from pathlib import Path

import pytest

from engine.storage.sqlite.database import Store
from engine.storage.sqlite.marks import read_header
from engine.storage.sqlite.snapshot import copy_database, inspect

VISIT = (
    "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT * FROM facts').fetchall()"
)


async def visit(path: Path) -> None:
    """Let another process read the file once, as `pipit backup` does."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", VISIT, str(path))
    assert await process.wait() == 0


async def note(store: Store, name: str) -> None:
    await store.write(lambda db: db.execute("INSERT INTO facts VALUES(?, '1')", (name,)).rowcount)


@pytest.mark.parametrize("looks", [0, 1, 2])
async def test_a_visit_of_another_process_loses_no_write(tmp_path: Path, looks: int) -> None:
    path = tmp_path / "p.db"
    await (await Store.open(path)).close()
    store = await Store.open(path)  # the second opening finds a header
    for number in range(looks):  # the running process makes copies of its own, too
        copy_database(path, tmp_path / f"copy{number}.db")
        inspect(path)
    await note(store, "before")
    await visit(path)
    assert (tmp_path / "p.db-wal").exists()
    await note(store, "after")
    await visit(path)
    await store.close()
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        names = {name for (name,) in db.execute("SELECT name FROM facts")}
    db.close()
    assert {"before", "after"} <= names


async def test_the_header_of_an_open_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    store = await Store.open(path)
    with pytest.raises(RuntimeError, match="open in this process"):
        read_header(path)
    await store.close()
    assert read_header(path) is not None
