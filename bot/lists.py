"""Print the tables of the commands ``chats`` and ``usage``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timezone

from engine.prices import Prices, amount
from engine.storage.overview import ChatLine
from engine.storage.spending import COST_UNIT, UsageLine


def print_chats(lines: Sequence[ChatLine]) -> None:
    """Print one line for each chat, below a header line."""
    rows = [
        (str(one.key), _when(one.used_at), str(one.turns), str(one.documents), one.model or "-")
        for one in lines
    ]
    _print_table(("chat", "last used (UTC)", "answers", "documents", "model"), rows)


def print_usage(lines: Sequence[UsageLine], by: str, prices: Prices) -> None:
    """Print one line for each day, month, chat, person or model, and a line with the sums.

    A column without any number, such as the cost without prices, is left out.
    """
    sums = UsageLine("", *(sum(column) for column in zip(_NONE, *map(_numbers, lines))))
    columns = [(by, [one.name or "-" for one in lines])]
    for title, field in _COLUMNS.items():
        if field in _ALWAYS or getattr(sums, field):
            columns.append((title, [str(getattr(one, field)) for one in lines]))
    if sums.cost:
        columns.append((f"cost in {prices.currency}", [amount(one.cost) for one in lines]))
    heads, cells = [title for title, _ in columns], [values for _, values in columns]
    _print_table(heads, list(zip(*cells)))
    cost = f", {prices.told(sums.cost)}" if sums.cost else ""
    print(
        f"{len(lines)} lines, {sums.answers} answers, {sums.prompt_tokens} + {sums.answer_tokens} "
        f"tokens{cost}"
    )


def usage_json(lines: Sequence[UsageLine], by: str, prices: Prices) -> str:
    """Return the lines as JSON. Costs are in the currency's unit."""
    rows = [
        {
            by: one.name,
            **{field: getattr(one, field) for field in _COLUMNS.values()},
            "cost": round(one.cost * COST_UNIT, 9),
        }
        for one in lines
    ]
    return json.dumps({"currency": prices.currency, "usage": rows}, ensure_ascii=False, indent=1)


_COLUMNS = {
    "answers": "answers",
    "tokens asked": "prompt_tokens",
    "tokens answered": "answer_tokens",
    "of them estimated": "estimated_tokens",
    "pictures": "pictures",
    "recordings": "recordings",
}
_NONE = (0,) * (len(_COLUMNS) + 1)
_ALWAYS = ("answers", "prompt_tokens", "answer_tokens")


def _numbers(line: UsageLine) -> tuple[int, ...]:
    return (*(int(getattr(line, field)) for field in _COLUMNS.values()), line.cost)


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(head, *rows)]
    for row in (head, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%d %H:%M")
