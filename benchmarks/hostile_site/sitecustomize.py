"""Record how long the event loop of this process is blocked. Python loads this module at its start.

`benchmarks.hostile` puts this folder on the import path of ``python -m bot run``, which is
otherwise started as usual. A callback every few milliseconds (a "beat") measures how late it runs.
The time for which the operating system gave the process no core is subtracted
(`/proc/self/task/*/schedstat`), so that a busy machine does not look like a blocked loop. It is
subtracted for the other threads as well, because one of them may hold the interpreter's lock.
"""

from __future__ import annotations

import os
import threading
import time
from asyncio import base_events
from contextlib import suppress

BEAT_SECONDS, WORTH_SECONDS = 0.005, 0.01


class Beat:
    """A callback that a loop runs at regular times.

    Each late beat writes a line `when held raw`, in seconds of the monotonic clock.
    """

    def __init__(self, loop: base_events.BaseEventLoop, log: int) -> None:
        self._loop, self._log = loop, log
        self._due, self._waited, self._worked = time.monotonic(), waited(), time.thread_time()

    def beat(self) -> None:
        """Record how late this beat is, and schedule the next one."""
        now, others, worked = time.monotonic(), waited(), time.thread_time()
        late, own = now - self._due, threading.get_native_id()
        if late > WORTH_SECONDS:
            kept = others.get(own, 0.0) - self._waited.get(own, 0.0)
            idle = max(0.0, late - kept - (worked - self._worked))
            longest = max(
                (at - self._waited.get(tid, 0.0) for tid, at in others.items()), default=0
            )
            held = max(0.0, late - kept - min(idle, max(0.0, longest - kept)))
            os.write(self._log, f"{now:.4f} {held:.4f} {late:.4f}\n".encode())
        self._due, self._waited, self._worked = now + BEAT_SECONDS, waited(), time.thread_time()
        self._loop.call_at(self._loop.time() + BEAT_SECONDS, self.beat)


def waited() -> dict[int, float]:
    """Return how long each thread of this process has waited for a core so far, in seconds."""
    found = {}
    with suppress(OSError):
        for task in os.scandir("/proc/self/task"):
            with suppress(OSError, ValueError, IndexError):
                found[int(task.name)] = _nanoseconds(f"{task.path}/schedstat") / 1e9
    return found


def _nanoseconds(path: str) -> int:
    file = os.open(path, os.O_RDONLY)
    try:
        return int(os.read(file, 100).split()[1])
    finally:
        os.close(file)


_path = os.environ.pop("HOSTILE_WATCH", "")
if _path:
    _file = os.open(_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    _run_forever = base_events.BaseEventLoop.run_forever

    def _watched(self: base_events.BaseEventLoop) -> None:
        self.call_soon(Beat(self, _file).beat)
        _run_forever(self)

    base_events.BaseEventLoop.run_forever = _watched
