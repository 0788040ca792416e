"""Name the shards of an account. Each shard is a duty of one process at a time.

Discord sends all events of one server to the same shard, and all direct messages to shard 0
(discord.com/developers/docs/events/gateway, "Sharding").
"""

from __future__ import annotations

import re
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Callable

Identify = Callable[[], Awaitable[None]]
"""Waits until the account may start one more session, and counts it for all processes."""


@dataclass(frozen=True)
class Shard:
    """One of the `count` shards of an account. `number` counts from 0."""

    number: int
    count: int


def duty_of(shard: Shard, bot: int) -> str:
    """Return the name of the duty that stands for a shard."""
    return f"shard {shard.number} of {shard.count} of the Discord bot {bot}"


def shard_of(duty: str) -> Shard:
    """Return the shard of a duty's name. Raises ValueError for any other text."""
    found = re.match(r"shard (\d+) of (\d+) ", duty)
    if found is None:
        raise ValueError(duty)
    return Shard(int(found.group(1)), int(found.group(2)))
