"""The console's own texts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ConsoleWords:
    """The console's own texts. `saved` contains ``{path}``, `no_file` ``{reason}``."""

    prompt: str = "> "
    greeting: str = (
        "/help lists the commands, /file PATH sends a file,\nCtrl-C stops an answer, Ctrl-D leaves."
    )
    thinking: str = "thinking"
    stopping: str = "stopping (Ctrl-C again leaves)"
    unkept: str = "the message could not be stored, trying again"
    saved: str = "saved as {path}"
    no_file: str = "that file cannot be read: {reason}"
