"""Convert a picture or recording that a service made to arguments of discord.py's calls.

A recording in OGG/Opus is sent as a voice message, which discord.py cannot do by itself (2.7). Such
a message has no text, no buttons and exactly one file. Its duration and waveform, which clients
draw, are sent with it.
"""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import discord
from discord.http import handle_message_parameters

from adapters.discord.wire import CALL_SECONDS, FILE_SECONDS

if TYPE_CHECKING:
    from typing import Any

    from adapters.discord.wire import Wire
    from engine.attachments import Made

_MOST_DESCRIPTION = 1024
# Discord's error codes if voice messages are forbidden, or if this voice message is not accepted.
_NO_VOICE = (50160, 50161, 50162, 50173)
_NOBODY = discord.AllowedMentions.none()


def file_of(made: Made | None) -> dict[str, Any]:
    """Return the argument that attaches a file to a new message.

    The library can use the argument for one message only.
    """
    return {} if made is None else {"file": _file(made)}


def attachments_of(made: Made | None) -> dict[str, Any]:
    """Return the argument that replaces the files of a message. Without `made`, the files stay."""
    return {} if made is None else {"attachments": [_file(made)]}


def seconds_for(made: Made | None) -> float:
    """Return the time limit of a call in seconds. A call with a file may take longer."""
    return CALL_SECONDS if made is None else FILE_SECONDS


def _file(made: Made) -> discord.File:
    description = made.alt[:_MOST_DESCRIPTION] or None
    return discord.File(io.BytesIO(made.content), made.name, description=description)


class _Recording(discord.File):
    """The file of a voice message."""

    def __init__(self, made: Made) -> None:
        super().__init__(io.BytesIO(made.content), "voice-message.ogg")
        self._made = made

    def to_dict(self, index: int) -> dict[str, Any]:
        """Return the file's description with its duration and, in base64, its waveform."""
        waveform = base64.b64encode(self._made.waveform).decode()
        facts = {"duration_secs": self._made.duration_seconds, "waveform": waveform}
        return {**super().to_dict(index), **facts}


async def send_voice(
    wire: Wire,
    channel_id: int,
    made: Made | None,
    nonce: str,
    reference: discord.MessageReference | None,
) -> str:
    """Send a recording as a voice message.

    Return the message's id, or "" if `made` cannot be sent as a voice message here.
    """
    if made is None or made.media_type != "audio/ogg" or not made.waveform:
        return ""
    recording = made

    async def send(client: discord.Client) -> str:
        replied = {} if reference is None else {"message_reference": reference.to_dict()}
        facts: dict[str, Any] = {"nonce": nonce, "allowed_mentions": _NOBODY, **replied}
        flags = discord.MessageFlags(voice=True)
        with handle_message_parameters(file=_Recording(recording), flags=flags, **facts) as told:
            try:
                sent = await client.http.send_message(channel_id, params=told)
            except discord.HTTPException as error:
                if error.code in _NO_VOICE:
                    return ""
                raise
        return str(sent["id"])

    return await wire.call(send, FILE_SECONDS)
