"""Measure how workers on one server scale, and at which load the server saturates.

python -m benchmarks.cluster_scale URL SECONDS LANES    (one child process of `saturate`)
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from engine.contract import Author, ChatKey, Finish, Inbound, SentId, Turn, Usage
from engine.storage.postgres.address import Address
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.owners import Owners
from engine.storage.postgres.shared import PostgresShared
from engine.storage.postgres.storage import PostgresStorage
from engine.tasks import SystemClock, Tasks
from tests.rigs.cluster import ClusterRig
from tests.rigs.postgres import Server, fresh_database

if TYPE_CHECKING:
    from tests.servers.model import Call

CHATS, WORDS, SECONDS_PER_WORD = 64, 30, 0.15
PROCESSES, LANES, SECONDS = 2, 8, 10.0
DURABLE = {"fsync": "on", "full_page_writes": "on", "shared_buffers": "256MB"}
_TICKS = os.sysconf("SC_CLK_TCK")


async def scale(numbers: list[int]) -> None:
    """Ask once in each of many chats at the same time, with each number of workers and with SQLite."""
    print(f"{CHATS} chats ask at once; an answer takes {WORDS * SECONDS_PER_WORD:g} s")
    print("workers     under way  asked to model p50, p95   all answered  server's CPU a turn")
    for number in numbers:
        await _measure(number)
    await _measure(0)


async def _measure(workers: int) -> None:
    """Print one line: the most running answers, the waiting times, and the server's CPU time."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        async with ClusterRig(Path(folder), 1, **DURABLE) as rig:
            rig.model.set_pace(SECONDS_PER_WORD)
            await _start(rig, workers)
            before = cpu_seconds(rig.server)
            began, asked = time.monotonic(), {}
            for chat in range(CHATS):
                asked[f"Q{chat}"] = time.monotonic()
                rig.telegram.say(1000 + chat, f"Q{chat}")
                rig.asked.append(("telegram", 1000 + chat, f"Q{chat}"))
            most, arrived = 0, {}
            while not rig.done() and time.monotonic() - began < 300:
                calls = [call for call in rig.model.requests if _name(call)]
                for call in calls:
                    arrived.setdefault(_name(call), time.monotonic())
                most = max(most, sum(not call.ended.is_set() for call in calls))
                await asyncio.sleep(0.01)
            seconds = time.monotonic() - began
            waits = sorted(arrived[name] - at for name, at in asked.items() if name in arrived)
            used = (cpu_seconds(rig.server) - before) / CHATS * 1000
            held = [
                _resident_mb(process.pid)
                for name, process in rig.processes.items()
                if name != "receiver"
            ]
    name = f"{workers} + receiver" if workers else "SQLite, one"
    p50, p95 = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    cost = f"{used:.1f} ms, a worker holds {max(held):.0f} MB" if workers else "-"
    print(f"{name:14} {most:4}      {p50:6.2f} s {p95:6.2f} s      {seconds:6.1f} s     {cost}")


async def _start(rig: ClusterRig, workers: int) -> None:
    if not workers:
        await rig.start()
    else:
        await rig.run("receiver", "receiver", DISCORD_BOT_TOKEN="")
        for number in range(workers):
            await rig.run(f"worker {number}", "worker", DISCORD_BOT_TOKEN="")
        await rig.wait_for("worker", workers, 120)
    await rig.telegram.until(lambda server: server.polled, 120)
    rig.telegram.say(1, "Q900")
    rig.asked.append(("telegram", 1, "Q900"))
    await rig.until_done(60)


def _name(call: Call) -> str:
    texts = [str(message.get("content", "")) for message in call.body.get("messages", [])]
    last = texts[-1] if texts else ""
    return last if last[:1] == "Q" and last[1:].isdigit() else ""


def _resident_mb(pid: int) -> float:
    """Return the memory of a process in MB, including its share of shared pages."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1000


def cpu_seconds(server: Server) -> float:
    """Return the CPU time that a server's processes have used."""
    lines = (server.data / "postmaster.pid").read_text(encoding="ascii").splitlines()
    postmaster, ticks = int(lines[0]), 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == postmaster:
            ticks += int(fields[11]) + int(fields[12])
        elif path.parent.name == str(postmaster):
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / _TICKS


async def saturate(fsync_milliseconds: float) -> None:
    """Carry out only the store's part of turns, in two processes."""
    slow = {"commit_delay": str(int(fsync_milliseconds * 1000)), "commit_siblings": "0"}
    settings = {**DURABLE, **(slow if fsync_milliseconds else {})}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = Server(Path(folder), **settings)
        await asyncio.to_thread(server.make)
        try:
            url = server.url(await fresh_database(server))
            before = cpu_seconds(server)
            children = [
                await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "benchmarks.cluster_scale", url, str(SECONDS), str(LANES),
                    str(number), stdout=asyncio.subprocess.PIPE,
                )
                for number in range(PROCESSES)
            ]  # fmt: skip
            turns = 0
            for child in children:
                told, _ = await child.communicate()
                turns += int(told)
            used = cpu_seconds(server) - before
        finally:
            server.stop("immediate")
    each = used / max(1, turns) * 1000
    print(f"{PROCESSES} processes, {LANES} chats each, {fsync_milliseconds:g} ms more a flush:")
    print(f"turns a second {turns / SECONDS:.0f}, server's CPU a turn {each:.2f} ms")


async def turns(url: str, seconds: float, lanes: int, number: int) -> int:
    """Carry out turns in this many chats at once; return how many were done."""
    clock, done, ids = SystemClock(), count(), count(1)
    async with AsyncExitStack() as stack:
        database = await Postgres.open(Address(url, connections=lanes))
        stack.push_async_callback(database.close)
        owners = Owners(database, clock)
        stack.push_async_callback(owners.leave)
        shared = PostgresShared(database, owners, clock)
        store = PostgresStorage(database, clock, owners)
        await owners.enter()
        tasks, end = Tasks("turns"), clock.now() + seconds
        author, platform = Author("1", "Ann", "en"), f"p{number}"

        async def chat(lane: int) -> None:
            key = ChatKey(platform, str(lane))
            while clock.now() < end:
                text = f"question {next(ids)}"
                asked = Inbound(
                    key, str(next(ids)), author, text, direct=True, addressed=True, sent_at=0.0
                )
                await store.ledger.accept(asked, "handle")
                shared.queue.announce()
                entry = await shared.queue.claim([platform])
                while entry is None and clock.now() < end:
                    await clock.sleep(0.001)  # another chat of this process has claimed it
                    entry = await shared.queue.claim([platform])
                if entry is None:
                    return
                await store.ledger.bubble(entry, 0, SentId(str(entry.row)))
                store.ledger.progress(entry, "half of an answer")
                turn = Turn(author, text, "an answer " * 40, Finish.STOP, clock.time())
                await store.ledger.finish(entry, turn, Usage(100, 100))
                await shared.queue.hand_back(entry.row)
                next(done)

        for lane in range(lanes):
            tasks.spawn(chat(lane), f"chat {lane}")
        await tasks.join()
        await store.ledger.close()
    return next(done)


if __name__ == "__main__":
    where, how_long, how_many, which = sys.argv[1:5]
    print(asyncio.run(turns(where, float(how_long), int(how_many), int(which))))
