"""Several processes on one PostgreSQL server, killed while they answer on both platforms.

The rig is that of `tests.rigs.crash`. Here receivers and workers are processes of their own, both
platforms limit the rate of calls, and a killed process is started again while the others go on.
"""

from __future__ import annotations

import asyncio
import random
import re
import signal
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from engine.tasks import Tasks
from tests.rigs import crash
from tests.rigs.postgres import Server, fresh_database
from tests.servers.discord import DiscordServer
from tests.servers.model import Call, ModelServer
from tests.servers.telegram import TelegramServer
from tests.servers.telegram_flood import FloodModel

LOOK_SECONDS = 0.02
_UNDER_WAY = """SELECT l.row FROM ledger l JOIN owners o USING(owner)
    WHERE l.state = 0 AND o.host LIKE '% ' || CAST($1 AS text)"""
_TAKEN = "SELECT count(*) FROM ledger WHERE row = ANY($1) AND state = 0 AND owner IN (0, $2)"
_RUNNING = """SELECT count(*) FROM owners WHERE role = $1
    AND CAST(split_part(host, ' ', -1) AS integer) = ANY($2)"""
_OWNER = "SELECT owner FROM owners WHERE host LIKE '% ' || CAST($1 AS text)"


@dataclass
class Counts:
    """What was counted beside the report: all but `takeovers` must be 0.

    `takeovers` are the seconds from a kill until another process has the killed one's questions.
    """

    overlaps: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    takeovers: list[float] = field(default_factory=list)


class ClusterRig(crash.Rig):
    """The platforms, a model, a database, and any number of processes by name."""

    def __init__(self, folder: Path, seed: int, **server: str) -> None:
        super().__init__(folder, seed)
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self.counts = Counts()
        # A folder of its own, because the server may run as another user.
        self._data = tempfile.TemporaryDirectory(
            prefix="pipit-cluster-", ignore_cleanup_errors=True
        )
        self.server = Server(Path(self._data.name), **server)
        self._tasks = Tasks("cluster rig")

    async def __aenter__(self) -> ClusterRig:
        self._stack.callback(self._data.cleanup)
        await asyncio.to_thread(self.server.make)
        self._stack.callback(self.server.stop, "immediate")
        self.url = self.server.url(await fresh_database(self.server))
        await super().__aenter__()
        self._tasks.spawn(self._watch(), "watch")
        return self

    async def __aexit__(self, *_: object) -> None:
        for name in list(self.processes):
            await self.end(name)
        await self._tasks.close()
        await super().__aexit__()

    async def _start_servers(self) -> None:
        """Start the platforms with their limits."""
        enter = self._stack.enter_async_context
        token = crash.TELEGRAM_TOKEN
        self.telegram = await enter(TelegramServer(token=token, flood=FloodModel()))
        self.discord = await enter(DiscordServer(token=crash.DISCORD_TOKEN))
        self.model = await enter(ModelServer(seconds_per_token=crash.SECONDS_PER_WORD))

    # Processes

    async def run(self, name: str, role: str, **settings: str) -> None:
        """Start a process under a name."""
        environment = {
            **self._environment(), "DATABASE_URL": self.url, "ROLE": role, "LOG_LEVEL": "INFO",
            **settings,
        }  # fmt: skip
        del environment["DATABASE_PATH"]
        self.processes[name] = await self._spawn(environment)

    async def end(self, name: str, number: int = signal.SIGKILL) -> int:
        """Send a signal to a process and wait for its end; return its exit code."""
        process = self.processes.pop(name)
        if process.returncode is None:
            process.send_signal(number)
        return await process.wait()

    async def wait_for(self, role: str, number: int, seconds: float = 30.0) -> None:
        """Wait until so many running processes of a role are in the list.

        A process that was killed stays in the list until another one has noticed its end.
        """
        until = time.monotonic() + seconds
        while (
            await self.fetchval(_RUNNING, role, [p.pid for p in self.processes.values()]) < number
        ):
            assert time.monotonic() < until, f"no {number} processes with the role {role}"
            await asyncio.sleep(0.1)

    async def fetchval(self, sql: str, *values: object) -> Any:
        """Return the first value of a query."""
        link = await asyncpg.connect(self.url)
        try:
            return await link.fetchval(sql, *values)
        finally:
            await link.close()

    async def under_way(self, name: str) -> tuple[int, list[int]]:
        """Return a process's number and the rows that it answers."""
        pid = str(self.processes[name].pid)
        link = await asyncpg.connect(self.url)
        try:
            owner = await link.fetchval(_OWNER, pid)
            return owner or 0, [row[0] for row in await link.fetch(_UNDER_WAY, pid)]
        finally:
            await link.close()

    async def time_takeover(self, owner: int, rows: list[int]) -> None:
        """Measure how long rows of a killed process wait for another process."""
        began = time.monotonic()
        while rows and await self.fetchval(_TAKEN, rows, owner):
            if time.monotonic() - began > 30:
                break
            await asyncio.sleep(LOOK_SECONDS)
        if rows:
            self.counts.takeovers.append(time.monotonic() - began)

    # What people see

    def numbers(self, platform: str, chat: Any, question: str) -> Counter[int]:
        """Return how often each word of an answer is on screen."""
        text = " ".join(self.shown(platform, chat))
        return Counter(map(int, re.findall(rf"\b{question}-(\d+)\b", text)))

    def done(self) -> bool:
        """Return whether every accepted question has its whole answer on screen."""
        answered = all(
            len(self.numbers(platform, chat, question)) == crash.WORDS
            for platform, chat, question in self.asked
            if not self.turned_away(question)
        )
        return answered and all(
            len(self.shown(*where)) >= times for where, times in self.helped.items()
        )

    def report(self, kills: int) -> crash.Report:
        """Count what people see.

        Questions that a person sends one after the other before the answer begins are the pieces of
        one question (`engine.turns.pieces`), so one message may answer several.
        """
        found = crash.Report(questions=len(self.asked), kills=kills)
        for platform, chat, question in self.asked:
            seen = self.numbers(platform, chat, question)
            away = self.turned_away(question)
            whole = len(seen) == crash.WORDS
            found.turned_away += not seen and away
            found.lost += [question] * (not seen and not away)
            found.twice += [question] * (whole and min(seen.values()) > 1)
            found.half_written += [question] * bool(seen and not whole)
            orphan = whole and max(seen.values()) > 1 and min(seen.values()) == 1
            found.orphans[platform] = found.orphans.get(platform, 0) + orphan
        for (platform, chat), times in self.helped.items():
            shown = self.shown(platform, chat)
            found.questions += times
            found.lost += ["/help"] * (times - len(shown))
            found.twice += ["/help"] * (len(shown) - times)
        return found

    # Watching

    def chat_of(self, question: str) -> object:
        """Return the chat in which a question was asked."""
        return next((str(chat) for _, chat, asked in self.asked if asked == question), question)

    async def _watch(self) -> None:
        """Count the moments at which two answers of one chat are under way."""
        while True:
            at_work: dict[object, set[str]] = defaultdict(set)
            for call in self.model.requests[-200:]:
                if not call.ended.is_set() and (question := _question_of(call)):
                    at_work[self.chat_of(question)].add(question)
            self.counts.overlaps += any(len(questions) > 1 for questions in at_work.values())
            await asyncio.sleep(LOOK_SECONDS)

    def refusals(self) -> Counter[str]:
        """Return how many calls each platform refused with 429."""
        found = Counter(telegram=sum(call.status == 429 for call in self.telegram.calls))
        found["discord"] = sum(call.status == 429 for call in self.discord.calls)
        return found


def _question_of(call: Call) -> str:
    """Return the name of the question that a model call answers."""
    texts = [str(m.get("content", "")) for m in call.body.get("messages", [])]
    asked = [word for text in texts[-3:] for word in text.split() if word[:1] == "Q"]
    names = [word for word in asked if word[1:].isdigit()]
    return names[-1] if names else ""


async def kill_at_random(
    rig: ClusterRig, kills: int, chance: random.Random, receivers: int = 2, workers: int = 3
) -> crash.Report:
    """Ask, kill a process drawn by chance, start it again; in the end count what users see.

    Another process with the same role always lives.
    """
    roles = {f"receiver {n}": "receiver" for n in range(receivers)}
    roles.update({f"worker {n}": "worker" for n in range(workers)})
    for name, role in roles.items():
        await rig.run(name, role)
    await rig.wait_for("worker", workers)
    await rig.wait_for("receiver", receivers)
    await rig.ready()
    rig.greet()
    await rig.until_done(90)
    tasks = Tasks("takeovers")
    for number in range(kills):
        for each in range(2):
            rig.ask(f"Q{2 * number + each}")
        await asyncio.sleep(chance.uniform(0.05, 2.5))
        name = chance.choice(sorted(roles))
        await rig.wait_for(roles[name], 2, 120)
        owner, rows = await rig.under_way(name)
        await rig.end(name)
        tasks.spawn(rig.time_takeover(owner, rows), name)
        rig.discord.gateway.identifies.clear()
        await rig.run(name, roles[name])
    await tasks.join()
    await rig.until_done(180)
    await asyncio.sleep(1.0)
    rig.counts.refused = rig.refusals()
    return rig.report(kills)
