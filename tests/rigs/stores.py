"""The store that the engine's tests run on: a file, or a database with ``--store postgres``.

A test names a folder. The same folder leads to the same store, as after a restart.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any, ClassVar, Union

from engine.storage.ports import Storage
from engine.storage.postgres.address import Address
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.storage import SqliteStorage
from tests.rigs.fakes import FakeClock, settle
from tests.rigs.postgres import Server, drop_database, fresh_database

AnyDatabase = Union[Store, Any]  # or `engine.storage.postgres.connection.Postgres`


class Chosen:
    """The server that the tests run on, None for files, and the database of each folder."""

    server: Server | None = None
    databases: ClassVar[dict[Path, str]] = {}


async def open_database(folder: Path) -> AnyDatabase:
    """Open the store of a folder."""
    if Chosen.server is None:
        return await Store.open(folder / "pipit.db")
    from engine.storage.postgres.connection import Postgres

    if folder not in Chosen.databases:
        Chosen.databases[folder] = await fresh_database(Chosen.server)
    url = Chosen.server.url(Chosen.databases[folder])
    return await Postgres.open(Address(url, connections=4))


def forget_databases() -> None:
    """Drop the databases of all folders; called between tests, without a loop."""
    server, names = Chosen.server, list(Chosen.databases.values())
    Chosen.databases.clear()
    if server is None or not names:
        return

    async def drop() -> None:
        for name in names:
            await drop_database(server, name)

    # A loop of its own in this thread would take the place of the next test's.
    thread = threading.Thread(target=lambda: asyncio.run(drop()))
    thread.start()
    thread.join()


def storage_of(database: AnyDatabase, clock: Any, owner: int = 0) -> Storage:
    """Return the ports of a store."""
    if isinstance(database, Store):
        return SqliteStorage(database, clock, owner)
    from engine.storage.postgres.single import SinglePostgres

    return SinglePostgres(database, clock, owner)


def follow(clock: FakeClock, database: AnyDatabase) -> None:
    """Let a clock wait for the store before it moves on."""
    if not isinstance(database, Store):
        clock.settle = lambda: at_rest(database)


async def at_rest(database: AnyDatabase) -> None:
    """Let everything run that needs no time: tasks, and the work of the store."""
    await settle()
    if isinstance(database, Store):
        await database.write(_nothing)  # this runs after every waiting write
        await database.read(_nothing)  # and after the reads of others
        await settle()
        return
    while not database.idle.is_set():
        await database.idle.wait()
        await settle()


async def rows_of(database: AnyDatabase, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Return the rows of a query on either store."""
    return [tuple(row) for row in await database.query(lambda db: db.all(sql, *values))]


def _nothing(db: sqlite3.Connection) -> None:
    """Do nothing, on a thread of the store."""
    db.execute("SELECT 1").fetchall()
