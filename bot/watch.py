"""Check the health of the process every few seconds, and inform systemd and the admins."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Callable

from bot.env_reader import given_by_systemd
from engine.errors import BotError, DeadlinePassed, StorageFault
from engine.tasks import Tasks, finish_by

if TYPE_CHECKING:
    from bot.alerts import Alerts
    from bot.health import Health
    from bot.settings import Settings
    from bot.systemd import Notifier
    from engine.tasks import Clock

log = logging.getLogger(__name__)

LOOK_SECONDS, BEAT_SECONDS = 10.0, 10.0


class Watch:
    """The regular checks of one process's health."""

    def __init__(
        self, health: Health, clock: Clock, notifier: Notifier, alerts: Alerts | None = None
    ) -> None:
        self._health, self._clock, self._notifier = health, clock, notifier
        self._alerts = alerts
        self._told_ready = False
        self._telling = Tasks("alerts")

    def change(self, settings: Settings) -> None:
        """Replace the admins and the webhook that get messages about problems."""
        admins = settings.engine.access.admins
        if self._alerts is not None:
            self._alerts.change(admins, settings.alerts)
        elif admins or settings.alerts.url:
            from bot.alerts import Alerts  # noqa: PLC0415 - loaded only if somebody gets messages
            from bot.told import told_file  # noqa: PLC0415 - as above

            memory = told_file(settings.store.path) if settings.store.server is None else None
            self._alerts = Alerts(self._health, admins, settings.alerts, self._clock, memory)

    async def run(self) -> None:
        """Check the health until cancelled."""
        seconds = LOOK_SECONDS
        if self._notifier.watchdog_seconds:
            seconds = min(seconds, self._notifier.watchdog_seconds / 3)
        while True:
            await self.look()
            began = self._clock.now()
            await self._clock.sleep(seconds)
            late = self._clock.now() - began - seconds
            self._health.lag_seconds = max(0.0, late)

    async def look(self) -> None:
        """Check the health once and report the problems.

        If earlier writes failed, one more write is tried, which shows whether the disk works again.
        """
        health = self._health
        health.looked_at = self._clock.now()
        if health.beat is not None and health.pulse is not None and health.pulse.fault:
            limit = self._clock.now() + BEAT_SECONDS
            try:
                await finish_by(self._clock, limit, _beat(health.beat), "a write")
            except (StorageFault, DeadlinePassed):
                pass  # the fault stays recorded in the pulse
        problems = health.problems()
        self._tell_systemd([problem.text for problem in problems])
        # Messages to admins may take long. They must not delay the next sign of life to systemd.
        if self._alerts is not None and not len(self._telling):
            self._telling.spawn(self._alerts.take(problems), "alerts")

    async def close(self) -> None:
        """Stop sending messages to admins. Idempotent."""
        await self._telling.close()

    def _tell_systemd(self, wrong: list[str]) -> None:
        states = ["WATCHDOG=1", f"STATUS={'; '.join(wrong) or 'answering'}"]
        started = self._health.engine is not None or bool(self._health.closed)
        if started and not self._told_ready:
            self._told_ready = True
            states.append("READY=1")
        self._notifier.tell(*states)


async def _beat(beat: Callable[[], Awaitable[None]]) -> None:
    await beat()


async def _metrics(health: Health) -> str:
    from bot.metrics import rendered  # noqa: PLC0415 - loaded only where it is asked for

    return await rendered(health)


@asynccontextmanager
async def watching(settings: Settings, health: Health, clock: Clock) -> AsyncIterator[Watch]:
    """Check the health while the block runs, and serve it on HEALTH_PORT if that is set."""
    from bot.systemd import Notifier  # noqa: PLC0415 - a terminal conversation needs none of this

    notifier = Notifier(*given_by_systemd())
    health.metrics = partial(_metrics, health)
    async with AsyncExitStack() as stack:
        if settings.health.port:
            from bot.health_server import HealthServer  # noqa: PLC0415 - loaded only if needed

            server = HealthServer(health, settings.health.host, settings.health.port, clock)
            stack.push_async_callback(server.close)
            try:
                await server.open()
            except BotError as error:
                log.error("%s", error)
        watch = Watch(health, clock, notifier)
        watch.change(settings)
        health.changed = watch.change
        stack.push_async_callback(watch.close)
        tasks = Tasks("watch")
        stack.push_async_callback(tasks.close)
        tasks.spawn(watch.run(), "looks")
        yield watch
        notifier.tell("STOPPING=1")
