"""The kinds of stores on which the contract tests run.

A new kind gets a class here and needs no new test.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pytest

from engine.storage.ports import Processes, Storage
from engine.storage.postgres.address import Address
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.processes import Owners
from engine.storage.sqlite.storage import SqliteStorage
from engine.tasks import Clock


class Kind(Protocol):
    """Opens one store several times, as several processes do that share it."""

    async def open(self, owner: int = 0, limit_bytes: int = 0) -> Storage:
        """Open the store. Ledger rows belong to the process `owner`."""

    async def enter(self) -> Processes:
        """Enter the store as one more process."""

    async def close(self) -> None:
        """Close everything that was opened."""


class Sqlite:
    """A store in one file."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._path, self._clock = folder / "pipit.db", clock
        self._opened: list[Store] = []
        self._entered: list[Owners] = []

    async def open(self, owner: int = 0, limit_bytes: int = 0) -> Storage:
        self._opened.append(await Store.open(self._path, limit_bytes))
        return SqliteStorage(self._opened[-1], self._clock, owner)

    async def enter(self) -> Processes:
        self._opened.append(await Store.open(self._path))
        self._entered.append(await Owners.enter(self._opened[-1]))
        return self._entered[-1]

    async def close(self) -> None:
        for owners in self._entered:
            await owners.leave()
        for store in self._opened:
            await store.close()


class Server:
    """A store in a fresh database on a PostgreSQL server."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._url, self._clock = url, clock
        self._opened: list[Any] = []

    async def open(self, owner: int = 0, limit_bytes: int = 0) -> Storage:
        from engine.storage.postgres.connection import Postgres
        from engine.storage.postgres.single import SinglePostgres

        self._opened.append(await Postgres.open(Address(self._url, connections=3)))
        return SinglePostgres(self._opened[-1], self._clock, owner, limited=True)

    async def enter(self) -> Processes:
        pytest.skip("the processes of a server are tried in tests/engine/storage/postgres")

    async def close(self) -> None:
        for database in self._opened:
            await database.close()
