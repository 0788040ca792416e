"""A question on its way to its answer in one process."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from engine.contract import Inbound, ReplySink
from engine.delivery.reply import Reply
from engine.people import PLAIN, Manner
from engine.storage.records import Entry
from engine.turns.progress import JobProgress
from engine.wording import Words

# Invisible marks of writing direction. Arabic texts have them around commands and names, and people
# copy them with the text.
UNSEEN = "\u200e\u200f\u2066\u2067\u2068\u2069"
# Input methods for Chinese, Japanese and Korean write full-width slashes and letters. Their users,
# and those of Thai, often write no blank between a command and its argument.
_LATIN = "A-Za-z_\uff21-\uff3a\uff3f\uff41-\uff5a"
_NO_BLANK = "\u0e01-\u0e5b\u3005-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_COMMAND = re.compile(
    rf"[{UNSEEN}]*[/\uff0f]([{_LATIN}]{{1,32}})(?:@\w+)?[{UNSEEN}]*(?=\s|\Z|[{_NO_BLANK}])\s*(.*)",
    re.DOTALL,
)


class EndReason(Enum):
    """The reason why a job was told to end."""

    STOPPED = "a person pressed Stop"
    PAUSED = "the process ends; the next one goes on"
    SUPERSEDED = "the question was edited; the new text is answered in the same place"


@dataclass(frozen=True)
class Request:
    """A parsed message. `command` is the name after the slash, empty for a question.

    `argument` is the text after the name. For a question it is the whole text.
    """

    command: str
    argument: str

    @classmethod
    def of(cls, inbound: Inbound) -> Request:
        """Parse a message."""
        return cls(*(parse(inbound.text) or ("", inbound.text.strip())))

    @property
    def is_question(self) -> bool:
        """Return whether the message is a question, whether or not it uses /ask."""
        return self.command in ("", "ask")


def parse(text: str) -> tuple[str, str] | None:
    """Split ``/name@bot argument`` into name and argument.

    Return None for any other text, such as ``/etc/hosts``.
    """
    match = _COMMAND.match(text)
    if match is None:
        return None
    name = unicodedata.normalize("NFKC", match.group(1)).lower()
    return name, match.group(2).strip().strip(UNSEEN).strip()


@dataclass(eq=False)
class Job:
    """An accepted message on its way to its answer.

    `entry` is the row. It is read again when an attempt begins. `request` is the message, parsed
    once. `progress` writes the job's results to the ledger. `earlier` are the jobs of this process
    on older revisions of the row. They were told to end, and this job waits for them. `end_reason`
    and `stop` are set together when the job is told to end. `unread` holds notices for the answer's
    end, such as those about parts of the question that the model does not see. `recordings` counts
    the transcribed recordings. `manner` is set when the job starts. `drawn` counts the pictures
    that a service may have charged for since the last turn. `spoken` counts the recordings of
    answers in the same way. `ended` is set when the job will do nothing more.
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
    recordings: int = 0
    manner: Manner = PLAIN
    drawn: int = 0
    spoken: int = 0
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def inbound(self) -> Inbound:
        """Return the message that the job answers."""
        return self.entry.inbound

    @property
    def superseded(self) -> bool:
        """Return whether a newer revision of the question has taken this job's place."""
        return self.end_reason is EndReason.SUPERSEDED

    def note(self, notice: str) -> None:
        """Add a notice that will be shown under the answer."""
        self.unread = "\n".join(filter(None, (self.unread, notice)))

    def end(self, reason: EndReason) -> None:
        """Tell the job to end. Only the first reason is kept."""
        self.end_reason = self.end_reason or reason
        self.stop.set()
