"""The types that adapters and the engine share: pure values and protocols.

An adapter states facts in these types and decides nothing. The engine decides and names no
platform. There is no field for "everything else". Each fact that the engine needs has a field of
its own.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Callable, NewType, Protocol, Union

from engine.attachments import Attachment, Media, Picture, Sign
from engine.groups import HERE, Place, Standing
from engine.tools import Tool, ToolCall
from engine.usage import Usage as Usage  # noqa: PLC0414 - all shared types are found here

SentId = NewType("SentId", str)
"""The platform's id of a message that the bot sent, unique within its chat."""


@dataclass(frozen=True)
class ChatKey:
    """The name of one conversation. Messages share a history if and only if their keys are equal.

    Raises ValueError for parts that would give two keys the same written form.
    """

    platform: str
    chat_id: str
    thread_id: str = ""

    def __post_init__(self) -> None:
        if not self.platform or not self.chat_id or ":" in self.platform + self.chat_id:
            raise ValueError(
                f"{self.platform!r} and {self.chat_id!r} name no chat: each needs text without "
                f"colons"
            )

    def __str__(self) -> str:
        """Return the form for logs and the command line: ``telegram:42:7``, or ``telegram:42``."""
        return ":".join(part for part in (self.platform, self.chat_id, self.thread_id) if part)

    @classmethod
    def parse(cls, text: str) -> ChatKey:
        """Parse the form that ``str(key)`` returns. Raises ValueError for any other text."""
        platform, chat_id, thread_id = [*text.split(":", 2), "", ""][:3]
        if not platform or not chat_id or text.endswith(":"):
            raise ValueError(f"{text!r} is not a chat key such as telegram:42 or discord:10:11")
        return cls(platform, chat_id, thread_id)


@dataclass(frozen=True)
class Author:
    """The person who wrote a message or pressed a button.

    `language` is the platform's IETF tag for this user (``pt-BR``), or empty if unknown.
    `anonymous` is true if several people share this id, such as the administrators who write in a
    group's name. `operator` is true for the person who runs this process, at its own terminal.
    `origin` names the source that several user ids may share, such as a keyed hash of a network
    address. It is empty where the platform knows its users. All people of one origin together may
    use one person's share of the storage.
    """

    user_id: str
    name: str = ""
    language: str = ""
    anonymous: bool = False
    operator: bool = False
    origin: str = ""


@dataclass(frozen=True)
class Material:
    """The parts of a question beside its text. They are stored as long as the question is stored.

    `quoted` is the text that the question replies to, cites or forwards. `quoted_from` is the name
    of the person who wrote this text, or empty if unknown. `quoted_own` is true if the bot wrote
    it. `forwarded` is true if the author of the question forwarded it. `attachments` came with the
    message or with the message that it replies to. In a recorded turn, only media keep their `ref`
    (`Attachment.recorded`).
    """

    quoted: str = ""
    quoted_from: str = ""
    quoted_own: bool = False
    forwarded: bool = False
    attachments: tuple[Attachment, ...] = ()

    @property
    def recorded(self) -> Material:
        """Return the form that is recorded, without handles that expire or hold a secret."""
        return replace(self, attachments=tuple(file.recorded for file in self.attachments))

    def described(self, descriptions: Mapping[str, str]) -> Material:
        """Return the material with the `descriptions` of pictures, which are keyed by digest."""
        files = tuple(
            replace(file, description=descriptions[file.digest])
            if descriptions.get(file.digest)
            else file
            for file in self.attachments
        )
        return replace(self, attachments=files)


@dataclass(frozen=True)
class Inbound:
    """One message that an adapter received, in terms that are the same for every platform.

    `direct` is true in a private conversation with the bot. `addressed` is true if the bot was
    mentioned, replied to or named by a command. `text` contains no mention of the bot itself. The
    address of a hidden link follows the link's words. A command has the form ``/name arguments``.
    `sent_at` is Unix time in seconds. `quoted`, `quoted_from`, `quoted_own`, `forwarded` and
    `attachments` are explained in `Material`. `edited` is true if an earlier message had the same
    `message_id` and another text. `unseen` is true if the message refers to something that the
    platform does not show to the bot. Messages of one author with an equal `group` were sent at
    once. `unfinished` is true if the text is about as long as a message can be, so that the client
    may have cut it. `place` is the group, if there is one.
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
    quoted_from: str = ""
    quoted_own: bool = False
    forwarded: bool = False
    unseen: bool = False
    group: str = ""
    unfinished: bool = False
    place: Place = HERE

    @property
    def material(self) -> Material:
        """Return the parts of the question beside its text."""
        return Material(
            self.quoted, self.quoted_from, self.quoted_own, self.forwarded, self.attachments
        )

    def asking(self, text: str, author: Author, material: Material) -> Inbound:
        """Return this message as a question of `author`, with this text and this material."""
        return replace(
            self,
            text=text,
            author=author,
            quoted=material.quoted,
            quoted_from=material.quoted_from,
            quoted_own=material.quoted_own,
            forwarded=material.forwarded,
            attachments=material.attachments,
        )


class Action(str, Enum):
    """The effect of a button, under an answer or on a card.

    `OBJECT` records an objection, `ALLOW` withdraws it, and `SILENCE` ends a group's listening.
    `SEND` and `DROP` are for broadcasts. The actions in `ON_PEOPLE` are for approvals.
    """

    STOP = "stop"
    CONTINUE = "continue"
    RETRY = "retry"
    OBJECT = "object"
    ALLOW = "allow"
    SILENCE = "silence"
    APPROVE = "approve"
    BLOCK = "block"
    PEOPLE = "people"
    SEND = "send"
    DROP = "drop"


OF_ANSWERS = (Action.STOP, Action.CONTINUE, Action.RETRY)
ON_PEOPLE = (Action.APPROVE, Action.BLOCK, Action.PEOPLE)


@dataclass(frozen=True)
class Button:
    """A button under a message: its effect, and its label in the chat's language.

    `about` names what the button acts on, in letters, digits and hyphens. `line` is its row.
    """

    action: Action
    label: str
    about: str = ""
    line: int = 0


Buttons = Sequence[Button]


@dataclass(frozen=True)
class Press:
    """A tap on a button.

    `press_id` is the platform's id of this tap. `sent` is the message that has the button.
    """

    key: ChatKey
    press_id: str
    sent: SentId
    author: Author
    action: Action
    about: str = ""
    place: Place = HERE


@dataclass(frozen=True)
class Moved:
    """A chat has a new key on its platform. Its stored data moves to that key."""

    key: ChatKey
    former: ChatKey


@dataclass(frozen=True)
class Deleted:
    """The report that messages were deleted on the platform."""

    key: ChatKey
    message_ids: tuple[str, ...]


@dataclass(frozen=True)
class Pace:
    """The number of calls that a platform accepts. Send, edit and delete all count.

    Typing calls count too, unless `Limits.typing_pace` is set.

    `spacing_seconds` is the shortest time between two edits of a growing answer. At most
    `window_calls` calls may be made in any `window_seconds`. `reserve_calls` of them are reserved
    for final texts. At most `overall_calls` in `overall_seconds` may be made in all chats of the
    platform together.
    """

    spacing_seconds: float
    window_calls: int
    window_seconds: float
    reserve_calls: int
    overall_calls: int
    overall_seconds: float


@dataclass(frozen=True)
class Limits:
    """The size of one message of a sink, and the pace of its calls.

    `measure` returns the length of a Markdown text after rendering, in the platform's units. At
    most `max_units` fit. `typing_seconds` is how long the typing indicator stays visible after one
    call, or 0 if the platform has none. All sinks with an equal `scope` share one budget of calls
    (a group with all its topics). If `scope` is empty, the chat's id is used. `typing_pace` is the
    budget of typing calls on a platform that counts them separately. None means that they share
    `pace`.
    """

    max_units: int
    measure: Callable[[str], int]
    pace: Pace
    typing_seconds: float = 0.0
    scope: str = ""
    typing_pace: Pace | None = None


More = Callable[[], Awaitable[None]]
"""Waits until this chat's budget allows one more call, and counts that call."""


async def at_once() -> None:
    """Return at once and count nothing, because no budget applies."""


class ReplySink(Protocol):
    """The place where one answer is shown. Texts are Markdown, and the sink renders them.

    Methods raise only `DeliveryError`. Every call may be cancelled. A cancelled call may or may not
    have reached the platform. A sink neither waits nor retries, because ``engine.delivery`` paces
    and repeats the calls.
    """

    @property
    def limits(self) -> Limits:
        """Return the limits of this sink. They never change."""

    @property
    def handle(self) -> str:
        """Return the text from which `Adapter.sink` rebuilds this sink after a restart."""

    async def typing(self, sign: Sign = Sign.TYPING) -> None:
        """Show the indicator of an activity once, or typing if the platform has only that."""

    async def send(self, text: str, buttons: Buttons, part: int, made: Media = None) -> SentId:
        """Send a new message and return its id. With `made`, the text is its caption.

        `part` is the number of the message within its answer (0, 1, …). Where the platform can
        detect repetition, each part is shown only once.
        """

    async def edit(self, sent: SentId, text: str, buttons: Buttons, made: Media = None) -> None:
        """Replace a message's content, or raise `DeliveryFailed` if that is not possible."""

    async def delete(self, sent: SentId) -> None:
        """Remove a message. Succeeds if it is already gone."""

    async def locate(
        self, text: str, buttons: Buttons, part: int, more: More = at_once, made: Media = None
    ) -> SentId | None:
        """Find the message of a `send` that failed with `state` UNKNOWN.

        The message may show a different text by now. Returns None if the platform seems to have no
        such message. On a platform that ignores a repeated part, this method simply sends again.
        `more` is awaited before each platform call that counts against the chat's budget, except
        the first.
        """

    async def send_file(self, name: str, content: bytes, caption: str) -> SentId:
        """Send a file with a plain-text caption."""

    async def fetch(self, attachment: Attachment, max_bytes: int) -> bytes:
        """Download an attachment of this conversation, even days after it arrived.

        Raises `DeliveryFailed` if it is larger than `max_bytes`, and `MessageGone` if it no longer
        exists.
        """

    async def standing(self, author: Author) -> Standing:
        """Return the platform's facts about a person and about the bot in this group."""


Submit = Callable[[Union[Inbound, Press, Moved, Deleted], ReplySink], Awaitable[str]]
"""Gives an item to the engine. Returns once the item is durably accepted or refused.

It does not wait for the answer. It returns a short text for the person who pressed a button or sent
a message, in their language. The text is empty if the chat itself shows the result. Some results
are not shown in the chat: a command that needs no answer, and a refusal if the chat has shown that
person a refusal within the last minute. An adapter that waits for an answer must then show the text
and stop waiting. Raises `StorageFault` if the item could be neither stored nor refused in the chat.
The adapter must then offer the item again.
"""

Wants = Callable[[Inbound], bool]
"""Returns whether the engine may accept a message.

It may if the message is addressed to the bot, may be a piece of such a message, or is in a chat
that listens. The function does no I/O, so adapters call it before they queue a message.
"""


LastSeen = Callable[[str], Awaitable[Mapping[ChatKey, str]]]
"""Returns the id of the newest accepted message of each chat of a platform.

It serves platforms that do not deliver missed messages again.
"""

Taken = Callable[[str], Awaitable[Sequence[tuple[ChatKey, str]]]]
"""Returns the newest known message ids of a platform: questions and parts of answers, oldest first.

Raises `StorageFault`. It serves platforms on which a message with unknown id is found by excluding
all messages with known ids.
"""


class Adapter(Protocol):
    """The connection to one platform."""

    name: str

    async def run(self, submit: Submit) -> None:
        """Receive messages until cancelled.

        If the input has an end, return once all messages are answered. Raises `LoginRejected` or
        `ConnectionLost`. If this call is cancelled, no more messages are received. Sinks keep
        working until `close`.
        """

    async def close(self) -> None:
        """Close the connection. Idempotent."""

    def sink(self, key: ChatKey, handle: str) -> ReplySink:
        """Rebuild a sink from the text that `ReplySink.handle` returned, without I/O."""


@dataclass(frozen=True)
class CommandInfo:
    """A command, as a platform's menu shows it.

    `descriptions` has a text for each language code, always including ``en``. `argument` is the
    name of the command's argument. `hints` describes this argument for each language code.
    """

    name: str
    descriptions: Mapping[str, str]
    argument: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)


class Finish(str, Enum):
    """The way an answer ended."""

    STOP = "stop"
    LENGTH = "length"
    DEADLINE = "deadline"
    STOPPED = "stopped"
    FAILED = "failed"
    FILTERED = "filtered"


@dataclass(frozen=True)
class Turn:
    """One question with its answer, recorded as the user saw it. `at` is Unix time in seconds.

    `author` asked the question. `repeated_by` is another person who pressed Retry or Continue, or
    None. `material` holds the parts of the question beside its text.
    """

    author: Author
    prompt: str
    answer: str
    finish: Finish
    at: float
    turn_id: int = 0
    repeated_by: Author | None = None
    material: Material = Material()

    @property
    def asked(self) -> str:
        """Return the question's text, its quote and the descriptions of its pictures.

        This is the text for search and recall.
        """
        seen = (file.description or file.alt for file in self.material.attachments)
        return "\n".join(filter(None, (self.prompt, self.material.quoted, *seen)))


@dataclass(frozen=True)
class ChatMessage:
    """One message of a prompt. `role` is system, user or assistant.

    A message with `pictures` is sent in parts: the text, then each picture.
    """

    role: str
    content: str
    pictures: tuple[Picture, ...] = ()

    @property
    def without_pictures(self) -> ChatMessage:
        """Return the message with a line of text in place of each picture."""
        if not self.pictures:
            return self
        lines = [picture.caption for picture in self.pictures if picture.caption]
        return ChatMessage(self.role, "\n".join([*lines, self.content]).strip())


@dataclass(frozen=True)
class Delta:
    """A piece of a streamed answer.

    The last piece carries `finish` (stop, length or filtered). `usage` comes with this piece or
    after it. `thinking` is true if the model is reasoning. The piece then only shows that the
    stream is alive. `retracts` is true if the text before this piece was reasoning, so that the
    answer begins with this piece. The last piece has the `call` if the model calls a tool.
    """

    text: str = ""
    finish: Finish | None = None
    usage: Usage | None = None
    model: str = ""
    thinking: bool = False
    retracts: bool = False
    call: ToolCall | None = None


class LanguageModel(Protocol):
    """A chat model behind an endpoint."""

    def stream(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int,
        model: str = "",
        tools: Sequence[Tool] = (),
    ) -> AsyncGenerator[Delta, None]:
        """Stream an answer of at most `max_tokens` tokens.

        `model` selects another model than the default. The model may call one of the `tools`, which
        are left out if it does not accept tools.

        Raises only `ModelError`. Closing the generator, or cancelling its consumer, ends the call
        at the endpoint.
        """
