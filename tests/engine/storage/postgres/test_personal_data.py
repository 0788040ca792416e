"""Personal data on a server: erased texts leave the tables' files."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.storage.records import Scope
from tests.engine.storage.contract.conftest import PassingClock
from tests.engine.storage.contract.filling import HERE, THERE, answered, asked
from tests.rigs.postgres import Server

pytest.importorskip("asyncpg")
from engine.storage.postgres import personal_data
from engine.storage.postgres.address import Address
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.single import SinglePostgres

pytestmark = pytest.mark.postgres


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[SinglePostgres]:
    opened = await Postgres.open(Address(postgres_url))
    yield SinglePostgres(opened, PassingClock(), owner=5)
    await opened.close()


async def in_files(store: SinglePostgres, server: Server, text: str) -> bool:
    """Return whether a file of the tables holds a text."""
    link = await store.database.direct()
    await link.execute("CHECKPOINT")
    paths = [
        await link.fetchval(
            "SELECT pg_relation_filepath(coalesce(nullif(reltoastrelid, 0), oid)) FROM pg_class "
            "WHERE oid = CAST(CAST($1 AS text) AS regclass)",
            table,
        )
        for table in personal_data.WITH_TEXTS
    ] + [
        await link.fetchval(
            "SELECT pg_relation_filepath(CAST(CAST($1 AS text) AS regclass))", table
        )
        for table in personal_data.WITH_TEXTS
    ]
    await link.close()
    return any(text.encode() in (Path(server.data) / path).read_bytes() for path in set(paths))


async def test_an_erased_text_is_gone_from_the_files_of_a_small_database(
    store: SinglePostgres, postgres_server: Server
) -> None:
    secret, kept = secrets.token_hex(20), secrets.token_hex(20)
    for number in range(3):
        await answered(store, asked(f"{number} {secret}", message_id=str(number)))
        await answered(store, asked(f"{number} {kept}", message_id=str(number), key=THERE))
    assert await in_files(store, postgres_server, secret)
    await store.personal_data.erase(Scope(HERE))
    assert await in_files(store, postgres_server, secret), "the row alone is deleted"
    assert await store.personal_data.scrub()
    assert not await in_files(store, postgres_server, secret)
    assert await in_files(store, postgres_server, kept)
    facts = await store.personal_data.facts()
    assert facts.scrubbed == facts.erased > 0


async def test_a_table_that_is_in_use_is_written_anew_later(
    store: SinglePostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal_data, "LOCK_MILLISECONDS", 50)
    await answered(store, asked())
    await store.personal_data.erase(Scope(HERE))
    reader = await store.database.direct()
    async with reader.transaction():
        await reader.fetch("SELECT * FROM turns")
        assert not await store.personal_data.scrub()
    await reader.close()
    assert await store.personal_data.scrub()


async def test_without_a_limit_nothing_makes_room(store: SinglePostgres) -> None:
    await answered(store, asked())
    assert not await store.personal_data.crowded(1)
    assert not (await store.personal_data.make_room(1)).changed
    size = await store.personal_data.size()
    assert size.file_bytes == size.used_bytes > 0
