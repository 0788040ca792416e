"""Replay the requests of real group chats through the session cache, and report its hit rate.

    python -m benchmarks.session_cache --data FOLDER

FOLDER holds gitter_requests.csv.gz. The file has one line for each request to a bot: time, chat and
person (90 days of 521 public chats, every tenth message of freeCodeCamp's published Gitter
history). The cache is Pipit's own over a real store. The clock is set to each request's time. The
first request of a chat is a miss, so even a cache that never evicts stays below 100 %.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import gzip
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.contract import ChatKey
from engine.storage.sql.conversations import SqlConversations
from engine.storage.sqlite.database import Store
from engine.turns.sessions import DEFAULT_ENTRIES, Sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HOUR = 3600.0
LIFETIMES = (
    ("30 min", HOUR / 2),
    ("1 h", HOUR),
    ("24 h", 24 * HOUR),
    ("7 d", 168 * HOUR),
    ("no end", 1e9),
)
SIZES = (64, 128, 256, 1024)


@dataclass(frozen=True)
class Request:
    """One request; `at` is Unix time in seconds."""

    at: float
    chat: str
    user: str


class MovedClock:
    """A clock that shows the time to which it was set."""

    def __init__(self) -> None:
        self.at = 0.0

    def now(self) -> float:
        """Return the request's time."""
        return self.at

    def time(self) -> float:
        """Return the request's time."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Raise AssertionError, because nothing in this benchmark waits."""
        raise AssertionError(f"nothing here waits ({seconds} s)")


def by_chat(request: Request) -> ChatKey:
    return ChatKey("gitter", request.chat)


def by_chat_and_user(request: Request) -> ChatKey:
    return ChatKey("gitter", request.chat, request.user)


def read(folder: Path) -> list[Request]:
    with gzip.open(folder / "gitter_requests.csv.gz", "rt", encoding="utf-8") as lines:
        rows = [
            Request(float(row["at_seconds"]), row["chat"], row["user"])
            for row in csv.DictReader(lines)
        ]
    return sorted(rows, key=lambda request: request.at)


async def hit_rate(
    store: Store,
    requests: Sequence[Request],
    key: Callable[[Request], ChatKey],
    ttl_seconds: float,
    entries: int,
) -> float:
    clock = MovedClock()
    sessions = Sessions(SqlConversations(store, clock), clock, ttl_seconds, entries)
    for request in requests:
        clock.at = request.at
        sessions.expire()  # the sweep of a running process does this every minute
        await sessions.get(key(request))
    return sessions.hits / (sessions.hits + sessions.misses)


async def run(data: Path) -> None:
    requests, began = read(data), time.monotonic()
    chats = len({request.chat for request in requests})
    print(
        f"{len(requests)} requests of {chats} chats in "
        f"{(requests[-1].at - requests[0].at) / 86400:.0f} days"
    )
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(Path(folder) / "pipit.db")
        try:
            await by_lifetime(store, requests)
            await by_size(store, requests)
        finally:
            await store.close()
    print(f"({time.monotonic() - began:.0f} s)")


async def by_lifetime(store: Store, requests: Sequence[Request]) -> None:
    print(
        f"\nhits in %, {DEFAULT_ENTRIES} sessions at most\n{'key':14}"
        + "".join(f"{n:>8}" for n, _ in LIFETIMES)
    )
    for name, key in (("chat", by_chat), ("chat and user", by_chat_and_user)):
        rates = [
            await hit_rate(store, requests, key, seconds, DEFAULT_ENTRIES)
            for _, seconds in LIFETIMES
        ]
        print(f"{name:14}" + "".join(f"{100 * rate:8.1f}" for rate in rates))


async def by_size(store: Store, requests: Sequence[Request]) -> None:
    print(f"\nhits in %, 24 h\n{'key':14}" + "".join(f"{size:>8}" for size in SIZES))
    for name, key in (("chat", by_chat), ("chat and user", by_chat_and_user)):
        rates = [await hit_rate(store, requests, key, 24 * HOUR, size) for size in SIZES]
        print(f"{name:14}" + "".join(f"{100 * rate:8.1f}" for rate in rates))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.session_cache", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="the folder with gitter_requests.csv.gz"
    )
    asyncio.run(run(parser.parse_args().data))


if __name__ == "__main__":
    main()
