"""What adapters and engine say to each other: pure values and protocols.

An adapter states facts in these types and decides nothing; the engine decides and names no
platform. There is no field for "everything else": a fact that the engine needs gets a name here.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Callable, NewType, Protocol, Union

SentId = NewType("SentId", str)
"""A message that the bot sent, as the platform names it within its chat."""


@dataclass(frozen=True)
class ChatKey:
    """Name one conversation: messages share a history exactly when their keys are equal.

    Raises ValueError for parts that would make two keys look the same once written.
    """

    platform: str
    chat_id: str
    thread_id: str = ""

    def __post_init__(self) -> None:
        if not self.platform or not self.chat_id or ":" in self.platform + self.chat_id:
            raise ValueError(
                f"{self.platform!r} and {self.chat_id!r} name no chat: none may be empty or have a colon"
            )

    def __str__(self) -> str:
        """Return the form used in logs and on the command line: ``telegram:42:7``, or ``telegram:42``."""
        return ":".join(part for part in (self.platform, self.chat_id, self.thread_id) if part)

    @classmethod
    def parse(cls, text: str) -> ChatKey:
        """Read what ``str(key)`` wrote; raise ValueError on anything else."""
        platform, chat_id, thread_id = [*text.split(":", 2), "", ""][:3]
        if not platform or not chat_id or text.endswith(":"):
            raise ValueError(f"{text!r} is not a chat key such as telegram:42 or discord:10:11")
        return cls(platform, chat_id, thread_id)


@dataclass(frozen=True)
class Author:
    """Who wrote or pressed; `language` is the platform's IETF tag for this user (``pt-BR``), empty if unknown."""

    user_id: str
    name: str = ""
    language: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file that came with a message; `ref` is the adapter's own handle for `ReplySink.fetch` and may be secret."""

    name: str
    media_type: str
    size_bytes: int
    ref: str


@dataclass(frozen=True)
class Inbound:
    """One message that an adapter saw, in no platform's terms.

    `direct`: a private conversation with the bot. `addressed`: the bot was mentioned, replied to or
    named by a command. `text` has the bot's own mention taken out; a command stands first as
    ``/name arguments``. `sent_at` is Unix time in seconds. `quoted` is the text replied to.
    `edited`: the same `message_id` came before with another text.
    """

    key: ChatKey
    message_id: str
    author: Author
    text: str
    direct: bool
    addressed: bool
    sent_at: float
    quoted: str = ""
    attachments: tuple[Attachment, ...] = ()
    edited: bool = False


class Action(str, Enum):
    """What a button under an answer does."""

    STOP = "stop"
    CONTINUE = "continue"
    RETRY = "retry"


@dataclass(frozen=True)
class Button:
    """A button under a message: what it does and the word on it, in the chat's language."""

    action: Action
    label: str


@dataclass(frozen=True)
class Press:
    """A tapped button; `press_id` is the platform's id of this tap, `sent` the message that carries the button."""

    key: ChatKey
    press_id: str
    sent: SentId
    author: Author
    action: Action


@dataclass(frozen=True)
class Pace:
    """How many calls a platform takes in one chat and overall; send, edit, typing and delete all count.

    `spacing_seconds` is the least gap between two edits of a growing answer. At most `window_calls`
    calls go out in any `window_seconds`, of which `reserve_calls` are kept for final texts.
    `overall_calls` in `overall_seconds` bounds all chats of the platform together.
    """

    spacing_seconds: float
    window_calls: int
    window_seconds: float
    reserve_calls: int
    overall_calls: int
    overall_seconds: float


@dataclass(frozen=True)
class Limits:
    """What fits into one message of a sink, and how often it may be called.

    `measure` gives the length of a Markdown text in the platform's units after rendering; at most
    `max_units` fit. `typing_seconds` is how long one typing call stays visible, 0 where the
    platform has no such sign. Calls of all sinks with an equal `scope` count against one budget (a
    group with all its topics; empty: the chat's id).
    """

    max_units: int
    measure: Callable[[str], int]
    pace: Pace
    typing_seconds: float = 0.0
    scope: str = ""


More = Callable[[], Awaitable[None]]
"""Waits until one more call may go out in this chat, and counts it."""


async def at_once() -> None:
    """Count nothing: for who is no part of a budget."""


class ReplySink(Protocol):
    """Where one answer goes. Raises only `DeliveryError`; texts are the model's Markdown, rendered by the sink.

    Every call may be cancelled; a cancelled call may or may not have reached the platform. The sink
    neither waits nor retries on its own: pacing and repetition belong to ``engine.delivery``.
    """

    @property
    def limits(self) -> Limits:
        """Return what fits and how often; constant for one sink."""

    @property
    def handle(self) -> str:
        """Return what `Adapter.sink` needs, beside the key, to build this sink anew after a restart."""

    async def typing(self) -> None:
        """Show once that an answer is being prepared."""

    async def send(self, text: str, buttons: Sequence[Button], part: int) -> SentId:
        """Send a new message; `part` (0, 1, …) of one answer is shown once only, where a platform can see to that."""

    async def edit(self, sent: SentId, text: str, buttons: Sequence[Button]) -> None:
        """Replace a message's text and buttons; an unchanged text counts as done."""

    async def delete(self, sent: SentId) -> None:
        """Remove a message; one that is gone already counts as done."""

    async def locate(
        self, text: str, buttons: Sequence[Button], part: int, more: More = at_once
    ) -> SentId | None:
        """Find the message of a `send` that failed with ``uncertain`` and name it, whether or not it shows this text.

        None means that no such message exists as far as the platform can tell. Where sending again
        is harmless (the platform drops a repeated part by itself) this is simply that. `more` is
        awaited before each platform call that counts against the chat's budget but the first.
        """

    async def send_file(self, name: str, content: bytes, caption: str) -> SentId:
        """Send a file with a plain-text caption."""

    async def fetch(self, attachment: Attachment, max_bytes: int) -> bytes:
        """Read an attachment of this conversation; raise `DeliveryFailed` when it is longer than `max_bytes`."""


Submit = Callable[[Union[Inbound, Press], ReplySink], Awaitable[str]]
"""Hand an item to the engine. Returns when it is durably accepted (or refused), not when it is answered.

The result is a short word for who pressed a button, or sent a command that the chat itself shows no answer to, in their
language; else empty. Raises `StorageFault` when
the item could be neither kept nor refused in the chat: the adapter must then offer it again.
"""

LastSeen = Callable[[str], Awaitable[Mapping[ChatKey, str]]]
"""For a platform's name: the id of the newest accepted message of each chat, for platforms that do not redeliver."""

Taken = Callable[[str], Awaitable[Sequence[tuple[ChatKey, str]]]]
"""For a platform's name: ids of the newest known messages, questions and parts of answers, in the order of questions.

Raises `StorageFault`. For platforms where a lost message has to be looked for among others.
"""


@dataclass(frozen=True)
class Exchange:
    """A kept question with its answer, for a platform that has to show a chat again.

    `handle` is that of the answer's sink, empty once buttons no longer reach it. `finish` is None
    while the answer is still to come; `answer` is then what was last on screen. `at` is Unix time
    in seconds.
    """

    handle: str
    prompt: str
    answer: str
    finish: Finish | None
    at: float


class Kept(Protocol):
    """What is kept of a chat, for platforms that keep nothing themselves."""

    async def exchanges(self, key: ChatKey, *, earlier: bool = False) -> Sequence[Exchange]:
        """Return the newest exchanges, oldest first: of the running conversation, or with the `earlier` ones.

        Raises `StorageFault`.
        """


class Adapter(Protocol):
    """One platform."""

    name: str

    async def run(self, submit: Submit) -> None:
        """Take messages until cancelled or, where input has an end, until all is answered.

        Raises `LoginRejected` or `ConnectionLost`. Cancelling stops the intake at once; sinks work
        until `close`.
        """

    async def close(self) -> None:
        """Release the connection; idempotent."""

    def sink(self, key: ChatKey, handle: str) -> ReplySink:
        """Build a sink anew from what `ReplySink.handle` gave; no I/O."""


@dataclass(frozen=True)
class CommandInfo:
    """A command as a platform's menu shows it; `descriptions` by language code, always with ``en``.

    `argument` names what may stand behind the command, `hints` say by language code what that is.
    """

    name: str
    descriptions: Mapping[str, str]
    argument: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)


class Finish(str, Enum):
    """How an answer ended."""

    STOP = "stop"
    LENGTH = "length"
    DEADLINE = "deadline"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class Turn:
    """One question with its answer, recorded as the user saw it; `at` is Unix time in seconds."""

    author: Author
    prompt: str
    answer: str
    finish: Finish
    at: float
    turn_id: int = 0


@dataclass(frozen=True)
class ChatMessage:
    """One message of a prompt; `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True)
class Usage:
    """Tokens of one model call; `estimated` where the endpoint did not say."""

    prompt_tokens: int = 0
    answer_tokens: int = 0
    estimated: bool = False


@dataclass(frozen=True)
class Delta:
    """A piece of a streamed answer; the end carries `finish` (stop or length), `usage` may come with or after it."""

    text: str = ""
    finish: Finish | None = None
    usage: Usage | None = None
    model: str = ""


class LanguageModel(Protocol):
    """A chat model behind an endpoint."""

    def stream(
        self, messages: Sequence[ChatMessage], max_tokens: int, model: str = ""
    ) -> AsyncGenerator[Delta, None]:
        """Stream an answer of at most `max_tokens`; `model` names one other than the default.

        Raises only `ModelError`. Closing the generator, or cancelling who iterates it, ends the
        call at the endpoint.
        """
