"""``pipit move``: everything arrives in another database, whatever interrupts it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import EXIT_DISK, EXIT_NOT_DONE, EXIT_OK, EXIT_USAGE, moving
from bot.settings import Settings, load
from engine.attachments import Made, MediaKind
from engine.contract import SentId
from engine.people import Person, State, Subject
from engine.storage.postgres.address import Address
from engine.storage.records import OverheardBounds, Scope
from engine.storage.sql import copying
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.storage import SqliteStorage
from engine.tasks import SystemClock
from tests.engine.storage.contract.filling import (
    ANN,
    BOB,
    HERE,
    THERE,
    accepted,
    all_of,
    answered,
    asked,
    given,
)
from tests.rigs.postgres import Server, drop_database, fresh_database


def settings_of(path: Path, server: Address | None = None) -> Settings:
    settings = load({"DATABASE_PATH": str(path)}, path.with_name("none"))
    return replace(settings, store=replace(settings.store, server=server))


NEWS_ROWS = (
    "INSERT INTO news(chat, handle) VALUES(1, 'h')",
    "INSERT INTO broadcasts VALUES(1, 'fake:1', 'm', '1', 'h', 'en', '', 1, 5, x'00')",
    "INSERT INTO receivers VALUES(1, 1, 0)",
)


async def fill(path: Path) -> None:
    """Write at least one row to every table of a file."""
    store = await Store.open(path)
    kept = SqliteStorage(store, SystemClock(), owner=3)
    for number in range(30):
        await answered(kept, asked(f"question {number} \0", message_id=str(number)))
    turn = await answered(kept, asked("by Bob", message_id="b", author=BOB, key=THERE))
    await kept.memories.turns.put_vectors(turn, b"p", b"a")
    await kept.memories.answers.put(THERE, "s", "e", turn, "q", "a", b"v", 1.0)
    await given(kept, HERE, ANN, "a page")
    open_one = await accepted(kept, asked("still open", message_id="open"))
    joined = await kept.ledger.join(open_one.row, asked("a piece", message_id="piece"), "h")
    assert joined is not None
    await kept.ledger.keep_made(joined, Made(MediaKind.PICTURE, "image/png", b"p", "a barn"))
    await kept.conversations.choose(HERE, persona="a miller", by=ANN)
    await kept.memories.vectors.adopt(b"model")
    await kept.overheard.listen(THERE)
    bounds = OverheardBounds(10, 1000, 86_400.0)
    heard = replace(asked("heard", message_id="o", key=THERE), sent_at=SystemClock().time())
    assert await kept.overheard.keep(heard, bounds)
    await kept.overheard.object(THERE, "9")
    await kept.conversations.move(HERE, replace(HERE, chat_id="11"))
    await kept.spending.first_warning("person", SystemClock().time())
    await kept.chosen.put("CURRENCY", "EUR")
    for sql in NEWS_ROWS:
        await store.transact(lambda db, sql=sql: db.run(sql))  # type: ignore[misc]
    await kept.ledger.bubble(open_one, 0, SentId("7"))
    await store.transact(lambda db: db.run("INSERT INTO evictions VALUES('fake:20', 1)"))
    stranger = Person(Subject("fake", "7"), name="Zoe")
    asking = (await kept.people.ask(stranger, asked(message_id="700"), "h")).person
    await kept.people.decide(replace(asking, state=State.APPROVED), "fake:1")
    await kept.ledger.close()
    await store.close()


async def sums(store: Any) -> dict[str, copying.Sum]:
    return {table.name: await copying.sum_of(store, table) for table in copying.TABLES}


async def test_every_column_of_every_table_is_copied(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "p.db")
    tables = await store.read(
        lambda db: db.execute(
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c "
            "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"
        ).fetchall()
    )
    await store.close()
    found: dict[str, set[str]] = {}
    for table, column in tables:
        found.setdefault(table, set()).add(column)
    del found["owners"], found["facts"]  # processes of this machine; copied apart
    assert {table.name: set(table.columns) for table in copying.TABLES} == found


async def test_a_file_is_moved_to_a_new_file_with_all_rows_and_numbers(tmp_path: Path) -> None:
    source, target = tmp_path / "p.db", tmp_path / "new.db"
    await fill(source)
    assert await moving.run(settings_of(source), str(target)) == EXIT_OK
    one, other = await Store.open(source), await Store.open(target)
    before, after = await sums(one), await sums(other)
    assert [name for name, found in before.items() if not found.rows] == []
    assert {name: found.rows for name, found in before.items()} == {
        name: found.rows for name, found in after.items()
    }
    assert before["turns"] == after["turns"]
    facts = [await SqliteStorage(s, SystemClock()).personal_data.facts() for s in (one, other)]
    assert facts[0] == facts[1]
    kept = SqliteStorage(other, SystemClock(), owner=4)
    (found,) = await kept.ledger.unfinished([0], ["fake"])
    assert found.inbound.text.startswith("still open")
    number = await answered(kept, asked(message_id="next"))
    assert number > 31
    await one.close()
    await other.close()
    assert sorted(path.name for path in tmp_path.glob("new.db.moving*")) in (
        [],
        ["new.db.moving-owners"],
    )


async def test_an_existing_file_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await fill(tmp_path / "p.db")
    (tmp_path / "new.db").write_bytes(b"precious")
    code = await moving.run(settings_of(tmp_path / "p.db"), str(tmp_path / "new.db"))
    assert code == EXIT_DISK
    assert "not overwritten" in capsys.readouterr().err
    assert (tmp_path / "new.db").read_bytes() == b"precious"


async def test_a_move_goes_on_where_it_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "p.db", tmp_path / "new.db"
    await fill(source)
    monkeypatch.setattr(copying, "BATCH_ROWS", 10)
    real, calls = copying.copy_table, 0

    async def cut(one: Any, other: Any, table: copying.Table, told: Any) -> None:
        def count(rows: int) -> None:
            nonlocal calls
            calls += 1
            if calls == 4:
                raise KeyboardInterrupt
            told(rows)

        await real(one, other, table, count)

    monkeypatch.setattr(copying, "copy_table", cut)
    with pytest.raises(KeyboardInterrupt):
        await moving.run(settings_of(source), str(target))
    assert not target.exists()
    monkeypatch.setattr(copying, "copy_table", real)
    capsys.readouterr()
    assert await moving.run(settings_of(source), str(target)) == EXIT_OK
    said = capsys.readouterr().out
    assert "authors: 0 rows" in said
    assert "all equal" in said


async def test_a_source_that_changes_meanwhile_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "p.db", tmp_path / "new.db"
    await fill(source)
    real = copying.left_out

    async def meddle(one: Any, table: copying.Table) -> int:
        if table.name == "turns":
            await one.transact(lambda db: db.run("UPDATE turns SET at = at + 1 WHERE turn = 3"))
        return await real(one, table)

    monkeypatch.setattr(copying, "left_out", meddle)
    assert await moving.run(settings_of(source), str(target)) == EXIT_NOT_DONE
    assert "turns (31 rows, 31 in the copy)" in capsys.readouterr().err
    assert not target.exists()


async def test_a_file_in_use_is_not_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await fill(tmp_path / "p.db")
    # The locks of a process do not show within itself.
    monkeypatch.setattr(moving, "anyone_lives", lambda path: path == tmp_path / "p.db")
    assert await moving.run(settings_of(tmp_path / "p.db"), str(tmp_path / "n.db")) == EXIT_DISK
    assert "Pipit is running with this database" in capsys.readouterr().err
    assert not (tmp_path / "n.db").exists()


async def test_a_database_is_not_moved_to_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await fill(tmp_path / "p.db")
    assert await moving.run(settings_of(tmp_path / "p.db"), str(tmp_path / "p.db")) == EXIT_USAGE
    assert "names the database in use" in capsys.readouterr().err


@pytest.mark.postgres
async def test_a_file_goes_to_a_server_and_back(
    tmp_path: Path, postgres_server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("asyncpg")
    from engine.storage.postgres.connection import Postgres
    from engine.storage.postgres.single import SinglePostgres

    source, back = tmp_path / "p.db", tmp_path / "back.db"
    await fill(source)
    name = await fresh_database(postgres_server)
    address = Address(postgres_server.url(name))
    assert await moving.run(settings_of(source), address.url) == EXIT_OK
    said = capsys.readouterr().out
    assert "all equal" in said
    database = await Postgres.open(address)
    kept = SinglePostgres(database, SystemClock(), owner=4)
    store = await Store.open(source)
    for key in (replace(HERE, chat_id="11"), THERE):
        file = SqliteStorage(store, SystemClock()).personal_data
        assert await all_of(kept.personal_data, Scope(key)) == await all_of(file, Scope(key))
    assert await answered(kept, asked(message_id="next")) > 31
    await store.close()
    assert await moving.run(settings_of(source), address.url) == EXIT_DISK
    assert "has other data already" in capsys.readouterr().err
    before = await sums(database)
    await database.close()
    assert await moving.run(settings_of(source, address), str(back)) == EXIT_OK
    store = await Store.open(back)
    assert await sums(store) == before
    await store.close()
    await drop_database(postgres_server, name)


@pytest.mark.postgres
async def test_a_server_with_half_a_copy_is_not_used(
    tmp_path: Path, postgres_server: Server
) -> None:
    pytest.importorskip("asyncpg")
    from engine.errors import StorageFault
    from engine.storage.postgres.connection import Postgres

    name = await fresh_database(postgres_server)
    address = Address(postgres_server.url(name))
    database = await Postgres.open(address)
    await copying.set_fact(database, copying.MOVING, "another store")
    with pytest.raises(StorageFault, match="a move into this database was interrupted"):
        await Postgres.open(address)
    await fill(tmp_path / "p.db")
    assert await moving.run(settings_of(tmp_path / "p.db"), address.url) == EXIT_DISK
    await database.close()
    await drop_database(postgres_server, name)


@pytest.mark.postgres
async def test_a_server_in_use_is_not_moved(
    tmp_path: Path, postgres_server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("asyncpg")
    from engine.storage.postgres.connection import Postgres

    name = await fresh_database(postgres_server)
    address = Address(postgres_server.url(name))
    running = await Postgres.open(address)
    session = await running.direct()
    await fill(tmp_path / "p.db")
    assert await moving.run(settings_of(tmp_path / "p.db"), address.url) == EXIT_DISK
    assert "Pipit is running with this database" in capsys.readouterr().err
    await session.close()
    await running.close()
    await drop_database(postgres_server, name)
