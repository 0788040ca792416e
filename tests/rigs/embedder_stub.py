"""Run an embedder's process without a model.

It runs the real frame loop. Its rows report how they were requested: element 0 is the text's
length, element 1 the number of its frame, and element 2 the number of texts that shared that frame.
Some texts and model names make it misbehave.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.memory.embedding import host, lean, serving
from engine.memory.embedding import process as embedder_process

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMAND = (sys.executable, "-m", "tests.rigs.embedder_stub")

NO_WEIGHTS = "stub/no-weights"
NOT_PATCHED = "stub/loads-only-without-patches"
WIDE = "stub/768-numbers"
SLOW = "stub/never-loaded"
MUTE = "stub/ends-while-loading"
ALONE_SECONDS = 0.3  # a shared stub ends when it had no bot for this long


def gate(fifo: Path) -> str:
    """Return a text that the stub answers only after somebody opens `fifo` for writing."""
    return f"gate {fifo}"


def dies_once(marker: Path) -> str:
    """Return a text that kills the stub if `marker` does not exist, and creates `marker`."""
    return f"once {marker}"


class _Frames:
    """A stand-in for the model."""

    def __init__(self, dimension: int) -> None:
        self._dimension, self._number = dimension, 0

    def __call__(self, texts: Sequence[str]) -> bytes:
        self._number += 1
        rows = np.zeros((len(texts), self._dimension), "<f4")
        for row, text in zip(rows, texts):
            _misbehave(*text.partition(" ")[::2])
            row[:3] = len(text), self._number, len(texts)
        return rows.tobytes()


def _misbehave(word: str, argument: str) -> None:
    if word == "die" or (word == "once" and not Path(argument).exists()):
        Path(argument or os.devnull).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "fail":
        raise ValueError(f"cannot read {word} {argument}")
    elif word == "hang":
        threading.Event().wait()
    elif word == "gate":
        Path(argument).read_bytes()


def _load(model: str, without: Sequence[str]) -> tuple[serving.Encode, dict[str, Any]]:
    if model == NO_WEIGHTS:
        raise serving.LoadError("no weights there")
    if model == NOT_PATCHED and not set(lean.PATCHES) <= set(without):
        raise serving.LoadError("a name is gone", patched=True)
    if model == MUTE:
        os.kill(os.getpid(), signal.SIGKILL)
    if model == SLOW:
        print("loading", file=sys.stderr, flush=True)  # noqa: T201 - the sign that a test waits for
        threading.Event().wait()
    dimension = 768 if model == WIDE else 384
    return _Frames(dimension), {"dimension": dimension}


def main() -> int:
    """Run as the embedder's process does."""
    path, arguments = host.path_in(sys.argv[1:])
    model, _, *without = arguments
    embedder_process._prepare()
    if path is not None:
        return host.run(path, lambda: _load(model, without), lambda: None, ALONE_SECONDS)
    sink = embedder_process._own_stdout()
    print("a library says something")  # noqa: T201 - must not reach the pipe
    return serving.serve(sys.stdin.buffer, sink, lambda: _load(model, without), lambda: None)


if __name__ == "__main__":
    sys.exit(main())
