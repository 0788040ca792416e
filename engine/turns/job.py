"""A question on its way to its answer in one process."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from engine.contract import Inbound, ReplySink
from engine.delivery.reply import Reply
from engine.storage.records import Entry
from engine.turns.progress import JobProgress
from engine.wording import Words

# Marks of writing direction that stand around commands and names in Arabic texts and are copied
# with them.
UNSEEN = "\u200e\u200f\u2066\u2067\u2068\u2069"
_COMMAND = re.compile(
    rf"[{UNSEEN}]*/([A-Za-z_]{{1,32}})(?:@\w+)?[{UNSEEN}]*(?=\s|\Z)\s*(.*)", re.DOTALL
)


class EndReason(Enum):
    """Why a job was told to end."""

    STOPPED = "a person pressed Stop"
    PAUSED = "the process ends; the next one goes on"
    SUPERSEDED = "the question was edited; the new text is answered in the same place"


@dataclass(frozen=True)
class Request:
    """A message, parsed: `command` is the name behind its slash, empty for a question.

    `argument` is what stands behind the name; of a question it is the whole text.
    """

    command: str
    argument: str

    @classmethod
    def of(cls, inbound: Inbound) -> Request:
        """Parse a message."""
        return cls(*(parse(inbound.text) or ("", inbound.text.strip())))

    @property
    def is_question(self) -> bool:
        """Return whether the message asks something, with /ask or without it."""
        return self.command in ("", "ask")


def parse(text: str) -> tuple[str, str] | None:
    """Split ``/name@bot argument`` into name and argument.

    None if a text is no command (``/etc/hosts`` is none).
    """
    match = _COMMAND.match(text)
    return (match.group(1).lower(), match.group(2).strip().strip(UNSEEN).strip()) if match else None


@dataclass(eq=False)
class Job:
    """An accepted message on its way to its answer.

    `entry` is the row, read again when an attempt begins. `request` is the message, parsed once.
    `progress` notes in the ledger what comes of it. `earlier` are jobs of this process on older
    revisions of the row; they end for this one, and this one waits for them. `end_reason` is set
    when the job is told to end, together with `stop`. `unread` is a notice on files that came with
    the question and that the answer does not know. `ended` is set when nothing more will be done.
    """

    entry: Entry
    request: Request
    sink: ReplySink
    reply: Reply
    words: Words
    progress: JobProgress
    earlier: Sequence[Job] = ()
    end_reason: EndReason | None = None
    unread: str = ""
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def inbound(self) -> Inbound:
        """Return the message."""
        return self.entry.inbound

    @property
    def superseded(self) -> bool:
        """Return whether a newer revision of the question has taken this job's place."""
        return self.end_reason is EndReason.SUPERSEDED

    def end(self, reason: EndReason) -> None:
        """Ask the job to end; the first reason stands."""
        self.end_reason = self.end_reason or reason
        self.stop.set()
