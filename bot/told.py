"""Remember in a file which problems the admins know, so that a restart does not repeat a message.

The file is beside the database and not in it, because the database may be the problem.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Collection, Mapping
from pathlib import Path

from bot.health import Problem
from engine.tasks import describe

log = logging.getLogger(__name__)


def told_file(database: Path) -> Path:
    """Return the path of the file for a database."""
    return Path(f"{database}-told")


def load_told(path: Path) -> dict[str, tuple[Problem, set[str]]]:
    """Return each problem by its cause, together with the receivers that know it.

    If the file is missing or damaged, the result is empty.
    """
    try:
        rows = json.loads(path.read_text("utf-8"))
        return {
            str(row["cause"]): (
                Problem(str(row["cause"]), str(row["text"]), bool(row["stops"])),
                set(map(str, row["told"])),
            )
            for row in rows
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("the list of reported problems cannot be read: %s", describe(error))
        return {}


def save_told(path: Path, told: Mapping[str, tuple[Problem, Collection[str]]]) -> None:
    """Write the problems and the receivers that know them. A full disk is only logged."""
    rows = [
        {"cause": cause, "text": problem.text, "stops": problem.stops, "told": sorted(receivers)}
        for cause, (problem, receivers) in told.items()
    ]
    part = Path(f"{path}.part")
    try:
        if not rows:
            path.unlink(missing_ok=True)
            return
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - only its owner may read it
            file.write(json.dumps(rows).encode())
        part.replace(path)
    except OSError as error:
        log.warning("the list of reported problems cannot be written: %s", describe(error))
