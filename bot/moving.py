"""Copy everything from the current database to another one, and compare the two: ``pipit move``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol

from bot import EXIT_DISK, EXIT_NOT_DONE, EXIT_OK, EXIT_USAGE
from bot.settings import Settings
from bot.storing import NO_DRIVER, RUNNING
from engine.errors import StorageFault
from engine.storage.postgres.address import Address, is_postgres, place
from engine.storage.sql import copying
from engine.storage.sql.database import Database
from engine.storage.sqlite.copying import go_on_from, last_numbers
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.marks import beside
from engine.storage.sqlite.processes import anyone_lives
from engine.storage.sqlite.snapshot import place_database


class End(Protocol):
    """One of the two databases of a move.

    `name` is its name for messages. `advice` tells the operator how to use the database.
    """

    name: str
    advice: str

    async def open(self, *, new: bool) -> Database:
        """Open the database. A `new` one is created if it is missing. Raises `StorageFault`."""

    async def last_numbers(self) -> dict[str, int]:
        """Return the highest number that each table has assigned."""

    async def complete(self, numbers: Mapping[str, int]) -> None:
        """Make the tables number new rows above `numbers`, and make the database usable."""

    async def close(self) -> None:
        """Close the database. Idempotent."""


class FileEnd:
    """A SQLite file. A new file has another name until it is complete."""

    def __init__(self, path: Path) -> None:
        self._path, self._open = path, path
        self._store: Store | None = None
        self.name, self.advice = str(path), f"Leave DATABASE_URL out and set DATABASE_PATH={path}"

    async def open(self, *, new: bool) -> Store:
        """Open the file. Raises `StorageFault`."""
        if new:
            if self._path.exists():
                raise StorageFault(f"{self._path}: exists already and is not overwritten")
            self._open = beside(self._path, ".moving")
        elif not self._path.is_file():
            raise StorageFault(f"{self._path}: there is no database")
        if anyone_lives(self._open):
            raise StorageFault(f"{self._path}: {RUNNING}")
        self._store = await Store.open(self._open)
        return self._store

    async def last_numbers(self) -> dict[str, int]:
        """Return the highest number that each table has assigned."""
        assert self._store is not None  # noqa: S101 - opened before
        return await last_numbers(self._store)

    async def complete(self, numbers: Mapping[str, int]) -> None:
        """Give the file its final name."""
        assert self._store is not None  # noqa: S101 - opened before
        await go_on_from(self._store, numbers)
        await self._store.checkpoint()
        await self.close()
        place_database(self._open, self._path)
        for end in ("-wal", "-shm", "-mark"):
            beside(self._open, end).unlink(missing_ok=True)

    async def close(self) -> None:
        """Close the file. Idempotent."""
        if self._store is not None:
            await self._store.close()


class ServerEnd:
    """A database on a server. As the target of a move it must exist and be empty."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._database: Any = None
        self.name = address.place
        self.advice = f"Set DATABASE_URL to {address.place} with its user and password"

    async def open(self, *, new: bool) -> Database:
        """Connect to the server. Raises `StorageFault`."""
        from engine.storage.postgres import copying as server  # noqa: PLC0415 - needs asyncpg
        from engine.storage.postgres.connection import Postgres  # noqa: PLC0415 - as above

        self._server: Any = server
        self._database = await Postgres.open(self._address, moving=new)
        if await server.anyone_lives(self._database):
            raise StorageFault(f"{self.name}: {RUNNING}")
        return self._database  # type: ignore[no-any-return]

    async def last_numbers(self) -> dict[str, int]:
        """Return the highest number that each table has assigned."""
        return await self._server.last_numbers(self._database)  # type: ignore[no-any-return]

    async def complete(self, numbers: Mapping[str, int]) -> None:
        """Make the tables number new rows above `numbers`, and queue the open questions."""
        await self._server.go_on_from(self._database, numbers)
        await self._server.enter_queue(self._database)

    async def close(self) -> None:
        """Close the connections. Idempotent."""
        if self._database is not None:
            await self._database.close()


async def run(settings: Settings, to: str) -> int:
    """Copy everything. Return the exit code."""
    if is_postgres(to):
        from importlib.util import find_spec  # noqa: PLC0415 - needed only here

        if find_spec("asyncpg") is None:
            print(NO_DRIVER.replace("DATABASE_URL", "--to"), file=sys.stderr)
            return EXIT_USAGE
        target: End = ServerEnd(Address(to))
    else:
        target = FileEnd(Path(to).expanduser())
    server = settings.store.server
    source: End = ServerEnd(server) if server is not None else FileEnd(settings.store.path)
    if place(to) == source.name or to == source.name:
        print("--to names the database in use", file=sys.stderr)
        return EXIT_USAGE
    try:
        return await _move(source, target)
    except StorageFault as error:
        print(error, file=sys.stderr)
        return EXIT_DISK


async def _move(source: End, target: End) -> int:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(source.close)
        one = await source.open(new=False)
        stack.push_async_callback(target.close)
        other = await target.open(new=True)
        facts = await copying.facts_of(one)
        if not await _may_begin(facts["store"], other, target.name):
            return EXIT_DISK
        print(f"Moving {source.name} to {target.name}. A move that is interrupted can be repeated.")
        for table in copying.TABLES:
            await _copy(one, other, table)
        if not await _equal(one, other):
            return EXIT_NOT_DONE
        await copying.complete(other, facts)
        await target.complete(await source.last_numbers())
    print(f"{target.advice}, then start Pipit. {source.name} is unchanged; delete it later.")
    return EXIT_OK


async def _may_begin(store: str, target: Database, name: str) -> bool:
    """Return whether the move may begin: the target is empty, or has a part of the same source."""
    begun = (await copying.facts_of(target)).get(copying.MOVING)
    if begun == store:
        return True
    if begun is not None or not await copying.is_empty(target):
        print(f"{name}: has other data already; give an empty database", file=sys.stderr)
        return False
    await copying.set_fact(target, copying.MOVING, store)
    return True


async def _copy(source: Database, target: Database, table: copying.Table) -> None:
    copied = 0

    def count(rows: int) -> None:
        nonlocal copied
        copied += rows

    await copying.copy_table(source, target, table, count)
    lost = await copying.left_out(source, table)
    note = f", {lost} without what they belonged to are left out" if lost else ""
    print(f"  {table.name}: {copied} rows{note}", flush=True)


async def _equal(source: Database, target: Database) -> bool:
    """Compare the two databases by counts and digests, and report the result."""
    rows, different = 0, []
    for table in copying.TABLES:
        one, other = await copying.sum_of(source, table), await copying.sum_of(target, table)
        rows += one.rows
        if one != other:
            different.append(f"{table.name} ({one.rows} rows, {other.rows} in the copy)")
    if different:
        print(
            f"The copy differs in {', '.join(different)}: the source was changed meanwhile. "
            "Empty the target and repeat the move while Pipit is stopped.",
            file=sys.stderr,
        )
        return False
    print(f"Compared: {len(copying.TABLES)} tables, {rows} rows, all equal.")
    return True
