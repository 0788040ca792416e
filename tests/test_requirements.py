"""Check that every pin has its hashes, and that the hashes belong to these pins."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(path.name for path in (ROOT / "hashes").glob("requirements*.txt"))
# The packages that only the embedder needs. The slim set does not contain them.
EMBEDDER = [
    "annotated-doc",
    "annotated-types",
    "cloudpickle",
    "faiss-cpu",
    "jinja2",
    "joblib",
    "markupsafe",
    "mpmath",
    "narwhals",
    "networkx",
    "pydantic",
    "pydantic-core",
    "safetensors",
    "scikit-learn",
    "scipy",
    "sentence-transformers",
    "setuptools",
    "shellingham",
    "sympy",
    "threadpoolctl",
    "tokenizers",
    "torch",
    "transformers",
    "typer",
    "typing-inspection",
]
TORCH = "torch"  # torch's CPU build comes from another index (see hashes/make.py)


def pins(text: str) -> set[tuple[str, str]]:
    """Return the pinned names, as an index writes them, with versions.

    A name may have several versions, for different Pythons.
    """
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\\\]+)", text, re.MULTILINE)
    return {(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in found}


@pytest.mark.parametrize("name", FILES)
def test_the_hashes_are_those_of_the_pins(name: str) -> None:
    kept = pins((ROOT / name).read_text(encoding="utf-8"))
    hashed = pins((ROOT / "hashes" / name).read_text(encoding="utf-8"))
    assert {pin for pin in kept if pin[0] != TORCH} == hashed, "run: make hashes"


@pytest.mark.parametrize("name", FILES)
def test_no_package_is_without_a_hash(name: str) -> None:
    text = (ROOT / "hashes" / name).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def requirement_lines(name: str) -> list[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_the_slim_set_is_the_default_set_without_the_embedder() -> None:
    wanted = [
        line
        for line in requirement_lines("requirements.txt")
        if line.partition("==")[0].lower() not in EMBEDDER
    ]
    assert requirement_lines("requirements-slim.txt") == wanted, (
        "add a new package to requirements-slim.txt too, or to EMBEDDER if only the embedder needs it"
    )


def test_make_installs_by_hashes_all_but_torch() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--no-deps --require-hashes -r hashes/" in makefile
    unhashed = re.findall(r"^\t@\$\(PIP\).*$", makefile, re.MULTILINE)
    assert [line for line in unhashed if "$(TORCH)" not in line] == []
