"""The bot's end of the pipe to the embedder's process."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.children import HUB_NAMES, environment
from engine.errors import DeadlinePassed, MemoryFault
from engine.memory.embedding import frames
from engine.tasks import finish_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.tasks import Clock

ROOT = Path(__file__).resolve().parents[3]
_LEAVE_SECONDS = 5.0
MODULE_COMMAND = (sys.executable, "-m", "engine.memory.embedding.process")


class LoadFault(MemoryFault):
    """The process cannot start or load the model.

    `patched` is true if patches of ``lean`` may be the cause.
    """

    def __init__(self, message: str, *, patched: bool = False) -> None:
        super().__init__(message)
        self.patched = patched


class ChildGone(MemoryFault):
    """The process ended, or was ended because it did not answer.

    The same texts may be sent to another process.
    """


class Link:
    """The bot's end of a connection to an embedder's process.

    Only one task at a time may use it. Call `greeted` before `ask`.
    """

    def __init__(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, clock: Clock
    ) -> None:
        self._source, self._sink, self._clock = source, sink, clock
        self._hangs = False
        self.dimension = 0
        self.facts: dict[str, Any] = {}

    @property
    def pid(self) -> int:
        """Return the process id."""
        raise NotImplementedError

    @property
    def alive(self) -> bool:
        """Return whether the process may still be running."""
        raise NotImplementedError

    async def leave(self) -> None:
        """End the connection in order."""
        raise NotImplementedError

    async def kill(self) -> None:
        """End the connection at once. Idempotent."""
        raise NotImplementedError

    async def greeted(self, load_seconds: float) -> None:
        """Wait until the model is loaded. If that fails, end the connection with `kill`.

        Raises `LoadFault` or `ChildGone`.
        """
        try:
            self._take_greeting(*await self._reply(load_seconds))
        except BaseException:
            await self.kill()
            raise

    def _take_greeting(self, kind: bytes, payload: bytes) -> None:
        if kind != frames.READY:
            reason = payload.decode("utf-8", "replace")
            raise LoadFault(
                f"the embedder cannot load: {reason}", patched=kind == frames.PATCHED_FAULT
            )
        self.facts = json.loads(payload)
        self.dimension = int(self.facts["dimension"])

    async def ask(self, texts: Sequence[str], seconds: float) -> NDArray[np.float32]:
        """Return one row for each text.

        Raises `ChildGone`, or `MemoryFault` if the model failed on these texts. The process can be
        used again, unless `ChildGone` was raised or the caller was cancelled.
        """
        try:
            self._sink.write(frames.pack_texts(texts))
            await self._sink.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ChildGone("the embedder's process is gone") from error
        kind, payload = await self._reply(seconds)
        if kind != frames.ROWS:
            raise MemoryFault(payload.decode("utf-8", "replace"))
        if len(payload) != len(texts) * self.dimension * 4:
            raise ChildGone("the embedder's process answered with another number of rows")
        rows = np.frombuffer(payload, dtype="<f4").reshape(len(texts), self.dimension)
        return rows.astype(np.float32, copy=False)

    async def rest(self) -> None:
        """Make the process return the memory that it does not need between texts."""
        with suppress(BrokenPipeError, ConnectionResetError):  # the next `ask` reports this error
            self._sink.write(frames.pack_texts([]))
            await self._sink.drain()

    async def _reply(self, seconds: float) -> tuple[bytes, bytes]:
        try:
            return await finish_by(
                self._clock,
                self._clock.now() + seconds,
                frames.receive(self._source),
                "embedder reply",
            )
        except (EOFError, ConnectionResetError, ValueError) as error:
            raise ChildGone("the embedder's process ended without an answer") from error
        except DeadlinePassed as error:
            self._hangs = True
            raise ChildGone(
                f"the embedder's process did not answer within {seconds:.0f} s"
            ) from error


class Child(Link):
    """A process of this bot alone, connected by pipes."""

    def __init__(self, process: asyncio.subprocess.Process, clock: Clock) -> None:
        source, sink = process.stdout, process.stdin
        assert source is not None, "made with a pipe"  # noqa: S101 - for the type checker
        assert sink is not None, "made with a pipe"  # noqa: S101 - for the type checker
        super().__init__(source, sink, clock)
        self._process = process

    @classmethod
    async def start(cls, command: Sequence[str], clock: Clock, load_seconds: float) -> Child:
        """Start the process and wait until its model is loaded.

        If the caller is cancelled, the process is ended. Raises `LoadFault`, or `ChildGone` if the
        process ended without a report.
        """
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=pipe, stdout=pipe, cwd=ROOT, env=environment(*HUB_NAMES)
            )
        except OSError as error:
            raise LoadFault(f"the embedder's process does not start: {error.strerror}") from error
        child = cls(process, clock)
        await child.greeted(load_seconds)
        return child

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Return whether the process may still be running."""
        return self._process.returncode is None

    async def leave(self) -> None:
        """Close the input of the process, so that it ends.

        If it does not end within a few seconds, kill it.
        """
        self._sink.close()
        try:
            await finish_by(
                self._clock, self._clock.now() + _LEAVE_SECONDS, self._ended(), "embedder leaving"
            )
        except DeadlinePassed:
            await self.kill()

    async def kill(self) -> None:
        """Kill the process and wait for its end. Idempotent.

        The process is killed even if the caller is cancelled.
        """
        if self.alive:
            try:
                self._process.kill()
            except ProcessLookupError:
                pass  # the process has ended in the meantime
        await self._ended()

    async def _ended(self) -> None:
        # This reads the rest of the pipe, because asyncio does not report the end of the process
        # before that.
        await self._process.communicate()
