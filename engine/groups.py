"""A platform's facts about a group: its name, its administrators, and what the bot sees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Hearing(Enum):
    """Whether the platform shows the bot messages of a group that are not addressed to it."""

    ALL = "yes"
    AS_ADMIN = "only if it is an administrator of the group"
    BY_OWNER = "only if the bot's owner allows it in the platform's settings"


@dataclass(frozen=True)
class Place:
    """The group or server in which a message was written.

    If `place_id` is empty, the chat's id is used.
    """

    place_id: str = ""
    name: str = ""


HERE = Place()


@dataclass(frozen=True)
class Standing:
    """The position of a person and of the bot in a group.

    `manages` is true if the person administers the group. `hearing` says whether the bot sees the
    messages that are not addressed to it.
    """

    manages: bool = False
    hearing: Hearing = Hearing.ALL
