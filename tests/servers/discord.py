"""A Discord for tests: REST, gateway, interactions and CDN over loopback, with rate limits and faults.

An unmodified client library runs against it once it is told where to go. discord.py reads no
environment variable for that; set two class attributes before `login`::

    async with DiscordServer(token="abc") as server:
        discord.http.Route.BASE = server.api_url
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)

        guild = server.add_guild("Home")
        channel = server.add_channel(guild, "general")
        question = server.say(channel, "hello", mentions_bot=True)
        answer = await server.until(lambda: server.answers(channel))
        assert answer[0].content == "Hi!"

What people do is done at once (`say`, `edit`, `press`, `slash`, …), what the bot does is waited for
with `until`, which looks again after everything that happens, so that tests sleep nowhere.
Everything sent stays readable: `calls` is the log of REST calls with times and answers, a message
keeps each of its `revisions`.

What it keeps to (Discord's reference for API version 10, and what discord.py 2.7.1 relies on):

- rate limits per channel and route with their headers, 50 calls a second overall, the ban after 10,000 invalid calls;
- ``nonce`` with ``enforce_nonce``: a repeated create gives the first message again for some minutes;
- message content only in DMs, mentions and own messages, unless the message content intent is allowed and asked for;
- an interaction is answered within 3 seconds, its token works for 15 minutes, five followups where not installed;
- sessions are resumed with what was missed, die by a clean close, and 1000 IDENTIFYs in a day reset the token;
- text trimmed and at most 2000 code points, 10 MiB per file, attachment URLs that expire and are
  signed anew with each payload, pictures scaled by the media proxy, voice messages;
- zlib-stream and zstd-stream compression.

What it leaves out: voice channels, polls, reactions, roles beyond ``@everyone``, permissions
beyond `Channel.can_send` and `Channel.can_read_history`, ETF encoding, and the limit of one
IDENTIFY in 5 seconds.

The time is an argument: pass `clock` (Unix seconds) and move it, and windows, tokens and sessions
age with it. From the command line, ``python -m tests.servers.discord --port 8082 --token abc``
serves one guild and one person; what is typed is said in their DM, and what the bot shows is
printed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import os
import sys
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Callable, TypeVar, Union

from aiohttp import web
from PIL import Image
from typing_extensions import Self

from tests.servers import discord_payloads as payloads
from tests.servers.discord_compose import notified
from tests.servers.discord_gateway import (
    GUILDS,
    IDENTIFIES_A_DAY,
    INVALID_SESSION,
    PRIVILEGED,
    RECONNECT,
    Gateway,
)
from tests.servers.discord_interactions import CommandRoutes, InteractionRoutes
from tests.servers.discord_limits import BUDGETS, Answer, Call, Fault, RateLimits, Watch
from tests.servers.discord_messages import MessageRoutes, remove_message
from tests.servers.discord_rest import Request, Rest, Route
from tests.servers.discord_world import (
    GROUP_DM,
    PUBLIC_THREAD,
    TEXT,
    VOICE_MESSAGE,
    Channel,
    Clock,
    File,
    Guild,
    Interaction,
    Json,
    Message,
    Revision,
    User,
    World,
)  # fmt: skip
from tests.servers.owned_tasks import OwnedTasks

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

T = TypeVar("T")
Place = Union[Channel, int]

__all__ = [
    "Call", "Channel", "DiscordServer", "Fault", "File", "Guild", "Interaction", "Message",
    "Revision", "User",
]  # fmt: skip


class DiscordServer:
    """Serve one bot's Discord on a loopback port, and act as the people on it.

    `flood` switches the rate limits, `budgets` replaces them (route bucket to calls and seconds).
    `privileged` are the intents that the developer portal allows: message_content, members,
    presences. `port` 0 takes a free one.
    """

    def __init__(
        self,
        *,
        token: str = "test-token",
        flood: bool = True,
        budgets: Mapping[str, tuple[int, float]] = BUDGETS,
        privileged: Iterable[str] = (),
        clock: Clock = time.time,
        port: int = 0,
        bot_name: str = "Pipit",
    ) -> None:
        self.token = token
        self.world = World(clock, bot_name)
        self.user = self.world.add_user("Ada")
        self.fetched: list[str] = []  # the URLs of files and scaled pictures that were served
        self._port = port
        self._tasks = OwnedTasks()
        self._watch = Watch(self._describe)
        allowed = sum(PRIVILEGED[name] for name in privileged)
        self.gateway = Gateway(self.world, token, self._watch, self._tasks, allowed_intents=allowed)
        self.limits = RateLimits(clock, budgets, enabled=flood)
        self._rest = Rest(token, clock, self.limits, self._watch)
        self._runner: web.AppRunner | None = None

    # Starting and stopping

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway{session:.*}", self.gateway.serve)
        for root in ("", "/proxy"):
            path = root + "/attachments/{channel_id}/{file_id}/{name}"
            app.router.add_get(path, self._serve_file)
        self._rest.mount(app, "/api/v10", self._routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.gateway.origin = f"http://127.0.0.1:{self._port}"
        self.gateway.resume_url = f"{self.gateway_url}resume"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for fault in self._rest.faults:
            fault.release()
        for connection in list(self.gateway.connections):
            connection.abort()
        if self._runner is not None:
            await self._runner.cleanup()
        await self._tasks.close()

    @property
    def api_url(self) -> str:
        """Return the base of REST routes, for ``discord.http.Route.BASE``."""
        return f"http://127.0.0.1:{self._port}/api/v10"

    @property
    def gateway_url(self) -> str:
        """Return the gateway's URL, for ``discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY``."""
        return f"ws://127.0.0.1:{self._port}/gateway/"

    # Places and people

    @property
    def bot(self) -> User:
        """Return the bot's own user."""
        return self.world.bot

    def add_user(self, name: str, *, bot: bool = False, locale: str = "en-US") -> User:
        """Create a person, or another bot with `bot`. `locale` is the language of the client."""
        return self.world.add_user(name, bot=bot, locale=locale)

    def add_guild(self, name: str, *, joined: bool = True) -> Guild:
        """Make a guild owned by the default user.

        Without `joined` the bot is not in it (a user-installed app).
        """
        guild = self.world.add_guild(name, self.user, joined=joined)
        if joined:
            fresh = payloads.guild(self.world, guild)
            del fresh["unavailable"]  # only guilds that READY announced have this field
            self.gateway.announce("GUILD_CREATE", fresh, GUILDS)
        return guild

    def add_channel(self, guild: Guild, name: str, *, can_send: bool = True) -> Channel:
        """Make a text channel."""
        channel = self.world.add_channel(TEXT, name=name, guild_id=guild.id, can_send=can_send)
        return self._announced("CHANNEL_CREATE", channel)

    def add_thread(self, parent: Channel, name: str) -> Channel:
        """Make a public thread under a text channel, opened by the default user."""
        facts: Json = {
            "guild_id": parent.guild_id,
            "parent_id": parent.id,
            "recipients": (self.user,),
        }
        return self._announced(
            "THREAD_CREATE", self.world.add_channel(PUBLIC_THREAD, name=name, **facts)
        )

    def add_dm(self, user: User | None = None) -> Channel:
        """Open the direct conversation of `user` with the bot.

        As on Discord, the bot gets no event.
        """
        return self.world.dm_with(user or self.user)

    def add_group_dm(self, *users: User) -> Channel:
        """Open a group of people.

        A bot is never in one, but a user-installed app can be called there.
        """
        return self.world.add_channel(GROUP_DM, recipients=users or (self.user,))

    def delete_channel(self, place: Place) -> None:
        """Remove a channel or thread."""
        channel = self._channel(place)
        channel.deleted = True
        event = "THREAD_DELETE" if channel.kind == PUBLIC_THREAD else "CHANNEL_DELETE"
        self.gateway.announce(event, payloads.channel(channel), GUILDS)

    def _announced(self, event: str, channel: Channel) -> Channel:
        if self.world.reachable(channel):
            self.gateway.announce(
                event, {**payloads.channel(channel), "newly_created": True}, GUILDS
            )
        return channel

    def _channel(self, place: Place) -> Channel:
        return place if isinstance(place, Channel) else self.world.channels[place]

    # Actions of people

    def say(
        self,
        place: Place,
        text: str,
        *,
        user: User | None = None,
        reply_to: Message | None = None,
        ping: bool = True,
        mentions_bot: bool = False,
        attachments: Iterable[tuple[str, bytes, str]] = (),
        forwards: Message | None = None,
        voice_seconds: float = 0.0,
        embeds: Iterable[Json] = (),
        stickers: Iterable[Json] = (),
    ) -> Message:
        """Write a message as `user`; `attachments` are names, contents and content types.

        With `voice_seconds` the one attachment is a voice message. `embeds` and `stickers` are
        Discord's own objects.
        With `mentions_bot` the text begins with the bot's mention. `ping` off is a reply that does
        not notify. A message that `forwards` another one has no text of its own; Discord's client
        sends the comment as a message of its own before it.
        """
        channel = self._channel(place)
        content = f"{self.bot.mention} {text}" if mentions_bot else text
        sound: Json = {"duration_secs": voice_seconds, "waveform": "AAAA"} if voice_seconds else {}
        files = tuple(
            self.world.add_file(channel, *attachment, **sound) for attachment in attachments
        )
        quiet: Json | None = None if ping else {"parse": ["users"], "replied_user": False}
        shown = Revision(
            self.world.clock(), content.strip(), files=files, allowed_mentions=quiet,
            flags=VOICE_MESSAGE if voice_seconds else 0, embeds=tuple(embeds),
            stickers=tuple(stickers),
        )  # fmt: skip
        mentions, everyone = notified(self.world, shown, reply_to)
        message = self.world.add_message(
            channel, user or self.user, shown, reply_to=None if reply_to is None else reply_to.id, mentions=mentions,
            pinged=frozenset(who.id for who in mentions), pinged_everyone=everyone,
            forwards=None if forwards is None else forwards.id,
        )  # fmt: skip
        self.gateway.announce_message("MESSAGE_CREATE", message)
        return message

    def edit(self, message: Message, text: str) -> None:
        """Change a message's text as its author. As on Discord, mentions are determined again."""
        shown = Revision(self.world.clock(), text, files=message.now.files)
        message.mentions, _ = notified(self.world, shown, None)
        message.revisions.append(shown)
        self.gateway.announce_message("MESSAGE_UPDATE", message)

    def delete(self, message: Message) -> None:
        """Remove a message as its author or a moderator."""
        remove_message(self.gateway, message)

    def press(self, message: Message, custom_id: str, *, user: User | None = None) -> Interaction:
        """Press a button that the message shows now.

        Raises LookupError if it has none with this id.
        """
        buttons = [button for button in message.buttons if button.get("custom_id") == custom_id]
        if not buttons or buttons[0].get("disabled"):
            raise LookupError(f"no button {custom_id!r} among {message.buttons}")
        data = {"custom_id": custom_id, "component_type": 2}
        return self._interact(3, user, message.channel, data, message=message)

    def slash(
        self,
        name: str,
        options: Mapping[str, Any] | None = None,
        *,
        place: Place,
        user: User | None = None,
    ) -> Interaction:
        """Run a registered slash command. Raises LookupError if none has this name."""
        channel = self._channel(place)
        command = self._command(name, channel)
        given = [
            {"name": key, "type": _option_type(value), "value": value}
            for key, value in (options or {}).items()
        ]
        data = {"id": command["id"], "name": name, "type": 1, "options": given}
        return self._interact(2, user, channel, data)

    def _command(self, name: str, channel: Channel) -> Json:
        for scope in (0, channel.guild_id or 0):
            for command in self.world.commands.get(scope, {}).values():
                if command["name"] == name:
                    return command
        raise LookupError(f"no command {name!r} is registered")

    def _interact(
        self, kind: int, user: User | None, channel: Channel, data: Json, **facts: Any
    ) -> Interaction:
        interaction = self.world.add_interaction(kind, user or self.user, channel, data, **facts)
        shown = payloads.interaction(self.world, interaction, self.gateway.origin)
        self.gateway.announce("INTERACTION_CREATE", shown)
        return interaction

    def dispatch(self, event: str, data: Json) -> None:
        """Send any event to every session."""
        self.gateway.announce(event, data)

    # Records of the bot's actions

    @property
    def calls(self) -> list[Call]:
        """Return all REST calls so far, in the order of arrival."""
        return self._rest.calls

    @property
    def commands(self) -> list[Json]:
        """Return the global application commands."""
        return list(self.world.commands.get(0, {}).values())

    @property
    def typing(self) -> list[tuple[float, int]]:
        """Return the typing signs of the bot as (time, channel id)."""
        return self.world.typing

    def calls_to(self, name: str, place: Place | None = None) -> list[Call]:
        """Return the calls of one route, given by its short name (create, edit, typing, …).

        With `place` only the calls in that channel are returned.
        """
        wanted = None if place is None else self._channel(place).id
        return [
            call for call in self.calls if call.name == name and wanted in (None, call.channel_id)
        ]

    def messages(self, place: Place, *, deleted: bool = False) -> list[Message]:
        """Return the messages of a channel, the oldest first; `deleted` includes deleted messages."""
        return self.world.messages_in(self._channel(place).id, deleted=deleted)

    def answers(self, place: Place) -> list[Message]:
        """Return the bot's messages in a channel, oldest first."""
        return [message for message in self.messages(place) if message.author.id == self.bot.id]

    async def until(self, predicate: Callable[[], T], within_seconds: float = 10.0) -> T:
        """Return the first true value of `predicate`.

        Raises AssertionError with the last calls if none comes in time.
        """
        return await self._watch.until(predicate, within_seconds)

    def _describe(self) -> str:
        last = [
            f"{call.method} {call.path} {call.status} {call.fault}".strip()
            for call in self.calls[-5:]
        ]
        return f"{len(self.gateway.sessions)} sessions, last calls: {last}"

    # Faults

    def fault(
        self, kind: str, *, route: str = "", place: Place | None = None, **facts: Any
    ) -> Fault:
        """Let the next call of `route` (a short name.

        Any when empty) fail, `times` (1) calls in a row.

        ``429`` ``shared`` ``global``: refused with `retry_after` seconds. ``cloudflare``: a 429
        without a Via header. ``500`` ``502`` …: that status with an HTML page. ``status``:
        `status`, `code` and `message` in JSON. ``reset``: the connection breaks before the call is
        carried out, ``lost_reply``: after. ``delay``: carried out after `seconds`, ``hold``: after
        the fault's `release`.
        """
        known = {
            "429",
            "shared",
            "global",
            "cloudflare",
            "status",
            "reset",
            "lost_reply",
            "delay",
            "hold",
        }
        if kind not in known and not (kind.isdigit() and kind.startswith("5")):
            raise ValueError(f"no fault is called {kind!r}")
        channel_id = None if place is None else self._channel(place).id
        fault = Fault(kind, route, channel_id=channel_id, **facts)
        self._rest.faults.append(fault)
        return fault

    def drop(self, code: int | None = None, *, resumable: bool = True) -> None:
        """Break every gateway connection, with a close code or by a cut.

        If not `resumable`, the sessions end as well.
        """
        if not resumable:
            self._forget_sessions()
        for connection in list(self.gateway.connections):
            if code is None:
                connection.abort()
            else:
                connection.close(code)

    def ask_to_reconnect(self) -> None:
        """Send RECONNECT, as Discord does before it moves a connection."""
        for connection in self.gateway.connections:
            connection.send({"op": RECONNECT, "d": None})

    def invalidate_sessions(self, *, resumable: bool = False) -> None:
        """Send INVALID_SESSION to every connection."""
        for connection in self.gateway.connections:
            connection.send({"op": INVALID_SESSION, "d": resumable})
        if not resumable:
            self._forget_sessions()

    def refuse_gateway(self, times: int) -> None:
        """Answer the next websocket handshakes with 503."""
        self.gateway.refusing = times

    def _forget_sessions(self) -> None:
        for session in list(self.gateway.sessions.values()):
            self.gateway.invalidate(session)

    # Routes of the server as a whole

    def _routes(self) -> list[Route]:
        own = [
            Route(
                "gateway",
                "GET",
                "/gateway",
                lambda _: Answer(200, {"url": self.gateway_url}),
                with_token=False,
            ),
            Route("gateway_bot", "GET", "/gateway/bot", self._gateway_bot),
        ]
        parts = (
            MessageRoutes(self.gateway),
            InteractionRoutes(self.gateway),
            CommandRoutes(self.gateway),
        )
        return [*own, *(route for part in parts for route in part.routes())]

    def _gateway_bot(self, _: Request) -> Answer:
        limit = {
            "total": IDENTIFIES_A_DAY, "remaining": self.gateway.identifies_left, "max_concurrency": 1,
            "reset_after": self.gateway.identifies_reset_milliseconds,
        }  # fmt: skip
        return Answer(200, {"url": self.gateway_url, "shards": 1, "session_start_limit": limit})

    async def _serve_file(self, request: web.Request) -> web.Response:
        file = self.world.files.get(int(request.match_info["file_id"]))
        asked = request.query
        signature = asked.get("hm", "none")
        if file is None or not file.opens(asked.get("ex", ""), signature, self.world.clock()):
            return web.Response(status=404, text="This content is no longer available.")
        self.fetched.append(request.path_qs)
        if not request.path.startswith("/proxy/") or "width" not in asked:
            return web.Response(body=file.content, headers={"Content-Type": file.content_type})
        scaled = scaled_picture(file.content, int(asked["width"]), int(asked["height"]))
        if scaled is None:
            return web.Response(status=415)
        return web.Response(body=scaled, headers={"Content-Type": "image/jpeg"})


def scaled_picture(content: bytes, width: int, height: int) -> bytes | None:
    """Return a JPEG of a size, as the media proxy makes it; None for an unreadable picture."""
    made = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.convert("RGB").resize((width, height)).save(made, "JPEG", quality=80)
    except OSError:
        return None
    return made.getvalue()


def _option_type(value: object) -> int:
    """Return the type of a command option's value.

    3 is a text, 4 an integer, 5 a boolean, 10 a number.
    """
    kinds: dict[type, int] = {str: 3, int: 4, bool: 5, float: 10}
    return kinds[type(value)]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.servers.discord", description="A Discord on loopback."
    )
    parser.add_argument("--port", type=int, default=8082)
    parser.add_argument("--token", default="test-token")
    parser.add_argument(
        "--no-flood", action="store_true", help="refuse no call for coming too fast"
    )
    parser.add_argument(
        "--message-content", action="store_true", help="allow the message content intent"
    )
    return parser.parse_args()


async def _serve(options: argparse.Namespace) -> None:
    privileged = ["message_content"] if options.message_content else []
    server = DiscordServer(
        token=options.token, flood=not options.no_flood, privileged=privileged, port=options.port
    )  # fmt: skip
    async with server:
        guild = server.add_guild("Home")
        channel, dm = server.add_channel(guild, "general"), server.add_dm()
        _print(f"DISCORD_BOT_TOKEN={server.token}")
        _print(f"DISCORD_API_URL={server.api_url}")
        _print(f"DISCORD_GATEWAY_URL={server.gateway_url}")
        _print(
            f"# guild {guild.id}, channel {channel.id}; a line typed here is said by "
            f"{server.user.name} in {dm.id}"
        )
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _typed, server, dm)
        await _follow(server)


def _typed(server: DiscordServer, dm: Channel) -> None:
    line = os.read(sys.stdin.fileno(), 4096).decode(errors="replace").strip()
    if line:
        server.say(dm, line)
    else:
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())


async def _follow(server: DiscordServer) -> None:
    """Print each message of the bot whenever it changes, until cancelled."""
    shown: dict[int, int] = {}

    def news() -> list[Message]:
        own = [
            message
            for message in server.world.messages.values()
            if message.author.id == server.bot.id
        ]
        return [message for message in own if shown.get(message.id) != len(message.revisions)]

    while True:
        for message in await server.until(news, within_seconds=86_400.0 * 365):
            shown[message.id] = len(message.revisions)
            _print(
                f"{message.channel.id}/{message.id} #{len(message.revisions)}: {message.content}"
            )


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(_arguments()))
