"""A look at a database on a server changes nothing and names what is wrong."""

from __future__ import annotations

import pytest

from engine.errors import StorageFault
from tests.rigs.postgres import Server, drop_database, fresh_database

pytest.importorskip("asyncpg")
from engine.storage.postgres.address import Address
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.probe import look
from engine.storage.postgres.schema import version_of

pytestmark = pytest.mark.postgres


async def test_an_empty_database_can_be_used_and_stays_empty(postgres_server: Server) -> None:
    name = await fresh_database(postgres_server, empty=True)
    found = await look(Address(postgres_server.url(name)))
    assert (found.chats, found.processes) == (-1, 0)
    database = await Postgres.open(Address(postgres_server.url(name)))
    link = await database.direct()
    assert await version_of(link) > 0
    assert (await look(Address(postgres_server.url(name)))).processes == 1
    await link.close()
    await database.close()
    await drop_database(postgres_server, name)


async def test_a_user_who_may_not_make_tables_is_named_as_the_fault(
    postgres_server: Server, postgres_url: str
) -> None:
    database = await Postgres.open(Address(postgres_url))
    link = await database.direct()
    await link.execute("DROP ROLE IF EXISTS guest")
    await link.execute("CREATE ROLE guest LOGIN")
    guest = postgres_url.replace("pipit@", "guest@")
    with pytest.raises(StorageFault, match="may not create tables"):
        await look(Address(guest))
    await link.execute("DROP ROLE guest")
    await link.close()
    await database.close()


async def test_tables_of_a_newer_version_are_named_as_the_fault(postgres_url: str) -> None:
    database = await Postgres.open(Address(postgres_url))
    link = await database.direct()
    await link.execute("UPDATE schema_version SET version = version + 1")
    with pytest.raises(StorageFault, match="newer Pipit"):
        await look(Address(postgres_url))
    await link.close()
    await database.close()
