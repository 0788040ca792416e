"""Imitate Discord's REST routes for interactions, their webhooks, and application commands."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.servers import discord_payloads as payloads
from tests.servers.discord_compose import compose, invalid, notified
from tests.servers.discord_limits import Answer, Refusal
from tests.servers.discord_messages import remove_message
from tests.servers.discord_rest import Request, Route
from tests.servers.discord_world import EPHEMERAL, LOADING, Revision

if TYPE_CHECKING:
    from tests.servers.discord_gateway import Gateway
    from tests.servers.discord_world import Interaction, Json, Message

CALLBACK_SECONDS, TOKEN_SECONDS = 3.0, 900.0
FOLLOWUPS_WHERE_NOT_INSTALLED = 5
CREATES_A_DAY = 200
MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE = 4, 5, 6, 7
"""Callback types (reference, "Interaction Callback Type")."""

WEBHOOK, ANSWER = (
    "/webhooks/{application_id}/{token}",
    "/webhooks/{application_id}/{token}/messages/{which}",
)
COMMANDS = "/applications/{application_id}/commands"
GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"


class InteractionRoutes:
    """The routes of an interaction.

    The bot must answer within 3 seconds and may use the token for 15 minutes.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._world = gateway.world

    def routes(self) -> list[Route]:
        """Return the routes of this module. None of them needs the bot's token."""
        callback = "/interactions/{interaction_id}/{token}/callback"
        return [
            Route("callback", "POST", callback, self._callback, with_token=False),
            Route("followup", "POST", WEBHOOK, self._followup, "webhook", with_token=False),
            Route("answer", "GET", ANSWER, self._read_answer, "webhook", with_token=False),
            Route("edit_answer", "PATCH", ANSWER, self._edit_answer, "webhook", with_token=False),
            Route(
                "delete_answer", "DELETE", ANSWER, self._delete_answer, "webhook", with_token=False
            ),
        ]

    def _callback(self, request: Request) -> Answer:
        interaction = self._world.interactions.get(request.params["token"])
        if interaction is None or self._world.clock() > interaction.created_at + CALLBACK_SECONDS:
            raise Refusal(404, 10062, "Unknown interaction")
        if interaction.acknowledged:
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        kind, data = request.body["type"], request.body.get("data") or {}
        self._acknowledge(
            interaction, kind, Request(request.params, request.query, data, request.files)
        )
        if request.query.get("with_response") not in {"1", "true"}:
            return Answer()
        shown = (
            None
            if kind == DEFERRED_UPDATE or interaction.original is None
            else self._shown(interaction.original)
        )
        return Answer(200, payloads.callback(interaction, shown))

    def _acknowledge(self, interaction: Interaction, kind: int, request: Request) -> None:
        if kind in {DEFERRED_UPDATE, UPDATE} and interaction.message is None:
            raise invalid("type", "BASE_TYPE_CHOICES", "This interaction has no message to update.")
        if kind == MESSAGE:
            interaction.original = self._post(
                interaction, compose(self._world, interaction.channel, request)
            )
            interaction.original_filled = True
        elif kind == DEFERRED_MESSAGE:
            flags = LOADING | (int(request.body.get("flags") or 0) & EPHEMERAL)
            interaction.original = self._post(
                interaction, Revision(self._world.clock(), "", flags=flags)
            )
        elif kind in {DEFERRED_UPDATE, UPDATE}:
            interaction.original, interaction.original_filled = interaction.message, True
            if kind == UPDATE and interaction.message is not None:
                self._change(interaction.message, request)
        else:
            raise invalid("type", "BASE_TYPE_CHOICES", "Value must be one of 4, 5, 6, 7.")
        interaction.response_type = kind

    def _post(self, interaction: Interaction, shown: Revision) -> Message:
        mentions, everyone = notified(self._world, shown, None)
        message = self._world.add_message(
            interaction.channel, self._world.bot, shown, interaction=interaction, mentions=mentions,
            pinged=frozenset(who.id for who in mentions), pinged_everyone=everyone,
        )  # fmt: skip
        self._gateway.announce_message("MESSAGE_CREATE", message)
        return message

    def _change(self, message: Message, request: Request) -> None:
        shown = compose(self._world, message.channel, request, message.now)
        message.revisions.append(replace(shown, flags=shown.flags & ~LOADING))
        self._gateway.announce_message("MESSAGE_UPDATE", message)

    def _shown(self, message: Message) -> Json:
        return payloads.message(self._world, message, self._gateway.origin)

    def _with_token(self, request: Request) -> Interaction:
        interaction = self._world.interactions.get(request.params["token"])
        if interaction is None or request.number("application_id") != self._world.application_id:
            raise Refusal(404, 10015, "Unknown Webhook")
        if self._world.clock() > interaction.created_at + TOKEN_SECONDS:
            raise Refusal(401, 50027, "Invalid Webhook Token")
        if not interaction.acknowledged:
            raise Refusal(404, 10015, "Unknown Webhook")
        return interaction

    def _followup(self, request: Request) -> Answer:
        interaction = self._with_token(request)
        if not interaction.original_filled and interaction.original is not None:
            return self._fill(interaction, interaction.original, request)
        outside = not self._world.reachable(interaction.channel)
        if outside and len(interaction.followups) >= FOLLOWUPS_WHERE_NOT_INSTALLED:
            raise Refusal(
                400, 40094, "This interaction has reached the maximum number of follow up messages"
            )
        message = self._post(interaction, compose(self._world, interaction.channel, request))
        interaction.followups.append(message)
        return Answer(200, self._shown(message))

    def _fill(self, interaction: Interaction, original: Message, request: Request) -> Answer:
        """Fill the deferred answer with text. The first followup does that too."""
        self._change(original, request)
        interaction.original_filled = True
        return Answer(200, self._shown(original))

    def _named(self, request: Request) -> tuple[Interaction, Message]:
        interaction, which = self._with_token(request), request.params["which"]
        own: list[Message | None] = [interaction.original, *interaction.followups]
        for message in own:
            if message is None or message.deleted_at is not None:
                continue
            if which == str(message.id) or (
                which == "@original" and message is interaction.original
            ):
                return interaction, message
        raise Refusal(404, 10008, "Unknown Message")

    def _read_answer(self, request: Request) -> Answer:
        return Answer(200, self._shown(self._named(request)[1]))

    def _edit_answer(self, request: Request) -> Answer:
        interaction, message = self._named(request)
        if message is interaction.original:
            return self._fill(interaction, message, request)
        self._change(message, request)
        return Answer(200, self._shown(message))

    def _delete_answer(self, request: Request) -> Answer:
        remove_message(self._gateway, self._named(request)[1])
        return Answer()


class CommandRoutes:
    """The routes of the application's commands, both global ones and those of single guilds."""

    def __init__(self, gateway: Gateway) -> None:
        self._world = gateway.world
        self._created_at: list[float] = []

    def routes(self) -> list[Route]:
        """Return the routes of this module."""
        return [
            Route("commands", "GET", COMMANDS, self._list),
            Route("write_commands", "PUT", COMMANDS, self._replace_all),
            Route("write_command", "POST", COMMANDS, self._upsert),
            Route("delete_command", "DELETE", COMMANDS + "/{command_id}", self._delete),
            Route("commands", "GET", GUILD_COMMANDS, self._list),
            Route("write_commands", "PUT", GUILD_COMMANDS, self._replace_all),
        ]

    def _scope(self, request: Request) -> dict[int, Json]:
        if request.number("application_id") != self._world.application_id:
            raise Refusal(
                403, 20012, "You are not authorized to perform this action on this application"
            )
        return self._world.commands.setdefault(int(request.params.get("guild_id", 0)), {})

    def _list(self, request: Request) -> Answer:
        commands = list(self._scope(request).values())
        if request.query.get("with_localizations") != "true":
            hidden = ("name_localizations", "description_localizations")
            commands = [
                {key: value for key, value in one.items() if key not in hidden} for one in commands
            ]
        return Answer(200, commands)

    def _replace_all(self, request: Request) -> Answer:
        commands = self._scope(request)
        fresh = [self._checked(request, one, commands) for one in request.body]
        commands.clear()
        commands.update({int(one["id"]): one for one in fresh})
        return Answer(200, fresh)

    def _upsert(self, request: Request) -> Answer:
        commands = self._scope(request)
        known = len(commands)
        command = self._checked(request, request.body, commands)
        commands[int(command["id"])] = command
        return Answer(201 if len(commands) > known else 200, command)

    def _delete(self, request: Request) -> Answer:
        if self._scope(request).pop(request.number("command_id"), None) is None:
            raise Refusal(404, 10063, "Unknown application command")
        return Answer()

    def _checked(self, request: Request, given: Json, known: dict[int, Json]) -> Json:
        """Add the fields that Discord adds to a command. A known name and type keep their id."""
        _check_command(given)
        kind, name = given.get("type", 1), given["name"]
        old = next(
            (one for one in known.values() if (one["type"], one["name"]) == (kind, name)), None
        )
        if old is None:
            self._count_create()
        identifier = str(self._world.snowflake())
        filled: Json = {
            "default_member_permissions": None, "nsfw": False, "integration_types": [0], "contexts": None,
            "name_localizations": None, "description_localizations": None, "dm_permission": True,
            **{field: value for field, value in given.items() if value is not None}, "type": kind,
            "id": old["id"] if old else identifier, "version": identifier,
            "application_id": str(self._world.application_id),
        }  # fmt: skip
        if "guild_id" in request.params:
            filled["guild_id"] = request.params["guild_id"]
        return filled

    def _count_create(self) -> None:
        now = self._world.clock()
        self._created_at = [at for at in self._created_at if at > now - 86_400.0]
        if len(self._created_at) >= CREATES_A_DAY:
            raise Refusal(
                400, 30034, "Max number of daily application command creates has been reached (200)"
            )
        self._created_at.append(now)


def _check_command(given: Any) -> None:
    if given.get("type", 1) != 1:
        return
    if not re.fullmatch(r"[-_'\w]{1,32}", given["name"]) or given["name"] != given["name"].lower():
        raise invalid("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if not 1 <= len(given.get("description", "")) <= 100:
        raise invalid("description", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
