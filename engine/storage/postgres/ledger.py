"""The ledger on a PostgreSQL server: accepted questions enter a queue that all processes share.

An accepted question and its chat's lane are stored in one transaction. The question belongs to no
process until a process claims it. A question that is accepted with a notice in place of an answer
belongs to the process that accepted it, which shows the notice at once. A question that is opened
again while it is answered stays with its process. In that process, the running job ends and
gives the chat back to the queue (`engine.turns.claims`).
"""

from __future__ import annotations

from collections.abc import Collection

from engine.contract import ChatKey, Inbound
from engine.errors import QueueFull
from engine.storage.packing import pack_question
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.owners import Owners
from engine.storage.postgres.session import CONTROL
from engine.storage.records import Entry
from engine.storage.sql.database import Db
from engine.storage.sql.endings import note_last
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sql.pieces import wait_until
from engine.tasks import Clock

_ENTER_LANE = """INSERT INTO lanes(chat, platform, pin) VALUES(?, ?, ?)
    ON CONFLICT(chat) DO UPDATE SET waiting = true, pin = excluded.pin,
    since = CASE WHEN lanes.waiting THEN lanes.since ELSE clock_timestamp() END"""
_IN_CHAT = "SELECT count(*) FROM ledger WHERE chat = ? AND state = 0 AND owner = 0"
_IN_ALL = """SELECT count(*) FROM
    (SELECT 1 FROM ledger WHERE state = 0 AND owner = 0 LIMIT CAST(? AS bigint)) waiting"""
_INSERT = """INSERT INTO ledger(chat, message_id, handle, owner, at, direct, body, settles_at,
    attempts) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_REOPEN = """UPDATE ledger SET revision = revision + 1, attempts = 0, handle = ?, body = ?,
    shown = NULL, finish = '', step = '', wanted = '', previous_owner = 0,
    deaths = CASE WHEN ? THEN 0 WHEN deaths > 2 THEN 2 ELSE deaths END, asked_by = ?, state = 0,
    owner = CASE WHEN state = 0 AND EXISTS (SELECT 1 FROM lanes n WHERE n.row = ledger.row
        AND n.owner = ledger.owner) THEN owner ELSE 0 END WHERE row = ?"""


class PostgresLedger(SqlLedger):
    """The ledger of one process among those that share the database.

    The questions of the platforms in `pinned` can be answered only by the process that accepted
    them. At most `waiting` questions wait in all chats together, and `per_chat` in one chat.
    """

    def __init__(
        self,
        database: Postgres,
        clock: Clock,
        owners: Owners,
        *,
        waiting: int = 200,
        per_chat: int = 10,
        pinned: Collection[str] = (),
    ) -> None:
        super().__init__(database, clock, owners.number)
        self._owners, self._pinned = owners, frozenset(pinned)
        self._waiting, self._per_chat = waiting, per_chat
        owners.renamed = self._rename

    def _rename(self, number: int) -> None:
        self.owner = number

    async def _insert(
        self, db: Db, chat: int, inbound: Inbound, handle: str, notice: str, now: float
    ) -> Entry:
        """Insert a message, and put its chat's lane into the queue. Raises `QueueFull`."""
        if not notice:
            await self._enter_lane(db, chat, inbound.key)
        until = wait_until(inbound, now) if not notice else 0.0
        owner, attempts = (self.owner, 1) if notice else (0, 0)
        row = await db.insert(
            "row", _INSERT, chat, inbound.message_id, handle, owner, int(now),
            int(inbound.direct), pack_question(inbound, notice), until, attempts,
        )  # fmt: skip
        await note_last(db, chat, inbound.message_id)
        return Entry(
            row, inbound, handle, attempts=attempts, begun=bool(notice), notice=notice,
            settles_at=until,
        )  # fmt: skip

    def _anew(self, entry: Entry | None) -> Entry | None:
        """Drop the progress of a row's older revision, and tell the process that answers it."""
        if entry is not None and entry.revision:
            self._owners.session.tell(CONTROL)
        return super()._anew(entry)

    async def _enter_lane(self, db: Db, chat: int, key: ChatKey) -> None:
        """Put a chat's lane into the queue. Raises `QueueFull`."""
        pin = self.owner if key.platform in self._pinned else 0
        await db.run(_ENTER_LANE, chat, key.platform, pin)
        in_chat, in_all = await db.one(_IN_CHAT, chat), await db.one(_IN_ALL, self._waiting)
        if in_chat and in_all and (in_chat[0] >= self._per_chat or in_all[0] >= self._waiting):
            raise QueueFull(f"{key}: too many questions wait")

    async def _open_again(
        self, db: Db, row: int, inbound: Inbound, handle: str, body: bytes, by: int
    ) -> None:
        found = await db.one("SELECT chat FROM ledger WHERE row = ?", row)
        if found is not None:
            pin = self.owner if inbound.key.platform in self._pinned else 0
            await db.run(_ENTER_LANE, found[0], inbound.key.platform, pin)
            await db.run(_REOPEN, handle, body, inbound.edited, by, row)
