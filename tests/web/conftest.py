"""Where the browser tests leave their screens."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def pictures() -> Path:
    return Path(__file__).parent / "pictures"
