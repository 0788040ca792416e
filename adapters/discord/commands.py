"""Convert the engine's command table to Discord's application commands. Pure functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord

from engine.text.characters import clip

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.contract import CommandInfo

_MAX_DESCRIPTION, _MAX_NAME = 100, 32
_EVERYWHERE: dict[str, Any] = {
    "integration_types": [0, 1],  # the app can be installed to a server or to a user
    "contexts": [0, 1, 2],  # usable in servers, in the bot's DM, in other private channels
}
# Discord has several locales for these languages. Only the locales that are named here get the
# text.
_LOCALES = {"zh": ("zh-CN",), "en": ()}


def render_commands(commands: Sequence[CommandInfo]) -> list[dict[str, Any]]:
    """Return Discord's definition of each command, described in all of Discord's languages."""
    return [_render(command) for command in commands]


def _render(command: CommandInfo) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": command.name,
        "type": 1,
        "description": clip(command.descriptions["en"], _MAX_DESCRIPTION),
        "description_localizations": _localized(command.descriptions),
        "options": [],
        **_EVERYWHERE,
    }
    if command.argument:
        name = re.sub(r"[^\w-]+", "_", command.argument.lower())[:_MAX_NAME]
        option = {
            "type": 3,
            "name": name,
            "description": clip(command.hints.get("en", command.argument), _MAX_DESCRIPTION),
        }
        shown["options"] = [
            {**option, "description_localizations": _localized(command.hints), "required": False}
        ]
    return shown


def _localized(descriptions: Mapping[str, str]) -> dict[str, str]:
    return {
        locale: clip(text, _MAX_DESCRIPTION)
        for language, text in sorted(descriptions.items())
        for locale in _LOCALES.get(language, _discord_locales(language))
    }


def _discord_locales(language: str) -> tuple[str, ...]:
    return tuple(
        locale.value for locale in discord.Locale if locale.value.split("-")[0] == language
    )


def same_commands(
    wanted: Sequence[Mapping[str, Any]], registered: Sequence[Mapping[str, Any]]
) -> bool:
    """Return whether the registered commands equal the wanted commands.

    The comparison ignores fields that Pipit never sets.
    """
    return _comparable(wanted) == _comparable(registered)


def _comparable(commands: Sequence[Mapping[str, Any]]) -> list[Any]:
    return sorted((_facts(command) for command in commands), key=lambda facts: str(facts["name"]))


def _facts(command: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("name", "type", "description", "description_localizations")
    facts = {field: command.get(field) or None for field in kept}
    for field in _EVERYWHERE:
        facts[field] = sorted(command.get(field) or ())
    facts["options"] = [_option_facts(option) for option in command.get("options") or ()]
    return facts


def _option_facts(option: Mapping[str, Any]) -> tuple[Any, ...]:
    localized = option.get("description_localizations") or None
    return (
        option["type"],
        option["name"],
        option["description"],
        localized,
        bool(option.get("required")),
    )
