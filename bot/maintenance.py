"""The work after an erasure: caches are evicted, and the file is rewritten.

The caches are those of other processes; the file is rewritten at a quiet moment.
"""

from __future__ import annotations

import logging

from engine.engine import Engine
from engine.errors import StorageFault
from engine.tasks import Clock

log = logging.getLogger(__name__)
LOOK_SECONDS = 2.0
AFTER_FAULT_SECONDS = 60.0
QUIET_SECONDS = 3600.0  # how long a large file waits for a moment without answers in progress


async def follow_erasures(engine: Engine, clock: Clock) -> None:
    """Look every `LOOK_SECONDS`, until cancelled.

    An operator's ``python -m bot forget`` is another process. At the next look this process evicts
    what it holds of the chat in memory, and all sessions with it, because the file says that
    something was erased but not what.
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
                "erased texts may still have copies in the file: %s; it is tried again", error
            )
            await clock.sleep(AFTER_FAULT_SECONDS)
        await clock.sleep(LOOK_SECONDS)
