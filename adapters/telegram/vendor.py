"""Load python-telegram-bot without the package cryptography.

If cryptography is installed, the library imports it for Telegram Passport, which Pipit does not
use. That costs 8 MB of memory and a tenth of a second at each start. The package may still be
installed, because the process that reads documents needs it for encrypted PDF files.
"""

from __future__ import annotations

import sys
from importlib import import_module

_UNUSED = "cryptography"


def load() -> None:
    """Import the library; later imports of cryptography are not affected."""
    if _UNUSED in sys.modules:
        return
    # this entry makes an import of the package fail
    sys.modules[_UNUSED] = None  # type: ignore[assignment]
    try:
        import_module("telegram")
    finally:
        del sys.modules[_UNUSED]


load()
