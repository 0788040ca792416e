"""Fixtures of the contract tests: each kind of store, opened as process 5."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.storage.ports import Storage
from tests.engine.storage.contract.kinds import Cluster, Kind, Server, Sqlite
from tests.rigs.fakes import FakeClock
from tests.rigs.postgres import drop_database, fresh_database

SERVERS = {"postgres": Server, "cluster": Cluster}


class PassingClock(FakeClock):
    """A fake clock whose short pauses end by themselves."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(0 if seconds < 0.1 else seconds)


@pytest.fixture
def clock() -> FakeClock:
    return PassingClock()


@pytest.fixture(
    params=["sqlite", *(pytest.param(name, marks=pytest.mark.postgres) for name in SERVERS)]
)
async def kind(
    request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock
) -> AsyncIterator[Kind]:
    if request.param == "sqlite":
        file = Sqlite(tmp_path, clock)
        yield file
        await file.close()
        return
    server = request.getfixturevalue("postgres_server")
    name = await fresh_database(server)
    database = SERVERS[request.param](server.url(name), clock)
    yield database
    await database.close()
    await drop_database(server, name)


@pytest.fixture
async def store(kind: Kind) -> AsyncIterator[Storage]:
    opened = await kind.open(owner=5)
    yield opened
    await opened.ledger.close()
