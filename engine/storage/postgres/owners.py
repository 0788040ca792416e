"""Track the processes that share a database: which are alive, and which duties each process has.

A process has a number, and its session holds a lock with this number. The server frees the lock
when the session ends, so a killed process counts as ended at once. Each process also writes a
heartbeat. A missing heartbeat shows that a process is stopped, or that its machine has lost the
network. All times are those of the server's clock.

A process that loses its session opens a new one and takes its lock again. It continues unless
another process has declared it dead in the meantime. To declare a process dead, another process
takes the dead process's lock, and holds it while it returns the dead process's rows. The two
processes can therefore not hold the rows at the same time. A process that was declared dead gets a
new number. Every write of its older jobs then fails, because rows name their owner.

A process without contact to the server for `FENCE_SECONDS` makes no platform calls (`fresh`). It is
declared dead only after a longer time without a heartbeat (`SILENT_SECONDS`). A process without a
session holds no lock, so both times are then `UNLOCKED_SECONDS`. For `GRACE_SECONDS` after its
session was opened, a process declares no other process dead, because the server itself may have
been away.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Coroutine
from functools import partial
from typing import Any, Callable

import asyncpg

from engine.errors import StorageFault
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.session import Session
from engine.storage.postgres.shared_schema import DUTY_CLASS, OWNER_CLASS
from engine.storage.pulse import Pulse
from engine.storage.records import RELEASED
from engine.storage.sql.database import Db
from engine.tasks import Clock, Tasks, end

log = logging.getLogger(__name__)

BEAT_SECONDS = 0.5
FENCE_SECONDS = 3.0
# A process without a heartbeat for this time counts as ended.
SILENT_SECONDS = 4.0
# A process without its lock for this time counts as ended. Opening a new session takes less time.
UNLOCKED_SECONDS = 0.9
GRACE_SECONDS = 3.0
DUTY_SECONDS = 1.0  # the pause between two attempts to get a duty

_ENTER = "INSERT INTO owners(role, host) VALUES($1, $2) RETURNING owner"
_LOCK = "SELECT pg_try_advisory_lock($1, $2)"
_BEAT = "UPDATE owners SET seen_at = clock_timestamp() WHERE owner = $1"
_HOLDER = """SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = $1
    AND objid = $2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND pid <> pg_backend_pid()"""
_GONE = f"""SELECT o.owner, l.pid FROM owners o LEFT JOIN pg_locks l ON l.locktype = 'advisory'
    AND l.granted AND l.classid = {OWNER_CLASS} AND l.objid = CAST(o.owner AS integer)
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    WHERE o.owner <> $1 AND (o.seen_at < clock_timestamp() - make_interval(secs => {SILENT_SECONDS})
    OR (l.pid IS NULL
    AND o.seen_at < clock_timestamp() - make_interval(secs => {UNLOCKED_SECONDS})))"""  # noqa: S608 - constants


class Owners:
    """This process among those that share the database (`engine.storage.ports.Processes`).

    `number` is the number of this process, or 0 before `enter`. `renamed` is called with each new
    number, also after other processes have declared this process dead. `freed` is called after the
    rows of an ended process were returned to the queue.
    """

    def __init__(self, database: Postgres, clock: Clock, role: str = "all") -> None:
        self.number = 0
        self._database, self._clock, self._role = database, clock, role
        self._session = session = Session(database, clock)
        self._contact_at = self._opened_at = clock.now()
        # The duties of this process. The event of a duty is set when the duty is lost.
        self._duties: dict[str, asyncio.Event] = {}
        self._tasks = Tasks("owners")
        self.pulse = Pulse()
        self.renamed: Callable[[int], None] = lambda _: None
        self.freed: Callable[[], None] = lambda: None
        session.opened, session.lost = self._enter, self._lost

    async def enter(self) -> None:
        """Take a number and keep it until `leave`. Raises `StorageFault`.

        Load everything that blocks the event loop for seconds before this call, because a process
        without a heartbeat counts as ended.
        """
        await self._session.start()
        self._tasks.spawn(self._beat_for_ever(), "heartbeat")

    @property
    def session(self) -> Session:
        """Return this process's session on the server."""
        return self._session

    @property
    def fresh(self) -> bool:
        """Return whether the server has heard from this process within `FENCE_SECONDS`.

        Without a session, the limit is `UNLOCKED_SECONDS`.
        """
        limit = FENCE_SECONDS if self._session.open else UNLOCKED_SECONDS
        return self._clock.now() - self._contact_at < limit

    async def gone(self) -> list[int]:
        """Return the numbers of the processes that have ended, and `RELEASED`.

        If a process has no heartbeat but still holds its lock, its session is ended first. A later
        call then returns its number.
        """

        async def work(link: asyncpg.Connection) -> list[int]:
            found = await link.fetch(_GONE, self.number)
            for owner, pid in found:
                if pid is not None:
                    log.warning("process %d is silent; its session is ended", owner)
                    await link.execute("SELECT pg_terminate_backend($1)", pid)
            return [RELEASED, *(int(owner) for owner, pid in found if pid is None)]

        return await self._session.run(work)

    async def strike(self, gone: list[int]) -> None:
        """Remove ended processes, and return their rows and lanes to the queue."""
        for number in gone:
            strikes = partial(_strike, number=number)
            if number != RELEASED and await self._database.transact(strikes):
                log.info("process %d has ended; its questions can be claimed", number)
                self.freed()

    async def leave(self) -> None:
        """Leave the list of processes and free this process's rows at once. Idempotent."""
        await self._tasks.close()
        await self._session.close()
        number, self.number = self.number, 0
        for _ in range(20):  # the server frees the lock shortly after the session has ended
            if not number or await self._database.transact(lambda db: _strike(db, number)):
                return
            await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """End at once without leaving, as a kill of the process does."""
        await self._tasks.close()
        await self._session.kill()

    # --- duties

    async def lead(
        self, duty: str, work: Callable[[], Coroutine[Any, Any, None]], order: float = 0.0
    ) -> None:
        """Wait until this process gets a duty, and run `work` while it has the duty.

        Only one process at a time has a duty. If the session is lost, the work is cancelled, and
        the process must get the duty again. Returns when the work has ended by itself. `order` is
        an extra wait before each attempt, in seconds. Processes with a larger `order` get the duty
        later.
        """
        while True:
            await self._clock.sleep(order)
            lost = await self._take(duty)
            if lost is None:
                await self._clock.sleep(DUTY_SECONDS)
                continue
            log.info("this process has the duty %s", duty)
            job, watch = self._tasks.spawn(work(), duty), self._tasks.spawn(_wait(lost), "loss")
            try:
                await asyncio.wait({job, watch}, return_when=asyncio.FIRST_COMPLETED)
                ended = job.done() and not job.cancelled()
            finally:
                await end(job, watch)
            if ended:
                await self._give_up(duty)
                job.result()
                return

    async def _take(self, duty: str) -> asyncio.Event | None:
        """Try to get a duty. Return None if another process has the duty.

        The result is an event that is set when this process loses the duty.
        """

        async def work(link: asyncpg.Connection) -> bool:
            return bool(await link.fetchval(_LOCK_DUTY, DUTY_CLASS, duty))

        try:
            if duty in self._duties or not await self._session.run(work):
                return None
        except StorageFault:
            return None
        lost = self._duties[duty] = asyncio.Event()
        return lost

    async def _give_up(self, duty: str) -> None:
        async def work(link: asyncpg.Connection) -> None:
            await link.execute("SELECT pg_advisory_unlock($1, hashtext($2))", DUTY_CLASS, duty)

        self._duties.pop(duty, None)
        try:
            await self._session.run(work)
        except StorageFault as error:
            log.debug("the duty %s ended with the session: %s", duty, error)

    # The session

    async def _enter(self, link: asyncpg.Connection) -> None:
        """Take the lock of this process's number again. If that fails, take a new number."""
        began = self._clock.now()
        if not (self.number and await self._resume(link)):
            before, number = self.number, 0
            number = int(
                await link.fetchval(_ENTER, self._role, f"{socket.gethostname()} {os.getpid()}")
            )
            if not await link.fetchval(_LOCK, OWNER_CLASS, number):
                raise StorageFault(f"{self._database.place}: number {number} is taken")
            self.number = number
            if before:
                log.warning(
                    "another process declared this process dead; its number is now %d", number
                )
            self.renamed(number)
        self._contact_at, self._opened_at = began, self._clock.now()

    async def _resume(self, link: asyncpg.Connection) -> bool:
        """Take the lock of the number again. Return False if this process was declared dead."""
        for _ in range(20):
            if await link.fetchval(_LOCK, OWNER_CLASS, self.number):
                return _changed(await link.execute(_BEAT, self.number))
            # The lock is taken: by the old session of this process, or by a process that declares
            # it dead.
            for (pid,) in await link.fetch(_HOLDER, OWNER_CLASS, self.number):
                await link.execute("SELECT pg_terminate_backend($1)", pid)
            await asyncio.sleep(0.05)
        return False

    def _lost(self) -> None:
        for event in self._duties.values():
            event.set()
        self._duties.clear()

    async def _beat_for_ever(self) -> None:
        while True:
            await self._clock.sleep(BEAT_SECONDS)
            try:
                await self.beat()
                if self._clock.now() - self._opened_at >= GRACE_SECONDS:
                    await self.strike(await self.gone())
            except StorageFault as error:
                self.pulse.fail(error)
                log.debug("no heartbeat: %s", error)

    async def beat(self) -> None:
        """Write this process's heartbeat. Raises `StorageFault`."""
        began = self._clock.now()

        async def work(link: asyncpg.Connection) -> bool:
            return _changed(await link.execute(_BEAT, self.number))

        if await self._session.run(work):
            self._contact_at = began
            self.pulse.commit()
        elif self.number:
            await self._session.run(self._enter)


_LOCK_DUTY = "SELECT pg_try_advisory_lock($1, hashtext($2))"
_FREE_ROWS = (
    "UPDATE ledger SET owner = 0, deaths = CASE WHEN step = '' THEN deaths ELSE deaths + 1 END, "
    "step = '', previous_owner = 0 WHERE owner = ? AND state = 0"
)
_QUEUE_ROWS = """INSERT INTO lanes(chat, platform)
    SELECT DISTINCT l.chat, split_part(c.key, ':', 1) FROM ledger l JOIN chats c USING(chat)
    WHERE l.owner = 0 AND l.state = 0 AND l.chat = ANY(CAST(? AS bigint[]))
    ON CONFLICT(chat) DO UPDATE SET waiting = true"""


async def _strike(db: Db, number: int) -> bool:
    """Give the rows and lanes of an ended process back to the queue.

    This includes a process that has no row in `owners`. Return False if the process is
    alive, or if another process is doing this or has done it.
    """
    locked = await db.one("SELECT pg_try_advisory_xact_lock(?, ?)", OWNER_CLASS, number)
    if not locked or not locked[0]:
        return False
    listed = await db.run("DELETE FROM owners WHERE owner = ?", number)
    await db.run(
        "UPDATE lanes SET owner = 0, row = 0, epoch = epoch + 1, waiting = true WHERE owner = ?",
        number,
    )
    await db.run("UPDATE lanes SET pin = 0 WHERE pin = ?", number)
    chats = [row[0] for row in await db.all(f"{_FREE_ROWS} RETURNING chat", number)]
    await db.run(_QUEUE_ROWS, chats)
    return bool(listed or chats)


def _changed(status: str) -> bool:
    return status == "UPDATE 1"


async def _wait(event: asyncio.Event) -> None:
    await event.wait()
