"""Measure the shape of the code.

It measures the length of functions, the size of classes, and how often tests use private names.

    python -m benchmarks.shape            the figures
    python -m benchmarks.shape --list     also the names of everything over a limit

The code is in bot, engine and adapters; tests are counted separately. A function's length is that
of its body without the docstring. A class's attributes are those that its methods assign to
``self``, and those in its body. Private access is ``name._attribute`` where the name is neither
``self`` nor ``cls``. `tests/test_architecture.py` uses the same functions.
"""

from __future__ import annotations

import argparse
import ast
import re
import statistics
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Union

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "engine", "adapters")
LONGEST_LINE, LONGEST_FUNCTION, LONGEST_MODULE = 100, 40, 400
MOST_ATTRIBUTES, MOST_METHODS, WORTH_ATTRIBUTES = 14, 18, 12
_NOTE = re.compile(r"\s+# (?:noqa|type:|fmt:).*")
_PATCHED, _REPLACED = r"monkeypatch\.", r"ignore\[[^]]*method-assign"
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]


@cache
def tree(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def sources(*rooms: str) -> list[Path]:
    """Return the modules of these folders, by default those of the product."""
    return sorted(path for room in rooms or ROOMS for path in (ROOT / room).rglob("*.py"))


def module_name(path: Path) -> str:
    """Return the name under which a module is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@dataclass(frozen=True)
class Measured:
    """Something with a name and a size."""

    name: str
    size: int

    def __str__(self) -> str:
        return f"{self.name} ({self.size})"


def functions(path: Path) -> list[Measured]:
    """Return the functions of a module with the lengths of their bodies in lines."""
    return [
        Measured(f"{module_name(path)}.{node.name}", _length(node))
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def _length(node: Function) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def classes(path: Path) -> list[ast.ClassDef]:
    """Return the classes of a module."""
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]


def attributes(node: ast.ClassDef) -> set[str]:
    """Return the names of an instance's attributes, without the members of enums and constants."""
    if any("Enum" in ast.unparse(base) for base in node.bases):
        return set()
    found = {
        item.target.id
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        and "ClassVar" not in ast.unparse(item.annotation)
    }  # fmt: skip
    for method in methods(node):
        found |= set(_assigned(method))
    return found


def _assigned(method: Function) -> Iterator[str]:
    for node in ast.walk(method):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
        ):
            yield node.attr


def methods(node: ast.ClassDef) -> list[Function]:
    """Return the methods and properties of a class."""
    return [item for item in node.body if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef))]


def long_lines(path: Path) -> list[int]:
    """Return the numbers of the lines that are too long, as the linter measures them (E501).

    A comment for a checker at the end does not count. Neither does a last word that cannot be
    wrapped, such as an address.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    plain = (_NOTE.sub("", line) for line in lines)
    return [number for number, line in enumerate(plain, 1) if _is_long(line)]


def _is_long(line: str) -> bool:
    if len(line) <= LONGEST_LINE // 2 or sum(map(_columns, line)) <= LONGEST_LINE:
        return False
    chunks = line.split()
    return len(chunks) > 1 and "://" not in chunks[-1]


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def imports(path: Path) -> set[str]:
    """Return the modules that a module imports, including imports for types and in functions."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def cycles() -> list[list[str]]:
    """Return the import cycles. Each is a set of modules that all reach each other."""
    names = {module_name(path): path for path in sources()}
    edges = {
        name: {other for other in imports(path) if other in names and not _inside(other, name)}
        for name, path in names.items()
    }
    return [sorted(circle) for circle in _components(edges) if len(circle) > 1]


def _inside(package: str, name: str) -> bool:
    """Return whether a module is in a package.

    Importing a module also runs the ``__init__.py`` of its package.
    """
    return name == package or name.startswith(package + ".")


def _components(edges: dict[str, set[str]]) -> list[set[str]]:
    """Return the strongly connected components of a graph."""
    reach = {name: _reached(name, edges) for name in edges}
    found: dict[frozenset[str], None] = {}
    for name, others in reach.items():
        found[frozenset({name, *(other for other in others if name in reach[other])})] = None
    return [set(component) for component in found]


def _reached(name: str, edges: dict[str, set[str]]) -> set[str]:
    seen, waiting = set[str](), [name]
    while waiting:
        for other in edges[waiting.pop()] - seen:
            seen.add(other)
            waiting.append(other)
    return seen


def private_access(path: Path) -> list[int]:
    """Return the numbers of the lines that access a private attribute of another object."""
    return [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and re.match(r"_[a-z]", node.attr)
        and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))
    ]


def counted(pattern: str, *rooms: str) -> int:
    """Return how often a pattern occurs in the sources of these folders."""
    return sum(len(re.findall(pattern, path.read_text("utf-8"))) for path in sources(*rooms))


def report(*, listed: bool) -> None:
    found = [function for path in sources() for function in functions(path)]
    sizes = [function.size for function in found]
    print(f"modules {len(sources())}, longest {max(map(_lines, sources()))} lines")
    print(
        f"functions {len(found)}: median {statistics.median(sizes):.0f} lines, longest {max(sizes)}"
    )
    both = [(module_name(path), node) for path in sources() for node in classes(path)]
    large = [Measured(f"{name}.{node.name}", len(attributes(node))) for name, node in both]
    over = [one for one in large if one.size > WORTH_ATTRIBUTES]
    most = max((Measured(f"{name}.{node.name}", len(methods(node))) for name, node in both),
               key=lambda one: one.size)  # fmt: skip
    print(
        f"classes {len(both)}: over {WORTH_ATTRIBUTES} attributes {len(over)}, most methods {most}"
    )
    private = {path: private_access(path) for path in sources("tests")}
    print(f"private access in tests {sum(map(len, private.values()))}")
    print(f"monkeypatch in tests {counted(_PATCHED, 'tests')}")
    print(f"method-assign ignores {counted(_REPLACED, 'tests', *ROOMS)}")
    print(f"circles of imports {len(cycles())}")
    print(f"words of README.md {len((ROOT / 'README.md').read_text(encoding='utf-8').split())}")
    lines, long = sum(map(_lines, sources())), sum(len(long_lines(path)) for path in sources())
    print(f"lines over {LONGEST_LINE} characters {long} of {lines} ({100 * long / lines:.1f} %)")
    if listed:
        _list(over, private)


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _list(over: list[Measured], private: dict[Path, list[int]]) -> None:
    print("classes:", *sorted(over, key=lambda one: -one.size), sep="\n  ")
    print("circles:", *(" <-> ".join(circle) for circle in cycles()), sep="\n  ")
    long = [
        Measured(module_name(path), _lines(path))
        for path in sources()
        if _lines(path) > LONGEST_MODULE
    ]
    print("modules:", *long, sep="\n  ")
    for path, lines in private.items():
        if lines:
            print(f"  {path.relative_to(ROOT)}: private access in lines {lines}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="name everything over each limit")
    report(listed=parser.parse_args().list)


if __name__ == "__main__":
    main()
