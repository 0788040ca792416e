"""Copies of the database on disk, and the way back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from engine.errors import StorageFault
from engine.storage.sqlite.snapshot import copy_database, place_database


def test_a_copy_is_for_its_owner_alone_and_never_over_a_file(tmp_path: Path) -> None:
    source, target = tmp_path / "p.db", tmp_path / "copy.db"
    sqlite3.connect(source).execute("CREATE TABLE t(x)").connection.close()
    copy_database(source, target)
    assert target.stat().st_mode & 0o777 == 0o600
    before = target.read_bytes()
    with pytest.raises(StorageFault, match="not written over"):
        copy_database(source, target)
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "p.db"]


@pytest.mark.parametrize("target", [".", "/"])
def test_a_copy_to_a_folder_is_refused(tmp_path: Path, target: str) -> None:
    source = tmp_path / "p.db"
    sqlite3.connect(source).execute("CREATE TABLE t(x)").connection.close()
    with pytest.raises(StorageFault, match="exists already"):
        copy_database(source, Path(target))


def test_a_copy_of_nothing_is_refused_and_makes_no_database(tmp_path: Path) -> None:
    with pytest.raises(StorageFault, match="no database"):
        copy_database(tmp_path / "p.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_a_restored_file_is_never_put_over_a_database(tmp_path: Path) -> None:
    source, target = tmp_path / "restored.db", tmp_path / "p.db"
    sqlite3.connect(source).execute("CREATE TABLE t(x)").connection.close()
    target.write_bytes(b"mine")
    with pytest.raises(StorageFault, match="not written over"):
        place_database(source, target)
    assert target.read_bytes() == b"mine"
