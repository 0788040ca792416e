"""Measure the disk space of a turn, the cost of writing and sweeping, and the size limit.

    python -m benchmarks.storage --data FOLDER [--turns 10000,100000,1000000] [--flood-seconds 20]

FOLDER holds mt_bench_question.jsonl, vicuna_bench_question.jsonl and gptcache_mock_data.json. These
files have prompts and sentences but no answers. A turn here is therefore one of the 240 prompts, in
order, with the next one to six sentences of the third file as its answer. None of this text was
used to train the dictionary or to choose anything.

"Loop blocked" is the longest time for which a task that wants to run every 5 ms could not run. On a
busy machine most of that is waiting: for a core, which the kernel counts for the loop's thread
(schedstat), and for Python's lock while the thread that holds it waits for a core. So the work
itself is printed as well. It is the most processor time that the loop's thread used between two
runs of that task. "idle" is the same, measured while nothing else runs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import threading
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import zstandard

from benchmarks.common import machine, percentile, spread
from bot.app import sweep_for_ever
from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.errors import StorageFault
from engine.storage.codec import pack
from engine.storage.records import DAY_SECONDS, Lifetimes
from engine.storage.sql import ledger as ledger_module
from engine.storage.sql.conversations import SqlConversations
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.numbers import all_of
from engine.storage.sqlite.personal_data import SqlitePersonalData
from engine.storage.sweep import Sweep
from engine.tasks import SystemClock, Tasks
from engine.turns.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

TICK_SECONDS = 0.005
WRITERS = 8
TURN_DAYS, LEDGER_DAYS, DUE_DAYS = 90, 30, 9
FLOOD_BYTES = 16_000_000


@dataclass
class Blocked:
    """The longest gaps between two runs of a ticker, in seconds.

    `raw` is the measured gap. `own` is the gap without the time spent waiting for a core. `work` is
    the processor time alone.
    """

    raw: float = 0.0
    own: float = 0.0
    work: float = 0.0

    def __str__(self) -> str:
        raw, own, work = 1000 * self.raw, 1000 * self.own, 1000 * self.work
        return f"{raw:.0f} ms ({own:.0f} ms had there been a core; {work:.1f} ms of work)"


def _waited_seconds() -> float:
    path = f"/proc/self/task/{threading.get_native_id()}/schedstat"
    try:
        return int(Path(path).read_text().split()[1]) / 1e9
    except OSError:
        return 0.0


async def _tick(found: Blocked) -> None:
    at, waited, worked = time.monotonic(), _waited_seconds(), time.thread_time()
    while True:
        await asyncio.sleep(TICK_SECONDS)
        now, waited_now, worked_now = time.monotonic(), _waited_seconds(), time.thread_time()
        gap = max(0.0, now - at - TICK_SECONDS)
        found.raw = max(found.raw, gap)
        found.own = max(found.own, gap - (waited_now - waited))
        found.work = max(found.work, worked_now - worked)
        at, waited, worked = now, waited_now, worked_now


@asynccontextmanager
async def ticking() -> AsyncIterator[Blocked]:
    found, tasks = Blocked(), Tasks("ticker")
    tasks.spawn(_tick(found), "ticker")
    try:
        yield found
    finally:
        await tasks.close()


def read_turns(folder: Path) -> list[tuple[str, str]]:
    """Return the prompts with their answers, combined as the module's docstring says."""
    prompts = []
    for name in ("mt_bench_question.jsonl", "vicuna_bench_question.jsonl"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            prompts += json.loads(line)["turns"]
    sentences = [
        pair["origin"]
        for pair in json.loads((folder / "gptcache_mock_data.json").read_text("utf-8"))
    ]
    turns, at = [], 0
    for number, prompt in enumerate(prompts):
        count = 1 + number % 6
        answer = " ".join(sentences[(at + step) % len(sentences)] for step in range(count))
        turns.append((prompt, answer))
        at += count
    return turns


def raw_json(key: ChatKey, author: Author, prompt: str, answer: str) -> bytes:
    """Return a turn as the shortest possible line of JSON."""
    facts = {
        "key": str(key),
        "user": author.user_id,
        "name": author.name,
        "at": 1_700_000_000,
        "finish": "stop",
    }
    return json.dumps(
        {**facts, "prompt": prompt, "answer": answer}, ensure_ascii=False, separators=(",", ":")
    ).encode()


def _without_dictionary(text: str) -> bytes:
    raw = text.encode()
    small = zstandard.ZstdCompressor(level=3, write_checksum=False).compress(raw)
    return b"\x01" + small if len(small) < len(raw) else b"\x00" + raw


def _plain(text: str) -> bytes:
    return b"\x00" + text.encode()


@contextmanager
def packing(how: Callable[[str], bytes]) -> Iterator[None]:
    """Let the ledger compress with another function within this block."""
    ledger_module.pack = how
    try:
        yield
    finally:
        ledger_module.pack = pack


def who(number: int, chats: int = 40) -> tuple[ChatKey, Author]:
    chat = str(1_000_000_007 * (1 + number % chats))
    return ChatKey("telegram", chat), Author(chat, f"Person {number % chats}")


@dataclass
class Written:
    """The durations of the writes, in seconds."""

    accept: list[float] = field(default_factory=list)
    finish: list[float] = field(default_factory=list)
    refused: int = 0


async def write_turn(
    ledger: SqlLedger, number: int, turn: tuple[str, str], found: Written, chats: int = 40
) -> None:
    """Accept a question, record its bubble, and record its turn."""
    key, author = who(number, chats)
    inbound = Inbound(
        key, str(5_000_000 + number), author, turn[0], direct=True, addressed=True, sent_at=0.0
    )
    try:
        began = time.monotonic()
        entry = await ledger.accept(inbound, str(5_000_000 + number))
        found.accept.append(time.monotonic() - began)
        if entry is None:
            return
        # A SentId is a str at run time.
        await ledger.bubble(entry, 0, f"{6_000_000 + number}")  # type: ignore[arg-type]
        began = time.monotonic()
        await ledger.finish(entry, Turn(author, *turn, Finish.STOP, time.time()), Usage(100, 100))
        found.finish.append(time.monotonic() - began)
    except StorageFault:
        found.refused += 1


async def write_many(ledger: SqlLedger, turns: Sequence[tuple[str, str]], count: int) -> Written:
    """Write turns from several chats at once, in each chat one after the other."""
    found, tasks = Written(), Tasks("writers")

    async def writer(first: int) -> None:
        for number in range(first, count, WRITERS):
            await write_turn(ledger, number, turns[number % len(turns)], found)

    for first in range(WRITERS):
        tasks.spawn(writer(first), "writer")
    await tasks.join()
    return found


async def sizes(store: Store) -> dict[str, int]:
    """Return the size of each table and index in bytes, counted in whole pages."""
    rows = await store.read(
        lambda db: all_of(db, "SELECT name, sum(pgsize) FROM dbstat GROUP BY name")
    )
    return dict(rows)


async def bytes_per_turn(turns: Sequence[tuple[str, str]], place: Path) -> None:
    count = 10 * len(turns)
    raw = sum(len(raw_json(*who(n), *turns[n % len(turns)])) for n in range(count)) / count
    text = sum(len((prompt + answer).encode()) for prompt, answer in turns) / len(turns)
    print(f"\nbytes per turn, {count} turns of {text:.0f} bytes of text; as JSON lines {raw:.0f}")
    print(f"{'':28}{'texts':>7}{'turn':>7}{'with ledger row':>17}{'of JSON':>9}")
    for name, how in (
        ("plain", _plain),
        ("Zstandard 3", _without_dictionary),
        ("with dictionary 1", pack),
    ):
        path = place / f"{name}.db"
        store = await Store.open(path)
        try:
            with packing(how):
                await write_many(SqlLedger(store, SystemClock()), turns, count)
            found = await sizes(store)
        finally:
            await store.close()
        packed = sum(len(how(prompt)) + len(how(answer)) for prompt, answer in turns) / len(turns)
        turn = sum(size for table, size in found.items() if table.startswith("turns")) / count
        whole = path.stat().st_size / count
        print(f"{name:28}{packed:7.0f}{turn:7.0f}{whole:17.0f}{100 * turn / raw:8.0f}%")


async def writes(turns: Sequence[tuple[str, str]], place: Path) -> None:
    async with ticking() as idle:
        await asyncio.sleep(3)
    store = await Store.open(place / "writes.db")
    try:
        async with ticking() as blocked:
            began = time.monotonic()
            found = await write_many(SqlLedger(store, SystemClock()), turns, 3000)
            seconds = time.monotonic() - began
    finally:
        await store.close()
    print(f"\nwrites, {WRITERS} chats at once, {len(found.finish) / seconds:.0f} turns/s")
    print(f"accept   {spread(found.accept)}\nfinish   {spread(found.finish)}")
    print(f"loop blocked   idle {idle}\n               writing {blocked}")


async def fill(store: Store, turns: Sequence[tuple[str, str]], count: int) -> None:
    """Insert old turns and ledger rows, so that a sweep has something to delete.

    The turns are spread over the last 99 days, so that 9 days of them have expired. The ledger rows
    are spread over the last 33 days, so that 3 days of them have expired.
    """
    now = int(time.time())
    packed = [(pack(prompt), pack(answer)) for prompt, answer in turns]
    chats = max(10, count // 200)
    await store.write(
        lambda db: db.executemany(
            "INSERT INTO chats(chat, key, used_at) VALUES(?, ?, ?)",
            [(n + 1, f"telegram:{1_000_000_007 * n}", now - n) for n in range(chats)],
        )
    )
    author = "INSERT INTO authors(platform, user_id, name) VALUES('telegram', '1', 'A')"
    await store.write(lambda db: db.execute(author))
    turn_seconds = (TURN_DAYS + DUE_DAYS) * DAY_SECONDS
    for first in range(0, count, 5000):
        numbers = range(first, min(count, first + 5000))
        at = {n: now - turn_seconds + turn_seconds * n // count for n in numbers}
        rows = [(1 + n * 7919 % chats, at[n], *packed[n % len(packed)]) for n in numbers]
        late = [n for n in numbers if at[n] > now - (LEDGER_DAYS + DUE_DAYS // 3) * DAY_SECONDS]
        done = [(1 + n * 7919 % chats, str(n), str(n), at[n], n + 1) for n in late]
        await store.write(
            lambda db, rows=rows: db.executemany(
                "INSERT INTO turns(chat, author, at, finish, prompt, answer) VALUES(?, 1, ?, "
                "'stop', ?, ?)",
                rows,
            )
        )
        await store.write(
            lambda db, done=done: db.executemany(
                "INSERT INTO ledger(chat, message_id, handle, state, at, direct, turn) VALUES(?, "
                "?, ?, 1, ?, 1, ?)",
                done,
            )
        )


async def sweep_cost(turns: Sequence[tuple[str, str]], place: Path, count: int) -> None:
    path = place / f"sweep{count}.db"
    store = await Store.open(path)
    clock = SystemClock()
    try:
        await fill(store, turns, count)
        sweep = Sweep(
            SqlitePersonalData(store, clock),
            Sessions(SqlConversations(store, clock), clock, 3600),
            lifetimes=Lifetimes(TURN_DAYS),
            limit_bytes=10**12,
        )
        before, ledger, found, tasks = (
            await sweep.size(),
            SqlLedger(store, clock),
            Written(),
            Tasks("chat"),
        )

        async def chat() -> None:
            number = 0
            while True:
                await write_turn(ledger, number, turns[number % len(turns)], found)
                number += 1
                await asyncio.sleep(0.02)

        async with ticking() as blocked:
            tasks.spawn(chat(), "chat")
            began, cpu = time.monotonic(), time.process_time()
            swept = await sweep.run()
            seconds, cpu = time.monotonic() - began, time.process_time() - cpu
            await tasks.close()
    finally:
        await store.close()
    returned = (before.file_bytes - swept.size.file_bytes) / 1e6
    print(
        f"{count:9} {before.file_bytes / 1e6:8.1f} {swept.rows:8} {seconds:8.1f} {cpu:7.2f} "
        f"{returned:9.1f} "
        f"{1000 * percentile(found.accept, 0.95):7.0f} ms {blocked}"
    )


async def flood(place: Path, seconds: float, pause_seconds: float) -> None:
    """Write the longest possible messages, which do not compress, and watch the file's size."""
    path, clock = place / f"flood{pause_seconds}.db", SystemClock()
    store = await Store.open(path, FLOOD_BYTES)
    sessions = Sessions(SqlConversations(store, clock), clock, 3600)
    sweep = Sweep(
        SqlitePersonalData(store, clock),
        sessions,
        lifetimes=Lifetimes(90),
        limit_bytes=store.most_bytes,
    )
    tasks, ledger, found, chance = (
        Tasks("flood"),
        SqlLedger(store, clock),
        Written(),
        random.Random(1),
    )
    texts = ["".join(chr(chance.randint(0x4E00, 0x9FFF)) for _ in range(4096)) for _ in range(20)]
    most = 0

    async def writer(first: int) -> None:
        number = first
        while True:
            await write_turn(
                ledger, number, (chance.choice(texts), chance.choice(texts)), found, chats=10**9
            )
            number += WRITERS
            await asyncio.sleep(pause_seconds)

    tasks.spawn(sweep_for_ever(sweep, clock), "sweep")
    for first in range(WRITERS):
        tasks.spawn(writer(first), "writer")
    async with ticking() as blocked:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await asyncio.sleep(0.01)
            most = max(
                most,
                sum(
                    p.stat().st_size
                    for p in place.glob(path.name + "*")
                    if not p.name.endswith("-shm")
                ),
            )
    await tasks.close()
    await store.close()
    written = len(found.finish) * 2 * len(texts[0].encode()) / 1e6
    print(
        f"{len(found.finish) / seconds:6.0f} turns/s, {written:6.1f} MB of text in {seconds:.0f} "
        f"s: file and log "
        f"{most / 1e6:.2f} MB at most, {found.refused} writes refused, accept p95 "
        f"{1000 * percentile(found.accept, 0.95):.0f} ms, loop blocked {blocked}"
    )


async def run(options: argparse.Namespace) -> None:
    turns = read_turns(options.data)
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        await bytes_per_turn(turns, place)
        await writes(turns, place)
        print(
            "\nsweep of the turns of 9 days in 99 (and of 3 days in 33 of the ledger), one chat "
            "writing meanwhile"
        )
        print("    turns  file MB     rows  seconds   CPU s  back MB accept p95 loop blocked")
        for count in options.turns:
            await sweep_cost(turns, place, count)
        print(
            f"\nflood with a limit of {FLOOD_BYTES / 1e6:.0f} MB, {WRITERS} writers, a new chat "
            f"with every turn"
        )
        for pause in (0.0, 0.1):
            await flood(place, options.flood_seconds, pause)
    print(machine())


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.storage", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--turns", type=lambda text: [int(n) for n in text.split(",")], default=[10_000, 100_000]
    )
    parser.add_argument("--flood-seconds", type=float, default=20)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
