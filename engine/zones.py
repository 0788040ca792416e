"""Time zones by their names in the IANA database: the operator's default and each chat's choice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from engine.text.typed_form import typed_form
from engine.zone_names import ZONES

MOST_CHARACTERS = 64
_NAME = re.compile(r"[A-Za-z0-9_+\-/]{1,64}")


@dataclass(frozen=True)
class Zones:
    """The time zone for chats that have not chosen one.

    An empty `default` means the host's zone.
    """

    default: str = ""

    def of(self, chosen: str) -> tzinfo | None:
        """Return the zone that a chat has chosen, else the default. None means the host's own zone.

        If the chosen name is no longer known, the default is used.
        """
        for name in (chosen, self.default):
            try:
                if name:
                    return zone_named(name)
            except ValueError:
                continue
        return None


def zone_named(name: str) -> ZoneInfo:
    """Return the zone of this exact name. Raises ValueError if there is none."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name[:64]!r} is not the name of a time zone")
    try:
        return ZoneInfo(name)
    # `ZoneInfo` raises OSError for the name of a folder
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a known time zone") from error


def find_zone(wish: str) -> str:
    """Return the name of the zone that a person means (``europe/berlin``, ``Berlin``), or "".

    A large city is also found by its name in one of Pipit's languages (`engine.zone_names`).

    The first call reads the list of zones from the disk.
    """
    form = typed_form(wish[:MOST_CHARACTERS])
    wanted = form.replace(" ", "_")
    exact, by_city = _known()
    return exact.get(wanted) or by_city.get(wanted) or exact.get(ZONES.get(form, "").lower(), "")


@lru_cache(maxsize=1)
def _known() -> tuple[dict[str, str], dict[str, str]]:
    names = sorted(available_timezones())
    cities: dict[str, set[str]] = {}
    for name in names:
        cities.setdefault(name.rpartition("/")[2].lower(), set()).add(name)
    unique = {city: min(found, key=len) for city, found in cities.items() if len(found) == 1}
    return {name.lower(): name for name in names}, unique


def local_time(at: float, zone: tzinfo | None) -> datetime:
    """Convert a Unix time to a zone. None means the host's own zone."""
    if zone is None:
        return datetime.fromtimestamp(at).astimezone()
    return datetime.fromtimestamp(at, zone)
