"""Build the adapters that are configured, and keep each one running."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Callable, Protocol

from adapters.edge.vitals import Vitals
from bot import EXIT_OK, EXIT_REJECTED
from bot.env_reader import terminal_locale
from bot.local_model.local_model import NAME
from bot.settings import Settings
from engine.commands.table import command_infos
from engine.contract import (
    Adapter,
    ChatKey,
    Deleted,
    Inbound,
    Moved,
    Press,
    ReplySink,
    Submit,
    Wants,
)
from engine.errors import ConnectionLost, LoginRejected
from engine.kept import Kept
from engine.tasks import Clock, Tasks, backoff, describe

if TYPE_CHECKING:
    from adapters.discord.shards import Identify
    from adapters.web import WebSettings

log = logging.getLogger(__name__)

STEADY_SECONDS = 300.0  # after a run of this length, the pauses begin again with the shortest one
PAUSE_FIRST_SECONDS, PAUSE_MOST_SECONDS = 1.0, 120.0


Run = Callable[[Submit], Awaitable[None]]


class Past(Protocol):
    """The part of the ledger port that tells adapters which messages are already known."""

    async def last_seen(self, platform: str) -> Mapping[ChatKey, str]:
        """Return the newest message id of each chat (see `engine.contract.LastSeen`)."""

    async def taken(self, platform: str) -> Sequence[tuple[ChatKey, str]]:
        """Return the newest known message ids (see `engine.contract.Taken`)."""


def build_adapters(
    settings: Settings,
    past: Past,
    clock: Clock,
    kept: Kept,
    vitals: Vitals,
    wants: Wants = lambda _: True,
    *,
    identify: Identify | None = None,
) -> dict[str, Adapter]:
    """Return the configured adapters by name, or the terminal if none is configured.

    An adapter's libraries are loaded only if the adapter is used. `identify` is given if several
    processes use the accounts (`adapters.discord.shards`).
    """
    adapters: list[Adapter] = []
    if settings.telegram is not None:
        from adapters.telegram import TelegramAdapter  # noqa: PLC0415

        adapters.append(
            TelegramAdapter(
                settings.telegram,
                command_infos(),
                clock,
                past.taken,
                wants,
                alone=identify is None,
            )
        )
    if settings.discord is not None:
        from adapters.discord import DiscordAdapter  # noqa: PLC0415

        adapters.append(
            DiscordAdapter(
                settings.discord,
                last_seen=past.last_seen,
                commands=command_infos(),
                clock=clock,
                wants=wants,
                identify=identify,
            )
        )
    if settings.web is not None:
        from adapters.web import WebAdapter  # noqa: PLC0415

        adapters.append(WebAdapter(_page(settings.web, settings), kept, clock, vitals))
    if not adapters:
        from adapters.console.adapter import ConsoleAdapter  # noqa: PLC0415

        name = NAME if settings.model is None else ""
        adapters.append(ConsoleAdapter(clock, demonstration=name, lang=terminal_locale()))
    return {adapter.name: adapter for adapter in adapters}


def _page(web: WebSettings, settings: Settings) -> WebSettings:
    """Return the settings of the page, with the models and the services that are set."""
    models = settings.model.models if settings.model is not None else ()
    hears, speaks = settings.media.speech is not None, settings.media.voice is not None
    return replace(web, models=models, hears=hears, speaks=speaks)


async def keep_running(
    adapter: Adapter,
    submit: Submit,
    clock: Clock,
    rejected: dict[str, str],
    run: Run | None = None,
) -> int:
    """Run an adapter until it ends by itself. Return the exit code of the process.

    If the platform does not accept the token, the platform's name and the reason are put into
    `rejected`. After a lost connection or a defect, the adapter is restarted after a pause that
    grows each time. If `run` is given, it is called in place of the adapter's own `run`.
    """
    pauses = backoff(PAUSE_FIRST_SECONDS, PAUSE_MOST_SECONDS)
    while True:
        began = clock.now()
        try:
            await (run or adapter.run)(submit)
            return EXIT_OK
        except LoginRejected as error:
            log.critical("%s: %s", adapter.name, error)
            rejected[adapter.name] = str(error)
            return EXIT_REJECTED
        except ConnectionLost as error:
            log.warning("%s: %s", adapter.name, error)
        except Exception as error:  # noqa: BLE001 - must not end the other platforms
            log.error("%s: a defect ended the adapter: %s", adapter.name, describe(error))
            log.debug("traceback", exc_info=error)
        if clock.now() - began > STEADY_SECONDS:
            pauses = backoff(PAUSE_FIRST_SECONDS, PAUSE_MOST_SECONDS)
        pause = next(pauses)
        log.info("%s: starting again in %.0f s", adapter.name, pause)
        await clock.sleep(pause)


class Intake:
    """The running adapters. They may start before the engine.

    Messages wait until the engine is ready. `running` holds the adapters' tasks. It is empty before
    `start`. `rejected` receives the names of platforms that refuse their token (see
    `keep_running`). Create the object inside a running event loop.
    """

    def __init__(
        self, adapters: Mapping[str, Adapter], clock: Clock, rejected: dict[str, str]
    ) -> None:
        self._adapters, self._clock, self._rejected = adapters, clock, rejected
        self._tasks = Tasks("intake")
        self._open = asyncio.Event()
        self._engine: Submit | None = None
        self._wants: Wants = lambda _: True
        self.running: list[asyncio.Task[int]] = []

    def start(self) -> None:
        """Start all adapters. Idempotent."""
        if not self.running:
            self.running = [
                self._tasks.spawn(
                    keep_running(adapter, self._submit, self._clock, self._rejected), adapter.name
                )
                for adapter in self._adapters.values()
            ]

    def open(self, engine: Submit, wants: Wants = lambda _: True) -> None:
        """Pass messages to the engine from now on, including those that are waiting."""
        self._engine, self._wants = engine, wants
        self._open.set()
        self.start()

    def wants(self, inbound: Inbound) -> bool:
        """Return whether the engine may accept a message. Before `open`, every message is kept."""
        return self._wants(inbound)

    async def _submit(self, item: Inbound | Press | Moved | Deleted, sink: ReplySink) -> str:
        await self._open.wait()
        assert self._engine is not None, "set before the event"  # noqa: S101 - for the type checker
        return await self._engine(item, sink)

    async def close(self) -> None:
        """Stop accepting messages. Idempotent."""
        await self._tasks.close()
