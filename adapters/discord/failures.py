"""Map each error class of discord.py and aiohttp to an error of Pipit, in one table.

A vendor's text may quote what a user wrote, so Pipit's errors never contain it. They hold only the
HTTP status and Discord's error code.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import TYPE_CHECKING

import aiohttp
import discord
from aiohttp import client_exceptions
from discord import app_commands, oggparse, opus
from discord.app_commands import errors as commands

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


class Refused(aiohttp.ClientError):
    """A response with status 429 or 5xx, raised before discord.py would wait and retry.

    It is a `ClientError`, so the gateway's reconnect loop, which uses the same session, treats it
    as a network fault and retries. `retry_after` is in seconds, or 0 if Discord named no pause.
    """

    def __init__(self, status: int, code: int, retry_after: float) -> None:
        super().__init__(f"HTTP {status}, Discord's code {code}")
        self.status = status
        self.code = code
        self.retry_after = retry_after


class Kind(Enum):
    """The kinds of failure that Pipit distinguishes."""

    LIMITED = "a rate limit that stopped the call before it was sent"
    REFUSED = "a 429 or 5xx"
    STATUS = "another HTTP error status"
    LOGIN = "the account is not accepted"
    CLOSED = "the gateway was closed; its close code gives the reason"
    UNSENT = "the call was never sent"
    LOST = "no answer came; the call may have been carried out"
    MISUSE = "a mistake in this program"


_DISCORD: dict[type[BaseException], Kind] = {
    discord.RateLimited: Kind.LIMITED,
    Refused: Kind.REFUSED,
    discord.HTTPException: Kind.STATUS,
    discord.Forbidden: Kind.STATUS,
    discord.NotFound: Kind.STATUS,
    discord.DiscordServerError: Kind.STATUS,
    app_commands.CommandSyncFailure: Kind.STATUS,
    discord.LoginFailure: Kind.LOGIN,
    discord.PrivilegedIntentsRequired: Kind.LOGIN,
    discord.ConnectionClosed: Kind.CLOSED,
    discord.GatewayNotFound: Kind.LOST,
    discord.DiscordException: Kind.MISUSE,
    discord.ClientException: Kind.MISUSE,
    discord.InvalidData: Kind.MISUSE,
    discord.InteractionResponded: Kind.MISUSE,
    discord.MissingApplicationID: Kind.MISUSE,
    discord.errors.FFmpegProcessError: Kind.MISUSE,
    opus.OpusError: Kind.MISUSE,
    opus.OpusNotLoaded: Kind.MISUSE,
    oggparse.OggError: Kind.MISUSE,
    commands.AppCommandError: Kind.MISUSE,
    commands.CommandInvokeError: Kind.MISUSE,
    commands.TransformerError: Kind.MISUSE,
    commands.TranslationError: Kind.MISUSE,
    commands.CheckFailure: Kind.MISUSE,
    commands.NoPrivateMessage: Kind.MISUSE,
    commands.MissingRole: Kind.MISUSE,
    commands.MissingAnyRole: Kind.MISUSE,
    commands.MissingPermissions: Kind.MISUSE,
    commands.BotMissingPermissions: Kind.MISUSE,
    commands.CommandOnCooldown: Kind.MISUSE,
    commands.CommandAlreadyRegistered: Kind.MISUSE,
    commands.CommandLimitReached: Kind.MISUSE,
    commands.CommandNotFound: Kind.MISUSE,
    commands.CommandSignatureMismatch: Kind.MISUSE,
}

# The classes are looked up by name, because aiohttp 3.13 lacks some classes of 3.14.
_AIOHTTP: dict[str, Kind] = {
    "ClientError": Kind.LOST,
    "ClientResponseError": Kind.LOST,
    "ContentTypeError": Kind.LOST,
    "WSServerHandshakeError": Kind.LOST,
    "ClientHttpProxyError": Kind.UNSENT,
    "TooManyRedirects": Kind.LOST,
    "ClientConnectionError": Kind.LOST,
    "ClientConnectionResetError": Kind.LOST,
    "ClientOSError": Kind.LOST,
    "ClientConnectorError": Kind.UNSENT,
    "ClientConnectorDNSError": Kind.UNSENT,
    "ClientProxyConnectionError": Kind.UNSENT,
    "UnixClientConnectorError": Kind.UNSENT,
    "ClientSSLError": Kind.UNSENT,
    "ClientConnectorSSLError": Kind.UNSENT,
    "ClientConnectorCertificateError": Kind.UNSENT,
    "ServerConnectionError": Kind.LOST,
    "ServerDisconnectedError": Kind.LOST,
    "ServerTimeoutError": Kind.LOST,
    "ConnectionTimeoutError": Kind.UNSENT,
    "SocketTimeoutError": Kind.LOST,
    "ServerFingerprintMismatch": Kind.UNSENT,
    "ClientPayloadError": Kind.LOST,
    "UploadAbortedError": Kind.LOST,
    "InvalidURL": Kind.MISUSE,
    "InvalidUrlClientError": Kind.MISUSE,
    "RedirectClientError": Kind.LOST,
    "NonHttpUrlClientError": Kind.MISUSE,
    "InvalidUrlRedirectClientError": Kind.LOST,
    "NonHttpUrlRedirectClientError": Kind.LOST,
}

TABLE: Mapping[type[BaseException], Kind] = {
    **_DISCORD,
    **{
        getattr(client_exceptions, name): kind
        for name, kind in _AIOHTTP.items()
        if hasattr(client_exceptions, name)
    },
    OSError: Kind.LOST,
    asyncio.TimeoutError: Kind.LOST,
}

VENDOR = (discord.DiscordException, aiohttp.ClientError, OSError, asyncio.TimeoutError)
"""The errors that the library's calls raise. Pass them to `delivery_error` or `adapter_error`."""

# Discord's JSON error codes (its reference, "JSON Error Codes").
_UNKNOWN_MESSAGE = 10008
_NO_CHAT = frozenset({
    10003,  # unknown channel
    10004,  # unknown guild
    10015,  # unknown webhook
    10062,  # unknown interaction
    40094,  # the interaction's five followups are used, in a server without the app
    50001,  # missing access
    50007,  # cannot send messages to this user
    50013,  # missing permissions
    50027,  # invalid webhook token, which means that the interaction has expired
})  # fmt: skip
REPLY_NEEDS_HISTORY = 160002
_UNNAMED_PAUSE_SECONDS = 5.0

_CLOSE_REASONS = {
    4004: "Discord does not accept the token (DISCORD_BOT_TOKEN)",
    4010: "Discord does not accept the shard",
    4011: "the bot is in too many servers for one connection: it needs shards",
    4012: "Discord no longer speaks this version of its gateway",
    4013: "Discord does not know the intents that were asked for",
    4014: "the bot asked for an intent that is switched off in its developer portal",
}


def kind_of(error: BaseException) -> Kind:
    """Return the kind of failure that the table gives for an error's class.

    If the class is not in the table, its nearest base class in the table is used.
    """
    return next((TABLE[cls] for cls in type(error).__mro__ if cls in TABLE), Kind.MISUSE)


def delivery_error(error: BaseException) -> DeliveryError:
    """Return the `DeliveryError` that describes a failed call."""
    kind = kind_of(error)
    if isinstance(error, discord.RateLimited):
        return RateLimited("a rate limit of Discord", retry_after=error.retry_after)
    if isinstance(error, Refused):
        return _by_status(error.status, error.code, error.retry_after)
    if isinstance(error, discord.HTTPException):
        return _by_status(error.status, error.code, 0.0)
    lost = kind is Kind.LOST
    return DeliveryFailed(
        f"no answer: {type(error).__name__}",
        retryable=lost or kind is Kind.UNSENT,
        state=UNKNOWN if lost else KNOWN,
    )


def _by_status(status: int, code: int, retry_after: float) -> DeliveryError:
    said = f"HTTP {status}, Discord's code {code}"
    if status == 429:
        return RateLimited(said, retry_after=retry_after or _UNNAMED_PAUSE_SECONDS)
    if code == _UNKNOWN_MESSAGE:
        return MessageGone(said)
    if code in _NO_CHAT or status == 403:
        return ChatUnavailable(said)
    return DeliveryFailed(said, retryable=status >= 500, state=UNKNOWN if status >= 500 else KNOWN)


def adapter_error(error: BaseException) -> AdapterError:
    """Return the `AdapterError` that describes a failed login or a lost gateway."""
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return LoginRejected(_CLOSE_REASONS[4014])
    if isinstance(error, discord.LoginFailure):
        return LoginRejected(_CLOSE_REASONS[4004])
    if isinstance(error, discord.ConnectionClosed) and error.code in _CLOSE_REASONS:
        return LoginRejected(_CLOSE_REASONS[error.code])
    if isinstance(error, discord.HTTPException) and error.status in {401, 403}:
        return LoginRejected(f"Discord does not accept the account: HTTP {error.status}")
    return ConnectionLost(f"the connection to Discord broke: {_named(error)}")


def _named(error: BaseException) -> str:
    if isinstance(error, discord.ConnectionClosed):
        return f"close code {error.code}"
    return str(error) if isinstance(error, Refused) else type(error).__name__
