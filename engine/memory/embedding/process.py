"""The embedder's own process.

Start it with ``python -m engine.memory.embedding.process MODEL THREADS [WITHOUT ...]``. It reads
texts from standard input and writes rows to standard output (``embedding.frames``). It ends when
its input ends. If the bot dies, its input ends at once. With ``--socket PATH`` as the first two
arguments, several bots of one machine share it (``embedding.host``). No heavy import may come
before `main`, because the allocator must be tuned first.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from engine import children
from engine.memory.embedding import host, lean, model_files
from engine.memory.embedding.serving import Encode, LoadError, serve

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

FORWARD_ROWS = 8
FORWARD_TOKENS = 1024
"""The limit on padded tokens in one pass.

The activations of a token take about 6 KB, so a larger pass would raise the peak of memory.
"""
MAX_TOKENS = 256


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
    path, arguments = host.path_in(arguments)
    model, threads, *without = arguments
    if "allocator" not in without:
        lean.tune_allocator()
    _prepare()
    os.environ["OMP_NUM_THREADS"] = threads

    def load_model() -> tuple[Encode, dict[str, Any]]:
        return load(model, int(threads), without)

    def tidy() -> None:
        _tidy(without)

    if path is not None:
        return host.run(path, load_model, tidy)
    sink = _own_stdout()
    with contextlib.suppress(BrokenPipeError):  # the bot has ended
        return serve(sys.stdin.buffer, sink, load_model, tidy)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
