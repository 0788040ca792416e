"""Load python-telegram-bot without two packages that its import would load in vain.

The library imports cryptography for Telegram Passport, which Pipit does not use, wherever it is
installed: 8 MB of memory and a tenth of a second at each start. The reading process needs the
package for encrypted PDF files. And httpx, which it makes its calls with, imports its own command
line with click, rich and pygments: 36 ms.
"""

from __future__ import annotations

import sys
from importlib import import_module

_UNUSED = ("cryptography", "httpx._main")


def load() -> None:
    """Import the library; later imports of the unused packages are not affected."""
    unused = [name for name in _UNUSED if name not in sys.modules]
    for name in unused:
        sys.modules[name] = None  # type: ignore[assignment]  # makes its import fail
    try:
        import_module("telegram.request")
        import_module("telegram")
    finally:
        for name in unused:
            del sys.modules[name]


load()
