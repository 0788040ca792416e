"""One embedder's process that several bots on one machine share through a socket.

A file beside the socket is locked (flock(2)). Only the process that holds this lock listens on the
socket. The system releases the lock when the process ends in any way. A process that does not get
the lock ends at once. The bots send and receive the same frames as through a pipe
(``embedding.frames``). The bots take turns, because each bot has at most one frame in flight. The
process ends when no bot has been connected for `ALONE_SECONDS`.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from engine.memory.embedding import frames
from engine.memory.embedding.serving import (
    GIVE_BACK_TEXTS,
    QUIET_SECONDS,
    Encode,
    LoadError,
    answer,
    refusal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OPTION = "--socket"
ALONE_SECONDS = 10.0
# After a failed load, the process reports the failure to the bots that connect in this time.
REFUSAL_SECONDS, LOOK_SECONDS = 1.0, 0.05
# A bot that does not read its rows for this long is disconnected.
SEND_SECONDS = 5


def path_in(arguments: Sequence[str]) -> tuple[Path | None, Sequence[str]]:
    """Return the path of the socket, and the arguments after it.

    The path is None if the arguments do not begin with `OPTION`.
    """
    if arguments[:1] == [OPTION]:
        return Path(arguments[1]), arguments[2:]
    return None, arguments


class Guest:
    """A bot that is connected."""

    def __init__(self, link: socket.socket) -> None:
        self._link, self._source = link, link.makefile("rb")
        self.here = True
        limit = struct.pack("ll", SEND_SECONDS, 0)
        link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)

    def requests(self) -> Iterator[list[str]]:
        """Yield the texts of each frame until the bot disconnects."""
        with suppress(OSError):
            while (frame := frames.read(self._source)) is not None:
                yield frames.unpack_texts(frame[1])

    def send(self, kind: bytes, payload: bytes) -> None:
        """Send a frame. If this fails, disconnect the bot, which then connects again."""
        try:
            self._link.sendall(frames.pack(kind, payload))
        except OSError:
            self.leave()

    def leave(self) -> None:
        """Disconnect the bot. Idempotent."""
        self.here = False
        with suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)


class Host:
    """The bots that are connected to a listening socket, and their requests."""

    def __init__(
        self,
        listener: socket.socket,
        tidy: Callable[[], None],
        alone_seconds: float = ALONE_SECONDS,
    ) -> None:
        self._listener, self._tidy, self._alone_seconds = listener, tidy, alone_seconds
        self._requests: queue.Queue[tuple[Guest, list[str]]] = queue.Queue()
        self._changing = threading.Lock()
        self._guests: set[Guest] = set()
        self._greeting: tuple[bytes, bytes] | None = None
        self._alone_since = time.monotonic()

    def serve(self, load_model: Callable[[], tuple[Encode, dict[str, Any]]]) -> int:
        """Load the model, then answer until no bot is connected. Return the exit code."""
        threading.Thread(target=self._accept, daemon=True, name="accept").start()
        try:
            encode, facts = load_model()
        except LoadError as error:
            self._greet(*refusal(error))
            # The process waits a moment, because the bot that started it may not have connected
            # yet.
            self._alone_seconds = min(self._alone_seconds, REFUSAL_SECONDS)
            while not self._alone():
                time.sleep(LOOK_SECONDS)
            return 1
        self._tidy()
        self._greet(frames.READY, json.dumps(facts).encode("ascii"))
        self._answer_all(encode)
        return 0

    def _greet(self, kind: bytes, payload: bytes) -> None:
        with self._changing:
            self._greeting, guests = (kind, payload), list(self._guests)
        for guest in guests:
            guest.send(kind, payload)

    def _accept(self) -> None:
        while True:
            link, _ = self._listener.accept()
            guest = Guest(link)
            with self._changing:
                self._guests.add(guest)
                greeting = self._greeting
            if greeting is not None:
                guest.send(*greeting)
            name = f"bot {link.fileno()}"
            threading.Thread(target=self._hear, args=(guest,), daemon=True, name=name).start()

    def _hear(self, guest: Guest) -> None:
        for texts in guest.requests():
            self._requests.put((guest, texts))
        guest.leave()
        with self._changing:
            self._guests.discard(guest)
            self._alone_since = time.monotonic()

    def _alone(self) -> bool:
        with self._changing:
            since = time.monotonic() - self._alone_since
            return not self._guests and since >= self._alone_seconds

    def _answer_all(self, encode: Encode) -> None:
        untidy = 0
        while not self._alone():
            try:
                guest, texts = self._requests.get(timeout=min(QUIET_SECONDS, self._alone_seconds))
            except queue.Empty:
                untidy = self._tidied(untidy)
                continue
            if texts and guest.here:
                guest.send(*answer(encode, texts))
                untidy += len(texts)
            if not texts or untidy >= GIVE_BACK_TEXTS:
                untidy = self._tidied(max(1, untidy))

    def _tidied(self, untidy: int) -> int:
        if untidy:
            self._tidy()
        return 0


def run(
    path: Path,
    load_model: Callable[[], tuple[Encode, dict[str, Any]]],
    tidy: Callable[[], None],
    alone_seconds: float = ALONE_SECONDS,
) -> int:
    """Listen on a socket in the background, unless another process does. Return the exit code.

    A child process, which belongs to no bot, listens and answers. In the caller's process, this
    function returns as soon as the socket can be used. Call it before any thread starts and before
    a model is loaded.
    """
    lock = _lock(path.with_suffix(".lock"))
    if lock is None:
        return 0
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    ends, begins = os.pipe()
    if os.fork():
        os.close(begins)
        return int(os.read(ends, 1) != b"1")
    os.setsid()
    # Bots see the id of the process that calls listen (unix(7), SO_PEERCRED).
    listener.listen(64)
    os.write(begins, b"1")
    code = Host(listener, tidy, alone_seconds).serve(load_model)
    path.unlink(missing_ok=True)
    os._exit(code)


def _lock(path: Path) -> int | None:
    """Return a descriptor that holds the lock until the process ends, or None if it is taken."""
    import fcntl  # noqa: PLC0415 - Windows has no such module

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
