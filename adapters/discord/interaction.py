"""Acknowledge an interaction, which Discord expects within three seconds.

The acknowledgement is sent after the engine has accepted the command or the press, or earlier if
the engine has a notice to show. If the process crashes before that, Discord tells the user that the
bot did not respond, so nothing is lost silently.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord

from engine.errors import UNKNOWN, ChatUnavailable, DeliveryFailed, MessageGone

if TYPE_CHECKING:
    from typing import Any

    from adapters.discord.wire import Wire

# Discord waits this long for the acknowledgement. While another process may still acknowledge the
# interaction, this process looks for the deferred answer after each pause of the second length.
_ACKNOWLEDGED_SECONDS, _LOOK_AGAIN_SECONDS = 3.0, 0.2
_ANSWER = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"


class FirstWord:
    """The acknowledgement of one interaction and, for a command, its deferred answer ("thinking…").

    `live` is the interaction object, which only the process that received it from the gateway has.
    A later process only has the `token`.
    """

    def __init__(
        self,
        wire: Wire,
        token: str,
        live: discord.Interaction[Any] | None = None,
        asked_at: float = 0.0,
    ) -> None:
        self._wire, self._token, self._live = wire, token, live
        self._until = asked_at + _ACKNOWLEDGED_SECONDS
        self._given = False
        self._original: int | None = None
        self._lock = asyncio.Lock()

    async def give(self) -> None:
        """Acknowledge the interaction, unless that was done before.

        Raises `DeliveryError`. It is a `ChatUnavailable` if the three seconds have passed.
        """
        async with self._lock:
            await self._give()

    async def original(self) -> int:
        """Return the id of the command's deferred answer, or 0 if there is none.

        Raises `DeliveryError`.
        """
        async with self._lock:
            known = self._original
            if known is None:
                known = self._original = await self._find()
            return known

    async def _find(self) -> int:
        try:
            told = await self._give()
        except (ChatUnavailable, MessageGone):
            return 0
        while told is None:
            try:
                told = await self._wire.call(self._look)
            except (ChatUnavailable, MessageGone):
                # The process that has the interaction may be acknowledging it at this moment.
                if not self._wire.shared or self._live or self._wire.clock.time() >= self._until:
                    return 0
                await self._wire.clock.sleep(_LOOK_AGAIN_SECONDS)
        return told

    async def _give(self) -> int | None:
        """Acknowledge the interaction, unless that was done before.

        Return the id of the deferred answer if Discord reports it.
        """
        live = self._live
        # A closed client means that a reconnect has replaced its session.
        if self._given or live is None or live.client.is_closed():
            return self._original
        command = live.type is discord.InteractionType.application_command
        try:
            deferred = await self._wire.call(lambda _: _defer(live, thinking=command))
        except DeliveryFailed as error:
            if error.retryable:
                raise
            # The interaction was acknowledged before: by a call whose response was lost, or by
            # another process on the same disk.
            deferred = None
        self._given = True
        if command and deferred is not None:
            self._original = deferred.message_id
        return self._original

    async def _look(self, client: discord.Client) -> int:
        # The library's own method needs an interaction that the gateway has just delivered, so the
        # deferred answer is requested directly.
        route = discord.http.Route(
            "GET", _ANSWER, webhook_id=client.application_id, webhook_token=self._token
        )
        return int((await client.http.request(route))["id"])


async def _defer(
    live: discord.Interaction[Any], *, thinking: bool
) -> discord.InteractionCallbackResponse[Any] | None:
    try:
        return await live.response.defer(thinking=thinking)
    except RuntimeError as error:
        if not live.client.is_closed():
            raise
        raise DeliveryFailed(
            "the connection was just replaced", retryable=True, state=UNKNOWN
        ) from error
