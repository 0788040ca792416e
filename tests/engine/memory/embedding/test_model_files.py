"""Tests that a model's files hold only data: known modules, safetensors, no pickle.

The default model is pinned.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from engine.memory.embedding import model_files, process, serving
from engine.memory.embedding.embedder import locate_model

ROOT = Path(__file__).resolve().parents[4]
OLD, NEW = "sentence_transformers.models.", "sentence_transformers."
TRANSFORMER = {"idx": 0, "name": "0", "path": "", "type": OLD + "Transformer"}


def a_folder(place: Path, *modules: dict[str, Any], weights: bytes = b"weights") -> Path:
    (place / "modules.json").write_text(json.dumps(modules))
    (place / "model.safetensors").write_bytes(weights)
    return place


@pytest.mark.parametrize(
    "kinds",
    [
        [OLD + "Transformer", OLD + "Pooling", OLD + "Normalize"],
        [
            NEW + "base.modules.transformer.Transformer",
            NEW + "sentence_transformer.modules.pooling.Pooling",
            NEW + "base.modules.normalize.Normalize",
        ],
    ],
    ids=["names of version 3", "names of version 6"],
)
def test_the_three_known_modules_are_loaded(tmp_path: Path, kinds: list[str]) -> None:
    modules = [{**TRANSFORMER, "type": kind, "path": ""} for kind in kinds]
    model_files.check(a_folder(tmp_path, *modules), "some/model")


def test_the_packaged_model_is_loaded() -> None:
    folder = locate_model("")
    model_files.check(Path(folder), folder)


@pytest.mark.parametrize(
    "kind",
    [
        "sklearn.utils.parallel.joblib",
        "sentence_transformers.util.import_from_string",
        OLD + "Dense",
        OLD + "WordEmbeddings",
        "modeling_own.Transformer",
        "Transformer",
        None,
        7,
    ],
    ids=str,
)
def test_any_other_module_is_refused(tmp_path: Path, kind: object) -> None:
    folder = a_folder(tmp_path, TRANSFORMER, {**TRANSFORMER, "type": kind})
    with pytest.raises(model_files.UntrustedModel, match="names a type"):
        model_files.check(folder, "some/model")


@pytest.mark.parametrize("place", ["../other", "a/../../b", "/etc", None, 3], ids=str)
def test_a_module_outside_of_the_folder_is_refused(tmp_path: Path, place: object) -> None:
    folder = a_folder(tmp_path, {**TRANSFORMER, "path": place})
    with pytest.raises(model_files.UntrustedModel, match="names a path"):
        model_files.check(folder, "some/model")


@pytest.mark.parametrize(
    "content", ["{", "{}", "[1]", "[" * 60_000, "[]" + " " * 70_000], ids=range(5)
)
def test_a_list_of_modules_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    folder = a_folder(tmp_path)
    (folder / "modules.json").write_text(content)
    with pytest.raises(model_files.UntrustedModel, match=r"modules\.json"):
        model_files.check(folder, "some/model")


def test_weights_in_another_format_are_refused(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, TRANSFORMER)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(model_files.UntrustedModel, match="weights"):
        model_files.check(folder, "some/model")


def test_a_model_that_sends_on_to_another_one_is_refused(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, TRANSFORMER)
    (folder / "adapter_config.json").write_text("{}")
    with pytest.raises(model_files.UntrustedModel, match="another model"):
        model_files.check(folder, "some/model")


def test_the_default_model_has_the_pinned_weights(tmp_path: Path) -> None:
    packaged = Path(locate_model(""))
    model_files.check(packaged, model_files.HUB_MODEL)

    with pytest.raises(model_files.UntrustedModel, match="digest"):
        model_files.check(a_folder(tmp_path, TRANSFORMER), model_files.HUB_MODEL)


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, Any]]:
    """Install a fake hub client. The list holds the arguments of each call."""
    calls: list[dict[str, Any]] = []

    def snapshot_download(repo_id: str, **wanted: Any) -> str:
        calls.append({"repository": repo_id, **wanted})
        (tmp_path / "model.safetensors").touch()
        return str(tmp_path)

    client = ModuleType("huggingface_hub")
    client.snapshot_download = snapshot_download  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "huggingface_hub", client)
    return calls


@pytest.mark.parametrize(
    ("model", "repository", "revision"),
    [
        (model_files.HUB_MODEL, model_files.HUB_MODEL, model_files.HUB_REVISION),
        ("some/model", "some/model", None),
        ("some/model@v2", "some/model", "v2"),
    ],
)
def test_the_default_model_and_a_named_revision_are_pinned(
    fetched: list[dict[str, Any]], model: str, repository: str, revision: str | None
) -> None:
    model_files.find_folder(model)
    assert (fetched[0]["repository"], fetched[0]["revision"]) == (repository, revision)


def test_only_data_files_come_from_the_hub(fetched: list[dict[str, Any]]) -> None:
    from fnmatch import fnmatch

    model_files.find_folder("some/model")
    patterns = fetched[0]["allow_patterns"]

    def comes(name: str) -> bool:
        return any(fnmatch(name, pattern) for pattern in patterns)

    assert all(map(comes, ("vocab.txt", "merges.txt", "tokenizer.json", "1_Pooling/config.json")))
    assert not any(
        map(comes, ("notes.txt", "pytorch_model.bin", "x.pkl", "x.py", "any.model", "a/b.txt"))
    )


def test_a_refused_model_is_a_load_error_that_no_second_try_mends(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, {**TRANSFORMER, "type": "joblib"})
    with pytest.raises(serving.LoadError, match=r"is not loaded: modules\.json") as caught:
        process.load(str(folder), 1, [])
    assert not caught.value.patched


class Program:
    """An object that runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self._command = command

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, (self._command,)


@pytest.mark.parametrize("load", ["pickle.loads(data)", "pickle._loads(data)"])
def test_no_pickle_runs_in_the_embedders_process(tmp_path: Path, load: str) -> None:
    ran = tmp_path / "ran"
    (tmp_path / "notes.txt").write_bytes(pickle.dumps(Program(f"touch {ran}")))
    program = (
        "import pathlib, pickle, sys\n"
        "from engine.memory.embedding import process\n"
        "process._prepare()\n"
        f"data = pathlib.Path({str(tmp_path / 'notes.txt')!r}).read_bytes()\n"
        f"{load}\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True
    )
    assert b"UntrustedModel" in ended.stderr
    assert not ran.exists()
