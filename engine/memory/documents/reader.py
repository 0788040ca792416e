"""Run ``engine.memory.documents.reading`` over a file, with limits on time and memory."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import DeadlinePassed, DocumentRefused
from engine.large_child import Room, report_of
from engine.memory.documents.formats.sections import Content
from engine.memory.documents.reading import LOCKED, MARKDOWN, TABLE, TEXT, kind_of
from engine.tasks import finish_by

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Hashable, Sequence

    from engine.tasks import Clock

COMMAND = (sys.executable, "-m", "engine.memory.documents.reading")


# The limit on address space. The libraries for encrypted PDFs map more of it on Python 3.9.
MEMORY_BYTES = (104 if sys.version_info >= (3, 10) else 160) * 1024 * 1024


CHARACTER_BYTES = 4
"""No encoding has characters of more bytes, so a larger plain text is too long in any case."""


@dataclass(frozen=True)
class ReadingSettings:
    """The limits on reading one file.

    `seconds` is real time. `memory_bytes` is the address space of the process. It is the memory
    that a host of 512 MB has left beside the bot (95 MB) and a working embedder (310 MB).
    Legitimate office files take 30 to 50 MB, and the libraries alone map 58 MB.
    """

    file_bytes: int = 8 * 1024 * 1024
    pages: int = 300
    characters: int = 600_000
    seconds: float = 15.0
    memory_bytes: int = MEMORY_BYTES


class Turns:
    """A few places for many people. Nobody holds two of them, and people who wait take turns.

    The next place goes to the person whose last turn was longest ago, however many files other
    people have waiting. One person with many files therefore delays another by at most one file.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._holders: set[Hashable] = set()
        self._waiting: dict[Hashable, deque[asyncio.Event]] = {}

    @property
    def held(self) -> int:
        """Return the number of taken places."""
        return len(self._holders)

    @asynccontextmanager
    async def turn(self, person: Hashable) -> AsyncIterator[None]:
        """Wait for a place and hold it. If the wait is cancelled, the person loses the turn."""
        mine = asyncio.Event()
        self._waiting.setdefault(person, deque()).append(mine)
        self._fill()
        try:
            await mine.wait()
            yield
        finally:
            self._leave(person, mine)

    @asynccontextmanager
    async def turn_in_time(
        self, person: Hashable, clock: Clock, seconds: float, purpose: str, stop: asyncio.Event
    ) -> AsyncIterator[None]:
        """Wait at most `seconds` for a place, and hold it during the block.

        Raises `DeadlinePassed`, or `Interrupted` if `stop` is set first.
        """
        turn = self.turn(person)
        await finish_by(clock, clock.now() + seconds, turn.__aenter__(), purpose, stop)
        try:
            yield
        finally:
            await turn.__aexit__(None, None, None)

    def _leave(self, person: Hashable, mine: asyncio.Event) -> None:
        if mine.is_set():
            self._holders.discard(person)
            self._free += 1
            if person in self._waiting:  # this person comes after all others now
                self._waiting[person] = self._waiting.pop(person)
        else:
            self._waiting[person].remove(mine)
            if not self._waiting[person]:
                del self._waiting[person]
        self._fill()

    def _fill(self) -> None:
        while self._free and (person := self._next()) is not None:
            queue = self._waiting.pop(person)
            self._holders.add(person)
            self._free -= 1
            queue.popleft().set()
            if queue:
                self._waiting[person] = queue

    def _next(self) -> Hashable | None:
        return next((one for one in self._waiting if one not in self._holders), None)


class Reader:
    """Read files one after the other.

    Each file is read by a process that ends before `read` returns.
    """

    def __init__(
        self,
        settings: ReadingSettings,
        clock: Clock,
        command: Sequence[str] = COMMAND,
        room: Room | None = None,
    ) -> None:
        self._settings, self._clock, self._command = settings, clock, tuple(command)
        self._room = room or Room()

    async def read(self, name: str, media_type: str, content: bytes) -> Content:
        """Return the content of a file. Raises `DocumentRefused`. Cancelling ends the process."""
        limits = self._settings
        if len(content) > limits.file_bytes:
            raise DocumentRefused("too_large")
        kind = kind_of(name, media_type, content)
        if not kind:
            raise DocumentRefused("kind")
        if kind == LOCKED:
            raise DocumentRefused("encrypted")
        if kind in (TEXT, MARKDOWN, TABLE) and len(content) > CHARACTER_BYTES * limits.characters:
            raise DocumentRefused("too_long")
        numbers = (
            limits.memory_bytes,
            max(1, int(limits.seconds)),
            limits.pages,
            limits.characters,
        )
        try:
            code, printed, _ = await self._room.run(
                self._clock,
                (*self._command, kind, *map(str, numbers)),
                [content],
                seconds=limits.seconds,
                purpose="read a document",
            )
        except DeadlinePassed as passed:
            raise DocumentRefused("too_slow") from passed
        report = report_of(printed, code, f"reading a {kind} file", DocumentRefused)
        sections = [(str(place), str(text)) for place, text in report["sections"]]
        return Content(sections, tuple(map(int, report["unread"])))
