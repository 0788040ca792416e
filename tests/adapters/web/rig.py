"""Run the whole process with its page on loopback, a scripted model, and a visitor over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

import aiohttp

from bot import app
from bot.settings import load
from engine.tasks import Tasks
from tests.rigs.ports import free_port
from tests.servers.model import ModelServer

LIMIT_SECONDS = 20.0


@dataclass
class Site:
    url: str
    model: ModelServer
    task: asyncio.Task[int]
    line: Line = field(init=False)


@asynccontextmanager
async def a_site(folder: Path, model: ModelServer, **variables: str) -> AsyncIterator[Site]:
    port, stop, tasks = free_port(), asyncio.Event(), Tasks("test")
    settings = {
        "WEB": "1", "PORT": str(port), "HF_BASE_URL": model.base_url, "HF_MODEL": "test",
        "DRAIN_SECONDS": "1",
        "DATABASE_PATH": str(folder / "pipit.db"), "USER_MESSAGES_PER_MINUTE": "0",
        "MEMORY": "OFF", **variables,
    }  # fmt: skip
    task = tasks.spawn(app.run(load(settings, Path("no such file")), stop=stop), "app")
    site = Site(f"http://127.0.0.1:{port}", model, task)
    try:
        await _until_up(site)
        yield site
    finally:
        stop.set()
        await asyncio.wait({task}, timeout=LIMIT_SECONDS)
        await tasks.close()


async def _until_up(site: Site) -> None:
    async with aiohttp.ClientSession() as session:
        while not site.task.done():
            try:
                async with session.get(f"{site.url}/health") as answer:
                    assert answer.status == 200
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.02)
    raise AssertionError(site.task.result())


class Line:
    """The network between a browser and the site.

    A test can cut it, with every connection, and restore it.
    """

    def __init__(self, port: int, tasks: Tasks) -> None:
        self._port, self._tasks = port, tasks
        self._cut = False
        self._open: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        self._cut = True
        for writer in self._open:
            writer.transport.abort()

    def mend(self) -> None:
        self._cut = False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        both = {writer, far_writer}
        self._open |= both
        back = self._tasks.spawn(_pour(far_reader, writer), "back")
        await _pour(reader, far_writer)
        await asyncio.wait({back})
        self._open -= both


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass  # the connection was cut
    finally:
        writer.close()


@asynccontextmanager
async def a_line(site: Site) -> AsyncIterator[Line]:
    """Put a `Line` before a site. Its address replaces the site's."""
    tasks = Tasks("line")
    line = Line(int(site.url.rpartition(":")[2]), tasks)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    site.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        server.close()
        line.cut()
        await tasks.close()


@dataclass
class Phone:
    """A visitor with cookies, and with the page's content as rebuilt from the events alone."""

    url: str
    session: aiohttp.ClientSession
    html: str = ""
    policy: str = ""
    seen: str = ""
    items: dict[str, list[str]] = field(default_factory=dict)
    feet: dict[str, str] = field(default_factory=dict)
    growing: bool = False
    changes: list[dict[str, Any]] = field(default_factory=list)

    async def open(self, expected: int = 200) -> str:
        async with self.session.get(self.url + "/") as answer:
            assert answer.status == expected
            self.html, self.policy = (
                await answer.text(),
                answer.headers.get("Content-Security-Policy", ""),
            )
            return self.html

    async def post(self, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        async with self.session.post(f"{self.url}/{path}", json=body, headers=headers) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text.startswith("{") else text

    async def ask(self, text: str, handle: str) -> int:
        return (await self.post("ask", {"id": handle, "text": text}))[0]

    async def until(self, reached: Callable[[Phone], bool]) -> None:
        """Read events until a condition is true.

        The connection is then abandoned, as by a phone that loses its network.
        """
        timeout = aiohttp.ClientTimeout(total=LIMIT_SECONDS)
        headers = {"Last-Event-ID": self.seen} if self.seen else {}
        self.items = {} if not self.seen else self.items
        async with self.session.get(
            f"{self.url}/events", headers=headers, timeout=timeout
        ) as answer:
            assert answer.status == 200
            async for raw in answer.content:
                line = raw.decode().rstrip("\n")
                if line.startswith("id: "):
                    self.seen = line[4:]
                elif line.startswith("data: "):
                    self._take(json.loads(line[6:]))
                    if reached(self):
                        return
        raise AssertionError("the stream ended")

    def _take(self, data: dict[str, Any]) -> None:
        self.changes.append(data)
        if data["reset"]:
            self.items, self.feet = {}, {}
        self.growing = data["growing"]
        for item in data["items"]:
            handle = item["handle"]
            if "html" in item:
                self.items[handle] = [item["html"]]
                self.feet[handle] = item["html"]
            else:
                assert item["from"] <= len(self.items[handle]) or self.items[handle][0].startswith(
                    "<article"
                )
                known = self.items[handle]
                kept = (
                    known[: 1 + item["from"]]
                    if known[0].startswith("<article")
                    else known[: item["from"]]
                )
                self.items[handle] = [*kept, *item["blocks"]]
                self.feet[handle] = item["foot"]

    def shows(self, text: str) -> bool:
        return any(text in block for blocks in self.items.values() for block in blocks)


@asynccontextmanager
async def a_phone(site: Site, language: str = "en") -> AsyncIterator[Phone]:
    jar = aiohttp.CookieJar(unsafe=True)  # allow cookies of IP addresses
    async with aiohttp.ClientSession(
        cookie_jar=jar, headers={"Accept-Language": language}
    ) as session:
        yield Phone(site.url, session)


def done(phone: Phone) -> bool:
    return bool(phone.items) and not phone.growing
