"""Tests inside the embedder's process: groups for the model, frame loop, search for a folder."""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from engine.memory.embedding import frames, model_files, process, serving

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def encode(texts: Sequence[str]) -> bytes:
    return bytes(len(texts))


class Pipe:
    """A pipe with prepared input. It keeps the output and counts calls of `tidy`."""

    def __init__(self, *frame_sizes: int) -> None:
        self.source = io.BytesIO(
            b"".join(frames.pack_texts(["text"] * size) for size in frame_sizes)
        )
        self.sink = io.BytesIO()
        self.tidied = 0
        self.left = 0

    def tidy(self) -> None:
        self.tidied += 1

    def leave(self) -> None:
        self.left += 1

    def serve(self, load: Any = lambda: (encode, {"dimension": 4})) -> int:
        return serving.serve(self.source, self.sink, load, self.tidy, self.leave)

    def answers(self) -> list[tuple[bytes, bytes]]:
        self.sink.seek(0)
        return list(iter(lambda: frames.read(self.sink), None))


def test_the_loop_greets_then_answers_each_frame_and_ends_with_its_input() -> None:
    pipe = Pipe(2, 1)

    assert pipe.serve() == 0
    assert pipe.answers() == [
        (frames.READY, b'{"dimension": 4}'),
        (frames.ROWS, bytes(2)),
        (frames.ROWS, bytes(1)),
    ]
    assert pipe.left == 1


def test_a_frame_without_texts_is_not_answered_and_returns_memory() -> None:
    pipe = Pipe(0, 1)
    pipe.serve()
    assert [kind for kind, _ in pipe.answers()] == [frames.READY, frames.ROWS]
    assert pipe.tidied == 2  # after loading, and for the empty frame


def test_a_failed_load_is_said_and_is_the_exit_code() -> None:
    def load() -> Any:
        raise serving.LoadError("no weights", patched=True)

    pipe = Pipe()
    assert pipe.serve(load) == 1
    assert pipe.answers() == [(frames.PATCHED_FAULT, b"no weights")]


def test_memory_is_given_back_after_loading_and_within_long_work() -> None:
    pipe = Pipe(*[16] * 20)
    pipe.serve()

    assert pipe.tidied == 1 + 20 * 16 // serving.GIVE_BACK_TEXTS


def test_memory_is_given_back_once_when_work_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "QUIET_SECONDS", 0.0)
    out, into = os.pipe()
    os.write(into, frames.pack_texts(["text"]))
    tidied = []

    def tidy() -> None:
        tidied.append(True)
        if len(tidied) == 2:  # once after loading, and once in the pause
            os.close(into)

    with open(out, "rb") as source:  # noqa: PTH123 - a descriptor
        serving.serve(source, io.BytesIO(), lambda: (encode, {}), tidy, lambda: None)
    assert len(tidied) == 2


def test_a_model_that_fails_is_named_by_its_error_class_alone() -> None:
    def fail(texts: Sequence[str]) -> bytes:
        raise RuntimeError(texts[0])

    pipe = Pipe(1)
    pipe.serve(lambda: (fail, {"dimension": 4}))
    assert pipe.answers()[1] == (frames.FAULT, b"the model failed with RuntimeError")


@pytest.mark.parametrize(
    "lengths",
    [
        [],
        [0],
        [5] * 20,
        [1000] * 9,
        [300, 5, 5, 254, 100],
        list(range(0, 400, 7)),
        [254] * 4 + [253],
    ],
)
def test_groups_cover_every_text_once_within_rows_and_tokens(lengths: list[int]) -> None:
    groups = list(process.forward_groups(["x" * length for length in lengths]))

    assert Counter(index for group in groups for index in group) == Counter(range(len(lengths)))
    for group in groups:
        longest = min(process.MAX_TOKENS, max(lengths[index] for index in group) + 2)
        assert len(group) <= process.FORWARD_ROWS
        assert len(group) * longest <= process.FORWARD_TOKENS


def test_groups_are_filled() -> None:
    assert [len(group) for group in process.forward_groups(["x" * 80] * 17)] == [8, 8, 1]
    assert [len(group) for group in process.forward_groups(["x" * 500] * 9)] == [4, 4, 1]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[bool]:
    """Install a fake hub client that has the model only online.

    The list holds `local_files_only` of each call.
    """
    calls: list[bool] = []

    def snapshot_download(
        repo_id: str, *, local_files_only: bool = False, **_wanted: object
    ) -> str:
        calls.append(local_files_only)
        folder = tmp_path / repo_id
        if local_files_only and not folder.is_dir():
            raise FileNotFoundError(repo_id)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.safetensors").touch()
        return str(folder)

    client = ModuleType("huggingface_hub")
    client.snapshot_download = snapshot_download  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "huggingface_hub", client)
    return calls


def test_a_hub_model_is_downloaded_once(hub: list[bool], tmp_path: Path) -> None:
    assert model_files.find_folder("some/model") == tmp_path / "some" / "model"
    assert model_files.find_folder("some/model") == tmp_path / "some" / "model"
    assert hub == [True, False, True]


def test_a_download_cut_short_is_taken_up_again(hub: list[bool], tmp_path: Path) -> None:
    (tmp_path / "some" / "model").mkdir(parents=True)
    (tmp_path / "some" / "model" / "config.json").touch()
    model_files.find_folder("some/model")
    assert hub == [True]

    (tmp_path / "some" / "model" / "model.safetensors").unlink()
    model_files.find_folder("some/model")
    assert hub == [True, True]


def test_a_model_that_is_nowhere_is_a_load_error_and_no_fault_of_patches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def snapshot_download(*_args: object, **_options: object) -> str:
        raise ConnectionError("no route to the hub")

    client = ModuleType("huggingface_hub")
    client.snapshot_download = snapshot_download  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "huggingface_hub", client)
    with pytest.raises(serving.LoadError, match="some/model is not a folder") as caught:
        process.load("some/model", 1, [])
    assert not caught.value.patched
