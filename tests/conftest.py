"""Fixtures and options for all tests."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest

from tests.rigs.postgres import postgres_server, postgres_url
from tests.rigs.stores import Chosen, forget_databases

__all__ = ["postgres_server", "postgres_url"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--store",
        choices=("sqlite", "postgres"),
        default="sqlite",
        help="the store that the engine's tests run on",
    )


class Outcome:
    """The exit code of this run."""

    code: ClassVar[int] = 0


def pytest_sessionfinish(exitstatus: int) -> None:
    Outcome.code = int(exitstatus)


def pytest_unconfigure() -> None:
    """End the process, although a failed test may have left a database open.

    The thread of an open database would keep the process alive for ever.
    """
    left = [
        one
        for one in threading.enumerate()
        if not one.daemon and one is not threading.main_thread()
    ]
    if left and Outcome.code:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(Outcome.code)


@pytest.fixture(scope="session", autouse=True)
def _store(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.config.getoption("--store") == "postgres":
        Chosen.server = request.getfixturevalue("postgres_server")
    yield
    Chosen.server = None


@pytest.fixture(autouse=True)
def _no_databases_left() -> Iterator[None]:
    yield
    forget_databases()


@pytest.fixture
def a_file() -> None:
    """Skip a test that needs the store to be a file."""
    if Chosen.server is not None:
        pytest.skip("this test is about a SQLite file")
