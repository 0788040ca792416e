"""Tests of the settings that differ on a Space.

tests/adapters/web/test_space.py tests that it starts there.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Callable

import pytest

from bot.settings import load

APP = Path(__file__).resolve().parents[2] / "spaces" / "app.py"
Environment = dict[str, str]


@pytest.fixture
def set_defaults() -> Callable[[Environment], None]:
    found: Callable[[Environment], None] = runpy.run_path(str(APP))["set_defaults"]
    return found


def test_a_space_keeps_64_megabytes_at_most(set_defaults: Callable[[Environment], None]) -> None:
    environment = {"STORAGE_LIMIT_MB": " "}  # empty, as in .env.example
    set_defaults(environment)
    environment["WEB"] = "0"  # Gradio is not installed here
    assert load(environment, Path("no such file")).store.limit_bytes == 64_000_000
    assert (environment["PORT"], environment["MEMORY"]) == ("7860", "WORDS")


def test_what_a_spaces_owner_sets_stays(set_defaults: Callable[[Environment], None]) -> None:
    environment = {"STORAGE_LIMIT_MB": "500", "DATABASE_PATH": "elsewhere.db"}
    set_defaults(environment)
    assert (environment["STORAGE_LIMIT_MB"], environment["DATABASE_PATH"]) == (
        "500",
        "elsewhere.db",
    )
