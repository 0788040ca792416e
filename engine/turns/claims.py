"""Take questions from a queue that several processes share.

A process claims a question when it has a free worker place. The question's job then runs like any
other job. At its end, the job returns its chat to the queue (`engine.turns.jobs`). Messages from
other processes only make the waits shorter. The store is read every second, so a lost message does
no harm.

The store may say that a running job must end. There are three reasons: a person pressed Stop in
another process, the question was edited there, or another process answers the row because it
believed that this process had ended.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Callable

from engine.contract import ChatKey, ReplySink
from engine.errors import StorageFault
from engine.storage.records import Entry
from engine.storage.shared_ports import Queue
from engine.tasks import Clock, describe
from engine.turns.job import EndReason
from engine.turns.jobs import Jobs
from engine.turns.sessions import Sessions
from engine.wording import words_in

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
# After a message the queue is read at once, and again after this time. At first, the chat may be
# reserved for another process (`Queue.claim`), but that process may be busy.
SOON_SECONDS = 0.25

Sinks = Callable[[ChatKey, str], ReplySink]


class Claims:
    """Claim questions and start their jobs. Create it inside the event loop."""

    def __init__(self, queue: Queue, jobs: Jobs, sessions: Sessions, clock: Clock) -> None:
        self._queue, self._jobs, self._sessions, self._clock = queue, jobs, sessions, clock
        # At the last check, this process held the lanes of these rows but had no job for them. If
        # the next check finds the same, the lanes are handed back.
        self._strays: set[int] = set()

    async def run(self, sinks: Sinks, platforms: Sequence[str]) -> None:
        """Claim questions of these platforms until cancelled."""
        self._jobs.call_on_room(self._queue.announce_here)
        soon = False
        while True:
            try:
                await self._fill(sinks, platforms)
                await self._follow()
            except StorageFault as error:
                log.warning("the queue cannot be read: %s", error)
                await self._clock.sleep(LOOK_SECONDS)
            soon = await self._queue.news(SOON_SECONDS if soon else LOOK_SECONDS)

    async def _fill(self, sinks: Sinks, platforms: Sequence[str]) -> None:
        """Claim questions until no place is free or none waits. Raises `StorageFault`."""
        while self._jobs.room:
            entry = await self._queue.claim(platforms)
            if entry is None:
                return
            await self._start(entry, sinks)

    async def _start(self, entry: Entry, sinks: Sinks) -> None:
        inbound = entry.inbound
        session = await self._sessions.get_or_empty(inbound.key)
        words = words_in(session.language, inbound.author.language)
        try:
            sink = sinks(inbound.key, entry.handle)
        except (LookupError, ValueError) as error:
            log.error("%s: row %d cannot be shown: %s", inbound.key, entry.row, describe(error))
            return
        earlier = self._jobs.supersede(entry)
        job = self._jobs.make(entry, sink, words, recovered=_was_begun(entry), earlier=earlier)
        self._jobs.enqueue(job)

    async def _follow(self) -> None:
        """Apply the store's state to the running jobs. Raises `StorageFault`."""
        jobs = [job for job in self._jobs.all() if not job.ended.is_set()]
        found = await self._queue.claimed([job.entry.row for job in jobs])
        claimed = {one.row: one for one in found}
        for job in jobs:
            one = claimed.get(job.entry.row)
            if one is None or job.ended.is_set():
                continue
            if not one.mine or one.revision != job.entry.revision:
                self._jobs.take_away(job)
            elif one.stop:
                job.end(EndReason.STOPPED)
        working = {job.entry.row for job in jobs}
        strays = {one.row for one in found if one.lane} - working
        for row in strays & self._strays:
            await self._queue.hand_back(row)
        self._strays = strays


def _was_begun(entry: Entry) -> bool:
    """Return whether an earlier job of the row may have sent a message."""
    return bool(
        entry.attempts > 1 or entry.revision or entry.partial or entry.bubbles or entry.media
    )
