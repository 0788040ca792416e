"""The Discord adapter: it logs in, registers the commands and passes events to the intake.

It also limits how often a session is started.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import discord
import yarl

from adapters.discord.commands import render_commands, same_commands
from adapters.discord.failures import VENDOR, adapter_error, delivery_error
from adapters.discord.handle import Handle
from adapters.discord.intake import Intake
from adapters.discord.normalize import PLATFORM
from adapters.discord.shards import Shard, duty_of, shard_of
from adapters.discord.sink import DiscordSink
from adapters.discord.wire import Wire, refusing_trace
from engine.contract import ChatKey
from engine.errors import ChatUnavailable, ConnectionLost, DeadlinePassed
from engine.tasks import SystemClock, describe, finish_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Callable

    from adapters.discord.interaction import FirstWord
    from adapters.discord.settings import DiscordSettings
    from adapters.discord.shards import Identify
    from adapters.discord.sink import Turnstile
    from engine.contract import CommandInfo, LastSeen, ReplySink, Submit, Wants
    from engine.tasks import Clock

log = logging.getLogger(__name__)

FREE_STARTS = 50
LEAST_PAUSE_SECONDS = 90.0
REIDENTIFY_SECONDS = 5.0
_HANG_UP_SECONDS = 2.0
_GUILDS_SECONDS = 0.5  # if no further server is announced for this long, all of them are known
_NEEDED = ("READY", "RESUMED")
_COMMANDS = "/applications/{application_id}/commands"


def start_pause(limit: Mapping[str, Any]) -> float:
    """Return the seconds to wait before the next IDENTIFY, from Discord's count of session starts.

    Discord allows 1000 a day, and one more resets the token (API reference, "Identifying"). After
    the first `FREE_STARTS`, the remaining starts are spread over the rest of the day, so that a
    process that crashes at every start never uses them up.
    """
    remaining = int(limit["remaining"])
    if int(limit["total"]) - remaining < FREE_STARTS:
        return 0.0
    return max(LEAST_PAUSE_SECONDS, float(limit["reset_after"]) / 1000.0 / max(1, remaining))


def _aside(name: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Wrap a parser of the library so that an event which it cannot read is logged and skipped."""

    def read(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:  # noqa: BLE001 - one odd event must not end the session
            log.error("discord: %s skipped: %s", name, describe(error))

    return read


class _Client(discord.Client):
    """The library's client with the smallest possible cache.

    It requests one privileged intent, message content, if the bot's owner has allowed it in the
    developer portal (`allow_content`).
    """

    def __init__(
        self, clock: Clock, shard: Shard | None = None, identify: Identify | None = None
    ) -> None:
        super().__init__(
            shard_id=shard.number if shard else None,
            shard_count=shard.count if shard else None,
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=_GUILDS_SECONDS,
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=refusing_trace(),
        )
        self._clock, self._identify = clock, identify
        self.intake: Intake | None = None
        # In version 2.7.1 an event that the library's parser cannot read ends `connect`, and there
        # is no public hook to change that.
        parsers = self._connection.parsers
        parsers.update(
            {name: _aside(name, parse) for name, parse in parsers.items() if name not in _NEEDED}
        )

    async def on_ready(self) -> None:
        if self.intake is not None:
            self.intake.ready()

    async def on_message(self, message: discord.Message) -> None:
        if self.intake is not None:
            self.intake.message(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        if self.intake is not None:
            self.intake.edited(payload.message)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        if self.intake is not None:
            self.intake.deleted(payload.channel_id, {payload.message_id})

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        if self.intake is not None:
            self.intake.deleted(payload.channel_id, payload.message_ids)

    async def on_interaction(self, interaction: discord.Interaction[discord.Client]) -> None:
        if self.intake is not None:
            self.intake.interaction(interaction)

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        """Log an event that could not be read.

        This replaces the library's own report, which would hold the message's text.
        """
        error = sys.exc_info()[1]
        log.error(
            "discord: %s failed: %s",
            event_method,
            describe(error) if error is not None else "unknown",
        )

    def allow_content(self) -> None:
        """Request the message content intent if it is allowed. Call this between login and connect.

        The application's flags show whether it is allowed in the developer portal. Discord closes a
        session that requests an intent which is not allowed (close code 4014). The library sets
        intents only when a client is created (2.7.1), which is before the flags are known.
        """
        flags = self.application_flags
        allowed = flags.gateway_message_content or flags.gateway_message_content_limited
        self._connection._intents.message_content = allowed  # noqa: SLF001 - see above

    async def starts(self) -> Mapping[str, Any]:
        """Return Discord's count of the session starts (IDENTIFY) that are left today."""
        _, _, limit = await self.http.get_bot_gateway()
        return limit

    def gateways(self) -> list[discord.gateway.DiscordWebSocket]:
        """Return the open gateway connections of this client.

        They are found through their heartbeat threads, because the library loses track of a gateway
        that fails before its IDENTIFY (2.7.1).
        """
        return [beating.ws for beating in self._heartbeats()]

    def silent_seconds(self) -> float | None:
        """Return the seconds since the last data from a gateway, or None if no gateway is open."""
        now = time.perf_counter()
        # The library has no public attribute for the time of the last data (2.7.1).
        heard = [getattr(beating, "_last_recv", now) for beating in self._heartbeats()]
        return now - max(heard) if heard and self.intake is not None else None

    def _heartbeats(self) -> list[discord.gateway.KeepAliveHandler]:
        beating = [
            t for t in threading.enumerate() if isinstance(t, discord.gateway.KeepAliveHandler)
        ]
        return [t for t in beating if t.ws.call_hooks == self._connection.call_hooks]

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait before every IDENTIFY after the first.

        Raises `ConnectionLost` if the wait would be long, because the library would time out during
        it. The supervisor then waits instead.
        """
        del shard_id
        if self._identify is not None:
            await self._identify()
        if initial:
            return
        pause = start_pause(await self.starts())
        if pause > REIDENTIFY_SECONDS:
            raise ConnectionLost("too many sessions were started today; the next one has to wait")
        if self._identify is None:
            await self._clock.sleep(REIDENTIFY_SECONDS)


class DiscordAdapter:
    """The Discord platform (implements `engine.contract.Adapter` and `SharedAdapter`).

    `last_seen` returns the newest accepted message of each chat; `commands` is the engine's command
    table. `wants` tells which messages the engine accepts. `api_url` and `gateway_url` change class
    attributes of the library, which offers no other way, so all adapters of a process share these
    two. `identify` is given if several processes use the account.
    """

    name = PLATFORM

    def __init__(
        self,
        settings: DiscordSettings,
        *,
        last_seen: LastSeen,
        commands: Sequence[CommandInfo] = (),
        clock: Clock | None = None,
        wants: Wants = lambda _: True,
        identify: Identify | None = None,
    ) -> None:
        self._settings, self._wants = settings, wants
        self._identify = identify
        self._last_seen = last_seen
        self._commands = commands
        self._clock = clock or SystemClock()
        self._wire = Wire(self._clock, shared=identify is not None)
        self._client: _Client | None = None
        self._heard_at = self._clock.now()
        self._turnstiles: WeakValueDictionary[int, Turnstile] = WeakValueDictionary()

    def sink(self, key: ChatKey, handle: str) -> ReplySink:
        """Rebuild a sink. Its calls wait until the adapter is logged in."""
        return self._new_sink(key, Handle.parse(handle))

    def _new_sink(
        self, key: ChatKey, handle: Handle, first_word: FirstWord | None = None
    ) -> DiscordSink:
        return DiscordSink(self._wire, self._turnstiles, key, handle, first_word)

    async def run(self, submit: Submit) -> None:
        """Take messages until cancelled. The library itself resumes a broken connection.

        Raises `LoginRejected` or `ConnectionLost`. After a cancellation the gateway is closed, and
        sinks keep working until `close`.
        """
        await self._receive(submit, None)

    async def reach(self) -> None:
        """Log in without a gateway, and stay logged in until cancelled.

        See `SharedAdapter.reach`.
        """
        client = await self._logged_in(None)
        await self._wire.switch(client)
        await asyncio.Event().wait()

    async def duties(self) -> Sequence[str]:
        """Return one duty for each shard.

        The settings or Discord determine the number of shards.
        """
        client = await self._logged_in(None)
        try:
            bot = client.user.id if client.user is not None else 0
            recommended, _, _ = await client.http.get_bot_gateway()
        except VENDOR as error:
            raise adapter_error(error) from error
        finally:
            await client.close()
        count = self._settings.shards or recommended
        return [duty_of(Shard(number, count), bot) for number in range(count)]

    async def run_duty(self, duty: str, submit: Submit) -> None:
        """Take the messages of one shard until cancelled (see `run`)."""
        await self._receive(submit, shard_of(duty))

    async def _logged_in(self, shard: Shard | None) -> _Client:
        """Return a client that is logged in. Raises `LoginRejected` or `ConnectionLost`."""
        _prepare_library(self._settings)
        client = _Client(self._clock, shard, self._identify)
        try:
            await client.login(self._settings.token)
        except VENDOR as error:
            await client.close()
            raise adapter_error(error) from error
        except BaseException:
            await client.close()
            raise
        return client

    async def _receive(self, submit: Submit, shard: Shard | None) -> None:
        """Run one session of the gateway. With a `shard`, sinks use the client of `reach`."""
        self._client = client = await self._logged_in(shard)
        intake = Intake(client, submit, self._last_seen, self._new_sink, self._wire, self._wants)
        try:
            if shard is None:
                await self._wire.switch(client)
            await self._live(client, intake, registers=shard is None or shard.number == 0)
        except VENDOR as error:
            raise adapter_error(error) from error
        finally:
            client.intake = None
            await intake.close()
            await self._hang_up(client)
            if shard is not None:
                await client.close()
        raise ConnectionLost("the connection to Discord was closed")

    async def close(self) -> None:
        """Log out. Sinks stop working. Idempotent."""
        await self._wire.switch(None)

    def silent_seconds(self) -> float:
        """Return the seconds since the last data from Discord's gateway, or since the start."""
        age = self._client.silent_seconds() if self._client is not None else None
        if age is not None:
            self._heard_at = self._clock.now() - age
        return self._clock.now() - self._heard_at

    async def private_sink(self, user_id: str) -> tuple[ChatKey, ReplySink]:
        """Return a sink for the private chat with a person. Raises `DeliveryError`."""
        if not user_id.isdigit():
            raise ChatUnavailable("this is no user id of Discord")
        channel = await self._wire.call(lambda client: client.http.start_private_message(user_id))
        key = ChatKey(PLATFORM, str(channel["id"]))
        # Discord drops a second message with the same nonce. The nonce is made from the cause.
        now = datetime.fromtimestamp(self._clock.time(), timezone.utc)
        return key, self._new_sink(key, Handle(discord.utils.time_snowflake(now)))

    async def _live(self, client: _Client, intake: Intake, *, registers: bool) -> None:
        client.allow_content()
        if registers:
            await self._register(client)
        pause = start_pause(await client.starts())
        if pause:
            log.warning("discord: many starts today, waiting %.0f s before the next", pause)
            await self._clock.sleep(pause)
        client.intake = intake
        try:
            await client.connect()
        # discord.py 2.7.1 raises this when it reads the sequence number of a session that never
        # started.
        except AttributeError as error:
            if client.ws is not None:
                raise
            raise ConnectionLost("the gateway of Discord cannot be reached") from error

    async def _register(self, client: _Client) -> None:
        """Register the commands if they have changed.

        A failure is logged, because a bot without registered commands still answers messages.
        """
        application_id = client.application_id
        if not self._commands or application_id is None:
            return
        wanted = render_commands(self._commands)
        try:
            read = discord.http.Route("GET", _COMMANDS, application_id=application_id)
            registered = await client.http.request(read, params={"with_localizations": "true"})
            if not same_commands(wanted, registered):
                write = discord.http.Route("PUT", _COMMANDS, application_id=application_id)
                await client.http.request(write, json=wanted)
                log.info("discord: %d commands registered", len(wanted))
        except VENDOR as error:
            log.error("discord: the commands were not registered: %s", delivery_error(error))

    async def _hang_up(self, client: _Client) -> None:
        """Close the gateway, so that Discord shows the bot as offline at once.

        The HTTP client stays open for the sinks.
        """
        until = self._clock.now() + _HANG_UP_SECONDS
        for gateway in client.gateways():
            try:
                await finish_by(
                    self._clock, until, gateway.close(code=1000), "close of the gateway"
                )
            except (DeadlinePassed, *VENDOR) as error:
                log.debug("discord: the gateway was not closed cleanly: %s", describe(error))


async def check_token(settings: DiscordSettings) -> str:
    """Return the bot's user name on Discord. Raises `LoginRejected` or `ConnectionLost`."""
    _prepare_library(settings)
    client = _Client(SystemClock())
    try:
        await client.login(settings.token)
        return client.user.name if client.user is not None else ""
    except VENDOR as error:
        raise adapter_error(error) from error
    finally:
        await client.close()


def _prepare_library(settings: DiscordSettings) -> None:
    """Set the library's server addresses, and silence loggers that print texts and tokens."""
    # do not warn about missing voice packages, because the bot uses no voice
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    if settings.api_url:
        discord.http.Route.BASE = settings.api_url.rstrip("/")
    if settings.gateway_url:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)
    for name in ("discord.http", "discord.gateway", "discord.webhook.async_"):
        logging.getLogger(name).setLevel(logging.INFO)
