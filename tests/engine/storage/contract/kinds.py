"""The kinds of stores on which the contract tests run.

A new kind gets a class here and needs no new test.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pytest

from engine.contract import Author, ChatKey, Inbound, Turn, Usage
from engine.storage.ports import Processes, Storage
from engine.storage.postgres.address import Address
from engine.storage.records import Entry
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.processes import Owners
from engine.storage.sqlite.storage import SqliteStorage
from engine.tasks import Clock, SystemClock

# These tests need a store without the queue of several processes. In that queue a chat has a lane,
# which one process holds at a time. So no process owns two questions of a chat, and no previous
# owner has to release anything (tests/engine/storage/postgres/test_queue.py has the tests of lanes).
WITHOUT_LANES = pytest.mark.parametrize(
    "kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


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
        self._entered: list[Any] = []

    async def open(self, owner: int = 0, limit_bytes: int = 0) -> Storage:
        from engine.storage.postgres.single import SinglePostgres

        return SinglePostgres(await self._connect(), self._clock, owner, limited=True)

    async def enter(self) -> Processes:
        from engine.storage.postgres.owners import Owners

        # The heartbeat needs a clock that moves by itself.
        owners = Owners(await self._connect(), SystemClock())
        self._entered.append(owners)
        await owners.enter()
        return owners

    async def close(self) -> None:
        for owners in self._entered:
            await owners.leave()
        for database in self._opened:
            await database.close()

    async def _connect(self) -> Any:
        from engine.storage.postgres.connection import Postgres

        self._opened.append(await Postgres.open(Address(self._url, connections=3)))
        return self._opened[-1]


class Cluster(Server):
    """The same database with the ledger and the queue that several processes share.

    A question that is accepted is claimed at once, so that it belongs to the process that the test
    names.
    """

    async def open(self, owner: int = 0, limit_bytes: int = 0) -> Storage:
        from engine.storage.postgres.lanes import PostgresQueue
        from engine.storage.postgres.owners import Owners
        from engine.storage.postgres.storage import PostgresStorage

        database = await self._connect()
        owners = Owners(database, self._clock)
        owners.number = owner
        storage: Any = PostgresStorage(
            database, self._clock, owners, per_chat=1000, waiting=1000, limit_bytes=1
        )
        storage.most_bytes = 0
        queue = PostgresQueue(database, owners, self._clock)
        storage.ledger = ClaimingLedger(storage.ledger, queue)
        return storage  # type: ignore[no-any-return]


class ClaimingLedger:
    """A ledger of several processes, each of which claims what it accepts or opens again."""

    def __init__(self, ledger: Any, queue: Any) -> None:
        self._ledger, self._queue = ledger, queue

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    async def accept(self, inbound: Inbound, handle: str, notice: str = "") -> Entry | None:
        return await self._claimed(await self._ledger.accept(inbound, handle, notice), inbound.key)

    async def reopen(
        self, entry: Entry, inbound: Inbound, handle: str, asked_by: Author | None = None
    ) -> Entry | None:
        again = await self._ledger.reopen(entry, inbound, handle, asked_by)
        return await self._claimed(again, inbound.key)

    async def finish(self, entry: Entry, turn: Turn, usage: Usage) -> int:
        number: int = await self._ledger.finish(entry, turn, usage)
        await self._queue.hand_back(entry.row)
        return number

    async def close_row(self, entry: Entry, *, given_up: bool = False) -> None:
        await self._ledger.close_row(entry, given_up=given_up)
        await self._queue.hand_back(entry.row)

    async def _claimed(self, entry: Entry | None, key: ChatKey) -> Entry | None:
        if entry is None or entry.begun:
            return entry
        await self._queue.hand_back(entry.row)
        while (claimed := await self._queue.claim([key.platform])) is not None:
            if claimed.row == entry.row:
                return claimed
        return entry
