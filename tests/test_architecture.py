"""Check the shape of the code: imports, sizes, and the places of broad error handlers."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import shape
from benchmarks.shape import ROOMS, ROOT, sources, tree

# Each one is at a boundary and has a reason beside it. A new one is a decision, so the number is
# raised by hand.
BROAD_EXCEPTS = 21
# these modules pass the environment to a child process
PASS_THE_ENVIRONMENT_ON = {"process.py", "children.py", "model_files.py"}
_STATEMENT = re.compile(
    r"\s*(SELECT .* FROM |INSERT (OR \w+ )?INTO |DELETE FROM |UPDATE \w+ SET |CREATE TABLE "
    r"|PRAGMA )",
    re.DOTALL,
)
# The modules over 400 lines with their most lines, each with a reason. A number may only become
# smaller.
LONG_MODULES: dict[str, int] = {
    "engine/contract.py": 500,  # the shared types of adapters and engine, on one page
}
# The classes over 14 attributes or 18 methods with their most of both, each with a reason.
LARGE_CLASSES: dict[str, tuple[int, int]] = {
    "AccessWords": (40, 18),  # a table of texts
    "Backup": (14, 27),  # the states of one snapshot: restore, push, replace
    "ChatIndex": (18, 19),  # the columns of one table, with a row for each line of a chat
    "ConsoleAdapter": (14, 20),  # one adapter, whose protocol has six methods
    "DiscordSink": (14, 27),  # the protocol of a sink, and the search for a lost message
    "Documents": (14, 20),  # the facade of its package
    "Entry": (18, 18),  # one row of the ledger
    "Health": (18, 18),  # the numbers of one process, that all its watchers read
    "Inbound": (17, 18),  # the facts of a message on any platform
    "Intake": (15, 26),  # one handler for each event of the gateway
    "Job": (15, 18),  # one question on its way, with all counts that its turn records
    "Jobs": (14, 25),  # the register, with a method for each query
    "Joiner": (15, 18),  # one state machine
    "Lanes": (14, 22),  # the queue, the places, and queries on both
    "Ledger": (14, 23),  # the port, with a method for each change of a row
    "Memory": (14, 21),  # the facade of its package
    "PageWords": (60, 18),  # a table of texts
    "PostgresStorage": (15, 18),  # all ports of the store
    "ProcessEmbedder": (16, 18),  # one state machine, of one child process
    "ReasoningFilter": (15, 18),  # one state machine
    "Recall": (14, 22),  # the facade of its package
    "Services": (16, 18),  # the parts that commands use
    "Settings": (20, 18),  # one attribute for each area of settings
    "SqlLedger": (14, 27),  # the port of the ledger and its helpers
    "SqliteStorage": (15, 18),  # all ports of the store
    "TelegramSink": (14, 26),  # the protocol of a sink, and the search for a lost message
    "ExportWords": (20, 18),  # a table of texts
    "ServiceWords": (40, 18),  # a table of texts
    "Words": (220, 18),  # a table of texts
    "_Reader": (14, 21),  # one method for each rule of its grammar
    "_Walk": (14, 25),  # one method for each kind of block
}
SPEAK_SQL = ("sql", "sqlite", "postgres")  # these folders are in engine/storage
MAY_USE_OF_ENGINE = {
    "engine.attachments",
    "engine.kept",
    "engine.contract",
    "engine.errors",
    "engine.groups",
    "engine.tasks",
    "engine.text",
}


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


def test_only_the_rooms_of_the_databases_speak_sql() -> None:
    for path in sources():
        if any(path.is_relative_to(ROOT / "engine" / "storage" / room) for room in SPEAK_SQL):
            continue
        drivers = {"sqlite3", "aiosqlite", "asyncpg"}
        assert not drivers & {name.split(".")[0] for name in imported(path)}, path
        texts = (node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant))
        assert [text for text in texts if isinstance(text, str) and _STATEMENT.match(text)] == [], (
            path
        )


def methods(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield part


def test_a_method_of_a_store_without_a_docstring_is_described_by_its_port() -> None:
    storage = ROOT / "engine" / "storage"
    ports = (
        *storage.glob("*ports.py"),
        storage / "overview.py",
        storage / "people.py",
        storage / "news.py",
        storage / "sql" / "database.py",
        ROOT / "engine" / "kept.py",
    )
    described = {one.name for path in ports for one in methods(path) if ast.get_docstring(one)}
    for room in SPEAK_SQL:
        for path in (storage / room).glob("*.py"):
            for one in methods(path):
                if not one.name.startswith("_") and not ast.get_docstring(one):
                    assert one.name in described, f"{path.name}: {one.name}"


def test_only_the_room_of_postgresql_imports_its_driver() -> None:
    room = ROOT / "engine" / "storage" / "postgres"
    for path in sources():
        if not path.is_relative_to(room):
            assert "asyncpg" not in {name.split(".")[0] for name in imported(path)}, path


def test_only_the_settings_read_the_environment() -> None:
    for path in sources():
        if path == ROOT / "bot" / "env_reader.py" or path.name in PASS_THE_ENVIRONMENT_ON:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb"):
                pytest.fail(f"{path.relative_to(ROOT)}:{node.lineno} reads the environment")


def test_no_imports_go_in_a_circle() -> None:
    """Imports for types and imports inside functions count too."""
    assert shape.cycles() == []


@pytest.mark.parametrize("path", sources(), ids=str)
def test_a_module_is_not_too_long(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    most = LONG_MODULES.get(str(path.relative_to(ROOT)), shape.LONGEST_MODULE)
    assert lines <= most


@pytest.mark.parametrize("path", sources(), ids=str)
def test_a_function_is_not_too_long(path: Path) -> None:
    assert [one for one in shape.functions(path) if one.size > shape.LONGEST_FUNCTION] == []


@pytest.mark.parametrize("path", sources(), ids=str)
def test_a_class_is_not_too_large(path: Path) -> None:
    for node in shape.classes(path):
        most_attributes, most_methods = LARGE_CLASSES.get(
            node.name, (shape.MOST_ATTRIBUTES, shape.MOST_METHODS)
        )
        assert len(shape.attributes(node)) <= most_attributes, node.name
        assert len(shape.methods(node)) <= most_methods, node.name


@pytest.mark.parametrize("path", sources(), ids=str)
def test_a_line_is_not_too_long(path: Path) -> None:
    assert shape.long_lines(path) == []


def test_every_exception_is_still_one() -> None:
    """An exception that is no longer needed must be removed from its list."""
    modules = {
        name: most
        for name, most in LONG_MODULES.items()
        if len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= shape.LONGEST_MODULE
    }
    assert modules == {}
    large = {
        node.name
        for path in sources()
        for node in shape.classes(path)
        if len(shape.attributes(node)) > shape.MOST_ATTRIBUTES
        or len(shape.methods(node)) > shape.MOST_METHODS
    }
    assert LARGE_CLASSES.keys() - large == set()


def test_broad_excepts_are_counted_and_give_their_reason() -> None:
    found = []
    for path in sources():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.match(r"\s*except (Exception|BaseException)\b", line):
                if line.lstrip().startswith("except BaseException") and "noqa" not in line:
                    continue  # it cleans up and raises again, which ruff checks
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


# The packages that `make test` does not install.
EXTRAS = {"asyncpg", "fastapi", "gradio", "selenium", "starlette", "uvicorn"}
# The tests that a conftest.py leaves out if such a package is missing.
LEFT_OUT = re.compile(
    r"^tests\.(adapters\.web\.test_(browser|menu)|engine\.storage\.postgres\.|whole\.test_cluster)"
)


def top_level_imports(path: Path) -> list[str]:
    """Return what a module imports before its first `importorskip`."""
    found: list[str] = []
    for node in tree(path).body:
        if isinstance(node, ast.Expr) and "importorskip" in ast.unparse(node):
            break
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def test_the_quick_tests_are_collected_without_the_extras() -> None:
    modules = {shape.module_name(path): path for path in sources(*ROOMS, "tests", "benchmarks")}
    imports = {name: set(top_level_imports(path)) for name, path in modules.items()}
    needs = {name for name, found in imports.items() if EXTRAS & {x.split(".")[0] for x in found}}
    while more := {name for name, found in imports.items() if found & needs} - needs:
        needs |= more
    assert [
        name
        for name in sorted(needs)
        if re.search(r"\.test_\w+$", name) and not LEFT_OUT.search(name)
    ] == []


@pytest.mark.parametrize("path", sources("engine", "bot"), ids=str)
def test_no_placeholder_of_a_statement_is_numbered(path: Path) -> None:
    """Python 3.12 warns about numbered placeholders filled from a sequence; 3.14 refuses them."""
    texts = [node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant)]
    assert [text for text in texts if isinstance(text, str) and re.search(r"\?\d", text)] == []
