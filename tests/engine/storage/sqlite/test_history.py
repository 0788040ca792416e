"""Tests of a chat's history for display while it is written."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Callable

import pytest

from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.storage.sql.database import drive
from engine.storage.sql.history import KeptChats
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.dialect import SqliteDb
from tests.rigs.fakes import FakeClock

KEY, ANN = ChatKey("web", "a"), Author("1", "Ann")


class Between:
    """A store that runs a function before the n-th statement of its reads."""

    def __init__(self, store: Store, happens: Callable[[], Any], before: int) -> None:
        self._store, self._happens, self._left = store, happens, before

    async def query(self, op: Callable[[Any], Any]) -> Any:
        self._loop = asyncio.get_running_loop()

        def watched(db: Any) -> Any:
            self._db = SqliteDb(db)
            return drive(op(self))

        return await self._store.read(watched)

    async def one(self, sql: str, *values: Any) -> Any:
        self._count()
        return await self._db.one(sql, *values)

    async def all(self, sql: str, *values: Any) -> Any:
        self._count()
        return await self._db.all(sql, *values)

    def _count(self) -> None:
        self._left -= 1
        if not self._left:
            asyncio.run_coroutine_threadsafe(self._happens(), self._loop).result()


@pytest.mark.parametrize("before", [1, 2, 3])
async def test_a_question_that_is_answered_while_its_chat_is_read_stands_there_once(
    tmp_path: Path, before: int
) -> None:
    store = await Store.open(tmp_path / "p.db")
    ledger = SqlLedger(store, FakeClock())
    asked = Inbound(KEY, "q", ANN, "ask", direct=True, addressed=True, sent_at=1.0)
    entry = await ledger.accept(asked, "q")
    assert entry is not None

    async def answered() -> None:
        await ledger.finish(entry, Turn(ANN, "ask", "said", Finish.STOP, 1.0), Usage())

    kept = KeptChats(Between(store, answered, before))  # type: ignore[arg-type]
    assert [(one.handle, one.prompt) for one in await kept.exchanges(KEY)] == [("q", "ask")]
    await ledger.close()
    await store.close()
