"""How the writes of a store go: when the last one was committed, and the fault of the newest."""

from __future__ import annotations

import time
from dataclasses import dataclass

from engine.errors import StorageFault


@dataclass
class Pulse:
    """The state of writing.

    `committed_at` is the monotonic time of the last commit, as `SystemClock.now` has it, 0 before
    the first. `fault` is the sentence of the newest write if it failed, else empty.
    """

    committed_at: float = 0.0
    fault: str = ""

    def commit(self) -> None:
        """Note a committed write."""
        self.committed_at, self.fault = time.monotonic(), ""

    def fail(self, fault: BaseException) -> None:
        """Note a write that failed; a defect of one statement is no fault of the store."""
        if isinstance(fault, StorageFault):
            self.fault = str(fault)
