"""Tests of an installed Pipit: its command, its version, its data files and its types."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
import zipfile
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
    assert main.command_name() == "python -m bot"
    monkeypatch.setattr(sys, "argv", ["/usr/local/bin/pipit"])
    assert main.command_name() == "pipit"


def test_a_module_of_the_installed_package_is_called_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    main = importlib.import_module("bot.__main__")
    monkeypatch.setattr(sys, "argv", ["/lib/site-packages/pipit/__main__.py"])
    assert main.command_name() == "python -m pipit"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel and unpack it as an installer does; return the folder."""
    pytest.importorskip("setuptools", minversion="68", reason="setuptools 68 builds the wheel")
    pytest.importorskip("wheel", reason="the package wheel builds the wheel before setuptools 70.1")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in (*ROOMS, "setup.py", "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, source / name)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q",
         "--disable-pip-version-check", "-w", str(folder), str(source)],
        check=True,
        capture_output=True,
    )  # fmt: skip
    target = folder / "site"
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(target)
    return target


def test_a_wheel_has_one_package_at_its_top_so_that_none_collides(installed: Path) -> None:
    assert [path.name for path in installed.iterdir() if path.suffix != ".dist-info"] == ["pipit"]


def test_the_command_of_an_installed_pipit_runs_and_its_children_find_the_code(
    installed: Path, tmp_path: Path
) -> None:
    """Another project's packages `engine` and `bot` are beside it and must not be imported."""
    for name in ("engine", "bot"):
        (installed / name).mkdir(exist_ok=True)
        (installed / name / "__init__.py").write_text("raise ImportError('of another project')")
    module, function = re.findall(r'^pipit = "([\w.]+):(\w+)"$', PROJECT, re.MULTILINE)[0]
    program = (
        f"import sys; sys.argv = ['pipit', '--version']; from {module} import {function}\n"
        f"try: {function}()\nexcept SystemExit: pass\n"
        "import subprocess; from engine.children import environment; import engine.text\n"
        "done = subprocess.run([sys.executable, '-c', 'import engine.text; print(engine.__file__)'],"
        " env=environment(), capture_output=True, text=True); print(done.stdout, done.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(installed)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    version, child = done.stdout.split("\n", 1)
    assert version == f"pipit {bot.__version__}"
    assert child.strip() == str(installed / "pipit" / "code" / "engine" / "__init__.py")


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
            package = ".".join(("pipit", "code", *path.parent.relative_to(ROOT).parts))
            if not any(
                where in ("*", package) and fnmatch(path.name, what) for where, what in packed
            ):
                left.append(path)
    assert left == []
