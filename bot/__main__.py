"""``python -m bot``: run, or check the settings."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bot import app, check
from bot.logs import set_up
from bot.settings import Settings, load
from engine.errors import SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Pipit, a chat assistant.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("run", help="run the bot (what happens without a command, too)")
    commands.add_parser("check", help="say what is set, what is missing, and whether model and tokens are accepted")
    chosen = parser.parse_args(arguments).command or "run"
    try:
        settings = load()
        _prepare(settings)
        return asyncio.run(check.run(settings) if chosen == "check" else app.run(settings))
    except SettingsError as error:
        return _report(error)
    except KeyboardInterrupt:
        return 130


def _prepare(settings: Settings) -> None:
    # On a terminal a log line would stand in the middle of the conversation: there only trouble is worth it.
    in_terminal = not (settings.telegram or settings.discord or settings.web) and sys.stderr.isatty()
    level = "WARNING" if in_terminal and settings.log_level == "INFO" else settings.log_level
    set_up(level, settings.secrets)


def _report(error: SettingsError) -> int:
    print("Pipit cannot start with these settings:", file=sys.stderr)
    for problem in error.problems:
        print(f"  {problem}", file=sys.stderr)
    print("Set them in the environment or in .env; .env.example says what each one takes.", file=sys.stderr)
    return app.EXIT_SETTINGS


if __name__ == "__main__":
    sys.exit(main())
