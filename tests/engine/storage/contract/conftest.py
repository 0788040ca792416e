"""What each test of the contract works with: a kind of store, and that store as process 5."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.storage.ports import Storage
from tests.engine.storage.contract.kinds import KINDS, Kind
from tests.rigs.fakes import FakeClock


class PassingClock(FakeClock):
    """A fake clock whose short pauses pass by themselves."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(0 if seconds < 0.1 else seconds)


@pytest.fixture
def clock() -> FakeClock:
    return PassingClock()


@pytest.fixture(params=sorted(KINDS))
async def kind(
    request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock
) -> AsyncIterator[Kind]:
    found = KINDS[request.param](tmp_path, clock)
    yield found
    await found.close()


@pytest.fixture
async def store(kind: Kind) -> AsyncIterator[Storage]:
    opened = await kind.open(owner=5)
    yield opened
    await opened.ledger.close()
