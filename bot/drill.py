"""Restore a copy into a temporary folder and compare it with the database: ``restore --drill``.

Nothing in the database's folder changes.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot import EXIT_DISK, EXIT_NOT_DONE, EXIT_OK
from bot.backup.local import copies_in
from engine.errors import BotError, StorageFault
from engine.storage.sqlite.snapshot import (
    Counts,
    copy_database,
    inspect,
    restore_database,
    verify,
)

if TYPE_CHECKING:
    from bot.backup.hub_repo import BackupSettings
    from bot.settings import Settings


async def drill(settings: Settings, file: str) -> int:
    """Restore `file`, or the newest copy that the settings name. Return the exit code."""
    try:
        return await asyncio.get_running_loop().run_in_executor(None, _drill, settings, file)
    except BotError as error:
        print(f"The drill failed: {error}", file=sys.stderr)
        return EXIT_DISK


def _drill(settings: Settings, file: str) -> int:
    with tempfile.TemporaryDirectory(prefix="pipit-drill-") as name:
        folder = Path(name)
        source = Path(file) if file else _newest(settings, folder)
        if source is None:
            print(
                "there is no copy: name one, or set BACKUP_FOLDER or BACKUP_REPO", file=sys.stderr
            )
            return EXIT_NOT_DONE
        scratch = folder / "restored.db"
        restore_database(source, scratch, "drill")
        restored, live = verify(scratch), _live(settings.store.path, folder)
        _print(file or str(source), restored, live)
        if live is not None and _store(scratch) != _store(settings.store.path):
            print("It is a copy of another database than the one in place.")
            return EXIT_NOT_DONE
    print("The copy can be restored. Nothing was changed.")
    return EXIT_OK


def _newest(settings: Settings, folder: Path) -> Path | None:
    """Return the newest local copy, or else the snapshot on the Hub, opened into `folder`."""
    local = copies_in(settings.local_backup.folder) if settings.local_backup else []
    if local:
        return local[-1][1]
    return newest_snapshot(settings.backup, folder) if settings.backup is not None else None


def newest_snapshot(settings: BackupSettings, folder: Path) -> Path | None:
    """Open the snapshot on the Hub into `folder`. Return its path, or None if there is none.

    Raises `BotError`.
    """
    from bot.backup.examine import (  # noqa: PLC0415 - its libraries are loaded only where it is used
        open_snapshot,
    )
    from bot.backup.hub_repo import HubRepo  # noqa: PLC0415 - as above

    repo = HubRepo(settings)
    if not repo.exists():
        return None
    commit, note = repo.find(folder)
    if note is None:
        return None
    plain = folder / "snapshot.db"
    label = open_snapshot(repo.fetch(commit, folder), plain, settings)
    if label is not None and label != note.label:
        raise StorageFault(f"{settings.repo}: the snapshot does not belong to its note")
    return plain


def _live(path: Path, folder: Path) -> Counts | None:
    """Count the rows of the current database.

    The rows of a copy are counted, because a process may write to the database meanwhile.
    """
    if not path.is_file() or not path.stat().st_size:
        return None
    copy = folder / "live.db"
    copy_database(path, copy)
    return verify(copy)


def _store(path: Path) -> str:
    found = inspect(path)
    return found.store if found is not None else ""


def _print(name: str, restored: Counts, live: Counts | None) -> None:
    print(f"{name} was restored into a temporary folder and read completely.")
    print(f"{'':16}{'in the copy':>12}{'in place':>12}")
    for field in ("chats", "turns", "documents", "open_questions"):
        here = "-" if live is None else str(getattr(live, field))
        print(f"{field.replace('_', ' '):16}{getattr(restored, field):>12}{here:>12}")
