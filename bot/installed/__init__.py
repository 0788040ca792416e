"""The package `pipit` of an installed Pipit.

The names of the code's own packages, `bot`, `engine` and `adapters`, are common: installed beside
each other they could overwrite another project's files. So the wheel has one top-level package,
`pipit`, which is this folder, and the code is in its folder `code` (see ``setup.py``). The command
puts that folder first on the path of its own process.
"""

from __future__ import annotations

import sys
from pathlib import Path


def code_folder() -> Path:
    """Return the folder of the code: beside this file in a wheel, above it in a checkout."""
    here = Path(__file__).resolve().parent
    inside = here / "code"
    return inside if (inside / "bot").is_dir() else here.parents[1]


def main() -> int:
    """Run the command ``pipit`` and return its exit code."""
    sys.path.insert(0, str(code_folder()))
    from bot.__main__ import main as command  # noqa: PLC0415 - found only on the path above

    return command()
