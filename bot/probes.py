"""The probes of ``check`` that examine this machine: database, people and ports.

They write nothing. Each probe returns a sentence, or raises a `BotError` if its part does not work.
"""

from __future__ import annotations

import asyncio
import os
import socket
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bot.remarks import wrong_ids
from bot.settings import Settings
from engine.answering.hf_streams import Address as Endpoint
from engine.errors import BotError, StorageFault
from engine.storage.postgres.address import Address
from engine.storage.sqlite.processes import anyone_lives
from engine.storage.sqlite.snapshot import chosen_in, inspect, verify

SERVICE_SECONDS = 10.0


async def database(settings: Settings) -> str:
    """Check that the database can be written and is sound.

    The file is never opened for writing. That would create an empty database if none exists, and an
    empty database would prevent the restore of a snapshot.
    """
    if settings.store.server is not None:
        return await _on_server(settings.store.server)
    return await asyncio.get_running_loop().run_in_executor(None, _database, settings.store.path)


async def chosen(settings: Settings) -> str:
    """Return the settings that admins chose in the chat. They have priority over variables."""
    server = settings.store.server
    if server is not None:
        from engine.storage.postgres.probe import look  # noqa: PLC0415 - needs asyncpg

        found = (await look(server)).chosen
    else:
        path = settings.store.path
        found = await asyncio.get_running_loop().run_in_executor(None, chosen_in, path)
    if not found:
        return "none; /set in the chat changes some settings"
    return ", ".join(f"{name}={value}" for name, value in sorted(found.items()))


async def _on_server(address: Address) -> str:
    from engine.storage.postgres.probe import look  # noqa: PLC0415 - needs asyncpg

    found = await look(address)
    held = f"{found.chats} chats" if found.chats >= 0 else "its tables are made at the first run"
    return (
        f"{address.place} can be used (PostgreSQL {found.server}): {held}, "
        f"{found.processes} processes run with it"
    )


def _database(path: Path) -> str:
    found = inspect(path)
    place = path if path.exists() else next(p for p in path.absolute().parents if p.exists())
    if not os.access(place, os.R_OK | os.W_OK) or not (path.exists() or place.is_dir()):
        raise StorageFault(f"{place}: cannot be written; check its owner and rights")
    if found is None:
        return f"{path} can be written; it is made at the first run"
    if anyone_lives(path):
        return f"{path} can be written; Pipit is running with it"
    return f"{path} can be written, and is sound: {verify(path).chats} chats"


async def embedder(settings: Settings) -> str:
    """Check that the packages for memory by meaning are installed. The model is not loaded."""
    missing = [name for name in ("sentence_transformers", "torch") if find_spec(name) is None]
    if missing and not settings.memory.chosen:
        return f"it works by words; the package {missing[0]} would let it search by meaning"
    if missing:
        raise BotError(
            f"MEMORY=FULL needs the package {missing[0]}, which is not installed; install it, or "
            f"set MEMORY=WORDS"
        )
    return f"its packages are installed; the model is {settings.memory.model or 'the default'}"


async def people(settings: Settings) -> str:
    """Check the form of the ids in ALLOWED_USERS and ADMIN_USERS."""
    wrong = list(wrong_ids(settings))
    if wrong:
        raise BotError(". ".join(wrong))
    access = settings.engine.access
    return f"{len(access.allowed | access.admins)} ids have the form of ids"


async def service(url: str, model: str, token: str) -> str:
    """Check that a service for speech or pictures can be reached, and that it accepts the token.

    The service is not used, because a use would cost money. It expects POST, so a working service
    may refuse this GET.
    """
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    host, trust = urlsplit(url).hostname, not Endpoint(url, "", SERVICE_SECONDS).is_loopback
    limit = aiohttp.ClientTimeout(total=SERVICE_SECONDS)
    session = aiohttp.ClientSession(trust_env=trust, timeout=limit)
    asking = session.get(url, headers=headers, allow_redirects=False)
    try:
        async with session, asking as response:
            status = response.status
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        raise BotError(f"{model}: {host} cannot be reached ({type(error).__name__})") from error
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise BotError(f"{model}: {host} refuses the token")
    return f"{model}: {host} can be reached"


def listens_on(settings: Settings) -> list[tuple[str, int]]:
    """Return the addresses and ports on which `run` will listen."""
    found = []
    if settings.web is not None:
        found.append((settings.web.host, settings.web.port))
    if settings.telegram is not None and settings.telegram.webhook_url:
        found.append((settings.telegram.host, settings.telegram.port))
    return found


async def port(settings: Settings, host: str, number: int) -> str:
    """Check that a port is free, or that a Pipit with this database uses it."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, number))
    except OSError as error:
        if anyone_lives(settings.store.path):
            return f"{number} is in use, and Pipit is running"
        raise BotError(f"{number} cannot be used ({error.strerror})") from error
    return f"{number} is free"
