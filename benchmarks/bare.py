"""Compare Pipit with a bare bot on the same libraries: the cost of replies and of idle time.

    python -m benchmarks.bare [--rounds 5] [--only bare OFF WORDS FULL] [--at-once 12]

The bare bot is `benchmarks.bare_bot`. Pipit runs with MEMORY=OFF, WORDS and FULL. All of them run
in turn, round by round, against the same servers on loopback, so that other work on the machine
affects all of them. The platform's flood model counts calls and refuses none. A round of one bot
has these parts: its start, an idle time, one long answer in a private chat, three people who ask at
once in one group, and many chats that ask several questions each, only some at a time, so that
Telegram's limit of 30 calls a second delays nobody. CPU, memory and wakes are those of the whole
process tree. With FULL, the embedder starts only in long chats: ask for them with --questions 20.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.common import ModelProcess, Told, machine, model_process, percentile
from engine.tasks import Tasks, end
from tests.rigs.footprint import measure, tree
from tests.servers.telegram import TelegramServer, User

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.servers.telegram import Message

BARE, MODES = "bare", ("OFF", "WORDS", "FULL")
GROUP = -1_001_000_000_123
LONG, TOGETHER = "160 words at 20/s", "40 words at 20/s"
SHORT = "{sentences} sentences at {pace}/s about the weather in town {number} in week {week}"
WAIT_SECONDS, LOOK_SECONDS = 120.0, 0.1
TICKS = os.sysconf("SC_CLK_TCK")


def cpu(pid: int) -> float:
    """Return the CPU seconds of a process tree, including children that have ended."""
    total = 0
    for one in tree(pid):
        try:
            facts = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # the process has just ended
        total += sum(map(int, facts[11:15]))
    return total / TICKS


def wakes(pid: int) -> int:
    """Return how often the threads of a process tree have waited and continued."""
    found = 0
    for one in tree(pid):
        for status in Path(f"/proc/{one}/task").glob("*/status"):
            try:
                lines = status.read_text().splitlines()
            except OSError:
                continue  # the thread has just ended
            found += sum(int(line.split()[1]) for line in lines if line.startswith("voluntary"))
    return found


@dataclass(frozen=True)
class Asked:
    """A question: its name, its chat, the id of its message, and the Unix time."""

    name: str
    chat: int
    message_id: int
    at: float

    def answered_by(self, message: Message) -> bool:
        """Return whether a message of the bot can answer this question.

        In a group it must be a reply.
        """
        if self.chat > 0:
            return message.message_id > self.message_id
        return message.reply_to is not None and message.reply_to.message_id == self.message_id


@dataclass(frozen=True)
class Answered:
    """A question with the model's words and with the message that shows them."""

    asked: Asked
    told: Told
    message: Message

    def grown(self) -> list[tuple[float, int]]:
        """Return the growth of the answer on screen, as (time, characters).

        Notices are left out.
        """
        revisions, beginning = self.message.revisions, self.told.answer[:8]
        grown = [(one.at, len(one.text)) for one in revisions if one.text[:8] == beginning]
        return [one for at, one in enumerate(grown) if not at or one[1] != grown[at - 1][1]]

    @property
    def first_seconds(self) -> float:
        """Return the time from the model's first word to the first words on screen."""
        return self.grown()[0][0] - self.told.first_at


@dataclass
class Figures:
    """The figures of one bot, with one value for each round. `refused` counts its 429s."""

    values: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    units: dict[str, str] = field(default_factory=dict)
    refused: int = 0

    def add(self, name: str, value: float, unit: str) -> None:
        """Record one figure of the current round."""
        self.values[name].append(value)
        self.units[name] = unit


@asynccontextmanager
async def a_bot(kind: str, server: TelegramServer, model: ModelProcess) -> AsyncIterator[int]:
    """Start a bot and yield its process id. The bot has not polled yet."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = {
            "TELEGRAM_BOT_TOKEN": server.token,
            "TELEGRAM_API_URL": server.base_url,
            "HF_BASE_URL": model.base_url,
            "HF_MODEL": "m",
            "DATABASE_PATH": str(Path(folder) / "pipit.db"),
            "MEMORY": kind,
            "MAX_WORKERS": "64",
            "USER_MESSAGES_PER_MINUTE": "0",
            "LOG_LEVEL": "WARNING",
        }
        command = ("benchmarks.bare_bot",) if kind == BARE else ("bot", "run")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *command, env={**os.environ, **chosen}
        )
        try:
            yield process.pid
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


class Round:
    """One round of one bot: its start, then the actions of its users."""

    def __init__(
        self, kind: str, figures: Figures, model: ModelProcess, options: argparse.Namespace
    ) -> None:
        self._kind, self._figures, self._model, self._options = kind, figures, model, options
        self._pid = self._peak = self._questions = 0
        self._places = asyncio.Semaphore(options.at_once)

    async def run(self) -> None:
        """Run the round and record its figures."""
        async with TelegramServer() as self._server:
            began = time.monotonic()
            async with a_bot(self._kind, self._server, self._model) as self._pid:
                await self._server.until(lambda server: server.polled, WAIT_SECONDS)
                self._figures.add("start", time.monotonic() - began, "s")
                await self._warm_up()
                await self._idle()
                await self._still()
                await self._group()
                await self._load()
        self._figures.refused += sum(call.status == 429 for call in self._server.calls)

    async def _warm_up(self) -> None:
        """Ask twice, so that connections and lazy imports count neither as idle nor as load."""
        for number in range(2):
            await self._answered(900 + number, SHORT.format(sentences=2, pace=60, number=0, week=0))
        if self._kind == "FULL":
            await self._until_embedder_rests()
        self._figures.add("CPU of the start and two answers", cpu(self._pid), "s")

    async def _until_embedder_rests(self) -> None:
        """Wait until the tree, with the embedder if it has started, uses no CPU for two seconds."""
        before, calm = -1.0, 0
        while calm < 2:
            now = cpu(self._pid)
            calm = calm + 1 if now - before < 0.03 else 0
            before = now
            await asyncio.sleep(1.0)

    async def _idle(self) -> None:
        await asyncio.sleep(1.0)
        seconds = self._options.idle
        ran, woke = cpu(self._pid), wakes(self._pid)
        await asyncio.sleep(seconds)
        self._figures.add("idle wakes a second", (wakes(self._pid) - woke) / seconds, "")
        self._figures.add("idle CPU a minute", (cpu(self._pid) - ran) / seconds * 60, "s")
        self._figures.add("RSS idle", measure(self._pid).rss / 1e6, "MB")

    async def _still(self) -> None:
        """Ask for a long answer, and record the longest time without new text while it grew."""
        answered = await self._answered(800, LONG)
        shown = [at for at, _ in answered.grown()]
        gaps = [later - earlier for earlier, later in zip(shown, shown[1:])]
        self._figures.add("longest still moment", max(gaps, default=0.0), "s")
        self._figures.add("first words, private chat", answered.first_seconds, "s")

    async def _group(self) -> None:
        """Let three people ask at once in one group. The slowest answer counts."""
        asked = [self._ask(GROUP, TOGETHER, person) for person in range(3)]
        answered = [await self._until_answered(one) for one in asked]
        slowest = max(one.first_seconds for one in answered)
        self._figures.add("first words, three in a group", slowest, "s")
        waited = max(one.grown()[0][0] - one.asked.at for one in answered)
        self._figures.add("the same since they asked", waited, "s")

    async def _load(self) -> None:
        tasks, before = Tasks("load"), cpu(self._pid)
        watcher = tasks.spawn(self._watch(), "peak")
        chats = [
            tasks.spawn(self._chat(1000 + number), f"chat {number}")
            for number in range(self._options.chats)
        ]
        await asyncio.wait(chats)
        await end(watcher)
        if self._kind == "FULL":
            await self._until_embedder_rests()
        replies = self._options.chats * self._options.questions
        first = [seconds for chat in chats for seconds in chat.result()]
        self._figures.add("CPU a reply", (cpu(self._pid) - before) / replies * 1000, "ms")
        self._figures.add("first words under load, p50", percentile(first, 0.5), "s")
        self._figures.add("RSS peak", self._peak / 1e6, "MB")

    async def _watch(self) -> None:
        while True:
            self._peak = max(self._peak, measure(self._pid).rss)
            await asyncio.sleep(LOOK_SECONDS)

    async def _chat(self, chat: int) -> list[float]:
        """Ask one question after the other; return the seconds to each answer's first words."""
        pace, first = self._options.pace, []
        for week in range(self._options.questions):
            text = SHORT.format(sentences=4, pace=pace, number=chat, week=week)
            async with self._places:
                first.append((await self._answered(chat, text)).first_seconds)
        return first

    async def _answered(self, chat: int, text: str) -> Answered:
        return await self._until_answered(self._ask(chat, text))

    def _ask(self, chat: int, text: str, person: int = 0) -> Asked:
        self._questions += 1
        name = f"{self._kind}{self._questions}"
        said, at = f"[{name}] {text}", time.time()
        if chat < 0:
            user = User(5000 + person, f"Ann{person}")
            said = f"@{self._server.bot.username} {said}"
            message = self._server.say(chat, said, user=user)
        else:
            message = self._server.say(chat, said)
        return Asked(name, chat, message.message_id, at)

    async def _until_answered(self, asked: Asked) -> Answered:
        """Wait until the whole answer of the model is on screen in one message."""
        limit = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < limit:
            await asyncio.sleep(LOOK_SECONDS)
            told = next(
                (one for one in self._model.told[::-1] if f"[{asked.name}]" in one.asked), None
            )
            if told is None:
                continue
            for message in self._server.sent(asked.chat):
                if message.shown.text == told.answer and asked.answered_by(message):
                    return Answered(asked, told, message)
        raise TimeoutError(f"{asked.name} was not answered")


def report(figures: dict[str, Figures], options: argparse.Namespace) -> None:
    """Print the median of each figure, and the median over rounds of its ratio to the bare bot."""
    print(
        f"{options.rounds} rounds, {options.chats} chats of {options.questions} questions, "
        f"{options.at_once} at a time; {machine()}"
    )
    kinds = list(figures)
    print(f"{'':34}" + "".join(f"{kind:>18}" for kind in kinds))
    for name, unit in figures[kinds[0]].units.items():
        cells = []
        for kind in kinds:
            values = figures[kind].values[name]
            shown = f"{median(values):.3g} {unit}".strip()
            if kind != BARE and BARE in figures:
                pairs = zip(values, figures[BARE].values[name])
                ratios = [mine / bare for mine, bare in pairs if bare]
                shown += f" {median(ratios):5.2f}x" if ratios else "      -"
            cells.append(f"{shown:>18}")
        print(f"{name:34}" + "".join(cells))
    print(f"{'429s':34}" + "".join(f"{figures[kind].refused:>18}" for kind in kinds))


async def run(options: argparse.Namespace) -> None:
    figures = {kind: Figures() for kind in options.only}
    async with model_process("--think-seconds", "0.2") as model:
        for number in range(options.rounds):
            for kind in options.only:
                await Round(kind, figures[kind], model, options).run()
            print(f"round {number + 1} of {options.rounds}; {machine()}", flush=True)
    report(figures, options)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bare", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=(BARE, *MODES), default=[BARE, *MODES])
    parser.add_argument("--chats", type=int, default=40)
    parser.add_argument("--at-once", type=int, default=12, help="answers under way")
    parser.add_argument("--questions", type=int, default=5, help="of each chat")
    parser.add_argument("--pace", type=float, default=30.0, help="words a second of the model")
    parser.add_argument("--idle", type=float, default=10.0, help="seconds without a question")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
