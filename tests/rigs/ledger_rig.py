"""A ledger over a real file, with a question and an answer as test data."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.attachments import Attachment
from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.storage.records import Entry
from engine.storage.sql.ledger import PARTIAL_EVERY_SECONDS, SqlLedger
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.numbers import all_of, one
from tests.rigs.fakes import FakeClock
from tests.rigs.injector import Injector

HERE, THERE, APART = ChatKey("fake", "10"), ChatKey("fake", "20", "7"), ChatKey("other", "10")
ANN = Author("1", "Ann", "pt-BR")
ASKED = Inbound(
    HERE,
    "100",
    ANN,
    "What is a pipit?",
    direct=False,
    addressed=True,
    sent_at=1_700_000_000.5,
    quoted="a small bird",
    attachments=(Attachment("a.pdf", "application/pdf", 9, "ref"),),
)
ANSWER = Turn(ANN, "What is a pipit?", "A bird.", Finish.STOP, 1_700_000_009.0)
USED = Usage(30, 7)


@dataclass
class Rig:
    """A ledger over a real file, with access to its tables."""

    store: Any  # an `Injector` of the store, which is also what the ledger sees
    clock: FakeClock
    ledger: SqlLedger

    async def accept(self, inbound: Inbound = ASKED, handle: str = "h") -> Entry:
        entry = await self.ledger.accept(inbound, handle)
        assert entry is not None
        return entry

    async def answered(self, inbound: Inbound = ASKED, turn: Turn = ANSWER) -> tuple[Entry, int]:
        entry = await self.accept(inbound)
        return entry, await self.ledger.finish(entry, turn, USED)

    async def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        return [tuple(row) for row in await self.store.read(lambda db: all_of(db, sql, *values))]

    async def now(self, entry: Entry) -> Entry:
        loaded = await self.ledger.load(entry.row)
        assert loaded is not None
        return loaded

    async def written(self, seconds: float = PARTIAL_EVERY_SECONDS) -> None:
        """Move the clock to the time of the background write, and wait for the disk."""
        await self.clock.advance(seconds)
        await self.store.write(lambda db: one(db, "SELECT 1"))


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    store, clock = await Store.open(tmp_path / "pipit.sqlite"), FakeClock()
    disk: Any = Injector(store)
    ledger = SqlLedger(disk, clock, owner=5)
    yield Rig(disk, clock, ledger)
    await ledger.close()
    await store.close()
