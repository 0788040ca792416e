"""The spending of people, chats and models: answers, tokens and cost by day.

The days are those of UTC. Costs are whole numbers of `COST_UNIT`, so sums have no rounding error.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Protocol

from engine.contract import ChatKey
from engine.storage.records import DAY_SECONDS

COST_UNIT = 1e-9  # a billionth of the currency's unit
PERSON, CHAT, TOTAL = "person", "chat", "total"
SCOPES = (PERSON, CHAT, TOTAL)
DAY, MONTH, MODEL = "day", "month", "model"
GROUPS = (DAY, MONTH, CHAT, PERSON, MODEL)
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Spent:
    """The tokens and the cost of one scope, today and in this month."""

    day_tokens: int = 0
    day_cost: int = 0
    month_tokens: int = 0
    month_cost: int = 0

    def of(self, period: str) -> tuple[int, int]:
        """Return tokens and cost of `DAY` or `MONTH`."""
        if period == DAY:
            return self.day_tokens, self.day_cost
        return self.month_tokens, self.month_cost


@dataclass(frozen=True)
class UsageLine:
    """The usage of a day, a month, a chat, a person or a model.

    `name` is the date, the chat's key, ``platform:id`` of the person, or the model. It is empty if
    it is no longer known. `label` is the person's name. `estimated_tokens` are the tokens that no
    endpoint reported. `pictures` and `recordings` count those that were sent to models.
    """

    name: str
    answers: int
    prompt_tokens: int
    answer_tokens: int
    estimated_tokens: int = 0
    pictures: int = 0
    recordings: int = 0
    cost: int = 0
    label: str = ""

    @property
    def tokens(self) -> int:
        """Return all tokens."""
        return self.prompt_tokens + self.answer_tokens


class Spending(Protocol):
    """Reads what was spent. `Ledger.finish` writes it. Every method raises `StorageFault`."""

    async def spent(self, scope: str, key: ChatKey, user_id: str) -> Spent:
        """Return the spending of one of `SCOPES`: of this person, of this chat, or of everybody.

        A person's spending includes that of erased records of this month.
        """

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
        """Return the usage between two Unix times, grouped by one of `GROUPS`.

        With a `user_id`, only this person's usage is counted. Days and months are sorted by date,
        newest first. Other groups are sorted by cost, and then by tokens.
        """

    async def first_warning(self, name: str, until: float) -> bool:
        """Record a warning that is given once until a Unix time.

        Return False if any process has recorded it before.
        """


def day_of(at: float) -> int:
    """Return the number of the day (UTC) of a Unix time."""
    return int(at // DAY_SECONDS)


def month_of(at: float) -> int:
    """Return the number of the first day of the month of a Unix time."""
    return datetime.fromtimestamp(at, timezone.utc).date().replace(day=1).toordinal() - _EPOCH


def month_bounds(name: str) -> tuple[float, float]:
    """Return the Unix times at which a month such as ``2026-11`` begins and ends.

    Raises ValueError for any other text.
    """
    first = datetime.strptime(name, "%Y-%m").replace(tzinfo=timezone.utc)
    return first.timestamp(), period_end(MONTH, first.timestamp())


def period_end(period: str, at: float) -> float:
    """Return the Unix time at which the `DAY` or `MONTH` of a Unix time ends."""
    if period == DAY:
        return float((day_of(at) + 1) * DAY_SECONDS)
    first = datetime.fromtimestamp(at, timezone.utc).date().replace(day=1)
    year, month = (first.year + 1, 1) if first.month == 12 else (first.year, first.month + 1)
    return float((date(year, month, 1).toordinal() - _EPOCH) * DAY_SECONDS)
