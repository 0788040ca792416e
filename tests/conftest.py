"""Fixtures and options for all tests."""

from __future__ import annotations

from collections.abc import Iterator

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
