"""The library's client with Pipit's limits on its cache, its intents and its session starts."""

from __future__ import annotations

import logging
import sys
import threading
import time
from typing import TYPE_CHECKING

import discord

from adapters.discord.wire import refusing_trace
from engine.errors import ConnectionLost
from engine.tasks import describe

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Callable

    from adapters.discord.intake import Intake
    from adapters.discord.shards import Identify, Shard
    from engine.tasks import Clock

log = logging.getLogger(__name__)

FREE_STARTS = 50
LEAST_PAUSE_SECONDS = 90.0
REIDENTIFY_SECONDS = 5.0
_GUILDS_SECONDS = 0.5  # all servers are known if no further server is announced for this long
_NEEDED = ("READY", "RESUMED")


def start_pause(limit: Mapping[str, Any]) -> float:
    """Return the seconds to wait before the next IDENTIFY, from Discord's count of session starts.

    Discord allows 1000 starts a day. At one more start, Discord resets the bot's token (API
    reference, "Identifying"). After the first `FREE_STARTS`, the remaining starts are spread over
    the rest of the day, so that a process that crashes at every start never uses them up.
    """
    remaining = int(limit["remaining"])
    if int(limit["total"]) - remaining < FREE_STARTS:
        return 0.0
    return max(LEAST_PAUSE_SECONDS, float(limit["reset_after"]) / 1000.0 / max(1, remaining))


def _aside(name: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Wrap a parser of the library. An event that the parser cannot read is logged and skipped."""

    def read(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:  # noqa: BLE001 - one odd event must not end the session
            log.error("discord: %s skipped: %s", name, describe(error))

    return read


class Client(discord.Client):
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
        # In version 2.7.1, an event that the library's parser cannot read ends `connect`. There is
        # no public hook to change this.
        parsers = self._connection.parsers
        parsers.update(
            {name: _aside(name, parse) for name, parse in parsers.items() if name not in _NEEDED}
        )

    async def on_ready(self) -> None:
        """Tell the intake that a session has begun."""
        if self.intake is not None:
            self.intake.ready()

    async def on_message(self, message: discord.Message) -> None:
        """Pass a new message to the intake."""
        if self.intake is not None:
            self.intake.message(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Pass an edited message to the intake."""
        if self.intake is not None:
            self.intake.edited(payload.message)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Pass the deletion of a message to the intake."""
        if self.intake is not None:
            self.intake.deleted(payload.channel_id, {payload.message_id})

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Pass the deletion of several messages to the intake."""
        if self.intake is not None:
            self.intake.deleted(payload.channel_id, payload.message_ids)

    async def on_interaction(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Pass a command or a button press to the intake."""
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
        it. The caller of `run` then waits instead.
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
