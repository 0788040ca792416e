"""Every error Pipit raises on purpose, sorted by who must act.

BotError
├── SettingsError(.problems)        the operator: a setting is missing or wrong; exit code 78
├── ModelError                      the language model did not give an answer
│   ├── ModelUnavailable(.retry_after)   a passing fault: try again or try the next model
│   ├── ModelRefused(.status, .too_long) this request or this token is not accepted
│   │   ├── ModelUnknown            the endpoint does not offer this model (any more)
│   │   └── ContentFiltered         the endpoint's content rules do not allow an answer
│   ├── OutOfCredit                 the account behind the token has no credit left
│   └── ModelGarbled                the stream broke, or what came was not an answer
│       └── OnlyThought             the model reasoned to the end and did not answer
├── DeliveryError                   a platform did not take a call
│   ├── RateLimited(.retry_after)   wait that long before the next call in this chat
│   ├── ChatUnavailable             blocked, kicked or deleted: nothing can be shown there
│   ├── MessageGone                 the message to edit or delete is not there any more
│   └── DeliveryFailed(.retryable, .uncertain)   anything else
├── AdapterError                    a platform as a whole
│   ├── LoginRejected               the operator: the token is not accepted; not tried again
│   └── ConnectionLost              passing: the adapter is started again after a pause
├── StorageFault                    the operator: the disk or the database file
├── Superseded                  nobody: a newer run answers the question, which was edited
├── MemoryFault                     the embedder or an index; the chat goes on without memory
├── DocumentRefused(.reason)        who sent a file: it cannot be read or kept
├── ExportTooLong                   who asked for an export: it does not fit one file
├── DeadlinePassed                  work was ended by its deadline
└── Interrupted                     work was ended on request

Data stands in attributes, the sentence for the log in ``str(error)``, the cause in ``__cause__``.
None of these texts reaches a chat: ``engine.wording`` words an error for a user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class BotError(Exception):
    """The root of the tree."""


class SettingsError(BotError):
    """Report all problems with the settings at once.

    `problems` are sentences; each begins with the name of a variable.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class ModelError(BotError):
    """The language model did not give an answer.

    `another_model`: the answer had begun, and another model is there that may go on with it.
    """

    another_model = False


class ModelUnavailable(ModelError):
    """A temporary fault; `retry_after` is in seconds, 0 if the endpoint named no time."""

    def __init__(self, message: str, *, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ModelRefused(ModelError):
    """The request is not accepted.

    `status` is the HTTP status (0 if there is none); `too_long` means that the prompt exceeds the
    context.
    """

    def __init__(self, message: str, *, status: int = 0, too_long: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.too_long = too_long


class ModelUnknown(ModelRefused):
    """The endpoint does not offer this model, or not any more."""


class ContentFiltered(ModelRefused):
    """The endpoint's content rules do not allow an answer to this prompt."""


class OutOfCredit(ModelError):
    """The account behind the token has no credit left (HTTP 402)."""


class ModelGarbled(ModelError):
    """The stream broke off, or the response was not an answer."""


class OnlyThought(ModelGarbled):
    """The model reasoned until its last token and said nothing else."""


class DeliveryError(BotError):
    """A platform did not accept a call."""


class RateLimited(DeliveryError):
    """The platform asks for a pause of `retry_after` seconds in this chat."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ChatUnavailable(DeliveryError):
    """The bot is blocked or removed, or the chat is deleted: nothing can be shown in this chat."""


class MessageGone(DeliveryError):
    """The message to edit or delete no longer exists."""


class DeliveryFailed(DeliveryError):
    """Any other failure of a call.

    `retryable`: the same call may succeed later. `uncertain`: the platform may have carried out the
    call although no response arrived.
    """

    def __init__(self, message: str, *, retryable: bool = False, uncertain: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.uncertain = uncertain


class AdapterError(BotError):
    """A platform as a whole failed."""


class LoginRejected(AdapterError):
    """The platform does not accept the token or the bot's rights; a retry cannot succeed."""


class ConnectionLost(AdapterError):
    """The connection to the platform broke; the adapter is restarted after a pause."""


class StorageFault(BotError):
    """A read or write of the disk or the database file failed."""


class Superseded(BotError):
    """A row of the ledger has become a newer run's.

    What this one still wanted to write there is void.
    """


class MemoryFault(BotError):
    """The embedder or an index failed; the chat goes on without memory."""


class DocumentRefused(BotError):
    """A file cannot be read or kept.

    `reason` is one of: kind (a format that is not supported), too_large (bytes), too_long (pages,
    text, or more than a chat may keep at all), unreadable, encrypted, empty (no text, as in a
    scan), too_slow, full (the chat keeps as much as it may).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"a document was refused: {reason}")
        self.reason = reason


class ExportTooLong(BotError):
    """What is kept is too much for one file."""


class DeadlinePassed(BotError):
    """A deadline ended the work."""


class Interrupted(BotError):
    """A request ended the work."""
