"""Collect the health of the process: the ages of its signs of life, and its problems in words.

``/ready``, ``pipit health``, the messages to admins (`bot.alerts`), systemd's watchdog and the
metrics all use these numbers.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Callable, Protocol, runtime_checkable

from adapters.edge.vitals import LIVE, METRICS, METRICS_KIND, READY, Report
from engine.errors import ModelRefused, OutOfCredit

if TYPE_CHECKING:
    from pathlib import Path

    from bot.settings import Settings
    from engine.contract import Adapter
    from engine.counters import Counters, ModelState
    from engine.engine import Engine
    from engine.storage.overview import Overview
    from engine.storage.ports import Conversations, Storage
    from engine.storage.pulse import Pulse
    from engine.tasks import Clock

DEAF_SECONDS = 120.0
# If its own health check is this late, the process counts as dead.
STUCK_SECONDS = 120.0
# A model counts as failing after this many failures within this many seconds.
FAILS, FAIL_SECONDS = 5, 60.0


@runtime_checkable
class Heard(Protocol):
    """An adapter that can report how long its platform has been silent."""

    def silent_seconds(self) -> float:
        """Return the seconds since the platform last answered."""


class Copies(Protocol):
    """A backup. `made_at` is the Unix time of the newest copy, or 0 if there is none yet."""

    name: str
    made_at: float

    def overdue(self, now: float) -> str:
        """Return a sentence if the newest copy is too old at a Unix time, else ""."""


@dataclass(frozen=True)
class Problem:
    """A problem that the operator must know.

    `cause` identifies the problem while it lasts, such as ``deaf telegram``: a kind, and the
    affected part. `stops` is true if no message can be answered while the problem lasts.
    """

    cause: str
    text: str
    stops: bool = True

    @property
    def kind(self) -> str:
        """Return the kind of the problem, which is the first word of the cause."""
        return self.cause.partition(" ")[0]

    @property
    def about(self) -> str:
        """Return the affected part, which is the rest of the cause."""
        return self.cause.partition(" ")[2]


@dataclass
class Health:
    """The known facts about the process's health.

    * `closed` is the reason why the database cannot be opened, or "".
    * `beat` makes a test write. It is called at each check while writes fail.
    * `rejected` holds the platforms that refused their token, with the reason.
    * `metrics` renders the metrics (`bot.metrics`). `changed` is called with settings that changed
      at run time.
    * The engine, the adapters and the ports of the store are set by `open`.
    * `looked_at` is the clock's time of the last check by `bot.watch`.
    """

    clock: Clock
    counters: Counters
    token: str = field(default="", repr=False)
    adapters: Mapping[str, Adapter] = field(default_factory=dict)
    engine: Engine | None = None
    pulse: Pulse | None = None
    overview: Overview | None = None
    conversations: Conversations | None = None
    copies: list[Copies] = field(default_factory=list)
    closed: str = ""
    beat: Callable[[], Awaitable[None]] | None = None
    rejected: dict[str, str] = field(default_factory=dict)
    path: Path | None = None
    limit_bytes: int = 0
    lag_seconds: float = 0.0
    looked_at: float = 0.0
    metrics: Callable[[], Awaitable[str]] | None = None
    changed: Callable[[Settings], None] | None = None

    def open(self, engine: Engine, adapters: Mapping[str, Adapter], store: Storage) -> None:
        """Record the parts of a process that serves."""
        self.engine, self.adapters, self.closed = engine, adapters, ""
        self.pulse, self.overview = store.pulse, store.overview
        self.beat, self.conversations = store.beat, store.conversations

    def close(self, reason: str) -> None:
        """Record that the database cannot be opened, with the reason."""
        self.engine = self.pulse = self.overview = self.beat = self.conversations = None
        self.adapters, self.closed = {}, reason

    # Problems

    def problems(self) -> list[Problem]:
        """Return the current problems, in a fixed order."""
        parts = (self._of_store, self._of_platforms, self._of_models, self._of_copies)
        return [problem for part in (*parts, self._of_caps) for problem in part()]

    def _of_store(self) -> Iterator[Problem]:
        fault = self.closed or (self.pulse.fault if self.pulse is not None else "")
        if fault:
            full = "disk is full" in fault or "STORAGE_LIMIT_MB" in fault
            yield Problem("disk" if full else "database", f"the database cannot be used: {fault}")

    def _of_platforms(self) -> Iterator[Problem]:
        for name, said in sorted(self.rejected.items()):
            yield Problem(f"token {name}", f"{name} does not accept its token: {said}")
        for name, seconds in self.silences().items():
            if name not in self.rejected and seconds > DEAF_SECONDS:
                yield Problem(
                    f"deaf {name}", f"nothing has been received from {name} for {seconds:.0f} s"
                )

    def _of_models(self) -> Iterator[Problem]:
        states = {name: state for name, state in self.counters.models.items() if state.failures}
        working = len(states) < len(self.counters.models)
        for name, state in sorted(states.items()):
            if isinstance(state.error, OutOfCredit):
                yield Problem("credit", "the model's account has no credit left", stops=not working)
            elif isinstance(state.error, ModelRefused) and state.error.status in (401, 403):
                yield Problem(
                    "token model", "the model's endpoint refuses the token", stops=not working
                )
            elif self._fails(state):
                said = f"the model {name} has failed {state.failures} times in a row: {state.error}"
                yield Problem(f"model {name}", said, stops=not working)

    def _fails(self, state: ModelState) -> bool:
        lasted = self.clock.now() - state.failing_since
        return state.failures >= FAILS and lasted >= FAIL_SECONDS

    def _of_copies(self) -> Iterator[Problem]:
        now = self.clock.time()
        for one in self.copies:
            if said := one.overdue(now):
                yield Problem(f"backup {one.name}", said, stops=False)

    def _of_caps(self) -> Iterator[Problem]:
        alerts = self.engine.caps.current_alerts() if self.engine is not None else []
        for alert in alerts:
            kind = "cap_reached" if alert.reached else "cap_near"
            until = f"{datetime.fromtimestamp(alert.until, timezone.utc):%Y-%m-%d %H:%M} UTC"
            said = "is used up" if alert.reached else "is used to 80 %"
            yield Problem(f"{kind} {until}", f"the cap until {until} {said}", stops=False)

    # Numbers

    def silences(self) -> dict[str, float]:
        """Return the seconds of silence by platform, for adapters that can report them."""
        return {
            name: adapter.silent_seconds()
            for name, adapter in self.adapters.items()
            if isinstance(adapter, Heard)
        }

    def ages(self) -> dict[str, float]:
        """Return the seconds since each sign of life. Signs that never occurred are left out."""
        now = self.clock.now()
        found = {f"heard from {name}": age for name, age in self.silences().items()}
        if self.pulse is not None and self.pulse.committed_at:
            found["committed write"] = now - self.pulse.committed_at
        spoke = [state.answered_at for state in self.counters.models.values() if state.answered_at]
        if spoke:
            found["model success"] = now - max(spoke)
        for one in self.copies:
            if one.made_at:
                found[f"backup {one.name}"] = self.clock.time() - one.made_at
        return {name: round(max(0.0, age), 1) for name, age in found.items()}

    def database_bytes(self) -> int:
        """Return the size of the database's file and log, or 0 if there is no file."""
        if self.path is None:
            return 0
        files = (self.path, self.path.with_name(self.path.name + "-wal"))
        return sum(file.stat().st_size for file in files if file.is_file())

    @property
    def live(self) -> bool:
        """Return whether the process itself works.

        The state of platforms, model and database does not matter here.
        """
        return not self.looked_at or self.clock.now() - self.looked_at < STUCK_SECONDS

    @property
    def ready(self) -> bool:
        """Return whether messages can be accepted and answered.

        If only some of several platforms are silent, the process is still ready.
        """
        if self.engine is None:
            return False
        stopping = [problem for problem in self.problems() if problem.stops]
        platforms = {problem.about for problem in stopping if problem.about in self.adapters}
        others = [problem for problem in stopping if problem.about not in self.adapters]
        return not others and not (platforms and platforms == set(self.adapters))

    # Answers to probes (implements `adapters.edge.vitals.Vitals`)

    async def report(self, path: str, *, local: bool, bearer: str) -> Report:
        """Answer a probe."""
        trusted = local or bool(self.token and hmac.compare_digest(bearer, self.token))
        if path == LIVE:
            return Report(200, "alive\n") if self.live else Report(503, "stuck\n")
        if path == READY:
            return self._readiness(trusted=trusted)
        if path != METRICS:
            return Report(404, "not found\n")
        if not trusted:
            return Report(403, "metrics are for this machine, or for METRICS_TOKEN\n")
        if self.metrics is None:
            return Report(503, "not yet\n")
        return Report(200, await self.metrics(), METRICS_KIND)

    def _readiness(self, *, trusted: bool) -> Report:
        ready = self.ready
        status = 200 if ready else 503
        if not trusted:
            return Report(status, "ready\n" if ready else "not ready\n")
        wrong = [problem.text for problem in self.problems()]
        if self.engine is None and not wrong:
            wrong = ["it is starting"]
        told = {"ready": ready, "wrong": wrong, "ages_seconds": self.ages()}
        body = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        return Report(status, body, "application/json")
