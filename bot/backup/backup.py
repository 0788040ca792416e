"""A sealed snapshot of the database on the Hugging Face Hub, for hosts that lose their files.

    start   no database here: wait for the previous process's last snapshot, then restore it
    run     push at once, then on a schedule if something has changed, and soon after an erasure
    stop    push the last snapshot and record that this process has ended, within limited time

A host may start the new process while the old process is still draining. A restore waits up to
`LEAVING_SECONDS` for the old process's last push, so that nothing from this time is lost. If two
processes still push, the one that started later keeps the dataset. A process never overwrites the
push of a process that started later, except the very snapshot from which it was restored. A commit
names its parent, so it fails if another push came first. Pipit never writes to a dataset with the
snapshot of another database.

Somebody may be able to write to the dataset without knowing the key. Each snapshot is pushed with a
signed note, and a label that is sealed in the snapshot must agree with it. An older snapshot under
a newer note is refused. Both have a counter. If the counter goes back, a running process notices
it, and overwrites the dataset with its own snapshot. A note from the future is refused too. One
case cannot be detected: at a start without any file, somebody may have replaced both the note and
the snapshot by older ones. The log names the time of the snapshot.

All blocking work runs in threads that do not keep the process from ending, one push at a time.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Callable, TypeVar, cast

from bot.backup.examine import examine, inspect_or_damaged, key_of, of_another, open_snapshot, when
from bot.backup.folder import lend_folder, open_private, remove_leftovers
from bot.backup.hub_repo import CONFLICT, BackupSettings, HubFault, HubRepo, Note, digest
from bot.backup.local import copy_to
from bot.backup.sealing import SealBroken, seal, signing_key
from engine.errors import BotError, SettingsError, StorageFault
from engine.storage.ports import PersonalData
from engine.storage.postgres.address import Address
from engine.storage.sqlite.marks import beside
from engine.storage.sqlite.snapshot import (
    Inspected,
    place_database,
    set_aside,
)
from engine.tasks import Clock, backoff, finish_by

log = logging.getLogger(__name__)
T = TypeVar("T")

# Hosting platforms give a process 30 s after SIGTERM.
LEAVING_SECONDS, LEAVING_LOOK_SECONDS = 30.0, 2.0
PATIENCE_SECONDS = 60.0  # a start without a database tries for this long to reach the Hub
PUSH_SECONDS = 600.0
STOP_SECONDS = 10.0
# The pause between two checks for erasures, and between a push and the push after an erasure.
LOOK_SECONDS, SOON_SECONDS = 5.0, 60.0
RETRY_FIRST_SECONDS = 30.0
CONFLICTS = 3
FUTURE_SECONDS = 3600.0  # the largest allowed difference between the clocks of two machines


class Backup:
    """The snapshot of one database.

    Call `restore` before the database opens, `run` while it is open, and `leave` before it closes.
    With a `server`, its database is pushed, and only `run` is called. Files are kept beside `path`.
    """

    name = "hub"

    def __init__(
        self, settings: BackupSettings, path: Path, clock: Clock, repo: HubRepo | None = None,
        server: Address | None = None,
    ) -> None:  # fmt: skip
        self._settings, self._path, self._clock, self._server = settings, path, clock, server
        self._repo = repo or HubRepo(settings)
        self._me = (secrets.token_hex(8), clock.time())  # the process, and the time of its start
        self._began_with: Note | None = None
        self._pushed: Note | None = None
        self._version = self._erased = -1
        self.made_at = 0.0
        self._failing_since = 0.0
        # The counter of the newest snapshot that this process has restored or pushed.
        self._counter = 0
        # A thread may still be working after its caller has given up.
        self._sending = threading.Lock()

    @cached_property
    def _signing_key(self) -> bytes:
        return signing_key(self._settings.key, f"notes in {self._settings.repo}")

    # Start

    async def restore(self) -> bool:
        """Restore the database if there is none. Return whether it was restored.

        Raises `SettingsError` if the operator has to act. Raises `StorageFault` if the Hub cannot
        be reached, because starting with an empty database would then abandon the stored database.
        """
        await _in_thread(lambda: remove_leftovers(self._path), "tidy")
        here = await _in_thread(lambda: inspect_or_damaged(self._path), "look")
        if here is not None:
            there = await self._look(here)
            # A database without a chat does not prevent a restore. An early start may have created
            # it.
            if here.chats or there is None or there.store == here.store:
                return False
        commit, note = await self._find_patiently()
        if note is None:
            log.info("backup: there is no snapshot yet")
            return False
        commit, note = await self._wait_until_left(commit, note)
        await _in_thread(lambda: self._fetch(commit, note), "restore")
        self._began_with = note
        self._counter = note.counter
        log.info(
            "backup: restored snapshot %d of %s UTC, %d bytes",
            note.counter, when(note.at), note.size_bytes,
        )  # fmt: skip
        return True

    async def check(self) -> str:
        """Describe the snapshot on the Hub, and change nothing, here or there.

        Raises `SettingsError` if no key fits the snapshot. Raises `HubFault`, for example if the
        snapshot belongs to another database.
        """
        return await _in_thread(lambda: examine(self._settings, self._path, self._repo), "check")

    async def _look(self, here: Inspected) -> Note | None:
        """Record the note that is on the Hub and return it, or return None if there is none.

        The result is also None if the Hub cannot be reached, which does not matter yet.
        """
        try:
            await _in_thread(self._repo.prepare, "look")
            _, there = await _in_thread(self._find, "look")
        except HubFault as error:
            log.warning("backup: %s; it is tried again at the first push", error)
            return None
        self._began_with = there
        if there is not None and here.store and here.chats and there.store != here.store:
            log.error("backup: %s", of_another(self._settings.repo, self._path, there))
        return there

    async def _find_patiently(self) -> tuple[str, Note | None]:
        pauses, until = backoff(1.0, 10.0), self._clock.now() + PATIENCE_SECONDS
        while True:
            try:
                await _in_thread(self._repo.prepare, "look")
                return await _in_thread(self._find, "look")
            except HubFault as error:
                if self._clock.now() >= until:
                    raise StorageFault(
                        f"{self._path}: there is no database here, and its snapshot cannot be "
                        f"fetched: {error}"
                    ) from error
                log.warning("backup: %s; trying again", error)
                await self._clock.sleep(next(pauses))

    async def _wait_until_left(self, commit: str, note: Note) -> tuple[str, Note]:
        until = self._clock.now() + LEAVING_SECONDS
        if not note.left:
            log.info("backup: waiting up to %g s for the previous process", LEAVING_SECONDS)
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
        with lend_folder(self._path) as folder:
            return self._repo.find(folder)

    def _fetch(self, commit: str, note: Note) -> None:
        with lend_folder(self._path) as folder:
            sealed, plain = self._repo.fetch(commit, folder), folder / "restored.db"
            try:
                self._check_label(open_snapshot(sealed, plain, self._settings), note)
            except SealBroken as error:
                name = "BACKUP_KEY" if error.key else "BACKUP_REPO"
                raise SettingsError(
                    [
                        f"{name}: the snapshot in {self._settings.repo} cannot be opened: "
                        f"{error}. Nothing was changed"
                    ]
                ) from error
            plain.chmod(0o600)
            if self._path.exists():  # the database has no chat (see `restore`)
                set_aside(self._path, beside(self._path, f".before-{secrets.token_hex(4)}"))
                self._path.unlink()
            place_database(plain, self._path)

    def _check_label(self, label: str | None, note: Note) -> None:
        """Raise `SealBroken` if the note does not fit the snapshot or comes from the future."""
        # a note of version 1 has neither a counter nor a signature
        if label is None and (note.counter or note.signature):
            raise SealBroken("it is older than its note: somebody put an old snapshot back")
        if label is not None and label != note.label:
            raise SealBroken("it does not belong to its note: somebody put another snapshot there")
        if self._is_of_the_future(note):
            raise SealBroken(
                f"its note is of {when(max(note.at, note.started))} UTC, which is in the future: "
                "this machine's clock is wrong, or somebody else wrote it"
            )

    def _is_of_the_future(self, note: Note) -> bool:
        return max(note.at, note.started) > self._clock.time() + FUTURE_SECONDS

    # Run

    async def run(self, holdings: PersonalData) -> None:
        """Push until cancelled. A failed push is logged and tried again."""
        every = self._settings.minutes * 60
        pauses = backoff(RETRY_FIRST_SECONDS, max(RETRY_FIRST_SECONDS, every))
        while True:
            try:
                await finish_by(
                    self._clock, self._clock.now() + PUSH_SECONDS, self.push(holdings), "push"
                )
                pauses, wait = backoff(RETRY_FIRST_SECONDS, max(RETRY_FIRST_SECONDS, every)), every
                self._failing_since = 0.0
            except (BotError, OSError) as error:
                self._failing_since = self._failing_since or self._clock.time()
                wait = next(pauses)
                log.warning(
                    "backup: the snapshot was not pushed: %s; trying again in %.0f s", error, wait
                )
            await self._rest(holdings, wait)

    def overdue(self, now: float) -> str:
        """Return a sentence if pushes have failed for long, else ""."""
        lasted = now - self._failing_since if self._failing_since else 0.0
        if lasted < max(3600.0, 3 * 60 * self._settings.minutes):
            return ""
        return f"no snapshot could be pushed to {self._settings.repo} for {lasted / 3600:.0f} h"

    async def _rest(self, holdings: PersonalData, seconds: float) -> None:
        """Wait for the next push. The wait is shorter after an erasure."""
        began = self._clock.now()
        while self._clock.now() < began + seconds:
            await self._clock.sleep(LOOK_SECONDS)
            soon = self._clock.now() >= began + SOON_SECONDS
            if soon and await self._forgotten(holdings):
                return

    async def _forgotten(self, holdings: PersonalData) -> bool:
        try:
            return (await holdings.facts()).erased != self._erased
        except StorageFault as error:
            log.warning("backup: %s", error)
            return False

    async def leave(self, holdings: PersonalData) -> None:
        """Push the last snapshot within `STOP_SECONDS`. A failure is logged."""
        try:
            work = self.push(holdings, left=True)
            await finish_by(self._clock, self._clock.now() + STOP_SECONDS, work, "last push")
        except (BotError, OSError) as error:
            log.error("backup: the last snapshot was not pushed: %s", error)

    async def push(self, holdings: PersonalData, *, left: bool = False) -> None:
        """Push a snapshot if anything has changed since the last one.

        Raises `HubFault` or `StorageFault`.
        """
        facts, version = await holdings.facts(), await holdings.version()
        changed = version != self._version
        if not changed and not left:
            return
        at = self._clock.time()
        note = Note(facts.store, *self._me, at, left, "", 0)
        if await _in_thread(lambda: self._send(note, changed=changed), "push"):
            self._version, self._erased = version, facts.erased
            log.info("backup: pushed a snapshot")

    def _send(self, note: Note, *, changed: bool) -> bool:
        """Seal and commit. Return False if a process that started later has taken over."""
        with self._sending, lend_folder(self._path) as folder:
            fresh, sealed = changed or self._pushed is None, None
            for attempt in range(1, CONFLICTS + 1):
                self._repo.prepare()
                commit, there = self._repo.find(folder)
                if not self._may_replace(note, there):
                    return False
                try:
                    if fresh:
                        counter = self._next_counter(there)
                        if sealed is None or note.counter != counter:
                            note = replace(note, counter=counter)
                            sealed = self._seal(folder, note)
                        self._push(note, sealed, commit, there)
                    else:
                        self._push_note(note, commit, there)
                    break
                except HubFault as error:
                    if error.status != CONFLICT or attempt == CONFLICTS:
                        raise
        return True

    def _seal(self, folder: Path, note: Note) -> Path:
        plain, sealed = folder / "plain.db", folder / "sealed"
        sealed.unlink(missing_ok=True)  # an earlier attempt may have left this file
        copy_to(plain, self._path, self._server)
        with plain.open("rb") as source, open_private(sealed) as target:
            plain.unlink()  # if the process ends here, no readable copy remains
            seal(source, target, self._settings.key, note.label)
        return sealed

    def _next_counter(self, there: Note | None) -> int:
        if there is not None and self._is_authentic(there):
            if there.counter < self._counter:
                told = "backup: %s went back from snapshot %d to %d; somebody else writes to it"
                log.error(told, self._settings.repo, self._counter, there.counter)
            self._counter = max(self._counter, there.counter)
        return self._counter + 1

    def _may_replace(self, mine: Note, there: Note | None) -> bool:
        if there is None or there.process == mine.process:
            return True
        if there.store != mine.store:
            place = self._server.place if self._server else self._path
            raise HubFault(of_another(self._settings.repo, place, there))
        if not self._is_authentic(there):
            # A process of an older version does not sign its note. It started earlier than this
            # process, so its push is too late.
            log.error("backup: the note in %s is not signed with BACKUP_KEY", self._settings.repo)
            return True
        if there != self._began_with and there.started > mine.started:
            log.warning("backup: a process that started later pushes now, so this one does not")
            return False
        return True

    def _push(self, note: Note, sealed: Path, parent: str, there: Note | None) -> None:
        note = replace(note, sha256=digest(sealed), size_bytes=sealed.stat().st_size)
        note = note.signed(self._signing_key)
        self._repo.push(note, sealed, parent)
        self._was_pushed(note, there)

    def _push_note(self, note: Note, parent: str, there: Note | None) -> None:
        """Record in the note that this process has ended. The snapshot stays unchanged."""
        if self._pushed is None or there != self._pushed:
            raise HubFault("the snapshot that was pushed is no longer there", status=CONFLICT)
        note = replace(self._pushed, left=note.left).signed(self._signing_key)
        self._repo.push_note(note, parent)
        self._was_pushed(note, there)

    def _was_pushed(self, note: Note, there: Note | None) -> None:
        self._pushed, self._counter, self.made_at = note, note.counter, note.at
        try:
            self._repo.tidy(note, there)
        except BotError as error:
            log.warning(
                "backup: older snapshots were not removed: %s; the next push tries again", error
            )

    def _is_authentic(self, note: Note) -> bool:
        """Return whether a process with one of the keys wrote this note, at a time before now."""
        # Deriving a key takes 64 MB and some tenths of a second, so the present key is kept.
        signed = note.is_signed(self._signing_key) or bool(key_of(note, self._settings))
        return signed and not self._is_of_the_future(note)


async def _in_thread(work: Callable[[], T], name: str) -> T:
    """Run blocking work in a thread of its own.

    The thread does not delay the end of the process.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():  # the caller of the thread was cancelled
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(cast("T", result))

    def run() -> None:
        result, failed = None, None
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - any error is passed to the caller that waits for the thread
            failed = error
        try:
            loop.call_soon_threadsafe(settle, result, failed)
        except RuntimeError:
            pass  # the event loop has ended, and so has the caller that waited

    threading.Thread(target=run, name=f"backup: {name}", daemon=True).start()
    return await future
