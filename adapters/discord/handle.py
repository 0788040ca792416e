"""The handle of a sink, which the ledger stores so that a later process can rebuild the sink."""

from __future__ import annotations

from dataclasses import dataclass, field

import discord

# An interaction's token is valid for 15 minutes, and this is 10 seconds less.
_TOKEN_SECONDS = 890.0


@dataclass(frozen=True)
class Handle:
    """The facts from which a sink is rebuilt. The ledger stores them as text.

    `cause` is the id of the message, command or press that asked. `replies` is true if the first
    part replies to it. `here` is true if the bot can write in the channel itself. `token` is the
    token of an interaction. `fills` is true if the cause is a command whose deferred answer is
    filled with the first part.
    """

    cause: int
    replies: bool = False
    here: bool = True
    fills: bool = False
    token: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.cause}.{int(self.replies)}.{int(self.here)}.{int(self.fills)}.{self.token}"

    @classmethod
    def parse(cls, text: str) -> Handle:
        """Parse the form that ``str(handle)`` returns. Raises ValueError for any other text."""
        cause, replies, here, fills, token = text.split(".", 4)
        # In rows of an older version, `fills` is the id of the deferred answer, or 0.
        return cls(int(cause), replies == "1", here == "1", fills != "0", token)

    @property
    def asked_at(self) -> float:
        """Return the Unix time of the message, command or press that asked."""
        return discord.utils.snowflake_time(self.cause).timestamp()

    def open_at(self, unix: float) -> bool:
        """Return whether the interaction's token is valid at a given Unix time."""
        return bool(self.token) and unix < self.asked_at + _TOKEN_SECONDS
