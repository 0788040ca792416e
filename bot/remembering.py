"""Build the memory that the settings ask for: by meaning and words, only by words, or none."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.answering.prompt import estimate_tokens
from engine.errors import MemoryFault
from engine.large_child import Room
from engine.storage.ports import Storage
from engine.tasks import Clock

if TYPE_CHECKING:
    from engine.memory.memory import Memory

log = logging.getLogger(__name__)

FULL, WORDS, OFF = "FULL", "WORDS", "OFF"
MODES = (FULL, WORDS, OFF)
_MEMORY = "engine.memory.memory"
MEANING_PACKAGES = ("faiss", "sentence_transformers", "torch")


@dataclass(frozen=True)
class MemorySettings:
    """The settings of memory.

    `mode` is one of `MODES`. `model` is the embedding model as a folder or a Hub id. If it is
    empty, all-MiniLM-L6-v2 is used. `chosen` is true if the operator has set the mode, so that a
    missing package is an error.
    """

    mode: str = FULL
    model: str = ""
    chosen: bool = field(default=False, compare=False)
    answer_cache: bool = True


class WordsOnly:
    """The embedder of a memory that works only by words. It never embeds."""

    @property
    def late(self) -> bool:
        """Return False, because no question needs to wait for this embedder."""
        return False

    async def embed(self, texts: Sequence[str]) -> Any:  # noqa: ARG002 - every embedder has this parameter
        """Raise `MemoryFault`, as an embedder that cannot load does."""
        raise MemoryFault("memory works only by words here")


async def open_memory(
    settings: MemorySettings,
    store: Storage,
    clock: Clock,
    stack: AsyncExitStack,
    *,
    shared: bool = False,
) -> Memory | None:
    """Build the memory. `stack` will close it.

    If `shared`, all processes of a user on one machine use one embedder.

    Return None if memory is off or not available. If it is not available, log the reason.
    """
    if settings.mode == OFF:
        return None
    try:
        # This runs in a thread, because numpy takes long to load and adapters are starting.
        if _MEMORY not in sys.modules:
            await asyncio.get_running_loop().run_in_executor(None, import_module, _MEMORY)
        from engine.memory.embedding.embedder import (  # noqa: PLC0415
            EmbedderSettings,
            ProcessEmbedder,
        )
        from engine.memory.memory import Memory  # noqa: PLC0415
    except ImportError as error:
        log.error("memory is off: the package %s is not installed or cannot be loaded", error.name)
        return None
    embedder: ProcessEmbedder | WordsOnly = WordsOnly()
    room = Room()
    absent = _absent_packages() if settings.mode == FULL else []
    if absent:
        log.warning(
            "memory works by words alone: %s not installed (the slim set); MEMORY=WORDS silences "
            "this line, and requirements.txt has the embedder",
            " and ".join(absent) + (" is" if len(absent) == 1 else " are"),
        )
    elif settings.mode == FULL:
        embedder = ProcessEmbedder(EmbedderSettings(model=settings.model, shared=shared), clock)
        stack.push_async_callback(embedder.close)
        room = Room(embedder.at_rest)
    memory = Memory(
        store, embedder, clock, estimate_tokens, answer_cache=settings.answer_cache, room=room
    )
    stack.push_async_callback(memory.close)
    return memory


def _absent_packages() -> list[str]:
    """Return the names of missing packages that only memory by meaning needs."""
    return [name for name in MEANING_PACKAGES if importlib.util.find_spec(name) is None]
