"""The prices of models, and the cost of a call in billionths of the currency's unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from engine.contract import Usage
from engine.storage.spending import COST_UNIT

# The factor from the price of a million tokens to the cost of one token.
_PER_TOKEN = 1e-6 / COST_UNIT


class Price(NamedTuple):
    """The price of a million tokens of prompts and of answers."""

    prompt: float
    answer: float


@dataclass(frozen=True)
class Prices:
    """Prices by model. `currency` is a short name such as USD."""

    by_model: Mapping[str, Price] = field(default_factory=dict)
    currency: str = "USD"

    def of(self, model: str) -> Price | None:
        """Return the price of a model.

        A price without a provider applies to all providers of the model: the price of
        ``org/model`` is that of ``org/model:provider`` too.
        """
        return self.by_model.get(model) or self.by_model.get(model.partition(":")[0])

    def charged(self, usage: Usage) -> Usage:
        """Return the usage with its cost, which is 0 for a model without a price."""
        price = self.of(usage.model)
        if price is None:
            return usage
        tokens = usage.prompt_tokens * price.prompt + usage.answer_tokens * price.answer
        return replace(usage, cost=round(tokens * _PER_TOKEN))

    def told(self, cost: int) -> str:
        """Return a cost with the currency's name, such as ``0.0123 USD``, or "" without prices."""
        return f"{amount(cost)} {self.currency}" if self.by_model else ""


def amount(cost: int) -> str:
    """Return a cost with two decimals, or with four if it is below one unit."""
    units = cost * COST_UNIT
    return f"{units:.2f}" if units >= 1 or not units else f"{units:.4f}"
