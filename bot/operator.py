"""The operator's commands that work on the database file, most of them also while the bot runs."""

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
from typing import Callable

from bot import EXIT_DISK, EXIT_NOT_DONE, EXIT_OK, EXIT_USAGE
from bot.drill import drill
from bot.lists import print_chats, print_usage
from bot.settings import Settings
from engine.commands.export_file import write_json, write_text
from engine.contract import ChatKey
from engine.errors import StorageFault
from engine.storage.records import DAY_SECONDS, Lifetimes, Scope
from engine.storage.sql.conversations import SqlConversations
from engine.storage.sql.overview import SqlOverview
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.personal_data import SqlitePersonalData
from engine.storage.sqlite.snapshot import copy_database, inspect, restore_database, verify
from engine.storage.sweep import Sweep
from engine.tasks import SystemClock
from engine.turns.sessions import Sessions


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
    verify: bool = False
    drill: bool = False


async def run(settings: Settings, wish: Wish) -> int:
    """Run the command and return the exit code."""
    path = settings.store.path
    if wish.command == "restore" and wish.drill:
        return await drill(settings, wish.file)
    if wish.command == "restore" and not wish.file:
        print("restore takes the FILE of a copy, or --drill", file=sys.stderr)
        return EXIT_USAGE
    if wish.command == "restore":
        return await _restore(Path(wish.file), path)
    if not path.is_file():  # opening the file would create an empty database
        print(f"{path}: there is no database", file=sys.stderr)
        return EXIT_DISK
    try:
        return await _COMMANDS[wish.command](settings, wish)
    except StorageFault as error:
        print(error, file=sys.stderr)
        return EXIT_DISK


async def _copy(settings: Settings, wish: Wish) -> int:
    path, target = settings.store.path, Path(wish.file)
    loop = asyncio.get_running_loop()
    if not (wish.verify and target.exists()):
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
    async with _opened(settings.store.path) as store:
        overview = SqlOverview(store)
        if wish.command == "chats":
            print_chats(await overview.chats(wish.most))
        else:
            since = SystemClock().time() - (wish.days - 1) * DAY_SECONDS
            print_usage(await overview.usage(wish.by, since, wish.most), wish.by)
    return EXIT_OK


async def _sweep(settings: Settings, wish: Wish) -> int:  # noqa: ARG001 - as every command
    clock = SystemClock()
    async with _opened(settings.store.path, settings.store.limit_bytes) as store:
        kept = SqlitePersonalData(store, clock)
        sessions = Sessions(SqlConversations(store, clock), clock, 1.0)
        lifetimes, limit = Lifetimes(settings.store.retention_days), store.most_bytes
        sweep = Sweep(kept, sessions, lifetimes=lifetimes, limit_bytes=limit)
        before, swept = await sweep.size(), await sweep.run()
    back = before.file_bytes - swept.size.file_bytes
    print(f"{swept.rows} old rows and {swept.chats} chats removed, {back} bytes given back")
    print(f"{settings.store.path}: {swept.size.file_bytes} bytes")
    return EXIT_OK


async def _own_data(settings: Settings, wish: Wish) -> int:
    try:
        scope = Scope(ChatKey.parse(wish.key), wish.user)
    except ValueError as error:
        print(error, file=sys.stderr)
        return EXIT_USAGE
    async with _opened(settings.store.path) as store:
        holdings = SqlitePersonalData(store, SystemClock())
        if wish.command == "export":
            write = write_text if wish.text else write_json
            await write(scope, partial(holdings.export, scope), _write_out)
            return EXIT_OK
        return await _forget(holdings, scope, wish)


def _write_out(content: bytes) -> None:
    """Write to the standard output. Raises `StorageFault` if not everything is written."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except OSError as error:
        # Otherwise the interpreter would try to write the rest of the buffer at its exit and fail
        # again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise StorageFault(f"the export was not written whole ({error.strerror})") from error


async def _forget(holdings: SqlitePersonalData, scope: Scope, wish: Wish) -> int:
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
    print("Erased, also from the bytes of the file.")
    return EXIT_OK


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        print("Add --yes to erase it.", file=sys.stderr)
        return False
    return input("Erase it permanently? Type yes: ").strip().lower() == "yes"


@asynccontextmanager
async def _opened(path: Path, limit_bytes: int = 0) -> AsyncIterator[Store]:
    store = await Store.open(path, limit_bytes)
    try:
        yield store
    finally:
        await store.close()


_COMMANDS: dict[str, Callable[[Settings, Wish], Awaitable[int]]] = {
    "backup": _copy,
    "sweep": _sweep,
    "chats": _list,
    "usage": _list,
    "export": _own_data,
    "forget": _own_data,
}
