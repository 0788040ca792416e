"""Record whether the writes of a store succeed: the last commit, and the newest fault."""

from __future__ import annotations

import time
from dataclasses import dataclass

from engine.errors import StorageFault


@dataclass
class Pulse:
    """Whether writes succeed.

    `committed_at` is the time of the last commit on the monotonic clock (`SystemClock.now`), or 0
    before the first commit. `fault` is the error text of the newest write, or "" if it succeeded.
    """

    committed_at: float = 0.0
    fault: str = ""

    def commit(self) -> None:
        """Record that a write was committed."""
        self.committed_at, self.fault = time.monotonic(), ""

    def fail(self, fault: BaseException) -> None:
        """Record that a write failed.

        An error that is not a `StorageFault` is a bug in the code and is not recorded.
        """
        if isinstance(fault, StorageFault):
            self.fault = str(fault)
