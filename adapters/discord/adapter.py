"""The Discord adapter: log in, register the commands and pass events to the intake.

It also limits how often a session is started.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import discord
import yarl

from adapters.discord.client import Client, start_pause
from adapters.discord.commands import render_commands, same_commands
from adapters.discord.failures import VENDOR, adapter_error, delivery_error
from adapters.discord.frames import skip_unreadable_frames
from adapters.discord.handle import Handle
from adapters.discord.intake import Intake
from adapters.discord.normalize import PLATFORM
from adapters.discord.shards import Shard, duty_of, shard_of
from adapters.discord.sink import DiscordSink
from adapters.discord.wire import Wire
from engine.contract import ChatKey
from engine.errors import ChatUnavailable, ConnectionLost, DeadlinePassed
from engine.tasks import SystemClock, describe, finish_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.discord.interaction import FirstWord
    from adapters.discord.settings import DiscordSettings
    from adapters.discord.shards import Identify
    from adapters.discord.sink import Turnstile
    from engine.contract import CommandInfo, LastSeen, ReplySink, Submit, Wants
    from engine.tasks import Clock

log = logging.getLogger(__name__)

_HANG_UP_SECONDS = 2.0
_COMMANDS = "/applications/{application_id}/commands"


class DiscordAdapter:
    """The Discord platform (implements `engine.contract.Adapter` and `SharedAdapter`).

    `last_seen` returns the newest accepted message of each chat. `commands` is the engine's command
    table. `wants` says which messages the engine accepts. `api_url` and `gateway_url` change class
    attributes of the library, which offers no other way. All adapters of a process therefore share
    these two. `identify` waits before a session starts. It is given if several processes use the
    account (see `Identify`).
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
        self.wire = Wire(self._clock, shared=identify is not None)
        self._client: Client | None = None
        self._heard_at = self._clock.now()
        self._turnstiles: WeakValueDictionary[int, Turnstile] = WeakValueDictionary()

    def sink(self, key: ChatKey, handle: str) -> ReplySink:
        """Rebuild a sink. Its calls wait until the adapter is logged in."""
        return self._new_sink(key, Handle.parse(handle))

    def _new_sink(
        self, key: ChatKey, handle: Handle, first_word: FirstWord | None = None
    ) -> DiscordSink:
        return DiscordSink(self.wire, self._turnstiles, key, handle, first_word)

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
        await self.wire.switch(client)
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

    async def _logged_in(self, shard: Shard | None) -> Client:
        """Return a client that is logged in. Raises `LoginRejected` or `ConnectionLost`."""
        _prepare_library(self._settings)
        client = Client(self._clock, shard, self._identify)
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
        intake = Intake(client, submit, self._last_seen, self._new_sink, self.wire, self._wants)
        try:
            if shard is None:
                await self.wire.switch(client)
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
        await self.wire.switch(None)

    def silent_seconds(self) -> float:
        """Return the seconds since the last data from Discord's gateway, or since the start."""
        age = self._client.silent_seconds() if self._client is not None else None
        if age is not None:
            self._heard_at = self._clock.now() - age
        return self._clock.now() - self._heard_at

    async def private_sink(self, user_id: str) -> tuple[ChatKey, ReplySink]:
        """Return a sink for the private chat with a person. Raises `DeliveryError`."""
        if not user_id.isdigit():
            raise ChatUnavailable("this is not a user id of Discord")
        channel = await self.wire.call(lambda client: client.http.start_private_message(user_id))
        key = ChatKey(PLATFORM, str(channel["id"]))
        return key, await self.opening_sink(key)

    async def opening_sink(self, key: ChatKey) -> ReplySink:
        """Return a sink for a message that replies to nothing."""
        # Discord ignores a second message with the same nonce, and the nonce contains the cause.
        # The cause is therefore a new id, made from the present time.
        now = datetime.fromtimestamp(self._clock.time(), timezone.utc)
        return self._new_sink(key, Handle(discord.utils.time_snowflake(now)))

    async def _live(self, client: Client, intake: Intake, *, registers: bool) -> None:
        client.allow_content()
        if registers:
            await self._register(client)
        pause = start_pause(await client.starts())
        if pause:
            log.warning(
                "discord: many session starts today, waiting %.0f s before the next one", pause
            )
            await self._clock.sleep(pause)
        client.intake = intake
        try:
            await client.connect()
        # discord.py 2.7.1 raises this error when it reads the sequence number of a session that
        # never started.
        except AttributeError as error:
            if client.ws is not None:
                raise
            raise ConnectionLost("the gateway of Discord cannot be reached") from error

    async def _register(self, client: Client) -> None:
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

    async def _hang_up(self, client: Client) -> None:
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
    client = Client(SystemClock())
    try:
        await client.login(settings.token)
        return client.user.name if client.user is not None else ""
    except VENDOR as error:
        raise adapter_error(error) from error
    finally:
        await client.close()


def _prepare_library(settings: DiscordSettings) -> None:
    """Prepare the library for all clients of the process.

    Its server addresses are set, unreadable frames are skipped, and the loggers that print texts
    and tokens are silenced.
    """
    # The bot uses no voice, so warnings about missing voice packages are switched off.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    skip_unreadable_frames()
    if settings.api_url:
        discord.http.Route.BASE = settings.api_url.rstrip("/")
    if settings.gateway_url:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)
    for name in ("discord.http", "discord.gateway", "discord.webhook.async_"):
        logging.getLogger(name).setLevel(logging.INFO)
