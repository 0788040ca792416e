"""The package `pipit` of an installed Pipit.

The packages of the code have common names: `bot`, `engine` and `adapters`. Installing them at the
top level could overwrite another project's files. The wheel therefore has one top-level package,
`pipit`, which is this folder. The code is in its subfolder `code` (see ``setup.py``). The command
puts that subfolder first on the import path of its own process.
"""

from __future__ import annotations

import sys
from pathlib import Path


def code_folder() -> Path:
    """Return the folder of the code.

    In a wheel it is inside this folder, and in a checkout it is above this folder.
    """
    here = Path(__file__).resolve().parent
    inside = here / "code"
    return inside if (inside / "bot").is_dir() else here.parents[1]


def main() -> int:
    """Run the command ``pipit`` and return its exit code."""
    sys.path.insert(0, str(code_folder()))
    from bot.__main__ import main as command  # noqa: PLC0415 - found only on the path above

    return command()
