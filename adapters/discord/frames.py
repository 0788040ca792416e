"""Skip a frame of the gateway that is not JSON.

In discord.py 2.7.1 such a frame ends the session. If orjson is installed, the library reads frames
with it. JSON may contain half of a surrogate pair, but orjson refuses it, so such a frame is
repaired. There is no public hook for either change.
"""

from __future__ import annotations

import json
import logging
import zlib
from functools import wraps
from typing import TYPE_CHECKING, Any, Union

from discord import gateway

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import Callable

    Receive = Callable[[Any, Union[str, bytes]], Awaitable[None]]

log = logging.getLogger(__name__)
_DONE = "_pipit_skips_unreadable_frames"


def skip_unreadable_frames() -> None:
    """Replace the method of the library that handles frames. Idempotent."""
    connection = gateway.DiscordWebSocket
    if not hasattr(connection, _DONE):
        connection.received_message = tolerant(connection.received_message)  # type: ignore[assignment, method-assign]
        setattr(connection, _DONE, True)


def tolerant(receive: Receive) -> Receive:
    """Wrap the library's handler of frames so that it skips unreadable frames.

    A compressed frame that cannot be unpacked ends the connection, because each frame needs the
    frames before it. The library then connects again.
    """

    @wraps(receive)
    async def received_message(self: Any, frame: str | bytes, /) -> None:
        text = _unpacked(self, frame)
        if text is None:
            return
        if not text.lstrip().startswith("{"):
            log.error("discord: a gateway frame that is not a JSON object was skipped")
            return
        try:
            await receive(self, text)
        except json.JSONDecodeError:
            repaired = _repaired(text)
            if repaired:
                await receive(self, repaired)
            else:
                log.error("discord: a gateway frame that is not JSON was skipped")

    return received_message


def _unpacked(connection: Any, frame: str | bytes) -> str | None:
    """Return the text of a frame, or None if it is only a part of a frame."""
    if isinstance(frame, str):
        return frame
    try:
        text: str | None = connection._decompressor.decompress(frame)  # noqa: SLF001 - the library makes the same call
    except (zlib.error, ValueError) as error:
        raise gateway.WebSocketClosure from error
    return text


def _repaired(text: str) -> str:
    """Return a frame without halves of surrogate pairs, or "" if it is not JSON at all."""
    try:
        read = json.loads(text)
    except ValueError:
        return ""
    return json.dumps(read, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
