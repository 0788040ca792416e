"""Imitate Discord's gateway: sessions that outlive connections, and connections.

A session numbers its events and keeps them, so that RESUME can replay missed events. A session ends
when the client closes with 1000 or 1001, when it has no connection for too long, or when the test
invalidates it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Protocol

from aiohttp import WSMsgType, web

from tests.servers import discord_payloads as payloads
from tests.servers.discord_rest import reset
from tests.servers.discord_world import DM

if TYPE_CHECKING:
    from tests.servers.discord_limits import Watch
    from tests.servers.discord_world import Channel, Json, Message, World
    from tests.servers.owned_tasks import OwnedTasks

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, REQUEST_MEMBERS, INVALID_SESSION, HELLO, ACK = (
    0, 1, 2, 6, 7, 8, 9, 10, 11,
)  # fmt: skip
UNKNOWN_OPCODE, BAD_PAYLOAD, NOT_AUTHENTICATED, AUTHENTICATION_FAILED = 4001, 4002, 4003, 4004
ALREADY_AUTHENTICATED, BAD_SEQUENCE, TOO_FAST, BAD_VERSION, DISALLOWED_INTENTS = (
    4005,
    4007,
    4008,
    4012,
    4014,
)

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12
PRIVILEGED = {"members": 1 << 1, "presences": 1 << 8, "message_content": 1 << 15}

IDENTIFIES_A_DAY = 1000
SENDS, SENDS_SECONDS = 120, 60.0
SESSION_SECONDS = 180.0
"""The time for which a session without connection can be resumed; Discord says "a few minutes"."""


class Packer(Protocol):
    """Encodes a packet for the socket: as text, or as one compressed message of a stream."""

    def __call__(self, text: str) -> str | bytes: ...


def packer(compress: str) -> Packer:
    """Build the packer for the ``compress`` argument of the gateway's URL.

    The argument is zlib-stream, zstd-stream or none.
    """
    if compress == "zlib-stream":
        deflate = zlib.compressobj()
        return lambda text: deflate.compress(text.encode()) + deflate.flush(zlib.Z_SYNC_FLUSH)
    if compress == "zstd-stream":
        import zstandard

        stream = zstandard.ZstdCompressor().compressobj()
        return lambda text: stream.compress(text.encode()) + stream.flush(
            zstandard.COMPRESSOBJ_FLUSH_BLOCK
        )
    return lambda text: text


@dataclass
class Session:
    """The state that a client resumes: the number of events, the events themselves and its intents."""

    id: str
    intents: int
    sequence: int = 0
    events: deque[Json] = field(default_factory=lambda: deque(maxlen=1000))
    connection: Connection | None = None
    lost_at: float = 0.0
    dead: bool = False

    def event(self, name: str, data: Any) -> None:
        """Assign an event its number, keep it, and send it if there is a connection."""
        self.sequence += 1
        packet = {"op": DISPATCH, "t": name, "s": self.sequence, "d": data}
        self.events.append(packet)
        if self.connection is not None:
            self.connection.send(packet)


class Connection:
    """One websocket.

    It reads in its handler, and a task of the server writes from a queue in order.
    """

    def __init__(
        self, gateway: Gateway, request: web.Request, socket: web.WebSocketResponse
    ) -> None:
        self._gateway = gateway
        self._request = request
        self._socket = socket
        self._pack = packer(request.query.get("compress", ""))
        self._outbox: asyncio.Queue[Json | int] = asyncio.Queue()
        self._received: deque[float] = deque()
        self.session: Session | None = None
        self.path = request.path
        self.closing = False

    def send(self, packet: Json) -> None:
        """Queue a packet for sending."""
        self._outbox.put_nowait(packet)

    def close(self, code: int) -> None:
        """Close with a code, after the packets that were queued before."""
        self.closing = True
        self._outbox.put_nowait(code)

    def abort(self) -> None:
        """Cut the connection without a close code."""
        self.closing = True
        reset(self._request)

    async def write(self) -> None:
        """Send queued packets until the connection ends."""
        with contextlib.suppress(ConnectionError):
            while True:
                item = await self._outbox.get()
                if isinstance(item, int):
                    await self._socket.close(code=item)
                    return
                packed = self._pack(json.dumps(item))
                await (
                    self._socket.send_str(packed)
                    if isinstance(packed, str)
                    else self._socket.send_bytes(packed)
                )

    async def read(self) -> None:
        """Handle packets until the connection ends."""
        self.send({"op": HELLO, "d": {"heartbeat_interval": self._gateway.heartbeat_milliseconds}})
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                self._take(message.data)

    @property
    def ended_cleanly(self) -> bool:
        """Return whether the client closed with a code that ends its session."""
        return not self.closing and self._socket.close_code in {1000, 1001}

    def _take(self, text: str) -> None:
        try:
            packet = json.loads(text)
            operation, data = packet["op"], packet.get("d")
        except (ValueError, TypeError, KeyError):
            self.close(BAD_PAYLOAD)
            return
        if self._too_fast():
            self.close(TOO_FAST)
        else:
            self._gateway.take(self, operation, data)

    def _too_fast(self) -> bool:
        now = self._gateway.world.clock()
        self._received.append(now)
        while self._received[0] <= now - SENDS_SECONDS:
            self._received.popleft()
        return len(self._received) > SENDS


class Gateway:
    """The gateway: it holds the sessions, answers packets and sends events to the sessions."""

    def __init__(
        self, world: World, token: str, watch: Watch, tasks: OwnedTasks, *, allowed_intents: int
    ) -> None:
        self.world = world
        self.origin = ""
        self.resume_url = ""
        self.heartbeat_milliseconds = 41_250
        self.acknowledges = True
        self.refusing = 0
        self.allowed_intents = allowed_intents
        self.token_valid = True
        self.identifies: list[float] = []
        self.resumes: list[float] = []
        self.heartbeats: list[float] = []
        self.closed_with: list[int | None] = []
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self._token = token
        self._watch = watch
        self._tasks = tasks

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket from its start to its end."""
        if self.refusing > 0:
            self.refusing -= 1
            return web.Response(status=503, text="upstream connect error")
        socket = web.WebSocketResponse(compress=False, timeout=1.0, max_msg_size=4096 * 4)
        await socket.prepare(request)
        connection = Connection(self, request, socket)
        self.connections.append(connection)
        self._tasks.spawn(connection.write(), f"gateway writer {len(self.identifies)}")
        if request.query.get("v") not in {"9", "10"} or request.query.get("encoding") != "json":
            connection.close(BAD_VERSION)
        try:
            await connection.read()
        finally:
            self._ended(connection, socket.close_code)
        return socket

    def take(self, connection: Connection, operation: int, data: Any) -> None:
        """Answer one packet of a client."""
        handlers: dict[int, Callable[[Connection, Any], None]] = {
            HEARTBEAT: self._heartbeat, IDENTIFY: self._identify, RESUME: self._resume,
            REQUEST_MEMBERS: self._members, 3: self._ignore, 4: self._ignore,
        }  # fmt: skip
        if operation not in handlers:
            connection.close(UNKNOWN_OPCODE)
        elif connection.session is None and operation not in {HEARTBEAT, IDENTIFY, RESUME}:
            connection.close(NOT_AUTHENTICATED)
        else:
            handlers[operation](connection, data)
        self._watch.changed()

    def announce(self, event: str, data: Json, intent: int = 0) -> None:
        """Dispatch an event to every session that has `intent`."""
        for session in self._living():
            if not intent or session.intents & intent:
                session.event(event, data)
        self._watch.changed()

    def announce_message(self, event: str, message: Message) -> None:
        """Dispatch MESSAGE_CREATE or MESSAGE_UPDATE; only sessions that may see the text get it."""
        if message.ephemeral or not self.world.reachable(message.channel):
            return
        for session in self._living():
            if session.intents & intent_for(message.channel):
                privileged = bool(session.intents & PRIVILEGED["message_content"])
                data = payloads.message_event(
                    self.world, message, self.origin, privileged=privileged
                )
                session.event(event, data)
        self._watch.changed()

    def invalidate(self, session: Session) -> None:
        """Remove a session, so that it cannot be resumed."""
        session.dead = True
        self.sessions.pop(session.id, None)

    def reset_token(self) -> None:
        """End all sessions and reject the token, as Discord does after too many IDENTIFYs in a day."""
        self.token_valid = False
        for session in list(self.sessions.values()):
            self.invalidate(session)
        for connection in self.connections:
            connection.close(AUTHENTICATION_FAILED)

    @property
    def identifies_left(self) -> int:
        """Return how many IDENTIFYs are left in the last 24 hours' limit."""
        day_ago = self.world.clock() - 86_400.0
        return IDENTIFIES_A_DAY - sum(at > day_ago for at in self.identifies)

    @property
    def identifies_reset_milliseconds(self) -> int:
        """Return the milliseconds until the oldest IDENTIFY of the last 24 hours no longer counts."""
        recent = [at for at in self.identifies if at > self.world.clock() - 86_400.0]
        return int((min(recent) + 86_400.0 - self.world.clock()) * 1000) if recent else 0

    def _living(self) -> list[Session]:
        for session in list(self.sessions.values()):
            if (
                session.connection is None
                and self.world.clock() > session.lost_at + SESSION_SECONDS
            ):
                self.invalidate(session)
        return list(self.sessions.values())

    def _ended(self, connection: Connection, code: int | None) -> None:
        self.connections.remove(connection)
        self.closed_with.append(code)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection, session.lost_at = None, self.world.clock()
            if connection.ended_cleanly:
                self.invalidate(session)
        self._watch.changed()

    def _ignore(self, connection: Connection, data: Any) -> None:
        """Ignore presence and voice packets, which have no effect here."""

    def _heartbeat(self, connection: Connection, data: Any) -> None:
        self.heartbeats.append(self.world.clock())
        if self.acknowledges:
            connection.send({"op": ACK})

    def _members(self, connection: Connection, data: Any) -> None:
        people = [
            {**payloads.member(), "user": payloads.user(who)} for who in self.world.users.values()
        ]
        chunk = {
            "guild_id": data["guild_id"],
            "members": people,
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
        }
        if connection.session is not None:
            connection.session.event("GUILD_MEMBERS_CHUNK", {**chunk, "nonce": data.get("nonce")})

    def _identify(self, connection: Connection, data: Any) -> None:
        if connection.session is not None:
            connection.close(ALREADY_AUTHENTICATED)
            return
        self.identifies.append(self.world.clock())
        if self.identifies_left < 0:
            self.reset_token()
        if data.get("token") != self._token or not self.token_valid:
            connection.close(AUTHENTICATION_FAILED)
        elif data["intents"] & sum(PRIVILEGED.values()) & ~self.allowed_intents:
            connection.close(DISALLOWED_INTENTS)
        else:
            self._welcome(connection, data["intents"])

    def _welcome(self, connection: Connection, intents: int) -> None:
        session = Session(f"session-{self.world.snowflake()}", intents, connection=connection)
        connection.session = self.sessions[session.id] = session
        joined = [guild for guild in self.world.guilds.values() if guild.joined]
        session.event("READY", {
            "v": 10, "user": payloads.user(self.world.bot), "session_id": session.id, "session_type": "normal",
            "resume_gateway_url": self.resume_url, "private_channels": [],
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in joined],
            "application": {"id": str(self.world.application_id), "flags": 0},
        })  # fmt: skip
        if intents & GUILDS:
            for guild in joined:
                session.event("GUILD_CREATE", payloads.guild(self.world, guild))

    def _resume(self, connection: Connection, data: Any) -> None:
        if data.get("token") != self._token or not self.token_valid:
            connection.close(AUTHENTICATION_FAILED)
            return
        self._living()
        session = self.sessions.get(data.get("session_id") or "")
        if session is None:
            connection.send({"op": INVALID_SESSION, "d": False})
        elif int(data.get("seq") or 0) > session.sequence:
            self.invalidate(session)
            connection.close(BAD_SEQUENCE)
        else:
            self._replay(connection, session, int(data.get("seq") or 0))

    def _replay(self, connection: Connection, session: Session, seen: int) -> None:
        self.resumes.append(self.world.clock())
        if session.connection is not None:
            session.connection.abort()
        connection.session, session.connection = session, connection
        for packet in session.events:
            if packet["s"] > seen:
                connection.send(packet)
        session.event("RESUMED", {})


def intent_for(channel: Channel) -> int:
    """Return the intent that messages of this channel need."""
    return DIRECT_MESSAGES if channel.kind == DM else GUILD_MESSAGES
