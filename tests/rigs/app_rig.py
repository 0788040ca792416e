"""Run the whole process in one event loop against the platforms' test servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import app
from bot.settings import load
from engine.tasks import Tasks
from tests.rigs.fakes import FakeClock
from tests.servers.model import ModelServer
from tests.servers.telegram import TelegramServer

TOKEN = "123456:test"


def variables(server: TelegramServer, model: ModelServer, file: Path) -> dict[str, str]:
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": server.base_url,
        "HF_BASE_URL": model.base_url,
        "HF_MODEL": "test",
        "DATABASE_PATH": str(file),
        "DRAIN_SECONDS": "1",
        "MEMORY": "OFF",  # the embedder takes seconds to load, and has tests of its own
    }


@asynccontextmanager
async def running(
    server: TelegramServer,
    model: ModelServer,
    file: Path,
    clock: FakeClock | None = None,
    **more: str,
) -> AsyncIterator[asyncio.Task[int]]:
    stop, tasks = asyncio.Event(), Tasks("test")
    settings = load({**variables(server, model, file), **more}, Path("no such file"))
    task = tasks.spawn(app.run(settings, stop=stop, clock=clock), "app")
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait({task}, timeout=10)
        await tasks.close()


def texts(server: TelegramServer, chat: int = 7) -> list[str]:
    return [message.shown.text for message in server.sent(chat)]
