"""The embedder's own process.

Start it with ``python -m engine.memory.embedding.process MODEL THREADS [WITHOUT ...]``. It reads
texts from standard input and writes rows to standard output (``embedding.frames``). It ends when
its input ends. If the bot dies, its input ends at once. No heavy import may come before `main`,
because the allocator must be tuned first.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Callable

from engine import children
from engine.memory.embedding import frames, lean, model_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

FORWARD_ROWS = 8
FORWARD_TOKENS = 1024
"""The limit on padded tokens in one pass.

The activations of a token take about 6 KB, so a larger pass would raise the peak of memory.
"""
MAX_TOKENS = 256
QUIET_SECONDS = 2.0
GIVE_BACK_TEXTS = 64

Encode = Callable[["Sequence[str]"], bytes]
"""Turns texts into rows of float32, one after another."""


class LoadError(Exception):
    """The model cannot be loaded. `patched` is true if patches of ``lean`` were in use."""

    def __init__(self, message: str, *, patched: bool = False) -> None:
        super().__init__(message)
        self.patched = patched


def forward_groups(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield the indices of the texts of each forward pass, the longest texts first.

    A word piece has at least one character. A text's length is therefore an upper limit on its
    tokens, and the tokenizer is not needed here.
    """
    group: list[int] = []
    longest = 0
    for index in sorted(range(len(texts)), key=lambda index: -len(texts[index])):
        longest = longest or min(MAX_TOKENS, len(texts[index]) + 2)
        if group and (len(group) == FORWARD_ROWS or (len(group) + 1) * longest > FORWARD_TOKENS):
            yield group
            group, longest = [], min(MAX_TOKENS, len(texts[index]) + 2)
        group.append(index)
    if group:
        yield group


def load(model: str, threads: int, without: Collection[str]) -> tuple[Encode, dict[str, Any]]:
    """Load the model. Return its encode function, and its dimension with the library versions.

    Raises `LoadError`.
    """
    try:
        folder = model_files.find_folder(model)
    except Exception as error:  # this is a boundary, and any error of the hub's client is reported
        raise LoadError(
            f"{model} is not a folder, and the hub does not provide it: {type(error).__name__}"
        ) from error
    try:
        model_files.check(folder, model)
    except (model_files.UntrustedModel, OSError) as error:
        raise LoadError(f"{model} is not loaded: {error}") from error
    patched = not set(lean.PATCHES) <= set(without)
    try:
        encoder = _load_encoder(folder, threads, without)
        encode = _encode_with(encoder)
        dimension = len(encode(["ready"])) // 4
    except Exception as error:  # this is a boundary, and any error of four libraries is reported
        raise LoadError(
            f"{folder.name}: {type(error).__name__}: {error}"[:500], patched=patched
        ) from error
    return encode, {"dimension": dimension, **_versions()}


def _load_encoder(folder: Path, threads: int, without: Collection[str]) -> Any:
    import torch  # noqa: PLC0415 - loaded on first need

    torch.set_num_threads(threads)
    with contextlib.ExitStack() as stack:
        _tidy(without)
        if "stand_ins" not in without:
            stack.enter_context(lean.stand_ins())
            stack.enter_context(lean.without_distributed())
        from sentence_transformers import (  # noqa: PLC0415 - loaded on first need
            SentenceTransformer,
        )

        _tidy(without)
        if "mapped_weights" not in without:
            stack.enter_context(lean.mapped_weights(folder))
        return SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )


def _tidy(without: Collection[str]) -> None:
    if "give_back" not in without:
        lean.give_back()


def _encode_with(encoder: Any) -> Encode:
    import numpy as np  # noqa: PLC0415 - loaded on first need

    def encode(texts: Sequence[str]) -> bytes:
        rows: list[Any] = [None] * len(texts)
        for group in forward_groups(texts):
            chosen = [texts[index] for index in group]
            found = encoder.encode(
                chosen, batch_size=len(chosen), show_progress_bar=False, normalize_embeddings=True
            )
            for index, row in zip(group, found):
                rows[index] = row
        matrix = np.stack(rows).astype("<f4", copy=False)
        if not np.allclose(np.linalg.norm(matrix, axis=1), 1.0, atol=1e-3):
            raise ArithmeticError("a row is not of unit length")
        return matrix.tobytes()

    return encode


def _versions() -> dict[str, str]:
    names = ("torch", "transformers", "sentence_transformers")
    return {name: str(getattr(sys.modules.get(name), "__version__", "")) for name in names}


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
        _write(
            sink,
            frames.PATCHED_FAULT if error.patched else frames.FAULT,
            str(error).encode("utf-8", "replace"),
        )
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
            _write(sink, *_answer(encode, texts))
        untidy += len(texts)
        if not texts or untidy >= GIVE_BACK_TEXTS:
            tidy()
            untidy = 0


def _answer(encode: Encode, texts: Sequence[str]) -> tuple[bytes, bytes]:
    try:
        return frames.ROWS, encode(texts)
    except Exception as error:  # noqa: BLE001 - the libraries may raise anything, and only the class is reported
        return frames.FAULT, f"the model failed with {type(error).__name__}".encode()


def _write(sink: BinaryIO, kind: bytes, payload: bytes) -> None:
    sink.write(frames.pack(kind, payload))
    sink.flush()


def _own_stdout() -> BinaryIO:
    """Reserve the pipe to the bot for frames.

    Text that a library prints goes to standard error instead.
    """
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sink


def _prepare() -> None:
    # The host's SIGTERM and the terminal's Ctrl-C reach every process. The bot must still answer
    # while it stops, so this process ignores both. The bot ends this process by closing its input.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    children.end_first(800)
    os.environ.update(
        TOKENIZERS_PARALLELISM="false", HF_HUB_DISABLE_PROGRESS_BARS="1", TQDM_DISABLE="1"
    )
    # The reason is given in engine/answering/hf_transport.py.
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1"  # noqa: S105 - a switch
    children.dump_no_core()
    children.gain_no_privileges()
    model_files.refuse_pickles()


def main(arguments: Sequence[str]) -> int:
    """Run as the embedder's process.

    The arguments are the model, the number of threads, and the names of the memory savings that are
    not used.
    """
    model, threads, *without = arguments
    if "allocator" not in without:
        lean.tune_allocator()
    _prepare()
    os.environ["OMP_NUM_THREADS"] = threads
    sink = _own_stdout()
    with contextlib.suppress(BrokenPipeError):  # the bot has ended
        return serve(
            sys.stdin.buffer,
            sink,
            lambda: load(model, int(threads), without),
            lambda: _tidy(without),
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
