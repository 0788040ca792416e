"""Publish the menu of commands in every language that has descriptions."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram import BotCommand
from telegram.error import RetryAfter, TelegramError

from adapters.telegram.failures import retry_after_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    import telegram

    from engine.contract import CommandInfo
    from engine.tasks import Clock

log = logging.getLogger(__name__)
_MAX_DESCRIPTION = 256
_MOST_PAUSES = 5


def menus(commands: Sequence[CommandInfo]) -> dict[str, list[tuple[str, str]]]:
    """Return the menu of each language, as (name, description) pairs by Telegram's language code.

    The codes have two letters. The empty code is the default menu.
    """
    codes = {
        code.partition("-")[0].lower(): code
        for command in commands
        for code in command.descriptions
    }
    wanted = {
        "": "en",
        **{
            short: code
            for short, code in sorted(codes.items())
            if len(short) == 2 and short != "en"
        },
    }
    return {
        short: [_entry(command, code) for command in commands] for short, code in wanted.items()
    }


def _entry(command: CommandInfo, code: str) -> tuple[str, str]:
    description = command.descriptions.get(code, command.descriptions["en"])
    hint = command.hints.get(code, command.argument)
    shown = f"{hint} – {description}" if hint else description
    return command.name, shown[:_MAX_DESCRIPTION]


async def publish_commands(
    bot: telegram.Bot, commands: Sequence[CommandInfo], clock: Clock
) -> None:
    """Set the command menu of each language whose menu on Telegram differs.

    If Telegram asks for a pause, the function waits, at most `_MOST_PAUSES` times. Any other
    failure is logged, because the bot also works without a menu.
    """
    if not commands:
        return
    pauses = 0
    waiting = list(menus(commands).items())
    try:
        while waiting:
            try:
                await _publish(bot, *waiting[0])
            except RetryAfter as error:
                pauses += 1
                if pauses > _MOST_PAUSES:
                    raise
                await clock.sleep(retry_after_seconds(error))
            else:
                del waiting[0]
    except TelegramError as error:
        log.warning("telegram: the command menu was not set (%s)", type(error).__name__)


async def _publish(bot: telegram.Bot, code: str, entries: list[tuple[str, str]]) -> None:
    there = await bot.get_my_commands(language_code=code or None)
    if [(command.command, command.description) for command in there] != entries:
        wanted = [BotCommand(*entry) for entry in entries]
        await bot.set_my_commands(wanted, language_code=code or None)
