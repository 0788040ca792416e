"""The settings that an admin may change from the chat while the process runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class LiveSetting:
    """A setting with the value in force. `chosen` is true if an admin set it in the chat."""

    name: str
    value: str
    chosen: bool


class LiveSettings(Protocol):
    """The settings that admins may change from the chat. No secret is among them."""

    def listed(self) -> Sequence[LiveSetting]:
        """Return the settings, sorted by name."""

    async def choose(self, name: str, value: str | None) -> str:
        """Store a value and apply it in this process. None restores the value of the settings file.

        Return "" if this was done, else the problem with the value. In that case nothing has
        changed. Raises `StorageFault`, and KeyError for a setting that is not in `listed`.
        """


class Chosen(Protocol):
    """The stored values that admins chose.

    Every method raises `StorageFault` if the store fails.
    """

    async def all(self) -> Mapping[str, str]:
        """Return the values by name."""

    async def put(self, name: str, value: str | None) -> None:
        """Store a value. None deletes the stored value."""
