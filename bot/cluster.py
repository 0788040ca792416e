"""Run one of several processes that share a PostgreSQL database, on any number of machines.

    receiver   takes messages and taps, shows notices, and polls or holds a gateway if it has
               that duty
    worker     claims questions from the queue and answers them; it calls the platforms, and
               nothing connects to it
    keeper     deletes expired data, one process at a time
    all        all three, the default

A page or a terminal shows its answers only in the process that took the question. A receiver with
such a platform therefore answers its questions itself.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, cast

from bot import EXIT_DISK, EXIT_OK, EXIT_REJECTED
from bot.adapters import build_adapters, keep_running
from bot.app import (
    fallback_of,
    lifetimes_of,
    on_signals,
    reach_model,
)
from bot.backup.local import LocalCopies
from bot.health import Health
from bot.live import Live, apply_live, follow_hangup
from bot.maintenance import follow_listening, sweep_for_ever
from bot.media_parts import drawing_of, hearing_of, speaking_of
from bot.open_files import raise_limit
from bot.outreach import AdminChats
from bot.remembering import OFF, open_memory
from bot.roles import Role
from bot.settings import Settings
from bot.watch import watching
from engine.answering.huggingface import HuggingFaceModel
from engine.contract import Adapter, ChatKey, ReplySink, Submit, Wants
from engine.counters import Counters
from engine.engine import Engine
from engine.errors import (
    ConnectionLost,
    DeadlinePassed,
    Interrupted,
    LoginRejected,
    StorageFault,
)
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.owners import Owners
from engine.storage.postgres.shared import PostgresShared
from engine.storage.postgres.storage import PostgresStorage
from engine.storage.sweep import Sweep
from engine.tasks import Clock, SystemClock, Tasks, backoff, finish_by
from engine.turns.sessions import Sessions

log = logging.getLogger(__name__)

RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS = 1.0, 10.0
KEEPER_SECONDS = 60.0
# Discord allows one session start in five seconds.
IDENTIFY_SECONDS = 5.5
# Each further shard is tried this much later, so that several receivers share the shards.
ORDER_SECONDS = 0.3


class SharedAdapter(Adapter, Protocol):
    """An adapter whose account several processes use at the same time.

    Each of them may send. A task that only one of them may do at a time is a duty, which has a
    name.
    """

    async def reach(self) -> None:
        """Connect for sending only, and stay connected until cancelled.

        Raises `LoginRejected` or `ConnectionLost`.
        """

    async def duties(self) -> Sequence[str]:
        """Return the names of the duties of receiving, or none if every process may receive.

        Raises `LoginRejected` or `ConnectionLost`.
        """

    async def run_duty(self, duty: str, submit: Submit) -> None:
        """Receive the messages of one duty in the way that `run` does.

        `reach` runs at the same time.
        """


@dataclass(frozen=True)
class Parts:
    """The parts of the process that are built at its start."""

    live: Live
    settings: Settings
    role: Role
    clock: Clock
    owners: Owners
    shared: PostgresShared
    sweep: Sweep
    engine: Engine
    adapters: dict[str, Adapter]
    rejected: dict[str, str]


async def run(
    settings: Settings, *, stop: asyncio.Event | None = None, clock: Clock | None = None
) -> int:
    """Run until `stop` is set or every adapter has ended. Return the exit code.

    While the server cannot be reached, the platforms keep the messages.
    """
    stop, clock = stop or asyncio.Event(), clock or SystemClock()
    live = Live(settings)
    on_signals(stop)
    follow_hangup(live)
    raise_limit()
    health = Health(clock, Counters(clock), settings.health.token)
    async with watching(settings, health, clock):
        return await _live(live, stop, clock, health)


async def _live(live: Live, stop: asyncio.Event, clock: Clock, health: Health) -> int:
    """Serve while the database can be used, and try to open it again while it cannot."""
    pauses = backoff(RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS)
    while not stop.is_set():
        try:
            async with _parts(live, clock, health) as parts:
                return await _serve(parts, stop)
        except StorageFault as error:
            log.critical("%s", error)
            health.close(str(error))
        try:
            await finish_by(clock, clock.now() + next(pauses), clock.sleep(3600.0), "retry", stop)
        except (DeadlinePassed, Interrupted):
            continue
    return EXIT_DISK


@asynccontextmanager
async def _parts(live: Live, clock: Clock, health: Health) -> AsyncIterator[Parts]:
    """Build the parts in the order in which they need each other, and close them in reverse order.

    The database lists the process only after everything is loaded. Loading blocks the event loop
    for seconds, in which a listed process could not write its heartbeat.
    """
    settings, role = live.settings, Role(live.settings.role)
    address = settings.store.server
    assert address is not None, "the caller's condition"  # noqa: S101 - for the type checker
    async with AsyncExitStack() as stack:
        database = await Postgres.open(address)
        stack.push_async_callback(database.close)
        owners = Owners(database, clock, role.name.lower())
        stack.push_async_callback(owners.leave)
        shared = PostgresShared(database, owners, clock)
        store = _storage(settings, database, owners, clock)
        wants: Wants = lambda inbound: engine.wants(inbound)  # noqa: E731 - it is made below
        adapters = _adapters(settings, role, store, shared, clock, health, wants)
        for adapter in adapters.values():
            stack.push_async_callback(adapter.close)
        model_settings, engine_settings = await reach_model(settings, clock, stack)
        model = HuggingFaceModel(model_settings, clock)
        stack.push_async_callback(model.close)
        answers = role.works or (role.receives and bool(_pinned(settings)))
        remembering = settings.memory if answers else replace(settings.memory, mode=OFF)
        memory = await open_memory(remembering, store, clock, stack, shared=True)
        hours = settings.store.session_ttl_seconds
        sessions = Sessions(store.conversations, clock, hours, versions=shared.versions)
        sweep = Sweep(
            store.personal_data, sessions, lifetimes=lifetimes_of(settings),
            limit_bytes=store.most_bytes, memory=memory,
        )  # fmt: skip
        fallback, sight = fallback_of(settings, model, clock, health.counters)
        engine = Engine(
            engine_settings, fallback, store.ledger, sessions, store.personal_data, clock, memory,
            health.counters, shared=shared, overheard=store.overheard,
            senses=(sight, hearing_of(settings, clock)), people=store.people,
            spending=store.spending, live=live, drawing=drawing_of(settings, clock),
            news=store.news, speaking=speaking_of(settings, clock),
        )  # fmt: skip
        await _load(model)
        await owners.enter()
        await apply_live(live, store.chosen, (engine, fallback, sight), health)
        health.open(engine, adapters, store)
        told = (adapters, health.rejected)
        yield Parts(live, settings, role, clock, owners, shared, sweep, engine, *told)


async def _load(model: HuggingFaceModel) -> None:
    """Load all packages. Then freeze all objects, because they live until the process ends."""
    await model.load()
    gc.collect()
    gc.freeze()


def _storage(
    settings: Settings, database: Postgres, owners: Owners, clock: Clock
) -> PostgresStorage:
    return PostgresStorage(
        database,
        clock,
        owners,
        waiting=settings.engine.max_waiting,
        per_chat=settings.engine.max_waiting_per_chat,
        pinned=_pinned(settings),
        limit_bytes=settings.store.limit_bytes,
    )


def _pinned(settings: Settings) -> tuple[str, ...]:
    """Return the platforms whose answers only the process that accepted the question can show."""
    return ("web",) if settings.web is not None else ()


def _adapters(
    settings: Settings,
    role: Role,
    store: PostgresStorage,
    shared: PostgresShared,
    clock: Clock,
    health: Health,
    wants: Wants,
) -> dict[str, Adapter]:
    """Return the adapters that a role needs.

    A keeper needs none, and a worker does not serve the page.
    """
    if not (role.receives or role.works):
        return {}
    wanted = settings if role.receives else replace(settings, web=None)
    if not (wanted.telegram or wanted.discord or wanted.web):
        return {}

    async def identify() -> None:
        while True:
            try:
                scopes = [("discord identify", 1, IDENTIFY_SECONDS)]
                wait = await shared.budgets.spend(scopes)
            except StorageFault:
                wait = 1.0
            if wait <= 0:
                return
            await clock.sleep(wait)

    return build_adapters(
        wanted, store.ledger, clock, store.history, health, wants, identify=identify
    )


async def _serve(parts: Parts, stop: asyncio.Event) -> int:
    """Do the work of the role until the stop, then stop in order.

    The intake stops first, then the answers. The caller closes connections and stores. Other
    processes continue the answers that did not end.
    """
    receiving, working, tasks = Tasks("receiving"), Tasks("claims"), Tasks("cluster")
    ends = _start_adapters(parts, receiving, tasks)
    await parts.engine.listening.refresh()
    tasks.spawn(follow_listening(parts.engine, parts.clock), "listening")
    admins = AdminChats(parts.adapters, parts.live)
    tasks.spawn(parts.engine.follow_people(admins), "approvals")
    if parts.adapters:
        tasks.spawn(parts.owners.lead("broadcasts", parts.engine.broadcasts.run), "broadcasts")
    tasks.spawn(parts.live.run(parts.clock), "settings")
    working.spawn(parts.engine.claim(partial(_sink_of, parts), _platforms(parts)), "claims")
    if parts.role.keeps:
        tasks.spawn(parts.owners.lead("keeper", lambda: _keep(parts)), "keeper")
    log.info("process %d runs as %s", parts.owners.number, parts.role.name.lower())
    stopped = tasks.spawn(_wait(stop), "stop signal")
    while not stopped.done() and (not ends or any(not end.done() for end in ends)):
        waiting = {stopped, *(end for end in ends if not end.done())}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    await receiving.close()
    await parts.engine.stop(parts.settings.drain_seconds)
    await working.close()
    await tasks.close()
    return max((end.result() for end in ends if not end.cancelled()), default=EXIT_OK)


def _start_adapters(parts: Parts, receiving: Tasks, tasks: Tasks) -> list[asyncio.Task[int]]:
    """Start to send on all platforms and, in a receiver, to receive. Return the receiving tasks."""
    ends = []
    for adapter in parts.adapters.values():
        shared = hasattr(adapter, "duties")
        if shared:
            reaching = _reach(cast("SharedAdapter", adapter), parts.clock)
            tasks.spawn(reaching, f"sending on {adapter.name}")
        if parts.role.receives:
            work = _receive(parts, cast("SharedAdapter", adapter), receiving) if shared else None
            runs = work or keep_running(adapter, parts.engine.submit, parts.clock, parts.rejected)
            ends.append(receiving.spawn(runs, adapter.name))
    return ends


async def _reach(adapter: SharedAdapter, clock: Clock) -> None:
    """Connect to a platform for sending, until cancelled."""
    for pause in backoff(RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS):
        try:
            await adapter.reach()
        except LoginRejected as error:
            log.critical("%s: %s", adapter.name, error)
        except ConnectionLost as error:
            log.warning("%s: %s", adapter.name, error)
        await clock.sleep(pause)


async def _receive(parts: Parts, adapter: SharedAdapter, tasks: Tasks) -> int:
    """Receive messages of a platform whose account several processes use. Return the exit code."""
    submit, clock = parts.engine.submit, parts.clock
    for pause in backoff(RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS):
        try:
            duties = await adapter.duties()
            break
        except LoginRejected as error:
            log.critical("%s: %s", adapter.name, error)
            return EXIT_REJECTED
        except ConnectionLost as error:
            log.warning("%s: %s", adapter.name, error)
        await clock.sleep(pause)
    if not duties:
        return await keep_running(adapter, submit, clock, parts.rejected)
    codes: list[int] = []

    async def work(duty: str) -> None:
        run = partial(adapter.run_duty, duty)
        codes.append(await keep_running(adapter, submit, clock, parts.rejected, run))

    for number, duty in enumerate(duties):
        held = parts.owners.lead(duty, partial(work, duty), order=number * ORDER_SECONDS)
        tasks.spawn(held, duty)
    while len(codes) < len(duties):
        await clock.sleep(1.0)
    return max(codes)


def _sink_of(parts: Parts, key: ChatKey, handle: str) -> ReplySink:
    """Build the sink of a row's answer. Raises LookupError if this process lacks the platform."""
    return parts.adapters[key.platform].sink(key, handle)


def _platforms(parts: Parts) -> Sequence[str]:
    """Return the platforms whose questions this process answers."""
    pinned = _pinned(parts.settings)
    return [name for name in parts.adapters if parts.role.works or name in pinned]


async def _keep(parts: Parts) -> None:
    """Sweep, make copies, and remove the remains of erasures, until cancelled."""
    tasks, personal_data = Tasks("keeper"), parts.engine.own_data.personal_data
    tasks.spawn(sweep_for_ever(parts.sweep, parts.clock), "sweep")
    local, store = parts.settings.local_backup, parts.settings.store
    if local is not None:
        copies = LocalCopies(local, store.path, parts.clock, store.server)
        tasks.spawn(copies.run(), "copies")
    if parts.settings.backup is not None:
        from bot.backup.backup import (  # noqa: PLC0415 - its libraries are loaded only where it is used
            Backup,
        )

        # Of several backups, the one that was created last may push. This one is therefore created
        # when the process becomes the keeper, and not at the start of the process.
        hub = Backup(parts.settings.backup, store.path, parts.clock, server=store.server)
        tasks.spawn(hub.run(personal_data), "snapshots")
    try:
        while True:
            try:
                await parts.shared.budgets.forget_old()
                facts = await personal_data.facts()
                if facts.scrubbed < facts.erased:
                    await personal_data.scrub()
            except StorageFault as error:
                log.error("old data cannot be removed: %s; it is tried again", error)
            await parts.clock.sleep(KEEPER_SECONDS)
    finally:
        await tasks.close()


async def _wait(event: asyncio.Event) -> None:
    await event.wait()
