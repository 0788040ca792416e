"""Refuse every message with a notice until the database can be opened, and try to open it.

A refused message is not lost, because its author knows about the refusal. A message that was
accepted but could not be stored would be lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

from bot.adapters import build_adapters, keep_running
from bot.health import Health
from bot.settings import Settings
from engine.contract import ChatKey, Deleted, Inbound, Moved, Press, ReplySink
from engine.delivery.pacing import Pacer
from engine.delivery.reply import Reply
from engine.errors import StorageFault
from engine.kept import Exchange, Overview
from engine.storage.sqlite.database import Store
from engine.tasks import Clock, Tasks, backoff, end
from engine.wording import words_in

log = logging.getLogger(__name__)

LOOK_FIRST_SECONDS, LOOK_MOST_SECONDS = 5.0, 60.0
LAST_WORD_SECONDS = 5.0


class Refusal:
    """A replacement for the engine.

    It answers each message to the bot with a notice that nothing is stored.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pacer = Pacer(clock)
        self._tasks = Tasks("refusal")

    async def submit(self, item: Inbound | Press | Moved | Deleted, sink: ReplySink) -> str:
        """Refuse an item (implements `engine.contract.Submit`).

        Raises `StorageFault` for the move of a chat, so that the adapter offers the move again.
        """
        if isinstance(item, Moved):
            raise StorageFault("a chat has moved, but the database is not available")
        if isinstance(item, Deleted):
            return ""
        words = words_in(item.author.language)
        if isinstance(item, Press):
            return words.cannot_save
        if item.direct or item.addressed:
            self._tasks.spawn(
                self._say(item.key, sink, words.cannot_save), f"refusal in {item.key}"
            )
        return ""

    async def _say(self, key: ChatKey, sink: ReplySink, text: str) -> None:
        reply = Reply(sink, key, self._pacer, self._clock)
        try:
            await reply.finish(text)
        finally:
            await reply.close()

    async def close(self) -> None:
        """Cancel the notices that are being sent. Idempotent."""
        await self._tasks.close()
        await self._pacer.close()


class _NothingKept:
    async def last_seen(self, platform: str) -> Mapping[ChatKey, str]:  # noqa: ARG002
        return {}

    async def taken(self, platform: str) -> Sequence[tuple[ChatKey, str]]:  # noqa: ARG002
        return ()

    async def exchanges(self, key: ChatKey, *, earlier: bool = False) -> Sequence[Exchange]:  # noqa: ARG002
        return ()

    async def overview(self, key: ChatKey, most: int) -> Overview:  # noqa: ARG002
        return Overview()

    async def language(self, key: ChatKey) -> str:  # noqa: ARG002
        return ""


async def refuse_until_open(
    settings: Settings, stop: asyncio.Event, clock: Clock, health: Health
) -> None:
    """Refuse messages until the database can be opened or `stop` is set.

    The database is tried again after a pause that grows each time.
    """
    async with AsyncExitStack() as stack:
        refusal = Refusal(clock)
        tasks = Tasks("refusing")
        stack.push_async_callback(refusal.close)
        stack.push_async_callback(tasks.close)
        nothing = _NothingKept()
        health.adapters = build_adapters(settings, nothing, clock, nothing, health)
        for adapter in health.adapters.values():
            stack.push_async_callback(adapter.close)
            tasks.spawn(keep_running(adapter, refusal.submit, clock, health.rejected), adapter.name)
        opened = tasks.spawn(_until_open(settings, clock), "look")
        stopped = tasks.spawn(_wait(stop), "stop signal")
        await asyncio.wait({opened, stopped}, return_when=asyncio.FIRST_COMPLETED)
        await end(opened, stopped)


async def _until_open(settings: Settings, clock: Clock) -> None:
    for pause in backoff(LOOK_FIRST_SECONDS, LOOK_MOST_SECONDS):
        await clock.sleep(pause)
        try:
            store = await Store.open(settings.store.path)
        except StorageFault:
            continue  # the fault was already reported when it began
        await store.close()
        log.warning("%s can be used again", settings.store.path)
        return


async def _wait(event: asyncio.Event) -> None:
    await event.wait()
