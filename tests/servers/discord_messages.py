"""Imitate Discord's REST routes for channels, messages, users and the application itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers import discord_payloads as payloads
from tests.servers.discord_compose import check_nonce, compose, invalid, notified
from tests.servers.discord_gateway import GUILDS, PRIVILEGED, intent_for
from tests.servers.discord_limits import Answer, Refusal
from tests.servers.discord_rest import Route
from tests.servers.discord_world import DM, PUBLIC_THREAD, TEXT

if TYPE_CHECKING:
    from tests.servers.discord_gateway import Gateway
    from tests.servers.discord_rest import Request
    from tests.servers.discord_world import Channel, Json, Message

NONCE_SECONDS = 300.0
"""The time for which a repeated nonce is recognised; Discord says "the past few minutes"."""

CHANNEL, MESSAGE = "/channels/{channel_id}", "/channels/{channel_id}/messages/{message_id}"


class MessageRoutes:
    """The routes for channels and messages, which act as the bot's user."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._world = gateway.world
        self._nonces: dict[tuple[int, str], Message] = {}

    def routes(self) -> list[Route]:
        """Return the routes of this module, in the order in which they are tried."""
        return [
            Route("me", "GET", "/users/@me", self._me),
            Route("open_dm", "POST", "/users/@me/channels", self._open_dm),
            Route("user", "GET", "/users/{user_id}", self._user),
            Route("application", "GET", "/applications/@me", self._application),
            Route("application", "GET", "/oauth2/applications/@me", self._application),
            Route("guild", "GET", "/guilds/{guild_id}", self._guild),
            Route("member", "GET", "/guilds/{guild_id}/members/{user_id}", self._member),
            Route("channel", "GET", CHANNEL, self._channel),
            Route("create", "POST", CHANNEL + "/messages", self._create, "create"),
            Route("history", "GET", CHANNEL + "/messages", self._history, "history"),
            Route("message", "GET", MESSAGE, self._message, "history"),
            Route("edit", "PATCH", MESSAGE, self._edit, "edit"),
            Route("delete", "DELETE", MESSAGE, self._delete, "delete"),
            Route("thread", "POST", MESSAGE + "/threads", self._thread),
            Route("typing", "POST", CHANNEL + "/typing", self._typing, "typing"),
        ]

    def _me(self, _: Request) -> Answer:
        return Answer(
            200,
            {
                **payloads.user(self._world.bot),
                "verified": True,
                "mfa_enabled": True,
                "email": None,
            },
        )

    def _user(self, request: Request) -> Answer:
        if (who := self._world.users.get(request.number("user_id"))) is None:
            raise Refusal(404, 10013, "Unknown User")
        return Answer(200, payloads.user(who))

    def _open_dm(self, request: Request) -> Answer:
        if (who := self._world.users.get(int(request.body["recipient_id"]))) is None:
            raise invalid("recipient_id", "CHANNEL_RECIPIENT_REQUIRED", "Unknown user")
        return Answer(200, payloads.channel(self._world.dm_with(who)))

    def _application(self, _: Request) -> Answer:
        allowed = bool(self._gateway.allowed_intents & PRIVILEGED["message_content"])
        return Answer(200, payloads.application(self._world, reads_content=allowed))

    def _guild(self, request: Request) -> Answer:
        guild = self._world.guilds.get(request.number("guild_id"))
        if guild is None or not guild.joined:
            raise Refusal(404, 10004, "Unknown Guild")
        return Answer(200, payloads.guild(self._world, guild))

    def _member(self, request: Request) -> Answer:
        guild = self._world.guilds.get(request.number("guild_id"))
        who = self._world.users.get(request.number("user_id"))
        if guild is None or not guild.joined or who is None:
            raise Refusal(404, 10007, "Unknown Member")
        return Answer(200, {**payloads.member(guild, who.id), "user": payloads.user(who)})

    def _channel(self, request: Request) -> Answer:
        return Answer(200, payloads.channel(self._place(request)))

    def _place(self, request: Request, *, to_send: bool = False) -> Channel:
        channel = self._world.channels.get(request.number("channel_id"))
        if channel is None or channel.deleted:
            raise Refusal(404, 10003, "Unknown Channel")
        if not self._world.reachable(channel):
            raise Refusal(403, 50001, "Missing Access")
        if to_send and not channel.can_send:
            blocked = (50007, "Cannot send messages to this user")
            raise Refusal(403, *(blocked if channel.kind == DM else (50013, "Missing Permissions")))
        return channel

    def _found(self, request: Request) -> Message:
        channel = self._place(request)
        message = self._world.messages.get(request.number("message_id"))
        if message is None or message.channel is not channel or message.deleted_at is not None:
            raise Refusal(404, 10008, "Unknown Message")
        return message

    def _create(self, request: Request) -> Answer:
        channel = self._place(request, to_send=True)
        body: Json = request.body if isinstance(request.body, dict) else {}
        nonce = check_nonce(body)
        if body.get("enforce_nonce") and (first := self._sent_before(channel, nonce)) is not None:
            return Answer(200, self._shown(first))
        shown = compose(self._world, channel, request)
        target = self._reply_target(channel, body.get("message_reference"))
        mentions, everyone = notified(self._world, shown, target)
        message = self._world.add_message(
            channel, self._world.bot, shown, nonce=nonce, reply_to=None if target is None else target.id,
            mentions=mentions, pinged=frozenset(who.id for who in mentions), pinged_everyone=everyone,
        )  # fmt: skip
        channel.archived = False
        if nonce is not None:
            self._nonces[channel.id, nonce] = message
        self._gateway.announce_message("MESSAGE_CREATE", message)
        return Answer(200, self._shown(message))

    def _sent_before(self, channel: Channel, nonce: str | None) -> Message | None:
        first = self._nonces.get((channel.id, nonce or ""))
        if first is None or self._world.clock() > first.revisions[0].at + NONCE_SECONDS:
            return None
        return first

    def _reply_target(self, channel: Channel, reference: Json | None) -> Message | None:
        if reference is None or reference.get("message_id") is None:
            return None
        if not channel.can_read_history:
            raise Refusal(400, 160002, "Cannot reply without permission to read message history")
        target = self._world.messages.get(int(reference["message_id"]))
        if target is not None and target.channel is channel and target.deleted_at is None:
            return target
        if reference.get("fail_if_not_exists", True):
            raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        return None

    def _shown(self, message: Message) -> Json:
        privileged = bool(self._gateway.allowed_intents & PRIVILEGED["message_content"])
        readable = payloads.readable(self._world, message, privileged=privileged)
        return payloads.message(self._world, message, self._gateway.origin, content=readable)

    def _message(self, request: Request) -> Answer:
        message = self._found(request)
        if not message.channel.can_read_history:
            raise Refusal(403, 50001, "Missing Access")
        return Answer(200, self._shown(message))

    def _history(self, request: Request) -> Answer:
        """List messages, newest first: those next after `after`, or the newest before `before`."""
        channel = self._place(request)
        limit = int(request.query.get("limit", 50))
        if not 1 <= limit <= 100:
            raise invalid("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
        found = self._world.messages_in(channel.id) if channel.can_read_history else []
        found = [message for message in found if not message.ephemeral]
        if "after" in request.query:
            found = [message for message in found if message.id > int(request.query["after"])][
                :limit
            ]
        if "before" in request.query:
            found = [message for message in found if message.id < int(request.query["before"])]
        return Answer(200, [self._shown(message) for message in reversed(found[-limit:])])

    def _edit(self, request: Request) -> Answer:
        message = self._found(request)
        if message.author.id != self._world.bot.id:
            raise Refusal(403, 50005, "Cannot edit a message authored by another user")
        if message.channel.archived:
            raise Refusal(400, 50083, "Thread is archived")
        message.revisions.append(compose(self._world, message.channel, request, message.now))
        self._gateway.announce_message("MESSAGE_UPDATE", message)
        return Answer(200, self._shown(message))

    def _delete(self, request: Request) -> Answer:
        message = self._found(request)
        if message.author.id != self._world.bot.id and message.channel.private:
            raise Refusal(403, 50003, "Cannot execute action on a DM channel")
        remove_message(self._gateway, message)
        return Answer()

    def _typing(self, request: Request) -> Answer:
        channel = self._place(request, to_send=True)
        self._world.typing.append((self._world.clock(), channel.id))
        return Answer()

    def _thread(self, request: Request) -> Answer:
        message = self._found(request)
        if message.channel.kind != TEXT:
            raise Refusal(400, 50024, "Cannot execute action on this channel type")
        home = message.channel
        thread = self._world.add_channel(
            PUBLIC_THREAD, name=str(request.body["name"]), guild_id=home.guild_id, parent_id=home.id,
            recipients=(self._world.bot,),
        )  # fmt: skip
        self._gateway.announce(
            "THREAD_CREATE", {**payloads.channel(thread), "newly_created": True}, GUILDS
        )
        return Answer(201, payloads.channel(thread))


def remove_message(gateway: Gateway, message: Message) -> None:
    """Delete a message and send the event to the sessions that see its channel."""
    message.deleted_at = gateway.world.clock()
    if message.ephemeral or not gateway.world.reachable(message.channel):
        return
    gone: Json = {"id": str(message.id), "channel_id": str(message.channel.id)}
    if message.channel.guild_id is not None:
        gone["guild_id"] = str(message.channel.guild_id)
    gateway.announce("MESSAGE_DELETE", gone, intent_for(message.channel))
