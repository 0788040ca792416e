"""What a store keeps and returns, in the engine's terms: no column, row or connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable

from engine.contract import Author, ChatKey, Finish, Inbound, SentId, Turn
from engine.storage.codec import unpack
from engine.storage.packing import unpack_material

DAY_SECONDS = 86_400
RELEASED = 0  # the owner of rows that a process released
# The previous owner of a row whose older run ended with its process; its progress is unknown.
DIED = -1
WINDOW_TURNS = 40  # of one chat; more never fits the prompt's token budget


@dataclass(frozen=True)
class Scope:
    """The subject of a request: a whole chat or, with `user_id`, one person's data in it."""

    key: ChatKey
    user_id: str = ""


@dataclass(frozen=True)
class Amount:
    """How much data a scope has.

    `waiting` counts questions without an answer, `overheard` messages that were not addressed to
    the bot.
    """

    turns: int
    documents: int
    waiting: int
    overheard: int = 0

    @property
    def nothing(self) -> bool:
        """Return whether nothing is stored."""
        return not (self.turns or self.documents or self.waiting or self.overheard)


@dataclass(frozen=True)
class Erased:
    """What was erased.

    `spent_today` holds the tokens that its people had used today, by user id.
    """

    turns: int
    documents: int
    spent_today: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Exported:
    """One stored item, ready for JSON; items of one `section` follow each other."""

    section: str
    content: Mapping[str, Any]


SECTIONS = (
    "settings",
    "turns",
    "repeated",
    "documents",
    "cached_answers",
    "messages",
    "usage",
    "overheard",
    "objections",
)
"""The sections of an export, in their order."""


@dataclass(frozen=True)
class Partial:
    """The progress of an answer until it is written.

    `grown` means that the text is longer than at the start of its attempt. `finish` is how the
    model ended it, empty while it may grow. `superseded` is called if the row belongs to a newer
    revision.
    """

    revision: int
    text: str
    grown: bool
    finish: str
    superseded: Callable[[], None]


@dataclass(frozen=True)
class Entry:
    """A row of the ledger.

    * `inbound` is the question; `handle` rebuilds its sink.
    * `bubbles` are the messages of its answer, in order.
    * `partial` is the answer's text as last written. `finish` is how the model ended it, if it has.
    * `turn_id` is the recorded turn, 0 before there is one.
    * `begun` is true for a new row: its first attempt is counted with it, which saves a
      commit for each question.
    * `sure` means that the answer has no message beside its bubbles. Without it, a process that
      ended may have sent one more message than it recorded.
    * `notice` is the whole answer if it is known at acceptance: the result of an immediate
      command, or why the message was refused.
    * `revision` counts how often the row was opened again. `previous_owner`: see
      `Ledger.previous_owner`.
    * `asked_by` is another person who had the question answered again, None if nobody did.
    * `deaths` counts the processes that ended in a heavy step of this row (`Ledger.enter_step`).
    * Until `settles_at` (Unix time) the question waits for further pieces.
    """

    row: int
    inbound: Inbound
    handle: str
    attempts: int = 0
    bubbles: tuple[SentId, ...] = ()
    partial: str = ""
    turn_id: int = 0
    open: bool = True
    begun: bool = False
    sure: bool = False
    finish: Finish | None = None
    notice: str = ""
    revision: int = 0
    previous_owner: int = 0
    asked_by: Author | None = None
    deaths: int = 0
    settles_at: float = 0.0


@dataclass(frozen=True)
class ChatState:
    """A chat as stored: its settings, and the conversation's newest turns, oldest first.

    `evicted` means that turns or documents of the chat were deleted to make room, and that nobody
    has been told yet.
    """

    turns: Sequence[Turn] = ()
    model: str = ""
    persona: str = ""
    language: str = ""
    time_zone: str = ""
    evicted: bool = False


@dataclass(frozen=True)
class Conversation:
    """One conversation of a chat: from one /new to the next.

    `turn_id` is its first turn, and `title` is the question of that turn. `at` is the Unix time in
    seconds of the newest turn. `running` marks the conversation that the next question continues.
    """

    turn_id: int
    title: str
    at: float
    turns: int
    running: bool


@dataclass(frozen=True)
class ChatUsage:
    """A chat's usage: turns and tokens, today (UTC) and in all stored days."""

    turns: int
    tokens: int
    turns_today: int
    tokens_today: int


@dataclass(frozen=True)
class OverheardMessage:
    """A message that was not addressed to the bot, of a chat that listens; `at` is Unix time."""

    message_id: str
    author: Author
    text: str
    at: float


@dataclass(frozen=True)
class OverheardBounds:
    """How many overheard messages a chat keeps, in how many bytes of text, and for how long."""

    messages: int = 100
    most_bytes: int = 24_000
    seconds: float = DAY_SECONDS


@dataclass(frozen=True)
class PackedTurn:
    """A row of a turn as read.

    `vectors` of prompt and answer are None until they are made.
    """

    turn_id: int
    author: Author
    at: float
    finish: str
    prompt: bytes
    answer: bytes
    vectors: tuple[bytes, bytes] | None
    material: bytes | None = None

    def unpack(self) -> Turn:
        """Return the turn; raise `StorageFault` if its text is damaged."""
        prompt, answer = unpack(self.prompt), unpack(self.answer)
        return Turn(
            self.author,
            prompt,
            answer,
            Finish(self.finish),
            self.at,
            self.turn_id,
            material=unpack_material(self.material),
        )


@dataclass(frozen=True)
class StoredDocument:
    """A document of a chat; `at` and `used_at` are Unix times.

    `size_bytes` counts texts and vectors as stored, `unpacked_bytes` with the texts unpacked.
    `digest` is the SHA-256 of the source file, empty if unknown.
    """

    document_id: int
    name: str
    author: Author
    at: float
    used_at: float
    size_bytes: int
    passages: int
    unpacked_bytes: int = 0
    digest: bytes = b""


@dataclass(frozen=True)
class PackedPassage:
    """A passage as read; `place` is a page or heading.

    `vectors` are that of the whole passage, then those of its sentences.
    """

    document_id: int
    number: int
    place: str
    packed: bytes
    vectors: bytes

    def unpack(self) -> str:
        """Return the text; raise `StorageFault` if it is damaged."""
        return unpack(self.packed)


@dataclass(frozen=True)
class StoredAnswer:
    """A cached answer with its question; `vector` is empty if none could be made."""

    answer_id: int
    packed_question: bytes
    packed_text: bytes
    vector: bytes
    at: float

    @property
    def question(self) -> str:
        """Return the question; raise `StorageFault` if it is damaged."""
        return unpack(self.packed_question)

    @property
    def text(self) -> str:
        """Return the answer; raise `StorageFault` if it is damaged."""
        return unpack(self.packed_text)


@dataclass(frozen=True)
class Facts:
    """The identity of a store.

    It also counts erasures, and how many of them are followed by a rewrite of the file.
    """

    store: str
    erased: int
    scrubbed: int


@dataclass(frozen=True)
class Size:
    """The size of the file in bytes, and the part of it that is in use."""

    file_bytes: int
    used_bytes: int


@dataclass(frozen=True)
class Lifetimes:
    """How long things are kept: turns in days, everything else in seconds.

    `turn_days` 0 keeps turns until space runs out.
    """

    turn_days: int = 0
    document_seconds: float = 30 * DAY_SECONDS
    answer_seconds: float = 7 * DAY_SECONDS
    overheard_seconds: float = DAY_SECONDS


@dataclass(frozen=True)
class Removed:
    """What a sweep deleted: numbers of old rows and whole chats, keys of all changed chats."""

    rows: int = 0
    chats: int = 0
    changed: frozenset[ChatKey] = frozenset()
