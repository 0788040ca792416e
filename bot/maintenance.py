"""Work in the background: complete erasures, and delete data whose storage time is over.

After an erasure the other processes evict their caches, and the database file is rewritten at a
quiet moment.
"""

from __future__ import annotations

import logging

from engine.engine import Engine
from engine.errors import DeadlinePassed, StorageFault
from engine.storage.sweep import Sweep
from engine.tasks import Clock, finish_by

log = logging.getLogger(__name__)
LOOK_SECONDS = 2.0
AFTER_FAULT_SECONDS = 60.0
LISTENING_SECONDS = 15.0
SWEEP_SECONDS, BETWEEN_SWEEPS_SECONDS = 60.0, 0.5
# After an erasure, a large file is rewritten when no answer is running, or else after this time.
QUIET_SECONDS = 3600.0


async def follow_erasures(engine: Engine, clock: Clock) -> None:
    """Check for erasures every `LOOK_SECONDS`, until cancelled.

    An operator's ``pipit forget`` runs in another process. The file records that something was
    erased, but not in which chat. At the next check, this process therefore evicts all sessions and
    all other cached data of any chat.
    """
    others, due = -1, 0.0
    while True:
        try:
            facts = await engine.own_data.personal_data.facts()
            elsewhere = facts.erased - engine.own_data.personal_data.erased_here
            if others >= 0 and elsewhere > others:
                engine.own_data.drop_all()
            others = max(others, elsewhere)
            if facts.scrubbed < facts.erased:
                due = due or clock.now() + QUIET_SECONDS
                if (
                    not engine.busy
                    or clock.now() >= due
                    or await engine.own_data.personal_data.small()
                ):
                    due = 0.0
                    await engine.own_data.personal_data.scrub()
        except StorageFault as error:
            log.error(
                "erased texts may still have copies in the file: %s; it will be tried again", error
            )
            await clock.sleep(AFTER_FAULT_SECONDS)
        await clock.sleep(LOOK_SECONDS)


async def follow_listening(engine: Engine, clock: Clock) -> None:
    """Read every `LISTENING_SECONDS` which chats have listening switched on, until cancelled.

    Another process, or the operator's ``pipit forget``, may have changed this. Even before this
    process notices the change, the store keeps no message of a chat that has it switched off.
    """
    while True:
        await clock.sleep(LISTENING_SECONDS)
        try:
            await engine.listening.refresh()
        except StorageFault as error:
            log.error("the list of listening chats could not be read again: %s", error)
            await clock.sleep(AFTER_FAULT_SECONDS)


async def sweep_for_ever(sweep: Sweep, clock: Clock) -> None:
    """Sweep every minute, and as soon as a write leaves the file near its limit."""
    while True:
        try:
            waiting = sweep.wait_until_full()
            await finish_by(clock, clock.now() + SWEEP_SECONDS, waiting, "next sweep")
        except DeadlinePassed:
            pass  # a minute has passed
        try:
            swept = await sweep.run()
            log.debug(
                "swept %d sessions, %d rows, %d chats", swept.sessions, swept.rows, swept.chats
            )
        except StorageFault as error:
            log.error("the sweep failed and will be tried again: %s", error)
        # A file that stays near its limit must not be swept without pauses.
        await clock.sleep(BETWEEN_SWEEPS_SECONDS)
