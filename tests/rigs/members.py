"""Processes that share a PostgreSQL database, in one loop: their parts of the store, no engine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Callable

from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.storage.postgres.address import Address
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.owners import Owners
from engine.storage.postgres.shared import PostgresShared
from engine.storage.postgres.storage import PostgresStorage
from engine.storage.records import Entry
from engine.tasks import Clock, SystemClock

ANN = Author("1", "Ann", "en")
CHAT = ChatKey("fake", "10")
_ids = count(1)


def question(
    text: str, key: ChatKey = CHAT, message_id: str = "", *, edited: bool = False
) -> Inbound:
    """Return a message to the bot; without an id it gets the next one."""
    number = message_id or str(next(_ids))
    return Inbound(key, number, ANN, text, direct=True, addressed=True, sent_at=0.0, edited=edited)


class Member:
    """A process on the database."""

    def __init__(self, database: Postgres, clock: Clock | None = None, **bounds: int) -> None:
        self.clock = clock or SystemClock()
        self.database = database
        self.owners = Owners(database, self.clock)
        self.shared = PostgresShared(database, self.owners, self.clock)
        self.store = PostgresStorage(database, self.clock, self.owners, **bounds)  # type: ignore[arg-type]
        self.queue, self.budgets = self.shared.queue, self.shared.budgets
        self.ledger = self.store.ledger

    async def ask(self, text: str, key: ChatKey = CHAT, message_id: str = "") -> Entry:
        """Accept a question."""
        entry = await self.ledger.accept(question(text, key, message_id), "handle")
        assert entry is not None
        return entry

    async def claim(self) -> Entry | None:
        """Claim a question of the fake platform."""
        return await self.queue.claim(["fake"])

    async def claim_soon(self) -> Entry:
        """Claim a question that may be left to another process for a moment."""
        found: list[Entry] = []

        async def claimed() -> bool:
            entry = await self.claim()
            found.extend([entry] if entry else [])
            return bool(found)

        await until(claimed)
        return found[0]

    async def answer(self, entry: Entry) -> int:
        """Record an answer and give the chat back."""
        turn = Turn(ANN, entry.inbound.text, "answer", Finish.STOP, self.clock.time())
        number = await self.ledger.finish(entry, turn, Usage(1, 1))
        await self.queue.hand_back(entry.row)
        return number

    async def die(self) -> None:
        """End without a word, as a killed process does."""
        await self.owners.kill()

    async def close(self) -> None:
        """Leave, and close the connections."""
        await self.ledger.close()
        await self.owners.leave()
        await self.database.close()


@asynccontextmanager
async def members(
    url: str, number: int, clocks: Sequence[Clock] = (), **bounds: int
) -> AsyncIterator[list[Member]]:
    """Open so many processes on a database; `clocks` are those of the first ones."""
    opened = [
        Member(
            await Postgres.open(Address(url, connections=3)),
            clocks[at] if at < len(clocks) else None,
            **bounds,
        )
        for at in range(number)
    ]
    try:
        for member in opened:
            await member.owners.enter()
        yield opened
    finally:
        for member in opened:
            await member.close()


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 8.0) -> None:
    """Wait until something in the database holds, which another connection changes."""
    end = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < end, "it never held"
        await asyncio.sleep(0.02)
