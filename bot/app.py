"""Build the parts of the process, keep the adapters running, and stop everything in order."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot import EXIT_DISK, EXIT_OK
from bot.adapters import Intake, build_adapters
from bot.backup.local import LocalCopies
from bot.health import Health
from bot.live import Live, apply_live, follow_hangup
from bot.local_model.local_model import NOTICE, LocalModel
from bot.maintenance import follow_erasures, follow_listening, sweep_for_ever
from bot.media_parts import drawing_of, hearing_of, speaking_of
from bot.open_files import raise_limit
from bot.outreach import AdminChats
from bot.remembering import open_memory
from bot.settings import Settings
from bot.unavailable import refuse_until_open
from bot.watch import watching
from engine.answering.fallback import FallbackModel
from engine.answering.huggingface import HuggingFaceModel, ModelSettings
from engine.answering.sight import Sight, SightSettings
from engine.contract import Adapter, ChatKey, ReplySink, Wants
from engine.counters import Counters
from engine.engine import Engine, EngineSettings
from engine.errors import DeadlinePassed, Interrupted, StorageFault
from engine.storage.records import Lifetimes
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.processes import Owners
from engine.storage.sqlite.snapshot import copy_before_migration
from engine.storage.sqlite.storage import SqliteStorage
from engine.storage.sweep import Sweep
from engine.tasks import Clock, SystemClock, Tasks, finish_by
from engine.turns.sessions import Sessions

if TYPE_CHECKING:
    from pathlib import Path

    from bot.backup.backup import Backup

log = logging.getLogger(__name__)

# The pause between two searches for unfinished answers. All regular work together, including
# `follow_erasures`, wakes an idle process less than three times a second.
RECOVERY_SECONDS = 6.0
RESTORE_SECONDS = 600.0
# The importing thread yields to the event loop after this time, so that the adapters start soon.
SWITCH_SECONDS = 0.0005


@dataclass(frozen=True)
class Parts:
    """The parts of the process that are built at its start."""

    settings: Settings
    clock: Clock
    owners: Owners
    sweep: Sweep
    engine: Engine
    model: HuggingFaceModel
    adapters: dict[str, Adapter]
    intake: Intake
    backup: Backup | None
    local: LocalCopies | None
    live: Live


async def run(
    settings: Settings, *, stop: asyncio.Event | None = None, clock: Clock | None = None
) -> int:
    """Run until every adapter has ended or `stop` is set. Return the exit code.

    While the database cannot be opened, the platforms answer every message with a notice (see
    `bot.unavailable`). If there is no platform, the process ends with `EXIT_DISK` in that case.
    """
    stop, clock = stop or asyncio.Event(), clock or SystemClock()
    live = Live(settings)
    on_signals(stop)
    follow_hangup(live)
    raise_limit()
    health = Health(clock, Counters(clock), settings.health.token)
    health.path, health.limit_bytes = settings.store.path, settings.store.limit_bytes
    async with watching(settings, health, clock):
        try:
            backup = await _restore(settings, stop, clock)
        except (StorageFault, DeadlinePassed) as error:
            log.critical("%s", error)
            return EXIT_DISK
        except Interrupted:
            return EXIT_OK
        return await _live(settings, stop, clock, backup, (health, live))


async def _live(
    settings: Settings,
    stop: asyncio.Event,
    clock: Clock,
    backup: Backup | None,
    watched: tuple[Health, Live],
) -> int:
    """Serve while the database can be used, and refuse messages while it cannot.

    Return the exit code.
    """
    while True:
        try:
            async with _parts(settings, clock, backup, *watched) as parts:
                return await _serve(parts, stop)
        except StorageFault as error:
            log.critical("%s", error)
            watched[0].close(str(error))
        if stop.is_set() or not (settings.telegram or settings.discord or settings.web):
            return EXIT_DISK
        log.critical(
            "no message is accepted until the database can be used; each message gets a notice"
        )
        await refuse_until_open(settings, stop, clock, watched[0])


async def _restore(settings: Settings, stop: asyncio.Event, clock: Clock) -> Backup | None:
    """Restore the database from its backup, if a backup is set and there is no database here.

    Raises `SettingsError`, `StorageFault`, and the errors of `finish_by`.
    """
    if settings.backup is None:
        return None
    from bot.backup.backup import (  # noqa: PLC0415 - its libraries are loaded only where it is used
        Backup,
    )

    backup = Backup(settings.backup, settings.store.path, clock)
    await finish_by(
        clock, clock.now() + RESTORE_SECONDS, backup.restore(), "restoring the backup", stop
    )
    return backup


async def _copy_before_migration(path: Path) -> None:
    """Make a verified copy of a database of an older version. Raises `StorageFault`."""
    loop = asyncio.get_running_loop()
    kept = await loop.run_in_executor(None, copy_before_migration, path)
    if kept is not None:
        log.warning("%s comes from an older Pipit; a copy is kept as %s", path, kept)


@asynccontextmanager
async def _parts(
    settings: Settings, clock: Clock, backup: Backup | None, health: Health, live: Live
) -> AsyncIterator[Parts]:
    """Build the parts in the order in which they need each other, and close them in reverse order.

    Each part is closed even if closing another part fails. The adapters start early, because memory
    takes long to load. Messages that come meanwhile wait for `_serve`. The embedded model starts
    before the adapters, because the process ends if it cannot start.
    """
    async with AsyncExitStack() as stack:
        await _copy_before_migration(settings.store.path)
        database = await Store.open(settings.store.path, settings.store.limit_bytes)
        stack.push_async_callback(database.close)
        owners = await Owners.enter(database)
        stack.push_async_callback(owners.leave)
        store = SqliteStorage(database, clock, owners.number)
        model_settings, engine_settings = await reach_model(settings, clock, stack)
        wants: Wants = lambda inbound: intake.wants(inbound)  # noqa: E731 - it is made below
        adapters = build_adapters(settings, store.ledger, clock, store.history, health, wants)
        for adapter in adapters.values():
            stack.push_async_callback(adapter.close)
        intake = Intake(adapters, clock, health.rejected)
        stack.push_async_callback(intake.close)
        intake.start()
        sessions = Sessions(store.conversations, clock, settings.store.session_ttl_seconds)
        model = HuggingFaceModel(model_settings, clock)
        stack.push_async_callback(model.close)
        memory = await open_memory(settings.memory, store, clock, stack)
        sweep = Sweep(
            store.personal_data, sessions, lifetimes=lifetimes_of(settings),
            limit_bytes=store.most_bytes, memory=memory,
        )  # fmt: skip
        counters, heard = health.counters, store.overheard
        fallback, sight = fallback_of(settings, model, clock, counters)
        ports, more = (store.ledger, sessions, store.personal_data), (memory, counters)
        engine = Engine(
            engine_settings, fallback, *ports, clock, *more, overheard=heard, people=store.people,
            spending=store.spending, live=live, senses=(sight, hearing_of(settings, clock)),
            drawing=drawing_of(settings, clock), speaking=speaking_of(settings, clock),
            news=store.news,
        )  # fmt: skip
        await apply_live(live, store.chosen, (engine, fallback, sight), health)
        health.open(engine, adapters, store)
        local = _copies(settings, clock, backup, health)
        yield Parts(
            settings, clock, owners, sweep, engine, model, adapters, intake, backup, local, live
        )  # fmt: skip


def _copies(
    settings: Settings, clock: Clock, backup: Backup | None, health: Health
) -> LocalCopies | None:
    """Return the local copies if they are set. Add all backups to `health`, which checks them."""
    local = None
    if settings.local_backup is not None and settings.store.server is None:
        local = LocalCopies(settings.local_backup, settings.store.path, clock)
    health.copies = [one for one in (backup, local) if one is not None]
    return local


def lifetimes_of(settings: Settings) -> Lifetimes:
    """Return how long the store keeps each kind of data."""
    overheard_seconds = settings.engine.listening.seconds
    return Lifetimes(settings.store.retention_days, overheard_seconds=overheard_seconds)


def fallback_of(
    settings: Settings, model: HuggingFaceModel, clock: Clock, counters: Counters
) -> tuple[FallbackModel, Sight]:
    """Return the model with its fallbacks, and the record of which models can see pictures.

    The embedded model has no fallback, and it reads a long prompt slowly on a busy machine. Its
    first token may therefore take as long as a whole answer.
    """
    answer_seconds, endpoint = settings.engine.answers.timeout_seconds, settings.model
    patience = settings.first_token_seconds if endpoint else answer_seconds
    vision = endpoint.vision_models if endpoint else ()
    seeing = SightSettings(model.models, vision, built_in=endpoint is None)
    sight = Sight(seeing, clock, model.sees)
    fallback = FallbackModel(
        model,
        model.models,
        clock,
        first_token_seconds=patience,
        sight=sight,
        counters=counters,
    )
    return fallback, sight


async def reach_model(
    settings: Settings, clock: Clock, stack: AsyncExitStack
) -> tuple[ModelSettings, EngineSettings]:
    """Return the settings of the model's endpoint, and the engine's settings adapted to it.

    Starts the embedded model if no endpoint is set.
    """
    engine = settings.engine
    if settings.model is not None:
        return settings.model, replace(engine, models=settings.model.models)
    local = await LocalModel.start(clock)
    stack.push_async_callback(local.close)
    log.info("%s", NOTICE)
    room = max(200, local.context_tokens - engine.answers.max_tokens)
    answers = replace(engine.answers, prompt_tokens=min(engine.answers.prompt_tokens, room))
    endpoint = ModelSettings(base_url=local.base_url, token=local.api_key, models=(local.name,))
    return endpoint, replace(engine, models=(local.name,), answers=answers)


async def _serve(parts: Parts, stop: asyncio.Event) -> int:
    """Recover unfinished answers, pass messages to the engine until the stop, then stop in order.

    The intake stops first, then the answers. The caller closes connections and stores.
    """
    tasks = Tasks("app")
    await _load_the_rest(parts.model)
    await parts.engine.listening.refresh()
    await _take_up(parts)
    parts.intake.open(parts.engine.submit, parts.engine.wants)
    running = parts.intake.running
    tasks.spawn(sweep_for_ever(parts.sweep, parts.clock), "sweep")
    tasks.spawn(_take_up_later(parts), "recovery")
    tasks.spawn(follow_erasures(parts.engine, parts.clock), "erasures")
    tasks.spawn(follow_listening(parts.engine, parts.clock), "listening")
    admins = AdminChats(parts.adapters, parts.live)
    tasks.spawn(parts.engine.follow_people(admins), "approvals")
    tasks.spawn(parts.engine.broadcasts.run(), "broadcasts")
    tasks.spawn(parts.live.run(parts.clock), "settings")
    if parts.local is not None:
        tasks.spawn(parts.local.run(), "copies")
    if parts.backup is not None:
        tasks.spawn(parts.backup.run(parts.engine.own_data.personal_data), "backup")
    stopped = tasks.spawn(_wait(stop), "stop signal")
    while not stopped.done() and (alive := [task for task in running if not task.done()]):
        await asyncio.wait({stopped, *alive}, return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        log.info("stopping: running answers have up to %g s", parts.settings.drain_seconds)
    await parts.intake.close()
    await tasks.close()
    await parts.engine.stop(parts.settings.drain_seconds)
    if parts.backup is not None:
        await parts.backup.leave(parts.engine.own_data.personal_data)
    if any(task.cancelled() for task in running):
        return EXIT_OK
    return max(task.result() for task in running)


async def _load_the_rest(model: HuggingFaceModel) -> None:
    """Load the packages that only an answer needs, after the intake has started.

    No answer begins before the import has ended. Otherwise the import would slow down the first
    steps of an answer. A slow step counts against its question if the process is killed meanwhile.

    The objects that exist after the import live until the process ends. They are frozen, because
    each full garbage collection would otherwise visit all 100,000 of them and block the event loop
    for 60 ms.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        await model.load()
    finally:
        sys.setswitchinterval(usual)
    gc.collect()
    gc.freeze()


async def _wait(event: asyncio.Event) -> None:
    await event.wait()


async def _take_up(parts: Parts) -> None:
    """Claim the open ledger rows of processes that have ended."""

    def sink(key: ChatKey, handle: str) -> ReplySink:
        return parts.adapters[key.platform].sink(key, handle)

    gone = await parts.owners.gone()
    count = await parts.engine.recover(sink, gone, list(parts.adapters))
    if count:
        log.info("resumed %d unfinished answers", count)
    await parts.owners.strike(gone)


async def _take_up_later(parts: Parts) -> None:
    """Claim the open rows of ended processes again and again, until cancelled.

    A host may start this process while the previous process is still finishing its answers.
    """
    while True:
        await parts.clock.sleep(RECOVERY_SECONDS)
        try:
            await _take_up(parts)
        except StorageFault as error:
            log.error("the search for unfinished answers failed: %s", error)


def on_signals(stop: asyncio.Event) -> None:
    """Stop in order at the first SIGTERM or SIGINT, and at once at the second."""

    def handle(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    if sys.platform == "win32":
        return  # on Windows Ctrl-C raises KeyboardInterrupt, and asyncio ends the tasks
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, handle, int(number))
