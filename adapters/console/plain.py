"""Read lines and write final texts through pipes.

`View` and `printable` are used for a terminal too.
"""

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
    """Remove the characters that could control the terminal. Newlines and tabs stay."""
    return _CONTROLS.sub("", text)


class View(Protocol):
    """The place where answers are shown."""

    def say(self, words: str) -> None:
        """Show a status text while an answer is awaited."""

    def grow(self, text: str) -> None:
        """Show the current text of the awaited answer."""

    async def finish(self, text: str, hint: str) -> None:
        """Permanently show the final text of the awaited answer."""

    async def tell(self, text: str, hint: str) -> None:
        """Permanently show a final text that does not belong to the awaited answer."""


class PlainView:
    """Write final texts one after the other, without any control sequence.

    `output` is None in a process that was started with a closed output. Writing then raises
    OSError.
    """

    def __init__(self, output: TextIO | None) -> None:
        self._output = output

    def say(self, words: str) -> None:
        """Do nothing, because a reader would take a status text for an answer."""

    def grow(self, text: str) -> None:
        """Do nothing, because only final texts go into a pipe."""

    async def finish(self, text: str, hint: str) -> None:  # noqa: ARG002 - hints are for people
        """Write a final text, with `?` for each character that the output's encoding lacks."""
        if self._output is None:
            raise OSError(errno.EBADF, "there is no output")
        encoding = self._output.encoding or "utf-8"
        self._output.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        self._output.flush()

    async def tell(self, text: str, hint: str) -> None:
        """Write a final text in the same way as `finish`."""
        await self.finish(text, hint)


class LineReader:
    """Read lines from a file descriptor without blocking the event loop.

    A daemon thread reads one chunk at each request. A thread is needed because no way of polling
    works for pipes, files and terminals on all systems. The thread uses ``os.read``, because a
    thread that waits in ``sys.stdin`` holds a lock that the interpreter needs at its exit.
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
        """Return the next line without its line end, or None at the end of the input.

        Undecodable bytes become U+FFFD. A line longer than `MAX_LINE_BYTES` is cut there. If the
        call is cancelled, at most the chunk that is being read is lost.
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
                chunk = b""  # a closed terminal and a missing input both count as the end
            try:
                self._loop.call_soon_threadsafe(self._chunks.put_nowait, chunk)
            except RuntimeError:
                return  # the event loop is closed, so nobody reads any more
