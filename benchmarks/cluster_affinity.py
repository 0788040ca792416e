"""Measure how often a chat comes back to the process that has it in memory, and what that saves.

Several processes claim questions from one PostgreSQL server, without platforms and without a model.
A process that does not have a chat's index builds it first, which takes `BUILD_SECONDS`. An answer
takes `ANSWER_SECONDS`, and then the person writes again after a random time.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections import OrderedDict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.storage.postgres.address import Address
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.lanes import AFFINITY_SECONDS, PostgresQueue
from engine.storage.postgres.owners import Owners
from engine.storage.postgres.storage import PostgresStorage
from engine.storage.records import Entry
from engine.tasks import SystemClock, Tasks
from tests.rigs.postgres import Server, fresh_database

WORKERS, PLACES, KEPT_CHATS = 4, 8, 256
# With the smaller number of chats about half of the places are in use, with the larger one all.
CHATS = (48, 128)
# The index of a chat with 1,000 vectors was measured at 108 ms.
BUILD_SECONDS, ANSWER_SECONDS, PAUSE_SECONDS, RUN_SECONDS = 0.108, 1.5, 3.0, 20.0
LOOK_SECONDS, SOON_SECONDS = 1.0, 0.25  # as `engine.turns.claims` waits
PLATFORM, ANN = "bench", Author("1", "Ann", "en")
_ids = count(1)


@dataclass
class Seen:
    """The waiting times of questions, from their acceptance until the model would be asked.

    The first question of a chat is left out, because no process has the chat in memory.
    """

    chats: set[ChatKey] = field(default_factory=set)
    waits: list[float] = field(default_factory=list)
    hits: int = 0
    misses: int = 0
    asked_at: dict[int, float] = field(default_factory=dict)
    answered: dict[int, asyncio.Event] = field(default_factory=dict)


class Worker:
    """One process that claims and answers questions. `kept` are the chats that it has in memory."""

    def __init__(self, database: Postgres, affinity_seconds: float, seen: Seen) -> None:
        self.clock, self._seen = SystemClock(), seen
        self.owners = Owners(database, self.clock)
        self.queue = PostgresQueue(database, self.owners, self.clock, affinity_seconds)
        self.store = PostgresStorage(database, self.clock, self.owners)
        self._kept: OrderedDict[ChatKey, None] = OrderedDict()
        self._places = PLACES
        self._tasks = Tasks("answers")

    async def run(self) -> None:
        """Claim questions until cancelled."""
        soon = False
        while True:
            while self._places and (entry := await self.queue.claim([PLATFORM])) is not None:
                self._places -= 1
                self._tasks.spawn(self._answer(entry), "answer")
            soon = await self.queue.news(SOON_SECONDS if soon else LOOK_SECONDS)

    async def _answer(self, entry: Entry) -> None:
        key, seen = entry.inbound.key, self._seen
        known, hit = key in seen.chats, key in self._kept
        seen.chats.add(key)
        if not hit:
            await self.clock.sleep(BUILD_SECONDS)
        if known:
            seen.hits, seen.misses = seen.hits + hit, seen.misses + (not hit)
            seen.waits.append(time.monotonic() - seen.asked_at[entry.row])
        self._kept[key] = None
        self._kept.move_to_end(key)
        if len(self._kept) > KEPT_CHATS:
            self._kept.popitem(last=False)
        await self.clock.sleep(ANSWER_SECONDS)
        turn = Turn(ANN, "question", "answer", Finish.STOP, self.clock.time())
        await self.store.ledger.finish(entry, turn, Usage(100, 100))
        await self.queue.hand_back(entry.row)
        self._places += 1
        self.queue.announce_here()
        seen.answered[entry.row].set()

    async def close(self) -> None:
        """End the answers and leave."""
        await self._tasks.close()
        await self.store.ledger.close()
        await self.owners.leave()


async def chat(number: int, receiver: Worker, seen: Seen, chance: random.Random) -> None:
    """Ask, wait for the answer, think, and ask again."""
    key, clock = ChatKey(PLATFORM, str(number)), receiver.clock
    await clock.sleep(chance.uniform(0, PAUSE_SECONDS))
    while True:
        text = f"question {next(_ids)}"
        asked = Inbound(key, str(next(_ids)), ANN, text, direct=True, addressed=True, sent_at=0.0)
        began = time.monotonic()
        entry = await receiver.store.ledger.accept(asked, "handle")
        assert entry is not None, "every id is new"
        seen.asked_at[entry.row], seen.answered[entry.row] = began, asyncio.Event()
        receiver.queue.announce()
        await seen.answered[entry.row].wait()
        await clock.sleep(chance.expovariate(1 / PAUSE_SECONDS))


async def measure(url: str, chats: int, affinity_seconds: float) -> Seen:
    """Run all processes in this loop for a while."""
    seen, chance, tasks = Seen(), random.Random(1), Tasks("affinity")
    async with AsyncExitStack() as stack:
        workers = []
        for _ in range(WORKERS + 1):
            database = await Postgres.open(Address(url, connections=4))
            stack.push_async_callback(database.close)
            worker = Worker(database, affinity_seconds, seen)
            await worker.owners.enter()
            stack.push_async_callback(worker.close)
            workers.append(worker)
        stack.push_async_callback(tasks.close)
        for worker in workers[1:]:
            tasks.spawn(worker.run(), "worker")
        for number in range(chats):
            tasks.spawn(chat(number, workers[0], seen, chance), f"chat {number}")
        await asyncio.sleep(RUN_SECONDS)
    return seen


async def affinity() -> None:
    """Print a line for each number of chats, without and with affinity."""
    print(f"{WORKERS} workers, {PLACES} places each, {RUN_SECONDS:g} s; first questions left out")
    print("chats  reserved for   questions  chat in memory  question to model p50, p95")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = Server(Path(folder))
        await asyncio.to_thread(server.make)
        try:
            for chats in CHATS:
                for seconds in (0.0, AFFINITY_SECONDS):
                    url = server.url(await fresh_database(server))
                    _print(chats, seconds, await measure(url, chats, seconds))
        finally:
            server.stop("immediate")


def _print(chats: int, seconds: float, seen: Seen) -> None:
    waits, number = sorted(seen.waits), len(seen.waits)
    share = seen.hits / max(1, seen.hits + seen.misses) * 100
    p50, p95 = waits[number // 2] * 1000, waits[int(number * 0.95)] * 1000
    print(f"{chats:5}  {seconds:8g} s    {number:9}  {share:12.0f} %  {p50:8.0f} ms {p95:8.0f} ms")
