"""Tests that every error of discord.py and aiohttp has a Pipit error, without vendor text."""

from __future__ import annotations

import importlib
import pkgutil
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp import client_exceptions

from adapters.discord.failures import _AIOHTTP, TABLE, Refused, adapter_error, delivery_error
from engine.errors import (
    UNKNOWN,
    ChatUnavailable,
    ConnectionLost,
    DeliveryError,
    DeliveryFailed,
    LoginRejected,
    MessageGone,
    RateLimited,
)

SECRET = "what a user wrote"


def every_class(root: type[BaseException]) -> set[type[BaseException]]:
    return {root}.union(*(every_class(child) for child in root.__subclasses__()))


def modules_of(package: Any) -> list[str]:
    names = (
        module.name for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    )
    left_out = (
        "discord.ext",
        "discord.types",
        "discord.__main__",
    )  # types that cannot be imported
    return [name for name in names if not name.startswith(left_out)]


def test_every_exception_class_of_discord_py_is_in_the_table() -> None:
    for name in modules_of(discord):
        importlib.import_module(name)
    known = {
        cls
        for cls in every_class(discord.DiscordException)
        if not cls.__module__.startswith("discord.ext")
    }
    assert known - set(TABLE) == set()


def test_every_client_exception_class_of_aiohttp_is_in_the_table() -> None:
    known = {
        cls
        for cls in every_class(aiohttp.ClientError)
        if cls.__module__ == client_exceptions.__name__
    }
    assert known - set(TABLE) == set()
    assert {cls.__name__ for cls in known} <= set(_AIOHTTP)


def http_error(
    status: int, code: int, kind: type[discord.HTTPException] = discord.HTTPException
) -> BaseException:
    response: Any = SimpleNamespace(status=status, reason="", headers={})
    return kind(response, {"code": code, "message": SECRET})


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (http_error(404, 10008, discord.NotFound), MessageGone),
        (http_error(404, 10003, discord.NotFound), ChatUnavailable),
        (http_error(403, 50001, discord.Forbidden), ChatUnavailable),
        (http_error(403, 0, discord.Forbidden), ChatUnavailable),
        (http_error(401, 50027), ChatUnavailable),
        (http_error(400, 50035), DeliveryFailed),
        (http_error(429, 30046), RateLimited),
        (discord.RateLimited(9.0), RateLimited),
        (discord.InvalidData(SECRET), DeliveryFailed),
    ],
)
def test_a_failed_call_means_what_its_status_and_code_say(
    error: BaseException, expected: type[DeliveryError]
) -> None:
    meaning = delivery_error(error)
    assert type(meaning) is expected
    assert SECRET not in str(meaning)


@pytest.mark.parametrize(
    ("error", "retryable", "uncertain"),
    [
        (Refused(502, 0, 0.0), True, True),
        (http_error(503, 0, discord.DiscordServerError), True, True),
        (aiohttp.ServerDisconnectedError(SECRET), True, True),
        (ConnectionResetError(104, SECRET), True, True),
        (TimeoutError(), True, True),
        (aiohttp.ConnectionTimeoutError(SECRET), True, False),
        (
            aiohttp.ClientConnectorError(
                SimpleNamespace(host="h", port=1, ssl=None), OSError(1, SECRET)
            ),
            True,
            False,
        ),  # type: ignore[arg-type]
        (http_error(400, 50006), False, False),
    ],
)
def test_only_a_call_that_may_have_been_carried_out_is_uncertain(
    error: BaseException, *, retryable: bool, uncertain: bool
) -> None:
    meaning = delivery_error(error)
    assert isinstance(meaning, DeliveryFailed)
    assert (meaning.retryable, meaning.state is UNKNOWN) == (retryable, uncertain)
    assert SECRET not in str(meaning)


def test_a_rate_limit_without_a_time_still_gets_a_pause() -> None:
    limited = delivery_error(Refused(429, 30046, 0.0))
    assert isinstance(limited, RateLimited)
    assert limited.retry_after > 0


def closed(code: int) -> discord.ConnectionClosed:
    socket: Any = SimpleNamespace(close_code=code)
    return discord.ConnectionClosed(socket, shard_id=None, code=code)


@pytest.mark.parametrize(
    "error",
    [
        discord.LoginFailure(SECRET),
        discord.PrivilegedIntentsRequired(None),
        closed(4004),
        closed(4011),
        closed(4013),
        http_error(403, 0, discord.Forbidden),
    ],
)
def test_what_trying_again_cannot_mend_is_for_the_operator(error: BaseException) -> None:
    meaning = adapter_error(error)
    assert isinstance(meaning, LoginRejected)
    assert SECRET not in str(meaning)


@pytest.mark.parametrize(
    "error",
    [
        closed(4000),
        Refused(503, 0, 0.0),
        discord.GatewayNotFound(),
        OSError(SECRET),
        aiohttp.ClientError(SECRET),
    ],
)
def test_anything_else_is_a_connection_to_be_made_again(error: BaseException) -> None:
    meaning = adapter_error(error)
    assert isinstance(meaning, ConnectionLost)
    assert SECRET not in str(meaning)
