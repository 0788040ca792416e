"""Tests of each method that saves memory, alone.

test_embedder_model.py measures how much they save together with the real model.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from engine.memory.embedding import lean

if TYPE_CHECKING:
    from collections.abc import Iterator

SMAPS = """\
55e000000000-55e000001000 r-xp 00000000 08:01 11 /usr/lib/clean.so
Rss:                   4 kB
Anonymous:             0 kB
Swap:                  0 kB
VmFlags: rd ex mr mw me
55e000002000-55e000003000 r--p 00000000 08:01 11 /usr/lib/relocated.so
Rss:                   4 kB
Anonymous:             4 kB
Swap:                  0 kB
55e000004000-55e000005000 r--p 00000000 08:01 11 /usr/lib/relocated-then-swapped.so
Rss:                   0 kB
Anonymous:             0 kB
Swap:                  4 kB
55e000006000-55e000007000 rw-p 00000000 08:01 11 /usr/lib/writable.so
Anonymous:             0 kB
Swap:                  0 kB
55e000008000-55e000009000 rw-p 00000000 08:01 12 /srv/my model/model.safetensors
Anonymous:             0 kB
Swap:                  0 kB
55e00000a000-55e00000b000 r--p 00000000 00:00 0 [vvar]
Anonymous:             0 kB
55e00000c000-55e00000d000 rw-p 00000000 08:01 12 /srv/written.safetensors
Private_Dirty:         4 kB
Anonymous:             0 kB
55e00000e000-55e00000f000 r--p 00000000 08:01 13 /usr/lib/last.so
Anonymous:             0 kB
"""


def test_only_mappings_that_equal_their_file_are_dropped() -> None:
    found = [hex(start) for start, _ in lean.clean_mappings(SMAPS.splitlines(keepends=True))]

    assert found == ["0x55e000000000", "0x55e000008000", "0x55e00000e000"]


def test_no_mapping_is_named_where_there_is_none() -> None:
    assert list(lean.clean_mappings([])) == []


def test_tricks_of_another_system_skip_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lean, "_libc", lambda: None)

    assert lean.tune_allocator() is False
    lean.give_back()


def test_a_libc_that_is_not_glibc_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lean, "_libc", lambda: SimpleNamespace())

    assert lean.tune_allocator() is False


@pytest.mark.skipif(sys.platform != "linux", reason="glibc")
def test_glibc_takes_every_setting_and_a_process_works_after_giving_back() -> None:
    program = (
        "from engine.memory.embedding import lean; import ssl; assert "
        "lean.tune_allocator(); lean.give_back(); dir(ssl)"
    )
    root = Path(__file__).resolve().parents[4]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, check=False)

    assert done.returncode == 0


@pytest.fixture
def costly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Add a package `costly` with a submodule to the path.

    It reports when it is really imported.
    """
    package = tmp_path / "costly"
    package.mkdir()
    (package / "__init__.py").write_text("LOADED = True\nclass Thing:\n    size = 3\n")
    (package / "deep.py").write_text("def double(number):\n    return 2 * number\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "costly"
    for name in ("costly", "costly.deep"):
        sys.modules.pop(name, None)


def test_a_stand_in_takes_the_place_of_an_import(costly: str) -> None:
    with lean.stand_ins([costly]):
        module = importlib.import_module("costly.deep")
        assert not hasattr(module, "__file__")

    assert "costly" not in sys.modules
    assert "costly.deep" not in sys.modules


def test_the_real_module_loads_after_the_context(costly: str) -> None:
    with lean.stand_ins([costly]):
        importlib.import_module("costly.deep")

    assert importlib.import_module("costly").LOADED is True
    assert importlib.import_module("costly.deep").double(4) == 8


def test_a_name_taken_while_loading_is_the_real_thing_when_called_later(costly: str) -> None:
    with lean.stand_ins([costly]):
        double = importlib.import_module("costly.deep").double
        thing = importlib.import_module(costly).Thing

    assert double(21) == 42
    assert thing.size == 3
    assert isinstance(thing(), thing)


def test_a_module_held_since_loading_leads_to_the_real_one(costly: str) -> None:
    with lean.stand_ins([costly]):
        deep = importlib.import_module("costly.deep")

    assert deep.double(5) == 10


def test_while_loading_a_name_is_a_decorator_a_base_and_no_ones_class(costly: str) -> None:
    def function() -> None:
        """Do nothing."""

    with lean.stand_ins([costly]):
        name = importlib.import_module(costly).anything.below
        child = type("Child", (), {})
        exec("class Child(name): pass", scope := {"name": name})
        child = scope["Child"]

        assert name(function) is function
        assert name(option=1)(function) is function
        assert child.__bases__ == (object,)
        assert not isinstance(3, name)


def test_a_package_that_is_loaded_already_stays_itself(costly: str) -> None:
    real = importlib.import_module(costly)
    with lean.stand_ins([costly]):
        assert importlib.import_module("costly.deep").double(2) == 4

    assert sys.modules[costly] is real


def test_a_stand_in_leaves_no_trace_on_its_parent(costly: str) -> None:
    parent = importlib.import_module(costly)
    with lean.stand_ins(["costly.deep"]):
        importlib.import_module("costly.deep")
        assert hasattr(parent, "deep")

    assert not hasattr(parent, "deep")


def test_stand_ins_go_also_when_loading_fails(costly: str) -> None:
    before = list(sys.meta_path)
    with pytest.raises(ModuleNotFoundError), lean.stand_ins([costly]):
        importlib.import_module("no_such_package_here", importlib.import_module(costly).__name__)

    assert sys.meta_path == before
    assert costly not in sys.modules


def test_replaced_puts_back_what_was_there_and_removes_what_was_not() -> None:
    owner = SimpleNamespace(name=1)
    with lean.replaced(owner, "name", 2), lean.replaced(owner, "other", 3):
        assert (owner.name, owner.other) == (2, 3)

    assert vars(owner) == {"name": 1}
