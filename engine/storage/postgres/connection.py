"""The connections to the server: a pool for statements, and direct ones for locks and LISTEN.

Each operation (`engine.storage.sql.database`) has a transaction of its own. The server commits
waiting transactions together. No operation leaves anything on a connection of the pool. A pooler in
transaction mode may therefore be used, although PgBouncer loses LISTEN, session locks and prepared
statements in that mode. A direct connection asks the server for TCP keepalives. If a machine loses
its network, its locks are free within four seconds (measured: 3.6 s).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Callable, TypeVar

import asyncpg

from engine.errors import StorageFault
from engine.storage.postgres.address import Address
from engine.storage.postgres.faults import ERRORS, is_collision, is_unreachable, translate
from engine.storage.postgres.schema import check_whole, migrate
from engine.storage.sql.database import Op
from engine.storage.sql.macros import for_postgres
from engine.tasks import backoff, undivided

T = TypeVar("T")

OLDEST_SERVER = 15
CONNECT_SECONDS = 5.0
# If a statement takes longer, the connection counts as lost.
ANSWER_SECONDS = 20.0
# If the server restarts, an operation waits this long for it and then fails.
RECONNECT_SECONDS = 8.0
COLLISIONS = 5  # the limit on attempts for an operation that collides with another one
# The limit on prepared statements of one connection. All statements of the store fit.
STATEMENTS = 200
# All values are in seconds
# (https://www.postgresql.org/docs/current/runtime-config-connection.html).
KEEPALIVES = {
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
}
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = "BEGIN"
_SOFT = "BEGIN; SET LOCAL synchronous_commit TO off"
# The server's texts cannot hold U+0000. It is stored as a character that no text should contain
# (https://www.unicode.org/faq/private_use.html#nonchar1). If a text does contain this character,
# the character is stored as a pair too.
_CODE, _NUL, _SELF = "\ufdd0", "\ufdd00", "\ufdd01"


class PostgresDb:
    """A connection during one operation (`engine.storage.sql.database.Db`)."""

    def __init__(self, link: Any) -> None:
        self.link: asyncpg.Connection = link

    async def one(self, sql: str, *values: object) -> Any | None:
        text, bound = _bound(sql, values)
        return await self.link.fetchrow(text, *bound)

    async def all(self, sql: str, *values: object) -> list[Any]:
        text, bound = _bound(sql, values)
        rows: list[Any] = await self.link.fetch(text, *bound)
        return rows

    async def run(self, sql: str, *values: object) -> int:
        text, bound = _bound(sql, values)
        status: str = await self.link.execute(text, *bound)
        count = status.rpartition(" ")[2]  # the status is a text such as "UPDATE 3"
        return int(count) if count.isdigit() else 0

    async def many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        if rows:
            await self.link.executemany(for_postgres(sql)[0], rows)

    async def insert(self, number: str, sql: str, *values: object) -> int:
        row = await self.one(f"{sql} RETURNING {number}", *values)
        return int(row[0]) if row else 0


class Postgres:
    """A database on a server (`engine.storage.sql.database.Database`).

    `idle` is set while no operation is running.
    """

    def __init__(self, address: Address, pool: asyncpg.Pool) -> None:
        self.address, self.place = address, address.place
        self.idle = asyncio.Event()
        self.idle.set()
        self._pool = pool
        self._busy = 0
        self._closed = False

    @classmethod
    async def open(cls, address: Address, *, moving: bool = False) -> Postgres:
        """Connect, and migrate the tables to this version.

        Raises `StorageFault` with a sentence for the operator in these cases: the server cannot be
        reached, a right is missing, there is no such database, the server is too old, or a newer
        version has written the tables. It is also raised if a move into the tables is incomplete,
        unless this process is the one that is `moving`.
        """
        try:
            link = await connect(address.direct)
            try:
                await check_server(link, address.place)
                await migrate(link, address.place)
                if not moving:
                    await check_whole(link, address.place)
            finally:
                await link.close()
            # A direct URL is set if the main URL leads to a pooler. A pooler may confuse the
            # prepared statements of its clients, so none are kept.
            pool = await asyncpg.create_pool(
                address.url,
                min_size=1,
                max_size=address.connections,
                timeout=CONNECT_SECONDS,
                command_timeout=ANSWER_SECONDS,
                statement_cache_size=0 if address.direct_url else STATEMENTS,
                init=_prepare,
                reset=_keep,
            )
        except ERRORS as error:
            raise translate(error, address.place) from error
        return cls(address, pool)

    async def transact(self, op: Op[T], *, soft: bool = False) -> T:
        """Run `op` in a transaction. Return its result once the server has committed it.

        `op` runs to its end even if the caller is cancelled. If the server restarts meanwhile, `op`
        is repeated. With `soft`, a crash of the server may undo the commit. All later commits are
        then undone too. Raises `StorageFault`. If the connection was lost during the commit, the
        change may still be stored.
        """
        begin = _SOFT if soft else _WRITE
        return await self._undivided(lambda: self._transaction(op, begin))

    async def query(self, op: Op[T]) -> T:
        return await self._undivided(lambda: self._transaction(op, _READ))

    async def single(self, op: Op[T]) -> T:
        """Run an operation of one statement.

        Without BEGIN and COMMIT, this saves two round trips.
        """

        async def work() -> T:
            async with self._pool.acquire() as link:
                return await op(PostgresDb(link))

        return await self._undivided(work)

    async def apart(self, op: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        """Run `op` outside a transaction, on a separate connection to the server itself.

        `op` ends if the caller is cancelled. Raises `StorageFault`.
        """

        async def work() -> T:
            link = await self.direct()
            try:
                return await op(link)
            finally:
                await link.close()

        return await self._counted(work)

    async def direct(self) -> asyncpg.Connection:
        """Open a connection to the server itself, for session locks, LISTEN and long statements.

        The caller must close it. Raises `StorageFault`.
        """
        try:
            return await connect(self.address.direct)
        except ERRORS as error:
            raise translate(error, self.place) from error

    async def close(self) -> None:
        """Wait for the running operations, then close. Idempotent."""
        if self._closed:
            return
        self._closed = True
        await self.idle.wait()
        await self._pool.close()

    async def _undivided(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        if self._closed:
            raise StorageFault(f"{self.place} is closed")
        return await undivided(self._counted(work), "operation of the store")

    async def _counted(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        self._busy += 1
        self.idle.clear()
        try:
            return await self._repeated(work)
        finally:
            self._busy -= 1
            if not self._busy:
                self.idle.set()

    async def _repeated(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run an operation. Repeat it after a collision, and while the server restarts."""
        pauses, until, collisions = backoff(0.05, 0.5), time.monotonic() + RECONNECT_SECONDS, 0
        while True:
            try:
                return await work()
            except ERRORS as error:
                collisions += is_collision(error)
                again = (
                    collisions <= COLLISIONS
                    if is_collision(error)
                    else is_unreachable(error) and time.monotonic() < until
                )
                if not again or self._closed:
                    raise translate(error, self.place) from error.__cause__
            await asyncio.sleep(next(pauses))

    async def _transaction(self, op: Op[T], begin: str) -> T:
        async with self._pool.acquire() as link:
            await link.execute(begin)
            try:
                result = await op(PostgresDb(link))
            except BaseException as error:
                await _roll_back(link, error)
                raise
            async with self._committing(begin):
                await link.execute("COMMIT")
            return result

    @asynccontextmanager
    async def _committing(self, begin: str) -> AsyncIterator[None]:
        """Raise `StorageFault` if the connection is lost during the commit.

        The operation is not repeated in this case, because the commit may have happened.
        """
        try:
            yield
        except ERRORS as error:
            if begin == _READ or not is_unreachable(error):
                raise
            raise StorageFault(
                f"{self.place}: the connection was lost while a change was stored"
            ) from error


async def connect(url: str) -> asyncpg.Connection:
    """Open a direct connection. Raises the errors of asyncpg and OSError."""
    link = await asyncpg.connect(
        url,
        timeout=CONNECT_SECONDS,
        server_settings={"application_name": "pipit", **KEEPALIVES},
    )
    await _prepare(link)
    return link


async def _prepare(link: asyncpg.Connection) -> None:
    """Prepare a new connection, so that its texts may hold any character."""
    await link.set_type_codec(
        "text", schema="pg_catalog", encoder=_encoded, decoder=_decoded, format="text"
    )


async def _keep(_: asyncpg.Connection) -> None:
    """Do nothing when a connection returns to the pool. No operation leaves anything on it."""


async def _roll_back(link: asyncpg.Connection, error: BaseException) -> None:
    """Roll a transaction back. Close the connection if its state is unknown."""
    if isinstance(error, asyncpg.PostgresError) or not is_unreachable(error):
        try:
            await link.execute("ROLLBACK")
        except ERRORS:
            link.terminate()
    else:
        link.terminate()


async def check_server(link: asyncpg.Connection, place: str) -> None:
    """Raise `StorageFault` if the server is too old or the database cannot hold all texts."""
    version = link.get_server_version()
    if version.major < OLDEST_SERVER:
        raise StorageFault(
            f"{place}: this is PostgreSQL {version.major}; Pipit needs {OLDEST_SERVER} or newer"
        )
    encoding = await link.fetchval("SHOW server_encoding")
    if encoding != "UTF8":
        raise StorageFault(
            f"{place}: the database's encoding is {encoding}; "
            "create it with: createdb --encoding UTF8 --template template0 NAME"
        )


def _bound(sql: str, values: Sequence[object]) -> tuple[str, Sequence[object]]:
    text, names = for_postgres(sql)
    if values and isinstance(values[0], Mapping):
        return text, [values[0][name] for name in names]
    return text, values


def _encoded(text: str) -> str:
    if "\0" not in text and _CODE not in text:
        return text
    return text.replace(_CODE, _SELF).replace("\0", _NUL)


def _decoded(text: str) -> str:
    if _CODE not in text:
        return text
    return text.replace(_NUL, "\0").replace(_SELF, _CODE)
