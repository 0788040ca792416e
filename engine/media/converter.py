"""Run ``engine.media.converting`` over a file, with limits on time and memory."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import DeadlinePassed, MediaRefused
from engine.large_child import Room, report_of
from engine.media.results import Converted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.tasks import Clock

COMMAND = (sys.executable, "-m", "engine.media.converting")


@dataclass(frozen=True)
class ConversionBounds:
    """The limits on one conversion: real time in seconds, and the address space of its process."""

    seconds: float = 10.0
    memory_bytes: int = 256 * 1024 * 1024


class Converter:
    """Convert files one after the other.

    The reader of documents shares the `room`. The child processes of both therefore never need
    their memory at the same time.
    """

    def __init__(
        self,
        clock: Clock,
        bounds: ConversionBounds | None = None,
        command: Sequence[str] = COMMAND,
        room: Room | None = None,
    ) -> None:
        self._clock, self._command = clock, tuple(command)
        self._bounds = bounds or ConversionBounds()
        self._room = room or Room()

    async def convert(
        self,
        task: str,
        content: bytes | list[bytes],
        options: Mapping[str, Any],
        seconds: float = 0.0,
    ) -> Converted:
        """Return the converted content. Raises `MediaRefused`. Cancelling ends the process.

        `seconds` replaces the time limit of the bounds. A caller that no longer needs a large file
        passes it as the only item of a list. The item is removed from the list, so that the file is
        not in memory here while the process works on its copy.
        """
        seconds = seconds or self._bounds.seconds
        limits = str(self._bounds.memory_bytes), str(max(1, int(seconds)))
        command = (*self._command, task, *limits, json.dumps(options))
        try:
            code, line, made = await self._room.run(
                self._clock,
                command,
                [content] if isinstance(content, bytes) else content,
                seconds=seconds,
                purpose=f"convert a {task}",
            )
        except DeadlinePassed as passed:
            raise MediaRefused("too_slow") from passed
        report = report_of(line, code, f"converting a {task}", MediaRefused)
        return Converted(report["facts"], made)
