"""Embed texts that were stored while the embedder was not available."""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from typing import Any, Callable

from engine.contract import ChatKey
from engine.errors import MemoryFault, StorageFault
from engine.tasks import Tasks, describe

log = logging.getLogger(__name__)


class Backfill:
    """Run at most one embedding task for each chat.

    `done` is called with the key of a chat whose texts have got new vectors.
    """

    def __init__(self, tasks: Tasks, done: Callable[[ChatKey], None]) -> None:
        self._tasks, self._done = tasks, done
        self._under_way: set[ChatKey] = set()

    def begin(self, key: ChatKey, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start `work`, unless a task of this chat is running.

        `work` may raise `MemoryFault` or `StorageFault`.
        """
        if key not in self._under_way:
            self._under_way.add(key)
            self._tasks.spawn(self._run(key, work), f"embed missing texts of {key}")

    async def _run(self, key: ChatKey, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
            self._done(key)
        except (MemoryFault, StorageFault) as error:
            log.info(
                "%s: some texts have no vectors yet and are found by their words only: %s",
                key,
                describe(error),
            )
        finally:
            self._under_way.discard(key)
