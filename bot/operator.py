"""The operator's commands that use the database file. Most of them also work while the bot runs."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Union

from bot import EXIT_DISK, EXIT_NOT_DONE, EXIT_OK, EXIT_USAGE
from bot.drill import drill
from bot.lists import print_chats, print_usage, usage_json
from bot.settings import Settings
from engine.commands.export_file import write_json, write_text
from engine.contract import ChatKey
from engine.errors import BotError, StorageFault
from engine.storage.ports import PersonalData
from engine.storage.records import DAY_SECONDS, Lifetimes, Scope
from engine.storage.spending import month_bounds
from engine.storage.sql.overview import SqlOverview
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.snapshot import copy_database, inspect, restore_database, verify
from engine.storage.sqlite.storage import SqliteStorage
from engine.storage.sweep import Sweep
from engine.tasks import SystemClock
from engine.turns.sessions import Sessions

if TYPE_CHECKING:
    from engine.storage.postgres.address import Address
    from engine.storage.postgres.single import SinglePostgres

AnyStore = Union[SqliteStorage, "SinglePostgres"]


@dataclass(frozen=True)
class Wish:
    """A command of the operator with its arguments."""

    command: str
    key: str = ""
    user: str = ""
    text: bool = False
    yes: bool = False
    file: str = ""
    by: str = "day"
    days: int = 30
    most: int = 100
    month: str = ""
    json: bool = False
    verify: bool = False
    drill: bool = False


async def run(settings: Settings, wish: Wish) -> int:
    """Run the command and return the exit code."""
    server = settings.store.server
    if server is not None:
        return await _on_server(settings, server, wish)
    return await _on_file(settings, wish)


async def _on_file(settings: Settings, wish: Wish) -> int:
    path = settings.store.path
    if wish.command == "restore" and wish.drill:
        return await drill(settings, wish.file)
    if wish.command == "restore" and not wish.file:
        print("restore takes the FILE of a copy, or --drill", file=sys.stderr)
        return EXIT_USAGE
    if wish.command == "restore":
        return await _restore(Path(wish.file), path)
    if not path.is_file():  # opening the file would otherwise create an empty database
        print(f"{path}: there is no database", file=sys.stderr)
        return EXIT_DISK
    try:
        return await _COMMANDS[wish.command](settings, wish)
    except StorageFault as error:
        print(error, file=sys.stderr)
        return EXIT_DISK


async def _on_server(settings: Settings, server: Address, wish: Wish) -> int:
    from bot import server_copies  # noqa: PLC0415 - needs asyncpg

    from_hub = wish.command == "restore" and not wish.file and settings.backup is not None
    named = bool(wish.file) or from_hub
    if wish.command in ("backup", "restore") and (wish.drill or wish.verify or not named):
        print(f"On a server, {wish.command} takes a FILE and no option", file=sys.stderr)
        return EXIT_USAGE
    try:
        if from_hub and settings.backup is not None:
            return await server_copies.restore_snapshot(server, settings.backup)
        if wish.command == "backup":
            return await server_copies.copy(server, Path(wish.file))
        if wish.command == "restore":
            return await server_copies.restore(server, Path(wish.file))
        return await _COMMANDS[wish.command](settings, wish)
    except BotError as error:
        print(error, file=sys.stderr)
        return EXIT_DISK


async def _copy(settings: Settings, wish: Wish) -> int:
    path, target = settings.store.path, Path(wish.file)
    loop = asyncio.get_running_loop()
    if wish.verify and target.exists():
        made = datetime.fromtimestamp(target.stat().st_mtime, timezone.utc)
        print(f"{target} exists already, from {made:%Y-%m-%d %H:%M} UTC. No new copy was made.")
    else:
        await loop.run_in_executor(None, copy_database, path, target)
    print(f"{target}: {target.stat().st_size} bytes")
    if wish.verify:
        found = await loop.run_in_executor(None, verify, target)
        print(f"It is sound: {found.chats} chats, {found.turns} turns, {found.documents} documents")
    return EXIT_OK


async def _restore(source: Path, path: Path) -> int:
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    loop = asyncio.get_running_loop()
    try:
        kept = await loop.run_in_executor(None, restore_database, source, path, stamp)
        found = await loop.run_in_executor(None, inspect, path)
    except StorageFault as error:
        print(error, file=sys.stderr)
        return EXIT_DISK
    chats = found.chats if found else 0
    print(f"{path}: restored from {source}, {chats} chats, {path.stat().st_size} bytes")
    if kept is not None:
        print(f"The previous database is kept as {kept}; delete it when you no longer need it.")
    return EXIT_OK


async def _list(settings: Settings, wish: Wish) -> int:
    if wish.most < 1 or wish.days < 1:
        print("--most and --days take a number of at least 1", file=sys.stderr)
        return EXIT_USAGE
    async with _opened(settings) as store:
        overview = SqlOverview(store.database)
        if wish.command == "chats":
            print_chats(await overview.chats(wish.most))
        else:
            return await _usage(settings, store, wish)
    return EXIT_OK


async def _usage(settings: Settings, store: AnyStore, wish: Wish) -> int:
    """Print the usage of the last days or of a month."""
    since, until = SystemClock().time() - (wish.days - 1) * DAY_SECONDS, None
    try:
        if wish.month:
            since, until = month_bounds(wish.month)
    except ValueError:
        print("--month takes a month such as 2026-11", file=sys.stderr)
        return EXIT_USAGE
    lines = await store.spending.lines(wish.by, since, wish.most, until=until)
    prices = settings.engine.spending.prices
    if wish.json:
        print(usage_json(lines, wish.by, prices))
    else:
        print_usage(lines, wish.by, prices)
    return EXIT_OK


async def _sweep(settings: Settings, wish: Wish) -> int:  # noqa: ARG001 - every command has these parameters
    clock = SystemClock()
    async with _opened(settings, limited=True) as store:
        sessions = Sessions(store.conversations, clock, 1.0)
        lifetimes = Lifetimes(settings.store.retention_days)
        limit = store.most_bytes or settings.store.limit_bytes
        sweep = Sweep(store.personal_data, sessions, lifetimes=lifetimes, limit_bytes=limit)
        before, swept = await sweep.size(), await sweep.run()
    back = before.file_bytes - swept.size.file_bytes
    print(f"{swept.rows} old rows and {swept.chats} chats removed, {back} bytes given back")
    print(f"{settings.store.name}: {swept.size.file_bytes} bytes")
    return EXIT_OK


async def _own_data(settings: Settings, wish: Wish) -> int:
    try:
        scope = Scope(ChatKey.parse(wish.key), wish.user)
    except ValueError as error:
        print(error, file=sys.stderr)
        return EXIT_USAGE
    async with _opened(settings) as store:
        holdings = store.personal_data
        if wish.command == "export":
            write = write_text if wish.text else write_json
            await write(scope, partial(holdings.export, scope), _write_out)
            return EXIT_OK
        return await _forget(settings, holdings, scope, wish)


def _write_out(content: bytes) -> None:
    """Write to the standard output. Raises `StorageFault` if not everything is written."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except OSError as error:
        # Otherwise the interpreter would try to write the rest of the buffer at its exit, and fail
        # again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise StorageFault(f"the export was not written completely ({error.strerror})") from error


async def _forget(settings: Settings, holdings: PersonalData, scope: Scope, wish: Wish) -> int:
    amount = await holdings.measure(scope)
    whose = f"user {scope.user_id} in {scope.key}" if scope.user_id else f"{scope.key}"
    print(
        f"{whose}: {amount.turns} answers, {amount.documents} documents, {amount.waiting} "
        f"unanswered questions, {amount.overheard} overheard messages"
    )
    if not wish.yes and not _confirmed():
        print("Nothing was erased.")
        return EXIT_NOT_DONE
    await holdings.erase(scope)
    if not await holdings.scrub():
        print(
            "Erased. Another program still reads the log; the running bot cleans it up, or run "
            "this command again later."
        )
        return EXIT_NOT_DONE
    if settings.store.server is not None:
        print("Erased. The server's log and its backups keep copies for a time (docs/privacy.md).")
    else:
        print("Erased, also from the bytes of the file.")
    return EXIT_OK


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        print("Add --yes to erase it.", file=sys.stderr)
        return False
    return input("Erase it permanently? Type yes: ").strip().lower() == "yes"


@asynccontextmanager
async def _opened(settings: Settings, *, limited: bool = False) -> AsyncIterator[AnyStore]:
    """Open the store that the settings name. With `limited`, a file keeps its size limit."""
    store: AnyStore
    server = settings.store.server
    if server is not None:
        from engine.storage.postgres.connection import Postgres  # noqa: PLC0415 - needs asyncpg
        from engine.storage.postgres.single import SinglePostgres  # noqa: PLC0415 - as above

        bounded = settings.store.limit_bytes > 0
        store = SinglePostgres(await Postgres.open(server), SystemClock(), limited=bounded)
    else:
        most = settings.store.limit_bytes if limited else 0
        store = SqliteStorage(await Store.open(settings.store.path, most), SystemClock())
    try:
        yield store
    finally:
        await store.database.close()


_COMMANDS: dict[str, Callable[[Settings, Wish], Awaitable[int]]] = {
    "backup": _copy,
    "sweep": _sweep,
    "chats": _list,
    "usage": _list,
    "export": _own_data,
    "forget": _own_data,
}
