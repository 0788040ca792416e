"""A private dataset on the Hugging Face Hub with one snapshot. The calls block, so use a thread.

One commit has two files: the sealed snapshot and a note about it. The note is plain JSON. It names
the database and the process that pushed it, and says whether that process has ended. It holds
nothing of any chat. The module works with huggingface_hub 0.36 to 2.x. The snapshot is passed as an
open file, because a path would go through the Xet client of 1.x and 2.x, whose threads and buffers
do not fit a small host.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from huggingface_hub import CommitOperationAdd, HfApi, constants
from huggingface_hub.errors import RepositoryNotFoundError
from huggingface_hub.utils import disable_progress_bars  # type: ignore[attr-defined]  # in passing

from engine.errors import BotError, SettingsError
from engine.tasks import describe

log = logging.getLogger(__name__)
# Otherwise the library's first call makes a needless request (engine.answering.hf_transport). It is
# set here too, because that module may be loaded later.
constants.HF_HUB_DISABLE_TELEMETRY = True
SNAPSHOT, NOTE = "pipit.bin", "pipit.json"
KIND = "dataset"
# A file without a snapshot is kept this long, because another process may still be pushing it.
UNFINISHED_HOURS = 1
UNAUTHORIZED, FORBIDDEN, CONFLICT = 401, 403, 412


@dataclass(frozen=True)
class BackupSettings:
    """The settings of the snapshot: its place, its key, and how often it is pushed.

    `old_key` is used only to open snapshots after a change of the key.
    """

    repo: str
    key: str = field(repr=False)
    token: str = field(repr=False)
    endpoint: str = "https://huggingface.co"
    minutes: float = 15.0
    old_key: str = field(default="", repr=False)


class HubFault(BotError):
    """The Hub refused or failed. `status` is the HTTP status, or 0 if there was no response."""

    def __init__(self, message: str, *, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Note:
    """A snapshot as the dataset describes it. All times are Unix times.

    `store` names the database, and `process` names the process that pushed it. `started` is the
    time at which that process started, and `at` is the time at which the snapshot was made. `left`
    is true if the process has ended since. `counter` grows with each snapshot of the dataset. It is
    0 in a note of an older version. Anybody who may write to the dataset can write a note. The note
    is therefore signed and must agree with `label`, which is sealed with the snapshot. `signature`
    is empty in a note of an older version.
    """

    store: str
    process: str
    started: float
    at: float
    left: bool
    sha256: str
    size_bytes: int
    counter: int = 0
    signature: str = ""

    def signed(self, key: bytes) -> Note:
        """Return the note with its signature."""
        return replace(self, signature=self._signature(key))

    def is_signed(self, key: bytes) -> bool:
        """Return whether somebody who knows the key has signed this note in its present form."""
        return hmac.compare_digest(self.signature.encode(), self._signature(key).encode())

    def _signature(self, key: bytes) -> str:
        told = json.dumps(asdict(replace(self, signature="")), sort_keys=True)
        return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()

    @property
    def label(self) -> str:
        """Return the label that is sealed together with the snapshot.

        It holds everything that is known before the snapshot is sealed.
        """
        return json.dumps([self.store, self.process, self.started, self.at, self.counter])


class HubRepo:
    """The dataset. Methods block and raise `HubFault`.

    They raise `SettingsError` if only the operator can help.
    """

    def __init__(self, settings: BackupSettings) -> None:
        disable_progress_bars()
        # The library's warnings contain upload addresses with a signature, which is a secret while
        # it is valid.
        logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
        self._repo = settings.repo
        # If no token were given, the library would send the token that is saved on this machine.
        self._api = HfApi(settings.endpoint, token=settings.token or False, library_name="pipit")

    def prepare(self) -> None:
        """Create the dataset if there is none, and check that it is private."""
        if self.exists():
            return
        with _faults():
            self._api.create_repo(self._repo, repo_type=KIND, private=True, exist_ok=True)
        self.exists()

    def exists(self) -> bool:
        """Return whether the dataset exists, and check that it is private. Change nothing."""
        with _faults():
            try:
                private = self._api.repo_info(self._repo, repo_type=KIND).private
            except RepositoryNotFoundError:
                return False
        if not private:
            raise SettingsError([f"BACKUP_REPO: {self._repo} is public; make it private"])
        return True

    def find(self, folder: Path) -> tuple[str, Note | None]:
        """Return the newest commit and the note in it."""
        with _faults():
            commit = self._api.repo_info(self._repo, repo_type=KIND).sha or ""
            there = self._api.get_paths_info(
                self._repo, [NOTE, SNAPSHOT], revision=commit, repo_type=KIND
            )
            if len(list(there)) < 2:
                return commit, None
            path = self._download(NOTE, commit, folder)
        try:
            return commit, Note(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise HubFault(f"{NOTE} in {self._repo} is not one of Pipit's") from error

    def fetch(self, commit: str, folder: Path) -> Path:
        """Download the snapshot of a commit into a folder."""
        with _faults():
            return self._download(SNAPSHOT, commit, folder)

    def push(self, note: Note, sealed: Path, parent: str) -> None:
        """Commit a snapshot on `parent`.

        The status is 412 if `parent` is no longer the newest commit.
        """
        with _faults(), sealed.open("rb") as file:
            self._commit([CommitOperationAdd(SNAPSHOT, file)], note, parent)

    def push_note(self, note: Note, parent: str) -> None:
        """Commit a note about the present snapshot."""
        with _faults():
            self._commit([], note, parent)

    def tidy(self, current: Note, before: Note | None) -> None:
        """Permanently remove the history, and with it every older snapshot."""
        with _faults():
            self._api.super_squash_history(
                self._repo, repo_type=KIND, commit_message="Keep the newest snapshot only"
            )
            surely = datetime.now(timezone.utc) - timedelta(hours=UNFINISHED_HOURS)
            replaced = before.sha256 if before else ""
            old = [
                file
                for file in self._api.list_lfs_files(self._repo, repo_type=KIND)
                if file.file_oid != current.sha256
                and (file.file_oid == replaced or file.pushed_at < surely)
            ]
            self._api.permanently_delete_lfs_files(self._repo, old, repo_type=KIND)

    def _download(self, name: str, commit: str, folder: Path) -> Path:
        return Path(
            self._api.hf_hub_download(
                self._repo, name, repo_type=KIND, revision=commit, local_dir=folder
            )
        )

    def _commit(self, operations: list[CommitOperationAdd], note: Note, parent: str) -> None:
        told = json.dumps(asdict(note), indent=1).encode()
        try:
            self._api.create_commit(
                self._repo,
                [*operations, CommitOperationAdd(NOTE, told)],
                commit_message="Leave a snapshot" if note.left else "Push a snapshot",
                repo_type=KIND,
                parent_commit=parent,
            )
        except ValueError:
            # At an endpoint other than its own, huggingface_hub 0.36 can commit, but it cannot read
            # the returned address.
            if self._api.repo_info(self._repo, repo_type=KIND).sha == parent:
                raise


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, by which the Hub names it."""
    summed = hashlib.sha256()
    with path.open("rb") as file:
        for piece in iter(lambda: file.read(1024 * 1024), b""):
            summed.update(piece)
    return summed.hexdigest()


@contextmanager
def _faults() -> Iterator[None]:
    """Translate the library's exceptions to `HubFault`, or `SettingsError` for a refused token.

    Three generations of the library use three HTTP libraries, so all exceptions are translated.
    """
    try:
        yield
    except Exception as error:  # three HTTP libraries, the disk and the library raise it
        raise _worded(error) from error


def _worded(error: Exception) -> BotError:
    cause: BaseException = error
    while cause.__cause__ is not None:  # the error of an upload is wrapped in another error
        cause = cause.__cause__
    response: Any = getattr(error, "response", None) or getattr(cause, "response", None)
    status = int(getattr(response, "status_code", 0) or 0)
    if status in (UNAUTHORIZED, FORBIDDEN):
        return SettingsError(
            [f"BACKUP_TOKEN: the hub does not let it write to BACKUP_REPO (status {status})"]
        )
    return HubFault(
        f"the hub answered with status {status}" if status else describe(cause), status=status
    )
