"""Inject faults at a port: a proxy of a store that replaces single calls."""

from __future__ import annotations

from typing import Any, Callable


class Injector:
    """A proxy of a port of the store. `instead` holds the replaced calls by name."""

    def __init__(self, port: Any) -> None:
        self.port = port
        self.instead: dict[str, Callable[..., Any]] = {}

    def __getattr__(self, name: str) -> Any:
        """Return the port's call, or its replacement."""
        return self.instead.get(name) or getattr(self.port, name)

    def put(self, **calls: Callable[..., Any]) -> None:
        """Replace these calls from now on, as in ``put(finish=full_disk)``."""
        self.instead.update(calls)

    def mend(self) -> None:
        """Remove all replacements."""
        self.instead.clear()
