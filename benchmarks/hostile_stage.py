"""Run the real process between hostile people and a hostile model, and measure its neighbours.

Everything runs on loopback. ``python -m bot run`` serves Telegram and, where Gradio is installed,
the page. `Stage` starts it with a monitor of its event loop (``hostile_site``) and measures the
memory of the whole process tree. It also lets a neighbour ask questions. A neighbour is a person in
another chat who has no part in the attack.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from engine.tasks import Tasks
from tests.rigs.footprint import measure, tree
from tests.rigs.ports import free_port
from tests.servers.telegram import TelegramServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from typing_extensions import Self

ROOT = Path(__file__).resolve().parents[1]
SITE = Path(os.environ.get("HOSTILE_SITE", str(Path(__file__).parent / "hostile_site")))
TOKEN = "123456:hostile"
SECRET = "hostile-webhook-secret"
MARK = "ATTACK:"
PASSWORD = "correct horse battery"
LOOK_SECONDS, GIVE_UP_SECONDS, READY_SECONDS = 0.1, 30.0, 90.0
FIRST_NEIGHBOUR, FIRST_ATTACKER = 10_000, 5_000_000
EXACT_FROM_BYTES = 470 * 10**6
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class HostileModel:
    """A chat completion endpoint that sends hostile answers.

    A question that contains the mark selects one of `answers` by its name. An answer consists of
    raw bytes of an event stream, which are sent as fast as the client reads them.
    """

    def __init__(self, answers: dict[str, Callable[[], AsyncIterator[bytes]]]) -> None:
        self._answers = answers
        self._server: asyncio.AbstractServer | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def base_url(self) -> str:
        """Return the address to use as HF_BASE_URL."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = int(head.partition("content-length:")[2].split("\r\n")[0] or 0)
            body = json.loads(await reader.readexactly(length)) if length else {}
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
            writer.write(b"Connection: close\r\n\r\n")
            async for data in self._answer(body):
                writer.write(data)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the process has closed the connection
        finally:
            writer.close()

    async def _answer(self, body: dict[str, object]) -> AsyncIterator[bytes]:
        # the messages are a list
        asked = json.dumps(body.get("messages", [])[-1:])  # type: ignore[index]
        name = asked.partition(MARK)[2].partition(" ")[0].strip('"}]')
        if name in self._answers:
            async for data in self._answers[name]():
                yield data
            return
        words = asked.partition("neighbour ")[2].split(" ")[0]
        yield event(f"Answer {words}." if words else "A short answer.")
        yield DONE


def event(text: str) -> bytes:
    """Return one piece of an answer as an event of the stream."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


DONE = (
    b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'
)


@dataclass(frozen=True)
class Felt:
    """The effects of one case: blocked loop, waits of others, and peak memory.

    Times are in seconds. `held` is the longest time for which the loop was blocked. `late` is the
    same with the time in which no core was free. `alone` and `wait` are the neighbour's wait
    without and with the attack. `page` is how much longer than without it another visitor waited
    for ``/health``.
    """

    name: str
    held: float
    late: float
    alone: float
    wait: float
    page: float
    peak_bytes: int
    alive: bool
    tries: int = 1

    @property
    def beyond(self) -> float:
        """Return how much longer than without the attack a neighbour or another visitor waited."""
        return max(0.0, self.wait - self.alone, self.page)


class Stage:
    """The process and everybody who uses it. With `webhook`, Telegram pushes updates."""

    def __init__(
        self, folder: Path, model: HostileModel, *, webhook: bool = False, **changes: str
    ) -> None:
        self._folder, self._model, self._webhook, self._changes = folder, model, webhook, changes
        self._stack = AsyncExitStack()
        self._neighbours, self._attackers = FIRST_NEIGHBOUR, FIRST_ATTACKER
        self._watch = folder / "watch"
        self._peak = 0
        self.port = free_port()
        self.has_page = not webhook and find_spec("gradio") is not None
        self.log = folder / "bot.log"

    async def __aenter__(self) -> Self:
        self._tasks = Tasks("hostile")
        self.telegram = await self._stack.enter_async_context(TelegramServer(token=TOKEN))
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self._folder, env=self._environment(), stdout=log, stderr=log,
            )  # fmt: skip
        try:
            if self._webhook:
                await self.telegram.until(
                    lambda server: server.calls_of("setWebhook"), READY_SECONDS
                )
            else:
                await self.telegram.until(lambda server: server.polled, READY_SECONDS)
            await self._listens()
        except BaseException:
            self.process.kill()
            raise
        self._tasks.spawn(self._follow_memory(), "memory")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self._tasks.close()
        await self._stack.aclose()

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        changes = dict(self._changes)
        if self._webhook:
            url = f"http://127.0.0.1:{self.port}/hook"
            changes.update(TELEGRAM_WEBHOOK_URL=url, TELEGRAM_WEBHOOK_SECRET=SECRET)
        if self.has_page:
            changes.update(WEB="1")
        return {
            **kept,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.telegram.base_url,
            "HF_BASE_URL": self._model.base_url,
            "HF_MODEL": "hostile",
            "PORT": str(self.port),
            "DATABASE_PATH": str(self._folder / "pipit.db"),
            "PYTHONPATH": f"{SITE}{os.pathsep}{ROOT}",
            "HOSTILE_WATCH": str(self._watch),
            **changes,
        }

    async def _listens(self) -> None:
        if not (self.has_page or self._webhook):
            return
        limit = time.monotonic() + READY_SECONDS
        while time.monotonic() < limit:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(0.1)
        raise SystemExit("the process does not listen; see " + str(self.log))

    async def _follow_memory(self) -> None:
        while self.process.returncode is None:
            self._peak = max(self._peak, tree_bytes(self.process.pid))
            await asyncio.sleep(LOOK_SECONDS)

    # People

    def attacker(self) -> int:
        """Return the id of a private chat with a new person."""
        self._attackers += 1
        return self._attackers

    async def say(self, chat: int, text: str, *, answers: int = 1, seconds: float = 20.0) -> None:
        """Write as one person and wait for the number of new messages, at most `seconds`."""
        before = len(self.telegram.sent(chat))
        self.telegram.say(chat, text)
        await self.shown(chat, before + answers, seconds)

    async def shown(self, chat: int, messages: int, seconds: float = 20.0) -> None:
        """Wait until a chat shows this many messages of the bot, at most `seconds`."""
        with suppress(TimeoutError):
            await self.telegram.until(lambda server: len(server.sent(chat)) >= messages, seconds)

    async def ask(self) -> float:
        """Let a new neighbour ask; return how long the answer took, at most `GIVE_UP_SECONDS`."""
        self._neighbours += 1
        chat, number = self._neighbours, self._neighbours
        started = time.monotonic()
        self.telegram.say(chat, f"Hello, I am neighbour {number} and I wait")
        with suppress(TimeoutError):
            await self.telegram.until(
                lambda server: any(f"Answer {number}" in m.shown.text for m in server.sent(chat)),
                GIVE_UP_SECONDS,
            )
        return time.monotonic() - started

    async def visit(self) -> float:
        """Request ``/health`` from another address until it is served; return the time taken."""
        started = time.monotonic()
        while time.monotonic() - started < GIVE_UP_SECONDS:
            with suppress(OSError, asyncio.IncompleteReadError):
                if await self._healthy():
                    return time.monotonic() - started
            await asyncio.sleep(0.1)
        return GIVE_UP_SECONDS

    async def _healthy(self) -> bool:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, local_addr=("127.0.0.2", 0)
        )
        try:
            writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return b" 200 " in await _within(reader.readline(), GIVE_UP_SECONDS)
        finally:
            writer.close()

    # Measuring

    async def feel(self, name: str, attack: Callable[[Stage], object], tries: int) -> Felt:
        """Run an attack while neighbours ask; return its effects."""
        await self.settle()
        alone = statistics.median([await self.ask() for _ in range(3)])
        page_alone = (
            statistics.median([await self.visit() for _ in range(3)]) if self.has_page else 0
        )
        self._peak, since = tree_bytes(self.process.pid), time.monotonic()
        # `attack` returns a coroutine.
        going = self._tasks.spawn(_quietly(attack(self)), f"attack {name}")  # type: ignore[arg-type]
        waits, pages, over = [0.0], [0.0], False
        while not over:
            over = going.done()  # ask one more question after the attack has ended
            waits.append(await self.ask())
            if self.has_page:
                pages.append(await self.visit() - page_alone)
            over = over or time.monotonic() - since > 2 * GIVE_UP_SECONDS
            await asyncio.sleep(0.05)
        going.cancel()
        held, late = self.held(since)
        return Felt(
            name, held, late, alone, max(waits), max(pages), self._peak, self.process.returncode is None, tries
        )  # fmt: skip

    def held(self, since: float) -> tuple[float, float]:
        """Return how long the loop was blocked at most since a time of the monotonic clock.

        The second value includes the time in which no core was free.
        """
        held, late = 0.0, 0.0
        for line in self._watch.read_text().splitlines():
            at, hold, raw = map(float, line.split())
            if at >= since:
                held, late = max(held, hold), max(late, raw)
        return held, late

    async def settle(self) -> None:
        """Wait until the process is idle, so that one case does not affect the next."""
        limit = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < limit:
            if await self.ask() < 0.6:
                return


async def _quietly(attack: object) -> None:
    with suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
        await attack  # type: ignore[misc]  # `attack` is a coroutine


async def _within(work: object, seconds: float) -> bytes:
    task = asyncio.ensure_future(work)  # type: ignore[call-overload]  # noqa: TID251 - ended below
    await asyncio.wait({task}, timeout=seconds)
    if not task.done():
        task.cancel()
        return b""
    return bytes(task.result())


def tree_bytes(pid: int) -> int:
    """Return the memory of a process and its descendants in bytes.

    That is the resident memory, which is quick to read but counts shared pages once for each
    process. If it comes near the limit, each page is counted once (PSS).
    """
    resident = 0
    for one in tree(pid):
        with suppress(OSError, IndexError):
            resident += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * PAGE_BYTES
    return resident if resident < EXACT_FROM_BYTES else measure(pid).pss
