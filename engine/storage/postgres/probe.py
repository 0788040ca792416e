"""Examine a database on a server without changing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import asyncpg

from engine.errors import StorageFault
from engine.storage.postgres.address import Address
from engine.storage.postgres.connection import CONNECT_SECONDS, check_server, connect
from engine.storage.postgres.faults import ERRORS, translate
from engine.storage.postgres.schema import STEPS, check_whole, version_of

_MAY = "SELECT has_schema_privilege(current_user, current_schema(), 'CREATE')"
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND application_name = 'pipit' AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True)
class Looked:
    """The server's version, the number of chats, and the number of connected processes.

    `chats` is -1 if there are no tables yet. `chosen` are the settings that admins chose in a chat.
    """

    server: str
    chats: int
    processes: int
    chosen: Mapping[str, str] = field(default_factory=dict)


async def look(address: Address) -> Looked:
    """Check that a process could use the database, without writing. Raises `StorageFault`."""
    try:
        if address.direct_url:  # the process will need both addresses
            pooled = await asyncpg.connect(
                address.url, timeout=CONNECT_SECONDS, statement_cache_size=0
            )
            await pooled.close()
        link = await connect(address.direct)
        try:
            return await _looked(link, address.place)
        finally:
            await link.close()
    except ERRORS as error:
        raise translate(error, address.place) from error


async def _looked(link: asyncpg.Connection, place: str) -> Looked:
    await check_server(link, place)
    if await link.fetchval("SELECT pg_is_in_recovery()"):
        raise StorageFault(
            f"{place}: this server is a standby; let DATABASE_URL lead to the primary"
        )
    if not await link.fetchval(_MAY):
        raise StorageFault(
            f"{place}: the user may not create tables; make it the owner of the database"
        )
    version = await version_of(link)
    if version > len(STEPS):
        raise StorageFault(f"{place} was written by a newer Pipit; start the newer Pipit")
    chats, chosen = -1, {}
    if version == len(STEPS):
        rows = await link.fetch("SELECT name, value FROM chosen LIMIT 1000")
        chosen = {str(name): str(value) for name, value in rows}
    if version:
        await check_whole(link, place)
        chats = int(await link.fetchval("SELECT count(*) FROM chats"))
    server = ".".join(map(str, link.get_server_version()[:2]))
    return Looked(server, chats, int(await link.fetchval(_OTHERS)), chosen)
