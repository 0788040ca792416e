"""Run child processes that may need much memory, one at a time.

A host of 512 MB has room for the bot, for a working embedder, and for a small child process. It has
no room for a large child process beside a working embedder. The embedder therefore rests while such
a process runs.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.children import environment
from engine.tasks import finish_by, unmarked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from contextlib import AbstractAsyncContextManager

    from engine.tasks import Clock

log = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[1]
PIECE_BYTES = 64 * 1024
CPU_LIMIT_SIGNAL = 24
"""SIGXCPU on Linux and macOS. Windows has neither this limit nor this name."""


class Room:
    """The memory for one large child process. Readers and converters of files share it.

    `at_rest` makes the embedder rest during a block.
    """

    def __init__(self, at_rest: Callable[[], AbstractAsyncContextManager[None]] = unmarked) -> None:
        self._one, self._at_rest = asyncio.Lock(), at_rest

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait until no other large process runs, and reserve the room during the block."""
        async with self._one, self._at_rest():
            yield

    async def run(
        self,
        clock: Clock,
        command: Sequence[str],
        content: list[bytes],
        *,
        seconds: float,
        purpose: str,
    ) -> tuple[int, bytes, bytes]:
        """Run a process that reads a file from its input. Return its exit code and its output.

        The output is returned as its first line and the rest. The file is the only item of
        `content`. The item is removed from the list, so that the caller does not keep an
        unneeded file in memory. `seconds` count from the start of the process. Raises
        `DeadlinePassed`. The process has ended when this method returns or raises.
        """
        async with self.taken():
            at = clock.now() + seconds
            return await finish_by(clock, at, _run(command, content), purpose)


def report_of(
    printed: bytes, code: int, work: str, refused: Callable[[str], Exception]
) -> dict[str, Any]:
    """Return the JSON object that a process printed, given its exit code.

    Raises `refused(reason)` if the process refused the file or ended without a report. If there is
    no report, the reason is too_slow at the limit of processor time. Otherwise the reason is
    unreadable, and the failure is logged. `work` names the process's work for the log.
    """
    try:
        report: dict[str, Any] = json.loads(printed)
    except ValueError as error:
        if code == -CPU_LIMIT_SIGNAL:
            raise refused("too_slow") from error
        log.warning("%s failed: its process ended with code %d", work, code)
        raise refused("unreadable") from error
    if "cause" in report:
        log.warning("%s failed: %s", work, report["cause"])
    if "refused" in report:
        raise refused(str(report["refused"]))
    return report


async def _run(command: Sequence[str], content: list[bytes]) -> tuple[int, bytes, bytes]:
    pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=nothing, cwd=_ROOT, env=environment()
    )
    try:
        await _feed(process, content)
        line, rest = await _printed(process)
        return await process.wait(), line, rest
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
    # After this error, the process has ended. Its exit code or its report says why.
    with suppress(ConnectionError):
        for at in range(0, len(whole), PIECE_BYTES):
            stdin.write(whole[at : at + PIECE_BYTES])
            await stdin.drain()
        stdin.close()


async def _printed(process: asyncio.subprocess.Process) -> tuple[bytes, bytes]:
    """Return the first line of the output, and the rest. Each is one buffer, without a copy."""
    line, rest = io.BytesIO(), io.BytesIO()
    into, stdout = line, process.stdout
    while stdout is not None and (piece := await stdout.read(PIECE_BYTES)):
        if into is line and b"\n" in piece:
            head, _, piece = piece.partition(b"\n")
            line.write(head)
            into = rest
        into.write(piece)
    return line.getvalue(), rest.getvalue()
