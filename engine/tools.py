"""The tools that a model may call in an answer, and its calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tool:
    """A function that a model may call. `parameters` is a JSON schema of its arguments."""

    name: str
    about: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class ToolCall:
    """The call of a tool by a model."""

    name: str
    arguments: Mapping[str, Any]
