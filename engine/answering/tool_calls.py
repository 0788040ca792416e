"""Collect the tool calls of a streamed answer from its pieces. Pure code without I/O.

OpenAI sends a call in pieces: the first has the id and the name, the others have parts of the
arguments, and ``index`` says to which call a piece belongs. Gateways differ. Some leave out the
index, some give each call the index 0 with an id of its own, and some send the arguments as an
object.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.tools import ToolCall

if TYPE_CHECKING:
    from collections.abc import Container

    from engine.answering.sse import Json

_MOST_CALLS = 8
_MOST_CHARACTERS = 8_000  # the limit on the arguments of one call


@dataclass
class _Call:
    """A call whose arguments may still grow."""

    index: Any
    id: str
    name: str = ""
    arguments: str = ""


class ToolCalls:
    """The calls of one answer, in the order in which they began."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []

    def take(self, choice: Json) -> bool:
        """Read the pieces in a choice of a chunk. Return whether there were any."""
        said = choice.get("delta") or choice.get("message")
        pieces = said.get("tool_calls") if isinstance(said, dict) else None
        if not isinstance(pieces, list):
            return False
        for piece in pieces:
            if isinstance(piece, dict):
                self._add(piece)
        return bool(pieces)

    def _add(self, piece: Json) -> None:
        call, function = self._of(piece), piece.get("function")
        if call is None or not isinstance(function, dict):
            return
        name, more = function.get("name"), function.get("arguments")
        if isinstance(name, str) and name:
            call.name = name
        if isinstance(more, dict):
            call.arguments = json.dumps(more)
        elif isinstance(more, str) and len(call.arguments) <= _MOST_CHARACTERS:
            call.arguments += more

    def _of(self, piece: Json) -> _Call | None:
        """Return the call of a piece, which may be new, or None if there are too many calls."""
        index, known_as = piece.get("index"), piece.get("id")
        known_as = known_as if isinstance(known_as, str) else ""
        for call in reversed(self._calls):
            other = known_as and call.id and known_as != call.id
            same = index is None or call.index == index
            if same and not other and (known_as or index is not None or not _begins(piece)):
                return call
        if len(self._calls) >= _MOST_CALLS:
            return None
        self._calls.append(_Call(index, known_as))
        return self._calls[-1]

    def first(self, names: Container[str]) -> ToolCall | None:
        """Return the first whole call of one of these tools, or None."""
        for call in self._calls:
            if call.name in names and len(call.arguments) <= _MOST_CHARACTERS:
                arguments = _object(call.arguments)
                if arguments is not None:
                    return ToolCall(call.name, arguments)
        return None


def _begins(piece: Json) -> bool:
    function = piece.get("function")
    return isinstance(function, dict) and bool(function.get("name"))


def _object(text: str) -> Json | None:
    """Return the JSON object that a text holds, or None."""
    try:
        found = json.loads(text)
        if isinstance(found, str):  # some models encode the arguments twice
            found = json.loads(found)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
