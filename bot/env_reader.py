"""Read variables from the environment, the ``.env`` file and secret files, and collect problems.

Only this module reads ``os.environ``. Each problem is a sentence that begins with the variable's
name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Callable, TypeVar, Union
from urllib.parse import urlsplit

from dotenv.parser import Binding, parse_stream

from engine.errors import SettingsError

T = TypeVar("T")
Source = tuple[Union[Mapping[str, str], None], Path]
"""The environment, None for that of the process, and the settings file."""
FILE_END = "_FILE"
SECRET_FILE_BYTES = 10_000
# These variables are free texts, so quotes may be a part of them.
_MAY_BE_QUOTED = ("WEB_PASSWORD", "BACKUP_KEY", "BACKUP_OLD_KEY")


class Reader:
    """A reader of variables that collects problems. An empty variable counts as unset.

    `read` holds the names that were requested, and `defaults` the defaults that were given with
    them, as text. `files` holds the names of variables that may name a secret's file. `secrets`
    holds the values that no log may show.
    """

    def __init__(self, values: Mapping[str, str | None]) -> None:
        self._values = values
        self.problems: list[str] = []
        self.secrets: list[str] = []
        self.read: set[str] = set()
        self.defaults: dict[str, str] = {}
        self.files: set[str] = set()

    def put(self, name: str, value: str) -> None:
        """Set a variable from the command line."""
        self._values = {**self._values, name: value}

    def text(self, name: str, default: str = "") -> str:
        """Return a variable's value without spaces around it."""
        self.read.add(name)
        if default:
            self.defaults[name] = default
        value = (self._values.get(name) or "").strip()
        if in_quotes(value) and name not in _MAY_BE_QUOTED:
            problem = f"{name}: the quotes around the value count as part of it; remove them"
            if problem not in self.problems:
                self.problems.append(problem)
        return value or default

    def texts(self) -> dict[str, str]:
        """Return the values of all variables that were requested, by name."""
        return {name: (self._values.get(name) or "").strip() for name in self.read | self.files}

    def is_set(self, name: str) -> bool:
        """Return whether a variable, or the variable that names its file, has a value."""
        return any((self._values.get(one) or "").strip() for one in (name, name + FILE_END))

    def secret(self, name: str, pattern: str, takes: str) -> str:
        """Return a secret from a variable, or from the file that the variable NAME_FILE names.

        Reports of problems never show the secret.
        """
        before = len(self.problems)
        value = self.text(name) or self._from_file(name)
        if value:
            self.secrets.append(value)
            if not re.fullmatch(pattern, value) and len(self.problems) == before:
                self.problems.append(f"{name}: takes {takes}")
        return value

    def _from_file(self, name: str) -> str:
        """Return the content of a secret's file without white space around it."""
        self.files.add(name + FILE_END)
        path = (self._values.get(name + FILE_END) or "").strip()
        if not path:
            return ""
        try:
            with Path(path).expanduser().open("rb") as file:
                content = file.read(SECRET_FILE_BYTES + 1).decode("utf-8-sig").strip()
        except (OSError, RuntimeError, ValueError) as error:
            reason = getattr(error, "strerror", "") or "it is not UTF-8 text"
            self.problems.append(f"{name + FILE_END}={path!r}: cannot be read ({reason})")
            return ""
        if not content or len(content) > SECRET_FILE_BYTES:
            wrong = "too long" if content else "empty"
            self.problems.append(f"{name + FILE_END}={path!r}: the file is {wrong}")
            return ""
        return content

    def number(self, name: str, default: float, least: float, most: float, unit: str) -> float:
        """Return a variable as a number within bounds."""
        takes = f"takes a number of {unit} from {least:g} to {most:g}"
        return self._parsed(name, default, float, lambda value: least <= value <= most, takes)

    def integer(self, name: str, default: int, least: int, most: int, unit: str) -> int:
        """Return a variable as a whole number within bounds. The `unit` may be ""."""
        of = f" of {unit}" if unit else ""
        takes = f"takes a whole number{of} from {least} to {most}"
        return self._parsed(name, default, int, lambda value: least <= value <= most, takes)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """Return a variable that must be one of some words, in capitals."""
        return self._parsed(
            name, default, str.upper, choices.__contains__, f"takes one of {', '.join(choices)}"
        )

    def url(self, name: str, default: str = "", schemes: str = "https?") -> str:
        """Return a variable that must be a URL, unchanged."""
        takes = (
            f"takes a URL that begins with {schemes.replace('?', '').replace('|', ' or ')}:// "
            f"and names a host"
        )
        return self._parsed(name, default, str, lambda v: _names_host(v, schemes), takes)

    def root(self, name: str, default: str = "") -> str:
        """Return a variable that must be a base URL, without the slash at its end."""
        return self.url(name, default).rstrip("/")

    def names(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the parts of a comma-separated list, without repetitions."""
        raw = self.text(name, ",".join(default))
        parts = tuple(dict.fromkeys(part for part in map(str.strip, raw.split(",")) if part))
        # A list without names would admit everybody, although the operator wanted to admit only a
        # few people.
        if raw and not parts:
            self.problems.append(f"{name}={raw!r}: takes a comma list with at least one name")
        return parts or default

    def file(self, name: str, default: str) -> Path:
        """Return a variable that must be a file's path.

        As in a shell, a ~ at the beginning means the home folder.
        """
        takes = "takes the path of a file, not of a folder"
        return self._parsed(name, Path(default), _file_path, lambda path: bool(path.name), takes)

    def _parsed(
        self,
        name: str,
        default: T,
        parse: Callable[[str], T],
        fits: Callable[[T], bool],
        takes: str,
    ) -> T:
        raw = self.text(name)
        if not raw:
            self.defaults[name] = f"{default:g}" if isinstance(default, float) else str(default)
            return default
        try:
            value = parse(raw)
            if fits(value):
                return value
        except ValueError:
            pass  # the problem is reported below, with the values that the variable accepts
        self.problems.append(f"{name}={raw!r}: {takes}")
        return default


def in_quotes(value: str) -> bool:
    """Return whether a value is in quotes, which Docker and systemd do not remove."""
    return len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"


def _names_host(url: str, schemes: str) -> bool:
    """Return whether a URL has one of the schemes and a host.

    Raises ValueError for an impossible host or port.
    """
    parts = urlsplit(url)
    return bool(re.fullmatch(rf"(?:{schemes})://\S+", url) and parts.hostname and parts.port != 0)


def _file_path(text: str) -> Path:
    try:
        return Path("" if "\0" in text else text).expanduser()
    except RuntimeError as error:
        raise ValueError("there is no such home") from error


def reader_of(environment: Mapping[str, str] | None, dotenv: Path) -> Reader:
    """Return a reader of the ``.env`` file and of the environment, which has priority.

    Raises `SettingsError`.
    """
    try:
        from_file = dotenv_of(dotenv)
    except UnicodeDecodeError as error:
        raise SettingsError([f"{dotenv}: takes text in UTF-8; save it in that encoding"]) from error
    except OSError as error:
        raise SettingsError([f"{dotenv}: cannot be read ({error.strerror})"]) from error
    # For a line without a value such as "NAME= # a note", python-dotenv returns the note as the
    # value. Such a value is left out.
    from_file = {
        name: value for name, value in from_file.items() if not (value or "").startswith("# ")
    }
    return Reader({**from_file, **(os.environ if environment is None else environment)})


def dotenv_of(path: Path) -> dict[str, str | None]:
    """Return the names and values of a ``.env`` file.

    Some editors write a byte order mark at its start, which is skipped.
    """
    return {line.key: line.value for line in _lines(path) if line.key is not None}


def unread_lines(path: Path) -> list[int]:
    """Return the numbers of the lines of a ``.env`` file that are not NAME=VALUE."""
    return [
        line.original.line
        for line in _lines(path)
        if line.error or (line.key and line.value is None)
    ]


def _lines(path: Path) -> list[Binding]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig") as file:
        return list(parse_stream(file))


def given_by_systemd() -> tuple[str, str]:
    """Return the socket for sd_notify and the interval of the watchdog in microseconds.

    Both are empty without systemd.
    """
    return os.environ.get("NOTIFY_SOCKET", ""), os.environ.get("WATCHDOG_USEC", "")


def around() -> Mapping[str, str]:
    """Return the environment of this process."""
    return os.environ


def terminal_locale() -> str:
    """Return the locale that the environment sets for messages, such as ``pt_BR.UTF-8``, or "".

    The C library cannot be asked, because a container usually has no locales. The variables are
    read in the order of POSIX.
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return next((os.environ[name] for name in names if os.environ.get(name)), "")
