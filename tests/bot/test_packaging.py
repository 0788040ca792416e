"""What an installed Pipit has: its command, its version, its data files and its types."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

import bot

ROOT = Path(__file__).resolve().parents[2]
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
ROOMS = ("bot", "engine", "adapters")


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    return done.stdout


def test_the_version_is_told() -> None:
    assert run("--version") == f"pipit {bot.__version__}\n"


def test_the_installed_command_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    main = importlib.import_module("bot.__main__")
    assert main._name() == "python -m bot"
    monkeypatch.setattr(sys, "argv", ["/usr/local/bin/pipit"])
    assert main._name() == "pipit"


def test_the_command_pipit_is_a_function_that_is_there() -> None:
    module, function = re.findall(r'^pipit = "([\w.]+):(\w+)"$', PROJECT, re.MULTILINE)[0]
    assert callable(getattr(importlib.import_module(module), function))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_that_it_has_types(room: str) -> None:
    assert (ROOT / room / "py.typed").is_file()


def test_every_data_file_is_packed() -> None:
    table = PROJECT.partition("[tool.setuptools.package-data]")[2].partition("\n[")[0]
    packed = {
        (package, pattern)
        for package, patterns in re.findall(r'^"([\w.*]+)" = \[(.*)\]$', table, re.MULTILINE)
        for pattern in re.findall(r'"([^"]+)"', patterns)
    }
    left = []
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            if path.is_dir() or path.suffix in (".py", ".pyc"):
                continue
            package = ".".join(path.parent.relative_to(ROOT).parts)
            if not any(
                where in ("*", package) and fnmatch(path.name, what) for where, what in packed
            ):
                left.append(path)
    assert left == []
