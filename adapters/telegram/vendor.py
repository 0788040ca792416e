"""Load python-telegram-bot without the package cryptography.

The library imports it for Telegram Passport, which Pipit does not use, wherever it is installed: 8
MB of memory and a tenth of a second at each start. The reading process needs the package for
encrypted PDF files.
"""

from __future__ import annotations

import sys
from importlib import import_module

_UNUSED = "cryptography"


def load() -> None:
    """Import the library; later imports of cryptography are not affected."""
    if _UNUSED in sys.modules:
        return
    sys.modules[_UNUSED] = None  # type: ignore[assignment]  # makes its import fail
    try:
        import_module("telegram")
    finally:
        del sys.modules[_UNUSED]


load()
