"""Talk through pipes: lines in, final texts out, and what both kinds of console have in common."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import re
import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing import TextIO

log = logging.getLogger(__name__)

MAX_LINE_BYTES = 256 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """Drop control characters but newline and tab, so that no answer steers the terminal."""
    return _CONTROLS.sub("", text)


class View(Protocol):
    """Where answers are shown."""

    def say(self, words: str) -> None:
        """Show what is being waited for."""

    def grow(self, text: str) -> None:
        """Show the text so far of the answer that is waited for."""

    async def finish(self, text: str, hint: str) -> None:
        """Show for good the final text of the answer that is waited for."""

    async def tell(self, text: str, hint: str) -> None:
        """Show for good a text that is not the one waited for."""


class PlainView:
    """Final texts as they are, one after the other, without any control sequence.

    The output is None in a process that was started with it closed; to write there raises OSError.
    """

    def __init__(self, output: TextIO | None) -> None:
        self._output = output

    def say(self, words: str) -> None:
        """Say nothing: it would be taken for an answer."""

    def grow(self, text: str) -> None:
        """Show nothing: only final texts go into a pipe."""

    async def finish(self, text: str, hint: str) -> None:  # noqa: ARG002 - hints are for people
        """Write a final text, with `?` for what the output's encoding does not have."""
        if self._output is None:
            raise OSError(errno.EBADF, "there is no output")
        encoding = self._output.encoding or "utf-8"
        self._output.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        self._output.flush()

    async def tell(self, text: str, hint: str) -> None:
        """Write a final text."""
        await self.finish(text, hint)


class LineReader:
    """Read lines from a descriptor without blocking the loop.

    A daemon thread reads, one chunk for each time it is asked: a pipe, a file and a terminal can be
    polled in no common way on all systems, and a thread in ``os.read``, unlike one in
    ``sys.stdin``, holds no lock that the interpreter wants at its exit.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self._wanted = threading.Semaphore(0)
        self._lines: list[bytes] = []
        self._rest = b""
        self._ended = False
        threading.Thread(target=self._read_chunks, name="console input", daemon=True).start()

    async def next_line(self) -> str | None:
        """Return the next line without its end, None at the end of input.

        Undecodable bytes become U+FFFD.

        A line over `MAX_LINE_BYTES` is cut there. Cancelling loses nothing but the chunk being
        read.
        """
        while not self._lines:
            if self._ended:
                return None
            self._wanted.release()
            self._split(await self._chunks.get())
        line = self._lines.pop(0)
        if len(line) > MAX_LINE_BYTES:
            log.warning("a line of input was cut to %d bytes", MAX_LINE_BYTES)
        return line[:MAX_LINE_BYTES].decode("utf-8", "replace").rstrip("\r").lstrip("\ufeff")

    def _split(self, chunk: bytes) -> None:
        self._ended = not chunk
        *self._lines, rest = (self._rest + chunk).split(b"\n")
        self._rest = rest[: MAX_LINE_BYTES + 1]
        if self._ended and self._rest:
            self._lines.append(self._rest)

    def _read_chunks(self) -> None:
        chunk = b"first"
        while chunk:
            self._wanted.acquire()
            try:
                chunk = os.read(self._descriptor, 65536)
            except OSError:
                chunk = b""  # a terminal that was hung up, or no input at all: the end of it
            try:
                self._loop.call_soon_threadsafe(self._chunks.put_nowait, chunk)
            except RuntimeError:
                return  # the loop is closed: nobody reads any more
