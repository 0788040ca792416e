"""Run Pipit's real process between imitated platforms and a model server, and record answers.

Everything runs on loopback. `python -m bot run` is started as a user would start it. The platforms
(tests/servers) run in the benchmark's process with their flood models on. The model server runs in
a third process. All times are Unix seconds of one machine.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from benchmarks.common import ModelProcess, Told, cpu_seconds, resident_mb
from benchmarks.timed_model import SENTENCE
from engine.contract import ChatKey
from engine.storage.sql.conversations import SqlConversations
from engine.storage.sqlite.database import Store
from engine.tasks import SystemClock, Tasks
from engine.turns.sessions import Sessions
from tests.servers import discord_payloads as payloads
from tests.servers.discord import DiscordServer
from tests.servers.telegram import TOKEN, FloodModel, TelegramServer, User

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from engine.contract import Turn
    from tests.servers.discord import Channel

DISCORD_TOKEN = "token-of-the-imitated-discord"
RECORDED_SECONDS = 5
MARK = "quokkabalm"  # a word in the benchmark's texts that no log may contain
_NAME = re.compile(r"\[(\w+)\]")
_FENCE_LINE = re.compile(r"^ {0,3}```.*$", re.MULTILINE)


@dataclass(frozen=True)
class Bubble:
    """One message of the bot: its texts with the times of display, and its current buttons."""

    message_id: str
    revisions: list[tuple[float, str]]
    actions: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the current text."""
        return self.revisions[-1][1]


@dataclass(frozen=True)
class Question:
    """A question and its chat. The name is in brackets at the beginning of the text."""

    name: str
    key: ChatKey
    message_id: str


def name_of(text: str) -> str:
    found = _NAME.search(text)
    return found[1] if found else ""


class Platform(Protocol):
    """The interface of an imitated platform, the same for all platforms."""

    name: str

    def gap(self, kind: str, chats: int) -> float:
        """Return the shortest allowed gap in seconds between two calls for one answer.

        The platform's documentation allows it if this many answers grow at once.
        """

    def place(self, kind: str, number: int) -> Any:
        """Return a chat of a kind: private, group or topic."""

    def ask(self, place: Any, text: str, person: int = 0) -> Question:
        """Let a person write a question that begins with its name in brackets."""

    def bubbles(self, question: Question) -> list[Bubble]:
        """Return the bot's messages for a question, oldest first."""

    def fault(self, kind: str, method: str, place: Any, **facts: Any) -> Any:
        """Make the next send or edit in a chat fail."""

    def calls(self) -> list[tuple[float, str, int]]:
        """Return the calls of sinks as (time, name, status).

        The status is 0 for a call whose failure was requested.
        """

    def refused(self) -> int:
        """Return how many calls of any kind drew a 429 that nobody had asked for."""

    async def ready(self) -> None:
        """Wait until the bot takes messages."""


@dataclass
class Telegram:
    """The imitated Telegram."""

    server: TelegramServer
    name: str = "telegram"

    def gap(self, kind: str, chats: int) -> float:
        """Return the gap: one call a second in a chat, 20 a minute in a group, 30 a second in all.

        A group shares its limit with all its topics.
        """
        return max({"private": 1.0, "group": 3.0, "topic": 3.0 * chats}[kind], chats / 30.0)

    def place(self, kind: str, number: int) -> tuple[int, int]:
        """Return the place as (chat id, topic id)."""
        if kind == "topic":
            return -1_009_000_000_000, 100 + number
        return (1000 + number if kind == "private" else -1_001_000_000_000 - number), 0

    def ask(self, place: tuple[int, int], text: str, person: int = 0) -> Question:
        """Write a question. In a group it begins with the bot's name."""
        chat, topic = place
        said = text if chat > 0 else f"@{self.server.bot.username} {text}"
        user = User(chat if chat > 0 else 5000 + person, f"Ann{person}")
        message = self.server.say(chat, said, user=user, thread_id=topic)
        return Question(
            name_of(text), ChatKey(self.name, str(chat), str(topic or "")), str(message.message_id)
        )

    def bubbles(self, question: Question) -> list[Bubble]:
        """Return the messages that reply to the question."""
        sent = self.server.sent(int(question.key.chat_id))
        mine = [
            m
            for m in sent
            if m.reply_to is not None and str(m.reply_to.message_id) == question.message_id
        ]
        return [
            Bubble(
                str(m.message_id),
                [(revision.at, revision.text) for revision in m.revisions],
                tuple(data.partition(".")[0] for _, data in m.shown.buttons),
            )
            for m in mine
        ]

    def fault(self, kind: str, method: str, place: tuple[int, int], **facts: Any) -> Any:
        """Make the next send or edit in a chat fail."""
        name = {"send": "sendMessage", "edit": "editMessageText"}[method]
        return self.server.fault(kind, method=name, chat_id=place[0], **facts)

    def calls(self) -> list[tuple[float, str, int]]:
        """Return the calls that name a chat."""
        return [
            (c.at, c.method, 0 if c.fault else c.status)
            for c in self.server.calls
            if c.chat_id is not None
        ]

    def refused(self) -> int:
        """Return how many calls of any kind drew a 429 that nobody had asked for."""
        return sum(not call.fault for call in self.server.refused)

    async def ready(self) -> None:
        """Wait for the first poll."""
        await self.server.until(lambda server: server.polled, 30.0)


@dataclass
class Discord:
    """The imitated Discord."""

    server: DiscordServer
    name: str = "discord"

    def gap(self, kind: str, chats: int) -> float:  # noqa: ARG002 - on Discord every place is a channel
        """Return the gap: five calls in five seconds in a channel, 50 a second in all."""
        return max(1.0, chats / 50.0)

    def __post_init__(self) -> None:
        self._guild = self.server.add_guild("Home")
        self.general = self.server.add_channel(self._guild, "general")
        self._people = [self.server.add_user(f"Ann{number}") for number in range(12)]

    def place(self, kind: str, number: int) -> Channel:
        """Return a place: a DM, a channel or a thread."""
        if kind == "private":
            return self.server.add_dm(self.server.add_user(f"Bob{number}"))
        if kind == "topic":
            return self.server.add_thread(self.general, f"thread {number}")
        return self.server.add_channel(self._guild, f"room-{number}")

    def ask(self, place: Channel, text: str, person: int = 0) -> Question:
        """Write a question. In a guild it mentions the bot."""
        user = place.recipients[0] if place.private else self._people[person]
        message = self.server.say(place, text, user=user, mentions_bot=not place.private)
        return Question(name_of(text), ChatKey(self.name, str(place.id)), str(message.id))

    def bubbles(self, question: Question) -> list[Bubble]:
        """Return the replies to the question, with the further parts of the answer.

        In a DM it returns the messages that follow the question.
        """
        found, mine, asked = [], False, int(question.message_id)
        for message in self.server.messages(int(question.key.chat_id)):
            if message.author.id != self.server.bot.id:
                mine = message.channel.private and message.id == asked
            elif message.reply_to is not None:
                mine = message.reply_to == asked
            if mine and message.author.id == self.server.bot.id:
                found.append(message)
        return [
            Bubble(
                str(message.id),
                [(revision.at, revision.content) for revision in message.revisions],
                tuple(
                    str(button.get("custom_id", "")).partition(":")[2] for button in message.buttons
                ),
            )
            for message in found
        ]

    def press(self) -> dict[str, Any]:
        """Return the event of a tapped button under a message that is not an answer."""
        world, user = self.server.world, self._people[0]
        message = self.server.say(self.general, MARK, user=user)
        data = {"custom_id": "pipit:stop", "component_type": 2}
        tapped = world.add_interaction(3, user, self.general, data, message=message)
        return payloads.interaction(world, tapped, self.server.gateway.origin)

    def fault(self, kind: str, method: str, place: Channel, **facts: Any) -> Any:
        """Make the next send or edit in a channel fail."""
        return self.server.fault(
            kind, route={"send": "create", "edit": "edit"}[method], place=place, **facts
        )

    def calls(self) -> list[tuple[float, str, int]]:
        """Return the calls of sinks.

        Calls that read commands, channels or histories are not among them.
        """
        calls = [c for c in self.server.calls if c.name in ("create", "edit", "delete", "typing")]
        return [(c.at, c.name, 0 if c.fault else c.status or 0) for c in calls]

    def refused(self) -> int:
        """Return how many calls of any kind drew a 429 that nobody had asked for."""
        return sum(call.status == 429 and not call.fault for call in self.server.calls)

    async def ready(self) -> None:
        """Wait until the gateway has a session."""
        await self.server.until(lambda: self.server.gateway.sessions, 30.0)


@dataclass(frozen=True)
class Answered:
    """One question with everything that is known of its answer.

    `turn` is the turn that Pipit recorded.
    """

    question: Question
    told: Told
    bubbles: list[Bubble]
    turn: Turn | None

    @property
    def first_seconds(self) -> float:
        """Return the time from the model's first word to the first visible word of the answer.

        A notice about waiting does not count.
        """
        return self._grown()[0][0] - self.told.first_at

    @property
    def last_seconds(self) -> float:
        """Return the time from the model's last word to the last change on screen."""
        return max(at for bubble in self.bubbles for at, _ in bubble.revisions) - self.told.last_at

    @property
    def equal(self) -> bool:
        """Return whether the screen, the recorded turn and the model's answer have the same words.

        Fence lines are ignored, because Pipit repeats them where it cuts a long block of code.
        """
        if self.turn is None:
            return False
        shown = "\n".join(bubble.text for bubble in self.bubbles)
        return words_of(shown) == words_of(self.turn.answer) == words_of(self.told.answer)

    def _grown(self) -> list[tuple[float, int]]:
        """Return the growth of the answer's first message, as (time, number of characters)."""
        beginning = self.told.answer[:8]
        return [(at, len(text)) for at, text in self.bubbles[0].revisions if text[:8] == beginning]

    def staleness(self, every_seconds: float = 0.05) -> list[float]:
        """Return the staleness of the screen, sampled while the answer grows.

        Staleness is the time since the model said the first word that is not on screen yet.
        """
        revisions = self._grown()
        samples, at = [], self.told.first_at
        while at < revisions[-1][0]:
            shown = max((length for shown_at, length in revisions if shown_at <= at), default=0)
            samples.append(at - self.told.when(shown + 1) if shown < self.told.said(at) else 0.0)
            at += every_seconds
        return samples


def words_of(text: str) -> list[str]:
    return _FENCE_LINE.sub("", text).split()


@dataclass
class Stage:
    """The running process with its platforms and its model. `log` is its standard error."""

    platforms: dict[str, Platform]
    model: ModelProcess
    process: asyncio.subprocess.Process
    database: Path
    log: list[str]

    async def settle(self, questions: Iterable[Question], seconds: float) -> list[Question]:
        """Wait until every answer has its final buttons.

        Returns the questions whose answers do not have them in time.
        """
        over, waiting = asyncio.get_running_loop().time() + seconds, list(questions)
        while waiting and asyncio.get_running_loop().time() < over:
            await asyncio.sleep(0.5)
            waiting = [question for question in waiting if not self._ended(question)]
        return waiting

    def _ended(self, question: Question) -> bool:
        bubbles = self.platforms[question.key.platform].bubbles(question)
        return bool(bubbles) and "retry" in bubbles[-1].actions

    async def answers(self, questions: Iterable[Question]) -> list[Answered]:
        """Collect the known facts about each answered question.

        Questions without an answer are left out.
        """
        store, asked = await Store.open(self.database), list(questions)
        try:
            for _ in range(
                RECORDED_SECONDS * 5
            ):  # the turn is recorded after the final text is shown
                clock = SystemClock()
                kept = Sessions(SqlConversations(store, clock), clock, 1.0)
                found = [await self._answered(question, kept) for question in asked]
                if all(one is not None and one.turn is not None for one in found):
                    break
                await asyncio.sleep(0.2)
            return [one for one in found if one is not None]
        finally:
            await store.close()

    async def _answered(self, question: Question, sessions: Sessions) -> Answered | None:
        told = next(
            (
                told
                for told in self.model.told
                if name_of(told.asked) == question.name and told.words
            ),
            None,
        )
        bubbles = self.platforms[question.key.platform].bubbles(question)
        if told is None or not bubbles:
            return None
        turns = (await sessions.get(question.key)).turns
        turn = next((turn for turn in turns if name_of(turn.prompt) == question.name), None)
        return Answered(question, told, bubbles, turn)

    def busy(self) -> str:
        """Describe the process's memory, its CPU time, and the time it waited for a core."""
        ran, waited = cpu_seconds(self.process.pid)
        return (
            f"RSS {resident_mb(self.process.pid):.0f} MB, {ran:.1f} s of CPU, {waited:.1f} s "
            f"waiting for a core"
        )

    def complaints(self) -> list[str]:
        """Return the log lines of warnings and errors.

        A line that contains a secret or a message's text is returned with a mark.
        """
        secrets = (
            DISCORD_TOKEN,
            TOKEN,
            TOKEN.partition(":")[2],
            SENTENCE[:20],
            SENTENCE[20:40],
            "words at",
            MARK,
        )
        leaks = [f"LEAK {line}" for line in self.log if any(secret in line for secret in secrets)]
        return leaks + [
            line for line in self.log if " INFO " not in line and "voice will NOT" not in line
        ]


@asynccontextmanager
async def stage(model: ModelProcess, *names: str) -> AsyncIterator[Stage]:
    """Run Pipit with the named platforms within this block; wait until it accepts messages."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "pipit.db"
        async with (
            TelegramServer(flood=FloodModel()) as telegram,
            DiscordServer(token=DISCORD_TOKEN) as discord,
        ):
            platforms = {"telegram": Telegram(telegram), "discord": Discord(discord)}
            used = {name: platforms[name] for name in names}
            process = await start(settings(model, database, used))
            tasks, log = Tasks("stage"), list[str]()
            assert process.stderr is not None
            tasks.spawn(_keep(process.stderr, log), "log")
            try:
                for platform in used.values():
                    await platform.ready()
                yield Stage(used, model, process, database, log)
            finally:
                if process.returncode is None:
                    process.terminate()
                else:
                    print("\n".join(["Pipit has ended by itself:", *log[-20:]]))
                await process.wait()
                await tasks.join()


def settings(model: ModelProcess, database: Path, platforms: dict[str, Platform]) -> dict[str, str]:
    """Return the environment of the process.

    Besides addresses it sets only the limits that a hundred chats at once, or an answer of 9,000
    characters, need.
    """
    chosen = {
        "HF_BASE_URL": model.base_url,
        "HF_MODEL": "m",
        "DATABASE_PATH": str(database),
        "MAX_WORKERS": "200",
        "MAX_TOKENS": "1600",
    }
    telegram, discord = platforms.get("telegram"), platforms.get("discord")
    if isinstance(telegram, Telegram):
        chosen.update(
            TELEGRAM_BOT_TOKEN=telegram.server.token, TELEGRAM_API_URL=telegram.server.base_url
        )
    if isinstance(discord, Discord):
        chosen.update(DISCORD_BOT_TOKEN=DISCORD_TOKEN, DISCORD_API_URL=discord.server.api_url)
        chosen.update(DISCORD_GATEWAY_URL=discord.server.gateway_url)
    return chosen


async def start(chosen: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        env={**os.environ, **chosen},
        stderr=asyncio.subprocess.PIPE,
        limit=2**24,
    )


async def _keep(lines: asyncio.StreamReader, log: list[str]) -> None:
    async for line in lines:
        log.append(line.decode(errors="replace").rstrip())  # noqa: PERF401 - it is read while it grows
