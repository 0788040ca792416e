"""The bot's end of the socket to an embedder's process that several bots of one machine share.

The first bot that needs the process starts it (`embedding.host`). Bots share it if they belong to
one user of the system and use the same model, options and version of Pipit. After the process has
ended, each bot gets an error, and the first of them that asks again starts another process.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import socket
import stat
import struct
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from engine.children import HUB_NAMES, environment
from engine.memory.embedding.child import ROOT, Link, LoadFault
from engine.memory.embedding.host import OPTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.tasks import Clock

# Another bot may start the process at the same time, or the process may just be ending.
ATTEMPTS = 20


class SharedChild(Link):
    """A connection to the shared process."""

    def __init__(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, clock: Clock
    ) -> None:
        super().__init__(source, sink, clock)
        self._pid = _peer(sink.get_extra_info("socket"))

    @classmethod
    async def join(
        cls, command: Sequence[str], arguments: Sequence[str], clock: Clock, load_seconds: float
    ) -> SharedChild:
        """Connect to the process, start it if it does not run, and wait until it has loaded.

        If the caller is cancelled, the process goes on for the other bots. Raises `LoadFault` or
        `ChildGone`.
        """
        path = socket_of(command, arguments)
        child = cls(*await _connected(path, (*command, OPTION, str(path), *arguments)), clock)
        await child.greeted(load_seconds)
        return child

    @property
    def pid(self) -> int:
        """Return the process id, or 0 where the system does not tell it."""
        return self._pid

    @property
    def alive(self) -> bool:
        """Return whether the process may still be running."""
        return not (self._source.at_eof() or self._sink.is_closing())

    async def leave(self) -> None:
        """Disconnect. The process ends later if no other bot is connected."""
        self._sink.close()
        with suppress(ConnectionError):
            await self._sink.wait_closed()

    async def kill(self) -> None:
        """Disconnect, and kill the process if it has not answered in time. Idempotent."""
        if self._hangs and self._pid:
            self._hangs = False
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        self._sink.transport.abort()


def socket_of(command: Sequence[str], arguments: Sequence[str]) -> Path:
    """Return the path of the socket of the process with these arguments.

    Raises `LoadFault` if its folder cannot be used.
    """
    told = "\0".join((str(ROOT), *command, *arguments))
    return _folder() / f"embedder-{hashlib.sha256(told.encode()).hexdigest()[:16]}.sock"


def _folder() -> Path:
    """Return the folder of this user's sockets, which nobody else may open."""
    folder = Path(tempfile.gettempdir()) / f"pipit-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise LoadFault(f"{folder}: {error.strerror}") from error
    private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    if not private or found.st_uid != os.getuid():
        raise LoadFault(f"{folder} must be a folder that only this user can open")
    return folder


async def _connected(
    path: Path, command: Sequence[str]
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    nothing = asyncio.subprocess.DEVNULL
    for _ in range(ATTEMPTS):
        try:
            return await asyncio.open_unix_connection(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            pass
        except OSError as error:
            raise LoadFault(f"{path}: {error.strerror or error}") from error
        try:
            # The command ends as soon as its child process listens in the background, or at once
            # if another process listens.
            started = await asyncio.create_subprocess_exec(
                *command, stdin=nothing, stdout=nothing, stderr=nothing, cwd=ROOT,
                env=environment(*HUB_NAMES),
            )  # fmt: skip
        except OSError as error:
            raise LoadFault(f"the embedder's process does not start: {error.strerror}") from error
        if await started.wait():
            raise LoadFault("the embedder's process does not start")
    raise LoadFault("the embedder's process does not listen")


def _peer(link: socket.socket) -> int:
    """Return the id of the process at the other end (unix(7), SO_PEERCRED), or 0."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return 0
    size = struct.calcsize("3i")
    return int(struct.unpack("3i", link.getsockopt(socket.SOL_SOCKET, option, size))[0])
