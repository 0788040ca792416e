"""Tell the Makefile which packages to install: ``python -m bot.uses embedded|meaning``.

The exit code is 0 if the settings use this part. If the settings are wrong, they count as not using
it, because `run` reports what is wrong.
"""

from __future__ import annotations

import sys

from bot.remembering import FULL
from bot.settings import Settings, load
from engine.errors import SettingsError


def uses(settings: Settings, part: str) -> bool:
    """Return whether the settings use the embedded model, or memory by meaning."""
    return settings.model is None if part == "embedded" else settings.memory.mode == FULL


def main(part: str) -> int:
    """Return 0 if the settings use a part, else 1."""
    try:
        return 0 if uses(load(), part) else 1
    except SettingsError:
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
