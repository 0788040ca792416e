"""Notify the admins of problems of the process: once when a problem begins, and once when it ends.

Admins get a message in a private chat on their platform, and a webhook is called if one is set. A
message that cannot be delivered is tried again at each check. A restarted process knows which
receivers were told of which problem (`bot.told`).
"""

from __future__ import annotations

import asyncio
import json
import logging
import urllib.request
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from urllib.error import HTTPError, URLError

from bot import __version__
from bot.told import load_told, save_told
from engine.errors import BotError, ChatUnavailable
from engine.tasks import describe, finish_by
from engine.wording.alerts import alerts_in

if TYPE_CHECKING:
    from pathlib import Path

    from bot.health import Health, Problem
    from bot.health_settings import AlertSettings
    from engine.contract import ChatKey, ReplySink
    from engine.tasks import Clock

log = logging.getLogger(__name__)

CALM_SECONDS = 60.0  # a problem counts as over after it has been absent for this long
SEND_SECONDS, WEBHOOK_SECONDS = 15.0, 10.0
TRIES = 60  # a message is tried at this many health checks, which take ten minutes
NTFY, GOTIFY, JSON = "NTFY", "GOTIFY", "JSON"
FORMS = (NTFY, GOTIFY, JSON)
WEBHOOK = "webhook"
_DISCORD_DIGITS = 17  # Discord's ids have at least this many digits, and Telegram's have fewer


@runtime_checkable
class WritesFirst(Protocol):
    """An adapter that can write to a person without a question from them."""

    async def private_sink(self, user_id: str) -> tuple[ChatKey, ReplySink]:
        """Return a sink for the private chat with a person. Raises `DeliveryError`."""


@dataclass
class _Case:
    """A problem, from its beginning until everybody has been told that it is over.

    `told` are the receivers that know about it. `gone_at` is the time at which it was first absent.
    """

    problem: Problem
    told: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    gone_at: float | None = None
    tries: int = 0


class Alerts:
    """The problems that have been reported to the admins of one process.

    `memory` is the file that keeps them over a restart, or None.
    """

    def __init__(
        self,
        health: Health,
        admins: Iterable[str],
        settings: AlertSettings,
        clock: Clock,
        memory: Path | None = None,
    ) -> None:
        self._health, self._settings, self._clock = health, settings, clock
        self._admins = sorted(with_platform(one) for one in admins)
        self._memory = memory
        known = load_told(memory) if memory is not None else {}
        self._cases = {cause: _Case(problem, told) for cause, (problem, told) in known.items()}
        self._saved = self._known()

    def change(self, admins: Iterable[str], settings: AlertSettings) -> None:
        """Replace the receivers."""
        self._settings = settings
        self._admins = sorted(with_platform(one) for one in admins)

    async def take(self, problems: Sequence[Problem]) -> None:
        """Compare the problems with those of the previous check, and report the differences.

        Never raises.
        """
        now = self._clock.now()
        present = {problem.cause: problem for problem in problems}
        for cause, problem in present.items():
            if cause not in self._cases:
                log.error("%s", problem.text)
                self._cases[cause] = _Case(problem)
            self._cases[cause].gone_at = None
        for cause, case in list(self._cases.items()):
            if cause not in present and case.gone_at is None:
                case.gone_at, case.tries = now, 0
            await self._tell(case, now)
            if self._is_settled(case, now):
                log.warning("over: %s", case.problem.text)
                del self._cases[cause]
        self._save()

    def _known(self) -> dict[str, tuple[Problem, frozenset[str]]]:
        return {
            cause: (case.problem, frozenset(case.told - case.done))
            for cause, case in self._cases.items()
            if case.told - case.done
        }

    def _save(self) -> None:
        known = self._known()
        if self._memory is not None and known != self._saved:
            self._saved = known
            save_told(self._memory, known)

    def _is_settled(self, case: _Case, now: float) -> bool:
        calm = case.gone_at is not None and now - case.gone_at >= CALM_SECONDS
        return calm and (case.told <= case.done or case.tries >= TRIES)

    async def _tell(self, case: _Case, now: float) -> None:
        over = case.gone_at is not None
        if over and case.gone_at is not None and now - case.gone_at < CALM_SECONDS:
            return
        receivers = [*self._admins, *([WEBHOOK] if self._settings.url else [])]
        marked = case.done if over else case.told
        left = [one for one in receivers if one not in marked and (not over or one in case.told)]
        if not left or case.tries >= TRIES:
            return
        case.tries += 1
        for receiver in left:
            if await self._told(receiver, case.problem, over=over):
                marked.add(receiver)

    async def _told(self, receiver: str, problem: Problem, *, over: bool) -> bool:
        """Tell a receiver about a problem. Return whether no further attempt is needed."""
        send = (
            self._post(problem, over=over)
            if receiver == WEBHOOK
            else self._write(receiver, problem, over=over)
        )
        try:
            await finish_by(self._clock, self._clock.now() + SEND_SECONDS, send, "alert")
        except ChatUnavailable:
            log.warning("the admin %s cannot be reached", receiver)
            return True
        except (BotError, OSError, ValueError) as error:
            log.debug("an alert was not delivered: %s", describe(error))
            return False
        return True

    async def _write(self, receiver: str, problem: Problem, *, over: bool) -> None:
        platform, _, user_id = receiver.partition(":")
        adapter: object = self._health.adapters.get(platform)
        if not isinstance(adapter, WritesFirst):
            if platform in self._health.adapters:
                raise ChatUnavailable("this platform cannot start a conversation")
            raise BotError("the platform is not connected now")
        key, sink = await adapter.private_sink(user_id)
        words = alerts_in(await self._language(key))
        said = words.of(problem.kind, problem.about)
        await sink.send(words.over.format(said=said) if over else said, (), 0)

    async def _language(self, key: ChatKey) -> str:
        chats = self._health.conversations
        return "" if chats is None else (await chats.load(key)).language

    async def _post(self, problem: Problem, *, over: bool) -> None:
        request = webhook_request(self._settings, problem, over=over)
        await asyncio.get_running_loop().run_in_executor(None, _send, request)


def webhook_request(
    settings: AlertSettings, problem: Problem, *, over: bool
) -> urllib.request.Request:
    """Return the request that reports a problem to a webhook.

    The forms are those of ntfy (https://docs.ntfy.sh/publish/), Gotify
    (https://gotify.net/docs/pushmsg) and plain JSON.
    """
    text = f"over: {problem.text}" if over else problem.text
    title = "Pipit works again" if over else "Pipit needs help"
    headers = {"User-Agent": f"pipit/{__version__}"}
    if settings.form == NTFY:
        urgent = problem.stops and not over
        tags = "white_check_mark" if over else "warning"
        headers |= {"Title": title, "Priority": "high" if urgent else "default", "Tags": tags}
        return urllib.request.Request(settings.url, text.encode(), headers)  # noqa: S310 - http or https, by the settings
    told: dict[str, object] = {"title": title, "message": text}
    if settings.form == GOTIFY:
        told["priority"] = 8 if problem.stops and not over else 4
    else:
        told |= {"cause": problem.cause, "over": over, "stops": problem.stops}
    headers["Content-Type"] = "application/json"
    return urllib.request.Request(settings.url, json.dumps(told).encode(), headers)  # noqa: S310 - as above


def _send(request: urllib.request.Request) -> None:
    try:
        with urllib.request.urlopen(request, timeout=WEBHOOK_SECONDS) as answer:  # noqa: S310 - as above
            answer.read(1)
    except URLError as error:
        if isinstance(error, HTTPError):
            error.close()  # the error object holds the connection
        raise OSError("the webhook was not reached") from error


def with_platform(user: str) -> str:
    """Return an admin's id with its platform. The platform is known by the id's length.

    Discord's ids are longer than Telegram's.
    """
    if ":" in user:
        return user
    return f"{'discord' if len(user) >= _DISCORD_DIGITS else 'telegram'}:{user}"
