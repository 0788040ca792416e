"""Run ``engine.media.converting`` over a file, with limits on time and memory."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.children import environment
from engine.errors import DeadlinePassed, MediaRefused
from engine.media.results import Converted
from engine.tasks import finish_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.tasks import Clock

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "engine.media.converting")
_ROOT = Path(__file__).resolve().parents[2]
PIECE_BYTES = 64 * 1024
_CPU_LIMIT_SIGNAL = 24
"""SIGXCPU on Linux and macOS. Windows has neither this limit nor this name."""


@dataclass(frozen=True)
class ConversionBounds:
    """The limits on one conversion: real time in seconds, and the address space of its process."""

    seconds: float = 10.0
    memory_bytes: int = 256 * 1024 * 1024


class Converter:
    """Convert files one after the other.

    Each file has a process that ends before `convert` returns. `one` is the lock for all child
    processes that may be large. The reader of documents shares it, so that two children never need
    their memory at the same time.
    """

    def __init__(
        self,
        clock: Clock,
        bounds: ConversionBounds | None = None,
        command: Sequence[str] = COMMAND,
        one: asyncio.Lock | None = None,
    ) -> None:
        self._clock, self._command = clock, tuple(command)
        self._bounds = bounds or ConversionBounds()
        self._one = one or asyncio.Lock()

    async def convert(
        self,
        task: str,
        content: bytes | list[bytes],
        options: Mapping[str, Any],
        seconds: float = 0.0,
    ) -> Converted:
        """Return the converted content. Raises `MediaRefused`. Cancelling ends the process.

        `seconds` replaces the time limit of the bounds. If a caller needs a large file no longer,
        it gives the file as the only item of a list. The item is removed from the list, so that the
        file is not in memory here while the process works on its copy.
        """
        content = [content] if isinstance(content, bytes) else content
        async with self._one:
            try:
                seconds = seconds or self._bounds.seconds
                at = self._clock.now() + seconds
                work = self._run(task, content, options, seconds)
                code, told, made = await finish_by(self._clock, at, work, f"convert a {task}")
            except DeadlinePassed as passed:
                raise MediaRefused("too_slow") from passed
        return _read(task, code, told, made)

    async def _run(
        self, task: str, content: list[bytes], options: Mapping[str, Any], seconds: float
    ) -> tuple[int, bytes, bytes]:
        """Return the exit code of the process, the first line of its output, and the rest."""
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *self._command,
            task,
            str(self._bounds.memory_bytes),
            str(max(1, int(seconds))),
            json.dumps(options),
            stdin=pipe,
            stdout=pipe,
            stderr=nothing,
            cwd=_ROOT,
            env=environment(),
        )
        try:
            await _feed(process, content)
            told, made = await _printed(process)
            return await process.wait(), told, made
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.communicate()  # this waits for the end and closes the pipes


async def _feed(process: asyncio.subprocess.Process, content: list[bytes]) -> None:
    """Write a file into the process in pieces, so that the pipe needs no copy of it.

    The process reads all of it before it prints anything.
    """
    whole, stdin = memoryview(content.pop()), process.stdin
    if stdin is None:
        return
    # The process has ended, and its exit code or its report says why.
    with suppress(ConnectionError):
        for at in range(0, len(whole), PIECE_BYTES):
            stdin.write(whole[at : at + PIECE_BYTES])
            await stdin.drain()
        stdin.close()


async def _printed(process: asyncio.subprocess.Process) -> tuple[bytes, bytes]:
    """Return the first line of the output, and the rest in one buffer."""
    stdout, made = process.stdout, io.BytesIO()
    if stdout is None:
        return b"", b""
    told = await stdout.readline()
    while piece := await stdout.read(PIECE_BYTES):
        made.write(piece)
    return told, made.getvalue()


def _read(task: str, code: int, line: bytes, content: bytes) -> Converted:
    """Return the converted content, of which the process told something in a line before it.

    If the process ended without a report, and no limit explains this, the failure is logged.
    """
    try:
        told = json.loads(line)
    except ValueError as error:
        if code == -_CPU_LIMIT_SIGNAL:
            raise MediaRefused("too_slow") from error
        log.warning("converting a %s failed: its process ended with code %d", task, code)
        raise MediaRefused("unreadable") from error
    if "cause" in told:
        log.warning("converting a %s failed: %s", task, told["cause"])
    if "refused" in told:
        raise MediaRefused(str(told["refused"]))
    return Converted(told["facts"], content)
