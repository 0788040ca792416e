"""Time and tasks: a clock that tests can move, owned tasks, deadlines and backoff.

Only this module creates asyncio tasks. ``asyncio.wait_for`` is not used anywhere: before Python
3.12 it swallows a cancellation that arrives together with the result.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Callable, Protocol, TypeVar

from engine.errors import DeadlinePassed, Interrupted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator

log = logging.getLogger(__name__)
T = TypeVar("T")
Noted = Callable[[], AbstractAsyncContextManager[None]]
"""Marks a block of work in its job's row (`engine.turns.steps.Steps.noted`), or does nothing."""


class Clock(Protocol):
    """A source of time, passed as an argument so that tests can replace it."""

    def now(self) -> float:
        """Return monotonic seconds."""

    def time(self) -> float:
        """Return Unix time in seconds."""

    async def sleep(self, seconds: float) -> None:
        """Sleep. A value of zero or less only lets other tasks run."""


class SystemClock:
    """The real clock."""

    def now(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()

    def time(self) -> float:
        """Return Unix time in seconds."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Sleep. A value of zero or less only lets other tasks run."""
        await asyncio.sleep(max(0.0, seconds))


def describe(error: BaseException) -> str:
    """Describe an error by its class and its place in the code.

    The error's own text is left out, because it may hold user text or a secret.
    """
    place, trace = "", error.__traceback__
    while trace is not None:
        place = f" at {PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return type(error).__name__ + place


class Tasks:
    """A group of background tasks.

    Each task has a name, a crash is logged, and `close` cancels all of them.
    """

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def spawn(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Start `work` as a task of this group."""
        task = asyncio.get_running_loop().create_task(work, name=f"{self._owner}: {name}")
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task '%s' ended with %s", task.get_name(), describe(error))
            log.debug("traceback", exc_info=error)

    async def join(self) -> None:
        """Wait until no task is running, including tasks that start during the wait."""
        while self._running:
            await asyncio.wait(set(self._running))

    async def close(self) -> None:
        """Cancel every task and wait for its end, including tasks that start during the wait.

        Idempotent.
        """
        while self._running:
            await end(*self._running)


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until each has ended. Results and errors stay in the tasks.

    If the caller is cancelled during the wait, the tasks stay cancelled and the cancellation
    propagates to the caller.
    """
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(set(tasks))


async def finish_by(
    clock: Clock,
    at: float,
    work: Coroutine[Any, Any, T],
    name: str = "work",
    stop: asyncio.Event | None = None,
) -> T:
    """Await `work`, but cancel it once `clock.now()` reaches `at` or `stop` is set.

    Returns the result if the work completes before that, even if the caller resumes later.
    Otherwise raises `DeadlinePassed` or `Interrupted` after the work has ended. Cancelling the
    caller cancels the work and waits for its end.
    """
    loop = asyncio.get_running_loop()
    task = loop.create_task(work, name=name)
    task.add_done_callback(_taken)
    limits = [loop.create_task(clock.sleep(at - clock.now()), name=f"deadline of {name}")]
    if stop is not None:
        limits.append(loop.create_task(_set(stop), name=f"stop of {name}"))
    try:
        await asyncio.wait({task, *limits}, return_when=asyncio.FIRST_COMPLETED)
        stopped = stop is not None and stop.is_set()
    finally:
        await end(task, *limits)
    if not task.cancelled():
        return task.result()
    raise (
        Interrupted(f"{name} was stopped")
        if stopped
        else DeadlinePassed(f"{name} did not finish in time")
    )


async def undivided(work: Coroutine[Any, Any, T], name: str) -> T:
    """Await `work`, which runs to its end even if the caller is cancelled.

    A cancelled caller does not wait for the work. If nobody awaits the work any more, its error is
    dropped.
    """
    task = asyncio.get_running_loop().create_task(work, name=name)
    task.add_done_callback(_taken)
    return await asyncio.shield(task)


def _taken(task: asyncio.Task[Any]) -> None:
    """Mark the error of a task as retrieved.

    If the caller of `finish_by` was cancelled, nobody else retrieves the error, and asyncio would
    log it with its text.
    """
    if not task.cancelled():
        task.exception()


async def _set(event: asyncio.Event) -> None:
    await event.wait()


def backoff(
    first_seconds: float, most_seconds: float, chance: random.Random | None = None
) -> Iterator[float]:
    """Yield growing pauses in seconds, without end.

    Each pause is double the one before, up to `most_seconds`, and is shortened by up to a quarter
    at random. The random part prevents many waiting callers from returning at the same instant.
    """
    draw = (chance or random.Random()).uniform  # noqa: S311 - it only spreads retries
    pause = first_seconds
    while True:
        yield pause * draw(0.75, 1.0)
        pause = min(most_seconds, pause * 2)


@asynccontextmanager
async def unmarked() -> AsyncIterator[None]:
    """Do nothing around a block. `contextlib.nullcontext` is not async before Python 3.10."""
    yield
