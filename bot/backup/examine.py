"""Inspect a snapshot on the Hub and the database here, and change nothing."""

from __future__ import annotations

import logging
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from bot.backup.folder import open_private
from bot.backup.hub_repo import BackupSettings, HubFault, HubRepo, Note
from bot.backup.sealing import SealBroken, signing_key, unseal
from engine.errors import SettingsError, StorageFault
from engine.storage.sqlite.marks import has_log
from engine.storage.sqlite.snapshot import Inspected, inspect

log = logging.getLogger(__name__)


def examine(settings: BackupSettings, path: Path, repo: HubRepo) -> str:
    """Describe the snapshot on the Hub.

    Raises `SettingsError` if none of the operator's keys opens the snapshot. Raises `HubFault`, for
    example if the snapshot belongs to another database than the one here.
    """
    if not repo.exists():
        return f"{settings.repo} does not exist yet; it is made at the first run"
    with tempfile.TemporaryDirectory(prefix="pipit-check-") as folder:
        commit, note = repo.find(Path(folder))
        if note is None:
            return f"{settings.repo} can be read and holds no snapshot yet"
        key = key_of(note, settings)
        if not key and not note.signature and _opens(settings, repo, commit, Path(folder)):
            key = "BACKUP_KEY"  # an older version made this snapshot and signed nothing
    if not key:
        made = f"the snapshot in {settings.repo}, of {when(note.at)} UTC"
        raise SettingsError(
            [
                f"BACKUP_KEY: it is not the key of {made}. Set the key that it was made with as "
                f"BACKUP_KEY, or as BACKUP_OLD_KEY to go on with a new one"
            ]
        )
    here = inspect_or_damaged(path)
    if here is not None and here.chats and here.store and here.store != note.store:
        raise HubFault(of_another(settings.repo, path, note))
    said = f"{settings.repo} holds a snapshot of {when(note.at)} UTC, {note.size_bytes} bytes"
    return f"{said}; {key} opens it"


def key_of(note: Note, settings: BackupSettings) -> str:
    """Return the name of the operator's key that signed a note, or "" if none of the keys did."""
    for name, key in (("BACKUP_KEY", settings.key), ("BACKUP_OLD_KEY", settings.old_key)):
        if key and note.is_signed(signing_key(key, f"notes in {settings.repo}")):
            return name
    return ""


def inspect_or_damaged(path: Path) -> Inspected | None:
    """Inspect a database. Return None if there is none.

    An unreadable file counts as a database.
    """
    if not has_log(path) and (not path.exists() or not path.stat().st_size):
        return None
    try:
        return inspect(path) or Inspected(0, "", 1)
    except StorageFault as error:
        log.debug("%s", error)  # the error is reported when the database is opened
        return Inspected(0, "", 1)


def open_snapshot(sealed: Path, plain: Path, settings: BackupSettings) -> str | None:
    """Open a sealed snapshot with one of the keys. Return its label.

    Raises `SealBroken`.
    """
    keys = [key for key in (settings.key, settings.old_key) if key]
    for last, key in zip((*[False] * (len(keys) - 1), True), keys):
        plain.unlink(missing_ok=True)
        try:
            with sealed.open("rb") as source, open_private(plain) as target:
                return unseal(source, target, key)
        except SealBroken as error:
            if last or not error.key:
                raise
    raise SealBroken("there is no key", key=True)


def of_another(repo: str, path: Path | str, there: Note) -> str:
    """Return a message that the dataset belongs to another database.

    The message does not advise to empty the dataset, because the dataset may be the only copy. If
    `path` is a text, it names a database on a server.
    """
    if isinstance(path, str):
        return (
            f"{repo} holds the snapshot of another database, of {when(there.at)} UTC, so {path} is "
            "not backed up there. Set BACKUP_REPO to another dataset"
        )
    return (
        f"{repo} holds the snapshot of another database, of {when(there.at)} UTC, so {path} is not "
        f"backed up. To go on with that snapshot, stop Pipit, move {path} to another folder and "
        f"start again: it is then restored. To go on with {path}, set BACKUP_REPO to another "
        f"dataset"
    )


def when(at: float) -> str:
    """Format a Unix time for people. A time outside the calendar stays a number."""
    try:
        return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return f"{at:g}"


def _opens(settings: BackupSettings, repo: HubRepo, commit: str, folder: Path) -> bool:
    try:
        open_snapshot(repo.fetch(commit, folder), folder / "opened.db", settings)
    except SealBroken:
        return False
    return True
