"""The settings of prices and caps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.caps import Cap, SpendingSettings
from engine.prices import Price, Prices
from engine.storage.spending import COST_UNIT, DAY, MONTH, SCOPES

if TYPE_CHECKING:
    from bot.env_reader import Reader

MOST_PRICE = 1_000_000.0
CAPS = {
    f"CAP_{scope.upper()}_{period.upper()}": (scope, period)
    for scope in SCOPES
    for period in (DAY, MONTH)
}
_PRICE = re.compile(r"(\d+(?:\.\d+)?)(?:\s*/\s*(\d+(?:\.\d+)?))?")
_CAP = re.compile(r"(\d+(?:\.\d+)?)\s*(?:([kKmM]?)\s*(tokens?)|([A-Za-z$€£¥]{1,8}))?")
_FACTORS = {"": 1, "k": 1000, "m": 1_000_000}
_TAKES_PRICES = (
    "takes a comma list of model=price for prompts/price for answers, each for a million tokens, "
    "such as: org/model=0.10/0.40, org/other=0.5"
)
_TAKES_CAP = "takes an amount of money such as 2.50, or of tokens such as 50000 tokens"


def read_spending(read: Reader) -> SpendingSettings:
    """Read the prices, the caps and the cheaper model."""
    prices = _prices(read)
    caps = [cap for name in CAPS if (cap := _cap(read, name, prices)) is not None]
    cheaper = read.text("CHEAPER_MODEL")
    if re.search(r"[\s,]", cheaper):
        read.problems.append(f"CHEAPER_MODEL={cheaper!r}: takes the name of one model")
    return SpendingSettings(prices, tuple(caps), cheaper)


def _prices(read: Reader) -> Prices:
    currency, raw = read.text("CURRENCY", "USD"), read.text("PRICES")
    if not re.fullmatch(r"[^\W\d]{1,8}|[$€£¥]", currency):
        read.problems.append(f"CURRENCY={currency!r}: takes a short name such as USD, EUR or €")
    found: dict[str, Price] = {}
    for part in filter(None, (one.strip() for one in raw.split(","))):
        model, equals, price = (half.strip() for half in part.rpartition("="))
        match = _PRICE.fullmatch(price)
        problem = _problem_of(part, model, price, known=model in found)
        if not (equals and match) or problem:
            fault = problem or f"{part!r} is no price"
            read.problems.append(f"PRICES: {fault}; it {_TAKES_PRICES}")
            return Prices(currency=currency)
        asked = float(match[1])
        found[model] = Price(asked, float(match[2]) if match[2] else asked)
    return Prices(found, currency)


def _problem_of(part: str, model: str, price: str, *, known: bool) -> str:
    """Return what is wrong with a part of PRICES, or "" if its form is right."""
    if not model:
        # A decimal comma splits one price into two parts.
        return f"{part!r} names no model (write decimals with a point)"
    if re.search(r"\s", model):
        return f"{model!r} is no name of a model"
    if known:
        return f"{model} has two prices"
    numbers = re.findall(r"\d+(?:\.\d+)?", price)
    return f"{part!r} is too large" if any(float(one) > MOST_PRICE for one in numbers) else ""


def _cap(read: Reader, name: str, prices: Prices) -> Cap | None:
    raw, (scope, period) = read.text(name), CAPS[name]
    if not raw or raw.lower() in ("0", "off"):
        return None
    match = _CAP.fullmatch(raw)
    if match is None or (match[4] and match[4] != prices.currency):
        read.problems.append(f"{name}={raw!r}: {_TAKES_CAP}")
        return None
    if match[3]:
        tokens = round(float(match[1]) * _FACTORS[match[2].lower()])
        return Cap(scope, period, tokens=tokens) if tokens else None
    cost = round(float(match[1]) / COST_UNIT)
    if cost > 10**18:
        read.problems.append(f"{name}={raw!r}: {_TAKES_CAP}")
        return None
    if not prices.by_model:
        read.problems.append(
            f"{name}={raw!r}: is money, which is counted only with PRICES; set PRICES, or write "
            f"tokens such as: 50000 tokens"
        )
    return Cap(scope, period, cost=cost) if cost else None
