"""Check whether rows still belong to a process, and store the media that were made for them."""

from __future__ import annotations

from engine.attachments import Made
from engine.contract import SentId
from engine.errors import Superseded
from engine.storage.records import Entry
from engine.storage.sql.database import Database, Db
from engine.storage.sql.made import made_of, put_made
from engine.storage.sql.rows import ANSWERED, LedgerRows

OWNED = "SELECT owner, revision, state, turn FROM ledger WHERE row = ?"


class OwnedRows(LedgerRows):
    """The rows of one process, which has the number `owner`."""

    def __init__(self, store: Database, owner: int) -> None:
        super().__init__(store)
        self.owner = owner

    async def keep_made(self, entry: Entry, made: Made) -> None:
        async def op(db: Db) -> None:
            await self._need_own(db, entry)
            await put_made(db, entry.row, entry.revision, made)

        await self._store.transact(op)

    async def made(self, entry: Entry) -> tuple[Made, SentId] | None:
        async def op(db: Db) -> tuple[Made, SentId] | None:
            await self._need_own(db, entry, OWNED)
            return await made_of(db, entry.row, entry.revision)

        return await self._store.query(op)

    async def check(self, entry: Entry) -> None:
        await self._store.query(lambda db: self._need_own(db, entry, OWNED))

    async def _need_own(self, db: Db, entry: Entry, sql: str = f"{OWNED} FOR_UPDATE()") -> int:
        """Return the turn with which the row ended, or 0 if the row is open or unknown.

        Raises `Superseded`.
        """
        found = await db.one(sql, entry.row)
        if found is None:
            return 0
        owner, revision, state, turn = found
        if (owner, revision) != (self.owner, entry.revision):
            raise Superseded(f"row {entry.row} of the ledger is answered anew")
        return int(turn) if state == ANSWERED else 0
