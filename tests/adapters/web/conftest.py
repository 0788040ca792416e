"""Set the folder for screenshots of the browser tests. Without Selenium there are none."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

collect_ignore_glob = [] if find_spec("selenium") else ["test_browser*.py"]
collect_ignore = [] if find_spec("starlette") else ["test_menu.py"]


@pytest.fixture
def pictures() -> Path:
    return Path(__file__).parent / "pictures"
