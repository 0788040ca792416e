"""The one session that a process keeps on the server: for locks, LISTEN and sending messages.

The locks of a session end with the session. When a session ends, `lost` is called, and all that
depends on its locks must end. When a new session is open, `opened` is called, and takes the locks
again. The session commits without waiting for the disk. A message or a heartbeat may therefore get
lost, but neither is needed after a crash of the server.

Because messages may get lost, they are used only to end waits early. A message about a transaction
is sent after the transaction. If it were sent inside, one lock for the whole server would be held
until the data is on disk (measured on a disk that takes 4 ms for a write: 110 turns a second
instead of 342).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Callable, TypeVar

import asyncpg

from engine.errors import DeadlinePassed, StorageFault
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.faults import ERRORS, translate
from engine.tasks import Clock, Tasks, backoff, finish_by

log = logging.getLogger(__name__)
T = TypeVar("T")

CHANNEL = "pipit"
# The two messages. WORK says that a question is waiting. CONTROL says that somebody wants to stop
# or change a running answer.
WORK, CONTROL = "work", "control"
STATEMENT_SECONDS = 2.0  # if a statement takes longer, the session counts as lost
RECONNECT_FIRST_SECONDS, RECONNECT_MOST_SECONDS = 0.05, 1.0


class Session:
    """A session that is opened again whenever it is lost.

    * `opened` is called in each new session before anything else uses it.
    * `lost` is called at once when a session has ended.
    * `heard` is called with each message.
    """

    def __init__(self, database: Postgres, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._link: asyncpg.Connection | None = None
        self._turn = asyncio.Lock()
        self._broken = asyncio.Event()
        self._outgoing: set[str] = set()
        self._tasks = Tasks("session")
        self.opened: Callable[[asyncpg.Connection], Coroutine[Any, Any, None]] = _nothing
        self.lost: Callable[[], None] = lambda: None
        self.heard: Callable[[str], None] = lambda _: None

    @property
    def open(self) -> bool:
        """Return whether the session is open now."""
        return self._link is not None

    @property
    def link(self) -> asyncpg.Connection | None:
        """Return the present connection, or None if the session is not open."""
        return self._link

    async def start(self) -> None:
        """Open the session and keep it open until `close`. Raises `StorageFault`."""
        await self._open()
        self._tasks.spawn(self._keep_open(), "keep open")

    async def run(self, work: Callable[[asyncpg.Connection], Coroutine[Any, Any, T]]) -> T:
        """Run statements in the session.

        Raises `StorageFault`. The session then counts as lost.
        """
        async with self._turn:
            link = self._link
            if link is None:
                raise StorageFault(f"{self._database.place}: the session was lost")
            try:
                until = self._clock.now() + STATEMENT_SECONDS
                return await finish_by(self._clock, until, work(link), "session")
            except (*ERRORS, DeadlinePassed) as error:
                self._break(link)
                raise StorageFault(f"{self._database.place}: the session was lost") from error

    def tell(self, message: str) -> None:
        """Send a message to all processes, including this one.

        It is sent in the background and may get lost.
        """
        self._outgoing.add(message)
        if len(self._outgoing) == 1:
            self._tasks.spawn(self._send(), "messages")

    async def close(self) -> None:
        """Close the session, which ends its locks. Idempotent."""
        await self._tasks.close()
        link, self._link = self._link, None
        if link is not None:
            try:
                await link.close(timeout=STATEMENT_SECONDS)
            except ERRORS:
                link.terminate()

    async def kill(self) -> None:
        """End the session without notifying the server, as a kill of the process does."""
        await self._tasks.close()
        if self._link is not None:
            self._link.terminate()

    async def _send(self) -> None:
        async def work(link: asyncpg.Connection) -> None:
            while self._outgoing:
                await link.execute("SELECT pg_notify($1, $2)", CHANNEL, self._outgoing.pop())

        try:
            await self.run(work)
        except StorageFault:
            # A process that does not get the message finds the change when it reads the store next.
            self._outgoing.clear()

    async def _open(self) -> None:
        link = await self._database.direct()
        try:
            await link.execute("SET synchronous_commit TO off")
            await link.add_listener(CHANNEL, self._on_message)
            await self.opened(link)
        except ERRORS as error:
            link.terminate()
            raise translate(error, self._database.place) from error
        except BaseException:
            link.terminate()
            raise
        self._broken.clear()
        self._link = link
        link.add_termination_listener(self._on_end)

    async def _keep_open(self) -> None:
        pauses = backoff(RECONNECT_FIRST_SECONDS, RECONNECT_MOST_SECONDS)
        while True:
            if self._link is not None:
                pauses = backoff(RECONNECT_FIRST_SECONDS, RECONNECT_MOST_SECONDS)
                await self._broken.wait()
            try:
                await self._open()
                log.info("the session on the server was opened again")
            except StorageFault as error:
                log.debug("no session on the server: %s", error)
                await self._clock.sleep(next(pauses))

    def _on_message(self, _: object, __: int, ___: str, message: object) -> None:
        self.heard(str(message))

    def _on_end(self, link: asyncpg.Connection) -> None:
        self._break(link)

    def _break(self, link: asyncpg.Connection) -> None:
        if self._link is not link:
            return
        self._link = None
        log.warning("the session on the server was lost")
        link.terminate()
        self.lost()
        self._broken.set()


async def _nothing(_: asyncpg.Connection) -> None:
    """Do nothing when a session is opened."""
