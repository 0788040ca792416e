"""Tests of a push's folder: one process uses it, and the next removes it after a kill."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.backup.folder import lend_folder, remove_leftovers


def test_a_readable_copy_of_a_killed_process_is_removed_at_once(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with lend_folder(path) as folder:
        (folder / "plain.db").write_bytes(b"texts")
        left = tmp_path / ".p.db-backup-left"
        shutil.copytree(folder, left)  # no process holds its lock, as after a kill
        remove_leftovers(path)
        assert not left.exists()
        assert (folder / "plain.db").exists(), "its process lives"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_an_older_version_is_left_until_it_is_old(tmp_path: Path) -> None:
    (tmp_path / ".p.db-backup-x").mkdir()
    remove_leftovers(tmp_path / "p.db")
    assert (tmp_path / ".p.db-backup-x").exists()
