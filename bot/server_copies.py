"""Copies of a database on a server, for the operator's commands."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot import EXIT_OK
from bot.drill import newest_snapshot
from engine.errors import StorageFault
from engine.storage.postgres.address import Address
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.copying import anyone_lives
from engine.storage.postgres.snapshot import dump_database, restore_dump

if TYPE_CHECKING:
    from bot.backup.hub_repo import BackupSettings


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


async def restore_snapshot(server: Address, settings: BackupSettings) -> int:
    """Replace the database by the snapshot on the Hub. Raises `BotError`."""
    with tempfile.TemporaryDirectory(prefix="pipit-restore-") as name:
        loop = asyncio.get_running_loop()
        source = await loop.run_in_executor(None, newest_snapshot, settings, Path(name))
        if source is None:
            raise StorageFault(f"{settings.repo}: there is no snapshot")
        return await restore(server, source)
