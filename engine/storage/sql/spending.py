"""The spending in the store (`engine.storage.spending.Spending`).

A row counts the answers of one model to one person in one chat on one day. When a person's data is
erased, their rows are added to a row without chat and name. Until the end of the month, this row
has a number in place of the person: a hash of their id, with the store's identity as its key.
Without it, /forget would renew their allowance. Afterwards the row is added to the row with the
number 0, which belongs to nobody.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone

from engine.contract import ChatKey, Usage
from engine.storage.records import DAY_SECONDS
from engine.storage.spending import (
    CHAT,
    DAY,
    MODEL,
    MONTH,
    PERSON,
    Spent,
    UsageLine,
    day_of,
    month_of,
)
from engine.storage.sql.database import Database, Db
from engine.storage.sql.numbers import chat_number
from engine.tasks import Clock

NOBODY = 0
CLOSED_SECONDS = 600.0  # the sums of past days are read again after this time
_NUMBERS = [
    "answers",
    "prompt_tokens",
    "answer_tokens",
    "estimated_tokens",
    "pictures",
    "recordings",
    "cost",
]
_ADD = "ON CONFLICT(day, author, chat, model) DO UPDATE SET " + ", ".join(
    f"{name} = spending.{name} + excluded.{name}" for name in _NUMBERS
)
_COUNT = f"INSERT INTO spending VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) {_ADD}"
_SUMS = ", ".join(f"sum({name})" for name in _NUMBERS)
_ERASED = "author = :author AND chat IN (:chat, 0)"
_OLD = "author < 0 AND day < :month"
# The rows are grouped again, because several of them may become one.
_FOLD = (
    "INSERT INTO spending(day, author, chat, model, {numbers}) SELECT day, {author}, 0, model, "
    "{sums} FROM spending WHERE {rows} GROUP BY day, model {add}"
)


def _fold(author: str, rows: str) -> tuple[str, str]:
    filled = _FOLD.format(
        numbers=", ".join(_NUMBERS), author=author, sums=_SUMS, rows=rows, add=_ADD
    )
    return filled, f"DELETE FROM spending WHERE {rows}"  # noqa: S608 - constants of this module


_FOLD_PERSON = _fold("CAST(:nobody AS BIGINT)", _ERASED)
_FOLD_OLD = _fold("0", _OLD)
_SPENT = (
    "SELECT coalesce(sum(CASE WHEN day >= :day THEN prompt_tokens + answer_tokens ELSE 0 END), 0), "
    "coalesce(sum(CASE WHEN day >= :day THEN cost ELSE 0 END), 0), "
    "coalesce(sum(prompt_tokens + answer_tokens), 0), coalesce(sum(cost), 0) FROM spending "
)
_OF_PERSON = f"{_SPENT} WHERE author IN (:author, :erased) AND day >= :month"
_OF_CHAT = f"{_SPENT} WHERE chat = :chat AND day >= :month"
_OF_DAYS = (
    "SELECT coalesce(sum(prompt_tokens + answer_tokens), 0), coalesce(sum(cost), 0) FROM spending "
    "WHERE day >= ? AND day < ?"
)
_AUTHOR = "SELECT author FROM authors WHERE platform = ? AND user_id = ?"
_STORE = "SELECT value FROM facts WHERE name = 'store'"
_WHERE = (
    "WHERE s.day >= :first AND s.day <= :last AND (CAST(:user AS TEXT) = '' OR "
    "(a.platform = :platform AND a.user_id = :user))"
)
_FROM = (
    f"{', '.join(f'sum(s.{name})' for name in _NUMBERS)} FROM spending s "
    "LEFT JOIN authors a ON a.author = s.author LEFT JOIN chats c ON c.chat = s.chat " + _WHERE
)
_ORDER = "ORDER BY sum(s.cost) DESC, sum(s.prompt_tokens + s.answer_tokens) DESC LIMIT :most"
_BY_DAY = f"SELECT s.day, {_FROM} GROUP BY s.day ORDER BY s.day DESC LIMIT 40000"
_BY_NAME = {
    CHAT: f"SELECT coalesce(c.key, ''), '', {_FROM} GROUP BY c.key {_ORDER}",
    PERSON: "SELECT coalesce(a.platform || ':' || a.user_id, ''), coalesce(a.name, ''), "
    f"{_FROM} GROUP BY a.platform, a.user_id, a.name {_ORDER}",
    MODEL: f"SELECT s.model, '', {_FROM} GROUP BY s.model {_ORDER}",
}
_WARN = "INSERT INTO cap_warnings(name, until) VALUES(?, ?) ON CONFLICT(name, until) DO NOTHING"
OLD_WARNINGS = "DELETE FROM cap_warnings WHERE until < :now"


async def spend(
    db: Db, chat: int, author: int, at: float, usage: Usage, *, answers: int = 1
) -> None:
    """Add the usage of a call to its day, person, chat and model."""
    tokens = usage.prompt_tokens + usage.answer_tokens
    await db.run(
        _COUNT, day_of(at), author, chat, usage.model, answers, usage.prompt_tokens,
        usage.answer_tokens, tokens if usage.estimated else 0, usage.pictures, usage.recordings,
        usage.cost,
    )  # fmt: skip


async def fold_people(db: Db, chat: int, authors: Iterable[int]) -> None:
    """Remove chat and names from the rows of people whose data in a chat is erased."""
    store = str((await db.one(_STORE) or ("",))[0])
    for author in authors:
        sql = "SELECT platform, user_id FROM authors WHERE author = ?"
        person = await db.one(sql, author)
        if person is None:
            continue
        nobody = erased_number(store, str(person[0]), str(person[1]))
        values = {"author": author, "chat": chat}
        await db.run(_FOLD_PERSON[0], {**values, "nobody": nobody})
        await db.run(_FOLD_PERSON[1], values)


async def fold_old(db: Db, now: float) -> None:
    """Add the erased people's rows of past months to the row that belongs to nobody."""
    for statement in _FOLD_OLD:
        await db.run(statement, {"month": month_of(now)})


def erased_number(store: str, platform: str, user_id: str) -> int:
    """Return the negative number of a person whose rows were erased in this month."""
    return -1 - int.from_bytes(_hashed(store, f"{platform}:{user_id}"), "big")


def _hashed(store: str, name: str) -> bytes:
    key = store.encode()[:64]
    return hashlib.blake2b(name.encode("utf-8", "replace"), key=key, digest_size=7).digest()


class SqlSpending:
    """Read the spending. Every method raises `StorageFault`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        # The sums of the past days of this month, as they were last read: the first day, the day
        # after the last one, the tokens, the cost, and the time of the reading on the clock.
        self._closed: tuple[int, int, int, int, float] = (0, 0, 0, 0, 0.0)

    async def spent(self, scope: str, key: ChatKey, user_id: str) -> Spent:
        """Return the spending of a scope, today and in this month."""
        if scope not in (PERSON, CHAT):
            return await self._total()
        now = self._clock.time()
        values = {"day": day_of(now), "month": month_of(now)}

        async def op(db: Db) -> Sequence[int]:
            if scope == CHAT:
                chat = await chat_number(db, key)
                return await db.one(_OF_CHAT, {**values, "chat": chat or -1}) or ()
            author = await db.one(_AUTHOR, key.platform, user_id)
            store = await db.one(_STORE)
            erased = erased_number(str((store or ("",))[0]), key.platform, user_id)
            people = {"author": int(author[0]) if author else erased, "erased": erased}
            return await db.one(_OF_PERSON, {**values, **people}) or ()

        return Spent(*map(int, await self._database.query(op)))

    async def _total(self) -> Spent:
        """Return everybody's spending. The sums of past days are kept for some minutes."""
        day, month = day_of(self._clock.time()), month_of(self._clock.time())
        first, end, *sums, read_at = self._closed
        fresh = (first, end) == (month, day) and self._clock.now() - read_at < CLOSED_SECONDS

        async def op(db: Db) -> tuple[Sequence[int], Sequence[int]]:
            past = sums if fresh else await db.one(_OF_DAYS, month, day)
            return past or (0, 0), await db.one(_OF_DAYS, day, day + 1) or (0, 0)

        past, today = await self._database.query(op)
        if not fresh:
            self._closed = (month, day, int(past[0]), int(past[1]), self._clock.now())
        tokens, cost = int(today[0]), int(today[1])
        return Spent(tokens, cost, int(past[0]) + tokens, int(past[1]) + cost)

    async def lines(
        self,
        by: str,
        since: float,
        most: int,
        *,
        until: float | None = None,
        platform: str = "",
        user_id: str = "",
    ) -> list[UsageLine]:
        """Return the usage between two Unix times, grouped by one of `GROUPS`."""
        last = day_of(self._clock.time() if until is None else until - 1) + (until is None)
        values = {"first": day_of(since), "last": last, "platform": platform, "user": user_id}

        async def op(db: Db) -> list[UsageLine]:
            if by in _BY_NAME:
                rows = await db.all(_BY_NAME[by], {**values, "most": most})
                return [_line(row[0], row[2:], str(row[1])) for row in rows]
            form = "%Y-%m" if by == MONTH else "%Y-%m-%d"
            return _dated(await db.all(_BY_DAY, values), form)[:most]

        return await self._database.query(op)

    async def first_warning(self, name: str, until: float) -> bool:
        """Record a warning that is given once. Return False if it was recorded before."""

        async def op(db: Db) -> int:
            store = str((await db.one(_STORE) or ("",))[0])
            return await db.run(_WARN, _hashed(store, name).hex(), int(until))

        return await self._database.transact(op) > 0


def _line(name: str, numbers: Sequence[int], label: str = "") -> UsageLine:
    answers, asked, answered, estimated, pictures, recordings, cost = map(int, numbers)
    return UsageLine(
        str(name), answers, asked, answered, estimated, pictures, recordings, cost, label
    )


def _dated(rows: list[tuple[int, ...]], form: str) -> list[UsageLine]:
    """Return usage lines with dates. Rows of the same date are added up."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(_NUMBERS))
    for day, *numbers in rows:
        name = datetime.fromtimestamp(int(day) * DAY_SECONDS, timezone.utc).strftime(form)
        sums[name] = [before + int(number) for before, number in zip(sums[name], numbers)]
    return [_line(name, found) for name, found in sums.items()]


__all__ = ["DAY", "SqlSpending", "erased_number", "fold_old", "fold_people", "spend"]
