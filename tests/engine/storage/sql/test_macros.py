"""Statements in the two dialects."""

from __future__ import annotations

import pytest

from engine.storage.sql.database import drive
from engine.storage.sql.macros import POSTGRES, SQLITE, for_postgres, for_sqlite


def test_both_dialects_have_the_same_macros() -> None:
    assert set(SQLITE) == set(POSTGRES)


def test_marks_become_numbers_and_a_name_keeps_its_number() -> None:
    assert for_postgres("SELECT ?, ? FROM t") == ("SELECT $1, $2 FROM t", ())
    sql = "SELECT :b FROM t WHERE x = :a AND y = :b AND z <> ':c' AND CAST(u AS text) = ':'"
    assert for_postgres(sql) == (
        "SELECT $1 FROM t WHERE x = $2 AND y = $1 AND z <> ':c' AND CAST(u AS text) = ':'",
        ("b", "a"),
    )


def test_a_macro_takes_its_argument() -> None:
    sql = "SELECT 1 FROM t WHERE a IN NUMBERS(?) AND count(b) > 0 FOR_UPDATE(OF t)"
    assert for_sqlite(sql) == (
        "SELECT 1 FROM t WHERE a IN (SELECT value FROM json_each(?)) AND count(b) > 0 "
    )
    assert for_postgres(sql)[0] == (
        "SELECT 1 FROM t WHERE a IN (SELECT unnest(CAST($1 AS bigint[]))) AND count(b) > 0 "
        "FOR UPDATE OF t"
    )


def test_an_operation_that_waits_for_something_else_is_a_defect() -> None:
    class Never:
        def __await__(self):  # type: ignore[no-untyped-def]
            yield

    async def op() -> None:
        await Never()

    with pytest.raises(RuntimeError, match="awaited something else"):
        drive(op())
