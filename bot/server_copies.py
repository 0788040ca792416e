"""Copies of a database on a server, for the operator's commands."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot import EXIT_OK
from engine.errors import StorageFault
from engine.storage.postgres.address import Address
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.copying import anyone_lives
from engine.storage.postgres.snapshot import dump_database, restore_dump


async def copy(server: Address, target: Path) -> int:
    """Write a copy to a file. The bot may run meanwhile. Raises `StorageFault`."""
    await asyncio.get_running_loop().run_in_executor(None, dump_database, server, target)
    print(f"{target}: {target.stat().st_size} bytes")
    return EXIT_OK


async def restore(server: Address, source: Path) -> int:
    """Replace the database by a copy. Raises `StorageFault`, for example if a process uses it."""
    database = await Postgres.open(server, moving=True)
    try:
        if await anyone_lives(database):
            raise StorageFault(
                f"{server.place}: Pipit is running with this database; stop it first"
            )
    finally:
        await database.close()
    await asyncio.get_running_loop().run_in_executor(None, restore_dump, server, source)
    print(f"{server.place}: restored from {source}")
    return EXIT_OK
