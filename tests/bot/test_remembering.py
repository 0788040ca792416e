"""Tests of the memory that the settings ask for, with the installed packages."""

from __future__ import annotations

import importlib.util
import logging
from contextlib import AsyncExitStack
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from bot import remembering
from bot.remembering import FULL, MEANING_PACKAGES, WORDS, MemorySettings, WordsOnly, open_memory
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.storage import SqliteStorage
from tests.rigs.fakes import FakeClock


def without(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    def find(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name in names else real(name, package)

    real = importlib.util.find_spec
    monkeypatch.setattr(remembering.importlib.util, "find_spec", find)


@pytest.mark.parametrize("absent", MEANING_PACKAGES)
async def test_the_slim_set_remembers_by_words_and_says_what_is_not_installed(
    absent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    without(monkeypatch, absent)
    async with AsyncExitStack() as stack:
        store = await Store.open(tmp_path / "p.db")
        stack.push_async_callback(store.close)
        kept = SqliteStorage(store, FakeClock(), 1)
        with caplog.at_level(logging.WARNING):
            memory = await open_memory(MemorySettings(FULL), kept, FakeClock(), stack)
    assert memory is not None
    assert f"memory works by words alone: {absent} is not installed" in caplog.text


async def test_memory_by_words_asks_for_no_package_of_the_embedder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    without(monkeypatch, *MEANING_PACKAGES)
    async with AsyncExitStack() as stack:
        store = await Store.open(tmp_path / "p.db")
        stack.push_async_callback(store.close)
        kept = SqliteStorage(store, FakeClock(), 1)
        assert await open_memory(MemorySettings(WORDS), kept, FakeClock(), stack) is not None
    assert caplog.text == ""
    assert WordsOnly().late is False
