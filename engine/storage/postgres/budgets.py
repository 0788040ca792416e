"""The budgets of all processes on one database (`engine.storage.shared_ports.Budgets`).

One statement counts a call in its chat's row and in its platform's row (`spend` in
`engine.storage.postgres.shared_schema`). The order of the rows is always the same, so two calls
cannot wait for each other without end. One row allows 2,500 calls a second (measured), and
platforms allow 30 to 50. Processes therefore do not reserve calls in advance: a
reservation would save nothing, and a process could use its calls too late.

A request that waits for a person's confirmation is a row too. It is valid until the row's `until`.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import StorageFault
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.owners import Owners

_SPEND = "SELECT spend(CAST(? AS text[]), CAST(? AS integer[]), CAST(? AS float8[]), ?)"
_POSTPONE = """UPDATE budgets SET calls = array_append(array_remove(calls, (
        SELECT one FROM unnest(calls) one ORDER BY abs(extract(epoch FROM
            clock_timestamp() - one) - CAST(? AS float8)) LIMIT 1)), clock_timestamp())
    WHERE scope = ? AND cardinality(calls) > 0"""
_BAN = """INSERT INTO budgets(scope, until)
    VALUES(?, clock_timestamp() + make_interval(secs => CAST(? AS float8)))
    ON CONFLICT(scope) DO UPDATE SET until = greatest(budgets.until, excluded.until)"""
_NOTE_REQUEST = """INSERT INTO budgets(scope, until)
    VALUES(?, clock_timestamp() + make_interval(secs => CAST(? AS float8)))
    ON CONFLICT(scope) DO UPDATE SET until = excluded.until"""
_TAKE_REQUEST = "DELETE FROM budgets WHERE scope = ? AND until > clock_timestamp()"
_OLD = """DELETE FROM budgets WHERE scope <> '' AND until < clock_timestamp()
    AND coalesce(calls[cardinality(calls)], '-infinity') < clock_timestamp() - interval '1 hour'"""


class PostgresBudgets:
    """The budgets of platform calls and of people's messages, and requests to confirm."""

    def __init__(self, database: Postgres, owners: Owners) -> None:
        self._database, self._owners = database, owners

    async def spend(self, scopes: Sequence[tuple[str, int, float]]) -> float:
        if not self._owners.fresh:
            raise StorageFault(f"{self._database.place}: no contact")
        return await self._spend(scopes, closed=True)

    async def postpone(self, scope: str, seconds: float) -> None:
        await self._database.single(lambda db: db.run(_POSTPONE, float(seconds), scope))

    async def ban(self, scope: str, seconds: float) -> None:
        await self._database.single(lambda db: db.run(_BAN, scope, float(seconds)))

    async def message(self, person: str, most: int, seconds: float) -> float:
        return await self._spend([(f"person {person}", most, seconds)], closed=False)

    async def note_request(self, request: str, seconds: float) -> None:
        work = (_NOTE_REQUEST, request, float(seconds))
        await self._database.single(lambda db: db.run(*work))

    async def take_request(self, request: str) -> bool:
        return await self._database.single(lambda db: db.run(_TAKE_REQUEST, request)) > 0

    async def forget_old(self) -> int:
        """Delete the budgets that were not used in the last hour. Return their number."""
        return await self._database.single(lambda db: db.run(_OLD))

    async def _spend(self, scopes: Sequence[tuple[str, int, float]], *, closed: bool) -> float:
        names, most, seconds = (list(column) for column in zip(*scopes))
        row = await self._database.single(lambda db: db.one(_SPEND, names, most, seconds, closed))
        return float(row[0]) if row else 0.0
