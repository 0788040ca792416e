"""The records that a store keeps and returns. They contain no columns and no connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Callable

from engine.contract import Author, ChatKey, Finish, Inbound, SentId, Turn
from engine.errors import DeliveryState
from engine.storage.codec import unpack
from engine.storage.packing import unpack_material

DAY_SECONDS = 86_400
# The owner number of a row that a process released.
RELEASED = 0
# Stands for the number of a row's previous owner if that process ended while it was answering. How
# far it came is unknown.
DIED = -1
WINDOW_TURNS = 40  # The limit for one chat. More turns never fit into a prompt.
# The parts of an answer that are pictures or recordings have numbers from this number on.
MADE_PARTS = 1_000_000


@dataclass(frozen=True)
class Scope:
    """The subject of a request: a whole chat or, with `user_id`, the data of one person in it."""

    key: ChatKey
    user_id: str = ""


@dataclass(frozen=True)
class Amount:
    """The amount of data in a scope.

    `waiting` counts questions without an answer. `overheard` counts messages that were not
    addressed to the bot.
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
    """The amount of data that was erased."""

    turns: int
    documents: int


@dataclass(frozen=True)
class Exported:
    """One stored item, ready for JSON. Items of one `section` are yielded together."""

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
    "spending",
    "overheard",
    "objections",
    "waiting",
    "access",
)
"""The sections of an export, in their order."""


@dataclass(frozen=True)
class Partial:
    """The progress of an answer that is not written yet.

    `grown` is true if the text is longer than at the start of its attempt. `finish` is the way the
    model ended the text, or None while the text may grow. `superseded` is called if the row belongs
    to a newer revision.
    """

    revision: int
    text: str
    grown: bool
    finish: str
    superseded: Callable[[], None]


@dataclass(frozen=True)
class Entry:
    """A row of the ledger.

    * `inbound` is the question. `handle` rebuilds its sink.
    * `bubbles` are the messages of its answer's text, in order. `media` are those of its pictures
      and recordings.
    * `partial` is the answer's text as last written. `finish` is how the model ended it.
    * `turn_id` is the recorded turn, 0 before there is one.
    * `begun` is true for a new row. Its first attempt is counted when the row is made. That saves
      a commit for each question.
    * `state` is KNOWN if the answer has no message except its bubbles. If it is UNKNOWN, a process
      that ended may have sent a message that it did not record.
    * `notice` is the whole answer if it is known at acceptance: the result of an immediate command,
      or the reason why the message was refused.
    * `revision` counts how often the row was opened again. `previous_owner` is explained in
      `Ledger.previous_owner`.
    * `asked_by` is another person who pressed Retry, or None.
    * `deaths` counts the processes that ended in a heavy step of this row (`Ledger.enter_step`).
    * `settles_at` is the Unix time until which the question waits for further pieces.
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
    state: DeliveryState = DeliveryState.UNKNOWN
    finish: Finish | None = None
    notice: str = ""
    revision: int = 0
    previous_owner: int = 0
    asked_by: Author | None = None
    deaths: int = 0
    settles_at: float = 0.0
    media: tuple[SentId, ...] = ()


@dataclass(frozen=True)
class ChatState:
    """A chat as stored: its settings, and the conversation's newest turns, oldest first.

    `voice` is ON if answers are also spoken, else empty. `evicted` is true if turns or documents of
    the chat were deleted to make room and no answer has said so yet.
    """

    turns: Sequence[Turn] = ()
    model: str = ""
    persona: str = ""
    language: str = ""
    time_zone: str = ""
    voice: str = ""
    evicted: bool = False


@dataclass(frozen=True)
class ChatUsage:
    """A chat's turns and tokens, for today (UTC) and for all stored days."""

    turns: int
    tokens: int
    turns_today: int
    tokens_today: int


@dataclass(frozen=True)
class OverheardMessage:
    """A message that was not addressed to the bot, from a chat that listens. `at` is Unix time."""

    message_id: str
    author: Author
    text: str
    at: float


@dataclass(frozen=True)
class OverheardBounds:
    """The limits on a chat's overheard messages: number, bytes of text, and age in seconds."""

    messages: int = 100
    most_bytes: int = 24_000
    seconds: float = DAY_SECONDS


@dataclass(frozen=True)
class PackedTurn:
    """A turn as it is stored, with packed texts.

    `vectors` holds the vectors of prompt and answer. It is None until they have been made.
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
        """Return the turn with its texts. Raise `StorageFault` if one is damaged."""
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
    """A document of a chat. `at` and `used_at` are Unix times.

    `size_bytes` counts texts and vectors as stored. `unpacked_bytes` counts them with the texts
    unpacked. `digest` is the SHA-256 of the source file, or empty if unknown.
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
    """A passage of a document as it is stored, with packed text. `place` is a page or a heading.

    `vectors` holds the vector of the whole passage first, and then those of its sentences.
    """

    document_id: int
    number: int
    place: str
    packed: bytes
    vectors: bytes

    def unpack(self) -> str:
        """Return the text. Raise `StorageFault` if it is damaged."""
        return unpack(self.packed)


@dataclass(frozen=True)
class StoredAnswer:
    """A cached answer with its question. `vector` is empty if it has not been made yet."""

    answer_id: int
    packed_question: bytes
    packed_text: bytes
    vector: bytes
    at: float

    @property
    def question(self) -> str:
        """Return the question. Raise `StorageFault` if it is damaged."""
        return unpack(self.packed_question)

    @property
    def text(self) -> str:
        """Return the answer. Raise `StorageFault` if it is damaged."""
        return unpack(self.packed_text)


@dataclass(frozen=True)
class Facts:
    """The identity of a store, and the number of its erasures.

    `scrubbed` is the number of erasures that were followed by a rewrite of the file.
    """

    store: str
    erased: int
    scrubbed: int


@dataclass(frozen=True)
class Size:
    """The size of the file in bytes, and the size of the part that is in use."""

    file_bytes: int
    used_bytes: int


@dataclass(frozen=True)
class Lifetimes:
    """How long data is kept: turns in days, everything else in seconds.

    If `turn_days` is 0, turns are kept until they must be deleted to make room.
    """

    turn_days: int = 0
    document_seconds: float = 30 * DAY_SECONDS
    answer_seconds: float = 7 * DAY_SECONDS
    overheard_seconds: float = DAY_SECONDS


@dataclass(frozen=True)
class Removed:
    """The result of a sweep: how many rows and chats were deleted, and which chats have changed."""

    rows: int = 0
    chats: int = 0
    changed: frozenset[ChatKey] = frozenset()
