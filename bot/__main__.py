"""The command line: ``pipit``, or ``python -m bot`` in a checkout.

It runs the bot, checks the settings, and maintains the database file. Each command imports only
what it uses.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import stat
import sys
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import PurePath
from typing import Any, TextIO

from bot import EXIT_SETTINGS, __version__
from bot.logs import set_up
from bot.remarks import of_names
from bot.roles import ROLES
from bot.settings import Settings, likely_name, load, unknown_names
from engine.children import dump_no_core
from engine.errors import SettingsError

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand and return its exit code."""
    dump_no_core()
    parsed = parser().parse_args(arguments)
    try:
        if parsed.command == "health":
            from bot.ask_health import ask  # noqa: PLC0415 - this command needs no other module

            return ask()
        if parsed.command == "setup":
            from bot.setup import run  # noqa: PLC0415 - each command imports only what it uses

            set_up("ERROR", ())
            return asyncio.run(run())
        settings = load(role=getattr(parsed, "role", None) or "")
        _prepare(settings)
        return asyncio.run(_chosen(settings, parsed))
    except SettingsError as error:
        return _report(error)
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog=command_name(), description="Pipit, a chat assistant.")
    made.add_argument("--version", action="version", version=f"pipit {__version__}")
    commands = made.add_subparsers(dest="command", metavar="COMMAND")
    run = commands.add_parser("run", help="run the bot (the default without a command)")
    run.add_argument(
        "--role",
        choices=[role.lower() for role in ROLES],
        help="this process's part of the work, with DATABASE_URL (default: ROLE, or all)",
    )
    commands.add_parser(
        "check", help="report the settings, and test whether everything that is set works"
    )
    commands.add_parser("setup", help="ask for missing settings, test them, and write .env")
    commands.add_parser("health", help="ask the running bot whether it is ready, and why not")
    _add_lists(commands)
    _add_of_one_chat(commands)
    _add_of_the_file(commands)
    return made


def command_name() -> str:
    """Return the name by which this command was called: ``pipit`` or a ``python -m`` form."""
    called = PurePath(sys.argv[0])
    if called.stem == "pipit":
        return "pipit"
    return "python -m pipit" if called.parent.name == "pipit" else "python -m bot"


def _add_lists(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    chats = commands.add_parser("chats", help="list the chats, most recently used first")
    usage = commands.add_parser(
        "usage", help="list answers, tokens and cost by day, month, chat, person or model"
    )
    for command in (chats, usage):
        command.add_argument(
            "--most",
            type=int,
            default=100,
            metavar="N",
            help="print at most N lines (default: 100)",
        )
    usage.add_argument(
        "--by",
        choices=("day", "month", "chat", "person", "model"),
        default="day",
        help="the grouping (default: day)",
    )
    usage.add_argument(
        "--days",
        type=int,
        default=30,
        metavar="N",
        help="count the last N days in UTC (default: 30)",
    )
    usage.add_argument(
        "--month",
        nargs="?",
        default="",
        const=time.strftime("%Y-%m", time.gmtime()),
        metavar="YYYY-MM",
        help="count this month, or the one that is given, instead of the last days",
    )
    usage.add_argument("--json", action="store_true", help="print JSON instead of a table")


def _add_of_one_chat(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = commands.add_parser("export", help="print all stored data of a chat")
    forget = commands.add_parser("forget", help="erase all stored data of a chat")
    for command in (export, forget):
        command.add_argument(
            "key", metavar="KEY", help="the chat's key as the log shows it, such as telegram:42"
        )
        command.add_argument(
            "--user",
            default="",
            metavar="ID",
            help="only this person's data; ID is the platform's user id",
        )
    export.add_argument("--text", action="store_true", help="print text for people instead of JSON")
    forget.add_argument("--yes", action="store_true", help="do not ask for confirmation")


def _add_of_the_file(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    backup = commands.add_parser(
        "backup", help="copy the database to a new file; the bot may run meanwhile"
    )
    backup.add_argument("file", metavar="FILE")
    backup.add_argument(
        "--verify",
        action="store_true",
        help="read the whole copy to check it; a FILE that exists is only read",
    )
    restore = commands.add_parser(
        "restore", help="replace the database by a copy; the bot must not run"
    )
    restore.add_argument("file", metavar="FILE", nargs="?", default="")
    restore.add_argument(
        "--drill",
        action="store_true",
        help="restore into a temporary folder and compare; without FILE, use the newest backup",
    )
    move = commands.add_parser(
        "move", help="copy everything to another database, and compare; the bot must not run"
    )
    move.add_argument(
        "--to",
        required=True,
        metavar="DATABASE",
        help="postgresql://user:password@host/name, or the path of a new file",
    )
    commands.add_parser("sweep", help="remove expired data once, and free its space on the disk")


def _chosen(settings: Settings, parsed: argparse.Namespace) -> Coroutine[Any, Any, int]:
    chosen = parsed.command or "run"
    if chosen == "check":
        from bot import check  # noqa: PLC0415 - each command imports only what it uses

        return check.run(settings)
    if chosen == "run":
        from bot import app  # noqa: PLC0415 - as above

        _need_somebody_to_talk_to(settings)
        _remark(settings)
        if settings.store.server is not None:
            from bot import cluster  # noqa: PLC0415 - the database driver is loaded only if used

            return cluster.run(settings)
        return app.run(settings)
    if chosen == "move":
        from bot import moving  # noqa: PLC0415 - as above

        return moving.run(settings, parsed.to)
    from bot import operator as upkeep  # noqa: PLC0415 - as above

    return upkeep.run(settings, upkeep.Wish(**vars(parsed)))


def _remark(settings: Settings) -> None:
    """Log a warning for each setting that looks wrong."""
    from bot.remarks import remarks  # noqa: PLC0415 - as above

    for remark in remarks(settings):
        log.warning("%s", remark)


def _need_somebody_to_talk_to(settings: Settings) -> None:
    """Raise `SettingsError` if no platform is set and there is neither a terminal nor a pipe."""
    if settings.telegram or settings.discord or settings.web or _can_be_read(sys.stdin):
        return
    misspelt = [
        f"{name} is not a variable of Pipit's; {likely_name(name)} is"
        for name in unknown_names()
        if likely_name(name)
    ]
    raise SettingsError(
        [
            "no platform is set and there is no terminal to talk in: set TELEGRAM_BOT_TOKEN, "
            "DISCORD_BOT_TOKEN or WEB=1",
            *misspelt,
        ]
    )


def _can_be_read(stream: TextIO | None) -> bool:
    """Return whether lines can be read from a stream: it is open and not /dev/null."""
    try:
        mode = os.fstat(stream.fileno()).st_mode if stream is not None else 0
        # `mode` is 0 if there is no stream.
        return bool(mode) and (os.isatty(stream.fileno()) if stat.S_ISCHR(mode) else True)  # type: ignore[union-attr]
    except (OSError, ValueError):
        return False


def _prepare(settings: Settings) -> None:
    # In a terminal, a log line would interrupt the conversation. Only warnings and errors are
    # logged there.
    in_terminal = (
        not (settings.telegram or settings.discord or settings.web) and sys.stderr.isatty()
    )
    level = "WARNING" if in_terminal and settings.log_level == "INFO" else settings.log_level
    set_up(level, settings.secrets, settings.log_format)


def _report(error: SettingsError) -> int:
    print("Pipit cannot start with these settings:", file=sys.stderr)
    for problem in error.problems:
        print(f"  {problem}", file=sys.stderr)
    # An unreadable .env is a problem itself, and then its names are not known.
    with suppress(OSError, UnicodeDecodeError):
        for remark in of_names():
            print(f"  {remark}", file=sys.stderr)
    print(
        "Set them in the environment or in .env; .env.example explains each one.",
        file=sys.stderr,
    )
    return EXIT_SETTINGS


if __name__ == "__main__":
    sys.exit(main())
