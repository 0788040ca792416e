"""What a store keeps and hands out, in the engine's terms: no column, no row, no connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable

from engine.contract import Author, ChatKey, Finish, Inbound, SentId, Turn
from engine.storage.codec import unpack
from engine.storage.packing import unpack_material

DAY_SECONDS = 86_400
RELEASED = 0  # the owner of rows that a process gave back
# The previous owner of a row whose older run ended with its process; its progress is unknown.
DIED = -1
WINDOW_TURNS = 40  # of one chat; more never fits the prompt's token budget


@dataclass(frozen=True)
class Scope:
    """What a request is about: a whole chat, or with `user_id` what this person gave in it."""

    key: ChatKey
    user_id: str = ""


@dataclass(frozen=True)
class Amount:
    """How much is kept of a scope; `waiting` counts questions without an answer."""

    turns: int
    documents: int
    waiting: int

    @property
    def nothing(self) -> bool:
        """Return whether nothing is kept."""
        return not (self.turns or self.documents or self.waiting)


@dataclass(frozen=True)
class Erased:
    """What was erased.

    `spent_today` has the tokens that its people had used of their day, by user id.
    """

    turns: int
    documents: int
    spent_today: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Exported:
    """One thing that is kept, ready for JSON; things of one `section` follow each other."""

    section: str
    content: Mapping[str, Any]


SECTIONS = ("settings", "turns", "repeated", "documents", "cached_answers", "messages", "usage")
"""The sections of an export, in the order in which they come."""


@dataclass(frozen=True)
class Partial:
    """How far an answer has come, until that is written.

    `grown`: it is longer than when its attempt began. `finish` is how the model ended it, empty
    while it may grow. `superseded` is called if the row belongs to a newer revision.
    """

    revision: int
    text: str
    grown: bool
    finish: str
    superseded: Callable[[], None]


@dataclass(frozen=True)
class Entry:
    """A row of the ledger.

    `inbound` is the question; `handle` rebuilds its sink; `bubbles` are its answer's messages in
    order; `partial` is the answer's text as far as it was written down, `finish` how the model
    ended it if it has; `turn_id` is the recorded turn, 0 before there is one. A new row is `begun`:
    its first attempt was counted with it, which saves a commit for each question. `sure`: no
    message of the answer exists beside its bubbles; without that the process that ended may have
    sent one more than it wrote down. `notice` is the whole answer where that is known at
    acceptance: what an immediate command led to, or why the message was refused. `revision` counts
    how often the row was opened again; `previous_owner`: see `Ledger.previous_owner`. `asked_by` is
    somebody else who had the question answered again, None if nobody did. `deaths` counts the
    processes that ended in a heavy step of this row (`Ledger.enter_step`). Until `settles_at` (Unix
    time) the question waits for further pieces.
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
    """A chat as it is kept: its choices, and the conversation's newest turns, oldest first.

    `evicted`: turns or documents of the chat were deleted to make room, and nobody has been told.
    """

    turns: Sequence[Turn] = ()
    model: str = ""
    persona: str = ""
    language: str = ""
    time_zone: str = ""
    evicted: bool = False


@dataclass(frozen=True)
class ChatUsage:
    """What a chat has used: turns and tokens, today (UTC) and in all that is kept."""

    turns: int
    tokens: int
    turns_today: int
    tokens_today: int


@dataclass(frozen=True)
class PackedTurn:
    """A row of a turn as it was read.

    `vectors` of prompt and answer are None where none were made yet.
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
    """A document that a chat was given; `at` and `used_at` are Unix times.

    `size_bytes` are texts and vectors as they are stored, `unpacked_bytes` with the texts unpacked.
    `digest` is the SHA-256 of the file that it was read from, empty if unknown.
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
    """A passage as read: `place` is a page or heading, `vectors` the whole, then its sentences."""

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
    """A cached answer with its question; `vector` is empty where none could be made."""

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
    """Which store this is.

    How often something was erased, and after how much of that the file was written anew.
    """

    store: str
    erased: int
    scrubbed: int


@dataclass(frozen=True)
class Size:
    """The file in bytes: as long as it is, and the part of it that holds something."""

    file_bytes: int
    used_bytes: int


@dataclass(frozen=True)
class Lifetimes:
    """How long things are kept: turns in days, documents and answers in seconds.

    `turn_days` 0 keeps turns until space runs out.
    """

    turn_days: int = 0
    document_seconds: float = 30 * DAY_SECONDS
    answer_seconds: float = 7 * DAY_SECONDS


@dataclass(frozen=True)
class Removed:
    """What a sweep deleted: numbers of old rows and whole chats, keys of all changed chats."""

    rows: int = 0
    chats: int = 0
    changed: frozenset[ChatKey] = frozenset()
