"""The shape of the house, checked.

That is, who may import whom, how large things are, where errors may be caught broadly.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "engine", "adapters")
LONGEST_FILE, LONGEST_FUNCTION = 570, 40
# Every one stands at a boundary and says why; a new one is a decision, so the number is raised by
# hand.
BROAD_EXCEPTS = 17
PASS_THE_ENVIRONMENT_ON = {"process.py", "children.py", "model_files.py"}  # to a child process
MAY_USE_OF_ENGINE = {"engine.contract", "engine.errors", "engine.tasks", "engine.text"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def sources(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms or ROOMS for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def imported_by_rooms(path: Path) -> set[str]:
    return {
        name for name in imported(path) if name.split(".")[0] in (*ROOMS, "tests", "benchmarks")
    }


def adapter_of(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


@pytest.mark.parametrize("path", sources("engine"), ids=str)
def test_the_engine_imports_only_the_engine(path: Path) -> None:
    assert {name for name in imported_by_rooms(path) if not name.startswith("engine")} == set()


@pytest.mark.parametrize("path", sources("adapters"), ids=str)
def test_an_adapter_imports_the_contract_itself_and_the_shared_rooms(path: Path) -> None:
    me = adapter_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for name in imported_by_rooms(path):
        of_engine = name in MAY_USE_OF_ENGINE or name.startswith("engine.text.")
        of_me = name.startswith("adapters") and adapter_of(name) in (me, "markup", "edge")
        assert of_engine or of_me, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", sources(), ids=str)
def test_nothing_imports_tests_or_benchmarks(path: Path) -> None:
    assert not [
        name for name in imported_by_rooms(path) if name.split(".")[0] in ("tests", "benchmarks")
    ]


def test_no_platform_is_named_in_the_engine() -> None:
    for path in sources("engine"):
        if "wording" in path.parts:
            continue
        names = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
        assert not [name for name in names if re.search("telegram|discord", name, re.IGNORECASE)], (
            path
        )


def test_only_the_storage_room_speaks_sql() -> None:
    for path in sources():
        if "storage" in path.parts:
            continue
        assert not {"sqlite3", "aiosqlite"} & {name.split(".")[0] for name in imported(path)}, path


def test_only_the_settings_read_the_environment() -> None:
    for path in sources():
        if path == ROOT / "bot" / "settings.py" or path.name in PASS_THE_ENVIRONMENT_ON:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb"):
                pytest.fail(f"{path.relative_to(ROOT)}:{node.lineno} reads the environment")


@pytest.mark.parametrize("path", sources(), ids=str)
def test_a_file_is_not_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", sources(), ids=str)
def test_a_function_is_not_too_long(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert length <= LONGEST_FUNCTION, f"{path.name}: {node.name} has {length} lines"


def test_broad_excepts_are_counted_and_give_their_reason() -> None:
    found = []
    for path in sources():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.match(r"\s*except (Exception|BaseException)\b", line):
                if line.lstrip().startswith("except BaseException") and "noqa" not in line:
                    continue  # cleans up and raises again; ruff sees to that
                assert re.search(r"#.* \w+ \w+", line), f"{path.name}:{number} gives no reason"
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert len(found) <= BROAD_EXCEPTS, found


def test_the_heavy_libraries_are_not_loaded_until_they_are_needed() -> None:
    program = (
        "import sys, bot.app, bot.check\n"
        "heavy = {'torch', 'faiss', 'sentence_transformers', 'telegram', 'discord', 'gradio', "
        "'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_chat_that_is_searched_by_words_alone_loads_no_faiss() -> None:
    program = (
        "import sys\n"
        "from engine.contract import Author, Finish, Turn\n"
        "from engine.memory.recall.chat_index import ChatIndex\n"
        "index = ChatIndex()\n"
        "index.add(Turn(Author('1', 'Ann'), 'a heron', 'a stork', Finish.STOP, 0.0, 1), None)\n"
        "found = index.rank(index.query('herons', '1'), None, without=(), most=1)\n"
        "print(found[0].turn_id, 'faiss' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "1 False"


@pytest.mark.parametrize("path", sources("engine", "bot"), ids=str)
def test_no_placeholder_of_a_statement_is_numbered(path: Path) -> None:
    """Python 3.12 warns of numbered placeholders that are filled from a sequence, and 3.14 refuses them."""
    texts = [node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant)]
    assert [text for text in texts if isinstance(text, str) and re.search(r"\?\d", text)] == []
