"""Write the requirements files with the hashes of all their packages' files: ``make hashes``.

    python hashes/make.py

The pins are kept by hand in ``requirements*.txt``. pip refuses a file whose hash is not listed
(https://pip.pypa.io/en/stable/topics/secure-installs/), so the Makefile installs from this folder.
Every file of a version is listed, for every system and Python. torch is left out: its CPU build
comes from an index of its own, with other hashes, and the Makefile installs it before the rest.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
UV = "uv==0.13.9"  # reads the index, as pip-compile would, in a tenth of the time
LEFT_OUT = ("torch",)
# By file: the oldest Python that it is for.
FILES = {
    "requirements.txt": "3.10",
    "requirements-slim.txt": "3.10",
    "requirements-web.txt": "3.10",
    "requirements-spaces.txt": "3.9.2",
    "requirements-dev.txt": "3.9.2",
    "requirements-embedded.txt": "3.9.2",
    "requirements-browser.txt": "3.9.2",
    "requirements-docs.txt": "3.9.2",
    "requirements-postgres.txt": "3.9.2",
    "requirements-postgres-tests.txt": "3.9.2",
}
HEAD = "# Made by `make hashes` from ../{name}; do not edit.\n"


def pins_of(text: str) -> list[str]:
    """Return the lines of a requirements file that name a package to hash."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line and line.split("==")[0] not in LEFT_OUT]


def hashed(uv: Path, name: str, python: str, folder: Path) -> str:
    """Return a requirements file with hashes."""
    source, target = folder / name, folder / f"hashed-{name}"
    source.write_text("\n".join(pins_of((HERE.parent / name).read_text(encoding="utf-8"))))
    subprocess.run(
        [uv, "pip", "compile", source, "--universal", "--no-deps", "--generate-hashes", "--no-header",
         "--no-annotate", "--quiet", "--python-version", python, "--output-file", target],
        check=True,
    )  # fmt: skip
    return HEAD.format(name=name) + target.read_text(encoding="utf-8")


def main() -> int:
    """Write all files, or those that are named."""
    wanted = sys.argv[1:] or list(FILES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        venv.create(folder / "venv", with_pip=True)
        bin_folder = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
        pip = [bin_folder / "python", "-m", "pip", "install", "--quiet", UV]
        subprocess.run(pip, check=True)
        for file in wanted:
            text = hashed(bin_folder / "uv", file, FILES[file], folder)
            (HERE / file).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
