"""Answer the frames of bots with the rows of a model, in the embedder's process.

`serve` answers one bot through a pipe. `embedding.host` answers several through a socket.
"""

from __future__ import annotations

import json
import os
import queue
import threading
from typing import TYPE_CHECKING, Any, BinaryIO, Callable

from engine.memory.embedding import frames

if TYPE_CHECKING:
    from collections.abc import Sequence

QUIET_SECONDS = 2.0
GIVE_BACK_TEXTS = 64

Encode = Callable[["Sequence[str]"], bytes]
"""Turns texts into rows of float32, one after another."""


class LoadError(Exception):
    """The model cannot be loaded. `patched` is true if patches of ``lean`` were in use."""

    def __init__(self, message: str, *, patched: bool = False) -> None:
        super().__init__(message)
        self.patched = patched


def serve(
    source: BinaryIO,
    sink: BinaryIO,
    load_model: Callable[[], tuple[Encode, dict[str, Any]]],
    tidy: Callable[[], None],
    leave: Callable[[], None] = lambda: os._exit(0),
) -> int:
    """Load the model, then answer frames until `source` ends. Return the process's exit code.

    A separate thread waits for the end of `source` and then calls `leave`, even while a model is
    loading or computing.
    """
    requests: queue.Queue[list[str] | None] = queue.Queue()
    threading.Thread(
        target=_read, args=(source, requests, leave), daemon=True, name="requests"
    ).start()
    try:
        encode, facts = load_model()
    except LoadError as error:
        _write(sink, *refusal(error))
        return 1
    tidy()
    _write(sink, frames.READY, json.dumps(facts).encode("ascii"))
    _answer_all(requests, sink, encode, tidy)
    return 0


def _read(
    source: BinaryIO, requests: queue.Queue[list[str] | None], leave: Callable[[], None]
) -> None:
    while (frame := frames.read(source)) is not None:
        requests.put(frames.unpack_texts(frame[1]))
    requests.put(None)
    leave()


def _answer_all(
    requests: queue.Queue[list[str] | None],
    sink: BinaryIO,
    encode: Encode,
    tidy: Callable[[], None],
) -> None:
    untidy = 0
    while True:
        try:
            texts = requests.get(timeout=QUIET_SECONDS if untidy else None)
        except queue.Empty:
            texts = []
        if texts is None:
            return
        if texts:
            _write(sink, *answer(encode, texts))
        untidy += len(texts)
        if not texts or untidy >= GIVE_BACK_TEXTS:
            tidy()
            untidy = 0


def refusal(error: LoadError) -> tuple[bytes, bytes]:
    """Return the frame that reports that the model cannot be loaded."""
    kind = frames.PATCHED_FAULT if error.patched else frames.FAULT
    return kind, str(error).encode("utf-8", "replace")


def answer(encode: Encode, texts: Sequence[str]) -> tuple[bytes, bytes]:
    """Return the frame with the rows of these texts, or one that reports a fault."""
    try:
        return frames.ROWS, encode(texts)
    except Exception as error:  # noqa: BLE001 - the libraries may raise anything, and only the class is reported
        return frames.FAULT, f"the model failed with {type(error).__name__}".encode()


def _write(sink: BinaryIO, kind: bytes, payload: bytes) -> None:
    sink.write(frames.pack(kind, payload))
    sink.flush()
