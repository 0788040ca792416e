"""Print the tables of the commands ``chats`` and ``usage``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from engine.storage.overview import ChatLine, UsageLine


def print_chats(lines: Sequence[ChatLine]) -> None:
    """Print one line for each chat, below a header line."""
    rows = [
        (str(one.key), _when(one.used_at), str(one.turns), str(one.documents), one.model or "-")
        for one in lines
    ]
    _print_table(("chat", "last used (UTC)", "answers", "documents", "model"), rows)


def print_usage(lines: Sequence[UsageLine], by: str) -> None:
    """Print one line for each day, month, chat or person, and a line with the totals."""
    numbers = [(one.answers, one.prompt_tokens, one.answer_tokens) for one in lines]
    total = tuple(map(sum, zip(*numbers))) if numbers else (0, 0, 0)
    rows = [(one.name, *map(str, row)) for one, row in zip(lines, numbers)]
    _print_table((by, "answers", "tokens asked", "tokens answered"), rows)
    print(f"{len(rows)} lines, {total[0]} answers, {total[1]} + {total[2]} tokens")


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(head, *rows)]
    for row in (head, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%d %H:%M")
