"""Make verified copies of the database in a folder on a schedule, and keep the newest few."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import StorageFault
from engine.storage.postgres.snapshot import dump_database, verify_dump
from engine.storage.sqlite.snapshot import copy_database, verify

if TYPE_CHECKING:
    from bot.env_reader import Reader
    from engine.storage.postgres.address import Address
    from engine.tasks import Clock

log = logging.getLogger(__name__)

HOUR_SECONDS = 3600.0
RETRY_SECONDS = 300.0
_NAME = re.compile(r"pipit-(\d{8}T\d{6}Z)\.[a-z]+")
# The file name extensions of copies of a file, and of a database on a server.
FILE, DUMP = "db", "dump"
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class LocalSettings:
    """The folder of the copies, the time between them, and how many are kept."""

    folder: Path
    hours: float = 24.0
    keep: int = 7


def read_local(read: Reader) -> LocalSettings | None:
    """Read the settings of local copies. Return None if no folder is set."""
    folder = read.text("BACKUP_FOLDER")
    hours = read.number("BACKUP_HOURS", 24, 0.1, 24 * 30, "hours")
    keep = read.integer("BACKUP_KEEP", 7, 1, 1000, "copies")
    return LocalSettings(Path(folder).expanduser(), hours, keep) if folder else None


class LocalCopies:
    """The copies of one database in a folder (implements `bot.health.Copies`).

    With a `server`, the server's database is copied and not the file at `path`. `made_at` is the
    Unix time of the newest copy, or 0 if there is none.
    """

    name = "folder"

    def __init__(
        self, settings: LocalSettings, path: Path, clock: Clock, server: Address | None = None
    ) -> None:
        self._settings, self._path, self._clock = settings, path, clock
        self._server, self._ending = server, FILE if server is None else DUMP
        self._began_at = clock.time()
        self._fault = ""
        copies = copies_in(settings.folder, self._ending)
        self.made_at = max((at for at, _ in copies), default=0.0)

    def overdue(self, now: float) -> str:
        """Return a sentence if the newest copy is too old, else "".

        It is too old after three intervals, but not before an hour.
        """
        age = now - max(self.made_at, self._began_at if not self.made_at else 0.0)
        if age < max(HOUR_SECONDS, 3 * self._settings.hours * HOUR_SECONDS):
            return ""
        why = f": {self._fault}" if self._fault else ""
        return f"no copy was made in {self._settings.folder} for {age / HOUR_SECONDS:.0f} h{why}"

    async def run(self) -> None:
        """Make a copy whenever it is due, until cancelled.

        A failed copy is logged and tried again.
        """
        while True:
            due = self.made_at + self._settings.hours * HOUR_SECONDS - self._clock.time()
            await self._clock.sleep(min(max(0.0, due), RETRY_SECONDS) if due > 0 else 0.0)
            if due > 0:
                continue
            try:
                await self.make()
            except StorageFault as error:
                self._fault = str(error)
                log.error("backup: %s", error)
                await self._clock.sleep(RETRY_SECONDS)

    async def make(self) -> Path:
        """Make a verified copy and delete the oldest copies beyond the limit on their number.

        Raises `StorageFault`.
        """
        now = self._clock.time()
        stamp = datetime.fromtimestamp(now, timezone.utc).strftime(_STAMP)
        target = self._settings.folder / f"pipit-{stamp}.{self._ending}"
        await asyncio.get_running_loop().run_in_executor(None, self._make, target)
        self.made_at, self._fault = now, ""
        log.info("backup: %s was made and verified", target)
        return target

    def _make(self, target: Path) -> None:
        copy_to(target, self._path, self._server)
        try:
            if self._server is None:
                verify(target)
            else:
                verify_dump(target)
        except StorageFault:
            target.unlink(missing_ok=True)
            raise
        for _, old in copies_in(self._settings.folder, self._ending)[: -self._settings.keep]:
            old.unlink(missing_ok=True)


def copy_to(target: Path, path: Path, server: Address | None) -> None:
    """Copy the server's database, or without a server the file at `path`, to a new file.

    Raises `StorageFault`.
    """
    if server is None:
        copy_database(path, target)
    else:
        dump_database(server, target)


def copies_in(folder: Path, ending: str = FILE) -> list[tuple[float, Path]]:
    """Return the copies in a folder with their Unix times, oldest first."""
    found = []
    for path in folder.glob(f"pipit-*.{ending}"):
        match = _NAME.fullmatch(path.name)
        if match:
            at = datetime.strptime(match.group(1), _STAMP).replace(tzinfo=timezone.utc)
            found.append((at.timestamp(), path))
    return sorted(found)
