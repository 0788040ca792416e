"""Compile the modules that a running Pipit loads, for an image whose root is read-only.

Without their bytecode each start compiles them again, which takes seconds and 17 MB of memory. The
other modules stay as they are, because the bytecode of all takes 60 MB.
"""

from __future__ import annotations

import asyncio
import compileall
import importlib
import py_compile
import sys
from importlib.util import find_spec
from pathlib import Path

from pipit import code_folder

LOADED = (
    "bot.__main__",
    "bot.app",
    "adapters.telegram.adapter",
    "adapters.discord.adapter",
    "engine.memory.memory",
    "httpcore",
    "numpy",
)
UNCHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH  # an image never changes
OPTIONAL = {"asyncpg": "bot.cluster", "starlette": "adapters.web.adapter"}


def main() -> None:
    """Import what a running process imports, and write the bytecode of these modules."""
    sys.path.insert(0, str(code_folder()))
    for name in (*LOADED, *(module for needed, module in OPTIONAL.items() if find_spec(needed))):
        importlib.import_module(name)
    from engine.answering.huggingface import (  # noqa: PLC0415 - found only on the path above
        HuggingFaceModel,
        ModelSettings,
    )
    from engine.tasks import SystemClock  # noqa: PLC0415 - as above

    asyncio.run(HuggingFaceModel(ModelSettings(), SystemClock()).load())
    files = {getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}
    for package in ("bot", "engine", "adapters"):
        folder = str(Path(importlib.import_module(package).__file__ or "").parent)
        compileall.compile_dir(folder, quiet=1, invalidation_mode=UNCHECKED)
    installed = Path(sys.prefix)
    for file in filter(None, files):
        path = Path(file)
        if path.suffix == ".py" and path.is_relative_to(installed):
            py_compile.compile(file, invalidation_mode=UNCHECKED)


if __name__ == "__main__":
    main()
