"""The command /usage: the usage and cost of a person, or of everybody for an admin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.caps import told_time
from engine.storage.records import DAY_SECONDS
from engine.storage.spending import CHAT, MODEL, PERSON, UsageLine, day_of, month_of
from engine.text import literal
from engine.wording.service import ServiceWords, service_with

if TYPE_CHECKING:
    from engine.commands.call import Answer, Call
    from engine.prices import Prices
    from engine.storage.spending import Spending

TOP, ALL = 10, 10_000
NAME_CHARACTERS = 60


async def usage(call: Call) -> Answer:
    """Show the usage of today and of this month.

    In a private chat, an admin sees everybody's usage. In all other cases, a person sees only their
    own usage.
    """
    spending = call.services.spending
    if spending is None:
        return call.words.data_failed
    words, prices = service_with(call.words), call.services.access.caps.prices
    everybody = call.inbound.direct and call.is_admin
    user_id = "" if everybody else call.inbound.author.user_id
    now = call.services.clock.time()
    said = []
    for head, first in ((words.usage_today, day_of(now)), (words.usage_month, month_of(now))):
        lines = await spending.lines(
            MODEL, first * DAY_SECONDS, ALL, platform=call.inbound.key.platform, user_id=user_id
        )
        said.append(f"**{head}**\n{_sum(lines, words, prices)}")
    if everybody:
        said.extend(await _tops(spending, month_of(now) * DAY_SECONDS, words, prices))
    else:
        said.extend(await _allowance(call, words))
    return "\n\n".join(said)


def _sum(lines: Sequence[UsageLine], words: ServiceWords, prices: Prices) -> str:
    """Return the sum of some lines: answers, tokens, cost, and the estimated part."""
    tokens = sum(line.tokens for line in lines)
    answers = sum(line.answers for line in lines)
    said = words.usage_sum.format(answers=_grouped(answers), tokens=_grouped(tokens))
    cost = prices.told(sum(line.cost for line in lines))
    said = f"{said}, {cost}" if cost else said
    estimated = sum(line.estimated_tokens for line in lines)
    if not estimated:
        return said
    percent = max(1, round(100 * estimated / max(1, tokens)))
    return f"{said}\n{words.usage_estimated.format(percent=percent)}"


async def _tops(spending: Spending, since: float, words: ServiceWords, prices: Prices) -> list[str]:
    """Return the people, chats and models with the highest usage since a Unix time."""
    heads = {
        PERSON: words.usage_people,
        CHAT: words.usage_chats,
        MODEL: words.usage_models,
    }
    said = []
    for by, head in heads.items():
        lines = await spending.lines(by, since, TOP)
        unnamed = "–" if by == MODEL else words.usage_erased
        rows = [_row(number, line, unnamed, prices) for number, line in enumerate(lines, 1)]
        if rows:
            said.append("\n".join([f"**{head}**", *rows]))
    return said


def _row(number: int, line: UsageLine, unnamed: str, prices: Prices) -> str:
    name = line.name or unnamed
    if line.label:
        name = f"{line.label} ({line.name})"
    cost = prices.told(line.cost)
    said = f"{number}. {literal(name, NAME_CHARACTERS)}: {_grouped(line.tokens)}"
    return f"{said} · {cost}" if cost else said


async def _allowance(call: Call, words: ServiceWords) -> list[str]:
    """Return a line for each cap of this person."""
    verdict = await call.services.access.verdict(call.inbound.key, call.inbound.author)
    zone = call.services.zones.of(call.session.time_zone)
    return [
        words.usage_allowance.format(
            percent=min(100, int(share.part * 100)), time=told_time(share.until, zone)
        )
        for share in verdict.shares
        if share.cap.scope == PERSON
    ]


def _grouped(number: int) -> str:
    """Return a number with a narrow no-break space between its groups of three digits."""
    return f"{number:,}".replace(",", "\u202f")
