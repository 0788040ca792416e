"""Tests of the table that maps python-telegram-bot's errors to Pipit's."""

from __future__ import annotations

import datetime as dt
import inspect
from typing import Any

import httpx
import pytest
from telegram import error as vendor

from adapters.telegram.failures import MEANINGS, delivery_error, intake_error
from engine.errors import (
    KNOWN,
    UNKNOWN,
    BotError,
    ChatUnavailable,
    ConnectionLost,
    DeliveryFailed,
    LoginRejected,
    MessageGone,
    RateLimited,
)


def test_every_error_class_of_the_library_is_in_the_table() -> None:
    theirs = {
        kind
        for _, kind in inspect.getmembers(vendor, inspect.isclass)
        if issubclass(kind, Exception)
    }
    assert theirs == set(MEANINGS)


def caused(error: vendor.TelegramError, cause: Exception | None) -> vendor.TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind", "facts"),
    [
        (vendor.RetryAfter(7), RateLimited, {"retry_after": 7.0}),
        (vendor.RetryAfter(dt.timedelta(seconds=90)), RateLimited, {"retry_after": 90.0}),
        (vendor.BadRequest("Message to edit not found"), MessageGone, {}),
        (vendor.BadRequest("Message can't be edited"), MessageGone, {}),
        (vendor.BadRequest("Chat not found"), ChatUnavailable, {}),
        (vendor.BadRequest("Message thread not found"), ChatUnavailable, {}),
        (
            vendor.BadRequest("Not enough rights to send text messages to the chat"),
            ChatUnavailable,
            {},
        ),
        (
            vendor.BadRequest("Message is too long"),
            DeliveryFailed,
            {"retryable": False, "state": KNOWN},
        ),
        (
            vendor.BadRequest("Something new"),
            DeliveryFailed,
            {"retryable": False, "state": KNOWN},
        ),
        (vendor.Forbidden("Forbidden: bot was blocked by the user"), ChatUnavailable, {}),
        (vendor.ChatMigrated(-1001), MessageGone, {}),
        (vendor.TimedOut(), DeliveryFailed, {"retryable": True, "state": UNKNOWN}),
        (
            vendor.NetworkError("Bad Gateway"),
            DeliveryFailed,
            {"retryable": True, "state": UNKNOWN},
        ),
        (
            vendor.TelegramError("Invalid server response"),
            DeliveryFailed,
            {"retryable": True, "state": UNKNOWN},
        ),
        (vendor.InvalidToken(), DeliveryFailed, {"retryable": False, "state": KNOWN}),
        (vendor.Conflict("x"), DeliveryFailed, {"retryable": False}),
        (vendor.EndPointNotFound("x"), DeliveryFailed, {"retryable": False}),
    ],
    ids=repr,
)
def test_an_error_of_a_call_becomes_ours(
    error: vendor.TelegramError, kind: type[BotError], facts: dict[str, Any]
) -> None:
    ours = delivery_error(error)
    assert type(ours) is kind
    assert {name: getattr(ours, name) for name in facts} == facts


@pytest.mark.parametrize(
    ("cause", "uncertain"),
    [
        (httpx.ConnectError("x"), False),
        (httpx.ConnectTimeout("x"), False),
        (httpx.PoolTimeout("x"), False),
        (RuntimeError("This HTTPXRequest is not initialized!"), False),
        (httpx.ReadTimeout("x"), True),
        (httpx.WriteTimeout("x"), True),
        (httpx.ReadError("x"), True),
        (httpx.RemoteProtocolError("x"), True),
    ],
    ids=repr,
)
def test_a_call_is_certain_not_to_have_arrived_only_if_it_never_left(
    cause: Exception, uncertain: bool
) -> None:
    ours = delivery_error(caused(vendor.NetworkError("x"), cause))
    assert isinstance(ours, DeliveryFailed)
    assert (ours.retryable, ours.state is UNKNOWN) == (True, uncertain)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (vendor.InvalidToken("The token `1:secret` was rejected by the server."), LoginRejected),
        (vendor.NetworkError("x"), ConnectionLost),
        (vendor.TimedOut(), ConnectionLost),
        (vendor.BadRequest("x"), ConnectionLost),
        (vendor.TelegramError("Invalid server response"), ConnectionLost),
    ],
    ids=repr,
)
def test_an_error_of_the_intake_becomes_ours(
    error: vendor.TelegramError, kind: type[BotError]
) -> None:
    assert type(intake_error(error)) is kind


@pytest.mark.parametrize(
    "error", [kind for kind in MEANINGS if kind is not vendor.RetryAfter], ids=lambda k: k.__name__
)
def test_the_words_of_the_library_do_not_get_into_ours(error: type[vendor.TelegramError]) -> None:
    theirs = (
        error(4711) if error is vendor.ChatMigrated else error("entity URL 'my secret' is invalid")
    )  # type: ignore[arg-type]
    for ours in (delivery_error(theirs), intake_error(theirs)):
        assert "secret" not in f"{ours} {ours!r}"
