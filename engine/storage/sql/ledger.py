"""The ledger: accepted questions, the progress of their answers, and their ends.

A row is committed before the platform may forget its message. It ends in the transaction that
records the turn. Until then it holds the ids of the answer's bubbles and the current text of the
answer, so that any later process can finish it. A row belongs to one process, its owner. Another
process may claim it only after the owner has ended.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Callable, TypeVar

from engine.contract import Author, ChatKey, Finish, Inbound, SentId, Turn, Usage
from engine.errors import UNKNOWN, DeliveryState, StorageFault, Superseded
from engine.storage.codec import pack
from engine.storage.packing import pack_question
from engine.storage.records import DAY_SECONDS, DIED, MADE_PARTS, RELEASED, Entry, Partial
from engine.storage.sql.database import Database, Db, Op
from engine.storage.sql.endings import close_row, count, note_last, put_turn
from engine.storage.sql.made import drop_made, note_sent
from engine.storage.sql.numbers import enter_author, enter_chat
from engine.storage.sql.owned import OWNED, OwnedRows
from engine.storage.sql.pieces import (
    add_pieces,
    edited_question,
    has_pieces,
    row_of_message,
    wait_until,
)
from engine.storage.sql.rows import (
    ANSWERED,
    GIVEN_UP,
    OPEN,
    any_open,
    claim_rows,
    load_row,
)
from engine.storage.sql.spending import spend
from engine.tasks import Clock, Tasks

log = logging.getLogger(__name__)
T = TypeVar("T")

# The stored text of an answer may be at most this much older than the model's text.
PARTIAL_EVERY_SECONDS = 0.5
_PROGRESS = (
    "UPDATE ledger SET shown = ?, finish = ?, step = '', attempts = CASE WHEN ? THEN 0 ELSE "
    "attempts END WHERE row = ? AND state = 0 AND owner = ? AND revision = ?"
)
_KNOWN = "UPDATE ledger SET sure = 1 WHERE row = ? AND owner = ? AND revision = ?"


class SqlLedger(OwnedRows):
    """Accept questions, follow their answers and finish them. Methods raise `StorageFault`.

    A row may be opened again while an older revision is still being answered, by this process or by
    another one on the same disk. The row then belongs to the newer revision. A later write for the
    older revision raises `Superseded`. The older process calls `release` when it will write nothing
    more.
    """

    def __init__(self, store: Database, clock: Clock, owner: int = 0) -> None:
        super().__init__(store, owner)
        self._clock = clock
        self._partial: dict[int, Partial] = {}
        # Rows whose state on disk may still be KNOWN although it should be UNKNOWN.
        self._unknown: set[int] = set()
        self._writing = asyncio.Lock()
        self.tasks = Tasks("ledger")

    async def accept(self, inbound: Inbound, handle: str, notice: str = "") -> Entry | None:
        now = self._clock.time()

        async def op(db: Db) -> Entry | None:
            chat = await enter_chat(db, inbound.key, now)
            known = await row_of_message(db, chat, inbound.message_id)
            if known:
                if not inbound.edited:
                    return None
                question = await edited_question(db, chat, known, inbound)
                return await self._reopen(db, known, question, handle, notice)
            return await self._insert(db, chat, inbound, handle, notice, now)

        return self._anew(await self._write(op))

    async def _insert(
        self, db: Db, chat: int, inbound: Inbound, handle: str, notice: str, now: float
    ) -> Entry:
        until = wait_until(inbound, now) if not notice else 0.0
        row = await db.insert(
            "row",
            "INSERT INTO ledger(chat, message_id, handle, owner, at, direct, body, settles_at, "
            "attempts) VALUES(?, ?, ?, ?, ?, ?, ?, ?, 1)",
            chat, inbound.message_id, handle, self.owner, int(now), int(inbound.direct),
            pack_question(inbound, notice), until,
        )  # fmt: skip
        await note_last(db, chat, inbound.message_id)
        return Entry(row, inbound, handle, attempts=1, begun=True, notice=notice, settles_at=until)

    async def join(self, row: int, piece: Inbound, handle: str) -> Entry | None:
        now = self._clock.time()

        async def op(db: Db) -> Entry | None:
            chat = await enter_chat(db, piece.key, now)
            before = await load_row(db, row)
            if before is None or await row_of_message(db, chat, piece.message_id):
                return None
            first = () if await has_pieces(db, row) else (before.inbound,)
            question = await add_pieces(db, chat, row, (*first, piece))
            await note_last(db, chat, piece.message_id)
            until = wait_until(piece, now)
            await db.run("UPDATE ledger SET settles_at = ? WHERE row = ?", until, row)
            return await self._reopen(db, row, question, handle)

        return self._anew(await self._write(op))

    async def reopen(
        self, entry: Entry, inbound: Inbound, handle: str, asked_by: Author | None = None
    ) -> Entry | None:
        async def op(db: Db) -> Entry | None:
            state = await db.one("SELECT state FROM ledger WHERE row = ? FOR_UPDATE()", entry.row)
            # Another person has pressed a button at the same time.
            if state is None or state[0] == OPEN:
                return None
            return await self._reopen(db, entry.row, inbound, handle, asked_by=asked_by)

        return self._anew(await self._write(op))

    def _anew(self, entry: Entry | None) -> Entry | None:
        """Drop the progress of a row's older revision."""
        if entry is not None and entry.revision:
            self._partial.pop(entry.row, None)
        return entry

    async def _reopen(
        self,
        db: Db,
        row: int,
        inbound: Inbound,
        handle: str,
        notice: str = "",
        asked_by: Author | None = None,
    ) -> Entry | None:
        # The result is also None if the row's question is not stored, as for a command.
        before = await load_row(db, row)
        if before is not None and inbound.edited and inbound.text == before.inbound.text:
            return None
        self._partial.pop(row, None)
        by = await _number_of(db, inbound.key, asked_by, self._clock.time())
        await drop_made(db, row)
        await self._open_again(db, row, inbound, handle, pack_question(inbound, notice), by)
        after = await load_row(db, row)
        return None if after is None else replace(after, inbound=inbound)

    async def _open_again(
        self, db: Db, row: int, inbound: Inbound, handle: str, body: bytes, by: int
    ) -> None:
        # A question that was given up for its deaths has one attempt left, if its text is the same.
        await db.run(
            "UPDATE ledger SET previous_owner = CASE WHEN state <> 0 THEN 0 WHEN owner = ? THEN "
            "previous_owner WHEN owner = ? THEN ? ELSE owner END, revision = revision + 1, state = "
            "0, attempts = 0, owner = ?, handle = ?, body = ?, shown = NULL, finish = '', step = "
            "'', deaths = CASE WHEN ? THEN 0 WHEN deaths > 2 THEN 2 ELSE deaths END, asked_by = ? "
            "WHERE row = ?",
            self.owner, RELEASED, DIED, self.owner, handle, body, inbound.edited, by, row,
        )  # fmt: skip

    async def amend(self, entry: Entry, inbound: Inbound) -> None:
        async def op(db: Db) -> None:
            await self._need_own(db, entry)
            body = pack_question(inbound, entry.notice)
            statement = "UPDATE ledger SET body = ? WHERE row = ? AND body IS NOT NULL"
            await db.run(statement, body, entry.row)

        await self._write(op)

    async def begin(self, entry: Entry) -> Entry:
        self._drop_partial(entry)

        async def op(db: Db) -> Entry:
            await self._need_own(db, entry)
            await db.run("UPDATE ledger SET attempts = attempts + 1 WHERE row = ?", entry.row)
            now = await load_row(db, entry.row)
            return entry if now is None else replace(now, inbound=entry.inbound)

        return await self._write(op)

    async def enter_step(self, entry: Entry, step: str) -> None:
        async def op(db: Db) -> None:
            await db.run(
                "UPDATE ledger SET step = ? WHERE row = ? AND owner = ? AND revision = ?",
                step,
                entry.row,
                self.owner,
                entry.revision,
            )

        await self._write(op)

    async def previous_owner(self, entry: Entry) -> int:
        async def op(db: Db) -> int:
            await self._need_own(db, entry, OWNED)
            found = await db.one("SELECT previous_owner FROM ledger WHERE row = ?", entry.row)
            return 0 if found is None or found[0] == self.owner else int(found[0])

        return await self._store.query(op)

    async def release(self, entry: Entry, *, state: DeliveryState) -> None:
        async def op(db: Db) -> None:
            await db.run(
                "UPDATE ledger SET previous_owner = ? WHERE row = ? AND previous_owner = ? AND "
                "owner <> previous_owner",
                DIED if state is UNKNOWN else 0,
                entry.row,
                self.owner,
            )

        await self._write(op)

    async def bubble(self, entry: Entry, part: int, sent: SentId) -> None:
        async def op(db: Db) -> None:
            await db.run(
                "INSERT INTO bubbles(chat, sent, row, part) SELECT chat, ?, row, ? FROM ledger "
                "WHERE row = ? ON CONFLICT(chat, sent) DO UPDATE SET row = excluded.row, "
                "part = excluded.part",
                sent,
                part,
                entry.row,
            )
            if part >= MADE_PARTS:
                await note_sent(db, entry.row, entry.revision, sent)

        await self._write(op)

    async def unbubble(self, entry: Entry, sent: SentId) -> None:
        async def op(db: Db) -> None:
            await db.run("DELETE FROM bubbles WHERE row = ? AND sent = ?", entry.row, sent)

        await self._write(op)

    async def note_state(self, entry: Entry, state: DeliveryState) -> None:
        known = state is DeliveryState.KNOWN
        if known:
            self._unknown.discard(entry.row)
        else:
            self._unknown.add(entry.row)

        async def op(db: Db) -> None:
            if known:  # UNKNOWN states are written by `_write` itself
                await db.run(_KNOWN, entry.row, self.owner, entry.revision)

        await self._write(op)

    def progress(
        self,
        entry: Entry,
        text: str,
        finish: Finish | None = None,
        superseded: Callable[[], None] = lambda: None,
    ) -> None:
        grown = len(text) > len(entry.partial)
        end = finish.value if finish else ""
        self._partial[entry.row] = Partial(entry.revision, text, grown, end, superseded)
        if not len(self.tasks):
            self.tasks.spawn(self._write_partial(), "partial answers")

    def _drop_partial(self, entry: Entry) -> None:
        if entry.row in self._partial and self._partial[entry.row].revision == entry.revision:
            del self._partial[entry.row]

    async def _write_partial(self) -> None:
        while True:
            await self._clock.sleep(PARTIAL_EVERY_SECONDS)
            if not self._partial:
                return
            async with self._writing:
                batch, self._partial = self._partial, {}
                await self._put_partial(batch)

    async def settle(self, entry: Entry) -> None:
        async with self._writing:  # a write of an older text may be under way
            newest = self._partial.pop(entry.row, None)
            if newest is not None:
                await self._put_partial({entry.row: newest})

    async def _put_partial(self, batch: dict[int, Partial]) -> None:
        rows = [
            (pack(one.text), one.finish, one.grown, row, self.owner, one.revision)
            for row, one in sorted(batch.items())
        ]

        async def op(db: Db) -> list[int]:
            written = [await db.run(_PROGRESS, *values) for values in rows]
            return [] if sum(written) == len(rows) else await _lost(db, self.owner, batch)

        for row in await self._write(op, soft=True):
            batch[row].superseded()

    async def finish(self, entry: Entry, turn: Turn, usage: Usage) -> int:
        key, self_day = entry.inbound.key, int(turn.at // DAY_SECONDS)
        self._drop_partial(entry)

        async def op(db: Db) -> int:
            chat = await enter_chat(db, key, turn.at)
            if await db.one("SELECT 1 FROM ledger WHERE row = ?", entry.row) is None:
                raise Superseded(f"row {entry.row} of the ledger was erased")
            recorded = await self._need_own(db, entry)
            if recorded:  # this turn was committed before, but the confirmation was lost
                return recorded
            author = await enter_author(db, key.platform, turn.author, turn.at)
            by = turn.repeated_by
            repeater = await _number_of(db, key, by, self._clock.time())
            await db.run("DELETE FROM evictions WHERE key = ?", str(key))
            number = turn.turn_id or entry.turn_id
            number = await put_turn(db, chat, (author, repeater), number, turn)
            await close_row(db, entry.row, ANSWERED, number)
            await count(db, chat, repeater or author, self_day, turn.finish, usage)
            await spend(db, chat, repeater or author, turn.at, usage)
            return number

        return await self._write(op)

    async def close_row(self, entry: Entry, *, given_up: bool = False) -> None:
        self._drop_partial(entry)
        state = GIVEN_UP if given_up else ANSWERED

        async def op(db: Db) -> None:
            await self._need_own(db, entry)
            await drop_made(db, entry.row)
            # A question that is given up keeps its body, because the Retry button under it needs
            # the question.
            await db.run(
                "UPDATE ledger SET state = ?, shown = NULL, finish = '', body = CASE WHEN ? THEN "
                "body END WHERE row = ?",
                state,
                given_up,
                entry.row,
            )

        await self._write(op)

    async def unfinished(
        self, gone: Sequence[int], platforms: Sequence[str], limit: int = 1000
    ) -> list[Entry]:
        """Claim open rows whose owner has ended (`engine.storage.ports.Ledger.unfinished`).

        Most calls find nothing, and such a call does not delay any write.
        """
        if not await self._store.query(lambda db: any_open(db, gone)):
            return []

        return await self._write(lambda db: claim_rows(db, self.owner, gone, platforms, limit))

    async def close(self) -> None:
        """Write the progress of all answers, and end the background write. Idempotent."""
        await self.tasks.close()
        batch, self._partial = self._partial, {}
        if not (batch or self._unknown):
            return
        try:
            await self._put_partial(batch)
        except StorageFault as error:
            log.error(
                "the progress of %d unfinished answers was not written: %s", len(batch), error
            )

    async def _write(self, op: Op[T], *, soft: bool = False) -> T:
        """Commit a change, together with all UNKNOWN states that are not on disk yet."""
        unknown = [(row,) for row in sorted(self._unknown)]
        if not unknown:
            return await self._store.transact(op, soft=soft)

        async def both(db: Db) -> T:
            await db.many("UPDATE ledger SET sure = 0 WHERE row = ?", unknown)
            return await op(db)

        result = await self._store.transact(both)
        self._unknown.difference_update(row for (row,) in unknown)
        return result


async def _number_of(db: Db, key: ChatKey, by: Author | None, now: float) -> int:
    return await enter_author(db, key.platform, by, now) if by else 0


async def _lost(db: Db, owner: int, batch: Mapping[int, Partial]) -> list[int]:
    sql = "SELECT row, owner, revision FROM ledger WHERE row IN NUMBERS(?)"
    return [
        int(row)
        for row, *found in await db.all(sql, list(batch))
        if tuple(found) != (owner, batch[row].revision)
    ]
