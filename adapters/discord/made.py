"""Convert a picture or recording that a service made to arguments of discord.py's calls."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import discord

from adapters.discord.wire import CALL_SECONDS, FILE_SECONDS

if TYPE_CHECKING:
    from typing import Any

    from engine.attachments import Made

_MOST_DESCRIPTION = 1024


def file_of(made: Made | None) -> dict[str, Any]:
    """Return the argument that attaches a file to a new message.

    The library can use it only once.
    """
    return {} if made is None else {"file": _file(made)}


def attachments_of(made: Made | None) -> dict[str, Any]:
    """Return the argument that replaces the files of a message. Without `made`, the files stay."""
    return {} if made is None else {"attachments": [_file(made)]}


def seconds_for(made: Made | None) -> float:
    """Return the time limit of a call."""
    return CALL_SECONDS if made is None else FILE_SECONDS


def _file(made: Made) -> discord.File:
    description = made.alt[:_MOST_DESCRIPTION] or None
    return discord.File(io.BytesIO(made.content), made.name, description=description)
