"""Map each error class of python-telegram-bot to an error of Pipit, in one table.

The library's `BadRequest` is a subclass of `NetworkError`, so the table is searched from the most
specific class to the most general one. A vendor's text may quote a user, and the text of
`InvalidToken` holds the token. Pipit's errors therefore take from it only phrases of a fixed list.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

import httpx
from telegram import error as vendor

from engine.errors import (
    KNOWN,
    UNKNOWN,
    AdapterError,
    ChatUnavailable,
    ConnectionLost,
    DeliveryError,
    DeliveryFailed,
    LoginRejected,
    MessageGone,
    RateLimited,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_MODIFIED = "message is not modified"
# Phrases of "400 Bad Request" responses in lower case (sources: tdlib/telegram-bot-api, Client.cpp,
# and field reports).
_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message to delete not found",
    "message can't be deleted",
    "message_id_invalid",
    "message identifier is not specified",
)
_NO_CHAT = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "group chat was deactivated",
    "chat_write_forbidden",
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights",
    "message thread not found",
    "topic_closed",
    "topic_deleted",
    "chat_restricted",
)
_OTHER = (
    "message is too long",
    "message_too_long",
    "text is empty",
    "text must be non-empty",
    "can't parse entities",
    "entity",
    "button_data_invalid",
    "file is too big",
    "wrong file_id",
    "query is too old",
    "bot_command",
)
# With these errors the request was not sent: there was no connection, no free place in the pool, or
# the client was closed.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, RuntimeError)


def retry_after_seconds(error: vendor.RetryAfter) -> float:
    """Return the pause that Telegram asks for, in seconds.

    The library gives it as a timedelta with PTB_TIMEDELTA and from version 23 on, otherwise as a
    number.
    """
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, dt.timedelta) else float(pause)


def _rate_limited(error: vendor.TelegramError) -> DeliveryError:
    seconds = retry_after_seconds(error) if isinstance(error, vendor.RetryAfter) else 0.0
    return RateLimited(f"Telegram asks for a pause of {seconds:g} s", retry_after=seconds)


def _refused(error: vendor.TelegramError) -> DeliveryError:
    text = error.message.lower()
    for phrases, kind in (
        (_GONE, MessageGone),
        (_NO_CHAT, ChatUnavailable),
        (_OTHER, DeliveryFailed),
    ):
        phrase = next((phrase for phrase in phrases if phrase in text), "")
        if phrase:
            return kind(f"Telegram refused: {phrase}")
    return DeliveryFailed("Telegram refused the call")


def _unavailable(error: vendor.TelegramError) -> DeliveryError:
    return ChatUnavailable(f"the bot may not write in this chat ({type(error).__name__})")


def _moved(error: vendor.TelegramError) -> DeliveryError:
    return MessageGone(
        f"the group became a supergroup without its old messages ({type(error).__name__})"
    )


def _not_reached(error: vendor.TelegramError) -> DeliveryError:
    cause = error.__cause__
    lost = not isinstance(cause, _NOT_SENT)
    what = "no answer from Telegram" if lost else "no connection to Telegram"
    return DeliveryFailed(
        f"{what} ({type(cause or error).__name__})",
        retryable=True,
        state=UNKNOWN if lost else KNOWN,
    )


def _failed(error: vendor.TelegramError) -> DeliveryError:
    return DeliveryFailed(f"Telegram did not take the call ({type(error).__name__})")


def _lost(error: vendor.TelegramError) -> AdapterError:
    return ConnectionLost(f"no connection to Telegram ({type(error.__cause__ or error).__name__})")


def _rejected(error: vendor.TelegramError) -> AdapterError:
    return LoginRejected(f"Telegram does not accept the token ({type(error).__name__})")


@dataclass(frozen=True)
class Meaning:
    """The two meanings of an error class: for a call in a chat, and for the whole connection."""

    delivery: Callable[[vendor.TelegramError], DeliveryError]
    intake: Callable[[vendor.TelegramError], AdapterError] = _lost


MEANINGS: Mapping[type[vendor.TelegramError], Meaning] = {
    vendor.RetryAfter: Meaning(_rate_limited),
    vendor.BadRequest: Meaning(_refused),
    vendor.Forbidden: Meaning(_unavailable),
    vendor.ChatMigrated: Meaning(_moved),
    vendor.TimedOut: Meaning(_not_reached),
    vendor.NetworkError: Meaning(_not_reached),
    vendor.Conflict: Meaning(_failed),
    vendor.InvalidToken: Meaning(_failed, _rejected),
    vendor.EndPointNotFound: Meaning(_failed),
    vendor.PassportDecryptionError: Meaning(_failed),
    # The library raises this class itself for a response that is not JSON. The call may have been
    # carried out.
    vendor.TelegramError: Meaning(_not_reached),
}


def _meaning(error: vendor.TelegramError) -> Meaning:
    return next(MEANINGS[kind] for kind in type(error).__mro__ if kind in MEANINGS)


def delivery_error(error: vendor.TelegramError) -> DeliveryError:
    """Return the Pipit error for a failed call in one chat."""
    return _meaning(error).delivery(error)


def intake_error(error: vendor.TelegramError) -> AdapterError:
    """Return the Pipit error for a fault of the connection as a whole."""
    return _meaning(error).intake(error)


def refused_with(error: BaseException | None, phrase: str) -> bool:
    """Return whether Telegram refused a call with a text that contains the phrase."""
    return isinstance(error, vendor.BadRequest) and phrase in error.message.lower()
