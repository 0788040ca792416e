"""The texts of the terminal itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ConsoleWords:
    """The texts of the terminal itself; `saved` contains ``{path}``."""

    prompt: str = "> "
    greeting: str = "/help lists the commands, Ctrl-C stops an answer, Ctrl-D leaves."
    thinking: str = "thinking"
    stopping: str = "stopping (Ctrl-C again leaves)"
    unkept: str = "the message could not be stored, trying again"
    saved: str = "saved as {path}"
