"""Tests that the library is loaded without the package that only Telegram Passport needs."""

from __future__ import annotations

import subprocess
import sys

LOOK = (
    "import sys, adapters.telegram; assert 'telegram' in sys.modules;"
    "assert 'cryptography' not in sys.modules"
)


def test_cryptography_is_not_loaded_with_the_library() -> None:
    subprocess.run([sys.executable, "-W", "ignore", "-c", LOOK], check=True, timeout=25)
