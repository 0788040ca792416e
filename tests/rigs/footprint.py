"""Measure the memory of the whole process tree while it serves many chats with the embedder.

Both platforms are connected. RSS counts a shared page once for each process, and PSS divides it
among them (proc(5), smaps_rollup). The peak is the greatest sum of RSS over the tree in any sample,
so it is rather too high than too low.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.memory.recall.pending import TOGETHER_TURNS
from tests.servers.discord import Channel, DiscordServer
from tests.servers.model import ModelServer
from tests.servers.telegram import TelegramServer, Upload

ROOT = Path(__file__).resolve().parents[2]
TELEGRAM_TOKEN, DISCORD_TOKEN = "123456:footprint", "discord-footprint"
LOOK_SECONDS = 0.05
WAVE = 50
ANSWER = (
    "This is an answer to {question} that is long enough to be embedded, found again and "
    "shown on a phone."
)


def tree(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    children: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += map(int, (task / "children").read_text().split())
    return [pid, *(grandchild for child in children for grandchild in tree(child))]


def _rollup(pid: int) -> Iterator[tuple[str, int]]:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            name, _, rest = line.partition(":")
            if name in ("Rss", "Pss"):
                yield name, int(rest.split()[0]) * 1024


@dataclass(frozen=True)
class Footprint:
    """The memory of a process tree at one instant, in bytes."""

    rss: int
    pss: int
    processes: int

    def __str__(self) -> str:
        return (
            f"RSS {self.rss / 1e6:.0f} MB, PSS {self.pss / 1e6:.0f} MB, {self.processes} processes"
        )


def measure(pid: int) -> Footprint:
    """Measure a process and all its descendants."""
    pids = tree(pid)
    sums = {"Rss": 0, "Pss": 0}
    for one in pids:
        for name, value in _rollup(one):
            sums[name] += value
    return Footprint(sums["Rss"], sums["Pss"], len(pids))


def _all_answered(chats: Sequence[int], turns: int, server: TelegramServer) -> bool:
    return all(len(server.sent(chat)) >= turns for chat in chats)


def _at_rest(chat: int, server: TelegramServer) -> bool:
    shown = [message.shown for message in server.sent(chat)]
    return bool(shown) and not any(data.startswith("stop") for _, data in shown[-1].buttons)


class Crowd:
    """The real bot, both platforms' servers and a model, all on loopback.

    `peak` records the highest RSS of the tree.
    """

    def __init__(
        self,
        folder: Path,
        memory: str = "FULL",
        wrap: tuple[str, ...] = (),
        *,
        speech: bool = False,
    ) -> None:
        self._folder, self._memory, self._wrap, self._speech = folder, memory, wrap, speech
        self._stack = AsyncExitStack()
        self.peak = 0
        self._served = 0

    async def __aenter__(self) -> Crowd:
        self.telegram = await self._stack.enter_async_context(TelegramServer(token=TELEGRAM_TOKEN))
        self.discord = await self._stack.enter_async_context(DiscordServer(token=DISCORD_TOKEN))
        self.model = await self._stack.enter_async_context(ModelServer())
        self.model.answer = lambda messages: ANSWER.format(question=messages[-1]["content"])
        self.discord.add_guild("guild")
        with (self._folder / "bot.log").open("ab") as log:
            self._bot = await asyncio.create_subprocess_exec(
                *self._wrap, sys.executable, "-m", "bot", "run", cwd=self._folder, env=self._environment(),
                stdout=log, stderr=log,
            )  # fmt: skip
        self._watcher = asyncio.get_running_loop().create_task(self._watch())
        await self.telegram.until(lambda server: server.polled, 60)
        await self.discord.until(
            lambda: any(link.session for link in self.discord.gateway.connections), 60
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._watcher.cancel()
        await asyncio.wait({self._watcher})
        if self._bot.returncode is None:
            self._bot.terminate()
        await self._bot.wait()
        await self._stack.aclose()

    def _environment(self) -> dict[str, str]:
        return {
            **{
                name: value
                for name, value in os.environ.items()
                if name in ("PATH", "HOME", "LANG")
            },
            "TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
            "TELEGRAM_API_URL": self.telegram.base_url,
            "DISCORD_BOT_TOKEN": DISCORD_TOKEN,
            "DISCORD_API_URL": self.discord.api_url,
            "DISCORD_GATEWAY_URL": self.discord.gateway_url,
            "HF_BASE_URL": self.model.base_url,
            "HF_MODEL": "test",
            "DATABASE_PATH": str(self._folder / "pipit.db"),
            "MEMORY": self._memory,
            **({"SPEECH_BASE_URL": self.model.base_url} if self._speech else {}),
            "PYTHONPATH": str(ROOT),
        }

    async def _watch(self) -> None:
        while True:
            self.peak = max(self.peak, self.now().rss)
            await asyncio.sleep(LOOK_SECONDS)

    @property
    def pid(self) -> int:
        """Return the bot's process id."""
        return self._bot.pid

    def now(self) -> Footprint:
        return measure(self._bot.pid)

    async def serve(self, chats: int, seconds: float = 120.0) -> int:
        """Let this many new chats ask, half on each platform, some at a time.

        Returns how many were answered.
        """
        answered = 0
        for start in range(0, chats, WAVE):
            count = min(WAVE, chats - start)
            numbers = range(self._served, self._served + count // 2)
            places = [self.discord.add_dm() for _ in range(count - count // 2)]
            self._served += count // 2
            for number in numbers:
                self.telegram.say(
                    10_000 + number, f"question {number} about the weather in town {number}"
                )
            for place in places:
                self.discord.say(
                    place, f"question of {place.id} about a recipe with {place.id} onions"
                )
            answered += await self._answers(list(numbers), places, seconds)
        return answered

    async def _answers(self, numbers: list[int], places: list[Channel], seconds: float) -> int:
        def on_telegram(server: TelegramServer) -> bool:
            return all(server.sent(10_000 + number) for number in numbers)

        await self.telegram.until(on_telegram, seconds)
        await self.discord.until(
            lambda: all(self.discord.answers(place) for place in places), seconds
        )
        return len(numbers) + len(places)

    async def talk(self, chats: int = 1, seconds: float = 120.0) -> None:
        """Let chats on Telegram ask so many questions each that the embedder embeds their turns.

        The turns of a shorter chat wait for their vectors, and the embedder does not start.
        """
        numbers = range(20_000 + self._served, 20_000 + self._served + chats)
        self._served += chats
        for turn in range(1, TOGETHER_TURNS + 1):
            for number in numbers:
                self.telegram.say(number, f"question {turn} about the garden of house {number}")
            await self.telegram.until(partial(_all_answered, numbers, turn), seconds)

    async def send_file(self, name: str, content: bytes, seconds: float = 120.0) -> str:
        """Send a file with a question from a new chat, and return the last message shown there."""
        number = 30_000 + self._served
        self._served += 1
        upload = Upload(name, "application/octet-stream", content)
        self.telegram.say(number, "What does it say?", file=upload)
        await self.telegram.until(partial(_at_rest, number), seconds)
        return self.telegram.sent(number)[-1].shown.text

    async def until_embedded(self, seconds: float = 120.0) -> None:
        """Wait until the embedder's process runs and its memory no longer changes."""
        loop = asyncio.get_running_loop()
        end, before = loop.time() + seconds, -1
        while loop.time() < end:
            now = self.now()
            if now.processes > 1 and abs(now.rss - before) < 1_000_000 and now.rss > 250_000_000:
                return
            before = now.rss
            await asyncio.sleep(1.0)
