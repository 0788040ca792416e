"""All errors that Pipit raises on purpose, with the cause or the person who must act.

BotError
├── SettingsError(.problems)        the operator must act: a setting is missing or wrong; exit 78
├── ModelError                      the language model did not give an answer
│   ├── ModelUnavailable(.retry_after)   a temporary fault: retry, or try the next model
│   ├── ModelRefused(.status, .too_long) the request or the token is not accepted
│   │   ├── ModelBlind              this model accepts no pictures
│   │   ├── FormatRefused           the service does not accept recordings in this format
│   │   ├── ModelUnknown            the endpoint does not offer this model (any more)
│   │   └── ContentFiltered         the endpoint's content rules do not allow an answer
│   ├── OutOfCredit                 the account behind the token has no credit left
│   └── ModelGarbled                the stream broke, or the response was not an answer
│       └── OnlyThought             the model reasoned to the end and did not answer
├── DeliveryError                   a platform did not accept a call
│   ├── RateLimited(.retry_after)   wait that long before the next call in this chat
│   ├── ChatUnavailable             the bot is blocked or removed: nothing can be shown there
│   ├── MessageGone                 the message to edit or delete no longer exists
│   └── DeliveryFailed(.retryable, .state)   any other failure of a call
├── AdapterError                    a platform as a whole failed
│   ├── LoginRejected               the operator must act: the token is not accepted; no retry
│   └── ConnectionLost              a temporary fault: the adapter is restarted after a pause
├── StorageFault                    the operator must act: the disk or the database file fails
├── Superseded                      nobody must act: a newer job answers the edited question
├── QueueFull                       the sender must wait: too many questions wait already
├── MemoryFault                     the embedder or an index failed; the chat has no memory now
├── DocumentRefused(.reason)        the sender must act: the file cannot be read or kept
├── MediaRefused(.reason)           the sender must act: the picture or sound cannot be used
├── ExportTooLong                   the requester must act: the export does not fit one file
├── DeadlinePassed                  a deadline ended the work
└── Interrupted                     a request ended the work

The attributes of an error hold its data. ``str(error)`` is the sentence for the log. ``__cause__``
is the cause. A chat never shows these texts: ``engine.wording`` holds the sentences for users.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class DeliveryState(Enum):
    """Whether the ids of all sent messages are known.

    UNKNOWN means that a send may have reached the platform, but no id came back.
    """

    KNOWN = "known"
    UNKNOWN = "unknown"


KNOWN, UNKNOWN = DeliveryState.KNOWN, DeliveryState.UNKNOWN


class BotError(Exception):
    """The base class of all errors in this module."""


class SettingsError(BotError):
    """The settings have problems. All of them are reported at once.

    Each text in `problems` begins with the name of a setting.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class ModelError(BotError):
    """The language model did not give an answer.

    `another_model` is true if the answer had begun and another model can continue it.
    """

    another_model = False


class ModelUnavailable(ModelError):
    """A temporary fault. `retry_after` is in seconds, or 0 if the endpoint named no time."""

    def __init__(self, message: str, *, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ModelRefused(ModelError):
    """The endpoint does not accept the request.

    `status` is the HTTP status, or 0 if there is none. `too_long` is true if the prompt is longer
    than the model's context.
    """

    def __init__(self, message: str, *, status: int = 0, too_long: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.too_long = too_long


class ModelBlind(ModelRefused):
    """The request had more pictures than the model accepts.

    `most` is the number of pictures that the model accepts, 0 for none.
    """

    def __init__(self, message: str, *, status: int = 0, most: int = 0) -> None:
        super().__init__(message, status=status)
        self.most = most


class FormatRefused(ModelRefused):
    """The speech service does not accept this recording's format, or cannot read the recording."""


class ModelUnknown(ModelRefused):
    """The endpoint does not offer this model."""


class ContentFiltered(ModelRefused):
    """The endpoint's content rules do not allow an answer to this prompt."""


class OutOfCredit(ModelError):
    """The account behind the token has no credit left (HTTP 402)."""


class ModelGarbled(ModelError):
    """The stream broke off, or the response was not an answer."""


class OnlyThought(ModelGarbled):
    """The model reasoned until its last token and gave no answer."""


class DeliveryError(BotError):
    """A platform did not accept a call."""


class RateLimited(DeliveryError):
    """The platform asks for a pause of `retry_after` seconds in this chat."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ChatUnavailable(DeliveryError):
    """The bot is blocked or removed, or the chat is deleted. Nothing can be shown in this chat."""


class MessageGone(DeliveryError):
    """The message to edit or delete no longer exists."""


class DeliveryFailed(DeliveryError):
    """Any other failure of a call.

    `retryable` is true if the same call may succeed later. `state` is UNKNOWN if the platform may
    have carried out the call although no response arrived.
    """

    def __init__(
        self, message: str, *, retryable: bool = False, state: DeliveryState = KNOWN
    ) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.state = state


class AdapterError(BotError):
    """A platform as a whole failed."""


class LoginRejected(AdapterError):
    """The platform does not accept the token or the bot's rights. A retry cannot succeed."""


class ConnectionLost(AdapterError):
    """The connection to the platform broke. The adapter is restarted after a pause."""


class StorageFault(BotError):
    """A read or write of the disk or the database file failed."""


class Superseded(BotError):
    """A newer revision of the question owns the row of the ledger now.

    The older job must write nothing more to it.
    """


class QueueFull(BotError):
    """Too many questions wait for an answer, in the chat or in all chats."""


class MemoryFault(BotError):
    """The embedder or an index failed. The chat continues without memory."""


class DocumentRefused(BotError):
    """A file cannot be read or kept.

    `reason` is one of these words: kind (a format that is not supported), too_large (bytes),
    too_long (pages, text, or more than a chat may keep at all), unreadable, encrypted, empty (no
    text, as in a scan), too_slow, full (the chat has no room left).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"a document was refused: {reason}")
        self.reason = reason


class MediaRefused(BotError):
    """A picture or a sound cannot be used.

    `reason` is one of these words: kind (an unsupported format), too_large (bytes, pixels or
    memory), unreadable (damaged), too_slow, no_library (a package is not installed), gone (the
    platform no longer has it), lost (it could not be fetched now).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"media was refused: {reason}")
        self.reason = reason


class ExportTooLong(BotError):
    """The stored data of a chat does not fit one export file."""


class DeadlinePassed(BotError):
    """A deadline ended the work."""


class Interrupted(BotError):
    """A request ended the work."""
