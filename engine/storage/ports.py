"""The ports of a store: protocols with all that the engine, memory and the process need from it.

They use the engine's terms. No SQL, connection or row tuple crosses them. `engine.storage.sqlite`
implements them with one file. Every other store has to pass the same tests
(tests/engine/storage/contract). Every method raises `StorageFault` if the store fails, unless its
docstring says otherwise.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Callable, Protocol

from engine.contract import Author, ChatKey, Finish, Inbound, Material, SentId, Turn, Usage
from engine.errors import DeliveryState
from engine.kept import Conversation, Kept
from engine.storage.overview import Overview
from engine.storage.pulse import Pulse
from engine.storage.records import (
    Amount,
    ChatState,
    ChatUsage,
    Entry,
    Erased,
    Exported,
    Facts,
    Lifetimes,
    OverheardBounds,
    OverheardMessage,
    PackedPassage,
    PackedTurn,
    Removed,
    Scope,
    Size,
    StoredAnswer,
    StoredDocument,
)

NO_BOUND = 2**62  # larger than any row number and any size


class Ledger(Protocol):
    """The durable record of accepted questions, from their acceptance to their recorded turns.

    A row belongs to one process (its owner) and has a revision. If a newer revision has taken over,
    methods that write for an older one raise `Superseded`.
    """

    async def accept(self, inbound: Inbound, handle: str, notice: str = "") -> Entry | None:
        """Commit a message, with the notice that answers it if that is known.

        Return None if the message was accepted before. An edited text opens its row again.
        """

    async def reopen(
        self, entry: Entry, inbound: Inbound, handle: str, asked_by: Author | None = None
    ) -> Entry | None:
        """Open a finished row again, to replace the answer in its bubbles.

        Return None if it is open.
        """

    async def join(self, row: int, piece: Inbound, handle: str) -> Entry | None:
        """Commit a message as a further piece of a row's question, and open the row again.

        Return None if the message was accepted before, or if the question is no longer stored.
        """

    async def amend(self, entry: Entry, inbound: Inbound) -> None:
        """Commit a question again, with text that was fetched for it. Raises `Superseded`."""

    async def begin(self, entry: Entry) -> Entry:
        """Count one more attempt before it starts. Return the row as it is now.

        Raises `Superseded`.
        """

    async def enter_step(self, entry: Entry, step: str) -> None:
        """Record the heavy step that the job begins, or with an empty `step` its end."""

    async def check(self, entry: Entry) -> None:
        """Raise `Superseded` if the row belongs to a newer revision."""

    async def previous_owner(self, entry: Entry) -> int:
        """Return the process that answers an older revision, 0 for none, `DIED` if it ended."""

    async def release(self, entry: Entry, *, state: DeliveryState) -> None:
        """Commit that this process has finished with a row that another process waits for."""

    async def bubble(self, entry: Entry, part: int, sent: SentId) -> None:
        """Commit that a message of the answer exists."""

    async def unbubble(self, entry: Entry, sent: SentId) -> None:
        """Commit that a message of the answer is gone."""

    async def be_sure(self, entry: Entry, sure: bool) -> None:  # noqa: FBT001 - the only thing it says
        """Commit whether all messages of the answer are certainly in its bubbles."""

    def progress(
        self,
        entry: Entry,
        text: str,
        finish: Finish | None = None,
        superseded: Callable[[], None] = lambda: None,
    ) -> None:
        """Record the progress of an answer.

        Only the newest is written, a little later. Never raises.
        """

    async def finish(self, entry: Entry, turn: Turn, usage: Usage) -> int:
        """Record the turn, its usage and the end of the row together. Return the turn's number.

        Raises `Superseded`, also for a row that was erased.
        """

    async def close_row(self, entry: Entry, *, given_up: bool = False) -> None:
        """End a row without a turn. Raises `Superseded`."""

    async def unfinished(
        self, gone: Sequence[int], platforms: Sequence[str], limit: int = 1000
    ) -> list[Entry]:
        """Claim open rows of these platforms whose owner is among `gone`.

        Return them, oldest first.
        """

    async def recent(self, platforms: Sequence[str], since: float) -> list[Entry]:
        """Return closed questions accepted since `since` (Unix time in seconds), oldest first."""

    async def load(self, row: int) -> Entry | None:
        """Return a row as it is now, or None if it is no longer known."""

    async def of_bubble(self, key: ChatKey, sent: SentId) -> Entry | None:
        """Return the row whose answer contains a message, or None if it is no longer known."""

    async def last_seen(self, platform: str) -> dict[ChatKey, str]:
        """Return the newest accepted message id of each chat of a platform."""

    async def taken(self, platform: str) -> list[tuple[ChatKey, str]]:
        """Return the ids of a platform's newest questions and their answers' messages, in order."""

    async def close(self) -> None:
        """Write the progress of all answers. Idempotent. Never raises."""


class Conversations(Protocol):
    """The settings of chats, their newest turns, and their usage."""

    async def load(self, key: ChatKey) -> ChatState:
        """Return a chat as it is stored, or an empty one."""

    async def choose(
        self,
        key: ChatKey,
        *,
        model: str | None = None,
        persona: str | None = None,
        language: str | None = None,
        time_zone: str | None = None,
        by: Author | None = None,
    ) -> None:
        """Set the given values. `by` is the person who set a persona."""

    async def move(self, former: ChatKey, key: ChatKey) -> bool:
        """Give a chat a new key. Return False if nothing is stored under the old key.

        A job in progress may continue under the old key.
        """

    async def begin_anew(self, key: ChatKey) -> None:
        """Start a new conversation. Earlier turns stay stored but are no longer loaded."""

    async def earlier(self, key: ChatKey, most: int) -> list[Conversation]:
        """Return the newest conversations of a chat, the one with the newest turn first."""

    async def resume(self, key: ChatKey, turn_id: int) -> bool:
        """Make the conversation of a turn the running one.

        Return False if the chat has no such turn.
        """

    async def describe(
        self, key: ChatKey, turn_id: int, descriptions: Mapping[str, str], usage: Usage
    ) -> Material | None:
        """Record the descriptions of a turn's pictures, and return the turn's material with them.

        `descriptions` is keyed by the digest of a picture. Return None if the turn is not stored in
        this chat. The turn's vectors are deleted. `usage` is the cost of the descriptions; it is
        added to the usage of the turn's author on the day of the turn.
        """

    async def usage(self, key: ChatKey) -> ChatUsage:
        """Return the total usage of a chat."""

    async def tokens_today(self, platform: str, user_id: str) -> int:
        """Return a person's tokens of this day (UTC) over all chats of a platform."""


class Turns(Protocol):
    """The turns of a chat with their vectors."""

    async def newest(self, key: ChatKey, most: int, *, before: int = 0) -> list[PackedTurn]:
        """Return the newest turns of a chat, or the newest before `before`, oldest first."""

    async def some(self, key: ChatKey, turn_ids: Collection[int]) -> list[PackedTurn]:
        """Return those of the given turns that are stored in this chat."""

    async def put_vectors(self, turn_id: int, prompt: bytes, answer: bytes) -> None:
        """Store the vectors of a turn, if the turn still exists."""


class DocumentShelf(Protocol):
    """Documents by chat, with their passages."""

    async def put(
        self,
        key: ChatKey,
        name: str,
        author: Author,
        now: float,
        passages: Sequence[tuple[str, str, bytes]],
        *,
        digest: bytes = b"",
        replaced: Collection[int] = (),
    ) -> int:
        """Store a document with its passages (place, text, vectors). Return its number.

        The documents that it replaces are deleted with the same call.
        """

    async def of_chat(self, key: ChatKey) -> list[StoredDocument]:
        """Return a chat's documents, oldest first."""

    async def held_by(self, platform: str, author: Author) -> int:
        """Return the number of unpacked bytes in the documents that a person gave in all chats.

        People of one origin count as one person.
        """

    async def page(self, document_id: int, after: int, most: int) -> list[PackedPassage]:
        """Return up to `most` passages of a document with numbers above `after`, in order."""

    async def some(self, key: ChatKey, places: Sequence[tuple[int, int]]) -> list[PackedPassage]:
        """Return passages of this chat by document and number, in the requested order."""

    async def put_vectors(self, vectors: Mapping[tuple[int, int], bytes]) -> None:
        """Store the vectors of passages by document and number, if the passages still exist."""

    async def touch(self, document_ids: Collection[int], now: float) -> None:
        """Restart the lifetime of documents."""


class Answers(Protocol):
    """Cached answers, by chat and scope."""

    async def exact(
        self, key: ChatKey, scope: str, exact: str, since: float
    ) -> StoredAnswer | None:
        """Return the answer to exactly the same question, or None."""

    async def newest(self, key: ChatKey, scope: str, since: float, most: int) -> list[StoredAnswer]:
        """Return a scope's newest answers, newest first."""

    async def put(
        self,
        key: ChatKey,
        scope: str,
        exact: str,
        turn_id: int,
        question: str,
        text: str,
        vector: bytes,
        now: float,
    ) -> None:
        """Store an answer until its turn is deleted. Replace the answer to the same question."""

    async def put_vectors(self, vectors: Mapping[int, bytes]) -> None:
        """Store the vectors of questions, by the ids of their answers."""


class Vectors(Protocol):
    """The vectors of all chats, and the identity of the model that made them."""

    async def model(self) -> bytes | None:
        """Return the model identity that was stored last, or None."""

    async def adopt(self, model: bytes) -> None:
        """Store the identity of the model."""

    async def discard(self, most: int) -> int:
        """Discard up to `most` vectors of turns, answers or passages.

        Return the number of discarded vectors, 0 if none is left.
        """


class Memories(Protocol):
    """The stored data of memory."""

    @property
    def turns(self) -> Turns:
        """Return the turns of chats."""

    @property
    def documents(self) -> DocumentShelf:
        """Return the documents of chats."""

    @property
    def answers(self) -> Answers:
        """Return the cached answers."""

    @property
    def vectors(self) -> Vectors:
        """Return the operations on all vectors."""


class Overheard(Protocol):
    """Messages that were not addressed to the bot, from the chats that listen.

    A chat listens only if it was told to. A member's objection applies to all topics of a group. It
    is kept until the member withdraws it or all data of the group is erased.
    """

    async def listening(self) -> frozenset[ChatKey]:
        """Return the chats that listen."""

    async def listen(self, key: ChatKey) -> None:
        """Let a chat listen from now on."""

    async def stop(self, key: ChatKey) -> None:
        """Stop a chat from listening, and erase its overheard messages."""

    async def object(self, key: ChatKey, user_id: str) -> None:
        """Record a member's objection in all topics of a group, and erase their messages there."""

    async def allow(self, key: ChatKey, user_id: str) -> None:
        """Withdraw a member's objection, so that their messages are kept again."""

    async def objects(self, key: ChatKey, user_id: str) -> bool:
        """Return whether a member of a group objects to being overheard."""

    async def keep(self, inbound: Inbound, bounds: OverheardBounds) -> bool:
        """Keep a message if its chat listens and its author does not object.

        Return whether it was kept.

        The oldest messages of the chat beyond the limits are deleted.
        """

    async def amend(self, inbound: Inbound) -> bool:
        """Replace the text of a kept message after its edit. Return whether the message is kept."""

    async def drop(self, key: ChatKey, message_ids: Sequence[str]) -> int:
        """Erase kept messages of a chat. Return their number."""

    async def newest(self, key: ChatKey, since: float, most: int) -> list[OverheardMessage]:
        """Return the newest kept messages of a chat that were sent since `since`, oldest first."""


class PersonalData(Protocol):
    """The only place that deletes data: on request, after its lifetime, or to make room.

    `erased_here` counts the erasures by this object.
    """

    erased_here: int

    async def measure(self, scope: Scope, *, upto: int = NO_BOUND) -> Amount:
        """Count the stored data of a scope. Only ledger rows before `upto` are counted."""

    def export(self, scope: Scope, *, most_bytes: int = NO_BOUND) -> AsyncIterator[Exported]:
        """Yield all stored data of a scope, in the order of `SECTIONS`.

        Raises `ExportTooLong` before its texts take more than `most_bytes` unpacked.
        """

    async def erase(self, scope: Scope, *, upto: int = NO_BOUND) -> Erased:
        """Delete the stored data of a scope.

        Questions asked after the row `upto` are still answered.
        """

    async def remove_turn(self, key: ChatKey, turn_id: int, author: Author | None = None) -> bool:
        """Delete a turn of this chat, and of this author if one is given.

        Return whether it existed.
        """

    async def remove_document(
        self, key: ChatKey, document_id: int, author: Author | None = None
    ) -> bool:
        """Delete a document of this chat, and of this author if one is given.

        Return whether it existed.
        """

    async def expire(self, lifetimes: Lifetimes) -> Removed:
        """Delete data past its lifetime, and chats without any answer."""

    async def make_room(self, limit_bytes: int) -> Removed:
        """Delete the oldest data of the people who hold most, if the store is near its limit."""

    async def size(self) -> Size:
        """Measure the store."""

    async def crowded(self, limit_bytes: int) -> bool:
        """Return whether the store is near its limit, or has refused a write because of it."""

    async def wait_until_full(self) -> None:
        """Wait until the limit refuses a write, or a write leaves the store near it."""

    async def facts(self) -> Facts:
        """Return the store's identity and how often data was erased from it."""

    async def version(self) -> int:
        """Return a number that differs after every change."""

    async def small(self) -> bool:
        """Return whether `scrub` is quick enough to be run at once."""

    async def scrub(self) -> bool:
        """Remove every copy of erased data from the store's bytes.

        Return False if that has to wait.
        """

    async def empty_log(self) -> bool:
        """Remove every copy of erased data from the log. Return False if that has to wait."""


class Processes(Protocol):
    """The processes that share a store."""

    @property
    def number(self) -> int:
        """Return this process's number."""

    async def gone(self) -> list[int]:
        """Return the numbers of the processes that have ended, and `RELEASED`."""

    async def strike(self, gone: list[int]) -> None:
        """Remove ended processes from the list.

        Their unclaimed rows are released to any process.
        """

    async def leave(self) -> None:
        """Release this process's number. Idempotent."""


class Storage(Protocol):
    """A store with all of its ports. `most_bytes` is its capacity, 0 if it is unlimited."""

    @property
    def most_bytes(self) -> int:
        """Return the store's capacity."""

    @property
    def ledger(self) -> Ledger:
        """Return the ledger."""

    @property
    def conversations(self) -> Conversations:
        """Return the conversations."""

    @property
    def memories(self) -> Memories:
        """Return the stored data of memory."""

    @property
    def overheard(self) -> Overheard:
        """Return the overheard messages."""

    @property
    def personal_data(self) -> PersonalData:
        """Return the operations for export and erasure."""

    @property
    def overview(self) -> Overview:
        """Return the part of the store that makes lists for the operator."""

    @property
    def pulse(self) -> Pulse:
        """Return when the last write was committed, and why the newest write failed."""

    async def beat(self) -> None:
        """Write without changing anything, to learn whether writes succeed.

        Raises `StorageFault`.
        """

    @property
    def history(self) -> Kept:
        """Return the history of chats, to show them again."""
