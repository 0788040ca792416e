"""The numbers that a file has given to rows. A copy must not give any of them again."""

from __future__ import annotations

from collections.abc import Mapping

from engine.storage.sqlite.database import Store

_KNOWN = "SELECT name, seq FROM sqlite_sequence LIMIT 100"


async def last_numbers(store: Store) -> dict[str, int]:
    """Return the highest number that each table has ever given to a row."""
    rows = await store.read(lambda db: db.execute(_KNOWN).fetchall())
    return {str(name): int(number) for name, number in rows}


async def go_on_from(store: Store, numbers: Mapping[str, int]) -> None:
    """Make each table number new rows above the given number."""
    values = [(number, name, number) for name, number in numbers.items()]
    await store.write(
        lambda db: db.executemany(
            "UPDATE sqlite_sequence SET seq = ? WHERE name = ? AND seq < ?", values
        )
    )
