"""Start tasks of the test servers. Only this module does so, and each task ends with its owner."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine


class OwnedTasks:
    """Tasks that end with their owner.

    `close` raises the crash of a task, so that no test hides it.
    """

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()
        self._crashes: list[BaseException] = []

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Start `work` in the background."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._crashes.append(error)

    async def close(self) -> None:
        """Cancel all tasks, wait until they end, and raise the first crash."""
        running = set(self._running)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
        if self._crashes:
            raise self._crashes[0]
