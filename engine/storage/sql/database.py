"""The interface to a database, SQLite or PostgreSQL, that the operations of the store use.

An operation is a coroutine function that takes a `Db`. It awaits only the methods of that `Db`, so
SQLite can run it on a thread without an event loop (`drive`). An operation may be run again after
an error, so it must have no effect except its statements.

A statement is written once for both databases. Its parameters are ``?`` or, with one mapping as the
only value, ``:name``. Expressions that differ are macros (`engine.storage.sql.macros`). PostgreSQL
must know the type of each parameter, so a parameter needs a CAST if no column determines its type.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, Callable, Protocol, TypeVar

T = TypeVar("T")


class Db(Protocol):
    """A connection during one operation.

    A row is a sequence of columns, which can be indexed, unpacked and iterated over.
    """

    async def one(self, sql: str, *values: object) -> Any | None:
        """Return the first row of a query, or None."""

    async def all(self, sql: str, *values: object) -> list[Any]:
        """Return all rows of a query. The query must have a LIMIT."""

    async def run(self, sql: str, *values: object) -> int:
        """Run a statement. Return the number of rows that it changed."""

    async def many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run a statement once for each sequence of values."""

    async def insert(self, number: str, sql: str, *values: object) -> int:
        """Insert one row. Return the value of its column `number`."""


Op = Callable[[Db], Coroutine[Any, Any, T]]


class Database(Protocol):
    """Runs operations in transactions. Every method raises `StorageFault`."""

    async def transact(self, op: Op[T], *, soft: bool = False) -> T:
        """Run `op` in a transaction. Return its result once it is durable.

        With `soft`, a power cut at the server may undo the change. All later changes are then
        undone too. `op` runs to its end even if the caller is cancelled.
        """

    async def query(self, op: Op[T]) -> T:
        """Run an operation that only reads. All its statements see one state of the database."""


def drive(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits, without an event loop. Return its result."""
    try:
        work.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    work.close()
    raise RuntimeError("an operation of the store awaited something else than its database")
