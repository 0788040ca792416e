"""Faults at a port: what stands before a store and lets single calls go elsewhere."""

from __future__ import annotations

from typing import Any, Callable


class Injector:
    """A port of the store as its user sees it; `instead` names the calls that another one answers."""

    def __init__(self, port: Any) -> None:
        self.port = port
        self.instead: dict[str, Callable[..., Any]] = {}

    def __getattr__(self, name: str) -> Any:
        """Return the port's call, or the one put in its place."""
        return self.instead.get(name) or getattr(self.port, name)

    def put(self, **calls: Callable[..., Any]) -> None:
        """Let these calls go elsewhere from now on: ``put(finish=full_disk)``."""
        self.instead.update(calls)

    def mend(self) -> None:
        """Let every call through again."""
        self.instead.clear()
