"""Kill the real process while it answers on both platforms, restart it, and count users' losses.

The platforms and the model are servers on loopback in this process. The bot is ``python -m bot
run`` in a process of its own. Each question asks for its own numbered words, and a continuation
continues with the next number. So a lost, doubled or mixed-up word is visible in the text. Some
questions come from Discord's menu, and some only ask for help.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers.discord import DiscordServer
from tests.servers.discord_world import Interaction
from tests.servers.model import ModelServer
from tests.servers.telegram import TelegramServer

ROOT = Path(__file__).resolve().parents[2]
TELEGRAM_TOKEN, DISCORD_TOKEN = "123456:crash-test", "discord-crash-test"
WORDS = 30
SECONDS_PER_WORD = 0.06
GROUP, HELPED = -5000, 104


def answer_to(question: str, words: int = WORDS) -> str:
    """Return the complete answer that must be on screen in the end."""
    return " ".join(f"{question}-{number}" for number in range(words))


def speak(messages: list[dict[str, Any]]) -> str:
    """Answer every name in the last question, from the point at which a partial answer stops."""
    spoken = [message for message in messages if message["role"] != "system"]
    cut = len(spoken) >= 3 and "cut off" in spoken[-1]["content"]
    question, done = (spoken[-3], spoken[-2]) if cut else (spoken[-1], {"content": ""})
    # Without a name, the engine tests whether the endpoint continues a partial text.
    words = whole_answer(names_in(question["content"])).split(" ")
    said = [word for word in done["content"].split() if word in words]
    return " ".join(words[words.index(said[-1]) + 1 :] if said else words) or "."


def names_in(text: str) -> tuple[str, ...]:
    """Return the names of questions in a text or in an answer, each once."""
    return tuple(dict.fromkeys(re.findall(r"\bQ\d+\b", text)))


def whole_answer(names: Iterable[str]) -> str:
    """Return the complete answer to questions that the engine took as one."""
    return " ".join(map(answer_to, names))


def is_whole(text: str) -> bool:
    """Return whether a message is the complete answer to the questions that it names."""
    return text == whole_answer(names_in(text))


@dataclass
class Report:
    """The counts of a run.

    All except `questions`, `kills`, `turned_away` and `orphans` must be zero.
    """

    questions: int = 0
    kills: int = 0
    turned_away: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    half_written: list[str] = field(default_factory=list)
    orphans: dict[str, int] = field(default_factory=dict)


class Rig:
    """A rig of both platforms, a model, and a bot that can be killed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._chance = random.Random(seed)
        self._stack = AsyncExitStack()
        self._bot: asyncio.subprocess.Process | None = None
        self._others: list[asyncio.subprocess.Process] = []
        self.log = folder / "bot.log"
        self.asked: list[tuple[str, object, str]] = []
        self.by_menu: dict[str, Interaction] = {}
        self.helped: Counter[tuple[str, int]] = Counter()
        self.drain_seconds = 8.0
        self.settings: dict[str, str] = {}  # in addition to the settings below
        self.memory = "OFF"
        self.most_pause_seconds = 2.5  # before a kill, from the moment at which the bot is ready
        self.last_seconds = 60.0  # for what is unfinished after the last kill

    async def __aenter__(self) -> Rig:
        await self._start_servers()
        self.model.answer = speak
        self.telegram.chat(GROUP, "group")
        guild = self.discord.add_guild("guild")
        channel = self.discord.add_channel(guild, "general")
        dms = [self.discord.add_dm(self.discord.add_user(f"user{number}")) for number in range(2)]
        self._telegram_chats = [101, 102, 103, GROUP]
        self.discord_places = [channel, *dms]
        self._channel = channel
        return self

    async def _start_servers(self) -> None:
        self.telegram = await self._stack.enter_async_context(TelegramServer(token=TELEGRAM_TOKEN))
        self.discord = await self._stack.enter_async_context(DiscordServer(token=DISCORD_TOKEN))
        self.model = await self._stack.enter_async_context(
            ModelServer(seconds_per_token=SECONDS_PER_WORD)
        )

    async def __aexit__(self, *_: object) -> None:
        await self.kill()
        for bot in self._others:
            if bot.returncode is None:
                bot.kill()
            await bot.wait()
        await self._stack.aclose()

    async def start(self) -> None:
        self._bot = await self._spawn(self._environment())

    async def start_beside(self, **changes: str | None) -> asyncio.subprocess.Process:
        """Start one more bot with changed settings (None removes one). It is killed in the end."""
        environment = {**self._environment(), **changes}
        bot = await self._spawn(
            {name: value for name, value in environment.items() if value is not None}
        )
        self._others.append(bot)
        return bot

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
            "USER_MESSAGES_PER_MINUTE": "0",
            # Kills close upon each other let questions pile up. A refused question would look lost.
            "MAX_WAITING_PER_CHAT": "100",
            "DRAIN_SECONDS": str(self.drain_seconds),
            # Memory is off by default, because the embedder takes seconds to load after each kill.
            # It has tests of its own.
            "MEMORY": self.memory,
            "PYTHONPATH": str(ROOT),
            **self.settings,
        }

    async def _spawn(self, environment: dict[str, str]) -> asyncio.subprocess.Process:
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                cwd=self._folder,
                env=environment,
                stdout=log,
                stderr=log,
            )

    async def ready(self) -> None:
        """Wait until the last started bot accepts messages from both platforms."""
        # Discord limits the sessions of a day to prevent crash loops, and this test is one.
        self.discord.gateway.identifies.clear()
        await self.discord.until(
            lambda: any(link.session for link in self.discord.gateway.connections), 30
        )
        await self.telegram.until(lambda server: server.polled, 30)

    async def kill(self, number: int = signal.SIGKILL) -> int:
        """Send a signal and wait until the bot ends; return its exit code."""
        if self._bot is None:
            return 0
        if self._bot.returncode is None:
            self._bot.send_signal(number)
        code = await self._bot.wait()
        self._bot = None
        return code

    def ask(self, question: str) -> None:
        """Let somebody ask in a random chat."""
        how = self._chance.random()
        if how < 0.45:
            chat = self._chance.choice(self._telegram_chats)
            self.telegram.say(chat, f"/ask {question}" if chat == GROUP else question)
            self.asked.append(("telegram", chat, question))
        elif how < 0.55:
            self.telegram.say(HELPED, "/help")
            self.helped["telegram", HELPED] += 1
        else:
            place = self._chance.choice(self.discord_places)
            if how < 0.75:
                self.by_menu[question] = self.discord.slash(
                    "ask", {"question": question}, place=place
                )
            else:
                self.discord.say(place, question, mentions_bot=place is self._channel)
            self.asked.append(("discord", place, question))

    def greet(self) -> None:
        """Let every chat ask once.

        A platform that does not redeliver messages can be searched only in chats where the bot was
        before.
        """
        for number, chat in enumerate(self._telegram_chats):
            self.telegram.say(chat, f"/ask Q90{number}" if chat == GROUP else f"Q90{number}")
            self.asked.append(("telegram", chat, f"Q90{number}"))
        for number, place in enumerate(self.discord_places):
            self.discord.say(place, f"Q91{number}", mentions_bot=place is self._channel)
            self.asked.append(("discord", place, f"Q91{number}"))

    def shown(self, platform: str, chat: Any) -> list[str]:
        """Return the bot's messages that a chat shows now."""
        if platform == "telegram":
            return [message.shown.text for message in self.telegram.sent(chat)]
        return [message.content for message in self.discord.answers(chat)]

    def answers(self, platform: str, chat: Any, question: str) -> list[str]:
        """Return the bot's messages about a question that a chat shows now."""
        return [text for text in self.shown(platform, chat) if question in names_in(text)]

    def done(self) -> bool:
        """Return whether every question has its complete answer on screen."""
        answered = all(
            any(map(is_whole, self.answers(platform, chat, question)))
            for platform, chat, question in self.asked
            if not self.turned_away(question)
        )
        return answered and all(
            len(self.shown(*where)) >= times for where, times in self.helped.items()
        )

    def turned_away(self, question: str) -> bool:
        """Return whether Discord itself told the person that the bot did not respond.

        Discord does so if a command is used while no process runs.
        """
        interaction = self.by_menu.get(question)
        return interaction is not None and not interaction.acknowledged

    async def until_done(self, seconds: float) -> bool:
        """Wait until `done` returns True, which is checked after each call of a platform."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not self.done() and loop.time() < end:  # noqa: ASYNC110 - two servers, each with its own way to wait
            await asyncio.sleep(0.1)
        return self.done()

    def report(self, kills: int) -> Report:
        """Count what people see.

        Questions that a person sends one after the other before the answer begins are the pieces of
        one question (`engine.turns.pieces`), so one message may answer several.
        """
        found = Report(questions=len(self.asked), kills=kills)
        for platform, chat, question in self.asked:
            shown = self.answers(platform, chat, question)
            fragments = [text for text in shown if not is_whole(text)]
            times = len(shown) - len(fragments)
            found.turned_away += times == 0 and self.turned_away(question)
            found.lost += [question] * (times == 0 and not self.turned_away(question))
            found.twice += [question] * (times > 1)
            found.half_written += [question] * bool(fragments and not times)
            found.orphans[platform] = found.orphans.get(platform, 0) + (
                len(fragments) if times else 0
            )
        for (platform, chat), times in self.helped.items():
            shown = self.shown(platform, chat)
            found.questions += times
            found.lost += ["/help"] * (times - len(shown))
            found.twice += ["/help"] * (len(shown) - times)
        found.lost += ["thinking…"] * sum(
            message.content == ""
            for place in self.discord_places
            for message in self.discord.answers(place)
        )
        return found


async def crash(rig: Rig, kills: int, questions_each: int, chance: random.Random) -> Report:
    """Ask, kill at a random instant and restart, again and again.

    In the end let everything finish, and count.
    """
    number = 0
    await rig.start()
    await rig.ready()
    rig.greet()
    await rig.until_done(60)
    for _ in range(kills):
        for _ in range(questions_each):
            number += 1
            rig.ask(f"Q{number}")
        await asyncio.sleep(chance.uniform(0.05, rig.most_pause_seconds))
        await rig.kill()
        await rig.start()
        await rig.ready()
    await rig.until_done(rig.last_seconds + 4 * WORDS * SECONDS_PER_WORD * questions_each)
    # A duplicate would arrive late, so wait for the time of one more answer.
    await asyncio.sleep(1.0)
    return rig.report(kills)
