"""Embed texts that were stored while the embedder was away, once it answers again."""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from typing import Any, Callable

from engine.contract import ChatKey
from engine.errors import MemoryFault, StorageFault
from engine.tasks import Tasks, describe

log = logging.getLogger(__name__)


class Backfill:
    """One such task at a time for each chat.

    `done` is called with a chat that has more vectors now.
    """

    def __init__(self, tasks: Tasks, done: Callable[[ChatKey], None]) -> None:
        self._tasks, self._done = tasks, done
        self._under_way: set[ChatKey] = set()

    def begin(self, key: ChatKey, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start unless the chat's task is in progress.

        `work` may raise `MemoryFault` or `StorageFault`.
        """
        if key not in self._under_way:
            self._under_way.add(key)
            self._tasks.spawn(self._run(key, work), f"embed what was missed of {key}")

    async def _run(self, key: ChatKey, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
            self._done(key)
        except (MemoryFault, StorageFault) as error:
            log.info(
                "%s: what the embedder missed stays findable by its words only: %s",
                key,
                describe(error),
            )
        finally:
            self._under_way.discard(key)
