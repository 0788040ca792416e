"""Limits on the spending of a person, of a chat and of everybody, by day and by month.

When the share `NEAR` of a cap is spent, the people concerned are warned once, and the cheaper model
answers. When the whole cap is spent, questions are refused until the period ends. A question is
checked when it is accepted and again when its answer begins. Spending is counted when an answer
ends. Running answers may therefore exceed a cap, by at most their own cost. The counts are read
from the store, which all processes share.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import tzinfo

from engine.contract import ChatKey, Usage
from engine.errors import StorageFault
from engine.prices import Prices
from engine.storage.spending import CHAT, DAY, PERSON, TOTAL, Spending, Spent, period_end
from engine.tasks import Clock
from engine.wording.service import ServiceWords
from engine.zones import local_time

log = logging.getLogger(__name__)
NEAR = 0.8
REACHED = 1.0


@dataclass(frozen=True)
class Cap:
    """The limit of a scope (`PERSON`, `CHAT`, `TOTAL`) in a period (`DAY`, `MONTH`).

    `tokens` or `cost` is set. A cost counts billionths of the currency's unit.
    """

    scope: str
    period: str
    tokens: int = 0
    cost: int = 0

    def share(self, spent: Spent) -> float:
        """Return the share of the cap that is spent: 0 for nothing, 1 for the whole cap."""
        tokens, cost = spent.of(self.period)
        return tokens / self.tokens if self.tokens else cost / max(1, self.cost)


@dataclass(frozen=True)
class SpendingSettings:
    """Prices and caps. The `cheaper_model` answers near a cap. If it is empty, the model stays."""

    prices: Prices = field(default_factory=Prices)
    caps: tuple[Cap, ...] = ()
    cheaper_model: str = ""


@dataclass(frozen=True)
class Share:
    """The spent part of a cap. `until` is the Unix time at which its period ends."""

    cap: Cap
    part: float
    until: float


@dataclass(frozen=True)
class Verdict:
    """The caps that apply to a question."""

    shares: tuple[Share, ...] = ()

    @property
    def stop(self) -> Share | None:
        """Return the reached cap whose period ends last, or None."""
        reached = [share for share in self.shares if share.part >= REACHED]
        return max(reached, key=lambda share: share.until, default=None)

    @property
    def near(self) -> list[Share]:
        """Return the caps of which at least the share `NEAR` is spent."""
        return [share for share in self.shares if share.part >= NEAR]


@dataclass(frozen=True)
class CapAlert:
    """A report to the admins about a cap on everybody's spending, valid until a Unix time.

    `reached` is false if the cap is only nearly reached.
    """

    reached: bool
    until: float


class Caps:
    """Compare the spending with the caps. `settings` may be replaced at any time.

    `alerts` are the alerts that this process sends to the admins.
    """

    def __init__(self, settings: SpendingSettings, spending: Spending | None, clock: Clock) -> None:
        self.settings = settings
        self.alerts: list[CapAlert] = []
        self._spending, self._clock = spending, clock

    @property
    def prices(self) -> Prices:
        """Return the present prices."""
        return self.settings.prices

    def charged(self, usage: Usage) -> Usage:
        """Return the usage with its cost by the present prices."""
        return self.settings.prices.charged(usage)

    async def verdict(
        self, key: ChatKey, user_id: str, *, tokens_per_day: int = 0, unlimited: bool = False
    ) -> Verdict:
        """Compare the spending of a person, their chat and everybody with the caps.

        `tokens_per_day` is a further cap of this person, or 0 for none. `unlimited` is true if the
        caps of persons and chats do not apply. Raises `StorageFault`.
        """
        caps = [cap for cap in self.settings.caps if cap.scope == TOTAL or not unlimited]
        if tokens_per_day and not unlimited:
            caps.append(Cap(PERSON, DAY, tokens_per_day))
        if not caps or self._spending is None:
            return Verdict()
        spent = {
            scope: await self._spending.spent(scope, key, user_id)
            for scope in dict.fromkeys(cap.scope for cap in caps)
        }
        now = self._clock.time()
        return Verdict(
            tuple(
                Share(cap, cap.share(spent[cap.scope]), period_end(cap.period, now)) for cap in caps
            )
        )

    async def warnings(
        self, verdict: Verdict, key: ChatKey, user_id: str, words: ServiceWords, zone: tzinfo | None
    ) -> list[str]:
        """Return the warnings for this chat that have not been given yet. Never raises.

        A warning about everybody's spending is sent to the admins instead (`alerts`).
        """
        told = []
        for share in verdict.near:
            if share.cap.scope == TOTAL:
                await self.alert(share)
            elif await self._is_first(share, key, user_id):
                told.append(near(share, words, zone))
        return told

    async def alert(self, share: Share) -> None:
        """Report a cap on everybody's spending to the admins. Never raises.

        The admins get one report when the cap is nearly reached and one when it is reached.
        """
        alert = CapAlert(share.part >= REACHED, share.until)
        if alert not in self.alerts and await self._is_first(share, None, ""):
            now = self._clock.time()
            self.alerts = [*(one for one in self.alerts if one.until > now), alert]

    def current_alerts(self) -> list[CapAlert]:
        """Return the alerts whose period has not ended."""
        now = self._clock.time()
        return [alert for alert in self.alerts if alert.until > now]

    async def _is_first(self, share: Share, key: ChatKey | None, user_id: str) -> bool:
        """Return whether a warning is given for the first time in its period."""
        cap = share.cap
        whose = {PERSON: f"{key.platform if key else ''}:{user_id}", CHAT: str(key)}.get(
            cap.scope, ""
        )
        unit, level = "tokens" if cap.tokens else "cost", int(min(1.0, share.part) >= REACHED)
        name = f"{cap.scope} {cap.period} {unit} {level} {whose}"
        try:
            return self._spending is not None and await self._spending.first_warning(
                name, share.until
            )
        except StorageFault as error:
            log.error("a warning about a cap is not recorded: %s", error)
            return False


def near(share: Share, words: ServiceWords, zone: tzinfo | None) -> str:
    """Return the warning that a cap is nearly reached."""
    said = words.near_chat if share.cap.scope == CHAT else words.near_person
    return said.format(percent=min(99, int(share.part * 100)), time=told_time(share.until, zone))


def stopped(share: Share, words: ServiceWords, zone: tzinfo | None) -> str:
    """Return the notice that a cap is reached, with the time at which its period ends."""
    said = {PERSON: words.stop_person, CHAT: words.stop_chat}.get(share.cap.scope, words.stop_total)
    return said.format(time=told_time(share.until, zone))


def told_time(at: float, zone: tzinfo | None) -> str:
    """Format a Unix time in a zone, followed by the zone's short name."""
    local = local_time(at, zone)
    return f"{local:%Y-%m-%d %H:%M} {local.tzname() or ''}".strip()
