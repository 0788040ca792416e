"""A sealed snapshot of the database on the Hugging Face Hub, for hosts that forget their files.

    start   no database here: wait until the process before this one has left its last snapshot, then restore that
    run     push at once, then on a schedule if something has changed, and soon after something was forgotten
    stop    push the last snapshot, with the note that this process has left; in bounded time

A host may start the new process while the old one still drains. So that nothing of those seconds is
lost, a restore waits up to `LEAVING_SECONDS` for the old one's last push. Where two processes push
all the same, the one that started later keeps the dataset: an older process never writes over what
a newer one has pushed, unless the newer one's snapshot is the one it began with. A commit names the
one it builds upon, so no push slips in between. A dataset that holds the snapshot of another
database is never written to.

All that blocks is done in threads that do not keep the process from ending, one push at a time.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Callable, TypeVar, cast

from bot.backup.hub_repo import CONFLICT, BackupSettings, HubFault, HubRepo, Note, digest
from bot.backup.sealing import SealBroken, seal, unseal
from engine.errors import BotError, SettingsError, StorageFault
from engine.storage.sqlite.personal_data import Holdings
from engine.storage.sqlite.snapshot import copy_database, place_database
from engine.tasks import Clock, backoff, finish_by

log = logging.getLogger(__name__)
T = TypeVar("T")

LEAVING_SECONDS, LEAVING_LOOK_SECONDS = 30.0, 2.0  # hosts give a process 30 s after SIGTERM
PATIENCE_SECONDS = 60.0  # at a start without a database: how long an unreachable hub is tried
PUSH_SECONDS = 600.0
STOP_SECONDS = 10.0
LOOK_SECONDS, SOON_SECONDS = 5.0, 60.0  # what was forgotten leaves the hub so much later
RETRY_FIRST_SECONDS = 30.0
CONFLICTS = 3
STALE_SECONDS = 3600.0


class Backup:
    """The snapshot of one database: `restore` before it is opened, `run` while it is, `leave` before it is closed."""

    def __init__(
        self, settings: BackupSettings, path: Path, clock: Clock, repo: HubRepo | None = None
    ) -> None:
        self._settings, self._path, self._clock = settings, path, clock
        self._repo = repo or HubRepo(settings)
        self._process, self._started = secrets.token_hex(8), clock.time()
        self._began_with: Note | None = None
        self._pushed: Note | None = None
        self._version = self._erased = -1
        self._sending = threading.Lock()  # a thread whose caller has given up may still be at it

    # Start

    async def restore(self) -> bool:
        """Fetch the database if there is none; return whether it was fetched.

        Raises `SettingsError` where the operator has to act, and `StorageFault` if the hub cannot
        be reached: to begin with an empty database then would leave the kept one behind.
        """
        if self._path.exists():
            await self._look()
            return False
        commit, note = await self._find_patiently()
        if note is None:
            log.info("backup: there is no snapshot yet")
            return False
        commit, note = await self._wait_until_left(commit, note)
        await _in_thread(lambda: self._fetch(commit), "restore")
        self._began_with = note
        log.info("backup: restored the snapshot of %d bytes", note.size_bytes)
        return True

    async def check(self) -> str:
        """Say what is on the hub, and make the dataset if it is missing. Raises `HubFault` or `SettingsError`."""
        await _in_thread(self._repo.prepare, "look")
        _, note = await _in_thread(self._find, "look")
        if note is None:
            return f"{self._settings.repo} can be written and holds no snapshot yet"
        return f"{self._settings.repo} holds a snapshot of {note.size_bytes} bytes"

    async def _look(self) -> None:
        """Take note of what is there; a hub that cannot be reached does not matter yet."""
        try:
            await _in_thread(self._repo.prepare, "look")
            _, self._began_with = await _in_thread(self._find, "look")
        except HubFault as error:
            log.warning("backup: %s; it is tried again at the first push", error)

    async def _find_patiently(self) -> tuple[str, Note | None]:
        pauses, until = backoff(1.0, 10.0), self._clock.now() + PATIENCE_SECONDS
        while True:
            try:
                await _in_thread(self._repo.prepare, "look")
                return await _in_thread(self._find, "look")
            except HubFault as error:
                if self._clock.now() >= until:
                    raise StorageFault(
                        f"{self._path}: there is no database here, and its snapshot cannot be fetched: {error}"
                    ) from error
                log.warning("backup: %s; trying again", error)
                await self._clock.sleep(next(pauses))

    async def _wait_until_left(self, commit: str, note: Note) -> tuple[str, Note]:
        until = self._clock.now() + LEAVING_SECONDS
        if not note.left:
            log.info("backup: waiting up to %g s for the process before this one", LEAVING_SECONDS)
        while not note.left and self._clock.now() < until:
            await self._clock.sleep(LEAVING_LOOK_SECONDS)
            try:
                newer_commit, newer = await _in_thread(self._find, "look")
            except HubFault as error:
                log.warning("backup: %s; trying again", error)
                continue
            commit, note = (newer_commit, newer) if newer is not None else (commit, note)
        return commit, note

    def _find(self) -> tuple[str, Note | None]:
        with _folder(self._path) as folder:
            return self._repo.find(folder)

    def _fetch(self, commit: str) -> None:
        with _folder(self._path) as folder:
            sealed, plain = self._repo.fetch(commit, folder), folder / "restored.db"
            try:
                with sealed.open("rb") as source, plain.open("xb") as target:
                    unseal(source, target, self._settings.key)
            except SealBroken as error:
                name = "BACKUP_KEY" if error.key else "BACKUP_REPO"
                raise SettingsError(
                    [
                        f"{name}: the snapshot in {self._settings.repo} cannot be opened: {error}. Nothing was changed"
                    ]
                ) from error
            plain.chmod(0o600)
            place_database(plain, self._path)

    # Run

    async def run(self, holdings: Holdings) -> None:
        """Push until cancelled; a push that fails is logged and tried again."""
        every = self._settings.minutes * 60
        pauses = backoff(RETRY_FIRST_SECONDS, max(RETRY_FIRST_SECONDS, every))
        while True:
            try:
                await finish_by(
                    self._clock, self._clock.now() + PUSH_SECONDS, self.push(holdings), "push"
                )
                pauses, wait = backoff(RETRY_FIRST_SECONDS, max(RETRY_FIRST_SECONDS, every)), every
            except (BotError, OSError) as error:
                wait = next(pauses)
                log.warning(
                    "backup: the snapshot was not pushed: %s; trying again in %.0f s", error, wait
                )
            await self._rest(holdings, wait)

    async def _rest(self, holdings: Holdings, seconds: float) -> None:
        """Wait for the next push, less long once something was forgotten."""
        began = self._clock.now()
        while self._clock.now() < began + seconds:
            await self._clock.sleep(LOOK_SECONDS)
            soon = self._clock.now() >= began + SOON_SECONDS
            if soon and await self._forgotten(holdings):
                return

    async def _forgotten(self, holdings: Holdings) -> bool:
        try:
            return (await holdings.facts()).erased != self._erased
        except StorageFault as error:
            log.warning("backup: %s", error)
            return False

    async def leave(self, holdings: Holdings) -> None:
        """Push the last snapshot within `STOP_SECONDS`; a failure is logged."""
        try:
            work = self.push(holdings, left=True)
            await finish_by(self._clock, self._clock.now() + STOP_SECONDS, work, "last push")
        except (BotError, OSError) as error:
            log.error("backup: the last snapshot was not pushed: %s", error)

    async def push(self, holdings: Holdings, *, left: bool = False) -> None:
        """Push a snapshot if anything has changed since the last one; raise `HubFault` or `StorageFault`."""
        facts, version = await holdings.facts(), await holdings.version()
        changed = version != self._version
        if not changed and not left:
            return
        note = Note(facts.store, self._process, self._started, self._clock.time(), left, "", 0)
        if await _in_thread(lambda: self._send(note, changed=changed), "push"):
            self._version, self._erased = version, facts.erased
            log.info("backup: pushed a snapshot")

    def _send(self, note: Note, *, changed: bool) -> bool:
        """Seal and commit; return False if a process that started later has taken over."""
        with self._sending, _folder(self._path) as folder:
            sealed = self._seal(folder) if changed or self._pushed is None else None
            for attempt in range(1, CONFLICTS + 1):
                self._repo.prepare()
                commit, there = self._repo.find(folder)
                if not self._may_replace(note, there):
                    return False
                try:
                    self._commit(note, sealed, commit, there)
                    break
                except HubFault as error:
                    if error.status != CONFLICT or attempt == CONFLICTS:
                        raise
        return True

    def _seal(self, folder: Path) -> Path:
        plain, sealed = folder / "plain.db", folder / "sealed"
        copy_database(self._path, plain)
        with plain.open("rb") as source, sealed.open("xb") as target:
            plain.unlink()  # so that nothing readable stays if the process ends here
            seal(source, target, self._settings.key)
        return sealed

    def _may_replace(self, mine: Note, there: Note | None) -> bool:
        if there is None or there.process == mine.process:
            return True
        if there.store != mine.store:
            raise HubFault(
                "BACKUP_REPO holds the snapshot of another database; empty it or set another one"
            )
        if there != self._began_with and there.started > mine.started:
            log.warning("backup: a process that started later pushes now, so this one does not")
            return False
        return True

    def _commit(self, note: Note, sealed: Path | None, parent: str, there: Note | None) -> None:
        if sealed is None and self._pushed is not None and there == self._pushed:
            note = replace(note, sha256=self._pushed.sha256, size_bytes=self._pushed.size_bytes)
            self._repo.push_note(note, parent)
        elif sealed is not None:
            note = replace(note, sha256=digest(sealed), size_bytes=sealed.stat().st_size)
            self._repo.push(note, sealed, parent)
        else:
            raise HubFault("the snapshot that was pushed is no longer there", status=CONFLICT)
        self._pushed = note
        try:
            self._repo.tidy(note, there)
        except BotError as error:
            log.warning(
                "backup: older snapshots were not removed: %s; the next push tries again", error
            )


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """Lend a folder beside the database, on the same disk; remove what an ended process left of its own."""
    prefix = f".{path.name}-backup-"
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob(prefix + "*"):
        if time.time() - old.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=path.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _in_thread(work: Callable[[], T], name: str) -> T:
    """Run what blocks in a thread of its own, which neither delays the process's end nor is awaited by it."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():  # its caller was cancelled
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(cast("T", result))

    def run() -> None:
        result, failed = None, None
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to who waits for the thread
            failed = error
        try:
            loop.call_soon_threadsafe(settle, result, failed)
        except RuntimeError:
            pass  # the loop has ended, and with it who waited

    threading.Thread(target=run, name=f"backup: {name}", daemon=True).start()
    return await future
