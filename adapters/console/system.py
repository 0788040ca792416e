"""Find out the person's name and language and whether there is a terminal, and save files."""

from __future__ import annotations

import getpass
import os
import re
import sys
from pathlib import Path, PurePath

from adapters.console.plain import printable

# Without this flag, Windows writes two characters for a newline.
_BINARY = getattr(os, "O_BINARY", 0)
_MAX_NAMES = 1000  # the limit on numbered variants of one file name


def language_of(lang: str) -> str:
    """Convert the value of LANG (``pt_BR.UTF-8``) to an IETF tag (``pt-BR``).

    Return "" for the values C and POSIX.
    """
    tag = re.split(r"[.@]", lang, maxsplit=1)[0].replace("_", "-")
    return "" if tag in {"", "C", "POSIX"} else tag


def save_file(folder: Path, name: str, content: bytes) -> Path:
    """Write a new file and return its path. Raises OSError if no variant of the name is free."""
    plain = PurePath(printable(name.replace("\\", "/"))).name.lstrip(".") or "file"
    stem, suffix = os.path.splitext(plain)  # noqa: PTH122 - both parts in one call
    for number in range(1, _MAX_NAMES):
        path = folder / (plain if number == 1 else f"{stem}-{number}{suffix}")
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        except FileExistsError:
            continue
        with open(descriptor, "wb") as file:  # noqa: PTH123 - the descriptor has set the file's mode
            file.write(content)
        return path.absolute()
    raise FileExistsError(f"{_MAX_NAMES} files are named {plain}")


def save_once(folder: Path, name: str, content: bytes) -> Path:
    """Write a new file as `save_file` does, and return its path.

    If a file of this name has the same content already, only its path is returned.
    """
    path = folder / name
    if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
        return path.absolute()
    return save_file(folder, name, content)


def is_terminal() -> bool:
    """Return whether both the input and the output are a terminal."""
    return bool(sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty())


def user_name() -> str:
    """Return the name of the person who runs the process, or "user" if there is no name."""
    try:
        return getpass.getuser()
    # In a container the user id may have no name. Which exception is raised depends on the Python
    # version.
    except (
        OSError,
        KeyError,
        ImportError,
    ):
        return "user"
