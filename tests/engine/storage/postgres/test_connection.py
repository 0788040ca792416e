"""Tests of the connection to a PostgreSQL server: transactions, texts, faults and restarts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from engine.errors import StorageFault
from engine.storage.sql.database import Db
from engine.tasks import Tasks
from tests.rigs.postgres import Server, drop_database, fresh_database

pytest.importorskip("asyncpg")
from engine.storage.postgres.address import Address
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.schema import STEPS, version_of

pytestmark = pytest.mark.postgres


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[Postgres]:
    opened = await Postgres.open(Address(postgres_url))
    yield opened
    await opened.close()


async def _entered(db: Db, key: str) -> int:
    return await db.insert("chat", "INSERT INTO chats(key, used_at) VALUES(?, ?)", key, 1)


async def _keys(postgres: Postgres) -> list[str]:
    async def op(db: Db) -> list[str]:
        return [row[0] for row in await db.all("SELECT key FROM chats ORDER BY chat")]

    return await postgres.query(op)


@pytest.mark.parametrize("soft", [False, True])
async def test_a_change_is_seen_after_its_transaction(postgres: Postgres, soft: bool) -> None:
    number = await postgres.transact(lambda db: _entered(db, "fake:1"), soft=soft)
    assert number > 0
    assert await _keys(postgres) == ["fake:1"]


async def test_an_error_undoes_the_whole_operation(postgres: Postgres) -> None:
    async def op(db: Db) -> None:
        await _entered(db, "fake:1")
        raise LookupError

    with pytest.raises(LookupError):
        await postgres.transact(op)
    assert await _keys(postgres) == []


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ufdd0", "\ufdd00\0\ufdd01", "né 🐦", ""])
async def test_any_text_comes_back_as_it_was(postgres: Postgres, text: str) -> None:
    await postgres.transact(lambda db: _entered(db, text))
    assert await _keys(postgres) == [text]


async def test_named_parameters_may_stand_in_a_statement_more_than_once(
    postgres: Postgres,
) -> None:
    async def op(db: Db) -> object:
        sql = "SELECT CAST(:one AS bigint) + CAST(:two AS bigint) + CAST(:one AS bigint)"
        return await db.one(sql, {"two": 10, "one": 1, "other": "unused"})

    (total,) = await postgres.query(op)  # type: ignore[misc]
    assert total == 12


async def test_a_cancelled_caller_does_not_undo_a_change_that_has_begun(
    postgres: Postgres,
) -> None:
    begun = asyncio.Event()

    async def op(db: Db) -> None:
        begun.set()
        await db.one("SELECT pg_sleep(0.05)")
        await _entered(db, "fake:1")

    tasks = Tasks("test")
    tasks.spawn(postgres.transact(op), "write")
    await begun.wait()
    await tasks.close()
    await postgres.idle.wait()
    assert await _keys(postgres) == ["fake:1"]


async def test_operations_that_block_each_other_are_repeated(postgres: Postgres) -> None:
    for key in ("fake:1", "fake:2"):
        await postgres.transact(lambda db, key=key: _entered(db, key))
    both = asyncio.Event()
    inside = 0

    async def op(db: Db, first: str, second: str) -> None:
        nonlocal inside
        touch = "UPDATE chats SET used_at = used_at + 1 WHERE key = ?"
        await db.run(touch, first)
        inside += 1
        if inside == 2:
            both.set()
        await both.wait()
        await db.run(touch, second)

    tasks = Tasks("test")
    runs = [
        tasks.spawn(postgres.transact(lambda db: op(db, "fake:1", "fake:2")), "one"),
        tasks.spawn(postgres.transact(lambda db: op(db, "fake:2", "fake:1")), "two"),
    ]
    await asyncio.wait(set(runs))
    assert [run.exception() for run in runs] == [None, None]


async def test_a_cut_connection_is_replaced_and_the_operation_repeated(
    postgres: Postgres,
) -> None:
    cut: list[int] = []

    async def op(db: Db) -> None:
        await _entered(db, "fake:1")
        if not cut:
            (number,) = await db.one("SELECT pg_backend_pid()")  # type: ignore[misc]
            cut.append(number)
            killer = await postgres.direct()
            await killer.execute("SELECT pg_terminate_backend($1)", number)
            await killer.close()
        await db.one("SELECT 1")

    await postgres.transact(op)
    assert await _keys(postgres) == ["fake:1"]


async def test_a_server_that_restarts_delays_an_operation_and_fails_none(
    postgres: Postgres, postgres_server: Server
) -> None:
    await asyncio.to_thread(postgres_server.stop, "immediate")
    tasks = Tasks("test")
    write = tasks.spawn(postgres.transact(lambda db: _entered(db, "fake:1")), "write")
    await asyncio.to_thread(postgres_server.start)
    await write
    assert await _keys(postgres) == ["fake:1"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://pipit:secret@127.0.0.1:1/x", "no server listens there"),
        ("{server}/none", "there is no database of that name"),
        ("{nobody}/postgres", "the server does not accept this user"),
    ],
)
async def test_what_is_wrong_is_said_without_the_password(
    postgres_server: Server, url: str, words: str
) -> None:
    base = postgres_server.url("").rstrip("/")
    nobody = base.replace("pipit@", "nobody:secret@")
    with pytest.raises(StorageFault) as caught:
        await Postgres.open(Address(url.format(server=base, nobody=nobody)))
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_processes_that_start_at_once_make_the_tables_once(postgres_server: Server) -> None:
    name = await fresh_database(postgres_server, empty=True)
    tasks = Tasks("test")
    address = Address(postgres_server.url(name), connections=1)
    starts = [tasks.spawn(Postgres.open(address), "start") for _ in range(4)]
    await asyncio.wait(set(starts))
    for start in starts:
        await start.result().close()
    await drop_database(postgres_server, name)


async def test_tables_of_a_newer_version_are_refused_and_left_alone(postgres_url: str) -> None:
    opened = await Postgres.open(Address(postgres_url))
    link = await opened.direct()
    await link.execute("UPDATE schema_version SET version = version + 1")
    with pytest.raises(StorageFault, match="written by a newer Pipit"):
        await Postgres.open(Address(postgres_url))
    assert await version_of(link) == len(STEPS) + 1
    await link.close()
    await opened.close()


async def test_a_closed_database_takes_no_operation(postgres: Postgres) -> None:
    await postgres.close()
    await postgres.close()
    with pytest.raises(StorageFault, match="closed"):
        await _keys(postgres)
