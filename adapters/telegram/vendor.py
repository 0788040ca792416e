"""Load python-telegram-bot without two packages that its import would load needlessly.

If cryptography is installed, the library imports it for Telegram Passport, which Pipit does not
use. That costs 8 MB of memory and a tenth of a second at each start. The package may still be
installed, because the process that reads documents needs it for encrypted PDF files. The library
also uses httpx, which imports its own command line with click, rich and pygments. That takes 36 ms.
"""

from __future__ import annotations

import sys
from importlib import import_module

_UNUSED = ("cryptography", "httpx._main")


def load() -> None:
    """Import the library. Later imports of the two packages are not affected."""
    unused = [name for name in _UNUSED if name not in sys.modules]
    for name in unused:
        # With this entry, the import of the package fails.
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        import_module("telegram.request")
        import_module("telegram")
    finally:
        for name in unused:
            del sys.modules[name]


load()
